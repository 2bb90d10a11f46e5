"""Asks what answers clicks, and fetches what is not here."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.engine.loader import SEGMENTER_TITLES, SegmenterState
from app.ui.model_fetching import ModelFetching
from app.ui.notices import notice_of
from app.ui.places import downloads_folder
from app.ui.questions import Questions
from app.ui.sentences import sentence_of

_NAMES = ("auto", "grabcut", "mobile-sam", "vit-b", "vit-l", "vit-h")
_STEPS = 1000


class ModelsDialog(QDialog):
    """One row a segmenter: take it, its size, whether it is here, fetch or stop, or a file of the user's.

    Args:
        fetching: knows what is here, and fetches.
        questions: asks for the user's file.
        chosen: the segmenter that answers clicks now.
        running_on: what computes, for people; empty while that is not known.
        parent: the window.

    Signals:
        taken: the name of the segmenter that is to answer clicks.
    """

    taken = Signal(str)

    def __init__(
        self, fetching: ModelFetching, questions: Questions, chosen: str, running_on: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._fetching, self._questions = fetching, questions
        self.setWindowTitle(self.tr("Models for clicks"))
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(12)
        words = QLabel(
            self.tr(
                "A click on the picture is answered by one of these. The larger ones are slower, most of all without a "
                "graphics card. Files are fetched once, checked, and stay on this machine."
            )
        )
        words.setWordWrap(True)
        column.addWidget(words)
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(2, 1)
        column.addLayout(grid)
        self.choices = QButtonGroup(self)
        self.rows = {name: ModelRow(self, grid, number, name) for number, name in enumerate(_NAMES)}
        self.rows[chosen if chosen in self.rows else "auto"].take.setChecked(True)
        self.running = QLabel("")
        self.running.setProperty("role", "dim")
        self.show_running(running_on)
        column.addWidget(self.running)
        column.addStretch(1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        fetching.changed.connect(self.refresh)
        fetching.refresh()
        self.refresh()
        self.resize(640, self.sizeHint().height())

    def show_running(self, running_on: str) -> None:
        """Shows what computes, for people; empty while that is not known."""
        self.running.setText(self.tr("Now: {0}").format(running_on) if running_on else "")

    def refresh(self) -> None:
        """Shows what is here and how far fetches are."""
        states = {state.name: state for state in self._fetching.states}
        for name, row in self.rows.items():
            row.show_state(states.get(name))
        layout = self.layout()
        assert layout is not None
        wanted = layout.totalHeightForWidth(self.width())
        if wanted > self.height():  # a sentence that has come is read to its end
            self.resize(self.width(), wanted)

    def fetch_or_stop(self, name: str) -> None:
        """Fetches a network, or stops its fetch."""
        if self._fetching.is_running(name):
            self._fetching.stop(name)
        else:
            self._fetching.fetch(name)

    def ask_for_file(self, name: str) -> None:
        """Takes a file that the user has."""
        state = next((state for state in self._fetching.states if state.name == name), None)
        title = SEGMENTER_TITLES[name] if state is None else self.tr(" or ").join(state.missing or state.files)
        file = self._questions.open_file(self.tr("Which file is {0}?").format(title), folder=downloads_folder())
        if file is not None:
            self._fetching.adopt(name, file)

    @property
    def fetching(self) -> ModelFetching:
        """What fetches."""
        return self._fetching


class ModelRow(QObject):
    """One segmenter's widgets in the grid."""

    def __init__(self, dialog: ModelsDialog, grid: QGridLayout, number: int, name: str) -> None:
        super().__init__(dialog)
        self._dialog, self._name = dialog, name
        self._own_had_focus = False
        automatic = self.tr("Automatic (MobileSAM where it is here)")
        self.take = QRadioButton(automatic if name == "auto" else SEGMENTER_TITLES[name])
        self.take.clicked.connect(lambda _checked=False: dialog.taken.emit(name))
        dialog.choices.addButton(self.take)
        grid.addWidget(self.take, 2 * number, 0, 1, 2 if name in ("auto", "grabcut") else 1)
        self.size, self.state, self.bar, self.trouble = QLabel(), QLabel(), QProgressBar(), QLabel()
        self.state.setMinimumWidth(160)
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("How much of {0} is here").format(self.take.text()))
        self.fetch, self.own = QPushButton(), QPushButton(self.tr("Use a file I have…"))
        self._keep_places()
        self.fetch.clicked.connect(lambda _checked=False: dialog.fetch_or_stop(name))
        self.own.clicked.connect(lambda _checked=False: dialog.ask_for_file(name))
        if name == "auto":
            return
        if name == "grabcut":
            self.state.setText(self.tr("always here; by colour alone"))
            grid.addWidget(self.state, 2 * number, 2, 1, 4)
            return
        self.size.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for column, widget in ((1, self.size), (2, self.state), (3, self.bar), (4, self.fetch), (5, self.own)):
            grid.addWidget(widget, 2 * number, column)
        grid.addWidget(self.trouble, 2 * number + 1, 0, 1, 6)

    def _keep_places(self) -> None:
        """What comes and goes has its place all the time, so that no button moves from under the pointer."""
        widest = 0
        for words in self._fetch_words():
            self.fetch.setText(words)
            widest = max(widest, self.fetch.sizeHint().width())
        self.fetch.setFixedWidth(widest)
        for widget in (self.bar, self.fetch, self.own):
            policy = widget.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            widget.setSizePolicy(policy)

    def _fetch_words(self) -> tuple[str, str, str]:
        """What the button says: to begin, while it runs, after it was stopped."""
        return self.tr("Fetch"), self.tr("Stop"), self.tr("Go on fetching")

    def show_state(self, state: SegmenterState | None) -> None:
        """Shows what is known."""
        if self._name in ("auto", "grabcut"):
            return
        fetching = self._dialog.fetching
        running = fetching.is_running(self._name)
        here = state is not None and state.here
        if state is not None:
            self.size.setText(f"{state.size_bytes / 1e6:.0f} MB")
        self.state.setText(self._words(state))
        share = fetching.share(self._name)
        self.bar.setVisible(running)
        self.bar.setRange(0, 0 if share is None else _STEPS)
        self.bar.setValue(0 if share is None else round(share * _STEPS))
        kept = state is not None and state.kept_bytes > 0
        begin, stop, go_on = self._fetch_words()
        self.fetch.setText(stop if running else go_on if kept else begin)
        trouble = None if running else fetching.trouble(self._name)
        sentence = "" if trouble is None else notice_of(trouble, self.tr("fetching the model")).sentence
        self.trouble.setText(sentence_of(sentence))
        self.trouble.setVisible(trouble is not None)
        self.take.setEnabled(here)
        self._show_buttons(here=here, running=running)
        self.fetch.setAccessibleName(f"{self.fetch.text()}: {self.take.text()}")
        self.own.setAccessibleName(f"{self.own.text()}: {self.take.text()}")

    def _show_buttons(self, *, here: bool, running: bool) -> None:
        """Shows what can be done; the focus stays in this row: on the next row's button Space would fetch that."""
        focused = self._dialog.focusWidget()
        if here and not running and focused in (self.fetch, self.own):
            self.take.setFocus()
        elif running and focused is self.own:
            self._own_had_focus = True
            self.fetch.setFocus()
        self.fetch.setVisible(running or not here)
        self.own.setVisible(not here and not running)
        if not running and self._own_had_focus:
            self._own_had_focus = False
            if focused is self.fetch and not here:
                self.own.setFocus()

    def _words(self, state: SegmenterState | None) -> str:
        fetching = self._dialog.fetching
        if fetching.is_running(self._name):
            share = fetching.share(self._name)
            return self.tr("asking where it is…") if share is None else self.tr("{0} % here").format(round(100 * share))
        if state is None:
            return ""
        if state.here:
            return self.tr("here")
        if state.kept_bytes:
            return self.tr("{0} MB of it are here").format(round(state.kept_bytes / 1e6))
        if len(state.missing) < len(state.files):
            return self.tr("{0} is missing").format(", ".join(state.missing))
        return self.tr("not here")
