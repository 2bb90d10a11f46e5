"""When each frame is shown and from which packet decoding has to start: built from one pass over the packets.

A packet pass tells the frames of a sound file. Where packets and frames may part (missing or doubled time stamps,
fields in packets of their own, hidden pictures, damage), the whole clip is decoded once instead. In any case the
first pictures are decoded, and the last group of them, since that is where leading pictures without their reference,
and recordings that broke off, lose frames. A last group that takes many seconds to decode (4K in groups of 250) is
taken at its packets' word where the container says how long each packet is, so that one that broke off shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import av.error
import numpy as np
from av.stream import Discard
from av.video.stream import VideoStream
from numpy.typing import NDArray

from app.core.errors import UserError
from app.media.decoder import PacketKey, StreamDecoder
from app.media.opening import open_container

_HEAD_FRAMES, _LARGE_HEAD_FRAMES = 16, 8  # decoded at the start to see that packets and frames agree
_LARGE_PIXELS = 4e6  # of pictures that take so long that fewer must do
_TAIL_PIXELS = 8e8
"""Of a last group that is decoded at opening, whatever the container: 386 pictures at 1080p, 96 at 4K."""
_WIPED_BYTES = 32  # so many zeros at the end of a packet are of a file that was made larger before it was filled
_SIZED = frozenset({"mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm"})
"""Containers that say how long a packet is: of one that broke off the demuxer gives nothing, or marks it as damaged."""
_LEAD_PACKETS = 4  # so far before a key picture a seek lands at last, and so many packets too many it may give
_VP8_SHOWN = 0x10  # bit of a VP8 packet's first byte; hidden reference pictures are packets without a frame


@dataclass(frozen=True, slots=True)
class PacketTable:
    """A stream's packets in decoding order.

    Attributes:
        pts, dts: times in ticks; meaningless where the packet has none (see ``timed``).
        duration: ticks, 0 if unknown.
        size: in bytes.
        is_key: whether decoding can start there.
        is_shown: whether the packet's frame belongs to the clip (an edit list hides some).
        timed: whether every packet has a presentation time and no two shown ones share it.
        damaged: whether the demuxer saw damage.
        position: place in decoding order of each packet, by its key.
        pixels: of a picture.
        sized: whether the container says how long each packet is, and the last one was written to its end.
    """

    pts: NDArray[np.int64]
    dts: NDArray[np.int64]
    duration: NDArray[np.int64]
    size: NDArray[np.int64]
    is_key: NDArray[np.bool_]
    is_shown: NDArray[np.bool_]
    timed: bool
    damaged: bool
    position: dict[PacketKey, int]
    pixels: int = 0
    sized: bool = False


@dataclass(frozen=True, slots=True)
class StartPoint:
    """A packet from which decoding may start: its key, times in ticks, and size in bytes."""

    key: PacketKey
    pts: int
    dts: int
    size: int


@dataclass(frozen=True, slots=True)
class TimeTable:
    """The clip's frames in presentation order.

    Attributes:
        pts: presentation times in ticks.
        durations: in ticks.
        packets: the stream's packets.
        by_time: whether a decoded frame is known by its time stamp; if not, frames must be counted from the start.
        reorder_depth: depth of frame reordering that decoding found.
        damaged: whether damage was met; then frames beside it depend on how many threads decode.
        notes: what had to be left out, for the user.
    """

    pts: NDArray[np.int64]
    durations: NDArray[np.int64]
    packets: PacketTable
    by_time: bool
    reorder_depth: int = 0
    damaged: bool = False
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.pts)

    def index_of(self, pts: int | None) -> int | None:
        """Index of the frame with this time stamp, or None."""
        if pts is None:
            return None
        index = int(np.searchsorted(self.pts, pts))
        return index if index < len(self.pts) and self.pts[index] == pts else None

    def start_points(self, index: int, limit: int) -> list[StartPoint]:
        """Packets from which frame ``index`` can be decoded, nearest first, at most ``limit``.

        A key picture serves if it is shown at or before the frame, and comes before it in decoding order: leading
        pictures of an open group are shown before their key picture, and need the group before it.
        """
        packets = self.packets
        own = np.flatnonzero(packets.pts == self.pts[index])
        last = int(own[-1]) if len(own) else len(packets.pts) - 1
        times = packets.pts[: last + 1]
        usable = np.flatnonzero(packets.is_key[: last + 1] & (times <= self.pts[index]) & (times != _NO_TIME))
        return [
            StartPoint(
                (int(packets.pts[i]), _or_none(packets.dts[i])),
                int(packets.pts[i]),
                int(packets.dts[i]),
                int(packets.size[i]),
            )
            for i in usable[::-1][:limit]
        ]


_NO_TIME = np.iinfo(np.int64).min


def _or_none(time: np.int64 | int) -> int | None:
    return None if time == _NO_TIME else int(time)


def read_packets(path: Path, stream_index: int) -> PacketTable:
    """Walk over a stream's packets without decoding them."""
    pts: list[int] = []
    dts: list[int] = []
    durations: list[int] = []
    sizes: list[int] = []
    keys: list[bool] = []
    shown: list[bool] = []
    damaged = blank = False
    container = open_container(path)
    try:
        sized = container.format.name in _SIZED
        stream = container.streams[stream_index]
        assert isinstance(stream, VideoStream)
        for other in container.streams:
            if other is not stream:
                other.discard = Discard.all
        pixels = stream.codec_context.width * stream.codec_context.height
        hides_pictures = stream.codec_context.name in ("vp8", "libvpx")
        try:
            for packet in container.demux(stream):
                if packet.size == 0:
                    continue
                pts.append(_NO_TIME if packet.pts is None else packet.pts)
                dts.append(_NO_TIME if packet.dts is None else packet.dts)
                durations.append(packet.duration or 0)
                sizes.append(packet.size)
                keys.append(packet.is_keyframe)
                hidden = hides_pictures and not bytes(memoryview(packet)[:1])[0] & _VP8_SHOWN
                shown.append(not packet.is_discard and not hidden)
                damaged |= packet.is_corrupt
                blank = not any(memoryview(packet)[-_WIPED_BYTES:])
        except av.error.FFmpegError:
            damaged = True
    finally:
        container.close()
    is_shown = np.array(shown, bool)
    times = np.array(pts, np.int64)
    timed = bool(np.all(times != _NO_TIME)) and len(np.unique(times[is_shown])) == int(is_shown.sum())
    return PacketTable(
        times,
        np.array(dts, np.int64),
        np.array(durations, np.int64),
        np.array(sizes, np.int64),
        np.array(keys, bool),
        is_shown,
        timed and len(times) > 0,
        damaged,
        {(_or_none(time), _or_none(decoded)): i for i, (time, decoded) in enumerate(zip(times, dts, strict=True))},
        pixels,
        sized and not blank,
    )


