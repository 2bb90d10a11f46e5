"""From a source map to colours: one sampling, the membrane, and the counts for the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.propagation.grid import any_on_plane, in_window, on_plane
from models.propagation.membrane import Rim, membrane, refreshed
from models.propagation.observation import Observation
from models.propagation.picture import BoolMask, Fill, Samples
from models.propagation.settings import PropagationSettings
from models.propagation.source_map import SourceMap, observed_label

_AGREE = 0.03
"""Two sources agree if they differ by less than this share of the sample range, averaged over a few pixels."""
_STALE = 0.09
"""A guess that is off by this share of the sample range from what has come to surround it has lost half its texture.

(It was 0.06 of colours averaged over a pixel. In any texture that is what two neighbours differ by, and guesses became
a haze, plain to see on DAVIS cows; LPIPS and PSNR of eight composites hardly tell the two apart.)"""
_STALE_CHROMA = 0.02
"""The same for planes of chroma: earth between leaves that are moved to grey would turn violet."""
_LIGHT = 0.05
"""A jump at the hole's border of up to this share of the sample range is taken for a change of light."""
_OTHER_LIGHT = 0.07
"""The same for a part of the hole whose source was seen in clearly other light."""


@dataclass(frozen=True, slots=True)
class Rival:
    """Second sources of pixels that have two, and what they show: each plane's samples, and where they are valid."""

    map: SourceMap
    sampled: list[tuple[Samples, BoolMask]]


def render(
    here: Observation,
    source_map: SourceMap,
    sampled: list[Samples],
    rival: Rival | None,
    settings: PropagationSettings,
    *,
    strange: BoolMask | None = None,
) -> Fill:
    """Fills the window of one frame.

    Args:
        here: the frame.
        source_map: sources of its zone; every hole pixel has one.
        sampled: each plane's samples in the window, as the map's sources show them.
        rival: second sources, where there are any: averaged in where they agree (less noise, no jump when the choice
            changes).
        settings: the engine's.
        strange: ``(h, w)`` bool, where sources come from clearly other light: they are fitted to the others.
    """
    planes = list(sampled)
    if rival is not None:
        planes = [_with_rival(here, source_map, rival, samples, number) for number, samples in enumerate(planes)]
    if settings.membrane:
        grids: dict[tuple[int, int], list[int]] = {}
        for number, plane in enumerate(here.picture.planes):
            grids.setdefault((plane.shift_x, plane.shift_y), []).append(number)
        for numbers in grids.values():
            results = _fitted(here, source_map, planes, numbers, strange)
            for number, fitted in zip(numbers, results, strict=True):
                planes[number] = fitted
    return _in_view(here, source_map, tuple(planes))


def _fitted(
    here: Observation,
    source_map: SourceMap,
    sampled: list[Samples],
    numbers: list[int],
    strange: BoolMask | None,
) -> list[Samples]:
    """Planes of one grid, parts from other light fitted to the rest, the guess to what is seen, all to the frame."""
    first, window = here.picture.planes[numbers[0]], here.window
    shape = sampled[numbers[0]].shape
    grid = first.shift_x, first.shift_y, shape
    frame = _merged([in_window(here.picture.planes[number], window) for number in numbers])
    shown = _merged([sampled[number] for number in numbers])
    hole = any_on_plane(here.hole[window.slices], *grid)
    outside = ~hole & ~any_on_plane(here.avoid[window.slices], *grid)
    seen = on_plane(source_map.seen, *grid)
    guessed = hole & ~seen
    peak = (1 << here.picture.bits) - 1
    values = cv2.copyTo(shown, hole.view(np.uint8), frame.copy()).reshape(frame.shape).astype(np.float32)
    if strange is not None:
        region = hole & on_plane(strange, *grid)
        values += membrane(values, region, outside | (hole & ~region), limit=_OTHER_LIGHT * peak)
    if guessed.any():
        around = outside | (hole & ~guessed)
        stale = _STALE_CHROMA if first.shift_x > here.picture.planes[0].shift_x else _STALE
        values = refreshed(values, guessed, around, stale=stale * peak)
        _keep_between(values, guessed, around)
    elsewhere = seen & on_plane(source_map.label != observed_label(here.index), *grid) & outside
    difference = np.asarray(cv2.subtract(frame, shown, dtype=cv2.CV_32F), np.float32).reshape(frame.shape)
    values += membrane(values, hole, outside, limit=_LIGHT * peak, rim=Rim(difference, elsewhere, seen))
    np.clip(np.rint(values, out=values), 0, peak, out=values)
    planes: list[Any] = [np.asarray(plane, shown.dtype) for plane in cv2.split(values.astype(shown.dtype))]
    return planes


def _merged(planes: list[Samples]) -> Samples:
    """Planes of one grid as ``(h, w, C)``."""
    merged: NDArray[Any] = np.asarray(cv2.merge(planes), planes[0].dtype)
    return merged.reshape(*planes[0].shape, len(planes))


def _keep_between(values: NDArray[np.float32], region: BoolMask, around: BoolMask) -> None:
    """Keeps each channel of a region ``(h, w)`` within what is ``around`` it, if anything is."""
    if not around.any():
        return
    inside = np.flatnonzero(region)
    for channel in range(values.shape[2]):
        plane = np.ascontiguousarray(values[..., channel])
        low, high, _, _ = cv2.minMaxLoc(plane, around.view(np.uint8))
        values.reshape(-1, values.shape[2])[inside, channel] = np.clip(
            plane.reshape(-1)[inside], np.float32(low), np.float32(high)
        )


def _in_view(here: Observation, source_map: SourceMap, planes: tuple[Samples, ...]) -> Fill:
    """The fill in pixels of the view."""
    step, window = here.step, here.window
    height, width = here.exact_hole.shape
    left, top = window.left * step, window.top * step
    size = min(width - left, window.width * step), min(height - top, window.height * step)
    hole = here.exact_hole[top : top + size[1], left : left + size[0]]
    shift = 1 - step.bit_length()
    seen = hole & on_plane(source_map.seen, shift, shift, hole.shape)
    risk = on_plane(source_map.risk, shift, shift, hole.shape) * np.float32(step)
    return Fill(here.index, left, top, *size, planes, seen, hole & ~seen, risk=risk)


def _with_rival(here: Observation, source_map: SourceMap, rival: Rival, first: Samples, number: int) -> Samples:
    """Mean of two samplings of a plane where they agree, the first where they do not."""
    plane, (second, both) = here.picture.planes[number], rival.sampled[number]
    share = on_plane(_rival_share(source_map, rival.map), plane.shift_x, plane.shift_y, first.shape)
    difference = second.astype(np.float32) - first
    tolerance = _AGREE * ((1 << here.picture.bits) - 1)
    spread = cv2.blur(np.abs(difference) * both, (5, 5)) / np.maximum(cv2.blur(both.astype(np.float32), (5, 5)), 1e-6)
    agree = np.clip(2 - spread / tolerance, 0, 1) * both
    mean: NDArray[Any] = np.rint(first + agree * share * difference).astype(first.dtype)
    return mean


def _rival_share(source_map: SourceMap, rival: SourceMap) -> NDArray[np.float32]:
    """How much of the second source belongs in the mean: half where both are equally at risk."""
    first, second = source_map.risk**2, rival.risk**2
    return np.asarray(first / np.maximum(first + second, 1e-6), dtype=np.float32)


def empty_fill(here: Observation) -> Fill:
    """The answer for a frame without a hole."""
    nothing: BoolMask = np.zeros((0, 0), bool)
    return Fill(here.index, 0, 0, 0, 0, (), nothing, nothing)
