"""Decode one video stream forward, from its start or from a packet that a seek can reach."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import av.error
from av.codec.context import ThreadType
from av.container import InputContainer
from av.packet import Packet
from av.stream import Discard
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from app.media.opening import open_container
from app.media.same_file import SameFiles

PacketKey = tuple[int | None, int | None]
"""Presentation and decoding time of a packet: what identifies it in a stream."""


@dataclass(frozen=True, slots=True)
class Hardware:
    """A device to decode on.

    Attributes:
        device: its kind, by FFmpeg's name.
        pix_fmt: the pixel format that software gives; frames are brought to it.
    """

    device: str
    pix_fmt: str


_ALPHA_DECODERS = {"vp8": "libvpx", "vp9": "libvpx-vp9"}  # FFmpeg's own decoders of these leave alpha out


def decoder_of(stream: VideoStream) -> VideoCodecContext:
    """The decoder for a stream: FFmpeg's choice, or one that reads the alpha of a WebM that has some."""
    context = stream.codec_context
    name = _ALPHA_DECODERS.get(context.name)
    marked = any(key.lower() == "alpha_mode" and value == "1" for key, value in stream.metadata.items())
    if name is None or not marked or name not in av.codecs_available:
        return context
    with_alpha = VideoCodecContext.create(name, "r")
    assert isinstance(with_alpha, VideoCodecContext)
    return with_alpha


class StreamDecoder:
    """One open container and the decoder of one of its video streams.

    Not thread-safe. Decoding itself runs in FFmpeg's threads with the GIL released.
    """

    def __init__(
        self,
        path: Path,
        stream_index: int,
        threads: int | None,
        reorder_depth: int = 0,
        hardware: Hardware | None = None,
        same: SameFiles | None = None,
    ) -> None:
        """Open the file.

        Args:
            path: the file.
            stream_index: which stream to decode.
            threads: decoder threads; None lets FFmpeg choose, 1 loses no frame beside a damaged one.
            reorder_depth: known depth of frame reordering; FFmpeg forgets it at a seek and may then drop B-frames.
            hardware: a device to decode on; None for software.
            same: the files as they were; another one in its place when it is opened, or one that is
                written anew while it is read, is an error.
        """
        self._path, self._same = path, same
        self._stream_index = stream_index
        self._threads = threads
        self._reorder_depth = reorder_depth
        self._hardware = hardware
        self._container: InputContainer | None = None
        self._stream: VideoStream
        self._context: VideoCodecContext
        self._packets: Iterator[Packet[VideoStream]]
        self._ready: deque[av.VideoFrame] = deque()
        self._first_packet: Packet[VideoStream] | None = None
        self._at_end = False
        self.errors = 0  # packets that the decoder refused since the last start or seek
        self.restart()

    def restart(self) -> None:
        """Reopen the file and stand before its first packet."""
        self.close()
        container = open_container(self._path, None if self._hardware is None else self._hardware.device)
        try:
            if self._same is not None:
                self._same.check()
        except BaseException:
            container.close()
            raise
        self._container = container
        stream = self._container.streams[self._stream_index]
        assert isinstance(stream, VideoStream)
        self._stream = stream
        for other in self._container.streams:
            if other is not stream:
                other.discard = Discard.all
        self._context = decoder_of(stream) if self._hardware is None else stream.codec_context
        self._context.thread_type = ThreadType.AUTO
        self._context.thread_count = 0 if self._threads is None else self._threads
        self._begin()

    def seek(self, time: int) -> PacketKey | None:
        """Go to a packet at or before a time (ticks), as the container understands it, and look at it.

        Returns:
            Key of the first packet found there, or None if the container cannot seek or nothing follows.
        """
        assert self._container is not None
        try:
            self._container.seek(time, stream=self._stream)
        except av.error.FFmpegError:
            return None
        self._context.flush_buffers()
        if self._reorder_depth:
            self._context.reorder_depth = self._reorder_depth
        self._begin()
        self._first_packet = next(self._packets, None)
        if self._first_packet is None or self._first_packet.size == 0:
            return None
        return self._first_packet.pts, self._first_packet.dts

    def skip_to(self, key: PacketKey, size: int, most: int) -> bool:
        """Pass over packets without decoding them until the one with this key and size is next.

        Args:
            key: of the packet.
            size: in bytes; one of another size is only a part of a packet.
            most: how many packets may be passed over.
        """
        for _ in range(most + 1):
            packet = self._first_packet or next(self._packets, None)
            self._first_packet = packet
            if packet is None or packet.size == 0:
                return False
            if (packet.pts, packet.dts) == key and packet.size == size:
                return True
            self._first_packet = None
        return False

    def next_frame(self) -> av.VideoFrame | None:
        """The next frame in presentation order, or None at the end. Packets that do not decode are passed over."""
        while not self._ready:
            if self._at_end:
                return None
            packet = self._first_packet or next(self._packets, None)
            self._first_packet = None
            if packet is not None and packet.size == 0 and packet.pts is None and packet.dts is None:
                packet = None  # PyAV's flush packet
            self._at_end = packet is None
            try:
                self._ready.extend(self._context.decode(packet))
            except av.error.EOFError:
                self._at_end = True
            except av.error.FFmpegError:
                self.errors += 1
        frame = self._ready.popleft()
        if self._same is not None:
            self._same.check_written()
        if self._hardware is not None and frame.format.name != self._hardware.pix_fmt:
            frame = frame.reformat(format=self._hardware.pix_fmt)  # cards interleave chroma
        return frame

    @property
    def reorder_depth(self) -> int:
        """Depth of frame reordering that the decoder has found so far."""
        return self._context.reorder_depth

    def close(self) -> None:
        """Close the file; harmless if done twice."""
        if self._container is not None:
            # PyAV frees a decoder with the GIL held, and FFmpeg waits for the decoder's threads there. One that has
            # something to log waits for the GIL: for good. Flushing lets them finish first, with the GIL released.
            self._context.flush_buffers()
            self._container.close()
            self._container = None

    def _begin(self) -> None:
        assert self._container is not None
        self._packets = self._container.demux(self._stream)
        self._ready.clear()
        self._first_packet = None
        self._at_end = False
        self.errors = 0
