"""Everything beside the pictures travels, is encoded anew, or is named."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.stream import Disposition
from export_clips import Sound, Text, export, make_clip, packet_times

from app.media.carry import plan_carry
from app.media.codecs import CONTAINERS
from app.media.reader import open_clip
from app.media.tags import moved_chapters, timecode_after
from app.media.writer import ClipWriter, ExportSettings

ENGLISH = Sound("aac", tags={"language": "eng", "title": "Main mix"})
GERMAN = Sound("aac", rate=44100, tags={"language": "deu", "title": "Deutsch"}, layout="mono")
LINES = [(100, 300, "First line"), (400, 700, "Second {\\i1}line{\\i0}")]


def streams_of(path: Path) -> list[tuple[str, str, dict[str, str]]]:
    with av.open(str(path)) as container:
        return [(s.type, s.codec_context.name if s.codec_context else "", dict(s.metadata)) for s in container.streams]


def sound_of(path: Path, track: int = 0) -> np.ndarray:
    """Decoded samples of the first channel; the index is the place on the clip's clock. Only gaps move them."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[track]
        rate = stream.codec_context.sample_rate
        out = np.zeros(rate * 3)
        end = -rate
        for frame in container.decode(stream):
            data = frame.to_ndarray()
            samples = data[0] if frame.format.is_planar else data.reshape(-1, frame.layout.nb_channels)[:, 0]
            at = round(frame.pts * frame.time_base * rate)
            at = end if abs(at - end) < rate // 250 else at
            end = at + frame.samples
            scale = 1.0 if data.dtype.kind == "f" else float(np.iinfo(data.dtype).max)
            begin = max(at, 0)
            piece = samples[begin - at :] / scale
            out[begin : begin + len(piece)] = piece
        return out


@pytest.mark.parametrize("ending", [".mp4", ".mov", ".mkv"])
def test_all_sound_tracks_are_copied_with_language_and_title(tmp_path: Path, ending: str) -> None:
    source = make_clip(tmp_path / "in.mp4", sounds=[ENGLISH, GERMAN])
    report, _ = export(source, tmp_path / f"out{ending}")
    assert [stream.action for stream in report.carried] == ["copy", "copy"] and not report.dropped
    tracks = [tags for kind, _, tags in streams_of(tmp_path / f"out{ending}") if kind == "audio"]
    assert [tags["language"] for tags in tracks] in (["eng", "deu"], ["eng", "ger"])  # both spellings are German
    assert [tags.get("title") or tags.get("name") for tags in tracks] == ["Main mix", "Deutsch"]
    with av.open(str(source)) as before, av.open(str(tmp_path / f"out{ending}")) as after:
        for index in (1, 2):
            had = [bytes(p) for p in before.demux(before.streams[index]) if p.size]
            before.seek(0)
            got = [bytes(p) for p in after.demux(after.streams[index]) if p.size]
            after.seek(0)
            assert had == got


def sound_first(source: Path, target: Path) -> Path:
    """The same packets with every sound track before the pictures, as many recorders and FLV write them."""
    with av.open(str(source)) as before, av.open(str(target), "w") as after:
        outs = {s.index: after.add_stream_from_template(s) for s in sorted(before.streams, key=lambda s: s.type)}
        for packet in before.demux():
            if packet.size:
                packet.stream = outs[packet.stream_index]
                after.mux(packet)
    return target


@pytest.mark.parametrize("sounds", [1, 2])
def test_sound_that_comes_before_the_pictures_is_copied_whole(tmp_path: Path, sounds: int) -> None:
    source = make_clip(tmp_path / "in.mp4", sounds=[ENGLISH, GERMAN][:sounds])
    turned = sound_first(source, tmp_path / "turned.mkv")
    assert [kind for kind, _, _ in streams_of(turned)] == ["audio"] * sounds + ["video"]
    report, _ = export(turned, tmp_path / "out.mkv")
    assert [stream.action for stream in report.carried] == ["copy"] * sounds and not report.dropped
    with av.open(str(turned)) as before, av.open(str(tmp_path / "out.mkv")) as after:
        for track in range(sounds):
            had = [bytes(p) for p in before.demux(before.streams.audio[track]) if p.size]
            before.seek(0)
            got = [bytes(p) for p in after.demux(after.streams.audio[track]) if p.size]
            after.seek(0)
            assert had == got


