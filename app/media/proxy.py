"""The scrub proxy: a small JPEG of every frame (or every few), so that dragging shows a picture at once.

It is made in one decoding pass beside the user's work, held in memory within a limit, and kept in one file in the cache
folder, so that a clip that was open before can be scrubbed as soon as it is opened again.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import threading
from bisect import bisect_left
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from app.jobs.context import JobContext
from app.media.clip_reader import ClipReader
from app.media.frame import RgbView
from app.media.small import small_view

DEFAULT_HEIGHT_PX = 270
DEFAULT_MAX_BYTES = 256 << 20
FOLDER_MAX_BYTES = 1 << 30
_QUALITY = 82
_BYTES_A_PIXEL = 0.15
"""About what such a JPEG takes: from it the first guess of how many frames have to be left out."""
_MAGIC = b"CPX1"
_PICTURES_VERSION = 2
"""Another one whenever pictures are made differently: kept ones of before are not found again."""

OnPicture = Callable[[int, RgbView], None]
"""Told in the job's thread of every frame's small picture as the pass comes to it."""


@dataclass(frozen=True, slots=True)
class ProxyPicture:
    """A small picture of a frame.

    Attributes:
        index: the frame that it shows.
        rgb: ``(h, w, 3)`` uint8.
    """

    index: int
    rgb: RgbView


class ScrubProxy:
    """Small pictures of a clip's frames. Safe to use from several threads.

    Args:
        reader: the clip.
        identity: names the clip's content; pictures are kept under it.
        folder: where they are kept; None to keep them in memory only.
        max_bytes: limit of the pictures in memory; in longer clips every few frames have one.
        height_px: the pictures are about so high, shrunk by a whole factor.
    """

    def __init__(
        self,
        reader: ClipReader,
        *,
        identity: str = "",
        folder: Path | None = None,
        max_bytes: int = DEFAULT_MAX_BYTES,
        height_px: int = DEFAULT_HEIGHT_PX,
    ) -> None:
        self._reader = reader
        self._factor = max(1, round(reader.info.height / height_px))
        pixels = (reader.info.width // self._factor) * (reader.info.height // self._factor)
        self._max_bytes = max_bytes
        self._every = max(1, -(-int(len(reader) * pixels * _BYTES_A_PIXEL) // max(max_bytes, 1)))
        self._size = 0
        self._lock = threading.Lock()
        self._pictures: dict[int, bytes] = {}
        self._order: list[int] = []
        self._path = None if folder is None else folder / f"{self._name(identity)}.proxy"
        if self._path is not None:
            self._take_kept(self._path)

    @property
    def every(self) -> int:
        """A picture is made of one in so many frames."""
        return self._every

    @property
    def share(self) -> float:
        """0 to 1, how much of the clip has its pictures."""
        with self._lock:
            return len(self._order) / self._wanted

    @property
    def complete(self) -> bool:
        """Whether nothing is left to build."""
        with self._lock:
            return len(self._order) >= self._wanted

    def build(self, context: JobContext, on_picture: OnPicture | None = None) -> None:
        """The job: one pass over the clip, unless that was done before.

        Raises:
            Cancelled: stopped; what was made stays in memory.
            UserError: the clip cannot be read.
        """
        if self.complete and on_picture is None:
            return
        frames = self._reader.frames()
        try:
            for frame in frames:
                context.checkpoint()
                if on_picture is not None or frame.index % self._every == 0:
                    small = small_view(frame, self._factor)
                    if frame.index % self._every == 0:
                        self._add(frame.index, small)
                    if on_picture is not None:
                        on_picture(frame.index, small)
                context.progress(frame.index + 1, len(self._reader), "Preparing to scrub")
        finally:
            close = getattr(frames, "close", None)
            if close is not None:
                close()
        if self._path is not None:
            self._keep(self._path)

    def nearest(self, index: int) -> ProxyPicture | None:
        """The picture of the nearest frame that has one; None while there is none at all (about 1 ms)."""
        with self._lock:
            if not self._order:
                return None
            place = bisect_left(self._order, index)
            beside = self._order[max(place - 1, 0) : place + 1]
            best = min(beside, key=lambda other: abs(other - index))
            data = self._pictures[best]
        bgr = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        if bgr is None:
            return None  # a kept file that was damaged inside a picture
        return ProxyPicture(best, np.ascontiguousarray(bgr[..., ::-1], np.uint8))

    @property
    def _wanted(self) -> int:
        return -(-len(self._reader) // self._every)

    def _name(self, identity: str) -> str:
        facts = f"{_PICTURES_VERSION} {identity} {len(self._reader)} {self._factor} {self._max_bytes}"
        return hashlib.blake2b(facts.encode(), digest_size=16).hexdigest()

    def _add(self, index: int, picture: RgbView) -> None:
        done, data = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
        assert done, "OpenCV packs every 8 bit picture"
        with self._lock:
            self._size += len(data) - len(self._pictures.get(index, b""))
            if index not in self._pictures:
                self._order.insert(bisect_left(self._order, index), index)
            self._pictures[index] = data.tobytes()
            while self._size > self._max_bytes and len(self._order) > 1:
                self._thin_out()

    def _thin_out(self) -> None:
        """Lets go of every other picture: they take more than was guessed."""
        self._every *= 2
        self._pictures = {index: data for index, data in self._pictures.items() if index % self._every == 0}
        self._order = sorted(self._pictures)
        self._size = sum(map(len, self._pictures.values()))

    def _take_kept(self, path: Path) -> None:
        """Takes up the pictures that were kept; a file that is cut short or changed counts as none."""
        try:
            data = path.read_bytes()
            size = int.from_bytes(data[4:8], "little")
            head = json.loads(data[8 : 8 + size])
            lengths: list[int] = head["lengths"]
            every = int(head["every"])
            wanted = -(-len(self._reader) // max(every, 1))
            if data[:4] != _MAGIC or every < 1 or len(lengths) != wanted or len(data) != 8 + size + sum(lengths):
                return
        except (OSError, ValueError, KeyError, TypeError):
            return
        start = 8 + size
        self._every, self._size = every, sum(lengths)
        for number, length in enumerate(lengths):
            self._pictures[number * every] = data[start : start + length]
            start += length
        self._order = sorted(self._pictures)
        with suppress(OSError):
            os.utime(path)

    def _keep(self, path: Path) -> None:
        """Writes the pictures beside their place and renames them; a disk that is full or read-only keeps none."""
        with self._lock:
            parts = [self._pictures[index] for index in self._order]
        head = json.dumps({"every": self._every, "lengths": [len(part) for part in parts]}).encode()
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(_MAGIC + len(head).to_bytes(4, "little") + head)
                    file.writelines(parts)
                Path(name).replace(path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
            _drop_oldest(path.parent)


def _drop_oldest(folder: Path) -> None:
    """Removes the files that were used longest ago until the folder's limit is met."""
    files = sorted(((file.stat().st_mtime, file.stat().st_size, file) for file in folder.glob("*.proxy")), reverse=True)
    used = 0
    for _, size, file in files:
        used += size
        if used > FOLDER_MAX_BYTES:
            file.unlink(missing_ok=True)
