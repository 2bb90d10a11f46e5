"""Restorations beside removals: what is painted, what an engine is told, and what the window is shown of both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Self

import numpy as np
import pytest
from hidden_scene import bar, disc
from restoring_scene import FRAMES, write_scene

from app.core.amodal_edits import SetAmodal
from app.core.document import Action
from app.core.edits import SetTrack
from app.core.errors import Cancelled, UserError
from app.core.masks import MaskBlob
from app.core.object_edits import ChangeObject
from app.engine.amodal import predicting
from app.engine.known_facts import FactsMemory, KnownFacts
from app.engine.loader import ObjectFrame, ObjectHoleFrame, load_restorer
from app.engine.mask_tracks import MaskMemory
from app.engine.plan import Mode
from app.engine.planning import PlannedClip, plan_of
from app.engine.report import record_of
from app.engine.restoration import REACH_FRAMES, RestorationPlan, RestoredObject
from app.engine.restoration_planning import restoration_plans
from app.engine.result_view import FrameState, ResultView
from app.engine.stills import Still, still_image
from app.jobs.context import JobContext, Progress
from app.media.images import read_image
from app.workspace import Workspace

SIZE = (128, 96)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """The disc (1) behind the bar (2), both marked; the bar is kept."""
    scene = write_scene(tmp_path)
    with Workspace.open(Path(scene.clip)) as opened:
        for name in ("disc", "bar"):
            opened.add_object(name)
        opened.perform(SetTrack.imported(opened.document, 1, {i: blob(seen(i)) for i in range(FRAMES)}))
        opened.perform(SetTrack.imported(opened.document, 2, {i: blob(bar(i)) for i in range(FRAMES)}))
        opened.perform(ChangeObject.of(opened.document, 2, action=Action.KEEP))
        opened.perform(opened.restore(1, (2,)))
        yield opened


def seen(index: int) -> np.ndarray:
    return disc(index)[1] & ~bar(index)


def blob(mask: np.ndarray) -> MaskBlob:
    return MaskBlob.from_array(mask)


def shaped(workspace: Workspace) -> None:
    """Gives the disc its true shape."""
    workspace.perform(workspace.paint_amodal(1, {index: blob(disc(index)[1]) for index in range(FRAMES)}))


def told(_: int, __: FrameState) -> None:
    """Watches nothing."""


def planned(workspace: Workspace) -> PlannedClip:
    return PlannedClip(workspace.info.path, "clip", *SIZE)


def plan(workspace: Workspace) -> RestorationPlan:
    return restoration_plans(workspace.document, planned(workspace), (0, FRAMES), Mode.FINAL)[0]


def test_what_is_painted_lies_in_the_shape_behind_the_cover_and_its_border(workspace: Workspace) -> None:
    shaped(workspace)
    hole = plan(workspace).hole(10)
    region = hole.full_region()
    whole, cover = disc(10)[1], bar(10)
    assert (region | ~(whole & cover)).all()
    assert not (region & ~whole).any()
    grown = bar(10, width=12)
    grown = np.roll(grown, -1, axis=1)
    assert not (region & ~grown).any()


def test_the_engine_is_told_masks_that_fit_together(workspace: Workspace) -> None:
    shaped(workspace)
    own = plan(workspace)
    (given,) = own.pictures(workspace.reader.frame(10), own.hole(10), cut=False)
    assert isinstance(given, ObjectHoleFrame)
    assert not (given.visible & given.occluder).any()
    assert (given.hole == (given.amodal & given.occluder)).all()
    assert (given.amodal == (given.visible | given.hole)).all()


def test_a_slit_between_two_masks_amid_the_object_is_painted_and_a_gap_is_not() -> None:
    seen, cover = np.zeros((60, 80), bool), np.zeros((60, 80), bool)
    seen[10:50, 10:40] = True
    cover[:, 44:] = True
    whole = np.zeros((60, 80), bool)
    whole[10:50, 10:70] = True
    seen[20:24, 36:40] = whole[20:40, 48:60] = False
    masks = ({0: blob(each)} for each in (seen, whole, cover))
    own = RestoredObject(1, *masks, reach_px=4).masks(0, (80, 60), 4)
    assert own.hidden[20:24, 36:40].all()
    assert not own.hidden[20:40, 48:60].any()
    assert not (own.hidden & own.visible).any()


def test_frames_in_which_the_object_shows_itself_are_looked_at_as_far_as_colours_come_from() -> None:
    mask, nothing = blob(disc(0)[1]), MaskBlob.empty(*SIZE)
    count = 4 * REACH_FRAMES
    restored = RestoredObject(
        visible=dict.fromkeys(range(count), mask),
        amodal=dict.fromkeys(range(count), mask),
        occluder={index: mask if index == 2 * REACH_FRAMES else nothing for index in range(count)},
    )
    own = RestorationPlan(Path("clip"), "clip", *SIZE, (0, count), (), Mode.FINAL, restored=restored)
    assert list(own.active_runs()) == [(REACH_FRAMES, 3 * REACH_FRAMES + 1)]
    assert [index for index in range(count) if own.may_have_hole(index)] == [2 * REACH_FRAMES]


def test_a_removal_takes_a_restored_object_neither_for_a_hole_nor_for_background(workspace: Workspace) -> None:
    workspace.perform(ChangeObject.of(workspace.document, 2, action=Action.REMOVE))
    removal = plan_of(workspace.document, planned(workspace), (0, FRAMES), Mode.FINAL)
    hole = removal.hole(10)
    assert not (hole.full_region() & seen(10)).any()
    (given,) = removal.pictures(workspace.reader.frame(10), hole, cut=False)
    assert given.avoid is not None
    assert (given.avoid | hole.full_region() | ~seen(10)).all()


def test_an_object_without_whole_shapes_is_not_painted(workspace: Workspace) -> None:
    view = workspace.results()
    assert not view.has_masks
    assert set(view.states()) == {FrameState.NOTHING}


def test_a_prediction_finds_the_shape_and_spares_what_was_drawn(workspace: Workspace) -> None:
    drawn = blob(np.ones(SIZE[::-1], bool))
    workspace.perform(workspace.paint_amodal(1, {10: drawn}))
    found = workspace.predict_amodal(1)(JobContext())
    assert (found.frames, found.hiding > 8) == (FRAMES, True)
    workspace.perform(workspace.predicted(found))
    shapes = workspace.document.object(1).amodal
    assert shapes[10] == drawn
    for index in (6, 14, 18):
        shape, whole = shapes[index].to_array(), disc(index)[1]
        assert (shape & whole).sum() / (shape | whole).sum() > 0.9
    workspace.history.undo()
    assert list(workspace.document.object(1).amodal) == [10]


class StoppedShapes:
    """Answers every frame at once, and is stopped at one."""

    remarks: tuple[str, ...] = ()

    def __init__(self, at: int) -> None:
        self._at = at

    def shapes(self) -> Self:
        return self

    def push(self, frame: ObjectFrame) -> list[tuple[int, np.ndarray]]:
        if frame.index == self._at:
            raise Cancelled
        return [(frame.index, frame.visible)]

    def finish(self) -> list[tuple[int, np.ndarray]]:
        return []


def test_a_prediction_tells_of_each_shape_as_soon_as_it_is_found(workspace: Workspace) -> None:
    told_of: list[int] = []
    job = predicting(
        workspace.document,
        1,
        (0, FRAMES),
        planned(workspace),
        workspace.reader,
        StoppedShapes(at=5),  # type: ignore[arg-type]
        on_frame=lambda index, _shape: told_of.append(index),
    )
    with pytest.raises(Cancelled):
        job(JobContext())
    assert told_of == [0, 1, 2, 3, 4]


def test_a_prediction_without_anything_in_front_is_refused(workspace: Workspace) -> None:
    workspace.perform(ChangeObject.of(workspace.document, 1, occluders=()))
    with pytest.raises(UserError, match="Nothing that could hide disc"):
        workspace.predict_amodal(1)
    with pytest.raises(UserError, match="cannot hide itself"):
        workspace.restore(1, (1,))


def test_what_touches_an_object_is_proposed_as_its_occluder(workspace: Workspace) -> None:
    far = np.zeros(SIZE[::-1], bool)
    far[:4, 124:] = True
    lamp = workspace.add_object("lamp")
    workspace.perform(SetTrack.imported(workspace.document, lamp, {index: blob(far) for index in range(FRAMES)}))
    assert workspace.touching_objects(1) == (2,)


def test_a_patch_of_one_frame_shows_what_is_restored(workspace: Workspace) -> None:
    shaped(workspace)
    view = workspace.results()
    workspace.render(view, on_frame=told)(JobContext())
    source = workspace.reader.frame(10)
    patch, result = (still_image(view, source, each) for each in (Still.PATCH, Still.RESULT))
    covered = patch[..., 3] == np.iinfo(patch.dtype).max
    assert np.array_equal(covered, view.hole(10).full_region())
    assert np.array_equal(patch[covered][:, :3], result[covered])


def test_a_render_shows_what_an_export_writes_and_a_changed_shape_spoils_it(workspace: Workspace) -> None:
    shaped(workspace)
    view = workspace.results()
    assert view.state(10) is FrameState.MISSING
    workspace.render(view, on_frame=told)(JobContext())
    assert view.state(10) is FrameState.FINAL
    source = workspace.reader.frame(10)
    shown = view.composite(source)
    assert shown is not None
    outside = ~view.hole(10).full_region()
    assert (shown.rgb[outside] == source.rgb[outside]).all()
    assert (shown.rgb[~outside] != source.rgb[~outside]).any()
    quality = view.quality(source)
    assert quality is not None and quality.seen_share > 0.5
    smaller = disc(10)[1].copy()
    smaller[:48] = False
    workspace.perform(workspace.paint_amodal(1, {10: blob(smaller)}))
    assert workspace.results().state(10) is FrameState.STALE


def test_a_removal_and_a_restoration_of_one_frame_are_shown_together(workspace: Workspace) -> None:
    shaped(workspace)
    workspace.perform(ChangeObject.of(workspace.document, 2, action=Action.REMOVE))
    view = workspace.results()
    workspace.live(view, 0, on_frame=told)(JobContext())
    assert view.state(12) is FrameState.LIVE
    source = workspace.reader.frame(12)
    filled = view.filled(source)
    assert filled is not None and len(filled.over) == 1
    record = record_of(filled)
    assert record.hole_px == filled.whole_hole.area_px
    assert record.seen_px + record.guessed_px == record.hole_px
    shown = view.composite(source)
    assert shown is not None
    green = (np.abs(shown.rgb.astype(int) - np.array((20, 200, 20))) < 25).all(-1)
    assert not green[bar(12)].any()


def test_a_live_render_goes_on_from_its_state(workspace: Workspace) -> None:
    shaped(workspace)
    first = workspace.results()
    workspace.live(first, 0, on_frame=told)(JobContext())
    before = first.composite(workspace.reader.frame(20))
    workspace.perform(workspace.paint_amodal(1, {22: blob(disc(21)[1])}))
    again = workspace.results()
    assert again.state(20) is FrameState.LIVE  # depends on nothing behind it
    workspace.live(again, 0, on_frame=told)(JobContext())
    after = again.composite(workspace.reader.frame(20))
    assert before is not None and after is not None
    assert (before.rgb == after.rgb).all()


def test_a_live_render_shows_the_playheads_frame_long_before_the_whole_restoration_is_done(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is restored and what is removed take turns; in one pass each, nothing whole was there until the second."""
    shaped(workspace)
    workspace.perform(ChangeObject.of(workspace.document, 2, action=Action.REMOVE))
    view = workspace.results()
    whole: list[tuple[int, int]] = []
    restored = 0

    def tell(index: int, state: FrameState) -> None:
        nonlocal restored
        restored += view.restorations[0].state(index) is FrameState.LIVE and state is not FrameState.LIVE
        if state is FrameState.LIVE:
            whole.append((index, restored))

    workspace.live(view, 4, on_frame=tell)(JobContext())
    first, shown = next(each for each in whole if each[0] >= 4), [index for index, _ in whole]
    assert first[0] == 4 and first[1] <= FRAMES // 2, "what leads up to it counts too"
    assert shown == sorted(set(shown)) and shown[-1] == FRAMES - 1

    monkeypatch.setattr("app.engine.preview._FIRST_TURN_FRAMES", 10 * FRAMES)
    monkeypatch.setattr("app.engine.preview._LONGEST_TURN_FRAMES", 10 * FRAMES)
    cut_up = {index: pixels(view, workspace, index) for index in range(4, FRAMES)}
    for kept in [each for each in view.cache.folder.rglob("*") if each.is_file()]:
        kept.unlink()
    workspace.perform(ChangeObject.of(workspace.document, 1, name="the same, anew"))
    anew = workspace.results()
    workspace.live(anew, 4, on_frame=told)(JobContext())
    assert all((cut_up[index] == pixels(anew, workspace, index)).all() for index in cut_up), "turns change no pixel"


