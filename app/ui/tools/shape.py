"""Roto: curves and boxes that stay editable, with points keyed by frame."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import hypot

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from app.core.object_edits import SetShapes
from app.core.shapes import Combine, Shape, ShapeKey, ShapeKind, Vertex, box_shape
from app.ui.tools.base import Button, GestureTool, PointerEvent
from app.ui.tools.box import LEAST_PX
from app.ui.tools.shape_grips import Grip, Part, bent, dragged, grip_at
from app.ui.tools.shape_paint import paint_drawing, paint_shape
from app.ui.view_transform import ViewTransform

_LABELS = {
    Part.POINT: "Move shape point",
    Part.IN_HANDLE: "Bend shape",
    Part.OUT_HANDLE: "Bend shape",
    Part.LINE: "Move shape side",
    Part.INSIDE: "Move shape",
}


@dataclass(frozen=True, slots=True)
class _Held:
    """What a drag holds.

    Attributes:
        grip: the part.
        shape: the shape when the drag began.
        x, y: where it began.
        label: what the step will be called.
    """

    grip: Grip
    shape: Shape
    x: float
    y: float
    label: str


@dataclass
class ShapeEditing(GestureTool):
    """What both shape tools do with a shape that is there: hold a point, a handle, a side or the inside, and drag.

    A drag sets a key in the frame that is shown, so a shape that is moved in another frame moves over time.
    """

    _held: _Held | None = None
    _working: Shape | None = None
    _hover: Grip | None = None

    def cursor(self) -> Qt.CursorShape:
        """Says what a press would do."""
        grip = self._held.grip if self._held is not None else self._hover
        if grip is None:
            return Qt.CursorShape.CrossCursor
        if grip.part is Part.LINE:
            return Qt.CursorShape.PointingHandCursor
        return Qt.CursorShape.SizeAllCursor

    # The shapes

    def _shapes(self) -> tuple[Shape, ...]:
        selected = self.host.selected
        return () if selected is None else selected.shapes

    def _active(self) -> Shape | None:
        """The shape whose points are shown; None if it is not in this frame."""
        if self._working is not None:
            return self._working
        found = [each for each in self._shapes() if each.id == self.host.shape_id]
        return found[0] if found and found[0].is_at(self.host.frame) else None

    def _grip_of(self, shape: Shape | None, event: PointerEvent) -> Grip | None:
        vertices = None if shape is None else shape.at(self.host.frame)
        if shape is None or vertices is None:
            return None
        return grip_at(shape.kind, vertices, event.x, event.y, event.reach)

    def _other_at(self, event: PointerEvent) -> Shape | None:
        """The topmost other shape with a point or a line under the pointer."""
        for each in reversed(self._shapes()):
            grip = self._grip_of(each, event)
            if each.id != self.host.shape_id and grip is not None and grip.part is not Part.INSIDE:
                return each
        return None

    def _put(self, shape: Shape, label: str) -> None:
        """Replaces a shape of the selected object as one step."""
        selected = self.host.selected
        assert selected is not None, "a shape belongs to an object"
        self.host.target()
        shapes = [shape if each.id == shape.id else each for each in selected.shapes]
        self.host.commit(SetShapes.of(self.host.document, selected.id, shapes, label), label=label)

    def _add(self, shape: Shape, label: str) -> None:
        """Adds a shape on top of the others as one step, and shows its points."""
        target = self.host.target()
        others = target.document.object(target.object_id).shapes
        made = replace(shape, id=max((each.id for each in others), default=0) + 1)
        edit = SetShapes.of(target.document, target.object_id, (*others, made), label)
        self.host.commit(*target.first, edit, label=label)
        self.host.pick_shape(made.id)

    # The gesture

    def _take_hold(self, event: PointerEvent) -> bool:
        """Begins a drag of what is under the pointer; whether there was anything."""
        shape = self._active()
        grip = self._grip_of(shape, event)
        if shape is None or grip is None:
            other = self._other_at(event)
            if other is None:
                return False
            self.host.pick_shape(other.id)
            shape, grip = other, self._grip_of(other, event)
        assert grip is not None, "the shape lies under the pointer"
        if grip.part is Part.INSIDE and event.alt:
            return False  # a shape that cuts begins inside another one
        self.host.target()
        label = _LABELS[grip.part]
        if event.control and grip.part is Part.POINT and shape.kind is ShapeKind.SPLINE:
            vertices = shape.at(self.host.frame)
            assert vertices is not None, "it is in this frame"
            self._put(shape.with_key(self.host.frame, bent(vertices, grip.number)), "Bend shape")
            return True
        if grip.part is Part.LINE and shape.kind is not ShapeKind.BOX:
            shape = shape.with_vertex(grip.number, grip.share)
            grip, label = Grip(Part.POINT, grip.number + 1), "Add shape point"
            self._working = shape
        self._held = _Held(grip, shape, event.x, event.y, label)
        self.host.redraw()
        return True

    def move(self, event: PointerEvent) -> None:
        """Moves what is held."""
        held = self._held
        if held is None:
            before, self._hover = self._hover, self._grip_of(self._active(), event)
            if before != self._hover:
                self.host.redraw()
            return
        vertices = held.shape.at(self.host.frame)
        if vertices is not None:
            dx, dy = event.x - held.x, event.y - held.y
            moved = dragged(held.shape.kind, vertices, held.grip, dx, dy, alone=event.alt)
            self._working = held.shape.with_key(self.host.frame, moved)
            self.host.redraw()

    def release(self, event: PointerEvent) -> None:
        """Puts it down: one step, unless nothing has moved."""
        held, working = self._held, self._working
        self._held = self._working = None
        self.host.redraw()
        if held is None or working is None:
            return
        still = hypot(event.x - held.x, event.y - held.y) * 4 < event.reach
        if not still or held.label == "Add shape point":
            self._put(working, held.label)

    def _remove_point(self, event: PointerEvent) -> bool:
        """Takes the point under the pointer away; whether there was one."""
        shape = self._active()
        grip = self._grip_of(shape, event)
        if shape is None or grip is None or grip.part is not Part.POINT or shape.kind is ShapeKind.BOX:
            return False
        fewer = shape.without_vertex(grip.number)
        if fewer is shape:
            self.host.say("A shape has at least three points.")
        else:
            self._put(fewer, "Delete shape point")
        return True

    def cancel(self) -> bool:
        """See ``Tool.cancel``: gives up a drag, else lets go of the shape."""
        had = self._held is not None or self.host.shape_id is not None
        if self._held is None:
            self.host.pick_shape(None)
        self._held = self._working = None
        self.host.redraw()
        return had

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        """Draws the selected object's shapes; the one in hand with its points."""
        selected = self.host.selected
        if selected is None:
            return
        color, active = self.host.color_of(selected.id), self._active()
        for each in selected.shapes:
            shown = active if active is not None and each.id == active.id else each
            paint_shape(painter, view, shown, self.host.frame, color, active=shown is active)