def build_time_table(path: Path, stream_index: int, rate: Fraction, time_base: Fraction) -> TimeTable:
    """Find out which frames a clip has and when each is shown.

    Args:
        path: the file.
        stream_index: its video stream.
        rate: frames a second to assume where time stamps are missing.
        time_base: seconds a tick.

    Raises:
        UserError: if no frame decodes.
    """
    packets = read_packets(path, stream_index)
    if packets.timed and not packets.damaged:
        order = np.argsort(packets.pts[packets.is_shown], kind="stable")
        pts = packets.pts[packets.is_shown][order]
        durations = packets.duration[packets.is_shown][order]
        ends = _check_ends(path, stream_index, packets, pts)
        if ends is not None:
            kept = slice(ends.first, ends.last)
            lengths = _filled(pts[kept], durations[kept])
            return TimeTable(pts[kept], lengths, packets, True, ends.reorder_depth, ends.damaged, ends.notes)
    return _decode_all(path, stream_index, packets, rate, time_base)


@dataclass(frozen=True, slots=True)
class _Decoded:
    """What came out of a stretch of decoding: time stamps, and whether anything was damaged."""

    times: list[int | None]
    refused: int
    damaged: bool
    reorder_depth: int


def _decoded(decoder: StreamDecoder, limit: int | None = None) -> _Decoded:
    times: list[int | None] = []
    corrupt = False
    while limit is None or len(times) < limit:
        frame = decoder.next_frame()
        if frame is None:
            break
        times.append(frame.pts)
        corrupt |= frame.is_corrupt
    return _Decoded(times, decoder.errors, corrupt or decoder.errors > 0, decoder.reorder_depth)


