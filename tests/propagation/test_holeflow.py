"""The background's flow inside the hole, with an object of its own motion in front of it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from models.propagation.holeflow import complete_flow, fit_homography
from models.propagation.source_map import Window

HEIGHT, WIDTH = 120, 160
HOLE = (slice(40, 84), slice(56, 104))
NOISE_PX = 0.05


def holes() -> tuple[np.ndarray, np.ndarray]:
    """This picture's hole and the other's, moved by 3 px."""
    here = np.zeros((HEIGHT, WIDTH), bool)
    here[HOLE] = True
    return here, np.roll(here, 3, 1)


def noisy(flow: np.ndarray, object_flow: tuple[float, float] = (3, 0)) -> np.ndarray:
    """A measured flow: the true one with noise, the object's in the hole."""
    out = (flow + np.random.default_rng(0).normal(0, NOISE_PX, flow.shape)).astype(np.float32)
    out[HOLE] = object_flow
    return out


def homography_motion(matrix: np.ndarray) -> np.ndarray:
    grid = Window(0, 0, WIDTH, HEIGHT).pixel_grid()
    moved = cv2.perspectiveTransform(grid.reshape(-1, 1, 2), matrix).reshape(grid.shape)
    return np.asarray(moved - grid, np.float32)


def worst(found: np.ndarray, truth: np.ndarray) -> float:
    return float(np.linalg.norm(found - truth, axis=-1)[HOLE].max())


@pytest.mark.parametrize("motion", [(0, 0), (-2.5, 0.75), (6, -4), (0, 11.3)])
def test_a_translated_background_is_found_behind_the_object(motion: tuple[float, float]) -> None:
    truth = np.broadcast_to(np.array(motion, np.float32), (HEIGHT, WIDTH, 2))
    found = complete_flow(noisy(truth, (motion[0] + 5, motion[1] - 2)), *holes())
    assert worst(found.flow, truth) < 0.3
    assert found.error[HOLE].max() < 0.3


@pytest.mark.parametrize(
    "matrix",
    [
        [[1.03, 0, -3], [0, 1.03, -2], [0, 0, 1]],
        [[0.999, -0.03, 4], [0.03, 0.999, -2], [0, 0, 1]],
        [[1.01, 0.02, 2], [-0.01, 0.99, 1], [1e-4, -5e-5, 1]],
    ],
    ids=["zoom", "rotation", "perspective"],
)
def test_a_background_that_moves_by_a_homography_is_found_behind_the_object(matrix: list[list[float]]) -> None:
    truth = homography_motion(np.array(matrix))
    found = complete_flow(noisy(truth), *holes())
    assert worst(found.flow, truth) < 0.3
    assert found.homography is not None


def test_the_measured_flow_outside_the_hole_is_untouched() -> None:
    measured = noisy(np.zeros((HEIGHT, WIDTH, 2), np.float32))
    here, there = holes()
    found = complete_flow(measured, here, there)
    np.testing.assert_array_equal(found.flow[~here], measured[~here])
    assert found.flow.dtype == np.float32 and found.error.shape == here.shape


def test_each_part_of_a_hole_takes_the_motion_of_the_layer_beside_it() -> None:
    truth = np.zeros((HEIGHT, WIDTH, 2), np.float32)
    truth[:62], truth[62:] = (1.0, 0.0), (6.0, 0.0)
    found = complete_flow(noisy(truth, (-5, 2)), *holes())
    error = np.linalg.norm(found.flow - truth, axis=-1)[HOLE]
    upper, lower = error[:12], error[-12:]  # the layers' border runs through the hole's middle
    assert np.median(upper) < 2.5 and np.median(lower) < 2.5  # one motion for both would be 5 px off in one of them


def test_a_bent_motion_is_followed_better_than_any_model_could() -> None:
    ys, xs = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    truth = np.stack([3 * np.sin(xs / 20), 3 * np.cos(ys / 16)], -1).astype(np.float32)
    here = np.zeros((HEIGHT, WIDTH), bool)
    here[56:66, 76:86] = True
    measured = truth.copy()
    measured[here] = (7, 7)
    found = complete_flow(measured, here, np.roll(here, 3, 1)).flow
    system = np.stack([np.ones_like(xs), xs, ys], -1)[~here].astype(np.float64)
    best, *_ = np.linalg.lstsq(system, truth[~here], rcond=None)
    model = np.stack([np.ones_like(xs), xs, ys], -1) @ best
    inside = [float(np.linalg.norm(field - truth, axis=-1)[here].mean()) for field in (found, model)]
    assert inside[0] < 0.6 * inside[1], inside


