"""Every codec opens, encodes and keeps size, tags, aspect ratio, rotation and fields."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import pytest
from export_clips import export, frames_of, make_clip

from app.core.errors import UserError
from app.media.codecs import CODECS, CONTAINERS, Container, codec_named, container_for, quality_named
from app.media.reader import open_clip

SOFTWARE = [name for name, codec in CODECS.items() if not codec.hardware and not codec.sequence]
BT2020 = (9, 16, 9, 1)  # primaries, PQ, matrix, limited range


def _ending(name: str) -> str:
    return next(c.extensions[0] for c in CONTAINERS if c.format == CODECS[name].containers[0])


@pytest.mark.parametrize("name", SOFTWARE)
def test_every_codec_keeps_size_frames_and_colour_tags(tmp_path: Path, name: str) -> None:
    source = make_clip(
        tmp_path / "in.mkv", encoder="ffv1", pix_fmt="yuv420p10le", size=(256, 144), color=BT2020,
        pts=range(0, 5 * 512, 512),
    )  # fmt: skip
    target = tmp_path / f"out{_ending(name)}"
    report, handed = export(source, target, codec=name)
    with open_clip(target) as reader:
        info = reader.info
        read = list(reader.frames())
    assert report.frames == len(read) == len(handed) == 5
    assert (info.width, info.height) == (256, 144)
    assert (info.color.primaries, info.color.transfer) == (9, 16)
    if name == "dnxhr":  # the decoder believes the pictures' own header, which FFmpeg's encoder cannot set
        assert any("container's tags only" in sentence for sentence in report.sentences)
    else:
        assert info.color.matrix == 9
    assert info.color.full_range is not True


@pytest.mark.parametrize(
    ("name", "container"),
    [(name, container) for name in SOFTWARE for container in CONTAINERS if container.format in CODECS[name].containers],
    ids=lambda value: value if isinstance(value, str) else value.format,
)
def test_every_codec_reads_back_from_every_container_offered(tmp_path: Path, name: str, container: Container) -> None:
    source = make_clip(tmp_path / "in.mkv", encoder="ffv1", size=(256, 144), pts=range(0, 5 * 512, 512))
    target = tmp_path / f"out{container.extensions[0]}"
    export(source, target, codec=name, quality="draft" if "draft" in CODECS[name].presets else None)
    assert len(frames_of(target)) == 5


@pytest.mark.parametrize("ending", [".mp4", ".mov"])
def test_h265_is_tagged_as_apple_wants_it(tmp_path: Path, ending: str) -> None:
    source = make_clip(tmp_path / "in.mkv", pts=range(0, 1536, 512))
    export(source, tmp_path / f"out{ending}", codec="h265")
    with av.open(str(tmp_path / f"out{ending}")) as container:
        assert container.streams.video[0].codec_tag == "hvc1"


@pytest.mark.parametrize("name", ["h264_nvenc", "hevc_nvenc"])
def test_nvenc_knows_the_options_we_give_it(name: str) -> None:
    offered = av.CodecContext.create(CODECS[name].encoder, "w").supported_options.private
    choices = {option.name: {choice.name for choice in option.choices} for option in offered}
    for options in CODECS[name].presets.values():
        for key, value in options.items():
            assert key in choices and (not choices[key] or value in choices[key])


@pytest.mark.parametrize(("name", "ending"), [("h264", ".mp4"), ("h265", ".mkv"), ("vp9", ".webm"), ("ffv1", ".mkv")])
def test_each_colour_tag_comes_from_its_own_field(tmp_path: Path, name: str, ending: str) -> None:
    source = make_clip(tmp_path / "in.mkv", color=(5, 1, 6, 2), pts=range(0, 1536, 512))  # all different
    export(source, tmp_path / f"out{ending}", codec=name, quality=None)
    color = frames_of(tmp_path / f"out{ending}")[0].color
    assert (color.primaries, color.transfer, color.matrix, color.full_range) == (5, 1, 6, True)


@pytest.mark.parametrize("tagged", [6, 2])
def test_dnxhr_keeps_the_colours_of_standard_definition(tmp_path: Path, tagged: int) -> None:
    color = (2, 2, tagged, 1)
    source = make_clip(
        tmp_path / "in.mkv", encoder="ffv1", pix_fmt="yuv422p", size=(256, 144), color=color, pts=range(0, 1024, 512)
    )
    report, _ = export(source, tmp_path / "out.mov", codec="dnxhr")
    assert {frame.color.matrix for frame in frames_of(tmp_path / "out.mov")} == {6}
    assert "BT.709 of themselves" in " ".join(report.sentences)


@pytest.mark.parametrize("pix_fmt", ["yuv420p", "yuv422p10le", "yuva444p10le", "gray10le"])
def test_full_range_becomes_limited_where_prores_cannot_say_it(tmp_path: Path, pix_fmt: str) -> None:
    source = make_clip(
        tmp_path / "in.mkv", encoder="ffv1", pix_fmt=pix_fmt, color=(1, 1, 1, 2), pts=range(0, 1536, 512)
    )
    report, handed = export(source, tmp_path / "out.mov", codec="prores_4444")
    read = frames_of(tmp_path / "out.mov")
    assert read[0].color.full_range is False and "Full range converted" in " ".join(report.sentences)
    means = [(a.rgb.mean(), b.rgb.mean(), a.rgb.std(), b.rgb.std()) for a, b in zip(handed, read, strict=True)]
    assert all(abs(a - b) < 1 and abs(c - d) < 1.5 for a, b, c, d in means)


def test_unspecified_tags_stay_unspecified(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mp4")
    export(source, tmp_path / "out.mp4")
    color = frames_of(tmp_path / "out.mp4")[0].color
    assert (color.primaries, color.transfer, color.matrix, color.full_range) == (2, 2, 2, None)


@pytest.mark.parametrize(("name", "ending"), [("h264", ".mp4"), ("h265", ".mkv"), ("h264", ".mkv")])
def test_chroma_location_is_kept(tmp_path: Path, name: str, ending: str) -> None:
    source = make_clip(tmp_path / "in.mp4", options={"chroma_sample_location": "topleft"})
    with open_clip(source) as reader:
        assert reader.info.color.chroma_location == 3
    export(source, tmp_path / f"out{ending}", codec=name)
    with open_clip(tmp_path / f"out{ending}") as reader:
        assert reader.info.color.chroma_location == 3


@pytest.mark.parametrize(("name", "ending"), [("h264", ".mp4"), ("h265", ".mkv"), ("av1", ".mp4")])
def test_hdr10_data_goes_through_and_comes_back(tmp_path: Path, name: str, ending: str) -> None:
    params = (
        "log-level=error:master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)"
        ":max-cll=1000,400"
    )
    source = make_clip(
        tmp_path / "in.mp4", encoder="libx265", pix_fmt="yuv420p10le", color=BT2020, options={"x265-params": params}
    )
    export(source, tmp_path / f"out{ending}", codec=name)
    color = frames_of(tmp_path / f"out{ending}")[0].color
    assert color.content_light == (1000, 400)
    assert color.mastering is not None
    assert Fraction(*color.mastering.max_luminance) == 1000
    assert Fraction(*color.mastering.min_luminance) == pytest.approx(Fraction(50, 10000), rel=0.01)
    assert Fraction(*color.mastering.green[1]) == pytest.approx(Fraction(34500, 50000), rel=1e-3)
    assert Fraction(*color.mastering.white[0]) == pytest.approx(Fraction(15635, 50000), rel=1e-3)


def test_hdr10_data_that_a_codec_cannot_write_is_named(tmp_path: Path) -> None:
    source = make_clip(
        tmp_path / "in.mp4", encoder="libx265", pix_fmt="yuv420p10le", color=BT2020,
        options={"x265-params": "log-level=error:max-cll=1000,400"},
    )  # fmt: skip
    report, _ = export(source, tmp_path / "out.mkv", codec="ffv1")
    assert any("light level dropped" in sentence for sentence in report.sentences)


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        (name, container.extensions[0])
        for name in ("h264", "h265", "av1", "vp9", "ffv1", "prores_hq")
        for container in CONTAINERS
        if container.format in CODECS[name].containers and container.format != "mpegts"
    ],
)
def test_pixel_aspect_ratio_is_kept(tmp_path: Path, name: str, ending: str) -> None:
    source = make_clip(tmp_path / "in.mp4", aspect=Fraction(16, 11), pts=range(0, 1536, 512))
    export(source, tmp_path / f"out{ending}", codec=name)
    with av.open(str(tmp_path / f"out{ending}")) as container:
        assert container.streams.video[0].sample_aspect_ratio == Fraction(16, 11)


@pytest.mark.parametrize("rotation", [90, 180, 270])
@pytest.mark.parametrize("ending", [".mp4", ".mov", ".mkv", ".webm"])
def test_rotation_is_carried_and_pictures_stay_stored_as_they_were(tmp_path: Path, rotation: int, ending: str) -> None:
    source = make_clip(tmp_path / "in.mp4", rotation=rotation, pts=range(0, 1536, 512))
    export(source, tmp_path / f"out{ending}", codec="vp9" if ending == ".webm" else "h264")
    with open_clip(source) as before, open_clip(tmp_path / f"out{ending}") as after:
        assert before.info.rotation_degrees == after.info.rotation_degrees == rotation
        assert (after.info.stored_width, after.info.stored_height) == (96, 64)
        assert after.info.width == before.info.width


@pytest.mark.parametrize("order", ["tff", "bff"])
@pytest.mark.parametrize(
    ("name", "ending"), [("h264", ".mp4"), ("h264", ".mkv"), ("ffv1", ".mkv"), ("prores_hq", ".mov")]
)
def test_fields_and_their_order_are_kept(tmp_path: Path, order: str, name: str, ending: str) -> None:
    source = make_clip(
        tmp_path / "in.mkv", options={"x264-params": f"{order}=1"}, field_order=order, pts=range(0, 2048, 512)
    )
    export(source, tmp_path / f"out{ending}", codec=name)
    with open_clip(tmp_path / f"out{ending}") as reader:
        frame = reader.frame(0)
    assert frame.interlaced and frame.top_field_first is (order == "tff")


@pytest.mark.parametrize(
    ("name", "target"),
    [
        *(("h265", "out.mp4"), ("h265", "out.mov"), ("h265", "out.mkv"), ("vp9", "out.mkv"), ("av1", "out.mp4")),
        *(("h265", "out.ts"), ("vp9", "out.webm"), ("dnxhr", "out.mov"), ("png", "out")),
    ],
)
def test_a_codec_without_fields_says_who_tells_of_them(tmp_path: Path, name: str, target: str) -> None:
    source = make_clip(
        tmp_path / "in.mkv",
        size=(256, 144),
        options={"x264-params": "bff=1"},
        field_order="bff",
        pts=range(0, 1024, 512),
    )
    report, _ = export(source, tmp_path / target, codec=name)
    said = [sentence for sentence in report.sentences if sentence.startswith("Fields stay in the lines")]
    with open_clip(tmp_path / target) as reader:
        told = reader.info.field_order == "bb"
    assert len(said) == 1 and ("only the container" in said[0]) is told
    assert told or "interlaced (BFF)" in said[0]


@pytest.mark.parametrize(
    ("name", "ending", "pix_fmt"),
    [("ffv1", ".mkv", "yuva444p10le"), ("prores_4444", ".mov", "yuva444p10le"), ("png", "", "bgra")],
)
def test_alpha_is_carried(tmp_path: Path, name: str, ending: str, pix_fmt: str) -> None:
    source = make_clip(tmp_path / "in.mkv", encoder="ffv1", pix_fmt=pix_fmt, pts=range(0, 1536, 512))
    export(source, tmp_path / f"out{ending}", codec=name)
    with open_clip(tmp_path / f"out{ending}") as reader:
        assert reader.info.alpha


def test_vp9_alpha_is_coded(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mkv", encoder="ffv1", pix_fmt="yuva420p", pts=range(0, 1536, 512))
    report, handed = export(source, tmp_path / "out.webm", codec="vp9", quality="lossless")
    decoder = av.CodecContext.create("libvpx-vp9", "r")  # FFmpeg's own VP9 decoder leaves alpha out
    with av.open(str(tmp_path / "out.webm")) as container:
        stream = container.streams.video[0]
        assert stream.metadata.get("alpha_mode") == "1"
        packet = next(container.demux(stream))
        assert packet.has_sidedata("matroska_block_additional")
    assert report.pix_fmt == "yuva420p" and handed[0].layout.alpha
    assert decoder.name == "libvpx-vp9"


def test_dnxhr_takes_the_profile_that_holds_the_depth(tmp_path: Path) -> None:
    for pix_fmt, quality, profile in (
        ("yuv422p", None, "DNXHR HQ"),
        ("yuv422p10le", None, "DNXHR HQX"),
        ("yuv444p10le", None, "DNXHR 444"),
        ("yuv422p", "draft", "DNXHR LB"),
    ):
        source = make_clip(
            tmp_path / "in.mkv", encoder="ffv1", pix_fmt=pix_fmt, size=(256, 144), pts=range(0, 1024, 512)
        )
        export(source, tmp_path / "out.mov", codec="dnxhr", quality=quality, overwrite=True)
        with open_clip(tmp_path / "out.mov") as reader:
            assert reader.info.profile == profile


def test_presets_get_finer_from_draft_to_visually_lossless(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mkv", encoder="ffv1")
    sizes = []
    for quality in ("draft", "standard", "high", "visually-lossless"):
        export(source, tmp_path / f"{quality}.mp4", codec="h264", quality=quality)
        sizes.append((tmp_path / f"{quality}.mp4").stat().st_size)
    assert sizes == sorted(sizes) and len(set(sizes)) == 4


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: codec_named("divx"), "no codec named 'divx'"),
        (lambda: quality_named(CODECS["h264"], "best"), "no quality named 'best'"),
        (lambda: quality_named(CODECS["prores_hq"], "draft"), "ProRes 422 HQ cannot be written at quality 'draft'"),
        (lambda: container_for(Path("a.mov"), CODECS["ffv1"]), "FFV1 cannot be written into QuickTime"),
        (lambda: container_for(Path("a.mp4"), CODECS["prores_hq"]), "use .mov or .mkv"),
        (lambda: container_for(Path("a.webm"), CODECS["h264"]), "cannot be written into WebM"),
        (lambda: container_for(Path("a.avi"), CODECS["h264"]), "AVI keeps no time stamps"),
        (lambda: container_for(Path("a.xyz"), CODECS["h264"]), "'.xyz' names no format"),
    ],
)
def test_wrong_codecs_qualities_and_containers_get_one_sentence(wrong: object, says: str) -> None:
    with pytest.raises(UserError) as caught:
        wrong()  # type: ignore[operator]
    assert says in str(caught.value) and "\n" not in str(caught.value)


def test_a_missing_encoder_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.media.codecs._encoders", lambda: frozenset({"libx264", "ffv1"}))
    with pytest.raises(UserError, match="built without libsvtav1"):
        codec_named("av1")


def test_nvenc_without_a_gpu_says_what_to_use(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "no device")

    monkeypatch.setattr("app.media.codecs._open_trial", refuse)
    with pytest.raises(UserError, match=r"NVIDIA.*--codec h265"):
        codec_named("hevc_nvenc")
