"""``cleanplate benchmark --window``: a project of many objects over many frames, opened, edited, saved and recovered.

The clip is one group of small pictures over and over, so that it is made in seconds however long it is; every mask of
every object is another one, as a tracker's are.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from rich.console import Console

from app import environment
from app.core.document import DocumentObject, ObjectSettings, Track
from app.core.geometry import Rect
from app.core.masks import MaskBlob
from app.core.object_edits import ChangeObject, RemoveObject, clear_range, copy_mask, set_anchor
from app.core.project_file import SUFFIX, save_project
from app.media.looped import write_looped
from app.ui.export_dialog import ExportDialog
from app.ui.loop_probe import Lateness, LoopProbe, print_phases, wait
from app.ui.main_window import MainWindow
from app.ui.preferences_dialog import PreferencesDialog
from app.workspace import Workspace

OBJECTS, FRAMES = 20, 1000
GROUP = 50
_SIZE = 160, 90
_SHAPES = 64
_SETTLE_S = 600.0


@dataclass(slots=True)
class ProjectFigures:
    """What was measured with one project.

    Attributes:
        objects, frames: its size.
        phases: by name, how promptly the event loop answered.
        open_s: until its first picture was shown.
        save_s: until it was saved.
        file_bytes: how large the project file is.
    """

    objects: int
    frames: int
    phases: dict[str, Lateness] = field(default_factory=dict)
    open_s: float = 0.0
    save_s: float = 0.0
    file_bytes: int = 0


def make_project(folder: Path, frames: int, objects: int = OBJECTS) -> Path:
    """Makes a clip and a project about it, in which every object has a mask in every frame.

    Args:
        folder: where; it exists.
        frames: of the clip.
        objects: of the project.
    """
    width, height = _SIZE
    y, x = np.mgrid[0:height, 0:width]
    waves = 120 + 60 * np.sin(x / 9.0) + 40 * np.cos(y / 7.0)
    views = [np.repeat(np.roll(waves, 3 * at, 1)[..., None], 3, 2).astype(np.uint8) for at in range(min(GROUP, frames))]
    clip = folder / "long.mp4"
    write_looped(clip, views, frames)
    with Workspace.open(clip) as workspace:
        marked = tuple(_marked(number, frames) for number in range(objects))
        document = replace(workspace.document, objects=marked, next_id=objects + 1)
    project = folder / "long.cleanplate"
    save_project(project, document)
    return project


def _marked(number: int, frames: int) -> DocumentObject:
    """An object that wanders over the picture and changes its shape on the way."""
    width, height = _SIZE
    shapes = [_ellipse(8 + at / 16, 15) for at in range(_SHAPES)]
    masks = {}
    for frame in range(frames):
        shape = shapes[(frame + number) % _SHAPES]
        box = shape.bbox
        left, top = (3 * frame + 7 * number) % (width - box.width), (frame // 7 + 5 * number) % (height - box.height)
        masks[frame] = MaskBlob(width, height, Rect(left, top, box.width, box.height), shape.area_px, shape.packed)
    return DocumentObject(number + 1, f"Object {number + 1}", track=Track(masks), settings=ObjectSettings(number))


def _ellipse(half_width: float, half_height: float) -> MaskBlob:
    width, height = _SIZE
    y, x = np.mgrid[0:height, 0:width]
    return MaskBlob.from_array(((x - width / 2) / half_width) ** 2 + ((y - height / 2) / half_height) ** 2 <= 1)


class ProjectSession:
    """One window that works on a project.

    Args:
        window: nothing is open in it.
        project: the project file; it is saved again.
        objects, frames: its size.
    """

    def __init__(self, window: MainWindow, project: Path, objects: int, frames: int) -> None:
        self._window, self._project = window, project
        self._probe = LoopProbe()
        self.figures = ProjectFigures(objects, frames, self._probe.phases)

    def work(self) -> None:
        """Opening, editing, saving, closing, recovering."""
        window = self._window
        wait(lambda: window.warming.done)
        began = time.perf_counter()
        self._during("opening the project", lambda: window.open_path(self._project), self._is_shown)
        self.figures.open_s = time.perf_counter() - began
        self._during("looking up what is rendered", _nothing, self._is_at_rest)
        self._edit()
        self._look_into_dialogs()
        self._save()
        self._during("closing the clip", window.controller.close_clip, lambda: not window.controller.desk.open_handles)
        self._recover()

    def _edit(self) -> None:
        window, controller = self._window, self._window.controller
        document = controller.document
        first, last = document.objects[0].id, document.objects[-1].id
        middle, every = document.clip.frame_count // 2, range(document.clip.frame_count)
        mask = document.objects[0].track[0]
        self._step("marking a frame", lambda: controller.perform(set_anchor(controller.document, first, middle, mask)))
        self._step("undoing that", controller.undo)
        self._step(
            "copying a mask to every frame",
            lambda: controller.perform(copy_mask(controller.document, first, middle, every)),
        )
        self._step("undoing that (every frame)", controller.undo)
        self._step("redoing that (every frame)", controller.redo)
        self._step("clearing every frame", lambda: controller.perform(clear_range(controller.document, last, every)))
        self._step("undoing that (cleared)", controller.undo)
        self._step(
            "changing a growth", lambda: controller.perform(ChangeObject.of(controller.document, last, grow_px=3))
        )
        self._step("deleting an object", lambda: controller.perform(RemoveObject.of(controller.document, last)))
        self._step("undoing that (deleted)", controller.undo)
        workspace = controller.workspace
        assert workspace is not None, "a project is open"
        there = workspace.history.position
        self._step("going to the first step", lambda: controller.go_to_step(0))
        self._step("going back to the newest step", lambda: controller.go_to_step(there))
        self._step("listing the history", window.history.fill)
        self._step("selecting every object", self._select_each)

    def _select_each(self) -> None:
        for each in self._window.controller.document.objects:
            self._window.controller.select(each.id)

    def _look_into_dialogs(self) -> None:
        window = self._window
        shown: list[PreferencesDialog] = []

        def prefer() -> None:
            questions = window.projects.questions
            shown.append(PreferencesDialog(window.preferences, window.actions_table, questions, window))
            shown[0].show()

        self._step("showing the preferences", prefer)
        self._step("closing them", shown[0].close)
        exports: list[ExportDialog] = []

        def ask() -> None:
            exports.append(ExportDialog(window.controller, window.exporting, window.projects.questions, window))
            exports[0].show()

        self._step("asking for an export", ask)
        self._step("closing that", exports[0].close)

    def _save(self) -> None:
        window, saved = self._window, []
        window.projects.autosave(time.monotonic())
        self._step("saving automatically", _nothing)
        began = time.perf_counter()
        self._during("saving", lambda: window.projects.save(lambda: saved.append(True)), lambda: bool(saved))
        self.figures.save_s = time.perf_counter() - began
        self.figures.file_bytes = self._project.stat().st_size

    def _recover(self) -> None:
        """What a killed window left is offered, and opened."""
        window, left = self._window, environment.data_dir() / "sessions" / "killed"
        left.mkdir(parents=True)
        (left / "lock").touch()
        shutil.copy(self._project, left / f"autosave{SUFFIX}")
        self._during("looking for what a crash left", window.projects.begin, window.notices.isVisible)
        self._during("recovering", window.notices.choices[0].click, self._is_shown)

    def _during(self, phase: str, begin: Callable[[], object], over: Callable[[], bool]) -> None:
        self._probe.during(phase, begin, over, for_s=_SETTLE_S)

    def _step(self, phase: str, act: Callable[[], object]) -> None:
        self._during(phase, act, self._is_at_rest)

    def _is_at_rest(self) -> bool:
        return not self._window.rendering.busy and not self._window.controller.desk.is_reading

    def _is_shown(self) -> bool:
        shown = self._window.viewer.shown
        return shown is not None and shown.exact


def print_project(figures: ProjectFigures, console: Console) -> None:
    """Prints what was measured."""
    name = f"{figures.objects} objects over {figures.frames} frames"
    print_phases(f"The event loop, a project of {name}", figures.phases, console)
    console.print(
        f"opened in {figures.open_s:.1f} s, saved in {figures.save_s:.1f} s, {figures.file_bytes / 1e6:.1f} MB",
        highlight=False,
    )


def _nothing() -> None:
    """Stands in where a phase begins by itself."""
