"""The files that were opened last, shared by all running Cleanplates."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from filelock import FileLock

from app.core.renaming import rename_over

MOST_ENTRIES = 12


class RecentFiles:
    """A list in a small file, the latest first.

    Args:
        path: the file; it and its folder are made when something is added.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def entries(self) -> list[Path]:
        """What was opened, the latest first; a damaged list is an empty one."""
        with suppress(OSError, ValueError):
            found = json.loads(self._path.read_text(encoding="utf-8"))
            if isinstance(found, list):
                return [Path(entry) for entry in found if isinstance(entry, str)][:MOST_ENTRIES]
        return []

    def add(self, path: Path) -> None:
        """Puts a file on top."""
        own = _plain(path)
        self._change(lambda entries: [own, *(entry for entry in entries if entry != own)])

    def remove(self, path: Path) -> None:
        """Takes a file out."""
        own = _plain(path)
        self._change(lambda entries: [entry for entry in entries if entry != own])

    def clear(self) -> None:
        """Takes all files out."""
        self._change(lambda _: [])

    def _change(self, change: Callable[[list[Path]], list[Path]]) -> None:
        """Reads, changes and writes the list while no other Cleanplate does; without a folder there is no list."""
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self._path.with_suffix(".lock"), timeout=5, thread_local=False):
                entries = change(self.entries())[:MOST_ENTRIES]
                partial = self._path.with_suffix(".partial")
                partial.write_text(json.dumps([str(entry) for entry in entries]), encoding="utf-8")
                rename_over(partial, self._path)


def _plain(path: Path) -> Path:
    """A file's whole path without ``..``, so that no file is listed twice."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - Path.absolute keeps "..", Path.resolve follows links
