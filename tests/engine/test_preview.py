"""Renders without a file: what the window shows is what an export writes, and only what changed is rendered again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from clips import Recipe, write_clip
from standin_engine import StandInEngine

import app.engine.preview
import app.workspace.exporting
from app.core.edits import SetTrack
from app.core.errors import Cancelled, UserError
from app.core.masks import MaskBlob
from app.core.object_edits import change_render, set_anchor, set_in_out
from app.engine.live_renderer import WARMING_UP
from app.engine.plan import Mode
from app.engine.removal import EngineFailure
from app.engine.result_view import FrameState, ResultView
from app.jobs.context import CancelToken, JobContext, Progress
from app.jobs.pausing import PauseSwitch, pausable
from app.media.reader import open_clip
from app.media.settings import ExportSettings
from app.workspace import Workspace

COUNT = 70


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clip")
    return write_clip(Recipe("ffv1", "clip.mkv", times=range(COUNT)), folder)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> StandInEngine:
    standin = StandInEngine()
    for module in (app.workspace.exporting, app.engine.preview):
        monkeypatch.setattr(module, "load_engine", lambda name, **_: standin)
    return standin


@pytest.fixture
def workspace(clip: Path) -> Iterator[Workspace]:
    with Workspace.open(clip) as opened:
        object_id = opened.add_object()
        opened.perform(SetTrack.tracked(opened.document, object_id, {index: mask_at(index) for index in range(COUNT)}))
        yield opened


def mask_at(index: int, left: int = 20) -> MaskBlob:
    mask = np.zeros((64, 96), bool)
    mask[20:36, left + index % 30 : left + 14 + index % 30] = True
    return MaskBlob.from_array(mask)


def ignore(index: int, state: FrameState) -> None:
    """Watches nothing."""


def stopping_at(frame: int) -> tuple[JobContext, object]:
    token = CancelToken()

    def watch(index: int, state: FrameState) -> None:
        if index == frame:
            token.cancel()

    return JobContext(token), watch


def states(view: ResultView) -> list[FrameState]:
    return [FrameState(value) for value in view.states()]


def written(workspace: Workspace, target: Path, mode: Mode) -> list[tuple[np.ndarray, ...]]:
    removal = workspace.removal(target, mode=mode, media=ExportSettings(codec="ffv1"))
    workspace.remove(removal)(JobContext())
    with open_clip(target) as result:
        return [frame.planes for frame in result.frames()]


def same(first: tuple[np.ndarray, ...], second: tuple[np.ndarray, ...]) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


def test_what_is_shown_is_what_an_export_writes_from_the_cache(
    workspace: Workspace, engine: StandInEngine, tmp_path: Path
) -> None:
    view = workspace.results()
    assert set(states(view)) == {FrameState.MISSING} and view.composite(workspace.reader.frame(3)) is None
    seen: list[int] = []
    outcome = workspace.render(view, on_frame=lambda index, state: seen.append(index))(JobContext())
    assert outcome.rendered == COUNT and seen == list(range(COUNT)) and len(engine.shots) == 1
    again = workspace.results()
    assert set(states(again)) == {FrameState.FINAL}
    planes = written(workspace, tmp_path / "out.mkv", Mode.FINAL)
    assert len(engine.shots) == 1
    for index, expected in enumerate(planes):
        shown = again.composite(workspace.reader.frame(index))
        assert shown is not None and same(shown.planes, expected), index
    assert workspace.render(again, on_frame=ignore)(JobContext()).rendered == 0


@pytest.mark.parametrize("name", ["stand-in", "propagate"])
def test_live_frames_are_those_of_a_live_export(
    workspace: Workspace, name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if name == "stand-in":
        request.getfixturevalue("engine")
    expected = written(workspace, tmp_path / "out.mkv", Mode.LIVE)
    workspace._rendering._cache._folder = tmp_path / "fresh cache"
    for stop in (13, 30, 55):
        context, watch = stopping_at(stop)
        with pytest.raises(Cancelled):
            workspace.live(workspace.results(), 0, on_frame=watch)(context)  # type: ignore[arg-type]
    view = workspace.results()
    workspace.live(view, 56, on_frame=ignore)(JobContext())
    assert set(states(view)) == {FrameState.LIVE}
    for frame in workspace.reader.frames():
        shown = view.composite(frame)
        assert shown is not None and same(shown.planes, expected[frame.index]), frame.index


def test_live_begins_some_frames_before_the_playhead_and_shows_what_is_settled(
    workspace: Workspace, engine: StandInEngine
) -> None:
    view = workspace.results()
    told: list[Progress] = []
    workspace.live(view, 63, on_frame=ignore)(JobContext(on_progress=told.append))
    assert engine.stepped == list(range(10, COUNT))
    assert states(view) == [FrameState.MISSING] * 60 + [FrameState.LIVE] * 10
    assert states(workspace.results())[59:61] == [FrameState.MISSING, FrameState.LIVE]
    warming = [progress for progress in told if progress.text == WARMING_UP]
    assert len(warming) == 53 and {progress.done for progress in warming} == {0}
    assert [(each.done, each.total) for each in told[53:]] == [(done, 7) for done in range(1, 8)]


def test_live_goes_on_with_a_render_that_began_earlier_where_that_is_no_longer_way(
    workspace: Workspace, engine: StandInEngine
) -> None:
    context, watch = stopping_at(20)
    with pytest.raises(Cancelled):
        workspace.live(workspace.results(), 0, on_frame=watch)(context)  # type: ignore[arg-type]
    engine.stepped.clear()
    workspace.live(workspace.results(), 60, on_frame=ignore)(JobContext())
    assert engine.stepped[0] == 21


def test_a_change_far_behind_what_is_rendered_goes_on_from_a_kept_state(
    workspace: Workspace, engine: StandInEngine
) -> None:
    workspace.live(workspace.results(), 0, on_frame=ignore)(JobContext())
    workspace.perform(set_anchor(workspace.document, 1, 30, mask_at(30, left=50)))
    engine.stepped.clear()
    workspace.live(workspace.results(), 30, on_frame=ignore)(JobContext())
    assert engine.stepped[0] == 25


def test_a_stopped_run_goes_on_with_the_next_frame(workspace: Workspace, engine: StandInEngine) -> None:
    view = workspace.results()
    context, watch = stopping_at(33)
    with pytest.raises(Cancelled):
        workspace.live(view, 0, on_frame=watch)(context)  # type: ignore[arg-type]
    assert view.state(33) is FrameState.LIVE and view.state(36) is FrameState.MISSING
    engine.stepped.clear()
    workspace.live(view, 34, on_frame=ignore)(JobContext())
    assert engine.stepped[0] in (34, 35) and engine.stepped[-1] == COUNT - 1


def test_a_changed_mask_makes_only_what_follows_stale(workspace: Workspace, engine: StandInEngine) -> None:
    workspace.live(workspace.results(), 0, on_frame=ignore)(JobContext())
    object_id = workspace.document.objects[0].id
    workspace.perform(set_anchor(workspace.document, object_id, 40, mask_at(40, left=50)))
    changed = workspace.results()
    assert states(changed) == [FrameState.LIVE] * 40 + [FrameState.STALE] * 30
    engine.stepped.clear()
    workspace.live(changed, 40, on_frame=ignore)(JobContext())
    assert set(states(changed)) == {FrameState.LIVE}
    engine.stepped.clear()
    workspace.perform(set_anchor(workspace.document, object_id, 40, mask_at(40, left=51)))
    workspace.live(workspace.results(), 40, on_frame=ignore)(JobContext())
    assert engine.stepped == list(range(40, COUNT)), "the state before the playhead was kept"
    workspace.history.undo()
    assert set(states(workspace.results())) == {FrameState.LIVE}


def test_frames_without_a_hole_are_their_own_result(workspace: Workspace, engine: StandInEngine) -> None:
    object_id = workspace.document.objects[0].id
    workspace.perform(SetTrack.of(workspace.document, object_id, dict.fromkeys(range(30, COUNT)), "Clear", origin=None))
    view = workspace.results()
    assert view.state(50) is FrameState.NOTHING and view.state(10) is FrameState.MISSING
    source = workspace.reader.frame(50)
    shown = view.composite(source)
    assert shown is not None and same(shown.planes, source.planes) and view.hole(50).empty
    assert not view.hole(10).empty and view.quality(source) is None
    with pytest.raises(UserError, match="nothing to remove from frame 60 on"):
        workspace.live(view, 60, on_frame=ignore)(JobContext())


def test_a_range_is_rendered_as_a_whole_render_has_it_with_what_leads_up_to_it(
    workspace: Workspace, engine: StandInEngine
) -> None:
    workspace.perform(set_in_out(workspace.document, (20, 40)))
    view = workspace.results()
    seen: list[int] = []
    outcome = workspace.render(view, on_frame=lambda index, _: seen.append(index))(JobContext())
    assert outcome.rendered == 20 and seen == list(range(20, 40))
    assert engine.shots == [(0, COUNT)], "the engine looks at all that may show what the range hides"
    assert states(view) == [FrameState.NOTHING] * 20 + [FrameState.FINAL] * 20 + [FrameState.NOTHING] * 30
    source = workspace.reader.frame(30)
    ranged = view.composite(source)
    workspace.history.undo()
    whole = workspace.results()
    assert states(whole) == [FrameState.FINAL] * 40 + [FrameState.MISSING] * 30
    workspace.render(whole, on_frame=ignore)(JobContext())
    shown = whole.composite(source)
    assert ranged is not None and shown is not None and same(ranged.planes, shown.planes)


@pytest.mark.parametrize("mode", list(Mode))
def test_other_in_and_out_points_leave_finished_frames_finished(
    workspace: Workspace, engine: StandInEngine, mode: Mode
) -> None:
    done = {Mode.LIVE: FrameState.LIVE, Mode.FINAL: FrameState.FINAL}[mode]

    def run() -> None:
        view = workspace.results()
        job = workspace.render(view, on_frame=ignore)
        (workspace.live(view, view.range[0], on_frame=ignore) if mode is Mode.LIVE else job)(JobContext())

    run()
    for in_out in ((20, 40), (5, 66), (33, 34), None):
        workspace.perform(set_in_out(workspace.document, in_out))
        view = workspace.results()
        assert set(states(view)[slice(*view.range)]) == {done}
    engine.stepped.clear()
    engine.shots.clear()
    run()
    assert not engine.stepped and not engine.shots


def test_masks_that_were_made_for_a_range_are_not_looked_past(workspace: Workspace, engine: StandInEngine) -> None:
    object_id = workspace.document.objects[0].id
    outside = dict.fromkeys([*range(20), *range(50, COUNT)])
    workspace.perform(SetTrack.of(workspace.document, object_id, outside, "Clear", origin=None))
    workspace.perform(set_in_out(workspace.document, (20, 50)))
    workspace.render(workspace.results(), on_frame=ignore)(JobContext())
    assert engine.shots == [(20, 50)]
    workspace.perform(set_in_out(workspace.document, (25, 45)))
    assert states(workspace.results())[25:45] == [FrameState.FINAL] * 20
    workspace.perform(set_in_out(workspace.document, None))
    assert states(workspace.results())[20:50] == [FrameState.FINAL] * 30, "nothing more is known"
    workspace.perform(SetTrack.tracked(workspace.document, object_id, {index: mask_at(index) for index in range(20)}))
    assert states(workspace.results())[20:50] == [FrameState.STALE] * 30, "more can be seen now"
    workspace.render(workspace.results(), on_frame=ignore)(JobContext())
    workspace.history.undo()
    assert states(workspace.results())[20:50] == [FrameState.FINAL] * 30


@pytest.mark.parametrize("mode", list(Mode))
def test_frames_that_an_export_rendered_are_finished(
    workspace: Workspace, engine: StandInEngine, mode: Mode, tmp_path: Path
) -> None:
    workspace.perform(set_in_out(workspace.document, (61, COUNT)))
    written(workspace, tmp_path / "out.mkv", mode)
    done = {Mode.LIVE: FrameState.LIVE, Mode.FINAL: FrameState.FINAL}[mode]
    view = workspace.results()
    assert states(view)[61:] == [done] * 9
    with open_clip(tmp_path / "out.mkv") as result:
        for index in (61, 69):
            shown = view.composite(workspace.reader.frame(index))
            assert shown is not None and same(shown.planes, result.frame(index).planes)


def test_a_frame_that_failed_says_so(workspace: Workspace, engine: StandInEngine) -> None:
    engine.fails_at = 12
    failed: list[tuple[int, FrameState]] = []
    view = workspace.results()
    with pytest.raises(EngineFailure, match="frame 12"):
        workspace.live(view, 0, on_frame=lambda index, state: failed.append((index, state)))(JobContext())
    assert failed[-1] == (12, FrameState.FAILED) and view.state(12) is FrameState.FAILED
    assert "no more numbers" in str(view.failure(12)) and view.state(13) is FrameState.MISSING
    with pytest.raises(EngineFailure):
        workspace.render(view, on_frame=ignore)(JobContext())
    engine.fails_at = None
    workspace.render(view, on_frame=ignore)(JobContext())
    assert view.state(12) is FrameState.FINAL


@pytest.mark.parametrize("mode", list(Mode))
def test_a_failure_before_anything_was_rendered_says_so(
    workspace: Workspace, engine: StandInEngine, mode: Mode
) -> None:
    view = workspace.results()
    engine.fails_at = next(index for index in range(COUNT) if view.may_have_hole(index))
    live = mode is Mode.LIVE
    job = workspace.live(view, 0, on_frame=ignore) if live else workspace.render(view, on_frame=ignore)
    with pytest.raises(EngineFailure):
        job(JobContext())
    assert view.state(engine.fails_at) is FrameState.FAILED


def test_seam_settings_change_the_picture_without_a_render(workspace: Workspace, engine: StandInEngine) -> None:
    workspace.render(workspace.results(), on_frame=ignore)(JobContext())
    source = workspace.reader.frame(5)
    plain = workspace.results().composite(source)
    workspace.perform(change_render(workspace.document, colour_match=1.0))
    view = workspace.results()
    matched = view.composite(source)
    assert view.state(5) is FrameState.FINAL and plain is not None and matched is not None
    assert not same(plain.planes, matched.planes)
    outside = ~view.hole(5).full_region()
    assert np.array_equal(matched.planes[0][outside], source.planes[0][outside])


def test_quality_tells_seen_from_guessed(workspace: Workspace, engine: StandInEngine) -> None:
    view = workspace.results()
    workspace.render(view, on_frame=ignore)(JobContext())
    quality = view.quality(workspace.reader.frame(9))
    assert quality is not None
    assert quality.seen_share == 1 and quality.guessed_share == 0
    assert quality.mask_jump < 0.1 and quality.seam > 0


def test_a_paused_job_waits_and_goes_on_or_is_stopped() -> None:
    switch, token = PauseSwitch(), CancelToken()
    context = pausable(JobContext(token), switch)
    context.checkpoint()
    switch.pause()
    assert switch.paused
    passed = threading.Event()

    def work() -> None:
        context.checkpoint()
        passed.set()

    worker = threading.Thread(target=work)
    worker.start()
    assert not passed.wait(0.15)
    switch.resume()
    assert passed.wait(60)
    worker.join()
    switch.pause()
    token.cancel()
    with pytest.raises(Cancelled):
        context.checkpoint()
    assert pausable(context, None) is context


def test_an_older_documents_view_still_shows_its_own_result(workspace: Workspace, engine: StandInEngine) -> None:
    first = workspace.results()
    workspace.render(first, on_frame=ignore)(JobContext())
    assert first.was_rendered(5)
    source = workspace.reader.frame(5)
    before = first.composite(source)
    object_id = workspace.document.objects[0].id
    moved = {index: mask_at(index, left=40) for index in range(COUNT)}
    workspace.perform(SetTrack.tracked(workspace.document, object_id, moved))
    second = workspace.results()
    assert second.composite(source) is None and second.state(5) is FrameState.STALE
    outdated = second.outdated(source)
    assert outdated is not None and before is not None and same(outdated.planes, before.planes)
    workspace.render(second, on_frame=ignore)(JobContext())
    again, other = first.composite(source), second.composite(source)
    assert before is not None and again is not None and other is not None
    assert same(before.planes, again.planes) and not same(again.planes, other.planes)


def test_live_and_final_plans_of_a_removal_differ_in_look_ahead_only(workspace: Workspace) -> None:
    view = workspace.results()
    assert view.live == replace(
        view.final,
        mode=Mode.LIVE,
        layers=(replace(view.final.layers[0], holes=view.live.layers[0].holes),),
        run_up=view.live.run_up,
    )


def test_a_stale_frame_shows_the_last_result_however_many_edits_lie_between(
    workspace: Workspace, engine: StandInEngine
) -> None:
    source = workspace.reader.frame(3)
    last: tuple[np.ndarray, ...] = ()
    for left in (10, 20, 30):
        for edit in range(7):
            workspace.perform(set_anchor(workspace.document, 1, 3, mask_at(3, left + edit)))
            before = workspace.results()
        outdated = before.outdated(source)
        assert (outdated is None) if not last else (outdated is not None and same(outdated.planes, last))
        workspace.render(before, on_frame=ignore)(JobContext())
        finished = workspace.results().composite(source)
        assert finished is not None
        last = finished.planes


def test_what_was_rendered_is_found_again_for_a_copy_of_the_clip_but_not_for_a_changed_one(
    workspace: Workspace, engine: StandInEngine, clip: Path, tmp_path: Path
) -> None:
    workspace.render(workspace.results(), on_frame=ignore)(JobContext())
    data = clip.read_bytes()
    for name, changed, expected in (("copy", data, FrameState.FINAL), ("other", data + b"\0", FrameState.MISSING)):
        path = tmp_path / f"{name}.mkv"
        path.write_bytes(changed)
        with Workspace.open(path) as elsewhere:
            document = replace(workspace.document, clip=elsewhere.document.clip)
            assert set(states(elsewhere.results(document))) == {expected}, name


def test_a_clip_that_is_replaced_while_it_is_open_keeps_the_name_of_its_own_pictures(
    clip: Path, engine: StandInEngine, tmp_path: Path
) -> None:
    path, other = tmp_path / "clip.mkv", tmp_path / "other.mkv"
    path.write_bytes(clip.read_bytes())
    other.write_bytes(clip.read_bytes() + b"\0")
    with Workspace.open(path) as opened:
        before = opened.results().final.identity
        other.replace(path)
        assert opened.results().final.identity == before, "what it still decodes is the old clip"
