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

from models.propagation.channels import for_each, only
from models.propagation.picture import BoolMask
from models.propagation.pullpush import pull_push
from models.propagation.source_map import Window, window_of

FlowField = NDArray[np.float32]
Grey = NDArray[np.uint8]

_MOST_POINTS = 700
"""A homography is fitted to about this many places."""
_INLIER_PX = 0.5
_FEWEST_POINTS = 24
_RING_PX = 8
"""Ring on which the models are tried. All lengths here are on the motion grid, half the working size."""
_FAR_PX = 14
"""How far out interpolation starts when it is tried: about the depth it has to reach into a hole."""
_NOISE_PX = 0.15
"""Errors below this are the estimator's own noise and decide nothing."""
_HOPELESS_PX = 3.0
"""Errors beyond this are all alike."""
_STEP_PX = 0.01
"""Error of every flow, even of one that seems perfect: what was seen longer ago is worth a little less."""
_AGREED = 1.5
"""Where the candidates hardly differ, the error is at most this many times their difference."""
_DOUBT = {"homography": 1.0, "affine": 1.1, "interpolation": 1.2}
"""A freer model explains a ring better than the hole behind it: its error counts for a little more."""
_RIGID_DOUBT = 0.7
"""Where both rigid models say the same the background is rigid: interpolation, which bends, counts for less."""
_RIGID_PX = 0.3
"""They say the same if they differ by less than this; half as much is said at half of it."""
_PATCH_PX = 5
"""The estimator went astray where a model makes patches of this size alike"""
_ASTRAY_PX, _AS_WELL = 2.5, 1.0
"""as well as it does, but for so many grey levels, at a place this far from its own: it took one slat for the next;"""
_OFF_PX, _BETTER, _CLEARLY = 0.6, 0.8, 0.5
"""or a little off it, better than it does by this factor and by so many grey levels: it did not find the place."""
_NEAR_PX = 15.0
"""Surroundings of the hole that the affine motion is fitted to."""
_AFFINE_STEP_PX = 3
_AFFINE_MISS_PX = 0.25
"""A place that misses the affine motion by this much counts half."""


@dataclass(frozen=True, slots=True)
class HoleFlow:
    """The completed flow and what was found about it.

    Attributes:
        flow: ``(h, w, 2)`` float32 on the motion grid, true flow outside the hole, background's guess inside.
        homography: ``(3, 3)`` float64 from this frame to the other, or None if none fits.
        error: ``(h, w)`` float32: how far off, in pixels of that grid and beyond the estimator's own noise, the chosen
            models were on the nearest ring.
        light: how much brighter this picture is than the other (``light.py``).
    """

    flow: FlowField
    homography: NDArray[np.float64] | None
    error: NDArray[np.float32]
    light: float = 0.0


def brightened(to_previous: HoleFlow | None, to_next: HoleFlow | None) -> float:
    """How much brighter (log) a frame is than the one before it, by whichever flow between them is known.

    Args:
        to_previous: the frame's to the one before.
        to_next: the one before's to the frame.
    """
    if to_previous is not None:
        return to_previous.light
    return 0.0 if to_next is None else -to_next.light


def complete_flow(
    flow: FlowField, hole: BoolMask, other_hole: BoolMask, pictures: tuple[Grey, Grey] | None = None
) -> HoleFlow:
    """Replaces the flow inside the hole by the background's.

    Args:
        flow: ``(h, w, 2)`` float32 from this picture to the other, as estimated.
        hole: ``(h, w)`` bool of this picture, grown by what the estimator smears.
        other_hole: the other picture's.
        pictures: ``(h, w)`` uint8, both pictures in grey on the motion grid, that tell where the estimator went astray;
            None believes it everywhere.
    """
    height, width = hole.shape
    trusted = ~hole & _lands_outside(flow, other_hole)
    homography = fit_homography(flow, trusted)
    error = np.zeros(hole.shape, np.float32)
    window = window_of(hole).grown(2 * _FAR_PX, height, width)
    if window.empty:
        return HoleFlow(flow, homography, error)
    part = window.slices
    mixed, error[part] = _mix(flow[part], hole[part], trusted[part], window, homography, pictures)
    out = flow.copy()
    np.copyto(out[part], mixed, where=hole[part][..., None])
    return HoleFlow(out, homography, error)


