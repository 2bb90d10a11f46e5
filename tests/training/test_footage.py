"""Folders of clips and masks."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from small_footage import FRAMES, SIZE, textured, write_clip, write_footage

from models.training.data.footage import (
    FootageClip,
    FootageError,
    count_frames,
    covered,
    list_footage,
    longest_shot,
    read_clip,
    read_masks,
)


def test_a_plain_folder_gives_its_clips_with_their_masks(tmp_path: Path) -> None:
    clips = list_footage(write_footage(tmp_path))
    assert list(clips) == ["drifting", "plain", "still"]
    assert len(clips["still"].masks) == FRAMES and clips["plain"].masks == ()


def test_a_manifest_decides_where_there_is_one(tmp_path: Path) -> None:
    write_footage(tmp_path)
    entry = {"name": "mine", "kind": "video", "file": "clips/still.avi", "masks": "masks/still/%05d.png"}
    (tmp_path / "manifest.json").write_text(json.dumps([entry, {"name": "pictures", "kind": "stills"}]))
    clips = list_footage(tmp_path)
    assert list(clips) == ["mine"] and len(clips["mine"].masks) == FRAMES


def test_masks_are_scaled_and_true_on_the_object(tmp_path: Path) -> None:
    clip = list_footage(write_footage(tmp_path))["still"]
    masks = read_masks(clip, (SIZE[0] // 2, SIZE[1] // 2))
    assert masks.shape == (FRAMES, SIZE[1] // 2, SIZE[0] // 2)
    assert masks[0, 24, 25] and not masks[0, 2, 2]


def test_part_of_a_clip_is_the_same_pictures(tmp_path: Path) -> None:
    clip = list_footage(write_footage(tmp_path))["drifting"]
    assert count_frames(clip) == FRAMES
    assert np.array_equal(read_clip(clip, start=5, count=3), read_clip(clip)[5:8])


def test_covering_another_shape_cuts_and_does_not_stretch() -> None:
    frames = np.zeros((1, 40, 40, 3), np.uint8)
    frames[:, 18:22, 18:22] = 255
    wide = covered(frames, (80, 40))
    assert wide.shape == (1, 40, 80, 3)
    white = wide[0, ..., 0] > 127
    assert abs(int(white.any(axis=0).sum()) - int(white.any(axis=1).sum())) <= 1


def test_the_longest_shot_stops_at_a_cut(tmp_path: Path) -> None:
    write_clip(tmp_path / "cut.avi", speed=1.0, seed=4, cut_at=12)
    frames = read_clip(FootageClip("cut", tmp_path / "cut.avi"))
    assert np.array_equal(longest_shot(frames), frames[12:])


def test_a_clip_without_cuts_stays_whole() -> None:
    frames = np.stack([textured(1, 2.0 * index) for index in range(20)])
    assert len(longest_shot(frames)) == 20


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "is not a folder"), ("", "holds no video clip"), ("{", "not a readable list"), ("[{}]", "holds no video")],
)
def test_a_useless_folder_is_named(tmp_path: Path, content: str | None, words: str) -> None:
    folder = tmp_path / "data"
    if content is not None:
        folder.mkdir()
        if content:
            (folder / "manifest.json").write_text(content)
    with pytest.raises(FootageError, match=words):
        list_footage(folder)


def test_what_is_no_file_is_no_clip(tmp_path: Path) -> None:
    (tmp_path / "folder.mp4").mkdir()
    with pytest.raises(FootageError, match="holds no video clip"):
        list_footage(tmp_path)


def test_a_clip_that_does_not_decode_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.avi"
    broken.write_bytes(b"nothing")
    with pytest.raises(FootageError, match=r"broken\.avi has no decodable frame"):
        read_clip(FootageClip("broken", broken))
