"""How promptly the event loop answers, and how much the GUI thread itself does between two turns of it.

A timer of a few milliseconds tells both: what it comes late by is how long a key or a click would have waited, and what
the thread's own clock counted meanwhile is what it did itself, however busy the rest of the machine is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from rich.console import Console
from rich.table import Table

PROBE_MS = 5
PATIENCE_S = 120.0
_LOOK_MS = 2


@dataclass(frozen=True, slots=True)
class Lateness:
    """What was seen of the event loop for a while, in milliseconds.

    Attributes:
        worst_ms: the latest that the timer came.
        most_ms: 99 % of the times it came no later than this.
        own_ms: the most that the GUI thread computed between two turns of its loop.
    """

    worst_ms: float = 0.0
    most_ms: float = 0.0
    own_ms: float = 0.0


class LoopProbe(QObject):
    """Watches the event loop, one phase after the other.

    Attributes:
        phases: what was seen in each, by name.
    """

    def __init__(self) -> None:
        super().__init__()
        self.phases: dict[str, Lateness] = {}
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(PROBE_MS)
        self._timer.timeout.connect(self._tick)
        self._at, self._computed = 0.0, 0.0
        self._late: list[float] = []
        self._own: list[float] = []

    def begin(self) -> None:
        """Watches from now on."""
        self._late, self._own = [], []
        self._at, self._computed = time.perf_counter(), time.thread_time()
        self._timer.start()

    def end(self, phase: str) -> Lateness:
        """Notes what was seen since ``begin`` under a name."""
        self._tick()
        self._timer.stop()
        late, own = sorted(self._late), max(self._own)
        seen = Lateness(late[-1], late[int(0.99 * (len(late) - 1))], own)
        self.phases[phase] = seen
        return seen

    def during(
        self, phase: str, begin: Callable[[], object], over: Callable[[], bool], *, for_s: float = PATIENCE_S
    ) -> None:
        """Watches while something goes on.

        Args:
            phase: its name.
            begin: starts it.
            over: whether it has ended.
            for_s: how long at most.
        """
        self.begin()
        begin()
        wait(over, for_s)
        self.end(phase)

    def _tick(self) -> None:
        at, computed = time.perf_counter(), time.thread_time()
        self._late.append(max(0.0, (at - self._at) * 1000 - PROBE_MS))
        self._own.append((computed - self._computed) * 1000)
        self._at, self._computed = at, computed


def wait(condition: Callable[[], bool], for_s: float = PATIENCE_S) -> None:
    """Runs the event loop until something is so, or the time is over."""
    if condition():
        return
    loop, end = QEventLoop(), time.perf_counter() + for_s
    look = QTimer()
    look.setTimerType(Qt.TimerType.PreciseTimer)
    look.timeout.connect(lambda: loop.quit() if condition() or time.perf_counter() > end else None)
    look.start(_LOOK_MS)
    loop.exec()
    look.stop()


def print_phases(title: str, phases: Mapping[str, Lateness], console: Console) -> None:
    """Prints what was seen, a line a phase."""
    table = Table(title=title, title_justify="left")
    for name in ("while", "worst ms", "99 % below ms", "own work at most ms"):
        table.add_column(name, justify="left" if name == "while" else "right")
    for phase, seen in phases.items():
        table.add_row(phase, f"{seen.worst_ms:.0f}", f"{seen.most_ms:.0f}", f"{seen.own_ms:.0f}")
    console.print(table)
