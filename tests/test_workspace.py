"""One open clip: what can be asked of it, and what it refuses."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from clips import Recipe, write_clip
from standin_engine import StandInEngine

import app.workspace.exporting
from app import environment
from app.core.document import Action, MaskOrigin
from app.core.edits import SetTrack
from app.core.errors import UserError
from app.core.geometry import Rect
from app.core.masks import MaskBlob
from app.core.object_edits import ChangeObject, SetShapes, set_anchor
from app.core.prompts import BoxPrompt
from app.core.shapes import box_shape
from app.engine.holes import HoleSettings, HoleShape
from app.engine.object_masks import MaskFacts
from app.engine.plan import Mode
from app.engine.report import check_report
from app.engine.request import Removal
from app.engine.storage import clear_old_scratch
from app.jobs.context import JobContext
from app.media.images import read_image, write_image
from app.media.reader import open_clip
from app.media.settings import ExportSettings
from app.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.open(write_clip(Recipe("ffv1", "clip.mkv", times=range(10)), tmp_path)) as opened:
        yield opened


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> StandInEngine:
    standin = StandInEngine()
    monkeypatch.setattr(app.workspace.exporting, "load_engine", lambda name, **_: standin)
    return standin


def with_masks(workspace: Workspace, masks: dict[int, MaskBlob]) -> int:
    """Puts masks into the document and gives their object."""
    object_id = workspace.add_object()
    workspace.perform(SetTrack.imported(workspace.document, object_id, masks))
    return object_id


def blob(x: int = 10) -> MaskBlob:
    mask = np.zeros((64, 96), bool)
    mask[20:30, x : x + 10] = True
    return MaskBlob.from_array(mask)


def test_a_range_is_checked_against_the_clip(workspace: Workspace) -> None:
    assert workspace.frame_range(None) == (0, 10)
    assert workspace.frame_range((3, None)) == (3, 10)
    assert workspace.frame_range((3, 10)) == (3, 10)
    for wrong in ((10, None), (0, 11), (50, 60)):
        with pytest.raises(UserError, match="at most 0:10"):
            workspace.frame_range(wrong)


def test_still_boxes_move_in_straight_lines(workspace: Workspace) -> None:
    object_id = workspace.add_object()
    for prompt in (BoxPrompt(Rect(0, 0, 10, 10), 0), BoxPrompt(Rect(40, 20, 10, 10), 4)):
        workspace.perform(workspace.box(object_id, prompt))
    found = workspace.still_boxes(object_id, (0, 10))
    assert found.facts.origin is MaskOrigin.STILL
    workspace.perform(found.edit)
    track = workspace.document.object(object_id).track
    assert list(track) == list(range(10))
    assert track[2].bbox == Rect(20, 10, 10, 10) and track[9].bbox == Rect(40, 20, 10, 10)


def test_a_box_is_clipped_to_the_picture(workspace: Workspace) -> None:
    edit = workspace.box(workspace.add_object(), BoxPrompt(Rect(-5, 60, 20, 20), 0))
    assert edit.prompt == BoxPrompt(Rect(0, 60, 15, 4), 0)


def test_every_operation_can_be_undone(workspace: Workspace) -> None:
    object_id = workspace.add_object("logo")
    workspace.perform(workspace.box(object_id, BoxPrompt(Rect(5, 5, 9, 9))))
    workspace.perform(workspace.still_boxes(object_id, (0, 3)).edit)
    assert workspace.history.undo_label == "Track 3 frames"
    for _ in range(3):
        workspace.history.undo()
    assert workspace.document.objects == ()
    for _ in range(3):
        workspace.history.redo()
    assert len(workspace.document.object(object_id).track) == 3


def test_an_object_is_tracked_from_its_first_mask(tmp_path: Path) -> None:
    clip = tmp_path / "shots"
    clip.mkdir()
    random = np.random.default_rng(4)
    background = cv2.GaussianBlur(random.integers(0, 120, (64, 96, 3)).astype(np.uint8), (0, 0), 2)
    for index in range(8):
        picture = background.copy()
        picture[20:40, 20 + 3 * index : 36 + 3 * index] = (230, 40, 40)
        write_image(clip / f"{index:03d}.png", picture)
    first = np.zeros((64, 96), np.uint8)
    first[20:40, 20:36] = 255
    write_image(tmp_path / "first.png", first)
    with Workspace.open(clip) as workspace:
        object_id = workspace.add_object()
        workspace.perform(workspace.first_mask(object_id, tmp_path / "first.png", 0))
        found = workspace.track(object_id, (0, 8))(JobContext())
        workspace.perform(found.edit)
        workspace.write_masks(object_id, (0, 8), tmp_path / "masks", overwrite=False)(JobContext())
    assert found.facts.origin is MaskOrigin.TRACKED and found.facts.lost == ()
    assert [path.name for path in sorted((tmp_path / "masks").iterdir())] == [f"{index:05d}.png" for index in range(8)]
    last = read_image(tmp_path / "masks" / "00007.png") > 0
    truth = np.zeros((64, 96), bool)
    truth[20:40, 41:57] = True
    assert (last & truth).sum() / (last | truth).sum() > 0.8


def test_imported_masks_keep_their_soft_edge(workspace: Workspace, engine: StandInEngine, tmp_path: Path) -> None:
    (tmp_path / "masks").mkdir()
    soft = np.zeros((64, 96), np.uint8)
    soft[20:40, 30:50] = 255
    soft[20:40, 50:60] = np.linspace(120, 20, 10).astype(np.uint8)
    for index in range(10):
        write_image(tmp_path / "masks" / f"{index}.png", soft)
    object_id = workspace.add_object()
    found = workspace.import_masks(object_id, tmp_path / "masks", (0, 10))(JobContext())
    workspace.perform(found.edit)
    assert found.facts.origin is MaskOrigin.DRAWN and found.edit.soft_after
    removal = Removal(
        tmp_path / "out.mkv", mode=Mode.LIVE, holes=HoleSettings(0, 0), use_cache=False, facts=found.facts
    )
    report = workspace.remove(removal)(JobContext())
    assert {record.hole_px for record in report.frames} == {20 * 30}


def test_several_objects_are_removed_together(workspace: Workspace, engine: StandInEngine, tmp_path: Path) -> None:
    with_masks(workspace, {0: blob(10), 1: blob(10)})
    with_masks(workspace, {1: blob(60)})
    removal = Removal(tmp_path / "out.mkv", mode=Mode.LIVE, holes=HoleSettings(0, 0, before=0), use_cache=False)
    report = workspace.remove(removal)(JobContext())
    assert {record.frame: record.hole_px for record in report.frames} == {0: 100, 1: 200}


def test_a_removal_writes_what_was_asked(workspace: Workspace, engine: StandInEngine, tmp_path: Path) -> None:
    with_masks(workspace, {index: blob(10 + index) for index in range(10)})
    removal = Removal(
        target=tmp_path / "out.mkv",
        mode=Mode.LIVE,
        holes=HoleSettings(dilate_px=2, feather_px=0, shape=HoleShape.BOX, before=0),
        frames=(2, 6),
        trim=True,
        media=ExportSettings(codec="ffv1"),
        facts=MaskFacts(MaskOrigin.DRAWN),
    )
    report = workspace.remove(removal)(JobContext())
    assert [record.frame for record in report.frames] == [2, 3, 4, 5]
    assert report.frames[0].hole_px == 14 * 14
    with open_clip(removal.target) as result:
        assert len(result) == 4


def test_live_holes_do_not_look_at_later_masks(workspace: Workspace, engine: StandInEngine, tmp_path: Path) -> None:
    with_masks(workspace, {0: blob(10), 1: blob(30), 2: blob(50)})
    areas = {}
    for mode in Mode:
        removal = Removal(tmp_path / f"{mode.value}.mkv", mode=mode, holes=HoleSettings(0, 0), use_cache=False)
        report = workspace.remove(removal)(JobContext())
        areas[mode] = {record.frame: record.hole_px for record in report.frames}
    assert areas[Mode.LIVE][0] == 100 and areas[Mode.LIVE][1] == 200
    assert areas[Mode.FINAL][0] == 200 and areas[Mode.FINAL][1] == 300


def test_references_must_have_the_clips_size(workspace: Workspace, tmp_path: Path) -> None:
    write_image(tmp_path / "grey.png", np.full((64, 96), 7, np.uint8))
    write_image(tmp_path / "large.png", np.zeros((65, 96, 3), np.uint8))
    assert workspace.references({3: tmp_path / "grey.png"})[3].shape == (64, 96, 3)
    with pytest.raises(UserError, match=r"96x65.*96x64"):
        workspace.references({3: tmp_path / "large.png"})
    with pytest.raises(UserError, match=r"frame 10, .* last frame is 9"):
        workspace.references({10: tmp_path / "grey.png"})


def test_masks_outside_the_range_are_nothing_to_remove(workspace: Workspace, tmp_path: Path) -> None:
    with_masks(workspace, {1: blob()})
    with pytest.raises(UserError, match="nothing to remove in frames 5 to 9"):
        workspace.remove(Removal(tmp_path / "out.mkv", frames=(5, None)))


def test_checking_a_removal_leaves_no_file(workspace: Workspace, tmp_path: Path) -> None:
    workspace.check_removal(Removal(tmp_path / "out.mkv", report=tmp_path / "report.json"))
    assert [path.name for path in tmp_path.iterdir()] == ["clip.mkv"]


def test_a_json_report_may_be_replaced_but_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "old.json").write_text("{}")
    (tmp_path / "old.txt").write_text("")
    check_report(tmp_path / "old.json", (), overwrite=False)
    check_report(tmp_path / "old.txt", (), overwrite=True)
    with pytest.raises(UserError, match="--overwrite"):
        check_report(tmp_path / "old.txt", (), overwrite=False)
    with pytest.raises(UserError, match="another name"):
        check_report(tmp_path / "old.json", (tmp_path / "x" / ".." / "old.json",), overwrite=True)


def test_a_sideways_clip_is_not_split_into_fields(tmp_path: Path, engine: StandInEngine) -> None:
    turned = write_clip(Recipe("ffv1", "turned.mkv", fields="tff", rotation=90, times=range(3)), tmp_path)
    with Workspace.open(turned) as workspace:
        assert workspace.info.interlaced and workspace.info.width == 64
        with_masks(workspace, {0: MaskBlob.from_array(np.ones((96, 64), bool))})
        report = workspace.remove(Removal(tmp_path / "out.mkv", mode=Mode.LIVE))(JobContext())
    assert report.settings["interlaced"] is False


def test_temporary_data_of_crashed_runs_is_cleared_after_a_week() -> None:
    work = environment.cache_dir() / "work"
    for name, age_s in (("old", 8 * 86400), ("new", 3600)):
        (work / name).mkdir(parents=True)
        (work / name / "data").write_bytes(b"x")
        then = (work / name).stat().st_mtime - age_s
        os.utime(work / name, (then, then))
    clear_old_scratch(work)
    assert [path.name for path in work.iterdir()] == ["new"]


def square_clip(folder: Path, count: int) -> Path:
    """A red square that moves to the right by three pixels a frame, and a green one below it that moves to the left."""
    folder.mkdir()
    random = np.random.default_rng(4)
    background = cv2.GaussianBlur(random.integers(0, 120, (64, 96, 3)).astype(np.uint8), (0, 0), 2)
    for index in range(count):
        picture = background.copy()
        picture[20:40, 20 + 3 * index : 36 + 3 * index] = (230, 40, 40)
        picture[44:60, 60 - 3 * index : 76 - 3 * index] = (40, 220, 60)
        write_image(folder / f"{index:03d}.png", picture)
    return folder


def square(left: int, width: int = 16) -> MaskBlob:
    mask = np.zeros((64, 96), bool)
    mask[20:40, left : left + width] = True
    return MaskBlob.from_array(mask)


def test_tracking_follows_a_correction_and_never_overwrites_it(tmp_path: Path) -> None:
    with Workspace.open(square_clip(tmp_path / "shots", 10)) as workspace:
        object_id = workspace.add_object()
        workspace.perform(set_anchor(workspace.document, object_id, 0, square(20)))
        workspace.perform(workspace.found(workspace.track(object_id, (0, 10))(JobContext())))
        green = np.zeros((64, 96), bool)
        green[44:60, 45:61] = True  # at frame 5 the user says: no, the other one
        workspace.perform(set_anchor(workspace.document, object_id, 5, MaskBlob.from_array(green)))
        seen: list[int] = []
        found = workspace.track(object_id, (5, 10), start=5, on_frame=lambda index, mask: seen.append(index))(
            JobContext()
        )
        workspace.perform(workspace.found(found))
        track = workspace.document.object(object_id).track
    assert track[5] == MaskBlob.from_array(green) and sorted(seen) == list(range(5, 10))
    assert track[2].bbox.bottom <= 42
    for index in range(6, 10):
        assert track[index].bbox.y >= 42 and abs(track[index].bbox.x - (60 - 3 * index)) <= 2, index


def test_tracking_starts_from_the_mask_on_screen(tmp_path: Path) -> None:
    with Workspace.open(square_clip(tmp_path / "shots", 6)) as workspace:
        object_id = workspace.add_object("square")
        with pytest.raises(UserError, match="Nothing says where square is in frame 3"):
            workspace.track(object_id, (3, 5), start=3)
        workspace.perform(SetTrack.imported(workspace.document, object_id, {3: square(29)}))
        found = workspace.track(object_id, (2, 4), start=3)(JobContext())
    assert sorted(found.edit.frames) == [2, 3]
    assert abs(found.edit.after[2].bbox.x - 26) <= 2


def test_what_was_painted_while_tracking_ran_stays(tmp_path: Path) -> None:
    with Workspace.open(square_clip(tmp_path / "shots", 6)) as workspace:
        object_id = workspace.add_object()
        workspace.perform(set_anchor(workspace.document, object_id, 0, square(20)))
        found = workspace.track(object_id, (0, 6))(JobContext())
        workspace.perform(set_anchor(workspace.document, object_id, 4, square(60)))
        before = workspace.document
        workspace.perform(workspace.found(found))
        assert workspace.document.object(object_id).track[4] == square(60)
        workspace.perform(workspace.partly_tracked(object_id, {3: square(1), 4: square(2)}))
        assert workspace.document.object(object_id).track[3] == square(1)
        assert workspace.document.object(object_id).track[4] == square(60)
        workspace.history.undo()
        workspace.history.undo()
        assert workspace.document == before


def test_an_objects_settings_reach_its_hole(workspace: Workspace, engine: StandInEngine, tmp_path: Path) -> None:
    first = with_masks(workspace, {0: blob(10)})
    second = with_masks(workspace, {0: blob(60)})
    removal = Removal(tmp_path / "out.mkv", mode=Mode.LIVE, holes=HoleSettings(0, 0, before=0), use_cache=False)

    def hole_px() -> int:
        report = workspace.remove(replace(removal, media=ExportSettings(overwrite=True)))(JobContext())
        return sum(record.hole_px for record in report.frames if record.frame == 0)

    assert hole_px() == 200
    workspace.perform(ChangeObject.of(workspace.document, second, grow_px=1))
    assert hole_px() == 100 + 100 + 4 * 10
    workspace.perform(ChangeObject.of(workspace.document, first, action=Action.RESTORE))
    assert hole_px() == 140
    workspace.perform(ChangeObject.of(workspace.document, first, action=Action.KEEP))
    workspace.perform(SetTrack.imported(workspace.document, first, {0: blob(60)}))
    assert hole_px() == 40
    workspace.perform(SetShapes.of(workspace.document, second, [box_shape(1, 0, 0, 0, 5, 4)]))
    assert hole_px() == 40 + 5 * 4 + 5 + 4


def test_imported_masks_replace_what_was_painted(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "masks").mkdir()
    for index in range(10):
        write_image(tmp_path / "masks" / f"{index}.png", blob(40).to_array().astype(np.uint8) * np.uint8(255))
    object_id = workspace.add_object()
    job = workspace.import_masks(object_id, tmp_path / "masks", (0, 10))
    workspace.perform(set_anchor(workspace.document, object_id, 4, blob(5)))
    workspace.perform(workspace.found(job(JobContext())))
    assert workspace.document.object(object_id).track[4] == blob(40)


def test_written_masks_hold_the_objects_shapes(workspace: Workspace, tmp_path: Path) -> None:
    object_id = with_masks(workspace, {2: blob(10)})
    shape = box_shape(1, 0, 50, 10, 20, 30)
    workspace.perform(SetShapes.of(workspace.document, object_id, [replace(shape, span=(1, 3))]))
    workspace.write_masks(object_id, (0, 4), tmp_path / "masks", overwrite=False)(JobContext())
    areas = [int((read_image(path) > 0).sum()) for path in sorted((tmp_path / "masks").iterdir())]
    assert areas == [0, 600, 700, 0]
