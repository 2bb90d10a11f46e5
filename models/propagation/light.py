"""Changes of light from frame to frame: auto exposure, a cloud, a lamp that flickers.

What was seen in one light is shown in another. The ratio of brightness is read off the background of two neighbouring
frames and added up along the clip (in logarithms); a source is shown in the light of the frame that it fills. What is
left of it, and what is not the same everywhere, the membrane takes up.
"""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from models.propagation.colour_relation import ColourRelation
from models.propagation.grid import on_plane
from models.propagation.picture import BoolMask, PicturePlane, Samples
from models.propagation.source_map import SourceMap

_EVERY_PX = 4
"""Distance of the places that are compared, on the motion grid."""
_FEWEST = 200
_DARKEST, _BRIGHTEST = 16, 240
"""Grey levels outside these are clipped, or all noise."""
_ALIKE = 0.1
"""Places whose brightness changes by this much more or less than the middle one's show something else."""
_STEADY = 0.002
"""Changes below this from one frame to the next are noise, which must not add up."""
_OTHER = 0.02
"""A source whose light differs by more than this is fitted to the sources round it as well: a change of light is hardly
ever the same everywhere."""
_ENOUGH = 0.01
"""A difference is made up for but for so much: the membrane hides that, and the sources keep their own bits."""


def log_gain(
    here: NDArray[np.uint8],
    there: NDArray[np.uint8],
    flow: NDArray[np.float32],
    hole: BoolMask,
    other_hole: BoolMask,
) -> float:
    """How much brighter a picture is than another, as a natural logarithm; 0 where it cannot be told.

    Args:
        here: ``(h', w')`` uint8 grey picture at working size.
        there: the other.
        flow: ``(h'', w'', 2)`` float32 from the one to the other, on the motion grid.
        hole: ``(h'', w'')`` bool, what to leave out of the one.
        other_hole: the same for the other.
    """
    height, width = hole.shape
    ys, xs = np.mgrid[0:height:_EVERY_PX, 0:width:_EVERY_PX].astype(np.float32)
    start = np.stack([xs, ys], -1)
    end = start + flow[::_EVERY_PX, ::_EVERY_PX]
    taken = cv2.remap(other_hole.view(np.uint8), end, None, cv2.INTER_NEAREST, borderValue=(1,))  # type: ignore[call-overload]
    first, second = _at(here, start, hole.shape), _at(there, end, hole.shape)
    low, high = np.minimum(first, second), np.maximum(first, second)
    known = ~hole[::_EVERY_PX, ::_EVERY_PX] & (taken == 0) & (low >= _DARKEST) & (high <= _BRIGHTEST)
    first, second = first[known], second[known]
    if len(first) < _FEWEST:
        return 0.0
    ratio = np.log(first / second)
    alike = np.abs(ratio - np.median(ratio)) < _ALIKE
    change = float(np.log(first[alike].sum() / second[alike].sum()))
    return change if abs(change) >= _STEADY else 0.0


def _at(grey: NDArray[np.uint8], place: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Grey levels at places of the motion grid."""
    factor = np.array([grey.shape[1] / shape[1], grey.shape[0] / shape[0]], np.float32)
    scaled = ((place + 0.5) * factor - 0.5).astype(np.float32)
    levels = cv2.remap(grey, scaled, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[call-overload]
    return np.asarray(levels, np.float32)


def in_other_light(source_map: SourceMap, exposure: Mapping[int, float], index: int) -> BoolMask | None:
    """Entries ``(h, w)`` of a map whose source was seen in clearly other light than a frame; None if none was."""
    apart, place = _apart(source_map, exposure, index)
    other = np.abs(apart) > _OTHER
    if not other.any():
        return None
    found = other[place]
    return np.asarray(found) if found.any() else None


def relit(
    sampled: list[Samples],
    source_map: SourceMap,
    planes: tuple[PicturePlane, ...],
    exposure: Mapping[int, float],
    index: int,
    relation: ColourRelation,
) -> list[Samples]:
    """Sources as they look in a frame's light.

    Args:
        sampled: each plane's samples in the map's window, as the sources show them.
        source_map: where they come from.
        planes: the clip's planes, for their grids.
        exposure: log brightness of the frames, those that sources come from among them, by index.
        index: the frame that is filled.
        relation: how the planes go with the view: tells each plane's black.
    """
    apart, place = _apart(source_map, exposure, index)
    gains = np.exp(np.sign(apart) * np.maximum(np.abs(apart) - _ENOUGH, 0)).astype(np.float32)
    if (gains == 1).all():
        return sampled
    gain = gains[place]
    out = []
    for number, (samples, plane) in enumerate(zip(sampled, planes, strict=True)):
        black = np.float32(relation.to_planes[3, number])
        values = black + (samples - black) * on_plane(gain, plane.shift_x, plane.shift_y, samples.shape)
        out.append(np.clip(np.rint(values), 0, relation.peak).astype(samples.dtype))
    return out


def _apart(
    source_map: SourceMap, exposure: Mapping[int, float], index: int
) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """How much brighter (log) a frame is than each source that its map may point to, and which of them each entry is.

    Only the labels between the map's first and last are looked at: the work does not grow with the clip.
    """
    first, last = int(source_map.label.min()), int(source_map.label.max())
    here = exposure[index]
    apart = [here - exposure.get(each >> 1, here) for each in range(first, last + 1)]
    return np.array(apart), source_map.label - first
