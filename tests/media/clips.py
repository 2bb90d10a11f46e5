"""Small clips of every kind the reader must know, written with PyAV, and plain decoding to compare with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.filter import Graph
from av.video.stream import VideoStream

from app.media.frame import Plane, PlaneLayout
from app.media.planes import layout_of, planes_of, to_av_frame
from app.media.scheduling import ordinary_scheduling

WIDTH, HEIGHT, FRAMES = 96, 64, 30


def moving_planes(layout: PlaneLayout, index: int, width: int = WIDTH, height: int = HEIGHT) -> list[Plane]:
    """A texture that drifts, with a patch whose brightness is the frame's number: no two frames are alike."""
    top = (1 << layout.bits) - 1
    planes: list[Plane] = []
    for number in range(len(layout.plane_shifts)):
        rows, columns = layout.plane_size(number, width, height)
        y, x = np.mgrid[0:rows, 0:columns]
        level = 0.5 + 0.25 * np.sin((x + 2 * index) / (5.0 + number)) + 0.15 * np.cos((y - index) / (3.0 + number))
        level[: rows // 4, : columns // 4] = 0.1 + 0.8 * ((index * 37 + number * 11) % 64) / 64
        planes.append(np.clip(np.rint(level * top), 0, top).astype(layout.dtype))
    return planes


@dataclass(frozen=True)
class Recipe:
    """How to write one clip; ``times`` are presentation times in ``time_base``, one per frame."""

    codec: str
    name: str
    pix_fmt: str = "yuv420p"
    size: tuple[int, int] = (WIDTH, HEIGHT)
    times: Sequence[int] = range(FRAMES)
    time_base: Fraction = Fraction(1, 25)
    options: tuple[tuple[str, str], ...] = ()
    container_options: tuple[tuple[str, str], ...] = ()
    rotation: int = 0
    mirrored: bool = False
    fields: str = ""
    full_range: bool | None = None
    matrix: int = 2


def write_clip(recipe: Recipe, folder: Path) -> Path:
    """Write a recipe's clip into a folder; returns the file."""
    path = folder / recipe.name
    with av.open(str(path), "w", options=dict(recipe.container_options)) as container:
        stream = container.add_stream(recipe.codec, rate=round(1 / recipe.time_base), options=dict(recipe.options))
        assert isinstance(stream, VideoStream)
        context = stream.codec_context
        context.width, context.height = recipe.size
        context.pix_fmt = recipe.pix_fmt
        context.time_base = recipe.time_base
        context.thread_count = 1
        context.colorspace = recipe.matrix
        if recipe.full_range is not None:
            context.color_range = 2 if recipe.full_range else 1
        if recipe.rotation or recipe.mirrored:
            stream.set_display_rotation(recipe.rotation, hflip=recipe.mirrored)
        if recipe.name.endswith(".webm") and recipe.pix_fmt.startswith("yuva"):
            stream.metadata["alpha_mode"] = "1"
        if recipe.fields:
            context.flags |= av.codec.context.Flags.interlaced_dct | av.codec.context.Flags.interlaced_me
            context.field_order = 2 if recipe.fields == "tff" else 3
        if recipe.codec == "libsvtav1":
            with ordinary_scheduling():
                context.open()
        mark = _field_marker(recipe)
        for index, time in enumerate(recipe.times):
            frame = mark(_picture(recipe, index))
            frame.pts, frame.time_base = time, recipe.time_base
            frame.colorspace = recipe.matrix
            if recipe.full_range is not None:
                frame.color_range = 2 if recipe.full_range else 1
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _picture(recipe: Recipe, index: int) -> av.VideoFrame:
    pix_fmt = "rgb24" if recipe.pix_fmt == "rgb8" else recipe.pix_fmt  # rgb8 is what GIF's encoder takes
    layout = layout_of(pix_fmt)
    frame = to_av_frame(moving_planes(layout, index, *recipe.size), layout, pix_fmt)
    return frame if pix_fmt == recipe.pix_fmt else frame.reformat(format=recipe.pix_fmt)


def _field_marker(recipe: Recipe) -> Callable[[av.VideoFrame], av.VideoFrame]:
    """What sets a frame's field flags: PyAV cannot, FFmpeg's ``setfield`` filter can."""
    if not recipe.fields:
        return lambda frame: frame
    graph = Graph()
    width, height = recipe.size
    source = graph.add_buffer(
        width=width, height=height, format=av.VideoFormat(recipe.pix_fmt), time_base=recipe.time_base
    )
    graph.link_nodes(source, graph.add("setfield", recipe.fields), graph.add("buffersink")).configure()

    def mark(frame: av.VideoFrame) -> av.VideoFrame:
        graph.vpush(frame)
        return graph.vpull()

    return mark


def straight(path: Path, decoder: str | None = None) -> list[tuple[int | None, tuple[Plane, ...]]]:
    """Time stamp and stored planes of every frame, by decoding the file once from its start in one thread."""
    found = []
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        context = av.VideoCodecContext.create(decoder, "r") if decoder else stream.codec_context
        context.thread_count = 1
        for packet in container.demux(stream):
            try:
                frames = context.decode(packet if packet.size else None)
            except av.error.InvalidDataError:
                continue
            for frame in frames:
                found.append((frame.pts, tuple(np.array(plane) for plane in planes_of(frame)[1])))
    return found


def cut_short(path: Path, share: float, target: Path) -> Path:
    """A copy of the first part of a file."""
    data = path.read_bytes()
    target.write_bytes(data[: int(len(data) * share)])
    return target


def copy_packets(source: Path, target: Path, keep: Callable[[int], bool]) -> Path:
    """Copy the packets whose number passes into a new file, without decoding: a cut by a careless tool."""
    with av.open(str(source)) as reading, av.open(str(target), "w") as writing:
        stream = reading.streams.video[0]
        copy = writing.add_stream_from_template(stream)
        number = 0
        for packet in reading.demux(stream):
            if packet.size == 0:
                continue
            if keep(number):
                packet.stream = copy
                writing.mux(packet)
            number += 1
    return target


def write_images(folder: Path, names: Iterable[str], codec: str, pix_fmt: str) -> list[Path]:
    """Write one image per name with FFmpeg's encoder; frame ``i`` is the clip's picture ``i``."""
    layout = layout_of(pix_fmt)
    written = []
    for index, name in enumerate(names):
        context = av.VideoCodecContext.create(codec, "w")
        context.width, context.height, context.pix_fmt = WIDTH, HEIGHT, pix_fmt
        context.framerate = Fraction(25)
        frame = to_av_frame(moving_planes(layout, index), layout, pix_fmt)
        if pix_fmt.startswith("yuvj"):
            context.color_range = frame.color_range = 2
        path = folder / name
        path.write_bytes(b"".join(bytes(packet) for packet in [*context.encode(frame), *context.encode(None)]))
        written.append(path)
    return written


X264_GOP = "keyint=10:min-keyint=10:scenecut=0:bframes=3"
X265_GOP = "keyint=10:min-keyint=10:scenecut=0:bframes=3:log-level=none:pools=1"

RECIPES = {
    recipe.name: recipe
    for recipe in (
        Recipe("mpeg2video", "mpeg2_open_gop.ts", options=(("g", "9"), ("bf", "2"), ("b", "2M"))),
        Recipe("mpeg2video", "mpeg2_open_gop.mpg", options=(("g", "9"), ("bf", "2"), ("b", "2M"))),
        Recipe("libx264", "h264_open_gop.mp4", options=(("x264-params", f"{X264_GOP}:open-gop=1"),)),
        Recipe("libx264", "h264_open_gop.mkv", options=(("x264-params", f"{X264_GOP}:open-gop=1:b-pyramid=normal"),)),
        Recipe("libx264", "h264_open_gop.ts", options=(("x264-params", f"{X264_GOP}:open-gop=1"),)),
        Recipe("mpeg2video", "mpeg2_large.mpg", size=(320, 192), options=(("g", "12"), ("qmin", "1"), ("b", "6M"))),
        Recipe("libx264", "h264_intra_refresh.mp4", options=(("x264-params", "keyint=10:intra-refresh=1:bframes=0"),)),
        Recipe("libx264", "h264.avi", options=(("x264-params", X264_GOP),)),
        Recipe("libx264", "h264.flv", options=(("x264-params", X264_GOP),)),
        Recipe("libx264", "h264_raw.h264", options=(("x264-params", X264_GOP),)),
        Recipe(
            "libx265", "hevc_10bit_open_gop.mp4", "yuv420p10le", options=(("x265-params", f"{X265_GOP}:open-gop=1"),)
        ),
        Recipe("libx265", "hevc_12bit.mkv", "yuv422p12le", options=(("x265-params", X265_GOP),)),
        Recipe(
            "libx264",
            "vfr.mkv",
            times=[0, 40, 120, 133, 180, 260, 261, 400, 440, 480, 999, 1000, 1040, 1100, 1210, 1300, 1333, 1366, 1500],
            time_base=Fraction(1, 1000),
            options=(("x264-params", "keyint=6:bframes=2"),),
        ),
        Recipe("libx264", "starts_late.mp4", times=range(40, 70), options=(("x264-params", X264_GOP),)),
        Recipe(
            "libx264",
            "edit_list_cuts_start.mp4",
            times=range(-7, 23),
            options=(("x264-params", X264_GOP),),
            container_options=(("avoid_negative_ts", "disabled"), ("use_editlist", "1")),
        ),
        Recipe("libx264", "rotated_90.mov", rotation=90, options=(("x264-params", X264_GOP),)),
        Recipe("libx264", "rotated_180.mov", rotation=180),
        Recipe("libx264", "rotated_270.mp4", "yuv422p", rotation=270),
        Recipe("libx264", "mirrored.mov", mirrored=True),
        Recipe("libx264", "rotated_90_mirrored.mov", rotation=90, mirrored=True),
        Recipe("libvpx-vp9", "odd_size.webm", size=(97, 65), options=(("g", "8"), ("deadline", "realtime"))),
        Recipe("ffv1", "odd_size.mkv", "yuv420p", size=(95, 63)),
        Recipe("ffv1", "ffv1_422_10.mkv", "yuv422p10le"),
        Recipe("ffv1", "ffv1_444_12.mkv", "yuv444p12le"),
        Recipe("ffv1", "ffv1_gbrp10.mkv", "gbrp10le"),
        Recipe("ffv1", "ffv1_bgra.mkv", "bgra"),
        Recipe("ffv1", "ffv1_gray16.mkv", "gray16le"),
        Recipe("mpeg2video", "mpeg2_tff.mov", fields="tff", options=(("g", "9"), ("bf", "2"), ("b", "2M"))),
        Recipe("libx264", "h264_bff.mp4", fields="bff", options=(("x264-params", X264_GOP),)),
        Recipe("prores_ks", "prores_4444_alpha.mov", "yuva444p10le", options=(("profile", "4444"),)),
        Recipe("prores_ks", "prores_422.mov", "yuv422p10le", times=range(8), options=(("profile", "hq"),)),
        Recipe("mjpeg", "mjpeg_full.mov", "yuvj420p", full_range=True),
        Recipe("mjpeg", "mjpeg_full.avi", "yuvj444p", full_range=True),
        Recipe("libvpx", "vp8_hidden_pictures.webm", options=(("auto-alt-ref", "1"), ("lag-in-frames", "12"))),
        Recipe("libvpx-vp9", "vp9_alpha.webm", "yuva420p", options=(("auto-alt-ref", "0"), ("g", "8"))),
        Recipe("libsvtav1", "av1.mp4", "yuv420p10le", options=(("preset", "12"), ("g", "10"))),
        Recipe("mpeg4", "mpeg4_b_frames.avi", options=(("bf", "2"), ("g", "8"))),
        Recipe("mpeg4", "mpeg4.mp4", options=(("bf", "2"), ("g", "8"))),
        Recipe("gif", "palette.gif", "rgb8", times=range(0, 300, 10), time_base=Fraction(1, 100)),
        Recipe("rawvideo", "raw_yuyv.avi", "yuyv422", times=range(6)),
        Recipe("rawvideo", "raw_rgb24.mov", "rgb24", times=range(6)),
        Recipe("libx264", "one_frame.mp4", times=range(1)),
    )
}
