"""The result cache: finished patches and the states of live engines on disk, bounded, safe against crashes.

A patch is the filled rectangle of one frame. Its key names everything that it depends on, so that the same command
again, an undo, or a crash find what was already computed, and anything changed finds nothing.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import struct
import tempfile
import threading
import zlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.core.renaming import remove, rename_over
from app.engine.loader import Fill

_log = logging.getLogger(__name__)

_MAGIC = b"CPR1"
DEFAULT_MAX_BYTES = 4 << 30
# Down to this share of the limit when it is passed, so that eviction is rare and cheap.
_EVICT_TO = 0.9


def chain(previous: bytes, *facts: bytes) -> bytes:
    """The next link of a hash chain: names everything that went in so far."""
    digest = hashlib.blake2b(previous, digest_size=16)
    for fact in facts:
        digest.update(len(fact).to_bytes(4, "little"))
        digest.update(fact)
    return digest.digest()


@dataclass(frozen=True, slots=True)
class Key:
    """Names one record: what kind it is, and a hash of everything it depends on."""

    kind: str
    digest: bytes

    @property
    def name(self) -> str:
        """The record's place under the cache folder."""
        text = self.digest.hex()
        return f"{text[:2]}/{text[2:]}.{self.kind}"


class ResultCache:
    """Records in one folder; safe to share between threads and, last writer wins, between processes.

    Args:
        folder: made when the first record is written.
        max_bytes: the records that were used longest ago are dropped above this.
    """

    _changing = threading.Lock()  # of all caches of the process: several may lie in one folder

    def __init__(self, folder: Path, *, max_bytes: int = DEFAULT_MAX_BYTES) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._used_bytes: int | None = None

    @property
    def folder(self) -> Path:
        """Where the records are."""
        return self._folder

    def has(self, key: Key) -> bool:
        """Whether a record is there (it may still turn out to be damaged)."""
        return (self._folder / key.name).is_file()

    def get(self, key: Key) -> bytes | None:
        """A record's bytes, None if it is missing, cannot be read, or is damaged (a damaged one is removed)."""
        path = self._folder / key.name
        try:
            data = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:  # somebody else's cache, a failing disk: what it holds is computed again
            _log.warning("%s cannot be read: %s", path, error)
            return None
        payload = _unsealed(data)
        with suppress(OSError):  # evicted meanwhile by another process, or a cache that may only be read
            if payload is None:
                path.unlink(missing_ok=True)
            else:
                os.utime(path)
        return payload

    def put(self, key: Key, payload: bytes) -> None:
        """Writes a record beside its place and renames it, then drops old ones if there are too many bytes."""
        path = self._folder / key.name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = _sealed(payload)
        handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            rename_over(Path(temporary), path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        with self._lock:
            self._used_bytes = self._measured() if self._used_bytes is None else self._used_bytes + len(data)
            if self._used_bytes > self._max_bytes:
                self._evict()

    def change(self, key: Key, changed: Callable[[bytes | None], bytes | None]) -> None:
        """Writes a record anew, with nothing that other threads of this process added meanwhile forgotten.

        Args:
            key: of the record.
            changed: gives the new record for the one that is there; None leaves that as it is.
        """
        with self._changing:
            payload = changed(self.get(key))
            if payload is not None:
                self.put(key, payload)

    def keep(self, key: Key, result: Fill | bytes) -> None:
        """Writes a patch, or a record that is bytes already, as ``put`` does."""
        self.put(key, result if isinstance(result, bytes) else pack_fill(result))

    def drop(self, key: Key) -> None:
        """Removes a record, if it is there."""
        path = self._folder / key.name
        try:
            size = path.stat().st_size
            remove(path)
        except FileNotFoundError:
            return
        with self._lock:
            if self._used_bytes is not None:
                self._used_bytes -= size

    def get_fill(self, key: Key) -> Fill | None:
        """A patch, None if it is missing or damaged."""
        payload = self.get(key)
        return None if payload is None else unpack_fill(payload)

    def _records(self) -> list[tuple[int, int, Path]]:
        """``(time of last use, bytes, path)`` of every file, half-written ones of crashed processes included."""
        found = []
        for path in self._folder.glob("??/*"):
            with suppress(FileNotFoundError):
                status = path.stat()
                found.append((status.st_mtime_ns, status.st_size, path))
        return found

    def _measured(self) -> int:
        return sum(size for _, size, _ in self._records())

    def _evict(self) -> None:
        records = sorted(self._records())
        used = sum(size for _, size, _ in records)
        for _, size, path in records:
            if used <= self._max_bytes * _EVICT_TO:
                break
            try:
                path.unlink(missing_ok=True)
            except PermissionError:  # Windows, and somebody reads it
                continue
            used -= size
        self._used_bytes = used


def _sealed(payload: bytes) -> bytes:
    return _MAGIC + struct.pack("<IQ", zlib.crc32(payload), len(payload)) + payload


def _unsealed(data: bytes) -> bytes | None:
    """The payload, None if the record was cut short or changed."""
    head = len(_MAGIC) + 12
    if len(data) < head or data[: len(_MAGIC)] != _MAGIC:
        return None
    checksum, length = struct.unpack("<IQ", data[len(_MAGIC) : head])
    payload = data[head:]
    return payload if len(payload) == length and zlib.crc32(payload) == checksum else None


def pack_fill(fill: Fill) -> bytes:
    """A fill as bytes: a JSON head, then the deflated planes, bit masks and alphas."""
    masks = [mask for mask in (fill.seen, fill.guessed, fill.unlikely) if mask is not None]
    arrays = [*fill.planes, *(np.packbits(mask) for mask in masks), *fill.alphas]
    parts = [zlib.compress(np.ascontiguousarray(array).tobytes(), 1) for array in arrays]
    head = {
        "index": fill.index,
        "rect": [fill.left, fill.top, fill.width, fill.height],
        "planes": [[str(plane.dtype), *plane.shape] for plane in fill.planes],
        "notes": list(fill.notes),
        "masks": len(masks),
        "parts": [len(part) for part in parts],
    }
    text = json.dumps(head).encode()
    return len(text).to_bytes(4, "little") + text + b"".join(parts)


def unpack_fill(data: bytes) -> Fill:
    """The fill that ``pack_fill`` packed."""
    length = int.from_bytes(data[:4], "little")
    head = json.loads(data[4 : 4 + length])
    parts = list(_parts(data, 4 + length, head["parts"]))
    left, top, width, height = head["rect"]
    planes = tuple(
        np.frombuffer(part, np.dtype(dtype)).reshape(rows, columns)
        for part, (dtype, rows, columns) in zip(parts, head["planes"], strict=False)
    )
    first_alpha = len(planes) + head.get("masks", 2)
    seen, guessed, *unlikely = (
        np.unpackbits(np.frombuffer(part, np.uint8), count=width * height).reshape(height, width).view(np.bool_)
        for part in parts[len(planes) : first_alpha]
    )
    alphas = tuple(
        np.frombuffer(part, np.uint8).reshape(plane.shape)
        for part, plane in zip(parts[first_alpha:], planes, strict=False)
    )
    rect, notes = (left, top, width, height), tuple(head["notes"])
    doubt = unlikely[0] if unlikely else None
    return Fill(head["index"], *rect, planes, seen, guessed, notes, alphas=alphas, unlikely=doubt)


def _parts(data: bytes, start: int, lengths: Iterable[int]) -> Iterable[bytes]:
    for length in lengths:
        yield zlib.decompress(data[start : start + length])
        start += length
