"""Composites as a camera's clip holds them: luma and chroma in planes, one chroma sample for four pixels (4:2:0).

Our engines fill a clip's own planes. On planes R, G and B they never meet what most clips are: chroma on a coarser grid
than the hole's edge, shared between a known pixel and an unknown one. (Guesses with wrong colours at such edges stayed
unseen here until eyes found them in real clips.)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from models.propagation.picture import Fill, Picture, PicturePlane
from models.training.composites.building import Composite
from models.training.data.method import Clip, Masks

View = NDArray[np.uint8]
Planes = tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]

_BT709 = np.array([[0.2126, 0.7152, 0.0722], [-0.1146, -0.3854, 0.5], [0.5, -0.4542, -0.0458]])
_SCALE = np.array([219, 224, 224]) / 255  # limited range
_ZERO = np.array([16, 128, 128])
_INVERSE = np.linalg.inv(_BT709)


def to_planes(view: View) -> Planes:
    """Y, Cb and Cr of a view ``(H, W, 3)`` uint8 RGB in BT.709, limited range.

    Height and width must be even; chroma ``(H/2, W/2)`` is the mean of four pixels.
    """
    height, width = view.shape[:2]
    assert height % 2 == 0 and width % 2 == 0, "a picture in 4:2:0 has even sides"
    values = (view @ (_BT709.T * _SCALE) + _ZERO).astype(np.float32)
    chroma = cv2.resize(values[..., 1:], (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    return _rounded(values[..., 0]), _rounded(chroma[..., 0]), _rounded(chroma[..., 1])


def to_view(planes: Planes) -> View:
    """The view ``(H, W, 3)`` uint8 RGB of planes as ``to_planes`` gives them; chroma is interpolated."""
    luma, *chroma = planes
    size = luma.shape[1], luma.shape[0]
    large = [cv2.resize(plane.astype(np.float32), size, interpolation=cv2.INTER_LINEAR) for plane in chroma]
    values = (np.stack([luma.astype(np.float32), *large], -1) - _ZERO) / _SCALE
    return _rounded(values @ _INVERSE.T)


def _rounded(values: NDArray[np.floating]) -> NDArray[np.uint8]:
    rounded: NDArray[np.uint8] = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    return rounded


def in_subsampled_colour(composites: Iterable[Composite]) -> Iterator[Composite]:
    """The same composites, frames and truth as 4:2:0 shows them: every method gets these."""
    for composite in composites:
        yield replace(composite, frames=_seen(composite.frames), truth=_seen(composite.truth))


def _seen(frames: Clip) -> Clip:
    return np.stack([to_view(to_planes(frame)) for frame in frames])


def in_420(index: int, view: View) -> Picture:
    """A view as a picture of planes Y, Cb and Cr; its own view is what these show."""
    luma, blue, red = to_planes(view)
    planes = PicturePlane(luma), PicturePlane(blue, 1, 1), PicturePlane(red, 1, 1)
    return Picture(index, to_view((luma, blue, red)), planes)


def paste_subsampled(fill: Fill, frames: Clip, holes: Masks) -> None:
    """As ``clip_source.paste``, of a fill of planes Y, Cb and Cr.

    The fill is laid into the frame's planes as the product does it (a chroma sample belongs to the hole if any of its
    luma samples does); of what they show then, only the hole's pixels are taken.
    """
    frame, hole = frames[fill.index], holes[fill.index]
    planes = to_planes(frame)
    any_of_four = cv2.dilate(hole.astype(np.uint8), np.ones((2, 2), np.uint8), anchor=(0, 0))[::2, ::2] > 0
    for number, (plane, where) in enumerate(zip(planes, (hole, any_of_four, any_of_four), strict=True)):
        shift = 1 if number else 0
        samples = fill.planes[number]
        top, left = fill.top >> shift, fill.left >> shift
        window = slice(top, top + samples.shape[0]), slice(left, left + samples.shape[1])
        plane[window][where[window]] = samples[where[window]]
    frame[hole] = to_view(planes)[hole]