def test_flow_that_lands_in_the_other_hole_is_not_trusted() -> None:
    truth = np.zeros((HEIGHT, WIDTH, 2), np.float32)
    here, _ = holes()
    there = np.zeros_like(here)
    there[36:88, 104:134] = True
    measured = noisy(truth)
    measured[36:88, 104:130] = (3, 0)  # background that the other picture's object covers
    assert worst(complete_flow(measured, here, there).flow, truth) < 0.3


def test_an_empty_hole_leaves_the_flow_as_it_is() -> None:
    measured = noisy(np.zeros((HEIGHT, WIDTH, 2), np.float32))
    nothing = np.zeros((HEIGHT, WIDTH), bool)
    found = complete_flow(measured, nothing, nothing)
    np.testing.assert_array_equal(found.flow, measured)
    assert not found.error.any()


@pytest.mark.parametrize("shape", [(16, 16), (17, 33), (48, 20)])
@pytest.mark.parametrize("share", ["all", "half", "corner"])
def test_any_hole_in_a_small_picture_gives_finite_flow(shape: tuple[int, int], share: str) -> None:
    hole = np.zeros(shape, bool)
    hole[{"all": np.s_[:], "half": np.s_[:, : shape[1] // 2], "corner": np.s_[-5:, -5:]}[share]] = True
    flow = np.random.default_rng(0).normal(size=(*shape, 2)).astype(np.float32)
    found = complete_flow(flow, hole, hole)
    assert np.isfinite(found.flow).all() and np.isfinite(found.error).all()


def test_no_homography_is_made_up_from_noise() -> None:
    noise = np.random.default_rng(0).uniform(-20, 20, (HEIGHT, WIDTH, 2)).astype(np.float32)
    assert fit_homography(noise, np.ones((HEIGHT, WIDTH), bool)) is None


def test_the_same_flow_is_completed_the_same_way_twice() -> None:
    measured = noisy(homography_motion(np.array([[1.02, 0, 1], [0, 1.02, 0], [0, 0, 1.0]])))
    first, second = complete_flow(measured, *holes()), complete_flow(measured, *holes())
    np.testing.assert_array_equal(first.flow, second.flow)


SLAT_PX = 8
ASTRAY = (slice(30, 94), slice(16, 56))
"""Left of the hole, where the estimator takes one slat for the next."""


def slats(period_px: int | None) -> np.ndarray:
    """``(HEIGHT, WIDTH)`` uint8: rows that repeat themselves, or never do."""
    if period_px is None:
        rows = cv2.GaussianBlur(np.random.default_rng(4).uniform(0, 255, (HEIGHT, 1)).astype(np.float32), (0, 0), 1.0)
        return np.ascontiguousarray(np.broadcast_to(rows, (HEIGHT, WIDTH))).astype(np.uint8)
    rows = 128 + 80 * np.sin(2 * np.pi * np.arange(HEIGHT) / period_px)
    return np.ascontiguousarray(np.broadcast_to(rows[:, None], (HEIGHT, WIDTH))).astype(np.uint8)


def beside(here: np.ndarray, there: np.ndarray) -> tuple[float, float]:
    """How far off the hole's flow next to a ring that went astray by one slat is, and what it says of itself."""
    still = np.zeros((HEIGHT, WIDTH, 2), np.float32)
    measured = noisy(still)
    measured[ASTRAY] += (0, SLAT_PX)
    found = complete_flow(measured, *holes(), (here, there))
    edge = found.flow[HOLE[0], 56:62]
    return float(np.linalg.norm(edge, axis=-1).mean()), float(found.error[HOLE[0], 56:62].mean())


def test_an_estimator_that_took_one_slat_for_the_next_is_not_believed() -> None:
    off_px, error_px = beside(slats(SLAT_PX), slats(SLAT_PX))
    assert off_px < 0.3 and error_px < 0.3


def test_the_same_flow_is_believed_where_another_layer_really_moves() -> None:
    here, there = slats(None), slats(None)
    there[:, ASTRAY[1]] = np.roll(here, SLAT_PX, 0)[:, ASTRAY[1]]
    off_px, error_px = beside(here, there)
    assert off_px > 1.0 or error_px > 1.0
