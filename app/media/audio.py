"""Sound for playback: blocks of samples from a time on, on the clip's own clock (0 is the start of frame 0)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import av.error
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from app.core.errors import UserError
from app.media.info import MediaInfo
from app.media.opening import open_container

Samples = NDArray[np.float32]

_PREROLL_S = 0.2
"""Decoding begins this much earlier: codecs need some packets before their samples are right."""
_SMALLEST_GAP_S = 0.02
"""Smaller gaps and overlaps between packets are rounding."""


@dataclass(frozen=True, slots=True)
class AudioBlock:
    """Some sound.

    Attributes:
        time_s: when its first sample sounds, in seconds after the start of frame 0.
        samples: ``(n, channels)`` float32, -1 to 1.
    """

    time_s: float
    samples: Samples


@dataclass(frozen=True, slots=True)
class AudioReader:
    """The sound of a clip. Each call of ``blocks`` has a decoder of its own.

    Attributes:
        path: the file.
        stream_index: which of its streams.
        zero: when frame 0 is shown on the container's clock, in seconds.
        sample_rate, channels: as the clip has them.
        duration_s: from frame 0 to the last sample, 0 if the container does not say.
    """

    path: Path
    stream_index: int
    zero: Fraction
    sample_rate: int
    channels: int
    duration_s: float

    def blocks(
        self, start_s: float = 0.0, *, rate: int = 48000, channels: int = 2, block: int = 1024
    ) -> Iterator[AudioBlock]:
        """Sound from a time on, without gaps, to the end of the clip's sound.

        What comes before the first sample, and gaps between packets, are silence; packets that do not decode are too.

        Args:
            start_s: seconds after the start of frame 0; the first block begins there, as exactly as the container's
                time stamps say it (Matroska rounds them to a millisecond).
            rate: samples a second.
            channels: 1 or 2.
            block: samples in a block; the last one may be shorter.

        Raises:
            UserError: the file cannot be opened any more.
        """
        waiting: list[Samples] = []
        held, made = 0, 0
        for piece in self._pieces(start_s, rate, channels):
            waiting.append(piece)
            held += len(piece)
            while held >= block:
                joined = np.concatenate(waiting)
                yield AudioBlock(start_s + made / rate, joined[:block])
                waiting, held, made = [joined[block:]], held - block, made + block
        if held:
            yield AudioBlock(start_s + made / rate, np.concatenate(waiting))

    def _pieces(self, start_s: float, rate: int, channels: int) -> Iterator[Samples]:
        """Samples that follow each other from the start on."""
        place, tolerance = 0, round(_SMALLEST_GAP_S * rate)
        for time_s, samples in self._decoded(start_s, rate, channels):
            gap = round((time_s - start_s) * rate) - place
            if place and abs(gap) <= tolerance:
                gap = 0
            for first in range(0, gap, rate):
                yield np.zeros((min(rate, gap - first), channels), np.float32)
            kept = samples[max(-gap, 0) :]
            if len(kept):
                yield kept
            place += max(gap, 0) + len(kept)

    def _decoded(self, start_s: float, rate: int, channels: int) -> Iterator[tuple[float, Samples]]:
        """Decoded and resampled sound with the time of each piece's first sample."""
        container = open_container(self.path)
        try:
            stream = container.streams[self.stream_index]
            begin = float(self.zero) + start_s - _PREROLL_S
            if stream.time_base is not None and begin > 0:
                container.seek(int(Fraction(begin) / stream.time_base), stream=stream)
            # To stereo first: FFmpeg makes mono of it by adding up, which is too loud by 3 dB.
            resampler = AudioResampler(format="flt", layout="stereo", rate=rate)
            next_s: float | None = None
            for packet in container.demux(stream):
                try:
                    frames = packet.decode()
                except av.error.FFmpegError:
                    continue
                pieces = [piece for frame in frames for piece in resampler.resample(cast(AudioFrame, frame))]
                if packet.size == 0:
                    pieces += resampler.resample(None)
                for piece in pieces:
                    next_s = self._time_of(piece, next_s)
                    if next_s is not None:
                        samples = np.clip(piece.to_ndarray().reshape(-1, 2), -1, 1).astype(np.float32, copy=False)
                        yield next_s, samples if channels == 2 else samples.mean(axis=1, keepdims=True)
                        next_s += len(samples) / rate
        finally:
            container.close()

    def _time_of(self, frame: AudioFrame, following: float | None) -> float | None:
        """When a frame sounds, on the clip's clock; after the one before if it does not say."""
        if frame.pts is None or frame.time_base is None:
            return following
        return float(frame.pts * frame.time_base - self.zero)


def open_audio(info: MediaInfo) -> AudioReader | None:
    """The clip's sound, the stream that a player would choose; None if it has none.

    Raises:
        UserError: the file cannot be opened any more.
    """
    if info.is_sequence or not info.streams_of("audio"):
        return None
    container = open_container(info.path)
    try:
        audio = container.streams.best("audio")
        if not isinstance(audio, AudioStream) or audio.codec_context is None:
            return None
        base = audio.time_base or Fraction(1, 1000)
        zero = info.start_time * info.time_base
        end = Fraction(0) if audio.duration is None else (audio.start_time or 0) * base + audio.duration * base - zero
        context = audio.codec_context
        if not context.sample_rate or not context.channels:
            raise UserError(f"The sound of {info.path} cannot be decoded: its rate or channels are missing.")
        return AudioReader(info.path, audio.index, zero, context.sample_rate, context.channels, max(float(end), 0.0))
    finally:
        container.close()
