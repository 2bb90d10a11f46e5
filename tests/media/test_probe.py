"""What a clip says about itself is reported, each fact from its own field."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from clips import RECIPES, X265_GOP, Recipe, moving_planes, write_clip, write_images

from app.media.frame import Family, PlaneLayout
from app.media.planes import layout_of, to_av_frame
from app.media.probe import probe


def rich_clip(path: Path) -> Path:
    """A clip with two audio tracks, subtitles, chapters, a time code, tags and square-less pixels."""
    with av.open(str(path), "w") as container:
        container.metadata["title"] = "Rich"
        video = container.add_stream("libx264", rate=25)
        video.width, video.height, video.pix_fmt = 96, 64, "yuv420p"
        video.codec_context.sample_aspect_ratio = Fraction(16, 15)
        video.metadata["timecode"] = "01:02:03:04"
        sounds = []
        for language, layout in (("ger", "stereo"), ("eng", "mono")):
            sound = container.add_stream("aac", rate=48000, layout=layout)
            sound.metadata.update({"language": language, "title": f"Sound {language}"})
            sounds.append(sound)
        container.set_chapters(
            [
                {"id": 1, "start": 0, "end": 400, "time_base": Fraction(1, 1000), "metadata": {"title": "One"}},
                {"id": 2, "start": 400, "end": 800, "time_base": Fraction(1, 1000), "metadata": {"title": "Two"}},
            ]
        )
        for index in range(20):
            layout = layout_of("yuv420p")
            frame = to_av_frame(moving_planes(layout, index), layout, "yuv420p")
            frame.pts, frame.time_base = index, Fraction(1, 25)
            container.mux(video.encode(frame))
        for sound in sounds:
            for index in range(30):
                samples = np.zeros((sound.codec_context.layout.nb_channels, 1024), np.float32)
                frame = av.AudioFrame.from_ndarray(samples, "fltp", sound.codec_context.layout.name)
                frame.sample_rate, frame.pts, frame.time_base = 48000, index * 1024, Fraction(1, 48000)
                container.mux(sound.encode(frame))
        for stream in (video, *sounds):
            container.mux(stream.encode(None))
    return path


def test_every_stream_chapter_and_tag_is_listed(tmp_path: Path) -> None:
    info = probe(rich_clip(tmp_path / "rich.mov"))
    assert info.codec == "h264" and info.profile == "High" and info.frame_count == 20
    assert info.timecode == "01:02:03:04" and info.metadata["title"] == "Rich"
    assert info.sample_aspect_ratio == Fraction(16, 15) and info.has_aspect_ratio
    assert info.display_aspect_ratio == Fraction(96, 64) * Fraction(16, 15)
    first, second = info.streams_of("audio")
    assert (first.codec, first.language, first.channels, first.channel_layout) == ("aac", "ger", 2, "stereo")
    assert (second.language, second.channels, second.sample_rate) == ("eng", 1, 48000)
    assert [chapter.title for chapter in info.chapters] == ["One", "Two"]
    assert info.chapters[1].start_s == pytest.approx(0.4)
    assert info.average_rate == 25 and not info.variable_rate and info.duration_s == pytest.approx(0.8)
    assert (info.bit_rate or 0) > 0


def test_the_report_is_json(tmp_path: Path) -> None:
    report = json.loads(json.dumps(probe(rich_clip(tmp_path / "rich.mkv")).to_dict()))
    assert report["width"] == 96 and report["time_base"] == "1/1000" and report["layout"]["family"] == "yuv"
    assert report["is_sequence"] is False and report["alpha"] is False and len(report["streams"]) >= 2


def test_a_sequence_is_json_too(tmp_path: Path) -> None:
    write_images(tmp_path, ["a.1.png", "a.2.png"], "png", "rgba")
    report = json.loads(json.dumps(probe(tmp_path).to_dict()))
    assert report["is_sequence"] is True and report["alpha"] is True
    assert report["sequence"]["pattern"] == "a.%d.png" and report["sequence"]["start_number"] == 1


@pytest.mark.parametrize(
    ("name", "rotation", "flip"),
    [
        ("rotated_90.mov", 90, False),
        ("rotated_180.mov", 180, False),
        ("rotated_270.mp4", 270, False),
        ("mirrored.mov", 0, True),
        ("rotated_90_mirrored.mov", 90, True),
    ],
)
def test_rotation_and_mirroring_are_told(name: str, rotation: int, flip: bool, tmp_path: Path) -> None:
    info = probe(write_clip(RECIPES[name], tmp_path))
    assert (info.rotation_degrees, info.flip_horizontal) == (rotation, flip)
    assert (info.stored_width, info.stored_height) == (96, 64)
    assert (info.width, info.height) == ((64, 96) if rotation in (90, 270) else (96, 64))


@pytest.mark.parametrize(
    ("name", "layout"),
    [
        ("prores_4444_alpha.mov", PlaneLayout(Family.YUV, 12, 0, 0, True)),
        ("vp9_alpha.webm", PlaneLayout(Family.YUV, 8, 1, 1, True)),
        ("ffv1_gbrp10.mkv", PlaneLayout(Family.RGB, 10, 0, 0, False)),
        ("ffv1_gray16.mkv", PlaneLayout(Family.GRAY, 16, 0, 0, False)),
        ("raw_yuyv.avi", PlaneLayout(Family.YUV, 8, 1, 0, False)),
        ("hevc_12bit.mkv", PlaneLayout(Family.YUV, 12, 1, 0, False)),
    ],
)
def test_the_layout_is_the_decoders(name: str, layout: PlaneLayout, tmp_path: Path) -> None:
    info = probe(write_clip(RECIPES[name], tmp_path))
    assert info.layout == info.stored_layout == layout and info.alpha == layout.alpha


def test_the_range_is_read_from_its_own_field(tmp_path: Path) -> None:
    assert probe(write_clip(RECIPES["mjpeg_full.mov"], tmp_path)).color.full_range is True
    assert probe(write_clip(RECIPES["h264_open_gop.mp4"], tmp_path)).color.full_range is None
    tagged = replace(RECIPES["h264_open_gop.mp4"], name="tagged.mp4", full_range=False, matrix=1)
    color = probe(write_clip(tagged, tmp_path)).color
    assert color.full_range is False and color.matrix == 1 and color.primaries == 2


def test_hdr_data_and_chroma_place_are_read(tmp_path: Path) -> None:
    parameters = (
        f"{X265_GOP}:hdr10=1:chromaloc=2:colorprim=9:transfer=16:colormatrix=9:max-cll=1000,400:"
        "master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)"
    )
    recipe = Recipe("libx265", "hdr.mp4", "yuv420p10le", times=range(3), options=(("x265-params", parameters),))
    color = probe(write_clip(recipe, tmp_path)).color
    assert (color.primaries, color.transfer, color.matrix, color.chroma_location) == (9, 16, 9, 3)
    assert color.content_light == (1000, 400)
    assert color.mastering is not None
    assert [Fraction(*each) for each in color.mastering.green] == [Fraction(13250, 50000), Fraction(34500, 50000)]
    assert Fraction(*color.mastering.max_luminance) == 1000


def test_a_cover_is_no_clip_but_is_listed(tmp_path: Path) -> None:
    source, target = write_clip(RECIPES["h264_open_gop.mp4"], tmp_path), tmp_path / "cover.mp4"
    picture = write_images(tmp_path, ["cover.png"], "png", "rgb24")[0].read_bytes()
    with av.open(str(source)) as reading, av.open(str(target), "w") as writing:
        cover = writing.add_mux_stream("png", width=96, height=64)
        cover.disposition = av.stream.Disposition.attached_pic
        copy = writing.add_stream_from_template(reading.streams.video[0])
        writing.start_encoding()
        image = av.Packet(picture)
        image.stream, image.pts, image.dts, image.time_base = cover, 0, 0, Fraction(1, 25)
        writing.mux(image)
        for packet in reading.demux(reading.streams.video[0]):
            if packet.size:
                packet.stream = copy
                writing.mux(packet)
    info = probe(target)
    assert info.codec == "h264" and info.frame_count == 30
    assert [stream.disposition for stream in info.streams_of("video")] == [("attached_pic",)]


def test_formats_that_are_converted_on_reading_are_noted(tmp_path: Path) -> None:
    recipe = Recipe("rawvideo", "exotic.nut", "gbrpf32le", times=range(1))
    path = tmp_path / recipe.name
    with av.open(str(path), "w") as container:
        stream = container.add_stream("rawvideo", rate=25)
        stream.width, stream.height, stream.pix_fmt = 32, 16, "gbrpf32le"
        frame = av.VideoFrame(32, 16, "gbrpf32le")
        frame.pts = 0
        container.mux([*stream.encode(frame), *stream.encode(None)])
    info = probe(path)
    assert info.layout == PlaneLayout(Family.RGB, 16, 0, 0, False)
    assert any("gbrpf32le is read as gbrp16le" in note for note in info.notes)


def test_the_rate_is_what_the_frames_times_say_where_the_container_denies_it(tmp_path: Path) -> None:
    info = probe(write_clip(Recipe("dvvideo", "pal.dv", size=(720, 576), times=range(5)), tmp_path))
    assert info.frame_count == 5 and info.duration_s == pytest.approx(0.2)
    assert info.rate == 25


def test_codecs_have_their_names_not_those_of_decoders(tmp_path: Path) -> None:
    recipe = Recipe("libsvtav1", "av1.mp4", times=range(3), options=(("preset", "12"),))
    assert probe(write_clip(recipe, tmp_path)).codec == "av1"
