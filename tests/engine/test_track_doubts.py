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


def cut_at(answers: list[TrackedFrame], *frames: int) -> list[TrackedFrame]:
    return [replace(each, cut=each.index in frames) for each in answers]


def test_a_steady_track_is_not_doubted() -> None:
    assert doubts_of(walk(1, 0.97, 0.9, 1), anchors=[6]) == {}


def test_an_object_that_grows_slowly_is_not_doubted() -> None:
    here = [TrackedFrame(i, blob(30, 10, 20 + 2 * i, 20 + 2 * i), 1) for i in range(30)]
    assert doubts_of(here, anchors=[0]) == {}


def test_what_is_nearly_lost_is_doubted_and_what_is_lost_is_not() -> None:
    assert doubts_of(walk(1, 0.6, 0.3, 0.79, 1), anchors=[5]) == {
        6: "the tracker is 60% sure",
        8: "the tracker is 79% sure",
    }


def test_a_mask_that_jumps_is_doubted_unless_a_shot_starts_there() -> None:
    here = walk(1, 1, 1, 1)
    here[2] = TrackedFrame(7, blob(10, 10, 70, 70), 1)
    doubts = doubts_of(here, anchors=[5, 8])
    assert list(doubts) == [7, 8] and "unlike the frame before" in doubts[7]
    assert list(doubts_of(cut_at(here, 7), anchors=[5, 8])) == [8]


def test_masks_from_two_anchors_that_do_not_meet_are_doubted_where_they_should() -> None:
    here = walk(*[1] * 8)
    here[4:] = [TrackedFrame(each.index, blob(10, 10, 70, 70), 1) for each in here[4:]]
    assert list(doubts_of(here, anchors=[5, 12])) == [9]


def test_the_first_mask_in_a_shot_without_an_anchor_is_doubted() -> None:
    here = cut_at(walk(*[1] * 9), 8, 11)
    here[3] = TrackedFrame(8, MaskBlob.empty(*SIZE), 0.1, cut=True)
    here[4] = TrackedFrame(9, blob(26, 20, 20, 40), 1)
    assert doubts_of(here, anchors=[6, 12]) == {9: "found behind a cut by its look alone"}
    assert list(doubts_of(here, anchors=[9])) == [5, 11]


def test_an_anchor_outside_the_range_may_be_in_its_first_or_last_shot() -> None:
    here = cut_at(walk(*[1] * 9), 8, 11)
    assert list(doubts_of(here, anchors=[2])) == [8, 11]
    assert list(doubts_of(here, anchors=[20])) == [5, 8]
    assert list(doubts_of(cut_at(here, 5, 8, 11), anchors=[2])) == [5, 8, 11]


def test_what_the_user_made_is_taken_at_his_word() -> None:
    here = walk(1, 0.6, 0.6, 0.6, 1)
    here[2] = TrackedFrame(7, blob(10, 10, 70, 70), 0.6)
    assert list(doubts_of(here, anchors=[6, 7], spare={6, 7})) == [8]


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