@dataclass
class ShapeTool(ShapeEditing):
    """Draws closed curves point by point."""

    id: str = "shape"
    hint: str = (
        "Click points, drag for curves, Enter closes. Then drag points; click the line to add one, right-click to "
        "delete."
    )
    _drawn: tuple[Vertex, ...] = ()
    _drawn_at: int = 0
    _combine: Combine = Combine.ADD
    _bending: bool = False
    _pointer: tuple[float, float] | None = None

    def press(self, event: PointerEvent) -> None:
        """Holds a part of a shape, or adds a point to the one that is drawn."""
        if self._drawn and self._drawn_at != self.host.frame:
            self._drawn = ()
        if event.button is Button.RIGHT:
            if self._drawn:
                self._drawn = self._drawn[:-1]
            else:
                self._remove_point(event)
        elif self._drawn and self._is_first(event):
            self.finish()
        elif self._drawn or not self._take_hold(event):
            self._add_point(event)
        self.host.redraw()

    def _add_point(self, event: PointerEvent) -> None:
        if not self._drawn:
            self.host.target()
            self.host.pick_shape(None)
            self._drawn_at = self.host.frame
            self._combine = Combine.SUBTRACT if event.alt else Combine.ADD
        self._drawn = (*self._drawn, Vertex(event.x, event.y))
        self._bending = True

    def move(self, event: PointerEvent) -> None:
        """Draws the line on, or drags handles out of a point that was just put down."""
        self._pointer = (event.x, event.y)
        if not self._drawn:
            super().move(event)
            return
        if self._bending and event.button is Button.LEFT:
            last = self._drawn[-1]
            dx, dy = event.x - last.x, event.y - last.y
            if hypot(dx, dy) >= event.reach / 2:
                self._drawn = (*self._drawn[:-1], Vertex(last.x, last.y, -dx, -dy, dx, dy))
        self.host.redraw()

    def release(self, event: PointerEvent) -> None:
        """Ends a point or a drag."""
        self._bending = False
        if not self._drawn:
            super().release(event)

    def finish(self) -> bool:
        """Closes the curve: one step."""
        drawn, self._drawn = self._drawn, ()
        self.host.redraw()
        if len(drawn) >= 3 and self._drawn_at == self.host.frame:
            shape = Shape(0, ShapeKind.SPLINE, (ShapeKey(self._drawn_at, drawn),), self._combine)
            self._add(shape, "Draw shape" if self._combine is Combine.ADD else "Draw cutting shape")
        elif drawn:
            self.host.say("A shape has at least three points.")
        return bool(drawn)

    def cancel(self) -> bool:
        """See ``Tool.cancel``."""
        if not self._drawn:
            return super().cancel()
        self._drawn = ()
        self.host.redraw()
        return True

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        """Draws what is there, and what is being drawn."""
        super().paint(painter, view)
        if self._drawn and self._drawn_at == self.host.frame:
            selected = self.host.selected
            color = self.host.color_of(selected.id if selected is not None else -1)
            pointer = None if self._bending else self._pointer
            paint_drawing(painter, view, self._drawn, pointer, color, cuts=self._combine is Combine.SUBTRACT)

    def _is_first(self, event: PointerEvent) -> bool:
        first = self._drawn[0]
        return len(self._drawn) >= 3 and hypot(event.x - first.x, event.y - first.y) <= event.reach


