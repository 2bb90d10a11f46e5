"""Arithmetic on a few channels gives numpy's own numbers, to the bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from models.propagation.channels import for_each, meshed, only, pairwise

SIZES = some.tuples(some.integers(1, 23), some.integers(1, 23))


def values(height: int, width: int, count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 50, (height, width, count)).astype(np.float32)


@given(SIZES)
def test_a_mesh_is_numpys(size: tuple[int, int]) -> None:
    xs, ys = values(1, size[1], 1)[0, :, 0], values(1, size[0], 1, seed=1)[0, :, 0]
    np.testing.assert_array_equal(meshed(xs, ys), np.stack(np.meshgrid(xs, ys), -1), strict=True)


@given(SIZES)
@pytest.mark.parametrize("operation", [np.subtract, np.multiply])
def test_pairs_meet_one_number_each(operation: np.ufunc, size: tuple[int, int]) -> None:
    pairs = values(*size, 2)
    expected = operation(pairs, np.array([3.7, -1.3], np.float32))
    np.testing.assert_array_equal(pairwise(operation, pairs, 3.7, -1.3), expected, strict=True)


@given(SIZES)
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_plane_stands_for_each_channel(count: int, size: tuple[int, int]) -> None:
    plane = values(*size, 1)[..., 0]
    there = values(*size, count, seed=2)
    np.testing.assert_array_equal(there * for_each(plane, count), there * plane[..., None], strict=True)


@given(SIZES)
@pytest.mark.parametrize("count", [0, 1, 2, 3, 6])
def test_elsewhere_is_nothing(count: int, size: tuple[int, int]) -> None:
    where = np.random.default_rng(3).random((2 * size[0], size[1])) < 0.4
    there = values(2 * size[0], size[1], max(count, 1))
    if not count:
        there = there[..., 0]
    before = there.copy()
    for part, mask in ((there, where), (there[::2], where[::2])):
        expected = np.where(mask if not count else mask[..., None], part, np.float32(0))
        np.testing.assert_array_equal(only(part, mask), expected, strict=True)
    np.testing.assert_array_equal(there, before)
