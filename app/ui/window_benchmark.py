"""``cleanplate benchmark --window``: how soon the window is there, how promptly it answers, how scrubbing feels.

Every run has a process of its own with a window on whatever screen Qt finds (``QT_QPA_PLATFORM=offscreen`` for none).
How the event loop is measured stands in ``loop_probe.py``. Projects, of any length, are worked by
``project_benchmark.py``.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication
from rich.console import Console

from app import environment
from app.core.edits import AddPrompt
from app.core.errors import UserError
from app.core.geometry import Rect
from app.core.prompts import BoxPrompt
from app.jobs.measured import peak_memory_bytes
from app.ui.application import collect_briefly, hand_over_briskly
from app.ui.loop_probe import Lateness, LoopProbe, print_phases, wait
from app.ui.main_window import MainWindow
from app.ui.preferences import Preferences
from app.ui.project_benchmark import (
    FRAMES,
    OBJECTS,
    ProjectFigures,
    ProjectSession,
    make_project,
    print_project,
)
from app.ui.theme import DARK, apply
from app.ui.tracking import Direction

STARTS = 3
STEPS = 40
PHASE_S, MARK_S = 5.0, 1.0
DRAG_HZ = 60
BOX_SHARE = (0.62, 0.35, 0.16, 0.6)  # the walker in the demo clip's first frame: left, top, width, height


@dataclass(slots=True)
class WindowFigures:
    """What was measured in one process.

    Attributes:
        clip: its file name.
        phases: by name, how promptly the event loop answered.
        first_picture_s: from opening the clip to its first picture.
        dropped_share: of the frames that were due while it played.
        drag_pictures_per_s: new pictures a second while the playhead was dragged.
        step_back_ms: median and 95th percentile of a step backwards, after a jump to a place that was not decoded.
        program_bytes: most memory that the process ever held before the clip was opened; None where the system has no
            count of it.
        peak_bytes: the same after looking at the clip: opening, playing, dragging, stepping.
        computing_bytes: the same after tracking and rendering.
    """

    clip: str
    phases: dict[str, Lateness] = field(default_factory=dict)
    first_picture_s: float = 0.0
    dropped_share: float = 0.0
    drag_pictures_per_s: float = 0.0
    step_back_ms: tuple[float, float] = (0.0, 0.0)
    program_bytes: int | None = None
    peak_bytes: int | None = None
    computing_bytes: int | None = None


def run_window_benchmark(
    clips: Sequence[Path], console: Console, *, frames: int | None = None, computing: bool = True
) -> list[WindowFigures]:
    """Measures starts, then each clip, then a project, prints the tables and gives the clips' figures.

    Args:
        clips: what to open; empty for a 1080p clip in groups of 250 pictures, made from the demo clip.
        console: where to print.
        frames: length of the project that is made, ``FRAMES`` by default.
        computing: whether tracking and rendering are measured as well.

    Raises:
        UserError: there is no screen, or a clip cannot be read.
    """
    environment.check_screen()
    starts = [_start() for _ in range(STARTS)]
    console.print(f"start to usable window: {', '.join(f'{each:.2f} s' for each in starts)}", highlight=False)
    figures = []
    with tempfile.TemporaryDirectory(prefix="cleanplate-window-", ignore_cleanup_errors=True) as scratch:
        for clip in clips or [_long_gop_clip(Path(scratch))]:
            figures.append(_in_child(clip, computing))
            _print_figures(figures[-1], console)
        length = FRAMES if frames is None else frames
        print_project(_project_in_child(make_project(Path(scratch), length), length), console)
    return figures


def _long_gop_clip(folder: Path) -> Path:
    from app.media.reader import open_clip
    from app.media.settings import ExportSettings
    from app.media.writer import ClipWriter
    from app.speed import make_clip

    made = make_clip(folder, (1920, 1080), 500)
    target = folder / "1080p-gop250.mp4"
    extra = (("g", "250"), ("keyint_min", "250"), ("preset", "medium"))
    with open_clip(made) as reader:
        settings = ExportSettings(codec="h264", quality="high", extra=extra)
        with ClipWriter(target, reader.info, settings) as writer:
            for frame in reader.frames():
                writer.write(frame)
            writer.finish()
    made.unlink()
    return target


def _start() -> float:
    """Seconds from starting a process to its window answering."""
    before = time.time()
    told = _child(["start"])
    return float(json.loads(told)["usable_at"]) - before


def _in_child(clip: Path, computing: bool) -> WindowFigures:
    plain = json.loads(_child(["clip", str(clip), "compute" if computing else "look"]))
    plain["phases"] = {phase: Lateness(**each) for phase, each in plain["phases"].items()}
    return WindowFigures(**{**plain, "step_back_ms": tuple(plain["step_back_ms"])})


def _project_in_child(project: Path, frames: int) -> ProjectFigures:
    plain = json.loads(_child(["project", str(project), str(frames)]))
    return ProjectFigures(**{**plain, "phases": {phase: Lateness(**each) for phase, each in plain["phases"].items()}})


def _child(arguments: Sequence[str]) -> str:
    """The last line that a process of its own prints; it keeps its files apart from the user's."""
    with tempfile.TemporaryDirectory(prefix="cleanplate-window-", ignore_cleanup_errors=True) as apart:
        done = subprocess.run(
            [sys.executable, "-m", "app.ui.window_benchmark", *arguments],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, environment.CACHE_DIR_VARIABLE: apart, environment.DATA_DIR_VARIABLE: apart},
        )
    if done.returncode:
        raise UserError(f"The window could not be measured: {done.stderr.strip().splitlines()[-1:] or 'it ended'}.")
    return done.stdout.strip().splitlines()[-1]


