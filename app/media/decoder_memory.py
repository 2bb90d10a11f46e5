"""What decoders take: threads, and the frames that each of them holds at once.

With FFmpeg's frame threads every thread has a frame of its own in the making, beside those that others refer to and
those that wait for their turn to be shown. Measured with 4K clips, in frames of the clip for each decoder: H.264 6.4
with 2 threads and 22.8 with 8; 10-bit H.265 8.7 and 18.5; ProRes 3.3 and 10.9.
"""

from __future__ import annotations

import os

from app.media.info import MediaInfo

LARGE_PIXELS = 2560 * 1600
MOST_THREADS_LARGE = 4
"""Threads of a decoder of larger pictures than that."""
_REFERRED_TO, _A_THREAD = 6, 2.2
_FFMPEG_MOST_THREADS = 16


def threads_for(threads: int | None, width: int, height: int) -> int | None:
    """Threads of a decoder: those that were asked for, else FFmpeg's choice (None), fewer for large pictures."""
    if threads is not None or width * height <= LARGE_PIXELS:
        return threads
    return min(os.cpu_count() or 1, MOST_THREADS_LARGE)


def frames_held(info: MediaInfo) -> int:
    """Frames that a decoder of the clip holds at most, when it was opened without a number of threads."""
    threads = threads_for(None, info.stored_width, info.stored_height)
    if threads is None:
        threads = min((os.cpu_count() or 1) + 1, _FFMPEG_MOST_THREADS)  # as FFmpeg chooses
    return round((1 if _stands_alone(info.codec) else _REFERRED_TO) + _A_THREAD * threads)


def frame_bytes(info: MediaInfo) -> int:
    """Memory that the planes of one frame take."""
    layout = info.layout
    sizes = (layout.plane_size(number, info.width, info.height) for number in range(len(layout.plane_shifts)))
    return sum(rows * columns for rows, columns in sizes) * layout.dtype.itemsize


def _stands_alone(codec: str) -> bool:
    """Whether no frame of a codec refers to another."""
    from av.codec import Codec
    from av.codec.codec import UnknownCodecError

    try:
        return bool(Codec(codec, "r").intra_only)
    except UnknownCodecError:
        return False
