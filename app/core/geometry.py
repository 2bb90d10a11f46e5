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

    def hull(self, other: Rect) -> Rect:
        """The smallest rectangle that holds both."""
        left, top = min(self.x, other.x), min(self.y, other.y)
        return Rect(left, top, max(self.right, other.right) - left, max(self.bottom, other.bottom) - top)

    def common(self, other: Rect) -> Rect:
        """What lies in both (width or height 0 where nothing does)."""
        left, top = max(self.x, other.x), max(self.y, other.y)
        right, bottom = min(self.right, other.right), min(self.bottom, other.bottom)
        return Rect(left, top, max(right - left, 0), max(bottom - top, 0))

    def within(self, whole: Rect) -> Rect:
        """The same rectangle as seen from the top left corner of another."""
        return Rect(self.x - whole.x, self.y - whole.y, self.width, self.height)

    def slices(self) -> tuple[slice, slice]:
        """Row and column slices for indexing an ``(H, W)`` array."""
        return slice(self.y, self.bottom), slice(self.x, self.right)

    def clipped(self, width: int, height: int) -> Rect:
        """The part that lies in a picture of this size (may be empty: width or height 0)."""
        left, top = min(max(self.x, 0), width), min(max(self.y, 0), height)
        right, bottom = max(min(self.right, width), left), max(min(self.bottom, height), top)
        return Rect(left, top, right - left, bottom - top)
