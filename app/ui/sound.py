"""Sound as the master clock of playback: what was heard says which frame is due.

A job in the SOUND lane decodes ahead; the GUI thread only hands finished samples to the device. A device that takes its
time to begin does not hold the picture up: the machine's clock counts meanwhile, and what is late of the sound is left
out. Where there is no device, or the clip has no sound, nothing of this is made and the silent clock counts.
"""

from __future__ import annotations

import logging
import queue
import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QIODevice, QObject, Qt, QTimer

from app.jobs.context import JobContext
from app.jobs.runner import JobHandle

RATE_HZ, CHANNELS = 48_000, 2
_BUFFER_S = 0.25
_BUFFER_END_S = 0.03  # some devices never report their last samples
_FEED_MS = 15
_AHEAD_BLOCKS = 32
_WAIT_S = 0.05
# The device reports in steps; a difference below this is smoothed away. With a larger one sound is left out, or the
# clock jumps on.
_JUMP_S = 0.15
_PULL = 0.05

_log = logging.getLogger(__name__)
Samples = NDArray[np.float32]


class SoundBlock(Protocol):
    """Some samples."""

    @property
    def samples(self) -> Samples:
        """``(n, channels)`` float32, -1 to 1."""
        ...


class SoundSource(Protocol):
    """Decodes a clip's sound."""

    def blocks(self, start_s: float, *, rate: int, channels: int) -> Iterator[SoundBlock]:
        """Blocks from a second of the clip on, in order."""
        ...


class SoundSink(Protocol):
    """A device that plays float samples."""

    def start(self) -> None:
        """Opens it."""
        ...

    def stop(self) -> None:
        """Drops what was not heard yet."""
        ...

    def free_frames(self) -> int:
        """How many samples a channel it takes now."""
        ...

    def write(self, samples: Samples) -> None:
        """Plays ``(n, channels)`` float32; no more than ``free_frames``."""
        ...

    def heard_s(self) -> float:
        """Seconds that were played since ``start``."""
        ...


Submit = Callable[[Callable[[JobContext], None]], JobHandle[Any]]


class SoundClock(QObject):
    """A ``Clock`` that plays a clip's sound and goes by it. Only for speed 1.

    Args:
        source: the clip's sound.
        sink: the device.
        submit: runs a job in the SOUND lane.
        parent: owner.
        monotonic: seconds that never go back.
    """

    def __init__(
        self,
        source: SoundSource,
        sink: SoundSink,
        submit: Submit,
        parent: QObject | None = None,
        monotonic: Callable[[], float] = time.perf_counter,
    ) -> None:
        super().__init__(parent)
        self._source, self._sink, self._submit, self._monotonic = source, sink, submit, monotonic
        self._blocks: queue.Queue[Samples | None] = queue.Queue(_AHEAD_BLOCKS)
        self._job: JobHandle[Any] | None = None
        self._rest: Samples | None = None
        self._ended = False
        self._running = False
        self._written = 0
        self._now_s = 0.0
        self._asked = 0.0
        self._began_s = 0.0
        self._base_s = 0.0  # the clip's second that belongs to the device's second 0
        self._trusted_from_s = 0.0  # the device's reports count from here on
        self._left_out = 0  # samples still to be left out
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_FEED_MS)
        self._timer.timeout.connect(self.feed)

    def start(self, at_s: float, speed: float) -> None:
        """See ``Clock.start``."""
        assert speed == 1.0, "sound plays at its own speed only"
        self.stop()
        self._now_s = self._began_s = self._base_s = at_s
        self._asked = self._monotonic()
        self._trusted_from_s, self._left_out = 0.0, 0
        self._blocks = queue.Queue(_AHEAD_BLOCKS)
        self._rest, self._ended, self._running, self._written = None, False, True, 0
        self._job = self._submit(_decoding(self._source, at_s, self._blocks))
        self._sink.start()
        self._timer.start()

    def stop(self) -> None:
        """See ``Clock.stop``."""
        if not self._running:
            return
        self.now_s()
        self._running = False
        self._timer.stop()
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._sink.stop()

    def now_s(self) -> float:
        """See ``Clock.now_s``: what was heard, between the device's reports by the machine's clock."""
        if not self._running:
            return self._now_s
        now = self._monotonic()
        self._now_s += now - self._asked
        self._asked = now
        heard = self._sink.heard_s()
        is_over = self._ended and self._rest is None and heard >= self._written / RATE_HZ - _BUFFER_END_S
        if heard > self._trusted_from_s and not is_over:
            ahead = self._base_s + heard - self._now_s
            if abs(ahead) <= _JUMP_S:
                self._now_s += _PULL * ahead
            elif ahead > 0:
                self._now_s += ahead
            else:
                self._leave_out(-ahead)
        return self._now_s

    def _leave_out(self, seconds: float) -> None:
        """The sound is late: so much of it is left out behind what the device has already."""
        self._left_out = round(seconds * RATE_HZ)
        self._trusted_from_s = self._written / RATE_HZ

    def feed(self) -> None:
        """Hands decoded samples to the device as far as it takes them; called by a timer."""
        room = self._sink.free_frames()
        while room > 0:
            block = self._next_block()
            if block is None:
                return
            if not self._written and not self._base_s > self._began_s:
                self._left_out = round((self.now_s() - self._began_s) * RATE_HZ)
            block = self._without_late(block)
            now, later = block[:room], block[room:]
            if len(now):
                self._sink.write(now)
            self._written += len(now)
            self._rest = later if len(later) else None
            room -= len(now)

    def _without_late(self, block: Samples) -> Samples:
        gone = min(self._left_out, len(block))
        self._left_out -= gone
        self._base_s += gone / RATE_HZ
        return block[gone:]

    def _next_block(self) -> Samples | None:
        if self._rest is not None:
            return self._rest
        if self._ended:
            return None
        try:
            block = self._blocks.get_nowait()
        except queue.Empty:
            return None
        self._ended = block is None
        return block


