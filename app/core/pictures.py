"""Whole pictures that a document keeps: frames retouched by hand, packed without loss."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8] | NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class ImageBlob:
    """An immutable RGB picture as PNG; equal blobs are equal pictures of the same packing.

    Attributes:
        width, height: in pixels.
        bits: 8 or 16 a sample.
        png: the file's bytes.
    """

    width: int
    height: int
    bits: int
    png: bytes = field(repr=False)

    @classmethod
    def from_array(cls, picture: Picture) -> ImageBlob:
        """Packs an ``(H, W, 3)`` RGB picture, uint8 or uint16."""
        import cv2

        assert picture.ndim == 3 and picture.shape[2] == 3, "a picture is (H, W, 3)"
        done, data = cv2.imencode(".png", np.ascontiguousarray(picture[..., ::-1]), [cv2.IMWRITE_PNG_COMPRESSION, 2])
        assert done, "OpenCV packs every 8 and 16 bit picture"
        height, width = picture.shape[:2]
        return cls(width, height, 8 * picture.dtype.itemsize, data.tobytes())

    @classmethod
    def from_png(cls, png: bytes) -> ImageBlob:
        """The blob of a PNG's bytes.

        Raises:
            ValueError: they are no RGB PNG of 8 or 16 bits.
        """
        picture = _decoded(png)
        height, width = picture.shape[:2]
        return cls(width, height, 8 * picture.dtype.itemsize, png)

    def to_array(self) -> Picture:
        """The ``(H, W, 3)`` RGB picture, a new array every time."""
        return _decoded(self.png)


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
