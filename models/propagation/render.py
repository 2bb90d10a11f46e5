"""From a source map to colours: one sampling, the membrane, and the counts for the report."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.propagation.membrane import Rim, membrane, refreshed
from models.propagation.observation import Observation
from models.propagation.picture import BoolMask, Fill, Samples
from models.propagation.settings import PropagationSettings
from models.propagation.source_map import SourceMap, observed_label
from models.propagation.store import SourceStore

_AGREE = 0.03
"""Two sources agree if they differ by less than this share of the sample range, averaged over a few pixels."""
_STALE = 0.06
"""A guess that is off by this share of the sample range from what has come to surround it has lost half its texture."""
_LIGHT = 0.05
"""A jump at the hole's border of up to this share of the sample range is taken for a change of light."""


def render(
    here: Observation,
    source_map: SourceMap,
    rival: SourceMap | None,
    store: SourceStore,
    settings: PropagationSettings,
) -> Fill:
    """Fills the window of one frame.

    Args:
        here: the frame.
        source_map: sources of its zone; every hole pixel has one.
        rival: second sources, where there are any: averaged in where they agree (less noise, no jump when the choice
            changes).
        store: where the sources lie.
        settings: the engine's.
    """
    window = here.window
    rows, columns = window.slices
    hole = here.hole[rows, columns]
    planes: list[Samples] = []
    firsts = store.sample(source_map, here.picture.planes)
    seconds = None if rival is None else store.sample(rival, here.picture.planes)
    for number, plane in enumerate(here.picture.planes):
        sampled = firsts[number][0]
        if rival is not None and seconds is not None:
            second, also = seconds[number]
            share = _rival_share(source_map, rival, plane.shift_x, plane.shift_y)
            sampled = _average(sampled, second, also, share, here)
        if settings.membrane:
            sampled = _fitted(sampled, here, source_map, number)
        planes.append(sampled)
    seen = hole & source_map.seen
    rectangle = (window.left, window.top, window.width, window.height)
    return Fill(here.index, *rectangle, tuple(planes), seen, hole & ~seen, risk=source_map.risk)


def _fitted(sampled: Samples, here: Observation, source_map: SourceMap, number: int) -> Samples:
    """One plane of the fill, its guessed part fitted to the seen part and the whole to the frame."""
    plane, window = here.picture.planes[number], here.window
    step_y, step_x = 1 << plane.shift_y, 1 << plane.shift_x
    top, left = window.top >> plane.shift_y, window.left >> plane.shift_x
    frame = plane.samples[top : top + sampled.shape[0], left : left + sampled.shape[1]]
    hole = _coarser(here.hole[window.slices], step_x, step_y, sampled.shape)
    outside = ~hole & ~_coarser(here.avoid[window.slices], step_x, step_y, sampled.shape)
    guessed = hole & ~source_map.seen[::step_y, ::step_x]
    peak = (1 << here.picture.bits) - 1
    values = np.where(hole, sampled, frame).astype(np.float32)
    if guessed.any():
        around = outside | (hole & ~guessed)
        values = refreshed(values, guessed, around, stale=_STALE * peak, textured=not (plane.shift_x or plane.shift_y))
        known = values[around]
        low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, float(peak))
        values[guessed] = np.clip(values[guessed], low, high)
    seen = source_map.seen[::step_y, ::step_x]
    elsewhere = seen & (source_map.label[::step_y, ::step_x] != observed_label(here.index)) & outside
    rim = Rim(frame.astype(np.float32) - sampled, elsewhere, seen)
    values += membrane(values, hole, outside, limit=_LIGHT * peak, rim=rim)
    fitted: NDArray[Any] = np.clip(np.rint(values), 0, peak).astype(sampled.dtype)
    return fitted


def _coarser(mask: BoolMask, step_x: int, step_y: int, shape: tuple[int, ...]) -> BoolMask:
    """A mask on a plane's grid: a sample belongs to it if any of its pixels does."""
    if step_x == 1 and step_y == 1:
        return mask
    grown = cv2.dilate(mask.astype(np.uint8), np.ones((step_y, step_x), np.uint8), anchor=(0, 0))
    return np.asarray(grown[::step_y, ::step_x][: shape[0], : shape[1]], dtype=bool)


def _rival_share(source_map: SourceMap, rival: SourceMap, shift_x: int, shift_y: int) -> NDArray[np.float32]:
    """How much of the second source belongs in the mean: half where both are equally at risk."""
    first = source_map.risk[:: 1 << shift_y, :: 1 << shift_x] ** 2
    second = rival.risk[:: 1 << shift_y, :: 1 << shift_x] ** 2
    return np.asarray(first / np.maximum(first + second, 1e-6), dtype=np.float32)


def _average(first: Samples, second: Samples, both: BoolMask, share: NDArray[np.float32], here: Observation) -> Samples:
    """Mean of two samplings where they agree, the first where they do not."""
    difference = second.astype(np.float32) - first
    tolerance = _AGREE * ((1 << here.picture.bits) - 1)
    spread = cv2.blur(np.abs(difference) * both, (5, 5)) / np.maximum(cv2.blur(both.astype(np.float32), (5, 5)), 1e-6)
    agree = np.clip(2 - spread / tolerance, 0, 1) * both
    mean: NDArray[Any] = np.rint(first + agree * share * difference).astype(first.dtype)
    return mean


def empty_fill(here: Observation) -> Fill:
    """The answer for a frame without a hole."""
    nothing: BoolMask = np.zeros((0, 0), bool)
    return Fill(here.index, 0, 0, 0, 0, (), nothing, nothing)
