"""Lists of clips, which FFmpeg plays as one: which files they name (``ffconcat``, and the playlists of HLS)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

_MOST_BYTES = 16 << 20
"""A file that is larger is no list."""
_CONCAT, _PLAYLIST = b"ffconcat version", b"#EXTM3U"
_CONCAT_FILE = re.compile(r"^\s*file\s+(['\"]?)(.+?)\1\s*$", re.MULTILINE)
_PLAYLIST_FILE = re.compile(r"^([^#\s].*?)\s*$|^#.*\bURI=\"([^\"]+)\"", re.MULTILINE)


def with_listed(paths: Iterable[Path]) -> list[Path]:
    """The paths, each followed by the files that it names if it is a list, and those that they name; each once."""
    found: dict[Path, None] = {}
    waiting = list(paths)[::-1]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found[path] = None
            waiting += _listed(path)[::-1]
    return list(found)


def _listed(path: Path) -> list[Path]:
    """The files on this disk that a list names; none where the path is no list, or cannot be read."""
    try:
        with path.open("rb") as file:
            head = file.read(len(_CONCAT))
            if not head.startswith((_CONCAT, _PLAYLIST)):
                return []
            text = (head + file.read(_MOST_BYTES)).decode("utf-8", errors="surrogateescape")
    except OSError:
        return []
    if head.startswith(_CONCAT):
        names = [name for _, name in _CONCAT_FILE.findall(text)]
    else:
        names = [line or uri for line, uri in _PLAYLIST_FILE.findall(text)]
    named = [path.parent / name.removeprefix("file:") for name in names]
    return [each for each in named if os.path.isfile(each)]  # noqa: PTH113 - names that no file can have are no error
