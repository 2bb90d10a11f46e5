"""A clip of any length from a few pictures: they are encoded once, and their packets written over and over."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

RATE = 25


def write_looped(path: Path, views: Sequence[NDArray[np.uint8]], frames: int) -> None:
    """Writes an H.264 clip that shows the pictures again and again; made for measuring, in a second for 100,000 frames.

    Args:
        path: an MP4 file.
        views: ``(H, W, 3)`` uint8 RGB, of even width and height; they become one group of pictures.
        frames: how many the clip has.
    """
    with av.open(str(path), "w") as container:
        options = {"preset": "veryfast", "g": str(len(views)), "bf": "0", "sc_threshold": "0"}
        stream = container.add_stream("libx264", rate=RATE, options=options)
        stream.height, stream.width = views[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        group = [packet for view in views for packet in stream.encode(av.VideoFrame.from_ndarray(view, format="rgb24"))]
        group += stream.encode()
        parts = [(bytes(packet), packet.is_keyframe) for packet in group]
        for index in range(frames):
            data, is_key = parts[index % len(parts)]
            packet = av.Packet(data)
            packet.pts = packet.dts = index
            packet.duration, packet.time_base = 1, Fraction(1, RATE)
            packet.is_keyframe, packet.stream = is_key, stream
            container.mux(packet)