def pixels(view: ResultView, workspace: Workspace, index: int) -> np.ndarray:
    """A frame as it is shown."""
    shown = view.composite(workspace.reader.frame(index))
    assert shown is not None
    return np.asarray(shown.rgb)


def test_facts_of_restorations_are_remembered_and_are_those_of_the_plan(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    shaped(workspace)
    memory = FactsMemory()
    before = KnownFacts(plan(workspace), memory)
    assert [before.of(index) for index in range(FRAMES)] == [plan(workspace).facts(index) for index in range(FRAMES)]
    with monkeypatch.context() as patched:
        patched.setattr(MaskBlob, "digest", refused)
        again = KnownFacts(plan(workspace), memory)
        known = [again.of(index) for index in range(FRAMES)]
    workspace.perform(workspace.paint_amodal(1, {10: blob(seen(10))}))
    after = KnownFacts(plan(workspace), memory)
    assert [index for index in range(FRAMES) if after.of(index) != known[index]] == [10]
    workspace.perform(ChangeObject.of(workspace.document, 1, grow_px=5))
    assert KnownFacts(plan(workspace), memory).of(3) == plan(workspace).facts(3)


def test_a_shape_that_the_user_made_is_told_from_a_predicted_one_of_the_same_outline(workspace: Workspace) -> None:
    shapes = {index: blob(disc(index)[1]) for index in range(FRAMES)}
    workspace.perform(SetAmodal.predicted(workspace.document, 1, shapes))
    predicted, memory = plan(workspace), FactsMemory()
    edit = workspace.paint_amodal(1, {10: shapes[10]})
    assert list(edit.changed) == [10]
    workspace.perform(edit)
    drawn = plan(workspace)
    for own, frames in ((predicted, []), (drawn, [10])):
        pictures = [own.pictures(workspace.reader.frame(at), own.hole(at), cut=False)[0] for at in (9, 10)]
        assert [each.picture.index for each in pictures if getattr(each, "drawn", None)] == frames
    assert [at for at in range(FRAMES) if predicted.facts(at) != drawn.facts(at)] == [10]
    remembered = [[KnownFacts(own, memory).of(at) for at in range(FRAMES)] for own in (predicted, drawn)]
    assert remembered == [[own.facts(at) for at in range(FRAMES)] for own in (predicted, drawn)]


def refused(*_: object) -> bytes:
    raise AssertionError("this was known already")


def test_what_hides_an_object_is_united_once_for_all_plans(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    shaped(workspace)
    workspace.add_object("post")
    workspace.perform(SetTrack.imported(workspace.document, 3, {i: blob(bar(i, 14)) for i in range(FRAMES)}))
    workspace.perform(workspace.restore(1, (2, 3)))
    memory = MaskMemory()

    def covers() -> list[MaskBlob]:
        made = restoration_plans(workspace.document, planned(workspace), (0, FRAMES), Mode.FINAL, memory=memory)
        return [made[0].restored.occluder[index] for index in range(FRAMES)]

    first = covers()
    monkeypatch.setattr("app.engine.mask_tracks.union_of", refused)
    assert all(one is other for one, other in zip(first, covers(), strict=True))


@pytest.mark.parametrize("live", [False, True])
def test_progress_goes_on_from_a_restoration_to_the_removal(workspace: Workspace, live: bool) -> None:
    shaped(workspace)
    workspace.perform(ChangeObject.of(workspace.document, 2, action=Action.REMOVE))
    view = workspace.results()
    assert len(view.parts) == 2
    heard: list[Progress] = []
    job = workspace.live(view, 0, on_frame=told) if live else workspace.render(view, on_frame=told)
    job(JobContext(on_progress=heard.append))
    assert {each.total for each in heard} == {2 * FRAMES}
    done = [each.done for each in heard]
    assert done == sorted(done) and done[-1] == 2 * FRAMES


def test_weights_are_read_once_for_all_views(monkeypatch: pytest.MonkeyPatch) -> None:
    first = load_restorer()
    assert first.files, "a network for shapes ships"
    monkeypatch.setattr("models.downloads.sha256_of", refused)
    monkeypatch.setattr("models.weights.sha256_of", refused)
    assert load_restorer("person").digests == first.digests


def test_whole_shapes_are_united_by_the_job_that_writes_them(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shaped(workspace)
    with monkeypatch.context() as patched:
        patched.setattr("app.workspace.restoring.combined", refused)
        patched.setattr("app.workspace.restoring.restored_object", refused)
        job = workspace.write_amodal(1, (4, 9), tmp_path / "whole", overwrite=False)
    job(JobContext())
    assert sorted(path.name for path in (tmp_path / "whole").iterdir()) == [f"{index:05d}.png" for index in range(4, 9)]
    assert np.array_equal(read_image(tmp_path / "whole" / "00006.png") > 0, seen(6) | disc(6)[1])
