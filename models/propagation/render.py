"""From a source map to colours: one sampling, the membrane, and the counts for the report."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.propagation.membrane import membrane
from models.propagation.observation import Observation, Scale
from models.propagation.picture import BoolMask, Fill, Samples
from models.propagation.settings import PropagationSettings
from models.propagation.source_map import SourceMap
from models.propagation.store import SourceStore


def render(
    here: Observation, source_map: SourceMap, store: SourceStore, scale: Scale, settings: PropagationSettings
) -> Fill:
    """Fills the window of one frame.

    Args:
        here: the frame.
        source_map: sources of its zone; every hole pixel has one.
        store: where the sources lie.
        scale: the clip's sizes.
        settings: the engine's.
    """
    window = here.window
    rows, columns = window.slices
    hole = here.hole[rows, columns]
    rim = here.zone & ~hole & here.clear[rows, columns] & source_map.seen
    planes: list[Samples] = []
    for number, plane in enumerate(here.picture.planes):
        sampled, valid = store.sample(source_map, number, plane.shift_x, plane.shift_y)
        values: NDArray[np.generic] = sampled
        if settings.membrane:
            step_y, step_x = 1 << plane.shift_y, 1 << plane.shift_x
            top, left = window.top >> plane.shift_y, window.left >> plane.shift_x
            frame = plane.samples[top : top + sampled.shape[0], left : left + sampled.shape[1]]
            peak = (1 << here.picture.bits) - 1
            correction = membrane(
                frame, sampled, rim[::step_y, ::step_x] & valid, peak=peak, smooth_px=max(1.5, scale.rim_px / 2 / step_x)
            )
            values = np.clip(np.rint(sampled + correction), 0, peak).astype(sampled.dtype)
        planes.append(np.asarray(values, dtype=sampled.dtype))
    seen = hole & source_map.seen
    return Fill(
        here.index, window.left, window.top, window.width, window.height, tuple(planes), seen, hole & ~seen
    )


def empty_fill(here: Observation) -> Fill:
    """The answer for a frame without a hole."""
    nothing: BoolMask = np.zeros((0, 0), bool)
    return Fill(here.index, 0, 0, 0, 0, (), nothing, nothing)