@dataclass(frozen=True, slots=True)
class _Ends:
    """Frames ``first`` to ``last`` (exclusive) of the packet pass decode."""

    first: int
    last: int
    reorder_depth: int
    damaged: bool
    notes: tuple[str, ...]


def _check_ends(path: Path, stream_index: int, packets: PacketTable, pts: NDArray[np.int64]) -> _Ends | None:
    """Decode the first frames and the last group of pictures; None if packets and frames do not agree."""
    decoder = StreamDecoder(path, stream_index, None)
    try:
        wanted = _HEAD_FRAMES if packets.pixels < _LARGE_PIXELS else _LARGE_HEAD_FRAMES
        head = _decoded(decoder, wanted)
        times = head.times
        if not times or times[0] is None:
            return None
        first = int(np.searchsorted(pts, times[0]))
        notes: tuple[str, ...] = (f"{first} frame(s) before the first decodable one were left out",) if first else ()
        whole = len(times) < wanted
        if whole and pts[first:].tolist() == times:
            return _Ends(first, len(pts), head.reorder_depth, head.damaged, notes)
        if pts[first : first + len(times)].tolist() != times:
            return None
        if _taken_at_its_word(packets, pts[first:]):
            return _Ends(first, len(pts), head.reorder_depth, head.damaged, notes)
        tail = _decoded_tail(decoder, packets, pts[first:])
    finally:
        decoder.close()
    lost = 0
    if tail is None:  # threads are quick, but PyAV drops what follows an error while they are emptied
        careful = StreamDecoder(path, stream_index, 1, head.reorder_depth)
        try:
            tail = _decoded_tail(careful, packets, pts[first:], may_lose=True)
        finally:
            careful.close()
        if tail is None:
            return None
        lost = tail.lost
        if lost:
            notes += (f"the last {lost} frame(s) do not decode and were left out",)
    return _Ends(first, len(pts) - lost, head.reorder_depth, head.damaged or tail.damaged, notes)


def _taken_at_its_word(packets: PacketTable, pts: NDArray[np.int64]) -> bool:
    """Whether the last group of pictures is too long to be decoded at opening, and need not be."""
    starts = TimeTable(pts, pts, packets, True).start_points(len(pts) - 1, 1)
    since = starts[0].pts if starts else int(pts[0])
    return packets.sized and int((pts >= since).sum()) * packets.pixels > _TAIL_PIXELS


@dataclass(frozen=True, slots=True)
class _Tail:
    lost: int
    damaged: bool


def _decoded_tail(
    decoder: StreamDecoder, packets: PacketTable, pts: NDArray[np.int64], *, may_lose: bool = False
) -> _Tail | None:
    """Decode from the last key picture (an earlier one if nothing comes of it) to the end.

    Returns:
        How many frames are missing at the end, or None if others are missing, or any and none may be.
    """
    starts = TimeTable(pts, pts, packets, True).start_points(len(pts) - 1, 3)
    for start in [*starts, None]:
        if start is None:
            decoder.restart()
        elif not reach(decoder, start, packets):
            continue
        since = int(pts[0]) if start is None else max(start.pts, int(pts[0]))
        tail = _decoded(decoder)
        got = [time for time in tail.times if time is not None and time >= since]
        if got:
            expected = pts[pts >= since].tolist()
            lost = len(expected) - len(got)
            return (
                _Tail(lost, tail.damaged or lost > 0)
                if got == expected[: len(got)] and (may_lose or not lost)
                else None
            )
    return None