def _mix(
    flow: FlowField,
    hole: BoolMask,
    trusted: BoolMask,
    window: Window,
    homography: NDArray[np.float64] | None,
    pictures: tuple[Grey, Grey] | None,
) -> tuple[FlowField, NDArray[np.float32]]:
    """Candidates of the background's flow in a window, tried on the ring and mixed; and how far off the mixture is."""
    near, far = _grow(hole, _RING_PX), _grow(hole, _FAR_PX)
    flow = only(flow, trusted)
    candidates = [pull_push(flow, trusted.astype(np.float32))]
    from_far = pull_push(flow, (trusted & ~far).astype(np.float32))
    misses = [_spread([_length(from_far - flow)], far & trusted)[..., 0]]
    doubts = [_DOUBT["interpolation"]]
    models = {
        "homography": None if homography is None else homography_flow(homography, window, flow.shape),
        "affine": _affine_flow(flow, trusted, hole),
    }
    found = {name: field for name, field in models.items() if field is not None}
    if found:
        blames = [_length(field - flow) for field in found.values()]
        if pictures is not None:
            blames = _not_mistaken(blames, flow, list(found.values()), window, pictures)
        spread = _spread(blames, near & trusted)
        candidates += found.values()
        misses += [spread[..., number] for number in range(len(found))]
        doubts += [_DOUBT[name] for name in found]
    missed = np.maximum(np.stack(misses), _NOISE_PX) * np.array(doubts, np.float32)[:, None, None]
    rigid = None
    if len(found) == len(models):
        rigid = _length(candidates[1] - candidates[2])
        missed[0] *= 1 + _RIGID_DOUBT * np.maximum(1 - rigid / _RIGID_PX, 0)
    return _weighed(np.stack(candidates), missed, rigid)


