"""Whole pictures that a document keeps: frames retouched by hand, packed without loss.

A picture that was painted on is kept as what it was before and the part that changed, so that every stroke is a step
of its own without keeping the whole picture again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import Rect

Picture = NDArray[np.uint8] | NDArray[np.uint16]

MOST_CHANGES = 48
"""After so many changes a picture is packed whole again, so that unpacking stays quick."""
_KEPT_WHOLE = 4
"""So many changed pictures are remembered as they go into a file: autosaves ask for them again."""


@dataclass(frozen=True, slots=True)
class _Change:
    """A part of a picture that differs from another one.

    Attributes:
        base: the other one.
        place: where.
        png: the part.
        number: how many changes lead from a whole picture to this one.
    """

    base: ImageBlob
    place: Rect
    png: bytes = field(repr=False)
    number: int


@dataclass(frozen=True, slots=True)
class ImageBlob:
    """An immutable RGB picture; equal blobs are equal pictures that were made alike.

    Attributes:
        width, height: in pixels.
        bits: 8 or 16 a sample.
    """

    width: int
    height: int
    bits: int
    _png: bytes = field(repr=False)
    _change: _Change | None = field(default=None, repr=False)

    @classmethod
    def from_array(cls, picture: Picture) -> ImageBlob:
        """Packs an ``(H, W, 3)`` RGB picture, uint8 or uint16."""
        height, width = picture.shape[:2]
        return cls(width, height, 8 * picture.dtype.itemsize, _encoded(picture))

    @classmethod
    def from_png(cls, png: bytes) -> ImageBlob:
        """The blob of a PNG's bytes.

        Raises:
            ValueError: they are no RGB PNG of 8 or 16 bits.
        """
        picture = _decoded(png)
        height, width = picture.shape[:2]
        return cls(width, height, 8 * picture.dtype.itemsize, png)

    def changed(self, part: Picture, place: Rect) -> ImageBlob:
        """The picture with another part.

        Args:
            part: ``(h, w, 3)`` RGB of the picture's own depth.
            place: where it goes; inside the picture.
        """
        assert part.shape[:2] == (place.height, place.width) and 8 * part.dtype.itemsize == self.bits, "it fits"
        number = 1 if self._change is None else self._change.number + 1
        if number > MOST_CHANGES:
            whole = self.to_array()
            whole[place.slices()] = part
            return ImageBlob.from_array(whole)
        return ImageBlob(self.width, self.height, self.bits, b"", _Change(self, place, _encoded(part), number))

    @property
    def png(self) -> bytes:
        """The whole picture as a PNG file's bytes; of a changed one they are made, which takes time."""
        return self._png if self._change is None else _whole(self)

    def to_array(self) -> Picture:
        """The ``(H, W, 3)`` RGB picture, a new array every time."""
        changes = []
        blob = self
        while blob._change is not None:
            changes.append(blob._change)
            blob = blob._change.base
        picture = _decoded(blob.png)
        for change in reversed(changes):
            picture[change.place.slices()] = _decoded(change.png)
        return picture


@lru_cache(maxsize=_KEPT_WHOLE)
def _whole(blob: ImageBlob) -> bytes:
    return _encoded(blob.to_array())


def _encoded(picture: Picture) -> bytes:
    import cv2

    assert picture.ndim == 3 and picture.shape[2] == 3, "a picture is (H, W, 3)"
    done, data = cv2.imencode(".png", np.ascontiguousarray(picture[..., ::-1]), [cv2.IMWRITE_PNG_COMPRESSION, 2])
    assert done, "OpenCV packs every 8 and 16 bit picture"
    return data.tobytes()


def _decoded(png: bytes) -> Picture:
    import cv2

    try:
        found = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED) if png else None
    except cv2.error as error:
        raise ValueError(f"the bytes are no picture ({error})") from error
    if found is None or found.ndim != 3 or found.shape[2] != 3 or found.dtype not in (np.uint8, np.uint16):
        raise ValueError("the bytes are no RGB picture")
    picture: Picture = np.ascontiguousarray(found[..., ::-1])  # type: ignore[assignment]  # the dtype was just checked
    return picture
