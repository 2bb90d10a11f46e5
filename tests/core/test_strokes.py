"""Brush, eraser and lasso paint what the pointer's path and the brush say, however fast it moved."""

from __future__ import annotations

import numpy as np
import pytest

from app.core.geometry import Rect
from app.core.masks import MaskBlob
from app.core.shapes import Combine
from app.core.strokes import Brush, StrokePainter, lasso

SIZE = (80, 60)


def painted(brush: Brush, *points: tuple[float, float, float], start: MaskBlob | None = None) -> StrokePainter:
    painter = StrokePainter(*SIZE, start)
    painter.begin(brush)
    painter.extend(points)
    return painter


def distance_to(x: float, y: float) -> np.ndarray:
    rows, columns = np.mgrid[0 : SIZE[1], 0 : SIZE[0]] + 0.5
    return np.hypot(columns - x, rows - y)


def test_a_hard_dab_is_the_disc_of_its_size() -> None:
    mask, edge = painted(Brush(20), (40.3, 30.7, 1)).finish()
    truth = distance_to(40.3, 30.7) <= 10
    assert (mask.to_array() != truth).sum() <= 2 and edge is None


def test_a_fast_stroke_has_no_gaps_and_no_bumps() -> None:
    mask, _ = painted(Brush(8), (10, 30, 1), (70, 30, 1)).finish()
    rows = mask.to_array()[:, 20:60]
    assert rows.all(axis=1).sum() == 8 and rows.any(axis=1).sum() == 8


def test_points_in_between_change_nothing() -> None:
    fast, _ = painted(Brush(9, 0.4), (10, 10, 1), (60, 40, 1)).finish()
    slow, _ = painted(Brush(9, 0.4), *((10 + 50 * t / 16, 10 + 30 * t / 16, 1) for t in range(17))).finish()
    assert fast == slow


def test_a_soft_brush_leaves_a_soft_border_round_the_same_mask() -> None:
    mask, edge = painted(Brush(24, 0.2), (40, 30, 1)).finish()
    assert abs(mask.area_px - np.pi * 12**2) < 12
    assert edge is not None
    matte = edge.matte(mask.to_array())
    profile = matte[30, 40:66].astype(int)
    assert (np.diff(profile) <= 0).all() and len(set(profile[12:18])) > 3
    assert matte[distance_to(40, 30) > 12 * 1.4 + 1].max() == 0


def test_pressure_narrows_the_stroke() -> None:
    mask, _ = painted(Brush(20), (10, 30, 1), (70, 30, 0.3)).finish()
    widths = mask.to_array().sum(axis=0)
    assert widths[12] > widths[40] > widths[66] >= 5


def test_the_eraser_takes_away_what_the_brush_painted() -> None:
    painter = painted(Brush(30), (40, 30, 1))
    painter.begin(Brush(10, erase=True))
    painter.extend([(40, 30, 1)])
    mask, _ = painter.finish()
    ring = (distance_to(40, 30) <= 15) & (distance_to(40, 30) > 5)
    assert (mask.to_array() != ring).sum() <= 4


def test_painting_goes_on_from_a_frames_mask_and_reports_what_changed() -> None:
    start = np.zeros((60, 80), bool)
    start[:10] = True
    painter = StrokePainter(*SIZE, MaskBlob.from_array(start))
    painter.begin(Brush(6))
    changed = painter.extend([(40, 40, 1)])
    assert changed is not None and changed.clipped(*SIZE) == changed and changed.area_px < 200
    assert painter.extend([(500, 500, 1)]) is not None  # the stroke crosses the picture on its way out
    painter.begin(Brush(6))
    assert painter.extend([(500, 500, 1)]) is None
    mask, _ = painter.finish()
    assert mask.to_array()[:10].all() and mask.to_array()[40, 40]


@pytest.mark.parametrize(("combine", "area"), [(Combine.ADD, 400), (Combine.SUBTRACT, 300)])
def test_a_lasso_adds_or_takes_away_its_inside(combine: Combine, area: int) -> None:
    base = np.zeros((60, 80), bool)
    base[0:20, 0:20] = True
    mask = lasso([(10, 10), (20, 10), (20, 20), (10, 20)], MaskBlob.from_array(base), combine, SIZE)
    assert mask.area_px == area and mask.bbox == Rect(0, 0, 20, 20)
