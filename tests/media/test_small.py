"""Small pictures show what the whole one shows, in the same places and colours, whatever the chroma's grid."""

from __future__ import annotations

from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from app.media.frame import VideoFrame
from app.media.reader import open_clip
from app.media.small import small_view

WIDTH, HEIGHT = 120, 90


def frame_of(path: Path, pix_fmt: str) -> VideoFrame:
    """A frame of smooth colours that differ from place to place, in a pixel format."""
    across, down = np.meshgrid(np.linspace(0, 255, WIDTH), np.linspace(0, 255, HEIGHT))
    colours = np.stack([across, down, 255 - across], axis=2).astype(np.uint8)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, pix_fmt
        for packet in (*stream.encode(av.VideoFrame.from_ndarray(colours, format="rgb24")), *stream.encode()):
            container.mux(packet)
    with open_clip(path) as reader:
        return reader.frame(0)


@pytest.mark.parametrize("pix_fmt", ["yuv420p", "yuv422p10le", "yuv411p", "yuv444p"])
@pytest.mark.parametrize("factor", [1, 2, 3, 4, 5, 7, 200])
def test_a_small_picture_has_the_colours_of_the_whole_one(tmp_path: Path, pix_fmt: str, factor: int) -> None:
    frame = frame_of(tmp_path / "smooth.mkv", pix_fmt)
    small = small_view(frame, factor)
    width, height = max(1, WIDTH // factor), max(1, HEIGHT // factor)
    assert small.shape == (height, width, 3)
    part = frame.rgb[: height * factor, : width * factor]
    wanted = cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA)
    apart = np.abs(small.astype(int) - wanted.astype(int))
    assert apart.mean() < 3, "colours lie in other places"
