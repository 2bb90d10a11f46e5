"""Integer rectangles in stored pixels, display orientation, origin top left."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle of whole pixels: left, top, width, height."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """First column to the right of the rectangle."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """First row below the rectangle."""
        return self.y + self.height

    @property
    def area_px(self) -> int:
        """Number of pixels inside."""
        return self.width * self.height

    def slices(self) -> tuple[slice, slice]:
        """Row and column slices for indexing an ``(H, W)`` array."""
        return slice(self.y, self.bottom), slice(self.x, self.right)

    def clipped(self, width: int, height: int) -> Rect:
        """The part that lies in a picture of this size (may be empty: width or height 0)."""
        left, top = min(max(self.x, 0), width), min(max(self.y, 0), height)
        right, bottom = max(min(self.right, width), left), max(min(self.bottom, height), top)
        return Rect(left, top, right - left, bottom - top)