def _print_figures(figures: WindowFigures, console: Console) -> None:
    print_phases(f"The event loop, {figures.clip}", figures.phases, console)
    median, high = figures.step_back_ms
    facts = [
        f"first picture {figures.first_picture_s:.2f} s after opening",
        f"{figures.dropped_share:.0%} of the frames dropped while it played",
        f"{figures.drag_pictures_per_s:.0f} new pictures a second while dragged",
        f"a step backwards {median:.0f} ms at the median, {high:.0f} ms at the 95th percentile",
    ]
    if figures.peak_bytes is not None and figures.program_bytes is not None:
        of_clip = figures.peak_bytes - figures.program_bytes
        allowed = environment.picture_memory_bytes()
        facts.append(
            f"at most {figures.peak_bytes / 1e6:.0f} MB for looking, {of_clip / 1e6:.0f} MB of them since it was "
            f"opened ({allowed / 1e6:.0f} MB allowed for pictures)"
        )
    if figures.computing_bytes is not None:
        facts.append(f"at most {figures.computing_bytes / 1e6:.0f} MB while it was tracked and rendered as well")
    console.print("\n".join(facts), highlight=False)


class _Session:
    """One window with one clip, worked by code."""

    def __init__(self, window: MainWindow, clip: Path) -> None:
        self._window, self._clip = window, clip
        self._probe = LoopProbe()
        self.figures = WindowFigures(clip.name, self._probe.phases)

    def look(self) -> None:
        """Opening, playing, dragging, stepping."""
        window, transport = self._window, self._window.controller.transport
        self.figures.program_bytes = peak_memory_bytes()
        began = time.perf_counter()
        self._probe.during("opening", lambda: window.open_path(self._clip), self._is_shown)
        self.figures.first_picture_s = time.perf_counter() - began
        wait(lambda: not window.rendering.busy)
        self._probe.during("building the proxy", _nothing, self._proxy_is_built)
        self._probe.during("loading the engine", _nothing, lambda: window.warming.done)
        due = min(transport.frame_count - 1, int(PHASE_S * float(window.controller.info.rate)))  # type: ignore[union-attr]
        self._probe.during("playing", transport.play, lambda: not transport.playing, for_s=PHASE_S)
        self.figures.dropped_share = transport.dropped / max(due, 1)
        transport.pause()
        self._drag()
        self._step_back()
        self.figures.peak_bytes = peak_memory_bytes()

    def compute(self) -> None:
        """Tracking and rendering."""
        window, controller = self._window, self._window.controller
        controller.transport.go_to(0)
        width, height = controller.document.clip.width, controller.document.clip.height
        left, top, across, down = BOX_SHARE
        box = Rect(round(left * width), round(top * height), round(across * width), round(down * height))
        target = window.editing.target()
        edits = (*target.first, AddPrompt(target.object_id, BoxPrompt(box, 0)))
        self._probe.during("marking", lambda: window.editing.commit(*edits), lambda: False, for_s=MARK_S)
        tracking = window.tracking
        self._probe.during(
            "tracking", lambda: tracking.track(Direction.FORWARD), lambda: not tracking.running, for_s=2 * PHASE_S
        )
        tracking.stop()
        wait(lambda: not tracking.running and not window.rendering.busy)
        self._probe.during("rendering live", lambda: window.rendering.set_live(True), lambda: False, for_s=2 * PHASE_S)
        window.rendering.set_live(False)
        wait(lambda: not window.rendering.busy)
        self._probe.during("rendering the range", window.rendering.render_range, lambda: False, for_s=2 * PHASE_S)
        window.rendering.stop()
        wait(lambda: not window.rendering.busy)
        self.figures.computing_bytes = peak_memory_bytes()

    def _drag(self) -> None:
        transport = self._window.controller.transport
        shown: set[tuple[int, int]] = set()
        began = time.perf_counter()
        last = [-1, 0]

        def move() -> None:
            there = (time.perf_counter() - began) / PHASE_S * 2
            transport.go_to(round((1 - abs(there - 1)) * (transport.frame_count - 1)))
            now = self._window.viewer.shown
            if now is not None and now.wanted.index != last[0]:
                last[0], last[1] = now.wanted.index, last[1] + 1
                shown.add((last[1], last[0]))

        hand = QTimer()
        hand.setTimerType(Qt.TimerType.PreciseTimer)
        hand.timeout.connect(move)
        transport.begin_scrub()
        hand.start(1000 // DRAG_HZ)
        self._probe.during("dragging", _nothing, lambda: False, for_s=PHASE_S)
        hand.stop()
        self.figures.drag_pictures_per_s = len(shown) / PHASE_S
        transport.end_scrub()
        wait(lambda: self._is_shown() and not self._is_rough())

    def _step_back(self) -> None:
        transport = self._window.controller.transport
        steps = min(STEPS, transport.frame_count - 1)
        transport.go_to(min(transport.frame_count - 1, 240))
        wait(lambda: self._is_shown() and not self._is_rough())
        taken = []
        self._probe.begin()
        for _ in range(steps):
            before = time.perf_counter()
            transport.step(-1)
            wait(self._is_shown)
            taken.append((time.perf_counter() - before) * 1000)
        self._probe.end("stepping back")
        taken.sort()
        self.figures.step_back_ms = statistics.median(taken), taken[int(0.95 * (len(taken) - 1))]

    def _is_shown(self) -> bool:
        shown = self._window.viewer.shown
        return shown is not None and shown.exact and shown.wanted.index == self._window.controller.transport.position

    def _is_rough(self) -> bool:
        shown = self._window.viewer.shown
        return shown is not None and shown.wanted.rough

    def _proxy_is_built(self) -> bool:
        clip = self._window.controller.clip
        return clip is not None and clip.proxy.complete


def _nothing() -> None:
    """Stands in where a phase begins by itself."""


def _made_window() -> MainWindow:
    app = QApplication.instance() or QApplication(["cleanplate"])
    assert isinstance(app, QApplication)
    hand_over_briskly()
    apply(app, DARK)
    window = MainWindow(DARK, Preferences())
    collect_briefly()
    window.show()
    return window


def _measured_start() -> dict[str, float]:
    window = _made_window()
    usable: list[float] = []

    def answered() -> None:
        usable.append(time.time())
        window.shut_down()
        QApplication.exit(0)

    QTimer.singleShot(0, lambda: QTimer.singleShot(0, answered))
    QApplication.exec()
    return {"usable_at": usable[0]}


def _measured_clip(clip: Path, *, computing: bool) -> dict[str, object]:
    window = _made_window()
    session = _Session(window, clip)
    session.look()
    if computing:
        session.compute()
    window.shut_down()
    return asdict(session.figures)


def _measured_project(project: Path, frames: int) -> dict[str, object]:
    window = _made_window()
    session = ProjectSession(window, project, OBJECTS, frames)
    session.work()
    window.shut_down()
    return asdict(session.figures)


def main(arguments: Sequence[str]) -> None:
    """The child: ``start``, ``clip FILE compute|look`` or ``project FILE FRAMES``; prints one line of JSON."""
    environment.prepare_process()
    if arguments[0] == "start":
        told: dict[str, object] = dict(_measured_start())
    elif arguments[0] == "project":
        told = _measured_project(Path(arguments[1]), int(arguments[2]))
    else:
        told = _measured_clip(Path(arguments[1]), computing=arguments[2] == "compute")
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
