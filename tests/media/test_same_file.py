from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from clips import RECIPES, write_clip

from app.media.images import write_image
from app.media.reader import open_clip
from app.media.same_file import ClipChanged


def write_images(folder: Path, count: int = 3, value: int = 40) -> Path:
    folder.mkdir()
    for index in range(count):
        write_image(folder / f"shot_{index:04d}.png", np.full((16, 24, 3), value + index, np.uint8))
    return folder


def content(path: Path) -> str:
    with open_clip(path) as reader:
        return reader.same.content


def test_a_copy_of_a_clip_has_its_content_and_another_clip_has_not(tmp_path: Path) -> None:
    clip = write_clip(RECIPES["h264_open_gop.mp4"], tmp_path)
    copy = tmp_path / "elsewhere.mp4"
    shutil.copyfile(clip, copy)
    os.utime(copy, (1, 1))
    other = write_clip(RECIPES["one_frame.mp4"], tmp_path)
    assert content(clip) == content(copy) != content(other)


def test_a_copied_sequence_has_its_content_whatever_else_lies_in_the_folder(tmp_path: Path) -> None:
    shot = write_images(tmp_path / "shot")
    before = content(shot / "shot_%04d.png")
    shutil.copytree(shot, tmp_path / "copy")
    for image in (tmp_path / "copy").iterdir():
        os.utime(image, (1, 1))
    (shot / "shot.cleanplate").write_bytes(b"a project beside the images")
    assert content(shot / "shot_%04d.png") == before == content(tmp_path / "copy")


def test_a_sequence_is_named_by_all_its_images(tmp_path: Path) -> None:
    shot = write_images(tmp_path / "shot")
    first = shot / "shot_0000.png"
    before = content(first)
    write_image(shot / "shot_0002.png", np.full((16, 24, 3), 200, np.uint8))
    assert content(first) != before


def test_a_list_of_clips_is_named_by_the_clips(tmp_path: Path) -> None:
    clip = write_clip(RECIPES["h264_open_gop.mp4"], tmp_path)
    (tmp_path / "all.ffconcat").write_text(f"ffconcat version 1.0\nfile {clip.name}\n")
    before = content(tmp_path / "all.ffconcat")
    data = bytearray(clip.read_bytes())
    clip.write_bytes(data + bytes(8))
    assert content(tmp_path / "all.ffconcat") != before


def test_an_image_that_was_written_anew_is_not_read_as_the_old_one(tmp_path: Path) -> None:
    shot = write_images(tmp_path / "shot")
    with open_clip(shot) as reader:
        write_image(shot / "shot_0001.png", np.full((16, 24, 3), 200, np.uint8))
        os.utime(shot / "shot_0002.png", (1, 1))
        assert len(list(reader.frames(2, 3))) == 1, "only touched"
        with pytest.raises(ClipChanged, match=r"shot_0001\.png was replaced or changed while it was open"):
            reader.frame(1)


def test_a_file_that_is_gone_is_told_from_one_that_changed(tmp_path: Path) -> None:
    clip = write_clip(RECIPES["one_frame.mp4"], tmp_path)
    with open_clip(clip) as reader:
        kept = clip.rename(tmp_path / "kept.mp4")
        with pytest.raises(ClipChanged, match="was moved or deleted while it was open"):
            reader.same.check()
        kept.rename(clip)
        reader.same.check()


def test_frames_of_a_file_that_was_written_anew_under_an_open_decoder_are_refused(tmp_path: Path) -> None:
    clip = write_clip(RECIPES["h264_open_gop.mp4"], tmp_path)
    data = clip.read_bytes()
    with open_clip(clip) as reader:
        walk = reader.frames()
        next(walk)
        with clip.open("r+b") as file:
            file.seek(len(data) // 2)
            file.write(bytes(64))
        with pytest.raises(ClipChanged):
            list(walk)


def test_a_file_that_another_one_replaced_is_read_to_its_end_by_who_has_it_open(tmp_path: Path) -> None:
    clip = write_clip(RECIPES["h264_open_gop.mp4"], tmp_path)
    other = tmp_path / "other.mp4"
    other.write_bytes(clip.read_bytes() + bytes(8))
    with open_clip(clip) as reader:
        walk = reader.frames()
        next(walk)
        other.replace(clip)
        assert len(list(walk)) == len(reader) - 1
