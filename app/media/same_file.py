"""A clip's file stays what it was when it was opened, or its new pictures would be taken for the old ones."""

from __future__ import annotations

from pathlib import Path

from app.core.errors import UserError
from app.core.media_link import content_fingerprint


class SameFile:
    """A file as it was when a clip was opened.

    One that was only touched, or copied over with the same bytes, is the same.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._state = _state(path)
        self._content = content_fingerprint(path)

    def check(self) -> None:
        """Returns if the path still leads to that file; call it once the file is open, before its frames are used.

        Raises:
            UserError: another one is in its place, or it was written anew.
        """
        state = _state(self._path)
        if state == self._state:
            return
        if content_fingerprint(self._path) != self._content:
            raise UserError(f"{self._path} was replaced or changed while it was open; open it again.")
        self._state = state


def _state(path: Path) -> tuple[int, int, int] | None:
    """What tells files and their states apart: the file, its bytes, when it was changed (ns). None if there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
