"""The background's motion inside the hole (VORNet section 3.1): the object's own flow removed, three ways to fill it.

*Interpolation* continues the flow of the hole's surroundings smoothly (the paper's way): right where the background
itself bends. A *homography* fitted to the whole background explains rigid scenes far better than interpolation can;
an *affine* motion fitted to the surroundings explains a rigid part of a scene. None is right everywhere, so each is
tried on the ring round the hole, where the true flow is known: interpolation has to predict it from farther out, the
models from their fit. Each part of the hole takes mostly what explained its nearest ring best.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.propagation.picture import BoolMask
from models.propagation.pullpush import pull_push
from models.propagation.source_map import Window, window_of

FlowField = NDArray[np.float32]

_SAMPLE_STEP_PX = 8
_INLIER_PX = 0.7
_FEWEST_POINTS = 24
_RING_PX = 16
"""Ring on which the models are tried, at working size."""
_FAR_PX = 28
"""How far out interpolation starts when it is tried: about the depth it has to reach into a hole."""
_NOISE_PX = 0.3
"""Errors below this are the estimator's own noise and decide nothing."""
_AGREED = 1.5
"""Where the candidates hardly differ, the error is at most this many times their difference."""
_DOUBT = {"homography": 1.0, "affine": 1.1, "interpolation": 1.2}
"""A freer model explains a ring better than the hole behind it: its error counts for a little more."""


@dataclass(frozen=True, slots=True)
class HoleFlow:
    """The completed flow and what was found about it.

    Attributes:
        flow: ``(h, w, 2)`` float32 at working size, true flow outside the hole, background's guess inside.
        homography: ``(3, 3)`` float64 from this frame to the other, or None if none fits.
        error: ``(h, w)`` float32: how far off, in working pixels and beyond the estimator's own noise, the chosen
            models were on the nearest ring.
    """

    flow: FlowField
    homography: NDArray[np.float64] | None
    error: NDArray[np.float32]


def complete_flow(flow: FlowField, hole: BoolMask, other_hole: BoolMask) -> HoleFlow:
    """Replaces the flow inside the hole by the background's.

    Args:
        flow: ``(h, w, 2)`` float32 from this picture to the other, as estimated.
        hole: ``(h, w)`` bool of this picture, grown by what the estimator smears (about 4 px).
        other_hole: the other picture's.
    """
    height, width = hole.shape
    trusted = ~hole & _lands_outside(flow, other_hole)
    homography = fit_homography(flow, trusted)
    window = window_of(hole).grown(2 * _FAR_PX, height, width)
    error = np.zeros(hole.shape, np.float32)
    if window.empty:
        return HoleFlow(flow, homography, error)
    part = window.slices
    filled, error[part] = _fill(flow[part], hole[part], trusted[part], window, homography)
    out = flow.copy()
    out[part] = filled
    return HoleFlow(out, homography, error)


