"""Where a track is doubtful, and how that is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.engine.track_doubts import doubtful_frames, doubts_of, frame_runs, in_stretches, judged, jump
from app.engine.tracking import TrackedFrame

SIZE = (120, 90)


def blob(left: int, top: int, width: int, height: int) -> MaskBlob:
    return MaskBlob.from_array(box_mask(Rect(left, top, width, height), *SIZE))


def walk(*presences: float) -> list[TrackedFrame]:
    return [TrackedFrame(5 + i, blob(10 + 4 * i, 20, 20, 40), each) for i, each in enumerate(presences)]


def like(answers: list[TrackedFrame], likeness: float) -> list[TrackedFrame]:
    return [replace(each, likeness=likeness) for each in answers]


def test_a_steady_track_is_not_doubted() -> None:
    assert doubts_of(walk(1, 0.97, 0.96, 1), anchors=[6]) == {}


def test_masks_of_other_colours_are_doubted_but_not_where_nothing_was_found() -> None:
    here = like(walk(1, 1, 1, 0.3, 1, 1), 0.6)
    doubts = doubts_of(here)
    assert list(doubts) == [5, 6, 7, 9, 10] and doubts[5] == "the mask's colours are 60% like the object's"


def test_low_presence_is_doubted() -> None:
    assert doubts_of(walk(1, *[0.6] * 5, 1)) == dict.fromkeys(range(6, 11), "the tracker is 60% sure")


def test_one_doubtful_frame_does_not_flicker_and_a_short_gap_is_closed() -> None:
    assert doubts_of(walk(*[1] * 6, 0.6, *[1] * 6)) == {}
    assert list(doubts_of(walk(*[0.6] * 5, *[1] * 6, *[0.6] * 5))) == list(range(5, 21))


def test_a_mask_that_jumps_is_doubted_unless_a_shot_starts_there() -> None:
    here = walk(1, 1, 1, 1)
    here[2] = TrackedFrame(7, blob(10, 10, 70, 70), 1)
    doubts = doubts_of(here)
    assert list(doubts) == [7, 8] and "unlike the frame before" in doubts[7]
    here[2] = replace(here[2], cut=True)
    assert list(doubts_of(here)) == [8]


@pytest.mark.parametrize(("width", "doubted"), [(3, True), (15, False), (36, False), (60, True)])
def test_a_mask_that_outgrows_what_the_user_showed_is_doubted(width: int, doubted: bool) -> None:
    here = like([TrackedFrame(i, blob(30, 20, 20 + (width - 20) * i // 30, 40), 1) for i in range(31)], 0.9)
    doubts = doubts_of(here, anchors=[0])
    assert (30 in doubts) == doubted and 0 not in doubts
    assert not doubted or "times as large as where the object was shown" in doubts[30]
    assert doubts_of(here) == {}


def test_what_the_user_made_is_taken_at_his_word() -> None:
    here = like(walk(1, 1, 1, 1, 1, 1, 1), 0.6)
    assert list(doubts_of(here, anchors=[6], spare={6, 7})) == [5, 8, 9, 10, 11]


def test_walks_end_at_anchors_halfway_between_them_and_at_cuts() -> None:
    here = walk(*[1] * 20)  # frames 5 to 24
    here[17] = replace(here[17], cut=True)
    numbers = [each.walk for each in judged(here, anchors=[8, 16])]
    assert numbers == [0] * 3 + [1] * 5 + [2] * 3 + [3] * 6 + [4] * 3


@pytest.mark.parametrize(
    ("other", "share"),
    [((70, 40, 20, 40), 0.0), ((10, 20, 40, 40), 0.5), ((10, 20, 0, 0), 0.0)],
    ids=["moved", "twice as wide", "gone"],
)
def test_a_jump_is_a_change_of_shape_and_no_movement(other: tuple[int, int, int, int], share: float) -> None:
    there = MaskBlob.empty(*SIZE) if not other[2] else blob(*other)
    assert jump(blob(10, 20, 20, 40), there) == pytest.approx(share, abs=0.05)


def test_frames_are_told_in_runs() -> None:
    assert frame_runs([3, 4, 5, 6, 7, 12]) == "3-7, 12"
    assert doubtful_frames([]) == []
    assert doubtful_frames([4]) == ["The tracker is unsure in frame 4: look at the masks there."]
    assert "3 frames: 4-5, 9:" in doubtful_frames([4, 5, 9])[0]


def marks(text: str) -> np.ndarray:
    return np.array([each == "x" for each in text])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("xxxxx........xxxxx", "xxxxxxxxxxxxxxxxxx"),
        ("xxxxx.........xxxxx", "xxxxx.........xxxxx"),
        ("..........xxx..........", "......................."),
        ("..........xxxx.........", "..........xxxx........."),
        ("...xxxxx..", "...xxxxx.."),
        ("xx........", ".........."),
        ("xx", "xx"),
        ("", ""),
    ],
    ids=[
        "a short gap",
        "a long gap",
        "a speck",
        "a stretch",
        "gaps at the ends stay",
        "a speck at an end",
        "all of a short walk",
        "nothing",
    ],
)
def test_marks_come_in_stretches(before: str, after: str) -> None:
    assert np.array_equal(in_stretches(marks(before)), marks(after))
