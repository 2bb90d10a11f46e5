"""A clip's pictures at the tracker's working size, kept in a temporary file for walking both ways."""

from __future__ import annotations

import tempfile
from collections import OrderedDict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import Rect
from app.engine.loader import tracking_scale

View = NDArray[np.uint8]
BoolMask = NDArray[np.bool_]

_KEPT_PICTURES = 96
"""Pictures kept in memory: more than lie between the farthest beside, so that each is read from the file once."""


class ViewedFrame(Protocol):
    """A frame as far as tracking looks at it."""

    @property
    def rgb(self) -> NDArray[np.uint8]:
        """``(H, W, 3)`` uint8."""
        ...


class Pictures:
    """The clip's pictures at the working size, in a temporary file.

    Args:
        scratch: folder for the file, the system's by default.
        object_px: longer side of the smallest object, which the working size depends on.

    Attributes:
        full_size: width and height of the clip's pictures, once there is one.
    """

    def __init__(self, scratch: Path | None, object_px: int) -> None:
        self._object_px = object_px
        self._kept: OrderedDict[int, View] = OrderedDict()
        self._file = tempfile.TemporaryFile(dir=scratch, prefix="tracking-")  # noqa: SIM115 closed by __exit__
        self._count = 0
        self.full_size = (0, 0)
        self._size = (0, 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._file.close()

    def add(self, view: View) -> None:
        """Keeps the next picture."""
        import cv2

        if not self._count:
            height, width = view.shape[:2]
            scale = tracking_scale(width, height, self._object_px)
            self.full_size = (width, height)
            self._size = (max(1, round(width * scale)), max(1, round(height * scale)))
        small = cv2.resize(view, self._size, interpolation=cv2.INTER_AREA)
        self._file.write(np.ascontiguousarray(small).tobytes())
        self._count += 1

    def read(self, frames: Iterable[ViewedFrame], told: Callable[[int], None]) -> None:
        """Keeps frames in their order; who decodes them is closed at the end, and at once if this is stopped.

        Args:
            frames: the frames.
            told: called before each is kept, with its number from 1; may raise to stop.
        """
        try:
            for number, frame in enumerate(frames, 1):
                told(number)
                self.add(frame.rgb)
        finally:
            close = getattr(frames, "close", None)  # a walk over a clip has one, a list in a test has none
            if close is not None:
                close()

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, place: int) -> View:
        """A picture; the tracker knows one that it has met by its array."""
        if place not in self._kept:
            width, height = self._size
            size_bytes = width * height * 3
            self._file.seek(place * size_bytes)
            self._kept[place] = np.frombuffer(self._file.read(size_bytes), np.uint8).reshape(height, width, 3)
            if len(self._kept) > _KEPT_PICTURES:
                self._kept.popitem(last=False)
        self._kept.move_to_end(place)
        return self._kept[place]

    def small_mask(self, mask: BoolMask) -> BoolMask:
        """A mask of the clip's size at the working size."""
        import cv2

        return np.asarray(cv2.resize(mask.astype(np.float32), self._size, interpolation=cv2.INTER_AREA) >= 0.5)

    def small_box(self, box: Rect) -> tuple[int, int, int, int]:
        """Left, top, width, height of a box at the working size, rounded outwards."""
        across, down = self._size[0] / self.full_size[0], self._size[1] / self.full_size[1]
        left, top = int(box.x * across), int(box.y * down)
        return left, top, int(np.ceil(box.right * across)) - left, int(np.ceil(box.bottom * down)) - top

    def full_mask(self, mask: BoolMask) -> BoolMask:
        """A mask of the working size at the clip's size, with a smooth outline."""
        import cv2

        if self._size == self.full_size:
            return mask
        soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 0.6)
        return np.asarray(cv2.resize(soft, self.full_size, interpolation=cv2.INTER_LINEAR) > 0.45)
