"""The click tool: a click on the object marks it, a click beside it takes away, a box says where it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import hypot
from typing import Protocol

from PySide6.QtGui import QPainter

from app.core.document import Document
from app.core.errors import UserError
from app.core.masks import MaskBlob
from app.core.prompts import Click, Clicks, MaskPrompt
from app.engine.segmenting import Clicked
from app.ui.tools.base import Button, GestureTool, PointerEvent, Target, ViewReader
from app.ui.tools.box import LEAST_PX, rect_between
from app.ui.tools.click_paint import paint_preview, paint_sign
from app.ui.view_transform import ViewTransform
from app.ui.viewer_paint import draw_box

_DRAG_REACHES = 0.75
"""How far, in what a hand can aim at, the pointer goes before a click becomes a box."""


class Answers(Protocol):
    """What answers clicks."""

    def is_ready(self, frame: int) -> bool:
        """Whether clicks in a frame are answered at once."""
        ...

    def answer(self, frame: int, view: ViewReader, clicks: Clicks) -> Clicked | UserError:
        """What clicks mean; in a job."""
        ...

    def told(self) -> None:
        """Something was answered."""
        ...

    def cannot(self, error: UserError) -> None:
        """An answer cannot be had: the window tells."""
        ...


@dataclass(frozen=True, slots=True)
class _Gesture:
    """What a hand did, to be answered in its turn.

    Attributes:
        change: makes the new clicks out of those that were there.
        label: of its step.
        place: where a sign is drawn until it is answered; None for none.
        include: which sign.
    """

    change: Callable[[Clicks], Clicks]
    label: str
    place: tuple[float, float] | None = None
    include: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """What an answer is awaited for; it is of no use once frame or document are others."""

    frame: int
    document: Document


@dataclass
class ClickTool(GestureTool):
    """Marks the selected object in this frame, or a new one.

    Attributes:
        answers: what answers clicks.
    """

    id: str = "click"
    hint: str = (
        "Click the object; right click or Ctrl+click what is not it. Drag a box. Shift shows what a click gives."
    )
    answers: Answers | None = None
    _start: PointerEvent | None = None
    _end: tuple[float, float] = (0.0, 0.0)
    _waiting: list[_Gesture] = field(default_factory=list)
    _asked: _Asked | None = None
    _preview: MaskBlob | None = None
    _previewing: tuple[_Asked, tuple[float, float]] | None = None
    _pointer: PointerEvent | None = None

    # The hand

    def press(self, event: PointerEvent) -> None:
        """Begins a click or a box."""
        self.host.target()
        self._preview = self._previewing = None
        self._start, self._end = event, (event.x, event.y)

    def move(self, event: PointerEvent) -> None:
        """Draws a box out, or shows what a click would give."""
        self._pointer = event
        if self._start is not None:
            self._end = (event.x, event.y)
            self.host.redraw()
        elif event.shift and event.button is Button.NONE:
            self._look_under(event)
        elif self._preview is not None:
            self._preview = None
            self.host.redraw()

    def release(self, event: PointerEvent) -> None:
        """Ends it: what is meant is asked for."""
        start, self._start = self._start, None
        if start is None:
            return
        self._end = (event.x, event.y)
        box = rect_between(start.x, start.y, *self._end, *self.host.picture_size)
        if self._is_drag(start):
            if box.width >= LEAST_PX and box.height >= LEAST_PX and start.button is Button.LEFT:
                self._add(_Gesture(lambda _before: Clicks(box=box), "Mark with a box"))
        else:
            self._click(start)
        self.host.redraw()

    def cancel(self) -> bool:
        """See ``Tool.cancel``; an answer that is on its way is not waited for."""
        had = self._start is not None or bool(self._waiting)
        self._start = self._preview = self._asked = None
        self._waiting.clear()
        self.host.redraw()
        return had

    def next_candidate(self) -> None:
        """Takes the next of the answers to the same clicks."""
        said = self._said()
        selected = self.host.selected
        if selected is None or said is None or said.is_empty:
            self.host.say("There is no other answer: click the object first.")
            return
        following, frame = said.taking(said.last_taken + 1), self.host.frame
        self.host.look(
            lambda view: self._answer(frame, view, following),
            lambda answer: self._take_next(said, answer),
            "finding what was clicked",
        )

    def refine(self) -> None:
        """Draws this frame's mask anew, taking the one that is there for a rough one."""
        selected = self.host.selected
        mask = None if selected is None else self.host.mask_of(selected.id)
        if mask is None or mask.is_empty:
            self.host.say("There is no mask in this frame to refine: paint or draw one roughly.")
            return
        self.host.target()
        rough = mask
        self._add(_Gesture(lambda _before: Clicks(rough=rough), "Refine mask"))

    # What is asked

    def _is_drag(self, start: PointerEvent) -> bool:
        return hypot(self._end[0] - start.x, self._end[1] - start.y) > _DRAG_REACHES * start.reach

    def _click(self, event: PointerEvent) -> None:
        width, height = self.host.picture_size
        if not (0 <= event.x < width and 0 <= event.y < height):
            return
        click = _click_of(event)
        if not click.include and not self._waiting and self._base(self.host.target()).is_empty:
            self.host.say("Click the object first: then say what is not it.")
            return
        label = "Click on object" if click.include else "Click beside object"
        place = (click.x, click.y)
        self._add(_Gesture(lambda before: replace(before, points=(*before.points, click)), label, place, click.include))

    def _add(self, gesture: _Gesture) -> None:
        """Asks, or has the gesture wait for the answer to the one before: each is a step of its own."""
        if self._asked is None or not self._is_now(self._asked):
            self._asked = None
            self._waiting.clear()
        self._waiting.append(gesture)
        if self._asked is None:
            self._ask()

    def _ask(self) -> None:
        gesture, target, frame = self._waiting[0], self.host.target(), self.host.frame
        clicks = gesture.change(self._base(target))
        asked = self._asked = _Asked(frame, self.host.document)
        if self.answers is not None and not self.answers.is_ready(frame):
            self.host.say("Looking at the frame: its first click takes a moment…")
        self.host.look(
            lambda view: self._answer(frame, view, clicks),
            lambda answer: self._take(gesture, target, clicks, answer) if self._asked is asked else None,
            "finding what was clicked",
            lambda: self._lapse(asked),
        )

    def _lapse(self, asked: _Asked) -> None:
        """There is no answer any more: whoever clicked is told, unless that was given up or another look came."""
        if self._asked is asked:
            self._asked = None
            self._waiting.clear()
            if not self._is_now(asked):
                self.host.say("The frame or the masks changed before the click was answered: click again.")
            self.host.redraw()

    def _is_now(self, asked: _Asked) -> bool:
        return asked.frame == self.host.frame and asked.document is self.host.document

    def _answer(self, frame: int, view: ViewReader, clicks: Clicks) -> Clicked | UserError:
        assert self.answers is not None, "a click tool has something that answers"
        return self.answers.answer(frame, view, clicks)

    def _take(self, gesture: _Gesture, target: Target, clicks: Clicks, answer: Clicked | UserError) -> None:
        """Puts an answer into the document, and goes on with what waits."""
        self._asked = None
        waiting, self._waiting = self._waiting[1:], []
        assert self.answers is not None, "a click tool has something that answers"
        self.answers.told()
        if isinstance(answer, UserError):
            self.answers.cannot(answer)
        elif answer.mask.is_empty:
            self.host.say("Nothing was found there: click another place of the object, or drag a box round it.")
        else:
            edit = self.host.mask_edit(target, answer.mask, gesture.label, clicks=clicks)
            self.host.commit(*target.first, edit, label=edit.label)
            self._waiting = waiting
            if waiting:
                self._ask()
            return  # the picture with the mask is on its way: what is here is not drawn once more before it
        self.host.redraw()

    def _take_next(self, said: Clicks, answer: Clicked | UserError) -> None:
        assert self.answers is not None, "a click tool has something that answers"
        if isinstance(answer, UserError):
            self.answers.cannot(answer)
        elif answer.count == 1:
            self.host.say("There is no other answer to this: click once more, on the object or beside it.")
        else:
            clicks = said.taking(answer.taken)
            edit = self.host.mask_edit(self.host.target(), answer.mask, "Take next answer", clicks=clicks)
            self.host.commit(edit, label=edit.label)

    def _base(self, target: Target) -> Clicks:
        """What was clicked in this frame before; a mask that came otherwise is a rough one to go out from."""
        if target.first:
            return Clicks()
        said = self._said()
        if said is not None:
            return said
        mask = self.host.mask_of(target.object_id)
        return Clicks() if mask is None or mask.is_empty else Clicks(rough=mask)

    def _said(self) -> Clicks | None:
        """The clicks that made the selected object's mask in this frame."""
        selected = self.host.selected
        if selected is None or self.host.edits_whole:
            return None
        for prompt in selected.prompts:
            if isinstance(prompt, MaskPrompt) and prompt.frame == self.host.frame:
                return prompt.clicks if selected.track.get(prompt.frame) == prompt.mask else None
        return None

    # The preview

    def _look_under(self, event: PointerEvent) -> None:
        """Asks what a click here would give, unless an answer is on its way."""
        asked = _Asked(self.host.frame, self.host.document)
        if self._asked is not None and self._is_now(self._asked):
            return
        if self._previewing is not None and self._is_now(self._previewing[0]):
            return
        try:
            base = self._base(self.host.target())
        except UserError:
            return
        click = _click_of(event)
        clicks = replace(base, points=(*base.points, click))
        if clicks.is_empty:
            return
        self._previewing = (asked, (event.x, event.y))
        self.host.look(
            lambda view: self._answer(asked.frame, view, clicks),
            self._show_preview,
            "finding what is under the pointer",
            lambda: self._lose_preview(asked),
        )

    def _lose_preview(self, asked: _Asked) -> None:
        if self._previewing is not None and self._previewing[0] is asked:
            self._previewing = None

    def _show_preview(self, answer: Clicked | UserError) -> None:
        previewing, self._previewing = self._previewing, None
        pointer = self._pointer
        assert self.answers is not None, "a click tool has something that answers"
        self.answers.told()
        if previewing is None or pointer is None or not pointer.shift or isinstance(answer, UserError):
            return
        self._preview = answer.mask
        self.host.redraw()
        if hypot(pointer.x - previewing[1][0], pointer.y - previewing[1][1]) > pointer.reach / 4:
            self._look_under(pointer)

    # What is drawn

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        """Draws clicks with their signs, the box, and what a click would give."""
        selected = self.host.selected
        color = self.host.color_of(selected.id if selected is not None else -1)
        if self._preview is not None:
            paint_preview(painter, view, self._preview, color)
        said = self._said()
        if said is not None:
            if said.box is not None:
                draw_box(painter, view, (said.box.x, said.box.y, said.box.width, said.box.height), color)
            for click in said.points:
                paint_sign(painter, view, (click.x, click.y), include=click.include)
        waiting = self._waiting if self._asked is not None and self._is_now(self._asked) else ()
        for gesture in waiting:
            if gesture.place is not None:
                paint_sign(painter, view, gesture.place, include=gesture.include, waits=True)
        if self._start is not None and self._is_drag(self._start):
            rect = rect_between(self._start.x, self._start.y, *self._end, *self.host.picture_size)
            draw_box(painter, view, (rect.x, rect.y, rect.width, rect.height), color)


def _click_of(event: PointerEvent) -> Click:
    excludes = event.button is Button.RIGHT or event.control
    return Click(round(event.x, 2), round(event.y, 2), not excludes)
