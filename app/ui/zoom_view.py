"""A view of a picture that can be zoomed at the pointer and panned, in one pane or in two that share one transform."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QCursor, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from app.ui.timers import rest_timer
from app.ui.view_transform import ZOOM_STEP, ViewTransform

# While zooming, the picture on screen is stretched; a sharp one is asked for when the wheel has come to rest.
_SETTLE_MS = 60
GAP_PX = 2.0
_SIGHT_PX = 24.0  # so near to the edge the keyboard's pointer moves the picture instead


class ZoomView(QWidget):
    """Knows where the picture lies; what it shows is for a subclass to say.

    Signals:
        zoom_changed: the zoom in screen pixels a picture pixel.
    """

    zoom_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._transform = ViewTransform(1, 1)
        self._settle = rest_timer(self, _SETTLE_MS, self.refresh)

    @property
    def transform(self) -> ViewTransform:
        """Where the picture lies."""
        return self._transform

    @property
    def has_picture(self) -> bool:
        """Whether there is anything to zoom."""
        raise NotImplementedError

    @property
    def panes(self) -> int:
        """One, or two side by side."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Asks for the picture that is due, as large as it is shown."""
        raise NotImplementedError

    def _pane_rect(self, pane: int) -> QRectF:
        if self.panes == 1:
            return QRectF(self.rect())
        width = (self.width() - GAP_PX) / 2
        return QRectF(pane * (width + GAP_PX), 0, width, self.height())

    def _pane_at(self, place: QPointF) -> int:
        return int(self.panes == 2 and place.x() > self._pane_rect(0).right())

    def _in_pane(self, place: QPointF) -> QPointF:
        """A place on the widget as a place in its pane; panes share one transform."""
        return place - self._pane_rect(self._pane_at(place)).topLeft()

    @property
    def covered_px(self) -> int:
        """How much of the upper edge something lies over."""
        return 0

    def fit(self) -> None:
        """Shows the whole picture, below what lies over the upper edge now; it stays there when that goes."""
        pane = self._pane_rect(0)
        fitted = self._transform.fit(pane.width(), pane.height(), margin=12.0, above=self.covered_px)
        self._set_transform(fitted, now=True)

    def full_size(self) -> None:
        """Shows pixel for pixel."""
        self._zoom_to(1 / self.devicePixelRatioF(), self._middle())

    def zoom_by(self, factor: float) -> None:
        """Zooms round the pointer if it is over the viewer, else round the middle."""
        pointer = QPointF(self.mapFromGlobal(QCursor.pos()))
        place = self._in_pane(pointer) if self.underMouse() else self._middle()
        self._zoom_to(self._transform.zoom * factor, place)

    def zoom_at(self, factor: float, place: QPointF) -> None:
        """Zooms round a place on the widget."""
        self._zoom_to(self._transform.zoom * factor, self._in_pane(place))

    def pan_picture(self, dx: float, dy: float) -> None:
        """Moves the picture by so many of its own pixels."""
        zoom = self._transform.zoom
        self._set_transform(self._transform.panned(dx * zoom * self._transform.aspect, dy * zoom))

    def zoom_at_picture(self, factor: float, x: float, y: float) -> None:
        """Zooms round a place in the picture."""
        self._zoom_to(self._transform.zoom * factor, QPointF(*self._transform.to_view(x, y)))

    def show_area(self, area: QRectF) -> None:
        """Shows a rectangle of the picture, in its pixels, as large as it goes."""
        pane = self._pane_rect(0)
        corners = area.left(), area.top(), area.right(), area.bottom()
        self._set_transform(self._transform.showing(corners, (pane.width(), pane.height())))

    def looked_at(self) -> list[float] | None:
        """The zoom and the place in the picture that is in the middle; None while the whole picture is fitted."""
        if self._transform.fitted:
            return None
        middle = self._middle()
        return [self._transform.zoom, *self._transform.to_picture(middle.x(), middle.y())]

    def look_at(self, zoom: float, x: float, y: float) -> None:
        """Brings a place in the picture into the middle, at a zoom."""
        self._zoom_to(zoom, self._middle())
        middle = self._middle()
        left, top = self._transform.to_view(x, y)
        self._set_transform(self._transform.panned(middle.x() - left, middle.y() - top), now=True)

    def bring_into_view(self, x: float, y: float) -> None:
        """Pans as far as it takes to see a place in the picture."""
        pane = self._pane_rect(0).adjusted(_SIGHT_PX, _SIGHT_PX, -_SIGHT_PX, -_SIGHT_PX)
        across, down = self._transform.to_view(x, y)
        dx = max(pane.left() - across, 0.0) + min(pane.right() - across, 0.0)
        dy = max(pane.top() - down, 0.0) + min(pane.bottom() - down, 0.0)
        if (dx or dy) and not self._transform.fitted:
            self._set_transform(self._transform.panned(dx, dy))

    def _middle(self) -> QPointF:
        pane = self._pane_rect(0)
        return QPointF(pane.width() / 2, pane.height() / 2)

    def _zoom_to(self, zoom: float, place: QPointF) -> None:
        self._set_transform(self._transform.at_zoom(zoom, place.x(), place.y()))

    def _set_transform(self, transform: ViewTransform, *, now: bool = False) -> None:
        pane = self._pane_rect(0)
        self._transform = transform if transform.fitted else transform.kept_in(pane.width(), pane.height())
        self.zoom_changed.emit(self._transform.zoom * self.devicePixelRatioF())
        self.update()
        if now:
            self.refresh()
        else:
            self._settle.start()

    def _fit_again(self) -> None:
        if self._transform.fitted:
            self.fit()
        else:
            self._set_transform(self._transform)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keeps a fitted picture fitted."""
        super().resizeEvent(event)
        if self.has_picture:
            self._fit_again()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zooms at the pointer; a touch pad's own pixels pan."""
        if not event.pixelDelta().isNull() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            delta = event.pixelDelta()
            self._set_transform(self._transform.panned(delta.x(), delta.y()))
        elif event.angleDelta().y():
            steps = event.angleDelta().y() / 120
            self._zoom_to(self._transform.zoom * ZOOM_STEP**steps, self._in_pane(event.position()))
        event.accept()

    def place_of(self, x: float, y: float) -> QPoint:
        """Where a picture pixel lies on the widget (in the first pane)."""
        left, top = self._transform.to_view(x, y)
        return QPointF(left, top).toPoint()
