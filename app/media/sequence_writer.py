"""Write a clip as one picture a frame, with the source's numbering."""

from __future__ import annotations

import re
from pathlib import Path

import av

from app.core.errors import UserError
from app.media.encode import EncoderSetup
from app.media.frame import VideoFrame
from app.media.info import MediaInfo
from app.media.planes import to_av_frame
from app.media.relayout import relaid

_ENDINGS = {"png": ".png", "tiff": ".tif"}


def sequence_start(info: MediaInfo, asked: int | None, first_frame: int) -> int:
    """Number of the first picture: as asked, or the source's own numbering, or counted from 0."""
    if asked is not None:
        if asked < 0:
            raise UserError(f"Pictures cannot be numbered from {asked}; give 0 or more.")
        return asked
    return first_frame + (info.sequence.start_number if info.sequence is not None else 0)


class PictureSink:
    """A folder of pictures being written."""

    def __init__(self, folder: Path, setup: EncoderSetup, info: MediaInfo, start_number: int) -> None:
        """Nothing is written yet.

        Args:
            folder: exists and is empty.
            setup: codec and pixel format.
            info: the source.
            start_number: number of the first picture.
        """
        self._folder = folder
        self._setup = setup
        self._info = info
        self._number = start_number
        self._stem, self._digits = _naming(info)

    def write(self, frame: VideoFrame) -> None:
        """Write one picture, turned for display (pictures carry no rotation flag)."""
        setup, info = self._setup, self._info
        planes = frame.planes
        layout = info.layout
        if not setup.pixels.exact:
            planes = relaid(planes, layout, setup.pixels.layout, info.color, by_field=frame.interlaced)
            layout = setup.pixels.layout
        picture = to_av_frame(planes, layout, setup.pixels.pix_fmt)
        context = av.CodecContext.create(setup.encoder, "w")
        assert isinstance(context, av.VideoCodecContext)
        context.width, context.height, context.pix_fmt = picture.width, picture.height, picture.format.name
        context.framerate = info.rate
        context.options = dict(setup.options)
        if info.has_aspect_ratio:
            ratio = info.sample_aspect_ratio
            context.sample_aspect_ratio = 1 / ratio if info.orientation.turns_sideways else ratio
        packets = [*context.encode(picture), *context.encode(None)]
        name = f"{self._stem}{self._number:0{self._digits}d}{_ENDINGS[setup.codec.name]}"
        with (self._folder / name).open("wb") as file:
            for packet in packets:
                file.write(bytes(packet))
        self._number += 1

    def finish(self) -> tuple[str, tuple[str, ...]]:
        """The timing's sentence and what a user should know."""
        return "Pictures carry no time stamps; they are numbered in order.", ()

    def abort(self) -> None:
        """Nothing is held open."""


def _naming(info: MediaInfo) -> tuple[str, int]:
    """Name before the number and digits of the number, as the source's pictures have them."""
    if info.sequence is not None:
        found = re.fullmatch(r"(.*?)%0?(\d*)d(.*)\.\w+", info.sequence.pattern)
        if found is not None:
            return found[1], int(found[2] or 1)
    return "", 5
