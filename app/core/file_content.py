"""Names a file by what it holds, wherever it lies."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

WHOLE_BYTES = 512 << 20
"""A file no larger is read whole: a third of a second."""
_BLOCK_BYTES = 1 << 16
_PIECES = 512


@dataclass(frozen=True, slots=True)
class FileState:
    """What tells a file's states apart without reading it; ``None`` stands for a file that is not there.

    Attributes:
        device, inode: which file.
        size_bytes: how long it is.
        written_ns, changed_ns: when its bytes were written, and when anything about it was changed.
    """

    device: int
    inode: int
    size_bytes: int
    written_ns: int
    changed_ns: int


def file_state(path: Path) -> FileState | None:
    """A file's state now; None if there is none, or nobody may ask."""
    try:
        found = path.stat()
    except OSError:
        return None
    return FileState(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def file_content(path: Path, most_bytes: int = WHOLE_BYTES) -> str:
    """Names a file's bytes: other bytes never have the same name.

    A file of up to ``most_bytes`` is named by its bytes alone, whenever it was written. Of a larger one pieces are
    read, evenly from its first to its last byte, and the time of writing stands for what lies between them: most
    programs keep it when they copy. What was read of a file is known as long as the file's state is the same.

    Args:
        path: the file.
        most_bytes: how much of it is read whole.

    Returns:
        64 hex digits; empty if there is no such file, or it cannot be read.
    """
    state = file_state(path)
    try:
        return "" if state is None else _read(path.absolute(), state, most_bytes)
    except OSError:
        return ""


@lru_cache(maxsize=1 << 15)
def _read(path: Path, state: FileState, most_bytes: int) -> str:
    size = state.size_bytes
    digest = hashlib.sha256(f"{size} ".encode())
    with path.open("rb", buffering=0) as file:
        if size <= most_bytes:
            while block := file.read(1 << 20):
                digest.update(block)
            return digest.hexdigest()
        digest.update(f"{state.written_ns} ".encode())
        pieces = min(_PIECES, max(2, most_bytes // _BLOCK_BYTES))
        for piece in range(pieces):
            file.seek((size - _BLOCK_BYTES) * piece // (pieces - 1), os.SEEK_SET)
            digest.update(file.read(_BLOCK_BYTES))
    return digest.hexdigest()