@pytest.mark.parametrize("ending", [".mkv", ".mp4", ".mov"])
def test_of_two_videos_the_one_that_was_filled_opens_first(tmp_path: Path, ending: str) -> None:
    small = make_clip(tmp_path / "small.mkv", size=(64, 48), pts=range(0, 5 * 512, 512))
    large = make_clip(tmp_path / "large.mkv", size=(160, 96), pts=range(0, 20 * 512, 512))
    with av.open(str(small)) as one, av.open(str(large)) as other, av.open(str(tmp_path / "both.mkv"), "w") as both:
        outs = [both.add_stream_from_template(each.streams.video[0]) for each in (one, other)]
        outs[0].disposition = Disposition.default
        for source, out in zip((one, other), outs, strict=True):
            for packet in source.demux():
                if packet.size:
                    packet.stream = out
                    both.mux(packet)
    _, handed = export(tmp_path / "both.mkv", tmp_path / f"out{ending}", codec="h264", quality="draft")
    assert len(handed) == 5
    with open_clip(tmp_path / f"out{ending}") as written:
        assert (written.info.width, written.info.height, len(written)) == (64, 48, 5)


@pytest.mark.parametrize(
    ("codec", "ending", "video", "new"),
    [("aac", ".webm", "vp9", "libopus"), ("pcm_s16le", ".webm", "vp9", "libopus"), ("flac", ".mov", None, "pcm_s24le"),
     ("pcm_s16le", ".ts", None, "aac")],
)  # fmt: skip
def test_sound_that_the_container_cannot_hold_is_encoded_in_its_place(
    tmp_path: Path, codec: str, ending: str, video: str | None, new: str
) -> None:
    source = make_clip(tmp_path / "in.mkv", sounds=[Sound(codec)], pts=range(0, 25 * 512, 512))
    report, _ = export(source, tmp_path / f"out{ending}", codec=video, quality="draft" if video else None)
    assert [stream.new_codec for stream in report.encoded] == [new]
    assert any("cannot hold it as it is" in sentence for sentence in report.sentences)
    before, after = sound_of(source), sound_of(tmp_path / f"out{ending}")
    if ending != ".ts":  # a transport stream's clock is moved as a whole
        middle = before[12000:36000]
        shifts = range(-60, 61)
        likeness = [float(middle @ after[12000 + shift : 36000 + shift]) for shift in shifts]
        assert abs(shifts[int(np.argmax(likeness))]) <= 48  # a tick of 1 ms
        assert max(likeness) > 0.98 * float(middle @ middle)