def reach(decoder: StreamDecoder, start: StartPoint, packets: PacketTable) -> bool:
    """Seek so that the decoder's next packet is a given one.

    Containers differ in which time they look up (presentation or decoding), and some land late: the packet found must
    come at or before the wanted one in decoding order. Where packets are cut out of a stream of bytes (an MPEG program
    stream), the first ones after a seek may be the end of another one under this one's times: so a way in some packets
    earlier is tried too, and the size tells.
    """
    position = packets.position
    wanted = position[start.key]
    earliest = start.pts if start.dts == _NO_TIME else min(start.pts, start.dts)
    before = packets.dts[max(0, wanted - _LEAD_PACKETS)]
    for time in dict.fromkeys((start.pts, earliest, earliest if before == _NO_TIME else int(before))):
        found = decoder.seek(time)
        at = None if found is None else position.get(found)
        if at is not None and at <= wanted and decoder.skip_to(start.key, start.size, wanted - at + _LEAD_PACKETS):
            return True
    return False


def _decode_clip(path: Path, stream_index: int, threads: int | None) -> _Decoded:
    decoder = StreamDecoder(path, stream_index, threads)
    try:
        return _decoded(decoder)
    finally:
        decoder.close()


def _decode_all(path: Path, stream_index: int, packets: PacketTable, rate: Fraction, time_base: Fraction) -> TimeTable:
    """Find the frames by decoding the whole clip; in one thread if there is damage."""
    clip = _decode_clip(path, stream_index, 1 if packets.damaged else None)
    if clip.damaged and not packets.damaged:
        clip = _decode_clip(path, stream_index, 1)
    times, damaged = clip.times, clip.damaged or packets.damaged
    if not times:
        raise UserError(f"{path} has no picture that can be decoded.")
    known = np.array([_NO_TIME if time is None else time for time in times], np.int64)
    notes: tuple[str, ...] = (f"{clip.refused} damaged packet(s) gave no frame",) if clip.refused else ()
    if np.all(known != _NO_TIME) and np.all(np.diff(known) > 0):
        shown = {int(pts): int(length) for pts, length in zip(packets.pts, packets.duration, strict=True)}
        durations = np.array([shown.get(int(pts), 0) for pts in known], np.int64)
        return TimeTable(known, _filled(known, durations), packets, True, clip.reorder_depth, damaged, notes)
    step = max(1, round(1 / (rate * time_base)))
    between = _between(known, step)
    if between is not None:
        missing = int((known == _NO_TIME).sum())
        notes += (f"{missing} frame(s) without a time stamp were laid evenly between the others",)
        lengths = _filled(between, np.zeros_like(between))
        return TimeTable(between, lengths, packets, False, clip.reorder_depth, damaged, notes)
    start = int(known[0]) if known[0] != _NO_TIME else 0
    even = start + np.arange(len(times), dtype=np.int64) * step
    notes += ("time stamps are missing or out of order; frames are taken to follow each other evenly",)
    return TimeTable(even, np.full(len(times), step, np.int64), packets, False, clip.reorder_depth, damaged, notes)


def _between(known: NDArray[np.int64], step: int) -> NDArray[np.int64] | None:
    """Times with the missing ones laid between their neighbours, before the first and after the last a step apart.

    Returns:
        Times in ticks, each later than the one before it; None where those that are known do not allow that, or there
        are none.
    """
    at = np.flatnonzero(known != _NO_TIME)
    if len(at) == 0:
        return None
    places = np.arange(len(known))
    origin = known[at[0]]
    times = origin + np.rint(np.interp(places, at, (known[at] - origin).astype(np.float64))).astype(np.int64)
    times += np.minimum(places - at[0], 0) * step + np.maximum(places - at[-1], 0) * step
    times[at] = known[at]
    return times if np.all(np.diff(times) > 0) else None


def _filled(pts: NDArray[np.int64], durations: NDArray[np.int64]) -> NDArray[np.int64]:
    """Durations with unknown ones (0) taken from the distance to the next frame, the last from the one before it."""
    if len(pts) < 2:
        return durations
    distance = np.append(np.diff(pts), 0)
    distance[-1] = distance[-2]
    return np.where(durations > 0, durations, distance)
