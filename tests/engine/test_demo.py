"""What the demo shows: matte, before and after, contact sheet."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from clips import Recipe, write_clip

from app.engine.demo import Shown, contact_sheet, write_matte, write_side_by_side
from app.engine.holes import Hole, HoleSettings, hole_of
from app.jobs.context import JobContext, Progress
from app.media.reader import open_clip


def hole(index: int) -> Hole:
    mask = np.zeros((64, 96), bool)
    mask[20:40, 30 + index : 60 + index] = True
    return hole_of(mask, HoleSettings(dilate_px=0, feather_px=0))


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    before = write_clip(Recipe("ffv1", "before.mkv", times=range(10)), tmp_path)
    after = write_clip(Recipe("ffv1", "after.mkv", times=range(4)), tmp_path)
    return before, after


def test_the_matte_is_white_in_the_hole(pair: tuple[Path, Path], tmp_path: Path) -> None:
    seen: list[Progress] = []
    with open_clip(pair[0]) as before, open_clip(pair[1]) as after:
        write_matte(Shown(before, after, 3, hole), tmp_path / "matte.mp4", JobContext(on_progress=seen.append))
    with open_clip(tmp_path / "matte.mp4") as matte:
        assert len(matte) == 4
        view = matte.frame(2).rgb.astype(int)
    inside = hole(5).full_region()
    assert view[inside].mean() > 240 and view[~inside].mean() < 15
    assert [(p.done, p.total) for p in seen] == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_before_and_after_stand_beside_each_other(pair: tuple[Path, Path], tmp_path: Path) -> None:
    with open_clip(pair[0]) as before, open_clip(pair[1]) as after:
        write_side_by_side(Shown(before, after, 3, hole), tmp_path / "pair.mp4", JobContext())
        with open_clip(tmp_path / "pair.mp4") as both:
            assert (both.info.width, both.info.height, len(both)) == (192, 64, 4)
            view = both.frame(1).rgb.astype(int)
        assert np.abs(view[:, :96] - before.frame(4).rgb).mean() < 8
        assert np.abs(view[:, 96:] - after.frame(1).rgb).mean() < 8


def test_the_contact_sheet_has_three_rows(pair: tuple[Path, Path]) -> None:
    with open_clip(pair[0]) as before, open_clip(pair[1]) as after:
        sheet = contact_sheet(Shown(before, after, 0, hole), columns=3)
    height = round(64 * 320 / 96)
    assert sheet.shape == (3 * (height + 4), 3 * 324, 3)
    rows = sheet.reshape(3, height + 4, 3 * 324, 3)
    assert not np.array_equal(rows[0], rows[1])
    assert (rows[1] == (255, 64, 64)).all(axis=-1).any()