def _decoding(source: SoundSource, start_s: float, blocks: queue.Queue[Samples | None]) -> Callable[[JobContext], None]:
    """A job that decodes into a bounded queue and ends it with None."""

    def run(context: JobContext) -> None:
        def put(value: Samples | None) -> None:
            while True:
                context.checkpoint()
                try:
                    return blocks.put(value, timeout=_WAIT_S)
                except queue.Full:
                    continue

        for block in source.blocks(start_s, rate=RATE_HZ, channels=CHANNELS):
            put(block.samples)
        put(None)

    return run


class DeviceSink:
    """The default device, through QtMultimedia."""

    def __init__(self, parent: QObject) -> None:
        """Opens nothing yet.

        Raises:
            RuntimeError: there is no device that plays stereo.
            ImportError: QtMultimedia lacks a library of the system.
        """
        from PySide6.QtMultimedia import QAudioFormat, QAudioSink, QMediaDevices

        device = QMediaDevices.defaultAudioOutput()
        layout = QAudioFormat()
        layout.setSampleRate(RATE_HZ)
        layout.setChannelCount(CHANNELS)
        layout.setSampleFormat(QAudioFormat.SampleFormat.Float)
        if device.isNull() or not device.isFormatSupported(layout):
            raise RuntimeError("no audio device")
        self._frame_bytes = layout.bytesPerFrame()
        self._sink = QAudioSink(device, layout, parent)
        self._sink.setBufferSize(round(_BUFFER_S * RATE_HZ) * self._frame_bytes)
        self._device: QIODevice | None = None

    def start(self) -> None:
        """See ``SoundSink.start``."""
        self._device = self._sink.start()

    def stop(self) -> None:
        """See ``SoundSink.stop``."""
        self._device = None
        self._sink.reset()

    def free_frames(self) -> int:
        """See ``SoundSink.free_frames``."""
        return int(self._sink.bytesFree()) // self._frame_bytes

    def write(self, samples: Samples) -> None:
        """See ``SoundSink.write``."""
        if self._device is not None:
            self._device.write(np.ascontiguousarray(samples, np.float32).tobytes())

    def heard_s(self) -> float:
        """See ``SoundSink.heard_s``."""
        return float(self._sink.processedUSecs()) / 1e6


def load_sound() -> None:
    """Brings in the library that plays sound; call it in a job, so that the window need not wait for it."""
    try:
        import PySide6.QtMultimedia  # noqa: F401
    except ImportError:
        return  # ``device_sink`` tells


def device_sink(parent: QObject) -> SoundSink | None:
    """The default device; None where there is none."""
    try:
        return DeviceSink(parent)
    except (ImportError, RuntimeError) as error:
        _log.info("playing without sound: %s", error)
        return None
