"""What a tool is, and what it may ask of the window."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter

from app.core.document import Document, DocumentObject
from app.core.edits import Edit
from app.core.masks import MaskBlob
from app.core.prompts import Clicks
from app.core.soft_edge import SoftEdge
from app.core.strokes import Brush
from app.ui.view_transform import ViewTransform

T = TypeVar("T")
RgbView = NDArray[np.uint8]
"""``(H, W, 3)`` uint8."""
ViewReader = Callable[[], RgbView]
"""Reads a picture, in a job."""


class Button(Enum):
    """Which button of the pointer."""

    LEFT = "left"
    RIGHT = "right"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class PointerEvent:
    """The pointer on the picture.

    Attributes:
        x, y: in picture pixels, origin top left, not rounded; may lie outside the picture.
        button: the button that is held; NONE while hovering.
        shift, alt, control: keys that are held.
        pressure: of a pen, 0 to 1; 1 for a mouse.
        reach: picture pixels that a hand can aim at, at this zoom.
    """

    x: float
    y: float
    button: Button = Button.NONE
    shift: bool = False
    alt: bool = False
    control: bool = False
    pressure: float = 1.0
    reach: float = 6.0


@dataclass(frozen=True, slots=True)
class Target:
    """The object that a gesture edits.

    Attributes:
        object_id: which.
        first: edits that make it, if there is none yet.
        document: with those edits done.
    """

    object_id: int
    first: tuple[Edit, ...]
    document: Document


@dataclass(frozen=True, slots=True)
class ToolSettings:
    """What the options bar says beside the brush.

    Attributes:
        tolerance: largest difference of a channel that the wand takes for the same colour, 0 to 255.
        band_px: how far refining may move a mask's edge.
    """

    tolerance: int = 24
    band_px: int = 8


class ToolHost(Protocol):
    """What tools ask of the window."""

    @property
    def document(self) -> Document:
        """As it is now."""
        ...

    @property
    def frame(self) -> int:
        """Under the playhead."""
        ...

    @property
    def picture_size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        ...

    @property
    def selected(self) -> DocumentObject | None:
        """The object that edits go to."""
        ...

    @property
    def brush(self) -> Brush:
        """The size and the hardness that are set."""
        ...

    def set_brush(self, brush: Brush) -> None:
        """Sets them."""
        ...

    @property
    def settings(self) -> ToolSettings:
        """What else is set."""
        ...

    @property
    def shape_id(self) -> int | None:
        """The selected object's shape whose points are shown; None if none is picked."""
        ...

    def pick_shape(self, shape_id: int | None) -> None:
        """Shows the points of a shape of the selected object, or of none."""
        ...

    def look(
        self,
        find: Callable[[ViewReader], T],
        done: Callable[[T], object],
        doing: str,
        lapsed: Callable[[], object] | None = None,
    ) -> None:
        """Looks at the picture of this frame beside the window.

        A newer look takes the place of one that still waits. This is where a network that answers clicks comes in.

        Args:
            find: gets what reads the picture, in a job; it captured what else it needs.
            done: gets the answer on the GUI thread, unless the frame or the document has changed meanwhile.
            doing: what it does, in a user's words, such as "selecting by colour".
            lapsed: called in place of ``done`` if that is not called while the clip is open: the frame or the document
                has changed, a newer look came, or it failed, which the window tells.
        """
        ...

    def mask_of(self, object_id: int) -> MaskBlob | None:
        """The object's mask in this frame, None if it has none."""
        ...

    def target(self) -> Target:
        """The object to edit: the selected one, or one that is still to be made.

        Raises:
            UserError: the selected object is locked.
        """
        ...

    @property
    def edits_whole(self) -> bool:
        """Whether masks that tools make are the object's whole shape, of which a part is hidden."""
        ...

    def mask_edit(
        self,
        target: Target,
        mask: MaskBlob,
        label: str,
        *,
        soft: SoftEdge | None = None,
        clicks: Clicks | None = None,
    ) -> Edit:
        """The edit that makes a mask the target's in this frame: of what is seen of it, or of its whole shape.

        Args:
            target: the object.
            mask: what it is now.
            label: of the step where it is what is seen; whole shapes have a label of their own.
            soft: the mask's soft border.
            clicks: what made it.
        """
        ...

    def commit(self, *edits: Edit, label: str | None = None, gesture: Hashable | None = None) -> None:
        """Does the edits of one gesture as one step; a later edit with the same ``gesture`` joins it."""
        ...

    def select(self, object_id: int | None) -> None:
        """Selects an object."""
        ...

    def box_drawn(self, object_id: int, gesture: Hashable) -> None:
        """A box was drawn in the step of that gesture: look for the object in it."""
        ...

    def redraw(self) -> None:
        """Something that the tool paints has changed."""
        ...

    def color_of(self, object_id: int) -> QColor:
        """The object's colour on screen."""
        ...

    def say(self, sentence: str) -> None:
        """Tells the user something in the status bar."""
        ...


class Tool(Protocol):
    """A tool. ``press``, ``move`` and ``release`` come in that order; ``move`` comes without a button as well.

    Attributes:
        id: the action that chooses it, without ``tool.``.
        hint: one sentence for the status bar.
    """

    id: str
    hint: str

    def cursor(self) -> Qt.CursorShape:
        """The pointer's shape over the picture."""
        ...

    def press(self, event: PointerEvent) -> None:
        """A button went down on the picture."""
        ...

    def move(self, event: PointerEvent) -> None:
        """The pointer moved."""
        ...

    def release(self, event: PointerEvent) -> None:
        """The button went up: the gesture is over."""
        ...

    def cancel(self) -> bool:
        """Gives the gesture up, without an edit.

        Returns:
            Whether there was one.
        """
        ...

    def finish(self) -> bool:
        """Enter: ends a gesture of several clicks.

        Returns:
            Whether there was one.
        """
        ...

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        """Draws over the picture, in the widget's logical pixels."""
        ...

    def paint_result(self, painter: QPainter, view: ViewTransform) -> None:
        """Draws what belongs to the result, before ``paint``; called only where the result is on screen."""
        ...

    def hides(self) -> int | None:
        """The object whose mask the tool draws itself at the moment."""
        ...

    def looks_through(self) -> bool:
        """Whether masks are outlined at most while it is in the hand, because it works on what lies under them."""
        ...

    def settled(self) -> None:
        """The viewer now shows what the last gesture made."""
        ...


@dataclass
class GestureTool:
    """A tool without a gesture yet; what most tools start from.

    Args:
        host: the window.
    """

    host: ToolHost
    id: str = ""
    hint: str = ""

    def cursor(self) -> Qt.CursorShape:
        """See ``Tool.cursor``."""
        return Qt.CursorShape.CrossCursor

    def press(self, event: PointerEvent) -> None:
        """See ``Tool.press``."""

    def move(self, event: PointerEvent) -> None:
        """See ``Tool.move``."""

    def release(self, event: PointerEvent) -> None:
        """See ``Tool.release``."""

    def cancel(self) -> bool:
        """See ``Tool.cancel``."""
        return False

    def finish(self) -> bool:
        """See ``Tool.finish``."""
        return False

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        """See ``Tool.paint``."""

    def paint_result(self, painter: QPainter, view: ViewTransform) -> None:
        """See ``Tool.paint_result``."""

    def hides(self) -> int | None:
        """See ``Tool.hides``."""
        return None

    def looks_through(self) -> bool:
        """See ``Tool.looks_through``."""
        return False

    def settled(self) -> None:
        """See ``Tool.settled``."""