def _not_mistaken(
    misses: list[NDArray[np.float32]],
    flow: FlowField,
    fields: list[FlowField],
    window: Window,
    pictures: tuple[Grey, Grey],
) -> list[NDArray[np.float32]]:
    """What models miss, without places where the estimator went astray: often on slats, fences and tiles.

    There the model is off the estimated flow, and yet the pictures bear it out as well or better.
    """
    here = pictures[0][window.slices].astype(np.float32)
    grid = window.pixel_grid()

    def difference(field: FlowField) -> NDArray[np.float32]:
        there = cv2.remap(pictures[1], grid + field, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[call-overload]
        return np.asarray(cv2.blur(np.abs(here - there), (_PATCH_PX, _PATCH_PX)), np.float32)

    if not any((miss > _OFF_PX).any() for miss in misses):
        return misses
    estimated = difference(flow)
    kept = []
    for miss, field in zip(misses, fields, strict=True):
        own = difference(field)
        astray = (miss > _ASTRAY_PX) & (own < estimated + _AS_WELL)
        astray |= (miss > _OFF_PX) & (own < _BETTER * estimated - _CLEARLY)
        kept.append(np.where(astray, np.float32(0), miss))
    return kept


def _weighed(
    candidates: NDArray[np.float32], misses: NDArray[np.float32], rigid: NDArray[np.float32] | None
) -> tuple[FlowField, NDArray[np.float32]]:
    """Candidates ``(N, h, w, 2)`` mixed by how far each misses ``(N, h, w)``, and the error to be expected.

    ``rigid`` ``(h, w)`` is how far apart the rigid models are, if there are two.
    """
    weights = misses**-8
    weights /= weights.sum(0)
    mixed = np.einsum("nhw,nhwc->hwc", weights, candidates).astype(np.float32)
    missed = np.maximum(np.einsum("nhw,nhw->hw", weights, misses) - _NOISE_PX, 0)
    if len(candidates) > 1:
        # Where the candidates say the same, a noisy ring is no reason for doubt; nor where the rigid ones do.
        off = np.square(candidates - mixed)
        apart = np.sqrt(off[..., 0] + off[..., 1]).mean(0)
        if rigid is not None:
            apart += np.maximum(1 - rigid / _RIGID_PX, 0) * (rigid - apart)
        missed = np.minimum(missed, _AGREED * apart)
    return mixed, (missed + _STEP_PX).astype(np.float32)


def homography_flow(homography: NDArray[np.float64], window: Window, shape: tuple[int, ...]) -> FlowField:
    """The displacement ``(h, w, 2)`` float32 that a homography gives a window, on a grid of ``shape`` over it."""
    xs = window.left - 0.5 + (np.arange(shape[1]) + 0.5) * (window.width / shape[1])
    ys = window.top - 0.5 + (np.arange(shape[0]) + 0.5) * (window.height / shape[0])
    (a, b, c), (d, e, f), (g, h, i) = homography
    y = ys[:, None]
    depth = g * xs + h * y + i
    field = np.empty((*depth.shape, 2), np.float32)
    field[..., 0] = (a * xs + b * y + c) / depth - xs
    field[..., 1] = (d * xs + e * y + f) / depth - y
    return field


def fit_homography(flow: FlowField, trusted: BoolMask) -> NDArray[np.float64] | None:
    """RANSAC homography of the trusted flow; None if too little of it agrees."""
    step = max(1, round((trusted.size / _MOST_POINTS) ** 0.5))
    rows, columns = np.nonzero(trusted[::step, ::step])
    if len(rows) < _FEWEST_POINTS:
        return None
    rows, columns = rows * step, columns * step
    start = np.stack([columns, rows], -1).astype(np.float64)
    end = start + flow[rows, columns]
    cv2.setRNGSeed(1)
    # Plain RANSAC ends with a fit to its inliers; measured on the tuning half, the hole's flow is nearer the truth
    # with it than with USAC_MAGSAC (share within half a pixel .51 against .46), and it takes a third of the time.
    fitted: tuple[Any, Any] = cv2.findHomography(  # (None, None) where nothing fits, whatever the stubs say
        start, end, cv2.RANSAC, _INLIER_PX, maxIters=200, confidence=0.995
    )
    found, inliers = fitted
    if found is None or int(inliers.sum()) < max(_FEWEST_POINTS // 2, len(rows) // 5):
        return None
    return np.asarray(found, dtype=np.float64)


def _affine_flow(flow: FlowField, trusted: BoolMask, hole: BoolMask) -> FlowField | None:
    """Affine motion of the hole's surroundings: near pixels count more, outliers (another layer) less."""
    distance = cv2.distanceTransform((~hole).astype(np.uint8), cv2.DIST_L2, 3)
    step = _AFFINE_STEP_PX
    sampled = distance[::step, ::step]
    rows, columns = np.nonzero(trusted[::step, ::step] & (sampled < 2 * _NEAR_PX))
    nearness = np.exp(-((sampled[rows, columns].astype(np.float64) / _NEAR_PX) ** 2))
    rows, columns = rows * step, columns * step
    if float(nearness.sum()) * step**2 < 2 * _FEWEST_POINTS:
        return None
    system = np.stack([np.ones(len(rows)), columns / 100.0, rows / 100.0], 1)
    measured = flow[rows, columns].astype(np.float64)
    weight, solution = nearness, np.zeros((3, 2))
    for _ in range(5):
        weighted = system * weight[:, None]
        solution = np.linalg.solve(system.T @ weighted + 1e-6 * np.eye(3), weighted.T @ measured)
        residual = system @ solution - measured
        weight = nearness / (1 + np.einsum("nc,nc->n", residual, residual) / _AFFINE_MISS_PX**2)
    ys, xs = np.arange(hole.shape[0])[:, None] / 100.0, np.arange(hole.shape[1]) / 100.0
    field = np.empty((*hole.shape, 2), np.float32)
    for axis, (constant, across, down) in enumerate(solution.T):
        field[..., axis] = (constant + ys * down) + xs * across
    return field


def _lands_outside(flow: FlowField, other_hole: BoolMask) -> BoolMask:
    """Where the flow ends inside the other picture and outside its hole."""
    height, width = other_hole.shape
    place = flow + Window(0, 0, width, height).pixel_grid()
    free = (~other_hole).astype(np.uint8)
    landed = cv2.remap(free, place, None, cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT)  # type: ignore[call-overload]
    return np.asarray(landed > 0)


def _length(field: FlowField) -> NDArray[np.float32]:
    length = cv2.magnitude(np.ascontiguousarray(field[..., 0]), np.ascontiguousarray(field[..., 1]))
    return np.asarray(length, dtype=np.float32)


def _spread(errors: list[NDArray[np.float32]], ring: BoolMask) -> NDArray[np.float32]:
    """Ring errors ``(h, w)``, outliers tamed, continued over the hole: ``(h, w, N)``."""
    weight = np.asarray(cv2.GaussianBlur(ring.astype(np.float32), (0, 0), 2), np.float32)
    tamed = only(np.minimum(np.stack(errors, -1), _HOPELESS_PX), ring)
    smooth = np.asarray(cv2.GaussianBlur(tamed, (0, 0), 2), np.float32).reshape(tamed.shape)
    smooth /= for_each(np.maximum(weight, 1e-6), len(errors))
    return pull_push(smooth, np.minimum(1.0, weight * 2) * (weight > 0.05))


def _grow(mask: BoolMask, radius: int) -> BoolMask:
    size = 2 * radius + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (size, size))
    return cv2.dilate(mask.astype(np.uint8), kernel).astype(bool)
