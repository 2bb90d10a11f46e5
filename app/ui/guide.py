"""The next step, said on the picture until a clip has its first result: mark, track, remove, export.

Who has never seen the program finds the next button where the eyes are; who knows it switches this off once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton

from app.core.document import Action, DocumentObject
from app.core.prompts import BoxPrompt
from app.engine.result_view import FrameState
from app.ui.actions import ActionTable
from app.ui.controller import Controller
from app.ui.icons import icon
from app.ui.state import UiState
from app.ui.theme import Theme
from app.ui.viewer import Viewer

_MARGIN_PX = 10
_TAG_PX = 24
"""What a name above a mask takes of the height, with room round it."""


@dataclass(frozen=True, slots=True)
class Step:
    """What to do next.

    Attributes:
        number: 1 to mark, 2 to track, 3 to remove, 4 to export.
        sentence: what there is to do.
        actions: ids of the actions that do it, the best one first; empty where a hand has to.
    """

    number: int
    sentence: str
    actions: tuple[str, ...] = ()


class Guide(QFrame):
    """The plate at the upper edge of the viewer, or at the lower one where a mask or a name stands above.

    Args:
        controller: knows what is there.
        actions: whose buttons it offers.
        theme: its colours.
        viewer: what it lies on.

    Signals:
        dismissed: the user wants no next steps any more.
        due: the id of the action that is to be done next; empty where a hand has to do something, or work goes on.
            Said whether next steps are shown or not.
    """

    dismissed = Signal()
    due = Signal(str)

    def __init__(self, controller: Controller, actions: ActionTable, theme: Theme, viewer: Viewer) -> None:
        super().__init__(viewer)
        self._viewer = viewer
        self.setObjectName("guide")
        self._controller, self._actions, self._theme = controller, actions, theme
        self._wanted, self._exported = True, False
        self._rendered = self._left = False
        self._at = 0
        self.step: Step | None = None
        self._due = ""
        self._number = QLabel()
        self._number.setObjectName("guide_number")
        self._number.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sentence = QLabel()
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(6)
        self.close_button = QToolButton()
        self.close_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.close_button.setAccessibleName(self.tr("Show no next steps"))
        self.close_button.setToolTip(self.tr("Show no next steps; the Help menu brings them back"))
        self.close_button.clicked.connect(self.dismissed)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 6, 6, 6)
        row.setSpacing(10)
        row.addWidget(self._number)
        row.addWidget(self.sentence)
        row.addLayout(self._buttons)
        row.addWidget(self.close_button)
        self.set_theme(theme)
        self.hide()
        viewer.installEventFilter(self)
        viewer.view_changed.connect(lambda _view: self._place() if self.isVisible() else None)
        controller.pictures.ready.connect(lambda _shown: self._place() if self.isVisible() else None)
        controller.state_changed.connect(lambda _state: self.refresh())
        controller.document_changed.connect(lambda _changes: self.refresh())
        controller.selection_changed.connect(self.refresh)
        for tool in actions.choices("tool"):
            tool.toggled.connect(lambda on: self.refresh() if on else None)
        controller.clip_opened.connect(self._begin)
        controller.clip_closed.connect(self._begin)

    @property
    def buttons(self) -> list[QPushButton]:
        """What can be pressed to take the step."""
        items = (self._buttons.itemAt(place) for place in range(self._buttons.count()))
        found = (item.widget() for item in items if item is not None)
        return [each for each in found if isinstance(each, QPushButton)]

    def set_theme(self, theme: Theme) -> None:
        """Draws its icons in another theme's colours."""
        self._theme = theme
        self.close_button.setIcon(icon("close", theme))
        if self.step is not None:
            self._fill(self.step)

    def set_wanted(self, wanted: bool) -> None:
        """Shows next steps, or none."""
        self._wanted = wanted
        self.refresh()

    def set_covered(self, _height_px: int) -> None:
        """Makes room for a notice."""
        self._place()

    def set_states(self, states: NDArray[np.uint8]) -> None:
        """What is rendered: a ``FrameState`` for each frame."""
        some = bool(np.isin(states, (FrameState.LIVE, FrameState.FINAL)).any())
        left = bool(np.isin(states, (FrameState.MISSING, FrameState.STALE)).any())
        if (some, left) != (self._rendered, self._left):
            self._rendered, self._left = some, left
            self.refresh()

    def _begin(self) -> None:
        self._exported = self._rendered = self._left = False
        self.refresh()

    def refresh(self) -> None:
        """Says what is to be done now."""
        state = self._controller.state
        self._exported = self._exported or state.exporting
        step = self._next(state)
        self._say_due(step, state)
        if not self._wanted or self._exported:
            step = None
        if step != self.step:
            self.step = step
            if step is not None:
                self._fill(step)
        self.setVisible(step is not None)
        if step is not None:
            self._place()

    def _say_due(self, step: Step | None, state: UiState) -> None:
        """Says what is due; what was stays so while something runs."""
        if step is not None:
            due = step.actions[0] if step.actions else ""
        elif _is_busy(state):
            return
        else:
            due = "remove.render" if state.has_clip and not state.live else ""
        if due != self._due:
            self._due = due
            self.due.emit(due)

    def _next(self, state: UiState) -> Step | None:
        """The next step; None while something runs, and when there is nothing to say."""
        if not state.has_clip or _is_busy(state) or self._controller.kept.shown is not None:
            return None
        document = self._controller.document
        if not any(each.prompts or each.track or each.shapes for each in document.objects):
            return self._to_mark()
        if not state.has_masks:
            if not any(isinstance(prompt, BoxPrompt) for each in document.objects for prompt in each.prompts):
                return self._to_mark()  # cleared, not looked for in vain
            return Step(
                1, self.tr("Nothing was found in the box: paint over the object, or draw another box."), ("tool.brush",)
            )
        gone = self._rendered and not self._left
        waiting = self._untracked()
        if waiting:
            return self._to_track(waiting, state, gone=gone)
        restored = next((each for each in document.objects if each.settings.action is Action.RESTORE), None)
        if restored is not None and (gone or not (state.live or self._rendered)):
            return self._to_restore(restored, gone=gone)
        if gone:
            compare = () if state.wiping else ("view.wipe",)
            return Step(4, self.tr("It is gone. Compare it, then export."), ("file.export", *compare))
        if state.live or self._rendered:
            return None  # it goes on, or was stopped by somebody who knows
        return Step(3, self.tr("Now remove it: live, or all at once and better."), ("remove.live", "remove.render"))

    def _to_mark(self) -> Step:
        """How the tool in the hand marks; with one that marks nothing, the box is a press away."""
        chosen = self._actions.chosen("tool")
        if chosen == "tool.click":
            return Step(1, self.tr("Click what should go; right-click what should stay."))
        if chosen == "tool.brush":
            return Step(1, self.tr("Paint over what should go."))
        if chosen == "tool.lasso":
            return Step(1, self.tr("Draw round what should go."))
        if chosen in ("tool.polygon", "tool.shape"):
            return Step(1, self.tr("Click points round what should go; Enter closes the shape."))
        if chosen == "tool.wand":
            return Step(1, self.tr("Click a colour of what should go."))
        words = self.tr("Draw a box round what should go, from corner to corner.")
        return Step(1, words, () if chosen in ("tool.box", "tool.box_shape") else ("tool.box",))

    def _untracked(self) -> list[DocumentObject]:
        """The objects that are marked in a single frame of several; what the tracker lost at once is none of them."""
        document = self._controller.document
        if document.clip.frame_count == 1:
            return []
        marked = [each for each in document.objects if each.track and not each.shapes]
        return [each for each in marked if len(each.track) == 1 and not each.doubts]

    def _to_track(self, waiting: list[DocumentObject], state: UiState, *, gone: bool) -> Step:
        selected = self._controller.selected
        tracks = ("track.both", "track.forward") if state.has_prompt and selected in waiting else ()
        if gone:
            words = self.tr("Gone from one frame. Follow it through the clip, or export if it is in no other.")
            return Step(2, words, (*tracks[:1], "file.export"))
        if len(waiting) > 1 and selected in waiting:
            words = self.tr("Are they covered? Then follow all of them through the clip.")
            return Step(2, words, ("track.all", *tracks[:1]))
        if selected in waiting or len(self._controller.document.objects) == 1:
            return Step(2, self.tr("Is it covered? Then follow it through the clip."), tracks)
        words = self.tr("{0} is marked in one frame only: select it, then follow it through the clip.")
        return Step(2, words.format(waiting[0].name))

    def _to_restore(self, target: DocumentObject, *, gone: bool) -> Step:
        """What there is to do with an object that something hides."""
        mine = self._controller.selected is target
        ids = {each.id for each in self._controller.document.objects}
        if len(ids) == 1:
            words = self.tr("Mark what hides {0} as an object of its own, and track it.")
            return Step(2, words.format(target.name), ("object.new",))
        if not ids.intersection(target.settings.occluders):
            words = self.tr("Say what hides {0}, in the Objects panel; or let it be found.")
            return Step(2, words.format(target.name), ("restore.find",) if mine else ())
        if not target.amodal:
            words = self.tr("Predict the whole shape of {0}: you see it before anything is painted.")
            return Step(3, words.format(target.name), ("restore.predict",) if mine else ())
        if gone:
            return Step(4, self.tr("It is whole. Compare it, then export."), ("file.export", "view.wipe"))
        words = self.tr("Is the hatched shape right? Mend it with the mask tools, or render.")
        return Step(3, words, ("remove.render", *(("restore.edit",) if mine else ())))

    def _fill(self, step: Step) -> None:
        self._number.setText(str(step.number))
        self._number.setAccessibleName(self.tr("Step {0} of 4").format(step.number))
        self.sentence.setText(step.sentence)
        while (item := self._buttons.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for place, action_id in enumerate(step.actions):
            button = self._button(action_id, first=place == 0)
            self._buttons.addWidget(button)
            button.ensurePolished()  # with the style sheet's padding it is wider
            button.show()

    def _button(self, action_id: str, *, first: bool) -> QPushButton:
        action = self._actions.action(action_id)
        # Not the action's own: those are drawn a few at a time after a change of theme.
        drawn = icon(self._actions.spec(action_id).icon, self._theme, on_accent=first)
        button = QPushButton(drawn, action.text())
        button.setProperty("primary", "true" if first else "false")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setToolTip(action.toolTip())
        button.setAutoDefault(True)
        button.clicked.connect(lambda _checked=False: action.trigger())
        return button

    def _place(self) -> None:
        """In the middle of the upper edge; of the lower one, or below the names, where that would hide something."""
        viewer, row = self._viewer, self.layout()
        assert row is not None
        row.invalidate()
        row.activate()
        wanted = row.sizeHint()
        height, width = wanted.height(), min(wanted.width(), viewer.width() - 2 * _MARGIN_PX)
        left, covered = (viewer.width() - width) // 2, viewer.covered_px
        names = viewer.label_areas()
        below_names = max([covered, *(int(each.bottom()) for each in names)]) + _MARGIN_PX
        tops = (covered + _MARGIN_PX, viewer.height() - height - _MARGIN_PX, below_names)
        places = [QRect(left, top, width, height) for top in tops]
        # It stays where it is while that is as good: it must not jump with every step.
        masks = self._masks()
        self._at = min(range(len(places)), key=lambda at: (_hidden_by(places[at], names, masks), at != self._at, at))
        self.setGeometry(places[self._at])

    def _masks(self) -> list[QRectF]:
        """Where masks and their names are."""
        viewer = self._viewer
        if viewer.shown is None:
            return []
        areas = []
        for each in viewer.shown.outlines:
            box = each.path.boundingRect()
            left, top = viewer.transform.to_view(box.left(), box.top())
            right, bottom = viewer.transform.to_view(box.right(), box.bottom())
            areas.append(QRectF(left, top, right - left, bottom - top).adjusted(0, -_TAG_PX, _TAG_PX, _TAG_PX))
        return areas

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Stays where it is when the viewer changes its size."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)


def _is_busy(state: UiState) -> bool:
    """Whether something runs that a step has to wait for."""
    return state.tracking or state.rendering or state.masking or state.looking or state.playing


def _hidden_by(place: QRect, names: list[QRectF], masks: list[QRectF]) -> int:
    """How much would be hidden at a place: a name of what is shown counts most, then masks and their names."""
    area = QRectF(place)
    return 100 * sum(area.intersects(each) for each in names) + sum(area.intersects(each) for each in masks)
