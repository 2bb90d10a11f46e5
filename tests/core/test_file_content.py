from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from app.core.file_content import file_content, file_state


def test_a_copy_and_a_touched_file_have_the_name_of_their_bytes(tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(os.urandom(300_000))
    before = file_content(clip)
    os.utime(clip, (1, 1))
    copy = tmp_path / "elsewhere.mp4"
    shutil.copyfile(clip, copy)
    assert len(before) == 64
    assert file_content(clip) == before == file_content(copy)


@pytest.mark.parametrize("place", [0, 100_000, 137_000, 299_999])
def test_one_other_byte_anywhere_is_another_content_even_at_the_same_time_of_writing(
    tmp_path: Path, place: int
) -> None:
    clip = tmp_path / "clip.mp4"
    data = bytearray(os.urandom(300_000))
    clip.write_bytes(data)
    os.utime(clip, (1, 1))
    before = file_content(clip)
    data[place] ^= 1
    clip.write_bytes(data)
    os.utime(clip, (1, 1))
    assert file_content(clip) != before


def test_a_large_file_is_named_by_pieces_from_end_to_end_and_by_when_it_was_written(tmp_path: Path) -> None:
    clip = tmp_path / "clip.mov"
    clip.write_bytes(bytes(300_000))
    names = []
    for place, written in ((0, 1), (0, 2), (299_999, 2), (150_000, 3)):
        with clip.open("r+b") as file:
            file.seek(place)
            file.write(bytes([written]))
        os.utime(clip, (written, written))
        names.append(file_content(clip, most_bytes=1 << 17))
    assert len(set(names)) == 4
    copy = tmp_path / "copy.mov"
    shutil.copy2(clip, copy)
    assert file_content(copy, most_bytes=1 << 17) == names[-1]


def test_longer_by_a_zero_is_another_content(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(bytes(10))
    (tmp_path / "two").write_bytes(bytes(11))
    assert file_content(tmp_path / "one") != file_content(tmp_path / "two")


def test_what_is_not_there_has_no_content_and_no_state(tmp_path: Path) -> None:
    assert file_content(tmp_path / "gone") == ""
    assert file_state(tmp_path / "gone") is None
