"""A second track beside the first: where they disagree, and what is never marked."""

from __future__ import annotations

import pytest

from app.core.document import ClipIdentity, Document, Doubt
from app.core.edits import AddObject, SetTrack
from app.core.errors import UserError
from app.core.frame_map import FrameMap
from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.engine import track_check
from app.engine.mask_jobs import MasksFound
from app.engine.object_masks import MaskFacts
from app.engine.track_check import AGREEING, checked, disagreements, overlap_of, why_unchecked
from app.engine.track_settings import TrackSettings
from app.engine.tracking import TrackedFrame

SIZE = (120, 90)


def blob(left: int, width: int = 20) -> MaskBlob:
    return MaskBlob.from_array(box_mask(Rect(left, 20, width, 40), *SIZE))


def again(*masks: MaskBlob, presence: float = 1.0) -> list[TrackedFrame]:
    return [TrackedFrame(index, mask, presence) for index, mask in enumerate(masks)]


def test_the_overlap_of_two_masks_is_that_of_their_pixels() -> None:
    assert overlap_of(blob(10), blob(10)) == 1
    assert overlap_of(blob(10), blob(20)) == pytest.approx(1 / 3)
    assert overlap_of(blob(10), blob(60)) == 0 == overlap_of(blob(60), blob(10))
    below = MaskBlob.from_array(box_mask(Rect(12, 70, 5, 5), *SIZE))
    assert overlap_of(blob(10), below) == 0


def test_masks_that_differ_are_marked_and_those_that_agree_are_not() -> None:
    first = {0: blob(10), 1: blob(10), 2: blob(10)}
    assert overlap_of(blob(10), blob(13)) > AGREEING > overlap_of(blob(10), blob(15))
    assert disagreements(first, again(blob(10), blob(13), blob(15))) == {2: "a second look disagrees: 60% overlap"}


def test_what_the_second_look_lost_is_marked_and_what_the_first_one_lost_is_not() -> None:
    nothing = MaskBlob.empty(*SIZE)
    reasons = disagreements({0: blob(10), 1: nothing}, again(blob(10), blob(10), presence=0.2))
    assert reasons == {0: "a second look does not find it"}
    assert list(disagreements({0: blob(10)}, again(nothing))) == [0]


def test_a_mask_that_the_user_made_and_a_frame_without_a_mask_are_not_marked() -> None:
    assert list(disagreements({0: blob(10), 1: blob(10)}, again(blob(60), blob(60), blob(60)), spare=[0])) == [1]


def test_a_disagreement_is_noted_beside_what_was_doubtful_before() -> None:
    document = AddObject("walker").apply(Document(ClipIdentity("clip.mp4", 1000, *SIZE, 3))).document
    masks = {index: blob(10) for index in range(3)}
    edit = SetTrack.tracked(document, 1, masks, doubts={0: Doubt.LOST, 1: Doubt.UNSURE})
    found = MasksFound(edit, MaskFacts(lost=(0,), doubts={1: "the tracker is 60% sure"}))
    after = checked(found, {2: "two", 1: "one"})
    assert after.facts.doubts == {1: "the tracker is 60% sure; one", 2: "two"} and after.facts.lost == (0,)
    assert after.edit.doubts_after == FrameMap({0: Doubt.LOST, 1: Doubt.UNSURE, 2: Doubt.UNSURE})
    assert after.edit.after == edit.after and after.edit.changed == edit.changed


def test_a_check_is_refused_where_it_would_compare_a_track_with_itself_or_with_boxes() -> None:
    for name in ("network", "box"):
        with pytest.raises(UserError, match=rf"--tracker {name}.*leave one of them out"):
            why_unchecked(TrackSettings(name))


def test_without_the_network_there_is_a_sentence_instead_of_a_check(monkeypatch: pytest.MonkeyPatch) -> None:
    assert why_unchecked(TrackSettings()) == ""
    monkeypatch.setattr(track_check, "has_mask_network", lambda: False)
    assert "torch are not here" in why_unchecked(TrackSettings())