def _fill(
    flow: FlowField, hole: BoolMask, trusted: BoolMask, window: Window, homography: NDArray[np.float64] | None
) -> tuple[FlowField, NDArray[np.float32]]:
    """The filled flow of a window, and the error of what was chosen; worked out at half size, where flow is smooth."""
    size = ((window.width + 1) // 2, (window.height + 1) // 2)
    weight = cv2.resize(trusted.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    known = cv2.resize(flow * trusted[..., None], size, interpolation=cv2.INTER_AREA)
    half_flow = (known / np.maximum(weight, 1e-6)[..., None]).astype(np.float32)
    half_trusted = weight > 0.5
    half_hole = cv2.resize(hole.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0
    mixed, error = _mix(half_flow, half_hole, half_trusted, window, homography)
    full = (window.width, window.height)
    full_flow = cv2.resize(mixed, full, interpolation=cv2.INTER_LINEAR)
    full_error = cv2.resize(error, full, interpolation=cv2.INTER_LINEAR)
    return np.where(hole[..., None], full_flow, flow).astype(np.float32), full_error.astype(np.float32)


def _mix(
    flow: FlowField, hole: BoolMask, trusted: BoolMask, window: Window, homography: NDArray[np.float64] | None
) -> tuple[FlowField, NDArray[np.float32]]:
    """Candidates of the background's flow, tried on the ring and mixed; the arrays are at half the window's size."""
    near, far = _grow(hole, _RING_PX // 2), _grow(hole, _FAR_PX // 2)
    near_ring, far_ring = near & trusted, far & trusted
    candidates = [pull_push(flow, trusted.astype(np.float32))]
    from_far = pull_push(flow, (trusted & ~far).astype(np.float32))
    misses = [_DOUBT["interpolation"] * np.maximum(_spread(_length(from_far - flow), far_ring), _NOISE_PX)]
    models = {
        "homography": None if homography is None else homography_flow(homography, window, flow.shape),
        "affine": _affine_flow(flow, trusted, hole),
    }
    for name, field in models.items():
        if field is not None:
            candidates.append(field)
            misses.append(_DOUBT[name] * np.maximum(_spread(_length(field - flow), near_ring), _NOISE_PX))
    weights = np.stack(misses) ** -8.0
    weights /= weights.sum(0)
    mixed = (weights[..., None] * np.stack(candidates)).sum(0)
    missed = np.maximum((weights * np.stack(misses)).sum(0) - _NOISE_PX, 0)
    # Where all candidates say the same, a noisy ring is no reason for doubt.
    apart = np.mean([_length((candidate - mixed).astype(np.float32)) for candidate in candidates], axis=0)
    error = np.minimum(missed, _AGREED * apart) if len(candidates) > 1 else missed
    return mixed.astype(np.float32), error.astype(np.float32)


def homography_flow(homography: NDArray[np.float64], window: Window, shape: tuple[int, ...]) -> FlowField:
    """The displacement ``(h, w, 2)`` float32 that a homography gives a window, on a grid of ``shape`` over it."""
    xs = window.left - 0.5 + (np.arange(shape[1]) + 0.5) * (window.width / shape[1])
    ys = window.top - 0.5 + (np.arange(shape[0]) + 0.5) * (window.height / shape[0])
    (a, b, c), (d, e, f), (g, h, i) = homography
    y = ys[:, None]
    depth = g * xs + h * y + i
    field = np.stack([(a * xs + b * y + c) / depth - xs, (d * xs + e * y + f) / depth - y], -1)
    return np.asarray(field, dtype=np.float32)


def fit_homography(flow: FlowField, trusted: BoolMask) -> NDArray[np.float64] | None:
    """RANSAC homography of the trusted flow; None if too little of it agrees."""
    rows, columns = np.nonzero(trusted[::_SAMPLE_STEP_PX, ::_SAMPLE_STEP_PX])
    if len(rows) < _FEWEST_POINTS:
        return None
    rows, columns = rows * _SAMPLE_STEP_PX, columns * _SAMPLE_STEP_PX
    start = np.stack([columns, rows], -1).astype(np.float64)
    end = start + flow[rows, columns]
    cv2.setRNGSeed(1)
    fitted: tuple[Any, Any] = cv2.findHomography(  # (None, None) where nothing fits, whatever the stubs say
        start, end, cv2.USAC_MAGSAC, _INLIER_PX, maxIters=200, confidence=0.995
    )
    found, inliers = fitted
    if found is None or int(inliers.sum()) < max(_FEWEST_POINTS // 2, len(rows) // 5):
        return None
    chosen = inliers[:, 0].astype(bool)
    refined, _ = cv2.findHomography(start[chosen], end[chosen], 0)
    return np.asarray(refined if refined is not None else found, dtype=np.float64)


def _affine_flow(flow: FlowField, trusted: BoolMask, hole: BoolMask) -> FlowField | None:
    """Affine motion of the hole's surroundings: near pixels count more, outliers (another layer) less."""
    distance = cv2.distanceTransform((~hole).astype(np.uint8), cv2.DIST_L2, 3)
    nearness = np.exp(-((distance[::2, ::2] / 15.0) ** 2))
    rows, columns = np.nonzero(trusted[::2, ::2] & (nearness > 0.02))
    nearness = nearness[rows, columns].astype(np.float64)
    rows, columns = rows * 2, columns * 2
    if float(nearness.sum()) < _FEWEST_POINTS / 2:
        return None
    system = np.stack([np.ones(len(rows)), columns / 100.0, rows / 100.0], 1)
    measured = flow[rows, columns].astype(np.float64)
    weight, solution = nearness, np.zeros((3, 2))
    for _ in range(5):
        weighted = system * weight[:, None]
        solution = np.linalg.solve(system.T @ weighted + 1e-6 * np.eye(3), weighted.T @ measured)
        residual = np.linalg.norm(system @ solution - measured, axis=1)
        weight = nearness / (1 + (residual / 0.5) ** 2)
    ys, xs = np.mgrid[0 : hole.shape[0], 0 : hole.shape[1]]
    field = solution[0] + xs[..., None] / 100.0 * solution[1] + ys[..., None] / 100.0 * solution[2]
    return np.asarray(field, dtype=np.float32)


def _lands_outside(flow: FlowField, other_hole: BoolMask) -> BoolMask:
    """Where the flow ends inside the other picture and outside its hole."""
    height, width = other_hole.shape
    column = np.rint(np.arange(width, dtype=np.float32) + flow[..., 0]).astype(np.int32)
    row = np.rint(np.arange(height, dtype=np.float32)[:, None] + flow[..., 1]).astype(np.int32)
    inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
    return np.asarray(inside & ~other_hole[np.clip(row, 0, height - 1), np.clip(column, 0, width - 1)])


def _length(field: FlowField) -> NDArray[np.float32]:
    length = cv2.magnitude(np.ascontiguousarray(field[..., 0]), np.ascontiguousarray(field[..., 1]))
    return np.asarray(length, dtype=np.float32)


def _spread(error: NDArray[np.float32], ring: BoolMask) -> NDArray[np.float32]:
    """Ring errors, outliers tamed, continued over the hole."""
    weight = cv2.GaussianBlur(ring.astype(np.float32), (0, 0), 2)
    smooth = cv2.GaussianBlur(np.minimum(error, 6.0) * ring, (0, 0), 2) / np.maximum(weight, 1e-6)
    return pull_push(smooth.astype(np.float32), np.minimum(1.0, weight * 2) * (weight > 0.05))


def _grow(mask: BoolMask, radius: int) -> BoolMask:
    size = 2 * radius + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (size, size))
    return cv2.dilate(mask.astype(np.uint8), kernel).astype(bool)
