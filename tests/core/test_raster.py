"""Shapes become exactly the pixels whose centres lie inside; masks add and subtract without unpacking the picture."""

from __future__ import annotations

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.core.document import DocumentObject, Track
from app.core.geometry import Rect
from app.core.masks import MaskBlob
from app.core.raster import combined, fill_polygon, object_mask
from app.core.shapes import Combine, Shape, box_shape, outline, polygon_shape, spline_shape

WIDTH, HEIGHT = 24, 18
coordinates = st.floats(-6, 30, allow_nan=False).map(lambda value: round(value * 16) / 16)
points = st.lists(st.tuples(coordinates, coordinates), min_size=3, max_size=7)
blobs = st.integers(0, 40).map(
    lambda seed: MaskBlob.from_array(np.random.default_rng(seed).random((HEIGHT, WIDTH)) < (seed % 5) / 8)
)


def winding(polygon: list[tuple[float, float]], x: float, y: float) -> int:
    """The winding number of a point by its definition, edge by edge."""
    total = 0
    for (x0, y0), (x1, y1) in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
        if (y0 <= y) == (y1 <= y):
            continue
        if x0 + (y - y0) / (y1 - y0) * (x1 - x0) <= x:
            total += 1 if y1 > y0 else -1
    return total


@given(points)
def test_a_pixel_is_set_if_the_polygon_winds_round_its_centre(polygon: list[tuple[float, float]]) -> None:
    truth = np.array([[winding(polygon, x + 0.5, y + 0.5) != 0 for x in range(WIDTH)] for y in range(HEIGHT)])
    assert np.array_equal(fill_polygon(polygon, WIDTH, HEIGHT).to_array(), truth)


def test_whole_pixels_fill_exactly_their_box() -> None:
    mask = fill_polygon([(3, 2), (9, 2), (9, 7), (3, 7)], WIDTH, HEIGHT)
    assert mask.bbox == Rect(3, 2, 6, 5) and mask.area_px == 30


def test_a_shape_outside_the_picture_is_empty() -> None:
    assert fill_polygon([(-9, -9), (-2, -9), (-2, -2)], WIDTH, HEIGHT).is_empty
    assert fill_polygon([(1, 1), (5, 5)], WIDTH, HEIGHT).is_empty


@given(blobs, blobs)
def test_masks_add_and_subtract_like_sets(first: MaskBlob, second: MaskBlob) -> None:
    one, two = first.to_array(), second.to_array()
    assert combined(first, second, Combine.ADD) == MaskBlob.from_array(one | two)
    assert combined(first, second, Combine.SUBTRACT) == MaskBlob.from_array(one & ~two)
    assert combined(None, second, Combine.ADD) == second
    assert combined(None, second, Combine.SUBTRACT).is_empty


@given(blobs)
def test_a_packed_mask_comes_back_from_its_parts(mask: MaskBlob) -> None:
    again = MaskBlob.from_packed(mask.width, mask.height, mask.bbox, mask.packed)
    assert again == mask and again.digest() == mask.digest()


def test_a_circle_of_splines_is_round() -> None:
    angles = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    shape = spline_shape(1, 0, [(64 + 40 * np.cos(a), 64 + 40 * np.sin(a)) for a in angles])
    line = outline(shape.kind, shape.keys[0].vertices)
    assert np.abs(np.hypot(*(line - 64).T) - 40).max() < 0.3
    disc = np.zeros((128, 128), np.uint8)
    cv2.circle(disc, (64 * 16 - 8, 64 * 16 - 8), 40 * 16, 1, -1, shift=4)
    mask = fill_polygon(line, 128, 128).to_array()
    assert (mask & (disc > 0)).sum() / (mask | (disc > 0)).sum() > 0.96


def test_an_objects_shapes_add_to_its_track_and_take_away_in_order() -> None:
    track = Track({0: MaskBlob.from_array(np.ones((HEIGHT, WIDTH), bool))})
    shapes = (
        Shape(**{**fields(box_shape(1, 0, 2, 2, 6, 6)), "combine": Combine.SUBTRACT}),
        polygon_shape(2, 0, [(4, 4), (6, 4), (6, 6), (4, 6)]),
    )
    mask = object_mask(DocumentObject(1, "thing", track=track, shapes=shapes), 0, WIDTH, HEIGHT)
    assert mask is not None
    assert mask.area_px == WIDTH * HEIGHT - 36 + 4


def test_a_shape_that_only_takes_away_makes_no_mask() -> None:
    shape = Shape(**{**fields(box_shape(1, 0, 2, 2, 6, 6)), "combine": Combine.SUBTRACT})
    assert object_mask(DocumentObject(1, "thing", shapes=(shape,)), 5, WIDTH, HEIGHT) is None


def fields(shape: Shape) -> dict[str, object]:
    return {name: getattr(shape, name) for name in ("id", "kind", "keys", "combine", "span", "name")}
