"""One open clip: what can be asked of it, and what it refuses."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from clips import Recipe, write_clip
from standin_engine import StandInEngine

import app.workspace
from app import environment
from app.core.errors import UserError
from app.core.geometry import Rect
from app.core.masks import MaskBlob
from app.core.prompts import BoxPrompt
from app.engine.holes import HoleSettings, HoleShape
from app.engine.plan import Mode
from app.jobs.context import JobContext
from app.media.images import write_image
from app.media.reader import open_clip
from app.media.settings import ExportSettings
from app.workspace import ObjectMasks, Removal, Workspace, check_report, clear_old_scratch


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.open(write_clip(Recipe("ffv1", "clip.mkv", times=range(10)), tmp_path)) as opened:
        yield opened


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> StandInEngine:
    standin = StandInEngine()
    monkeypatch.setattr(app.workspace, "load_engine", lambda name, **_: standin)
    return standin


def blob(x: int = 10) -> MaskBlob:
    mask = np.zeros((64, 96), bool)
    mask[20:30, x : x + 10] = True
    return MaskBlob.from_array(mask)


def test_a_range_is_checked_against_the_clip(workspace: Workspace) -> None:
    assert workspace.frame_range(None) == (0, 10)
    assert workspace.frame_range((3, None)) == (3, 10)
    assert workspace.frame_range((3, 10)) == (3, 10)
    for wrong in ((10, None), (0, 11), (50, 60)):
        with pytest.raises(UserError, match="10 frames"):
            workspace.frame_range(wrong)


def test_still_boxes_move_in_straight_lines(workspace: Workspace) -> None:
    prompts = [BoxPrompt(Rect(0, 0, 10, 10), 0), BoxPrompt(Rect(40, 20, 10, 10), 4)]
    masks = workspace.still_boxes(prompts, (0, 10)).masks
    assert list(masks) == list(range(10))
    assert masks[2].bbox == Rect(20, 10, 10, 10) and masks[9].bbox == Rect(40, 20, 10, 10)
    assert masks[5] is masks[9]


def test_a_box_is_clipped_to_the_picture(workspace: Workspace) -> None:
    (box,) = workspace.boxes([BoxPrompt(Rect(-5, 60, 20, 20), 0)])
    assert box.rect == Rect(0, 60, 15, 4)


def test_a_removal_writes_what_was_asked(workspace: Workspace, engine: StandInEngine, tmp_path: Path) -> None:
    masks = ObjectMasks({index: blob(10 + index) for index in range(10)}, "test")
    removal = Removal(
        target=tmp_path / "out.mkv",
        mode=Mode.LIVE,
        holes=HoleSettings(dilate_px=2, feather_px=0, shape=HoleShape.BOX),
        frames=(2, 6),
        trim=True,
        media=ExportSettings(codec="ffv1"),
    )
    report = workspace.remove(masks, removal)(JobContext())
    assert [record.frame for record in report.frames] == [2, 3, 4, 5]
    assert report.frames[0].hole_px == 14 * 14
    with open_clip(removal.target) as result:
        assert len(result) == 4


def test_live_holes_do_not_look_at_later_masks(workspace: Workspace, engine: StandInEngine, tmp_path: Path) -> None:
    masks = ObjectMasks({0: blob(10), 1: blob(30), 2: blob(50)}, "test", drawn=True)
    areas = {}
    for mode in Mode:
        removal = Removal(tmp_path / f"{mode.value}.mkv", mode=mode, holes=HoleSettings(0, 0), use_cache=False)
        report = workspace.remove(masks, removal)(JobContext())
        areas[mode] = {record.frame: record.hole_px for record in report.frames}
    assert areas[Mode.LIVE][0] == 100 and areas[Mode.LIVE][1] == 200
    assert areas[Mode.FINAL][0] == 200 and areas[Mode.FINAL][1] == 300


def test_references_must_have_the_clips_size(workspace: Workspace, tmp_path: Path) -> None:
    write_image(tmp_path / "grey.png", np.full((64, 96), 7, np.uint8))
    write_image(tmp_path / "large.png", np.zeros((65, 96, 3), np.uint8))
    assert workspace.references({3: tmp_path / "grey.png"})[3].shape == (64, 96, 3)
    with pytest.raises(UserError, match=r"96x65.*96x64"):
        workspace.references({3: tmp_path / "large.png"})
    with pytest.raises(UserError, match="10 frames"):
        workspace.references({10: tmp_path / "grey.png"})


def test_masks_outside_the_range_are_nothing_to_remove(workspace: Workspace, tmp_path: Path) -> None:
    masks = ObjectMasks({1: blob()}, "test")
    with pytest.raises(UserError, match="nothing to remove in frames 5 to 9"):
        workspace.remove(masks, Removal(tmp_path / "out.mkv", frames=(5, None)))


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


def test_a_sideways_clip_is_not_split_into_fields(tmp_path: Path) -> None:
    turned = write_clip(Recipe("ffv1", "turned.mkv", fields="tff", rotation=90, times=range(3)), tmp_path)
    with Workspace.open(turned) as workspace:
        assert workspace.info.interlaced and workspace.info.width == 64
        masks = workspace.still_boxes([BoxPrompt(Rect(5, 5, 20, 20))], (0, 3))
        job = workspace.remove(masks, Removal(tmp_path / "out.mkv", mode=Mode.LIVE))
    assert callable(job)


def test_temporary_data_of_crashed_runs_is_cleared_after_a_week() -> None:
    work = environment.cache_dir() / "work"
    for name, age_s in (("old", 8 * 86400), ("new", 3600)):
        (work / name).mkdir(parents=True)
        (work / name / "data").write_bytes(b"x")
        then = (work / name).stat().st_mtime - age_s
        os.utime(work / name, (then, then))
    clear_old_scratch(work)
    assert [path.name for path in work.iterdir()] == ["new"]
