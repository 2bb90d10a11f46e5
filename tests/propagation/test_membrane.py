"""The membrane: light is fitted, content is not, and nothing happens without a border."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from models.propagation import membrane as module
from models.propagation.membrane import Rim

Values = NDArray[np.float32]


def membrane(
    values: Values,
    region: NDArray[np.bool_],
    outside: NDArray[np.bool_],
    *,
    limit: float,
    rim: Rim | None = None,
) -> Values:
    """Of one plane."""
    return module.membrane(values[..., None], region, outside, limit=limit, rim=rim)[..., 0]


def region() -> NDArray[np.bool_]:
    mask = np.zeros((40, 50), bool)
    mask[10:30, 12:40] = True
    return mask


def smooth_values() -> Values:
    ys, xs = np.mgrid[0:40, 0:50]
    return np.asarray(100 + 0 * (xs + ys), np.float32)


def test_a_constant_change_of_light_is_removed_exactly() -> None:
    inside, truth = region(), smooth_values()
    darker = truth - 7 * inside.astype(np.float32)
    np.testing.assert_allclose(darker + membrane(darker, inside, ~inside, limit=20), truth, atol=1e-3)


def test_a_change_of_light_that_varies_along_the_border_is_followed() -> None:
    inside, truth = region(), smooth_values()
    change = (np.arange(50, dtype=np.float32) - 25) / 5 * inside
    fitted = truth + change + membrane(truth + change, inside, ~inside, limit=20)
    assert np.abs(fitted - truth)[inside].mean() < 0.35 * np.abs(change)[inside].mean()


def test_a_textured_fill_in_the_right_light_is_hardly_changed() -> None:
    inside = region()
    values = np.random.default_rng(0).normal(100, 4, inside.shape).astype(np.float32)
    assert np.abs(membrane(values, inside, ~inside, limit=20)).mean() < 2


def test_the_correction_never_exceeds_the_limit() -> None:
    inside = region()
    values = smooth_values() + 90 * inside.astype(np.float32)
    correction = membrane(values, inside, ~inside, limit=10)
    assert np.abs(correction).max() <= 10 + 1e-3
    np.testing.assert_allclose(correction[inside], -10, atol=1e-2)


def test_nothing_is_added_outside_the_region() -> None:
    inside = region()
    values = np.random.default_rng(0).normal(100, 30, inside.shape).astype(np.float32)
    assert not membrane(values, inside, ~inside, limit=50)[~inside].any()


def test_without_a_border_the_correction_is_zero() -> None:
    everywhere = np.ones((40, 50), bool)
    assert not membrane(smooth_values(), everywhere, ~everywhere, limit=50).any()
    apart = np.zeros((40, 50), bool)
    apart[:3] = True
    assert not membrane(smooth_values(), region(), apart, limit=50).any()


def test_only_the_named_outside_is_fitted_to() -> None:
    inside, values = region(), smooth_values()
    outside = ~inside
    outside[:, :25] = False
    values[:, :12] = 250
    values[inside] = 95
    correction = membrane(values, inside, outside, limit=50)
    np.testing.assert_allclose(correction[inside], 5, atol=1e-2)


def test_a_jump_that_the_source_shows_as_well_is_texture_and_stays() -> None:
    inside = region()
    scene = np.random.default_rng(0).normal(100, 30, inside.shape).astype(np.float32)
    nothing = np.zeros_like(scene)
    assert not membrane(scene, inside, ~inside, limit=50, rim=Rim(nothing[..., None], ~inside, inside)).any()


def test_a_jump_that_the_source_does_not_show_is_light_and_goes() -> None:
    inside, truth = region(), smooth_values()
    darker = truth - 7 * inside.astype(np.float32)
    change = np.full_like(truth, 7)
    fitted = darker + membrane(darker, inside, ~inside, limit=20, rim=Rim(change[..., None], ~inside, inside))
    np.testing.assert_allclose(fitted, truth, atol=1e-3)


def test_where_the_source_shows_nothing_of_the_rim_the_jump_decides() -> None:
    inside, truth = region(), smooth_values()
    darker = truth - 7 * inside.astype(np.float32)
    rim = Rim(np.zeros_like(truth)[..., None], np.zeros_like(inside), inside)
    fitted = darker + membrane(darker, inside, ~inside, limit=20, rim=rim)
    np.testing.assert_allclose(fitted, truth, atol=1e-3)


def test_a_guess_is_fitted_whatever_the_rims_sources_show() -> None:
    inside, truth = region(), smooth_values()
    darker = truth - 7 * inside.astype(np.float32)
    rim = Rim(np.zeros_like(truth)[..., None], ~inside, np.zeros_like(inside))
    np.testing.assert_allclose(darker + membrane(darker, inside, ~inside, limit=20, rim=rim), truth, atol=1e-3)


def test_two_halves_of_one_texture_go_together() -> None:
    inside = region()
    values = np.random.default_rng(1).normal(100, 20, (*inside.shape, 1)).astype(np.float32)
    assert module.mismatch(values, inside, ~inside) < 8
    assert module.mismatch(values + 50 * inside[..., None], inside, ~inside) > 40


def test_without_a_border_nothing_is_off() -> None:
    values = np.zeros((40, 50, 1), np.float32)
    assert module.mismatch(values, np.zeros((40, 50), bool), np.ones((40, 50), bool)) == 0.0


def test_a_textured_guess_in_the_same_texture_keeps_it() -> None:
    inside = region()
    values = np.random.default_rng(2).normal(100, 20, (*inside.shape, 1)).astype(np.float32)
    kept = module.refreshed(values, inside, ~inside, stale=23)
    assert kept[inside].std() > 0.85 * values[inside].std()


def test_a_guess_among_other_colours_fades() -> None:
    inside = region()
    values = np.random.default_rng(2).normal(100, 20, (*inside.shape, 1)).astype(np.float32)
    values[inside] -= 80
    faded = module.refreshed(values, inside, ~inside, stale=23)
    assert faded[inside].std() < 0.3 * values[inside].std() and abs(faded[inside].mean() - 100) < 10


@pytest.mark.parametrize("sigma_px", [1.0, 2.0, 4.0])
@pytest.mark.parametrize("corner", [(0, 0), (14, 20), (26, 37)])
def test_means_at_a_border_are_those_of_a_blurred_picture(corner: tuple[int, int], sigma_px: float) -> None:
    inside = np.zeros((40, 50), bool)
    inside[corner[0] : corner[0] + 14, corner[1] : corner[1] + 13] = True
    values = np.random.default_rng(4).uniform(0, 255, (40, 50, 2)).astype(np.float32)
    border = module._Border.between(inside, ~inside)
    blurred = cv2.GaussianBlur(values * inside[..., None], (0, 0), sigma_px)
    assert not border.empty
    np.testing.assert_allclose(border.blurred(values, inside, sigma_px), blurred[border.places], atol=1e-3)
