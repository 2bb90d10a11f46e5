"""The dialogs that the window asks with: files, exports, preferences, models, the log."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from app.engine.loader import USUAL_SEGMENTER
from app.engine.result_view import FrameState
from app.ui.export_dialog import ExportDialog
from app.ui.log_dialog import LogDialog
from app.ui.models_dialog import ModelsDialog
from app.ui.notices import AS_IT_STANDS, Choice, Notice, Severity
from app.ui.places import opening_folder
from app.ui.preferences_dialog import PreferencesDialog
from app.ui.still_dialog import StillDialog

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow


class Asking(QObject):
    """Shows the dialogs of one window, and hands what the user answers to the window's parts."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._of_models: list[Notice] = []

    def file(self) -> None:
        """Asks which clip or project to open."""
        self._open(self.tr("Open a clip or a project"))

    def clip(self) -> None:
        """Asks which clip a new project is about; what is open stays open until there is one."""
        self._open(self.tr("New project: choose its clip"))

    def _open(self, title: str) -> None:
        projects = self._window.projects
        chosen = projects.questions.open_file(title, folder=opening_folder(projects.recent))
        if chosen is not None:
            self._window.open_path(chosen)

    def export(self) -> None:
        """Asks what to export and where to."""
        window = self._window
        if window.controller.info is not None:
            ExportDialog(window.controller, window.exporting, window.projects.questions, window).open()

    def still(self) -> None:
        """Asks how to export the frame under the playhead."""
        window, controller = self._window, self._window.controller
        if controller.info is not None:
            controller.transport.pause()
            state = FrameState(int(window.rendering.states[controller.transport.position]))
            questions, view = window.projects.questions, window.viewer.view
            StillDialog(controller, window.exporting, questions, state, view, window).open()

    def keep_result(self) -> None:
        """Keeps the present result under a name, to flip between it and what is rendered later."""
        controller = self._window.controller
        results, view = controller.results, self._window.rendering.view  # while the user is asked, others may be found
        if results is None or view is None:
            return
        name = self._window.projects.questions.text(self.tr("Keep this result as"), controller.kept.next_name())
        if name:
            # An edit of just now has no result yet: what is on screen is that of the document before.
            controller.kept.keep(name, results.document, results, draft=view.live.draft)
            controller.said.emit(self.tr("Kept as {0}. A flips between it and the present result.").format(name))

    def exports(self) -> None:
        """Shows the list of exports; the window goes on working beside it."""
        self._window.exports.show()
        self._window.exports.raise_()
        self._window.exports.activateWindow()

    def preferences(self) -> None:
        """Shows the preferences."""
        window = self._window
        dialog = PreferencesDialog(window.preferences, window.actions_table, window.projects.questions, window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self._window.set_preferences)
        dialog.open()

    def models(self) -> None:
        """Shows what can answer clicks, and fetches it."""
        window, clicking = self._window, self._window.clicking
        questions = window.projects.questions
        dialog = ModelsDialog(window.model_fetching, questions, clicking.name, clicking.words, window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.taken.connect(self._answer_clicks_with)
        changed = clicking.changed.connect(lambda: dialog.show_running(clicking.words))
        dialog.finished.connect(lambda _result: clicking.changed.disconnect(changed))
        dialog.open()

    def offer_models(self) -> None:
        """Says what stands in for the network that is to answer clicks, and offers to fetch that."""
        window = self._window
        fetch = Choice(self.tr("Fetch it…"), self._fetch_usual)
        self._show_of_models(Notice(window.clicking.missing, choices=(fetch,)))

    def offer_other_models(self, why: str) -> None:
        """Says why clicks cannot be answered, and offers to have something else answer them.

        Args:
            why: in a sentence.
        """
        models = Choice(self.tr("Models for clicks…"), self.models)
        self._show_of_models(Notice(why, Severity.ERROR, choices=(models,), about=AS_IT_STANDS))

    def _show_of_models(self, notice: Notice) -> None:
        self._of_models.append(notice)
        self._window.notices.show_notice(notice)

    def models_changed(self) -> None:
        """Something else answers clicks, or will: what was told of what answered them holds no more."""
        for notice in self._of_models:
            self._window.notices.take_back(notice)
        self._of_models.clear()

    def _fetch_usual(self) -> None:
        """Fetches the usual network for clicks; the dialog shows how far it is."""
        self._window.model_fetching.fetch(USUAL_SEGMENTER)
        self.models()

    def _answer_clicks_with(self, name: str) -> None:
        self._window.clicking.choose(name)
        self.models_changed()
        self._window.set_preferences(replace(self._window.preferences, segmenter=name))

    def log(self) -> None:
        """Shows what was logged."""
        LogDialog(self._window.controller, self._window).open()

    def about(self) -> None:
        """Says what this program is, and with what it runs."""
        from app.ui.about import AboutDialog

        AboutDialog(self._window.controller, self._window).open()
