"""What the viewer can show of a frame: the views, a request for one, the answer, and who gives what it is made of."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainterPath

from app.core.document import Document
from app.engine.holes import Hole
from app.media.frame import VideoFrame
from app.media.scrub import Passed
from app.ui.outlines import ObjectOutline


class View(Enum):
    """What the viewer shows of a frame."""

    SOURCE = "source"
    RESULT = "result"
    WIPE = "wipe"
    SIDE_BY_SIDE = "side_by_side"
    DIFFERENCE = "difference"
    MATTE = "matte"

    @property
    def shows_source(self) -> bool:
        """Whether the source picture is part of it."""
        return self in (View.SOURCE, View.RESULT, View.WIPE, View.SIDE_BY_SIDE)


class Making(Enum):
    """How a frame's result was made."""

    RENDERED = "rendered"
    DRAFT = "draft"
    """At half the size."""
    RETOUCHED = "retouched"
    """By hand."""
    OUTDATED = "outdated"
    """Of masks or settings that have changed since."""


class FrameSource(Protocol):
    """Decodes frames; called in the DISPLAY lane only."""

    def frame(self, index: int, passed: Passed | None = None) -> VideoFrame:
        """One frame, exactly; ``passed`` is told of frames on the way, see there."""
        ...

    def has_frame(self, index: int) -> bool:
        """Whether a frame need not be decoded."""
        ...

    def is_near(self, index: int) -> bool:
        """Whether a frame will be there soon, without a seek."""
        ...

    def is_far(self, index: int) -> bool:
        """Whether a frame will be there only after a second or more."""
        ...

    def leads_by(self, index: int, later: int) -> bool:
        """Whether a decoder that goes on to a later frame comes by this one."""
        ...

    def view(self, index: int, size: tuple[int, int], passed: Passed | None = None) -> NDArray[np.uint8]:
        """A frame's RGB picture, no smaller than the screen shows it, which is ``size`` pixels wide and high."""
        ...

    def rough(self, index: int) -> NDArray[np.uint8] | None:
        """A small RGB picture of the frame or one near it, at once; None if there is none."""
        ...

    def for_screen(self, view: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """An RGB picture as the screen shows it: HDR tone-mapped, for example."""
        ...


class Results(Protocol):
    """Finished frames of one state of the document."""

    @property
    def document(self) -> Document:
        """That state."""
        ...

    def composite(self, source: VideoFrame) -> VideoFrame | None:
        """The finished frame, or what it was before something changed; None where there is neither."""
        ...

    def hole(self, index: int) -> Hole:
        """What is filled in a frame."""
        ...

    def has_hole(self, index: int) -> bool:
        """Whether anything may be filled in a frame."""
        ...

    def making(self, index: int) -> Making:
        """How a finished frame was made."""
        ...


@dataclass(frozen=True, slots=True)
class Picture:
    """An image for the screen. The array owns the image's pixels; never let go of one without the other.

    Attributes:
        image: 32-bit RGB.
        pixels: ``(h, w, 4)`` uint8, B G R 255.
    """

    image: QImage
    pixels: NDArray[np.uint8]

    @classmethod
    def of(cls, rgb: NDArray[np.uint8], size: tuple[int, int]) -> Picture:
        """A picture of that width and height, if that is smaller than the view.

        Args:
            rgb: ``(H, W, 3)`` uint8 RGB or ``(H, W)`` uint8 grey.
            size: pixels wanted; a larger picture is left to the painter, which draws its pixels as squares.
        """
        import cv2

        height, width = rgb.shape[:2]
        if size[0] < width and size[1] < height:
            rgb = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
        code = cv2.COLOR_GRAY2BGRA if rgb.ndim == 2 else cv2.COLOR_RGB2BGRA
        pixels = np.ascontiguousarray(cv2.cvtColor(rgb, code), np.uint8)
        height, width = pixels.shape[:2]
        return cls(QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32), pixels)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the viewer asks for.

    Attributes:
        index: the frame.
        size: width and height in screen pixels that the picture will cover.
        view: what to show of it.
        document: whose masks lie over it.
        results: finished frames, None before they are known.
        revision: names those results; pictures made of others are not shown.
        ahead: -1, 0 or 1: which way the next frames will be wanted.
        rough: whether a small picture of a frame near it will do, because the playhead is being dragged.
        seat: which viewer asks; each is answered for itself.
    """

    index: int
    size: tuple[int, int]
    view: View
    document: Document
    results: Results | None = field(default=None, compare=False)
    revision: Hashable = None
    ahead: int = 0
    rough: bool = False
    seat: int = 0


@dataclass(frozen=True, slots=True)
class ShownFrame:
    """The answer.

    Attributes:
        wanted: the request.
        source: the source picture, where the view shows it.
        other: the result, the difference or the matte; None where there is no result.
        has_hole: whether anything is to be filled in this frame; elsewhere the source is the result.
        making: how the result was made, where there is one.
        exact: False for a small picture that stands in until the frame itself is decoded.
        outlines: of every shown object that has a mask here, bottom to top.
        hole: the border of what is filled, which reaches further than the masks; it comes a little after the rest, and
            only where the clip rests.
    """

    wanted: Wanted
    source: Picture | None
    other: Picture | None
    outlines: tuple[ObjectOutline, ...]
    has_hole: bool = False
    exact: bool = True
    making: Making = Making.RENDERED
    hole: QPainterPath | None = None

    @property
    def has_result(self) -> bool:
        """Whether something was filled, and that is what ``other`` shows."""
        return self.other is not None and self.has_hole
