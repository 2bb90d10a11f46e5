"""The doors to the window, handed in by ``app.__main__``: the command line itself imports nothing of Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

TimeWindow = Callable[[Sequence[Path], int | None], None]
"""Gets clips, and the length of the project that is made, None for the usual one."""


@dataclass(frozen=True, slots=True)
class Doors:
    """What the command line asks of the window.

    Attributes:
        open_window: opens it, with a file or without, and gives its exit code.
        time_window: measures it with clips, or with one that it makes, and with a project, and prints the figures.
    """

    open_window: Callable[[Path | None], int]
    time_window: TimeWindow
