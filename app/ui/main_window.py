"""The main window. It only puts together: what happens is in the controller and its parts, what shows in the panels."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu

from app import environment
from app.jobs.runner import Lane
from app.ui.actions import ActionTable
from app.ui.asking import Asking
from app.ui.clicking import Clicking
from app.ui.clip_notice import ClipNotice
from app.ui.clip_watch import ClipWatch
from app.ui.commands import connect_actions
from app.ui.controller import Controller
from app.ui.display_lut import DisplayLut
from app.ui.editing import Editing
from app.ui.export_list import ExportList
from app.ui.exporting import Exporting
from app.ui.guide import Guide
from app.ui.history_menu import HistoryMenu
from app.ui.kept_menu import KeptMenu
from app.ui.keyboard_pointer import KeyboardPointer
from app.ui.keys import WindowKeys
from app.ui.mask_files import MaskFiles
from app.ui.menus import fill_menu_bar
from app.ui.model_fetching import ModelFetching
from app.ui.notice_bar import NoticeBar
from app.ui.notices import Notice, Severity
from app.ui.objects_panel import ObjectsPanel
from app.ui.options_bar import ViewOptions
from app.ui.preferences import Preferences, preferences_file, save, track_settings
from app.ui.projects import Projects
from app.ui.quality import Quality
from app.ui.questions import Questions
from app.ui.recent_names import told_apart
from app.ui.recovering import RecoveryDialog
from app.ui.references import References
from app.ui.removal_panel import RemovalPanel
from app.ui.rendering import Rendering
from app.ui.restoring import Restoring
from app.ui.retouching import Retouching
from app.ui.second_look import SecondLook
from app.ui.second_viewer import SecondViewer
from app.ui.shape_commands import ShapeCommands
from app.ui.status import StatusLine
from app.ui.stroke_hint import StrokeHint
from app.ui.theme import DARK, Dressed, Theme, apply, theme_named
from app.ui.timeline import TimelineBar
from app.ui.toolbox import made_tools
from app.ui.tools.base import Tool
from app.ui.tools.click import ClickTool
from app.ui.tools.retouch import RetouchTool
from app.ui.tracking import Tracking
from app.ui.transport_bar import TransportBar
from app.ui.versions_menu import VersionsMenu
from app.ui.view_state import ViewState
from app.ui.viewer import Viewer
from app.ui.warming import Warming
from app.ui.welcome import Welcome
from app.ui.window_layout import LEAST_SIZE, lay_out
from app.ui.window_title import WindowTitle


class MainWindow(QMainWindow):
    """One window, one clip.

    Attributes:
        controller, tracking, rendering, editing: what the parts ask.
        actions_table: everything that can be done.
        viewer, timeline, objects, removal, transport_bar, notices: the parts.
    """

    def __init__(self, theme: Theme = DARK, preferences: Preferences | None = None) -> None:
        super().__init__()
        self.preferences = preferences or Preferences()
        self.theme = theme
        self.controller = Controller(self)
        self.actions_table = ActionTable(self, theme, remapped=self.preferences.shortcuts)
        self.editing = Editing(self.controller, self)
        self.tracking = Tracking(self.controller, self)
        self.tracking.settings = track_settings(self.preferences)
        self.restoring = Restoring(self.controller, self)
        self.rendering = Rendering(self.controller, self)
        self.exporting = Exporting(self.controller, self)
        self.exports = ExportList(self.exporting, theme, self)
        self.projects = Projects(self.controller, Questions(self), self)
        self.projects.autosave_every_s = self.preferences.autosave_s
        self.mask_files = MaskFiles(self.controller, self.editing, self.projects, self)
        self.shapes = ShapeCommands(self.controller, self.editing)
        self.references = References(self.controller, self.rendering, self.projects, self)
        self.retouching = Retouching(self.controller, self.rendering, self)
        self.viewer = Viewer(self.controller, theme)
        self.pointer = KeyboardPointer(self.viewer, self.controller, self)
        self.second = SecondViewer(self.controller, self.viewer, self._actions_elsewhere(), theme, self)
        self.lut = DisplayLut(self.controller, self)
        self.warming = Warming(self.controller, self)
        self.welcome = Welcome(self.actions_table, theme, self.viewer)
        self.guide = Guide(self.controller, self.actions_table, theme, self.viewer)
        self.guide.set_wanted(self.preferences.guide)
        self.quality = Quality(self.controller, self.rendering, self)
        self.second_look = SecondLook(self.controller, self.tracking, self)
        self.second_look.set_wanted(self.preferences.second_look)
        self.second_look.changed.connect(lambda: self.quality.take_disagreeing(self.second_look.frames))
        self.timeline = TimelineBar(self.controller, self.quality, theme)
        self.view_state = ViewState(self.controller, self.viewer, self.timeline, self)
        self.transport_bar = TransportBar(self.controller, self.actions_table)
        self.objects = ObjectsPanel(self.controller, self.restoring, self.actions_table, theme)
        self.removal = RemovalPanel(self.controller, self.rendering, self.actions_table, theme)
        self.clicking = Clicking(self.controller, self.preferences.segmenter, self)
        self.model_fetching = ModelFetching(self.controller, self)
        self.click_tool = ClickTool(self.editing, answers=self.clicking)
        self.options = ViewOptions(self.viewer, self.editing, self.shapes, self.clicking, self.actions_table)
        self.tools = made_tools(self.editing, self.click_tool, self.retouching, self.viewer)
        self.menus = fill_menu_bar(self.menuBar(), self.actions_table)
        self.history = HistoryMenu(self.controller, self)
        self.menus["Edit"].insertMenu(self.actions_table.action("mask.cut"), self.history)
        self.recent = QMenu(self.tr("Open recent"), self)
        self.recent.setToolTipsVisible(True)
        self.recent.setEnabled(False)
        self.menus["File"].insertMenu(self.actions_table.action("file.close"), self.recent)
        self.versions = VersionsMenu(self.projects.open_version, self)
        self.menus["File"].insertMenu(self.actions_table.action("file.close"), self.versions)
        self.kept_menu = KeptMenu(self.controller.kept, self)
        self.menus["View"].insertMenu(self.actions_table.action("kept.flip"), self.kept_menu)
        self.stroke_hint = StrokeHint(self.controller, self.editing, self.actions_table, self)
        self.notices = NoticeBar(theme, self.viewer)
        self.side = lay_out(self)
        self.status = StatusLine(self.controller)
        self.setStatusBar(self.status)
        self.warming.placed.connect(self.status.set_place)
        self.warming.placed.connect(lambda _place: self.projects.questions.dialogs.prepare())
        self.asking = Asking(self)
        connect_actions(self)
        self.keys = WindowKeys(self)
        self._listen()
        look_through = self.actions_table.action("lut.choose").trigger
        self.clip_notice = ClipNotice(self.controller, self.notices, look_through, self)
        self.clip_watch = ClipWatch(self.controller, self.projects, self.notices, self)
        self.setAcceptDrops(True)
        self.resize(*LEAST_SIZE)
        self.title = WindowTitle(self, self.controller, self.rendering, self.exporting)
        self._may_quit = False
        self.projects.begin()

    def _listen(self) -> None:
        controller = self.controller
        controller.state_changed.connect(self.actions_table.show_state)
        controller.notice.connect(self.notices.show_notice)
        controller.settled.connect(self.notices.settle)
        controller.clip_closed.connect(self.notices.settle_all)
        controller.clip_opened.connect(self._clip_opened)
        controller.clip_closed.connect(self.welcome.show)
        self.rendering.frame_rendered.connect(lambda _frame: self.viewer.refresh())
        self.tracking.followed.connect(self._followed)
        self.restoring.shaped.connect(self._followed)
        self.editing.repaint.connect(self.viewer.update)
        self.retouching.changed.connect(self.viewer.update)
        self.editing.on_box = self.tracking.find_in_box
        self.model_fetching.arrived.connect(lambda _name: self.clicking.renew())
        self.model_fetching.arrived.connect(lambda _name: self.asking.models_changed())
        self.clicking.stood_in.connect(self.asking.offer_models)
        self.clicking.failed.connect(self.asking.offer_other_models)
        self.viewer.play_pressed.connect(self.actions_table.action("play.toggle").trigger)
        self.rendering.states_changed.connect(self.timeline.set_states)
        self.rendering.states_changed.connect(self.guide.set_states)
        self.notices.covers.connect(self.viewer.set_covered)
        self.notices.covers.connect(self.guide.set_covered)
        self.guide.due.connect(self.removal.set_due)
        self.guide.dismissed.connect(self.actions_table.action("help.guide").trigger)
        self.pointer.changed.connect(lambda: self.status.set_pointer(self.pointer.words))
        self.welcome.open_path = self.open_path
        self.projects.recent_changed.connect(self.show_recent)
        self.projects.versions_changed.connect(self.versions.show_versions)
        self.projects.recovering.list_wanted.connect(lambda: RecoveryDialog(self.projects.recovering, self).open())
        self.projects.being_written = lambda: [path.name for path in self.exporting.targets()]
        self.projects.more_view = lambda: {
            **self.lut.kept(),
            **self.view_state.kept(),
            "second_look": self.second_look.wanted,
        }
        self.exporting.log_wanted.connect(self.exports.show_log)
        self.second.closed.connect(lambda: self.actions_table.action("view.second").setChecked(False))

    def _followed(self, frame: int) -> None:
        """The overlay goes along with the tracker."""
        self.controller.transport.go_to(frame)
        self.viewer.refresh()
        self.timeline.refresh_lanes()

    def _clip_opened(self) -> None:
        self.welcome.hide()
        self.viewer.setFocus(Qt.FocusReason.OtherFocusReason)
        self._recall_second_look()
        self.setUpdatesEnabled(False)  # many objects take long enough to take in: they are painted a little later
        QTimer.singleShot(10, self, self._paint_again)

    def _paint_again(self) -> None:
        """Paints from now on; at once: Qt asks for no paint where an earlier one was asked for and came to nothing."""
        self.setUpdatesEnabled(True)
        self.repaint()

    def set_theme(self, theme: Theme) -> None:
        """Dresses the whole program in another theme."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self.theme = theme
        apply(app, theme)
        self.actions_table.set_theme(theme)
        dressed: tuple[Dressed, ...] = (
            self.viewer,
            self.timeline,
            self.objects,
            self.removal,
            self.notices,
            self.exports,
            self.second,
            self.welcome,
            self.guide,
        )
        for part in dressed:
            part.set_theme(theme)

    # Tools and work

    def use_tool(self, tool: Tool) -> None:
        """Puts a tool into the hand."""
        self.viewer.set_tool(tool)
        self.actions_table.action(f"tool.{tool.id}").setChecked(True)
        self.options.show_options(tool.id)
        self.retouching.set_active(isinstance(tool, RetouchTool))
        self.clicking.set_active(tool is self.click_tool)
        self.status.set_hint(tool.hint)

    def stop(self) -> None:
        """Ends tracking, rendering and exporting, within a frame."""
        self._stop_finding()
        self.exporting.stop()

    def _stop_finding(self) -> None:
        """Ends what was begun on this document; exports go on beside it."""
        self.tracking.stop()
        self.restoring.stop()
        self.rendering.stop()
        self.mask_files.stop()

    def escape(self) -> bool:
        """Gives up a gesture, else stops what runs, leaves the keyboard's pointer, or full screen; whether it did."""
        if self.viewer.cancel_gesture():
            self.pointer.drop()
            return True
        state = self.controller.state
        if state.tracking or state.rendering or state.masking or state.looking or state.predicting:
            self._stop_finding()
            return True
        if self.pointer.leave():
            return True
        if self.isFullScreen():
            self.actions_table.action("view.full_screen").trigger()
            return True
        return False

    # Files

    def open_path(self, path: Path) -> None:
        """Opens a clip or a project."""
        self.projects.open(path)

    def show_second_viewer(self, on: bool) -> None:
        """Opens or closes the second viewer."""
        if on:
            self.second.appear()
        else:
            self.second.close()

    def fill_screen(self, on: bool) -> None:
        """Fills the screen; or is what it was before, maximised or not."""
        full = Qt.WindowState.WindowFullScreen
        self.setWindowState(self.windowState() | full if on else self.windowState() & ~full)

    def _actions_elsewhere(self) -> list[QAction]:
        """What can be done by key from the second viewer as well: playing, views, undo."""
        table = self.actions_table
        wanted = [spec.id for spec in table.specs if spec.menu == "Playback"]
        wanted += ["kept.flip", "overlay.next", "edit.undo", "edit.redo", "view.second"]
        return [*(table.action(each) for each in wanted), *table.choices("view")]

    def set_preferences(self, preferences: Preferences) -> None:
        """Takes up other preferences, as far as that can be done while it runs, and keeps them."""
        self.preferences = preferences
        self.projects.autosave_every_s = preferences.autosave_s
        self.actions_table.remap(preferences.shortcuts)
        look = theme_named(preferences.theme)
        if look is not self.theme:
            self.set_theme(look)
        self._keep_preferences()

    def _recall_second_look(self) -> None:
        """Looks at tracks a second time as the project has it; as it was chosen last where there is none."""
        workspace = self.controller.workspace
        kept = None if workspace is None else workspace.saved_view.get("second_look")
        on = kept if isinstance(kept, bool) else self.preferences.second_look
        self.actions_table.action("track.second_look").setChecked(on)
        self.second_look.set_wanted(on)

    def set_tracking(self, *, stop_when_lost: bool, look_again: bool, second_look: bool) -> None:
        """Tracks like this from now on, and keeps that."""
        chosen = second_look != self.second_look.wanted  # else a project's own would become everybody's
        self.preferences = replace(
            self.preferences,
            stop_when_lost=stop_when_lost,
            look_again=look_again,
            second_look=second_look if chosen else self.preferences.second_look,
        )
        self.second_look.set_wanted(second_look)
        self.tracking.settings = track_settings(self.preferences)
        self._keep_preferences()

    def show_guide(self, on: bool) -> None:
        """Says the next step on the picture from now on, or says it no more."""
        self.guide.set_wanted(on)
        self.preferences = replace(self.preferences, guide=on)
        self._keep_preferences()

    def _keep_preferences(self) -> None:
        preferences = self.preferences
        self.controller.submit(
            lambda _context: save(preferences_file(), preferences), Lane.IO, self.tr("keeping the preferences")
        )

    def close_clip(self) -> None:
        """Closes the clip, once its changes are saved or thrown away."""
        self.projects.may_close(self.controller.close_clip)

    def show_recent(self, paths: list[Path]) -> None:
        """Lists what was opened lately in the File menu."""
        self.recent.clear()
        for path, name in zip(paths, told_apart(paths), strict=True):
            entry = self.recent.addAction(name.replace("&", "&&"), partial(self.open_path, path))
            entry.setToolTip(str(path))
        self.recent.setEnabled(bool(paths))
        self.welcome.show_recent(paths)

    def open_demo(self) -> None:
        """Opens the clip that comes with Cleanplate."""
        self.open_path(environment.resource("demo/sports2d_walk_pan_854x480.mp4"))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Gives the timeline as many lanes as suit the height."""
        super().resizeEvent(event)
        self.timeline.fit_to_window(self.height())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Takes files."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Opens the first file that was dropped, or reads masks from it."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            place = self.objects.mapFrom(self, event.position().toPoint())
            # Answered once this event is over: the program it was dragged from waits for it.
            on_objects = self.objects.rect().contains(place)
            QTimer.singleShot(0, lambda: self._dropped(paths[0], len(paths) - 1, on_objects=on_objects))

    def _dropped(self, path: Path, more: int, *, on_objects: bool) -> None:
        """Takes one file, and says so where more came with it."""
        if more:
            words = self.tr("{0} files were dropped, and {1} was taken: there is one clip to a window.")
            self.controller.notice.emit(Notice(words.format(more + 1, path.name), Severity.INFO))
        if not self.mask_files.dropped(path, on_objects=on_objects):
            self.open_path(path)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Stops what runs and lets go of the clip, once its changes are saved or thrown away."""
        if (self.controller.state.modified or self.exporting.running) and not self._may_quit:
            event.ignore()
            # Asked once this event is over: Qt does not close a window that is being closed already.
            QTimer.singleShot(0, lambda: self.projects.may_close(self._quit))
            return
        self.shut_down()
        super().closeEvent(event)

    def _quit(self) -> None:
        self._may_quit = True
        self.close()

    def end_at_once(self) -> None:
        """Ends all work without a question, and keeps what is not saved."""
        keep = self.projects.keeping()
        self._stop_work()
        keep()

    def shut_down(self) -> None:
        """Ends all work; nothing may be asked of the window afterwards."""
        self._stop_work()
        self.projects.end()

    def _stop_work(self) -> None:
        self.keys.remove()
        self.projects.questions.dialogs.stop()
        self.warming.stop()
        self.clicking.stop()
        self.second_look.set_wanted(False)
        self.controller.shut_down()
