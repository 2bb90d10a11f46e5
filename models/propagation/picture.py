"""What goes into a remover and what comes out: numpy arrays in frozen dataclasses.

A *view* is ``(H, W, 3)`` uint8 RGB: flow, masks and networks see it. *Planes* are the clip's own samples: colour is
sampled from them and written back to them, so no RGB round trip ever touches a pixel.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.uint8] | NDArray[np.uint16]
BoolMask = NDArray[np.bool_]

GRID_LIMIT_PX = 1280
"""Sources are mapped on a grid at most this wide and high; larger pictures are looked at from afar."""


@dataclass(frozen=True, slots=True)
class PicturePlane:
    """One component: ``(rows, columns)`` samples, whose grid is 2**shift coarser than the view's.

    Inside the engine the shift counts from its own grid (``grid.py``), and is negative where a plane is finer.
    """

    samples: Samples
    shift_x: int = 0
    shift_y: int = 0


class Views(Protocol):
    """A picture's view, made when it is asked for: large pictures are mostly looked at from afar."""

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the whole view."""
        ...

    def whole(self) -> NDArray[np.uint8]:
        """The view ``(H, W, 3)`` uint8 RGB."""
        ...

    def coarser(self, step: int) -> NDArray[np.uint8]:
        """The view ``step`` (2, 4, ...) times coarser; height and width are multiples of it."""
        ...


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of the clip.

    Attributes:
        index: position in the clip; consecutive within a shot.
        shown: its view, or what makes it.
        planes: native planes, any number (alpha is one of them).
        bits: significant bits of a sample.
    """

    index: int
    shown: NDArray[np.uint8] | Views
    planes: tuple[PicturePlane, ...]
    bits: int = 8

    @property
    def view(self) -> NDArray[np.uint8]:
        """``(H, W, 3)`` uint8 RGB."""
        return self.shown if isinstance(self.shown, np.ndarray) else self.shown.whole()

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the view."""
        height, width = self.shown.shape[:2] if isinstance(self.shown, np.ndarray) else self.shown.size
        return height, width


@dataclass(frozen=True, slots=True)
class HoleFrame:
    """A picture and what is to be filled in it.

    Attributes:
        picture: the picture, object still in it.
        hole: ``(H, W)`` bool, True = fill (dilation and feather included). May be empty.
        cut: True if a new shot starts here; nothing older may be used.
        reference: True if the picture's hole was retouched by hand: it counts as seen, and the fill is the picture.
        avoid: optional ``(H, W)`` bool: pixels outside the hole that must not serve as background (other objects).
    """

    picture: Picture
    hole: BoolMask
    cut: bool = False
    reference: bool = False
    avoid: BoolMask | None = None


@dataclass(frozen=True, slots=True)
class Fill:
    """The filled rectangle of one picture.

    Attributes:
        index: the picture's index.
        left, top, width, height: rectangle in view pixels, aligned outwards to the coarsest plane grid and clipped to
            the picture; 0 x 0 where the hole is empty.
        planes: each plane's samples in that rectangle, ``(rows, columns)`` on the plane's own grid, source dtype;
            valid inside the hole (a chroma sample belongs to the hole if any of its luma samples does).
        seen: ``(height, width)`` bool: hole pixels whose colour was really observed in some frame.
        guessed: ``(height, width)`` bool: hole pixels that were guessed (patch fill, or a guess warped along).
        notes: short facts for the report ("interpolated flow", "static camera", "source dropped").
        risk: ``(height, width)`` float32, how far off a pixel's source may be, in view pixels; None where it was not
            kept (a fill read back from a file). Networks are told it.
        alphas: like ``planes``, uint8: how much of each sample is the fill's, 255 all of it. What the fill is laid over
            shows through the rest. Empty where nothing shows through.
        unlikely: optional ``(height, width)`` bool: guessed pixels at which there is perhaps nothing of what the fill
            brings back. Something that is filled below them is the better guess.
    """

    index: int
    left: int
    top: int
    width: int
    height: int
    planes: tuple[Samples, ...]
    seen: BoolMask
    guessed: BoolMask
    notes: tuple[str, ...] = ()
    risk: NDArray[np.float32] | None = None
    alphas: tuple[NDArray[np.uint8], ...] = ()
    unlikely: BoolMask | None = None


class FrameSource(Protocol):
    """A range of hole frames that can be walked several times, in order (``final`` needs up to three walks)."""

    def __len__(self) -> int:
        """Number of frames in the range."""
        ...

    def walk(self) -> Iterator[HoleFrame]:
        """A fresh pass over the range, first to last."""
        ...
