"""Where a track is doubtful, and how that is said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.engine.track_doubts import doubtful_frames, doubts_of, frame_runs, jump
from app.engine.tracking import TrackedFrame

SIZE = (120, 90)


def blob(left: int, top: int, width: int, height: int) -> MaskBlob:
    return MaskBlob.from_array(box_mask(Rect(left, top, width, height), *SIZE))


def walk(*presences: float) -> list[TrackedFrame]:
    return [TrackedFrame(5 + i, blob(10 + 4 * i, 20, 20, 40), each) for i, each in enumerate(presences)]


def test_a_steady_track_is_not_doubted() -> None:
    assert doubts_of(walk(1, 0.97, 0.96, 1), anchors=[6]) == {}


def test_low_presence_is_doubted_but_not_where_nothing_was_found() -> None:
    doubts = doubts_of(walk(1, 0.6, 0.3, 1))
    assert list(doubts) == [6] and "60%" in doubts[6]


def test_a_mask_of_other_colours_than_the_objects_is_doubted() -> None:
    here = [replace(each, likeness=likeness) for each, likeness in zip(walk(1, 1, 0), (0.86, 0.7, 0.1), strict=True)]
    doubts = doubts_of(here)
    assert list(doubts) == [6] and "70%" in doubts[6]


def test_a_mask_that_jumps_is_doubted_unless_a_shot_starts_there() -> None:
    here = walk(1, 1, 1, 1)
    here[2] = TrackedFrame(7, blob(10, 10, 60, 60), 1)
    doubts = doubts_of(here)
    assert list(doubts) == [7, 8] and "%" in doubts[7]
    here[2] = TrackedFrame(7, blob(10, 10, 60, 60), 1, cut=True)
    assert list(doubts_of(here)) == [8]


@pytest.mark.parametrize(("width", "doubted"), [(9, True), (11, False), (39, False), (41, True)])
def test_a_mask_that_outgrows_what_the_user_showed_is_doubted(width: int, doubted: bool) -> None:
    here = [TrackedFrame(i, blob(30, 20, 20 + (width - 20) * i // 30, 40), 1) for i in range(31)]
    assert (30 in doubts_of(here, anchors=[0])) == doubted
    assert doubts_of(here) == {}


def test_what_the_user_painted_is_taken_at_his_word() -> None:
    here = walk(1, 1, 0.6, 1)
    here[1] = TrackedFrame(6, blob(10, 10, 60, 60), 1)
    doubts = doubts_of(here, anchors=[6], spare={6, 7})
    assert list(doubts) == [5, 8] and doubts[8] == "the mask is 0.2 times as large as where the object was shown"
    assert doubts_of(here, spare={6, 7}) == {}


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
