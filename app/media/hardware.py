"""Decoding by the graphics card, for the screen only, and only where it gives the very samples that software gives.

A card is asked for one clip at a time: its first frames must equal the software decoder's to the bit, else software
decodes that clip. What is written and what the engine sees always comes from software. A card that fails later is given
up for good, and so is one that leaves a frame out: the reader would show a neighbour in its place. ``decoder`` says so
for the diagnostics.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import closing

import av.error
import numpy as np

from app.core.errors import UserError
from app.media.clip_reader import ClipReader
from app.media.frame import VideoFrame
from app.media.reader import open_clip

CHECKED_FRAMES = 12
SOFTWARE = "software"

_log = logging.getLogger(__name__)
_FAILURES = (UserError, av.error.FFmpegError, OSError, ValueError, RuntimeError, MemoryError)
"""What a device or its driver raises; whatever it is, software goes on."""
Open = Callable[[str], ClipReader]


class ScreenReader(ClipReader):
    """Frames for the screen: the card's as long as it gives any, the software decoder's from then on.

    Args:
        exact: the software decoder; not closed with this one.
        fast: the card's decoder, None without one.
        decoder: what decodes, for people.
    """

    def __init__(self, exact: ClipReader, fast: ClipReader | None = None, decoder: str = SOFTWARE) -> None:
        self._exact, self._fast = exact, fast
        self._lock = threading.Lock()
        self.decoder = decoder
        self.info, self.timestamps, self.durations = exact.info, exact.timestamps, exact.durations
        self.same = exact.same

    def frame(self, index: int) -> VideoFrame:
        """See ``ClipReader.frame``."""
        index = self._checked_index(index)
        with self._lock:  # or another thread might close the card meanwhile
            fast = self._fast
            if fast is not None:
                try:
                    return _whole(fast.frame(index))
                except _FAILURES as error:
                    self._give_up(fast, error)
        return self._exact.frame(index)

    def frames(self, start: int = 0, stop: int | None = None) -> Generator[VideoFrame]:
        """See ``ClipReader.frames``."""
        first, end = self._checked_range(start, stop)
        return self._walk(first, end)

    def decoding_start(self, index: int) -> int:
        """See ``ClipReader.decoding_start``."""
        return self._exact.decoding_start(index)

    def close(self) -> None:
        """Lets go of the card."""
        with self._lock:
            fast, self._fast = self._fast, None
        if fast is not None:
            fast.close()

    def _walk(self, first: int, end: int) -> Generator[VideoFrame]:
        fast = self._fast
        if fast is not None:
            try:
                with closing(fast.frames(first, end)) as frames:
                    for frame in frames:
                        yield _whole(frame)
                        first = frame.index + 1
            except _FAILURES as error:
                with self._lock:
                    self._give_up(fast, error)
        if first < end:
            yield from self._exact.frames(first, end)

    def _give_up(self, fast: ClipReader, error: BaseException) -> None:
        if fast is not self._fast:
            return  # another thread has met the failure
        _log.warning("%s no longer decodes %s: %s", self.decoder, self.info.path, error)
        self._fast = None
        self.decoder = f"{SOFTWARE} (the card failed: {error})"
        fast.close()


def _whole(frame: VideoFrame) -> VideoFrame:
    """A frame that a card decoded itself.

    Raises:
        UserError: it is what the reader puts in the place of one that did not decode.
    """
    if frame.damaged:
        raise UserError(f"The device gave no picture for frame {frame.index}.")
    return frame


def screen_reader(exact: ClipReader, devices: Sequence[str] | None = None, open_on: Open | None = None) -> ScreenReader:
    """A reader for the screen, on the first device that decodes the clip exactly; on software where none does.

    Args:
        exact: the clip, decoded by software.
        devices: kinds of device to try, FFmpeg's names; those that this FFmpeg knows by default.
        open_on: opens the clip on a device; raises ``UserError`` where that cannot be.
    """
    path = exact.info.path
    reasons = []
    kinds = known_devices() if devices is None else tuple(devices)
    for device in kinds:
        try:
            fast = (open_on or (lambda name: open_clip(path, hardware=name)))(device)
        except _FAILURES as error:
            reasons.append(f"{device}: {error}")
            continue
        if _same(exact, fast):
            return ScreenReader(exact, fast, device)
        fast.close()
        reasons.append(f"{device}: other samples than software")
    _log.info("no device decodes %s: %s", path, "; ".join(reasons) or "none is known")
    why = f"no device decodes this clip: {', '.join(kinds)} were tried" if kinds else "FFmpeg knows no device here"
    return ScreenReader(exact, decoder=f"{SOFTWARE} ({why})")


def known_devices() -> tuple[str, ...]:
    """Kinds of device that this FFmpeg can decode on, if the machine has one."""
    from av.codec.hwaccel import hwdevices_available

    return tuple(hwdevices_available())


def _same(exact: ClipReader, fast: ClipReader) -> bool:
    count = min(len(exact), CHECKED_FRAMES)
    if len(fast) != len(exact):
        return False
    try:
        with closing(exact.frames(0, count)) as wanted, closing(fast.frames(0, count)) as found:
            return all(_equal(one, other) for one, other in zip(wanted, found, strict=True))
    except _FAILURES:
        return False


def _equal(one: VideoFrame, other: VideoFrame) -> bool:
    return one.layout == other.layout and all(map(np.array_equal, one.planes, other.planes))