def test_a_sequence_target_says_that_sound_is_lost(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mp4", sounds=[ENGLISH])
    report, _ = export(source, tmp_path / "out", codec="png")
    assert any("none of the clip's sound" in sentence for sentence in report.sentences)


@pytest.mark.parametrize(
    ("codec", "source_ending", "ending", "read_as", "action"),
    [
        ("subrip", ".mkv", ".mkv", "srt", "copy"),
        ("subrip", ".mkv", ".mp4", "mov_text", "encode"),
        ("subrip", ".mkv", ".mov", "mov_text", "encode"),
        ("mov_text", ".mp4", ".mkv", "srt", "encode"),
        ("mov_text", ".mp4", ".mp4", "mov_text", "copy"),
        ("ass", ".mkv", ".mp4", "mov_text", "encode"),
        ("subrip", ".mkv", ".webm", "webvtt", "encode"),
    ],
)
def test_text_subtitles_are_copied_or_rewritten(
    tmp_path: Path, codec: str, source_ending: str, ending: str, read_as: str, action: str
) -> None:
    source = make_clip(
        tmp_path / f"in{source_ending}", texts=[Text(codec, LINES, {"language": "fra"})], pts=range(0, 25 * 512, 512)
    )
    report, _ = export(source, tmp_path / f"out{ending}", codec="vp9" if ending == ".webm" else None)
    planned = (*report.carried, *report.encoded)
    assert [stream.action for stream in planned if stream.kind == "subtitle"] == [action]
    with av.open(str(tmp_path / f"out{ending}")) as container:
        stream = container.streams.subtitles[0]
        assert stream.codec_context.name == read_as
        shown = []
        for packet in container.demux(stream):
            if packet.size > 2:
                words = b" ".join(rect.dialogue for rect in stream.codec_context.decode2(packet))
                shown.append((packet.pts * packet.time_base, packet.duration * packet.time_base, words))
    assert [(start, length) for start, length, _ in shown] == [
        (Fraction(100, 1000), Fraction(200, 1000)),
        (Fraction(400, 1000), Fraction(300, 1000)),
    ]
    assert b"First line" in shown[0][2] and b"Second" in shown[1][2]


def test_a_language_that_quicktime_cannot_say_is_named(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mkv", sounds=[Sound("aac", tags={"language": "hrv"})])
    report, _ = export(source, tmp_path / "out.mov")
    assert any("language is 'hrv'" in sentence for sentence in report.sentences)


def test_subtitles_that_a_transport_stream_cannot_hold_are_named(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mkv", texts=[Text("subrip", LINES)])
    report, _ = export(source, tmp_path / "out.ts")
    assert [stream.kind for stream in report.dropped] == ["subtitle"]
    assert any("dropped: MPEG transport stream cannot hold it" in sentence for sentence in report.sentences)


def test_a_trimmed_clip_cuts_subtitles_at_both_ends(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mkv", texts=[Text("subrip", LINES)], pts=range(0, 25 * 512, 512))
    export(source, tmp_path / "out.mkv", start=5, stop=15)  # 0.2 s to 0.6 s
    assert packet_times(tmp_path / "out.mkv", 1) == [
        (Fraction(0), Fraction(100, 1000)),
        (Fraction(200, 1000), Fraction(200, 1000)),
    ]


CHAPTERS = [(0, 200, "Opening"), (200, 600, "Middle"), (600, 1000, "End")]


@pytest.mark.parametrize("source_ending", [".mp4", ".mkv", ".mov"])
@pytest.mark.parametrize("ending", [".mp4", ".mkv", ".mov"])
def test_chapters_are_made_again(tmp_path: Path, source_ending: str, ending: str) -> None:
    source = make_clip(tmp_path / f"in{source_ending}", chapters=CHAPTERS, pts=range(0, 25 * 512, 512))
    export(source, tmp_path / f"out{ending}")
    with open_clip(tmp_path / f"out{ending}") as reader:
        found = [(round(c.start_s * 1000), round(c.end_s * 1000), c.title) for c in reader.info.chapters]
    assert found == CHAPTERS


def test_chapters_of_a_trimmed_clip_are_cut_and_moved(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mkv", chapters=CHAPTERS, pts=range(0, 25 * 512, 512))
    export(source, tmp_path / "out.mkv", start=10, stop=20)  # 0.4 s to 0.8 s
    with open_clip(tmp_path / "out.mkv") as reader:
        found = [(round(c.start_s * 1000), round(c.end_s * 1000), c.title) for c in reader.info.chapters]
    assert found == [(0, 200, "Middle"), (200, 400, "End")]


@pytest.mark.parametrize("source_ending", [".mov", ".mp4", ".mkv"])
@pytest.mark.parametrize("ending", [".mov", ".mp4", ".mkv"])
def test_timecode_is_made_again_with_chapters_beside_it(tmp_path: Path, source_ending: str, ending: str) -> None:
    source = make_clip(
        tmp_path / f"in{source_ending}", video_tags={"timecode": "01:02:03:04"}, chapters=CHAPTERS,
        sounds=[Sound("aac")],
    )  # fmt: skip
    report, _ = export(source, tmp_path / f"out{ending}")
    with open_clip(tmp_path / f"out{ending}") as reader:
        assert reader.info.timecode == "01:02:03:04"
        assert len(reader.info.chapters) == 3
    assert not report.dropped and [s.kind for s in report.carried] == ["audio"]


def test_timecode_of_a_trimmed_clip_counts_on(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mov", video_tags={"timecode": "01:02:03:20"})
    export(source, tmp_path / "out.mov", start=6, stop=10)
    with open_clip(tmp_path / "out.mov") as reader:
        assert reader.info.timecode == "01:02:04:01"


@pytest.mark.parametrize(
    ("timecode", "frames", "rate", "later"),
    [
        ("00:00:59:28", 2, Fraction(30000, 1001), "00:01:00:00"),
        ("00:00:59;28", 2, Fraction(30000, 1001), "00:01:00;02"),
        ("00:09:59;29", 1, Fraction(30000, 1001), "00:10:00;00"),
        ("01:00:00;00", 107892, Fraction(30000, 1001), "02:00:00;00"),
        ("00:00:59;58", 2, Fraction(60000, 1001), "00:01:00;04"),
        ("23:59:59:24", 1, Fraction(25), "00:00:00:00"),
        ("01:02:03:04", 0, Fraction(25), "01:02:03:04"),
        ("garbage", 5, Fraction(25), "garbage"),
    ],
)
def test_timecode_arithmetic(timecode: str, frames: int, rate: Fraction, later: str) -> None:
    assert timecode_after(timecode, frames, rate) == later


def test_chapters_before_and_after_the_part_are_left_out() -> None:
    chapters = [
        {"id": n, "start": a, "end": b, "time_base": Fraction(1, 1000), "metadata": {"title": t}}
        for n, (a, b, t) in enumerate(CHAPTERS)
    ]
    moved = moved_chapters(chapters, Fraction(3, 10), Fraction(3, 10), Fraction(5, 10))  # type: ignore[arg-type]
    assert [(c["start"], c["end"]) for c in moved] == [(0, 200_000_000)]


@pytest.mark.parametrize("ending", [".mp4", ".mov", ".mkv"])
def test_metadata_travels_even_under_keys_of_its_own(tmp_path: Path, ending: str) -> None:
    tags = {"title": "Walk", "artist": "A. Person", "com.studio.scene": "12A", "creation_time": "2020-01-02T03:04:05Z"}
    source = make_clip(
        tmp_path / "in.mov", tags=tags, muxer={"movflags": "use_metadata_tags"}, video_tags={"language": "eng"}
    )
    export(source, tmp_path / f"out{ending}")
    with av.open(str(tmp_path / f"out{ending}")) as container:
        found = {key.lower(): value for key, value in container.metadata.items()}
        assert container.streams.video[0].metadata.get("language") == "eng"
    assert found["title"] == "Walk" and found["artist"] == "A. Person" and found["com.studio.scene"] == "12A"
    assert found["creation_time"].startswith("2020-01-02T03:04:05")


def test_attachments_stay_in_matroska_and_are_named_elsewhere(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mkv", attachments=[("font.ttf", "font/ttf", b"not really a font")])
    export(source, tmp_path / "out.mkv")
    with av.open(str(tmp_path / "out.mkv")) as container:
        kept = next(stream for stream in container.streams if stream.type == "attachment")
        assert (kept.name, kept.mimetype, kept.data) == ("font.ttf", "font/ttf", b"not really a font")
    report, _ = export(source, tmp_path / "out.mp4")
    assert any("font.ttf" in sentence and "dropped" in sentence for sentence in report.sentences)


def test_dispositions_are_kept(tmp_path: Path) -> None:
    source = tmp_path / "in.mkv"
    make_clip(tmp_path / "plain.mkv", sounds=[ENGLISH, GERMAN])
    with av.open(str(tmp_path / "plain.mkv")) as read, av.open(str(source), "w") as out:
        outs = {s.index: out.add_stream_from_template(s, opaque=True) for s in read.streams}
        outs[2].disposition = av.stream.Disposition.comment
        for packet in read.demux():
            if packet.dts is not None or packet.pts is not None:
                packet.stream = outs[packet.stream.index]
                out.mux(packet)
    export(source, tmp_path / "out.mkv")
    with av.open(str(tmp_path / "out.mkv")) as container:
        assert container.streams[2].disposition & av.stream.Disposition.comment


def test_the_plan_is_known_before_anything_is_written(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mkv", sounds=[Sound("pcm_s16le")], texts=[Text("subrip", LINES)])
    with open_clip(source) as reader, ClipWriter(tmp_path / "out.webm", reader.info, ExportSettings("vp9")) as writer:
        assert any("encoded as Opus" in sentence for sentence in writer.plan.sentences)
        assert any("rewritten as WebVTT" in sentence for sentence in writer.plan.sentences)


def test_damaged_sound_does_not_stop_the_export_and_is_told(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mkv", sounds=[Sound("flac")], pts=range(0, 25 * 512, 512))
    data = bytearray(source.read_bytes())
    with av.open(str(source)) as container:
        packets = [p for p in container.demux(container.streams.audio[0]) if p.size]
        place = bytes(data).index(bytes(packets[5])[:64])
    data[place : place + 40] = b"\xff" * 40
    source.write_bytes(bytes(data))
    report, _ = export(source, tmp_path / "out.ts")  # sound has to be decoded here
    assert report.frames == 25
    assert any("Audio 1" in sentence and "left out" in sentence for sentence in report.sentences)


def test_a_cut_off_file_is_carried_as_far_as_it_goes(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.ts", sounds=[Sound("aac")], pts=range(0, 25 * 512, 512))
    source.write_bytes(source.read_bytes()[:-3000])
    report, handed = export(source, tmp_path / "out.mp4")
    assert report.frames == len(handed) > 5


def test_sound_longer_than_the_pictures_is_kept_whole(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mp4", sounds=[Sound("aac", seconds=2.5)])
    export(source, tmp_path / "out.mp4")
    assert packet_times(tmp_path / "out.mp4", 1) == packet_times(source, 1)


def test_sound_and_pictures_lie_next_to_each_other_in_the_file(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mp4", sounds=[Sound("aac", seconds=4)], pts=range(0, 100 * 512, 512))
    export(source, tmp_path / "out.mkv")
    with av.open(str(tmp_path / "out.mkv")) as container:
        kinds = [packet.stream.type for packet in container.demux() if packet.size]
    runs = max(len(run) for run in "".join(kind[0] for kind in kinds).replace("v", " ").split())
    assert runs < 20


def with_more(source: Path, target: Path, kind: str) -> Path:
    """A copy of a clip with one more stream: a cover, a second video, or KLV data."""
    with av.open(str(source)) as read, av.open(str(target), "w") as out:
        outs = {s.index: out.add_stream_from_template(s, opaque=True) for s in read.streams}
        more: list[av.Packet] = []
        if kind == "data":
            extra = out.add_data_stream("klv")
            for n in range(10):
                packet = av.Packet(bytes([n]) * 20)
                packet.stream, packet.time_base = extra, Fraction(1, 90000)
                packet.pts = packet.dts = n * 3600
                more.append(packet)
        else:
            extra = out.add_stream("png" if kind == "cover" else "mjpeg", width=32, height=32, rate=25)
            extra.codec_context.pix_fmt = "rgb24" if kind == "cover" else "yuvj420p"
            extra.codec_context.time_base = Fraction(1, 25)
            if kind == "cover":
                extra.disposition = av.stream.Disposition.attached_pic
            for n in range(1 if kind == "cover" else 10):
                frame = av.VideoFrame(32, 32, extra.codec_context.pix_fmt)
                for plane in frame.planes:
                    plane.update(bytes([n * 20]) * plane.buffer_size)
                frame.pts, frame.time_base = n, Fraction(1, 25)
                more += extra.encode(frame)
            more += extra.encode(None)
        for number, packet in enumerate(read.demux()):
            if packet.dts is not None:
                packet.stream = outs[packet.stream.index]
                out.mux(packet)
            if number < len(more):
                out.mux(more[number])
    return target


@pytest.mark.parametrize(("ending", "kept"), [(".mp4", True), (".mkv", True), (".mov", False)])
def test_a_cover_is_kept_or_named(tmp_path: Path, ending: str, kept: bool) -> None:
    source = with_more(make_clip(tmp_path / "plain.mp4", sounds=[ENGLISH]), tmp_path / "in.mp4", "cover")
    for part in ({}, {"start": 2, "stop": 8}):
        report, _ = export(source, tmp_path / f"out{ending}", overwrite=True, **part)
        with av.open(str(tmp_path / f"out{ending}")) as container:
            covers = [s for s in container.streams if s.disposition & av.stream.Disposition.attached_pic]
        assert len(covers) == kept
        assert any("cover picture" in sentence and ("dropped" in sentence) is not kept for sentence in report.sentences)


def test_a_second_video_is_copied_whole_but_not_cut(tmp_path: Path) -> None:
    source = with_more(make_clip(tmp_path / "plain.mov"), tmp_path / "in.mov", "video")
    export(source, tmp_path / "out.mov")
    assert packet_times(tmp_path / "out.mov", 1) == packet_times(source, 1)
    report, _ = export(source, tmp_path / "part.mov", start=2, stop=8)
    assert any("cannot be cut without decoding" in sentence for sentence in report.sentences)


def test_data_is_copied_where_the_container_holds_it_and_named_elsewhere(tmp_path: Path) -> None:
    source = with_more(make_clip(tmp_path / "plain.ts"), tmp_path / "in.ts", "data")
    export(source, tmp_path / "out.ts")
    with av.open(str(tmp_path / "out.ts")) as container:
        assert [bytes(p) for p in container.demux(container.streams.data[0]) if p.size] == [
            bytes([n]) * 20 for n in range(10)
        ]
    report, _ = export(source, tmp_path / "out.mp4")
    assert any("klv" in sentence and "dropped" in sentence for sentence in report.sentences)


def test_subtitles_that_coincide_are_both_kept(tmp_path: Path) -> None:
    lines = [(100, 300, "Above"), (100, 300, "Below"), (400, 500, "Later")]
    source = make_clip(tmp_path / "in.mkv", texts=[Text("subrip", lines)], pts=range(0, 25 * 512, 512))
    export(source, tmp_path / "out.mkv")
    assert len(packet_times(tmp_path / "out.mkv", 1)) == 3


def test_sound_whose_time_runs_backwards_is_told_and_does_not_stop_the_export(tmp_path: Path) -> None:
    make_clip(tmp_path / "plain.mkv", sounds=[Sound("pcm_s16le")])
    with av.open(str(tmp_path / "plain.mkv")) as read, av.open(str(tmp_path / "in.ts"), "w", format="matroska") as out:
        outs = {s.index: out.add_stream_from_template(s, opaque=True) for s in read.streams}
        for number, packet in enumerate(read.demux()):
            if packet.dts is not None or packet.pts is not None:
                if packet.stream.type == "audio" and number % 9 == 8 and packet.pts > 200:
                    packet.dts = packet.pts = packet.pts - 21  # Matroska's muxer lets equal times pass
                packet.stream = outs[packet.stream.index]
                out.mux(packet)
    report, _ = export(tmp_path / "in.ts", tmp_path / "out.mp4")
    assert report.frames == 10
    assert any("runs backwards, left out" in sentence for sentence in report.sentences)


def test_every_container_is_asked_for_a_plan(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mkv", sounds=[Sound("flac")], texts=[Text("ass", LINES)])
    with open_clip(source) as reader:
        for container in CONTAINERS:
            plan = plan_carry(reader.info, container, trimmed=False)
            assert [stream.kind for stream in plan.streams] == ["audio", "subtitle"]
            assert all(stream.action != "drop" for stream in plan.streams if stream.kind == "audio")
