"""Gives finished files their names, and removes files, where whoever reads a file keeps both from happening.

On Windows a file that some program has open can be neither replaced nor removed: another thread that reads a kept
result, an indexer or a virus scanner that looks at what was just written. Such readers are gone in a moment. Elsewhere
nothing is waited for.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

PAUSES_S: Sequence[float] = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8) if sys.platform == "win32" else ()
"""How long is waited before each further try."""


def rename_over(partial: Path, target: Path, pauses_s: Sequence[float] = PAUSES_S) -> None:
    """Gives a file (or folder) the name of another, which it replaces.

    Raises:
        OSError: it cannot be done; PermissionError if a program keeps one of the two open all the while.
    """
    _tried(lambda: partial.replace(target), pauses_s)


def remove(path: Path, pauses_s: Sequence[float] = PAUSES_S) -> None:
    """Removes a file that is there.

    Raises:
        OSError: it cannot be done; PermissionError if a program keeps it open all the while.
    """
    _tried(path.unlink, pauses_s)


def is_held(path: Path) -> bool:
    """Whether some program keeps a file open in a way that forbids to replace it; never so but on Windows."""
    if sys.platform == "win32":
        try:
            path.rename(path)  # changes nothing, and is refused as a replacement would be
        except PermissionError:
            return True
    return False


def _tried(act: Callable[[], object], pauses_s: Sequence[float]) -> None:
    for pause_s in pauses_s:
        try:
            act()
        except PermissionError:
            time.sleep(pause_s)
        else:
            return
    act()
