"""What is no clip is refused with one sentence that says why."""

from __future__ import annotations

import os
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import pytest
from clips import RECIPES, cut_short, write_clip, write_images

from app.core.errors import UserError
from app.media.probe import probe
from app.media.reader import open_clip


def _sound_only(folder: Path) -> Path:
    path = folder / "sound.m4a"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=48000)
        for index in range(8):
            frame = av.AudioFrame(format="fltp", layout="mono", samples=1024)
            frame.sample_rate, frame.pts, frame.time_base = 48000, index * 1024, Fraction(1, 48000)
            for plane in frame.planes:
                plane.update(bytes(plane.buffer_size))
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _file(name: str, content: bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content)
        return path

    return make


def _without_index(folder: Path) -> Path:
    return cut_short(write_clip(RECIPES["h264_open_gop.mp4"], folder), 0.5, folder / "cut.mp4")


def _headers_only(folder: Path) -> Path:
    whole = write_clip(RECIPES["h264_open_gop.mkv"], folder).read_bytes()
    return _file("short.mkv", whole[:1200])(folder)


def _folder(folder: Path) -> Path:
    (folder / "notes.txt").write_text("nothing")
    return folder


def _gap(folder: Path) -> Path:
    write_images(folder, [f"shot.{number}.png" for number in (1001, 1002, 1004)], "png", "rgb24")
    return folder / "shot.1001.png"


def _two_sequences(folder: Path) -> Path:
    write_images(folder, ["a.1.png", "a.2.png", "b.1.png"], "png", "rgb24")
    return folder


def _broken_image(folder: Path) -> Path:
    write_images(folder, ["a.1.png"], "png", "rgb24")
    (folder / "a.1.png").write_bytes((folder / "a.1.png").read_bytes()[:60])
    return folder


BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "missing": (lambda folder: folder / "none.mp4", "does not exist"),
    "empty": (_file("empty.mp4", b""), "is empty"),
    "text": (_file("text.mp4", b"This is no video.\n" * 50), "is a text file, not a video; choose"),
    "text named txt": (_file("text.txt", b"This is no video.\n" * 50), "is a text file, not a video; choose"),
    "subtitles": (_file("talk.mp4", b"1\n00:00:01,000 --> 00:00:02,000\nHello\n\n"), "no video stream|a text file"),
    "noise": (_file("noise.mp4", bytes(range(256)) * 64), "not a video"),
    "zeros": (_file("zeros.mov", bytes(100_000)), "not a video"),
    "zip": (_file("archive.mp4", b"PK\x03\x04" + bytes(500)), "not a video"),
    "index cut off": (_without_index, "index"),
    "headers only": (_headers_only, "no picture|damaged|not a video"),
    "sound only": (_sound_only, "only sound"),
    "folder without images": (_folder, "holds no PNG"),
    "image missing": (_gap, r"shot\.1003\.png is missing"),
    "two sequences": (_two_sequences, "2 image sequences"),
    "broken image": (_broken_image, "damaged"),
    "text named png": (_file("text.png", b"This is no image." * 10), "not a PNG"),
    "pattern without images": (lambda folder: folder / "shot_%04d.png", "No image in"),
    "pattern in no folder": (lambda folder: folder / "none" / "shot_%04d.png", "does not exist"),
    "image missing from disk": (lambda folder: folder / "shot.png", "does not exist"),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_input_is_one_sentence(kind: str, tmp_path: Path) -> None:
    make, words = BAD[kind]
    path = make(tmp_path)
    for look in (probe, open_clip):
        with pytest.raises(UserError, match=words) as caught:
            look(path)
        message = str(caught.value)
        assert any(name in message for name in (path.name, path.parent.name))
        assert "\n" not in message and message.endswith(".") and "Traceback" not in message


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    path = write_clip(RECIPES["one_frame.mp4"], tmp_path)
    path.chmod(0)
    with pytest.raises(UserError, match="permission denied"):
        open_clip(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
@pytest.mark.parametrize("name", ["pipe.mp4", "pipe.png"])
def test_a_pipe_is_no_clip(name: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / name)
    with pytest.raises(UserError, match="not a regular file"):
        open_clip(tmp_path / name)


def test_a_name_that_looks_like_a_protocol_or_a_pattern_is_still_a_file(tmp_path: Path) -> None:
    clip = write_clip(RECIPES["one_frame.mp4"], tmp_path)
    for name in ("http:clip.mp4", "100% sure %d.mp4", "clip ünïcode.mp4"):
        (tmp_path / name).write_bytes(clip.read_bytes())
        with open_clip(tmp_path / name) as reader:
            assert len(reader) == 1


def test_a_file_that_another_one_replaced_is_not_read_on(tmp_path: Path) -> None:
    path = write_clip(RECIPES["h264_open_gop.mp4"], tmp_path)
    with open_clip(path) as reader:
        wanted = reader.frame(1).planes[0].copy()
        other = tmp_path / "other.mp4"
        other.write_bytes(path.read_bytes()[:-1] + b"x")
        other.replace(path)
        with pytest.raises(UserError, match="was replaced or changed while it was open; open it again"):
            list(reader.frames(0, 2))
        assert (reader.frame(1).planes[0] == wanted).all(), "of the file that is open"


def test_a_file_that_was_only_touched_is_read_on(tmp_path: Path) -> None:
    path = write_clip(RECIPES["h264_open_gop.mp4"], tmp_path)
    with open_clip(path) as reader:
        os.utime(path, (1, 1))
        assert len(list(reader.frames())) == len(reader)
