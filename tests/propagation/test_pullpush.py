"""The pull-push pyramid: what is given stays, the rest is continued smoothly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.propagation.pullpush import continued_from, pull_push


def scattered(shape: tuple[int, int], share: float, seed: int = 0) -> np.ndarray:
    return (np.random.default_rng(seed).random(shape) < share).astype(np.float32)


@given(st.integers(1, 40), st.integers(1, 40), st.floats(-300, 300), st.integers(0, 9))
def test_a_constant_is_kept(height: int, width: int, value: float, seed: int) -> None:
    weight = scattered((height, width), 0.2, seed)
    weight[height // 2, width // 3] = 1
    filled = pull_push(np.full((height, width, 2), value, np.float32), weight)
    np.testing.assert_allclose(filled, value, rtol=1e-4, atol=1e-3)


def test_given_values_are_kept() -> None:
    values = np.random.default_rng(1).normal(size=(37, 53, 2)).astype(np.float32)
    weight = scattered((37, 53), 0.3)
    filled = pull_push(values, weight)
    np.testing.assert_allclose(filled[weight == 1], values[weight == 1], atol=1e-6)


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (12, 1), (33, 47)])
def test_without_any_weight_everything_is_zero(shape: tuple[int, int]) -> None:
    filled = pull_push(np.full((*shape, 3), 50, np.float32), np.zeros(shape, np.float32))
    np.testing.assert_array_equal(filled, 0)


def test_values_without_weight_have_no_influence() -> None:
    values = np.random.default_rng(2).normal(size=(30, 41)).astype(np.float32)
    weight = scattered((30, 41), 0.1)
    other = np.where(weight == 0, np.float32(1e6), values)
    np.testing.assert_array_equal(pull_push(values, weight), pull_push(other, weight))


def test_the_continuation_stays_within_the_given_range() -> None:
    values = np.random.default_rng(3).uniform(-4, 9, (40, 60)).astype(np.float32)
    weight = np.zeros((40, 60), np.float32)
    weight[:, :8] = weight[:, -8:] = 1
    filled = pull_push(values, weight)
    given_values = values[weight == 1]
    assert given_values.min() - 1e-3 <= filled.min() and filled.max() <= given_values.max() + 1e-3


def test_a_slope_is_continued_over_a_gap() -> None:
    slope = np.tile(np.arange(64, dtype=np.float32), (48, 1))
    weight = np.ones((48, 64), np.float32)
    weight[16:32, 24:40] = 0
    assert np.abs(pull_push(slope, weight) - slope).max() < 3


def test_a_plane_without_channels_keeps_its_shape() -> None:
    assert pull_push(np.zeros((5, 7), np.float32), np.ones((5, 7), np.float32)).shape == (5, 7)


@pytest.mark.parametrize("count", [2, 3, 4, 5, 9])
def test_every_channel_is_continued_alike(count: int) -> None:
    values = np.random.default_rng(4).normal(0, 80, (61, 43, count)).astype(np.float32)
    weight = scattered((61, 43), 0.05) * np.random.default_rng(5).random((61, 43), dtype=np.float32)
    whole = pull_push(values, weight)
    before = values.copy()
    for channel in range(count):
        np.testing.assert_allclose(whole[..., channel], pull_push(values[..., channel], weight), rtol=1e-5, atol=1e-4)
    np.testing.assert_array_equal(values, before)


@pytest.mark.parametrize("count", [1, 2, 6])
@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (33, 47), (64, 48)])
def test_a_few_places_are_continued_to_the_bit_as_by_the_whole_pyramid(shape: tuple[int, int], count: int) -> None:
    weight = scattered(shape, 0.05)
    weight[0, 0] = 1
    values = np.random.default_rng(3).normal(size=(*shape, count)).astype(np.float32)
    rows, columns = np.nonzero(weight)
    found = continued_from((rows, columns), values[rows, columns], shape)
    np.testing.assert_array_equal(found, pull_push(values, weight))