@dataclass
class BoxShapeTool(ShapeEditing):
    """Draws boxes that are taken as they are: a logo, a time code, a sign."""

    id: str = "box_shape"
    hint: str = "Drag a box over a logo or a sign. Go to another frame and drag it there: it moves between the two."
    _start: tuple[float, float] | None = None
    _end: tuple[float, float] = (0.0, 0.0)
    _combine: Combine = Combine.ADD

    def press(self, event: PointerEvent) -> None:
        """Holds a part of a box, or puts down the first corner of a new one."""
        if event.button is Button.LEFT and not self._take_hold(event):
            self.host.target()
            self._start = self._end = (event.x, event.y)
            self._combine = Combine.SUBTRACT if event.alt else Combine.ADD

    def move(self, event: PointerEvent) -> None:
        """Draws the box out, or moves what is held."""
        if self._start is None:
            super().move(event)
        else:
            self._end = (event.x, event.y)
            self.host.redraw()

    def release(self, event: PointerEvent) -> None:
        """Adds the box."""
        if self._start is None:
            super().release(event)
            return
        start, self._start = self._start, None
        self.host.redraw()
        left, right = sorted((start[0], event.x))
        top, bottom = sorted((start[1], event.y))
        if min(right - left, bottom - top) < LEAST_PX:
            self.host.say("That box is too small: drag from one corner to the other.")
            return
        box = box_shape(0, self.host.frame, left, top, right - left, bottom - top)
        self._add(replace(box, combine=self._combine), "Draw box")

    def cancel(self) -> bool:
        """See ``Tool.cancel``."""
        if self._start is None:
            return super().cancel()
        self._start = None
        self.host.redraw()
        return True

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        """Draws what is there, and what is being drawn."""
        super().paint(painter, view)
        if self._start is not None:
            selected = self.host.selected
            color = self.host.color_of(selected.id if selected is not None else -1)
            (left, top), (right, bottom) = self._start, self._end
            box = box_shape(0, self.host.frame, left, top, right - left, bottom - top)
            paint_shape(painter, view, replace(box, combine=self._combine), self.host.frame, color, active=True)
