"""Keyed shapes: they move between their keys, keep their outline when a vertex comes in, and refuse nonsense."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from app.core.shapes import Ease, Shape, ShapeKey, ShapeKind, Vertex, box_shape, outline, polygon_shape, spline_shape

TRIANGLE = [(0.0, 0.0), (10.0, 0.0), (0.0, 10.0)]


def keyed(ease: Ease) -> Shape:
    shape = polygon_shape(1, 0, TRIANGLE).moved(20, 0, 10).moved(20, 30, 30)
    for frame in shape.key_frames:
        shape = shape.with_ease(frame, ease)
    return shape


def x_of(shape: Shape, frame: int) -> float:
    vertices = shape.at(frame)
    assert vertices is not None
    return vertices[0].x


def test_vertices_move_in_straight_lines_between_keys() -> None:
    shape = keyed(Ease.LINEAR)
    assert [x_of(shape, frame) for frame in (-5, 0, 5, 10, 20, 30, 99)] == [0, 0, 10, 20, 30, 40, 40]


def test_a_held_key_stands_still_until_the_next() -> None:
    assert [x_of(keyed(Ease.HOLD), frame) for frame in (0, 9, 10, 29, 30)] == [0, 0, 20, 20, 40]


def test_a_smooth_path_meets_its_keys_without_a_kink() -> None:
    shape = keyed(Ease.SMOOTH)
    assert [x_of(shape, frame) for frame in (0, 10, 30)] == [0, 20, 40]
    before, after = x_of(shape, 10) - x_of(shape, 9), x_of(shape, 11) - x_of(shape, 10)
    assert before == pytest.approx(after, abs=0.25)
    steady = polygon_shape(1, 0, TRIANGLE).moved(10, 0, 10).moved(10, 0, 20)
    steady = replace(steady, keys=tuple(replace(key, ease=Ease.SMOOTH) for key in steady.keys))
    assert x_of(steady, 7) == pytest.approx(7)


def test_a_shape_exists_in_its_span_only() -> None:
    shape = replace(polygon_shape(1, 0, TRIANGLE), span=(5, 8))
    assert [shape.at(frame) is not None for frame in (4, 5, 7, 8)] == [False, True, True, False]


def test_moving_at_a_frame_makes_a_key_and_moving_everywhere_none() -> None:
    shape = polygon_shape(1, 4, TRIANGLE).moved(1, 2, 9)
    assert shape.key_frames == (4, 9)
    assert shape.moved(5, 5).key_frames == (4, 9) and x_of(shape.moved(5, 5), 4) == 5
    assert shape.without_key(4).key_frames == (9,)
    assert shape.without_key(4).without_key(9).key_frames == (9,)


@pytest.mark.parametrize("make", [polygon_shape, spline_shape])
def test_a_new_vertex_leaves_every_keys_outline_as_it_is(make: object) -> None:
    square = [(2.0, 2.0), (30.0, 4.0), (28.0, 28.0), (3.0, 25.0)]
    shape = make(1, 0, square).moved(7, 3, 12)  # type: ignore[operator]
    more = shape.with_vertex(3, 0.3)
    assert [len(key.vertices) for key in more.keys] == [5, 5]
    for old, new in zip(shape.keys, more.keys, strict=True):
        before, after = (outline(shape.kind, key.vertices) for key in (old, new))
        far = np.abs(after[:, None] - dense(before)[None]).sum(axis=2).min(axis=1)
        assert far.max() < 0.15
    assert len(more.without_vertex(4).keys[0].vertices) == 4


def dense(line: np.ndarray) -> np.ndarray:
    """A closed polyline with points every few hundredths of a pixel."""
    closed = np.vstack([line, line[:1]])
    t = np.linspace(0, 1, 500, endpoint=False)[:, None]
    return np.vstack([a + t * (b - a) for a, b in pairwise(closed)])


def test_three_vertices_are_the_least() -> None:
    assert len(polygon_shape(1, 0, TRIANGLE).without_vertex(0).keys[0].vertices) == 3


def test_a_box_has_two_corners() -> None:
    line = outline(ShapeKind.BOX, box_shape(1, 0, 1.5, 2, 4, 3).keys[0].vertices)
    assert line.tolist() == [[1.5, 2], [5.5, 2], [5.5, 5], [1.5, 5]]


def test_keys_that_do_not_fit_are_refused() -> None:
    key = ShapeKey(0, (Vertex(0, 0), Vertex(1, 1), Vertex(2, 0)))
    for keys in ((), (key, key), (key, ShapeKey(3, key.vertices[:2])), (ShapeKey(3, key.vertices), key)):
        with pytest.raises(ValueError, match="keys"):
            Shape(1, ShapeKind.POLYGON, keys)
    with pytest.raises(ValueError, match="two vertices"):
        Shape(1, ShapeKind.BOX, (key,))
