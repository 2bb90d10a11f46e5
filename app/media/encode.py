"""One video stream being encoded: options, colour tags, field order, planes to packets."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import av
import av.filter
from av.codec.context import Flags
from av.container import OutputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from app.core.errors import UserError
from app.media.codecs import Codec
from app.media.color import is_full_range, matrix_of
from app.media.fidelity import PixelChoice
from app.media.frame import ColorTags, Family, MasteringDisplay, VideoFrame
from app.media.info import MediaInfo
from app.media.orientation import to_stored
from app.media.planes import to_av_frame
from app.media.relayout import color_after, limited, relaid
from app.media.scheduling import ordinary_scheduling

_FIELD_TOP, _FIELD_BOTTOM = 2, 3  # AVFieldOrder
_BT709 = 1  # ITU-T H.273
_CHROMA_NAMES = ("unspecified", "left", "center", "topleft", "top", "bottomleft", "bottom")


@dataclass(frozen=True, slots=True)
class EncoderSetup:
    """Everything that opens an encoder.

    Attributes:
        codec: the target.
        encoder: FFmpeg's encoder (the RGB one where the codec has two).
        quality: preset name, ``matched``, or ``custom`` (own options).
        options: encoder options.
        pixels: what the encoder is fed.
        color: tags written.
        interlaced: whether pictures are coded as fields.
        statements: what could not be kept, a sentence each.
    """

    codec: Codec
    encoder: str
    quality: str
    options: Mapping[str, str]
    pixels: PixelChoice
    color: ColorTags
    interlaced: bool
    statements: tuple[str, ...]

    @property
    def lossless(self) -> bool:
        """Whether the decoded output equals the frames handed in, to the bit."""
        return self.quality == "lossless" and self.pixels.exact


def encoder_setup(
    info: MediaInfo,
    codec: Codec,
    quality: str,
    pixels: PixelChoice,
    options: Mapping[str, str],
    reason: str | None = None,
    *,
    fields_told: bool = True,
) -> EncoderSetup:
    """Put options, tags and field order together for a clip.

    Args:
        info: the source.
        codec: the target.
        quality: preset name, ``matched``, or ``custom`` (own options).
        pixels: the format that was chosen.
        options: the preset's (or matched) options and the user's own, the last word already applied.
        reason: why this codec and quality, if the source decided.
        fields_told: whether the container says of progressive pictures that they hold fields.
    """
    color = color_after(info.color, info.stored_layout, pixels.layout, info.stored_width, info.stored_height)
    merged = {**codec.always, **options}
    statements = [*([reason] if reason else []), *pixels.statements]
    if codec.encoder == "prores_ks" and is_full_range(color, pixels.layout):
        color = replace(color, full_range=False)
        statements.append(f"Full range converted to limited: {codec.title} cannot say that it is full.")
    interlaced = _plan_fields(info, codec, pixels, merged, statements, fields_told=fields_told)
    if color.mastering is not None or color.content_light is not None:
        if codec.hdr is None:
            statements.append(f"Mastering display and light level dropped: no way to write them with {codec.title}.")
        else:
            _add_hdr(codec.hdr, color, merged)
    matrix = matrix_of(color, info.stored_width, info.stored_height)
    if codec.encoder == "dnxhd" and pixels.layout.family is Family.YUV and matrix != _BT709:
        color = replace(color, matrix=matrix)  # of an untagged clip too: what says nothing would be read as BT.709
        statements.append(
            "DNxHR pictures always say BT.709 of themselves; the true matrix is in the container's tags only."
        )
    if codec.encoder == "libx265":
        _add_param(merged, "x265-params", "log-level=error")
    if codec.encoder == "libvpx-vp9" and pixels.layout.alpha:
        merged["auto-alt-ref"] = "0"
    if 0 < color.chroma_location < len(_CHROMA_NAMES) and pixels.layout.family is Family.YUV:
        merged["chroma_sample_location"] = _CHROMA_NAMES[color.chroma_location]
    rgb = pixels.layout.family is Family.RGB
    encoder = codec.rgb_encoder if rgb and codec.rgb_encoder else codec.encoder
    return EncoderSetup(codec, encoder, quality, merged, pixels, color, interlaced, tuple(statements))


def _plan_fields(
    info: MediaInfo,
    codec: Codec,
    pixels: PixelChoice,
    options: dict[str, str],
    statements: list[str],
    *,
    fields_told: bool,
) -> bool:
    fields = fields_of(info)
    if fields == "progressive":
        return False
    if not codec.interlace:
        statements.append(
            f"Fields stay in the lines, but {codec.title} codes the pictures as progressive: only the container can "
            "say that they are interlaced."
            if fields_told
            else f"Fields stay in the lines, but nothing says so: set the {codec.title} pictures to interlaced "
            f"({'TFF' if fields == 'top' else 'BFF'}) where they are used."
        )
        return False
    if codec.encoder == "libx264":
        if info.stored_height % (4 if pixels.layout.shift_y else 2):
            statements.append(f"H.264 cannot code {info.stored_height} lines as fields; the pictures are progressive.")
            return False
        _add_param(options, "x264-params", "tff=1" if fields == "top" else "bff=1")
    return True


def _add_param(options: dict[str, str], key: str, value: str) -> None:
    options[key] = f"{options[key]}:{value}" if options.get(key) else value


def _add_hdr(kind: str, color: ColorTags, options: dict[str, str]) -> None:
    key = {"x264": "x264-params", "x265": "x265-params", "svtav1": "svtav1-params"}[kind]
    if color.mastering is not None:
        name = "master-display" if kind == "x265" else "mastering-display"
        _add_param(options, key, f"{name}={_mastering_text(color.mastering, decimal=kind == 'svtav1')}")
    if color.content_light is not None:
        name = {"x264": "cll", "x265": "max-cll", "svtav1": "content-light"}[kind]
        _add_param(options, key, f"{name}={color.content_light[0]},{color.content_light[1]}")


def _mastering_text(display: MasteringDisplay, decimal: bool) -> str:
    """``G(x,y)B(x,y)R(x,y)WP(x,y)L(max,min)``: in units of 0.00002 and 0.0001 cd/m2, or as decimals for SVT-AV1."""

    def number(value: tuple[int, int], unit: int) -> str:
        exact = Fraction(*value)
        return f"{float(exact):.6f}" if decimal else str(round(exact * unit))

    def point(pair: tuple[tuple[int, int], tuple[int, int]]) -> str:
        return f"({number(pair[0], 50000)},{number(pair[1], 50000)})"

    light = f"L({number(display.max_luminance, 10000)},{number(display.min_luminance, 10000)})"
    return f"G{point(display.green)}B{point(display.blue)}R{point(display.red)}WP{point(display.white)}{light}"


class VideoEncoder:
    """Turns frames into packets of one output stream."""

    def __init__(self, container: OutputContainer, setup: EncoderSetup, info: MediaInfo) -> None:
        """Add the stream to ``container``; it opens with the container's header.

        Raises:
            UserError: the container's muxer refuses the codec.
        """
        self._setup = setup
        self._info = info
        self._marks: dict[str, av.filter.Graph] = {}
        if setup.encoder == "libsvtav1":
            os.environ.setdefault("SVT_LOG", "1")  # it writes to the terminal past FFmpeg's logging; 1 = errors
        try:
            stream = container.add_stream(
                setup.encoder,
                rate=info.rate,
                options=dict(setup.options),
                width=info.stored_width,
                height=info.stored_height,
                time_base=info.time_base,
            )
        except ValueError as error:
            raise UserError(f"{setup.codec.title} cannot be written into {container.format.name}.") from error
        assert isinstance(stream, VideoStream)
        stream.disposition = Disposition.default  # among several videos, readers take this one
        self.stream = stream
        self._configure(stream)

    def _configure(self, stream: VideoStream) -> None:
        setup, info = self._setup, self._info
        context = stream.codec_context
        context.pix_fmt = setup.pixels.pix_fmt
        context.thread_type = "AUTO"  # PyAV's default, SLICE, makes x264 cut pictures into slices
        if info.has_aspect_ratio:
            context.sample_aspect_ratio = info.sample_aspect_ratio
        context.color_primaries = setup.color.primaries
        context.color_trc = setup.color.transfer
        context.colorspace = setup.color.matrix
        context.color_range = _range_code(setup.color.full_range)
        context.flags |= Flags.frame_duration
        if setup.codec.name in ("h265", "hevc_nvenc") and stream.container.format.name in ("mp4", "mov"):
            context.codec_tag = "hvc1"  # Apple's players open nothing else
        fields = fields_of(info)
        if fields != "progressive":
            context.field_order = _FIELD_TOP if fields == "top" else _FIELD_BOTTOM
            if setup.interlaced:
                context.flags |= Flags.interlaced_dct
        if not info.orientation.is_identity:
            stream.set_display_rotation(info.rotation_degrees, hflip=info.flip_horizontal)

    def open(self) -> None:
        """Open the encoder before the first frame, where opening it does more than that."""
        if self._setup.encoder == "libsvtav1":
            with ordinary_scheduling():
                self.stream.codec_context.open()

    def encode(self, frame: VideoFrame, pts: int, duration: int) -> list[av.Packet[VideoStream]]:
        """Encode one frame.

        Args:
            frame: display orientation, in the source's layout.
            pts: when it is shown, in ticks of the source's time base, on the output's clock.
            duration: how long, in the same ticks; 0 if unknown.
        """
        picture = self._picture(frame)
        picture.time_base = self._info.time_base
        picture.pts = pts
        if self._setup.interlaced or self._setup.codec.encoder == "ffv1":
            picture = self._marked(picture, frame)
        picture.time_base = self._info.time_base
        picture.pts, picture.duration = pts, duration
        color = self._setup.color
        picture.color_range = _range_code(color.full_range)
        picture.colorspace, picture.color_primaries, picture.color_trc = color.matrix, color.primaries, color.transfer
        return self.stream.encode(picture)

    def flush(self) -> list[av.Packet[VideoStream]]:
        """The packets that the encoder still held."""
        return self.stream.encode(None)

    def _picture(self, frame: VideoFrame) -> av.VideoFrame:
        info, pixels = self._info, self._setup.pixels
        planes = to_stored(frame.planes, info.orientation)
        if not pixels.exact:
            planes = relaid(planes, info.stored_layout, pixels.layout, info.color, by_field=frame.interlaced)
        full = color_after(info.color, info.stored_layout, pixels.layout, info.stored_width, info.stored_height)
        if is_full_range(full, pixels.layout) and not is_full_range(self._setup.color, pixels.layout):
            planes = limited(planes, pixels.layout)
        return to_av_frame(planes, pixels.layout, pixels.pix_fmt)

    def _marked(self, picture: av.VideoFrame, frame: VideoFrame) -> av.VideoFrame:
        """Set what PyAV cannot set on a frame: the field order, and the aspect ratio that FFV1 writes itself."""
        order = _set_field(fields_of(self._info)) if self._setup.interlaced else "prog"
        if self._setup.encoder == "ffv1":  # the one codec here that flags each picture by itself
            order = "prog" if not frame.interlaced else "tff" if frame.top_field_first else "bff"
        if order not in self._marks:
            self._marks[order] = _marking_graph(picture, self._info, order)
        graph = self._marks[order]
        graph.push(picture)
        marked = graph.pull()
        assert isinstance(marked, av.VideoFrame)
        return marked


def _marking_graph(picture: av.VideoFrame, info: MediaInfo, order: str) -> av.filter.Graph:
    aspect_ratio = info.sample_aspect_ratio if info.has_aspect_ratio else Fraction(0)
    graph = av.filter.Graph()
    source = graph.add_buffer(
        width=picture.width, height=picture.height, format=picture.format, time_base=info.time_base
    )
    aspect = graph.add("setsar", f"{aspect_ratio.numerator}/{aspect_ratio.denominator}")
    fields = graph.add("setfield", order)
    sink = graph.add("buffersink")
    source.link_to(aspect)
    aspect.link_to(fields)
    fields.link_to(sink)
    graph.configure()
    return graph


def fields_of(info: MediaInfo) -> str:
    """The clip's field that is shown first, ``top`` or ``bottom``; ``progressive`` if it has none."""
    if not info.interlaced:
        return "progressive"
    return "bottom" if info.field_order in ("bb", "tb") else "top"


def _set_field(first: str) -> str:
    return {"top": "tff", "bottom": "bff"}.get(first, "prog")


def _range_code(full_range: bool | None) -> int:
    return 0 if full_range is None else 2 if full_range else 1
