"""Where picture pixels lie on the screen: zoom, pan, and the shape of a pixel. Plain numbers, no widget."""

from __future__ import annotations

from dataclasses import dataclass, replace

MIN_ZOOM, MAX_ZOOM = 0.02, 64.0
ZOOM_STEP = 1.25
# From this many screen pixels a picture pixel on, pixels are drawn as squares.
NEAREST_FROM = 2.0


@dataclass(frozen=True, slots=True)
class ViewTransform:
    """From picture pixels to the widget's logical pixels: ``x * zoom * aspect + left``, ``y * zoom + top``.

    Attributes:
        width, height: of the picture in pixels.
        aspect: width of a picture pixel over its height.
        zoom: logical pixels a picture row.
        left, top: where the picture's corner lies.
        fitted: whether the zoom follows the widget's size.
    """

    width: int
    height: int
    aspect: float = 1.0
    zoom: float = 1.0
    left: float = 0.0
    top: float = 0.0
    fitted: bool = True

    def to_view(self, x: float, y: float) -> tuple[float, float]:
        """A place in the picture, on the widget."""
        return x * self.zoom * self.aspect + self.left, y * self.zoom + self.top

    def to_picture(self, x: float, y: float) -> tuple[float, float]:
        """A place on the widget, in the picture; pixel (0, 0) reaches from 0 to 1."""
        return (x - self.left) / (self.zoom * self.aspect), (y - self.top) / self.zoom

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the picture on the widget."""
        return self.width * self.zoom * self.aspect, self.height * self.zoom

    def fit(self, view_width: float, view_height: float, margin: float = 0.0, above: float = 0.0) -> ViewTransform:
        """The whole picture, centred, as large as it goes; below what covers ``above`` pixels of the upper edge."""
        view_height -= above
        across = max(view_width - 2 * margin, 1) / (self.width * self.aspect)
        down = max(view_height - 2 * margin, 1) / self.height
        zoom = min(max(min(across, down), MIN_ZOOM), MAX_ZOOM)
        width, height = self.width * zoom * self.aspect, self.height * zoom
        left, top = (view_width - width) / 2, above + (view_height - height) / 2
        return replace(self, zoom=zoom, left=left, top=top, fitted=True)

    def at_zoom(self, zoom: float, x: float, y: float) -> ViewTransform:
        """Another zoom; what lies at ``(x, y)`` on the widget stays there."""
        zoom = min(max(zoom, MIN_ZOOM), MAX_ZOOM)
        ratio = zoom / self.zoom
        left, top = x - (x - self.left) * ratio, y - (y - self.top) * ratio
        return replace(self, zoom=zoom, left=left, top=top, fitted=False)

    def panned(self, dx: float, dy: float) -> ViewTransform:
        """Moved by so many logical pixels."""
        return replace(self, left=self.left + dx, top=self.top + dy, fitted=False)

    def showing(self, area: tuple[float, float, float, float], room: tuple[float, float]) -> ViewTransform:
        """A rectangle of the picture in the middle of a view, as large as it goes.

        Args:
            area: left, top, right and bottom of the rectangle in picture pixels.
            room: width and height of the view in logical pixels.
        """
        left, top, right, bottom = area
        across = room[0] / max((right - left) * self.aspect, 1e-6)
        down = room[1] / max(bottom - top, 1e-6)
        zoom = min(max(min(across, down), MIN_ZOOM), MAX_ZOOM)
        middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
        return replace(
            self,
            zoom=zoom,
            left=room[0] / 2 - middle_x * zoom * self.aspect,
            top=room[1] / 2 - middle_y * zoom,
            fitted=False,
        )

    def kept_in(self, view_width: float, view_height: float) -> ViewTransform:
        """Moved so that the picture cannot be lost: it is centred where it is smaller than the widget."""
        width, height = self.size
        left = _kept(self.left, width, view_width)
        top = _kept(self.top, height, view_height)
        return replace(self, left=left, top=top)


def _kept(start: float, length: float, room: float) -> float:
    if length <= room:
        return (room - length) / 2
    spare = room / 2
    return min(max(start, room - length - spare), spare)
