"""Clicks become masks: embeddings kept by frame, answers that depend on clicks alone, weights that may be missing."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from standin_segmenter import Looked, StandInSegmenter, loads

from app.core.errors import Cancelled, UserError
from app.core.geometry import Rect
from app.core.masks import MaskBlob
from app.core.prompts import Click, Clicks
from app.engine import loader
from app.engine.loader import LoadedSegmenter, load_segmenter, load_track_segmenter, segmenter_states
from app.engine.segmenting import Segmenting
from app.engine.track_settings import TrackSettings
from app.jobs.context import CancelToken, JobContext
from models.registry import SEGMENTERS, LinkedWeights
from models.sam.protocol import Checkpoint, SegmenterError, go_on

WIDTH, HEIGHT = 96, 64


def squares() -> NDArray[np.uint8]:
    """Two bright squares on a dark ground."""
    picture = np.full((HEIGHT, WIDTH, 3), 20, np.uint8)
    picture[10:30, 10:30] = picture[30:50, 60:80] = 220
    return picture


def not_read() -> NDArray[np.uint8]:
    raise AssertionError("the picture was looked at already")


LEFT, RIGHT = Rect(10, 10, 20, 20), Rect(60, 30, 20, 20)
ON_LEFT, ON_RIGHT = Click(15.5, 15.5), Click(70.5, 40.5)


def test_a_picture_is_looked_at_once_and_answers_as_often_as_asked() -> None:
    segmenter = StandInSegmenter()
    segmenting = Segmenting(load=loads(segmenter))
    assert segmenting.loaded is None and not segmenting.is_ready(3)
    segmenting.look_at(3, squares(), go_on)
    assert segmenting.is_ready(3)
    answer = segmenting.answer(3, squares(), Clicks((ON_LEFT,)), go_on)
    assert (answer.mask.bbox, answer.segmenter, answer.count) == (LEFT, "stand-in", 1)
    assert segmenting.answer(3, not_read, Clicks((ON_RIGHT,)), go_on).mask.bbox == RIGHT
    assert segmenting.answer(4, squares, Clicks((ON_RIGHT,)), go_on).mask.bbox == RIGHT
    assert segmenter.looked == 2


def test_embeddings_stay_within_their_limit_the_oldest_go_first() -> None:
    segmenter = StandInSegmenter()
    segmenting = Segmenting(limit_bytes=3 << 20, load=loads(segmenter))
    for frame in (0, 1, 2, 0, 3):
        segmenting.look_at(frame, squares(), go_on)
    assert [segmenting.is_ready(frame) for frame in range(4)] == [True, False, True, True]
    assert segmenter.looked == 4


def test_every_click_goes_out_from_the_answer_before_it_even_if_that_was_not_kept() -> None:
    clicks = Clicks((ON_LEFT, ON_RIGHT, replace(ON_LEFT, include=False)))
    one, other = StandInSegmenter(), StandInSegmenter()
    step_by_step, at_once = Segmenting(load=loads(one)), Segmenting(load=loads(other))
    for count in (1, 2, 3):
        last = step_by_step.answer(0, squares(), replace(clicks, points=clicks.points[:count]), go_on)
    assert at_once.answer(0, squares(), clicks, go_on) == last
    assert last.mask.bbox == RIGHT
    assert [len(prompt.points) for prompt in other.prompts] == [1, 2, 3] == [len(each.points) for each in one.prompts]
    assert [prompt.low_res is None for prompt in other.prompts] == [True, False, False]


def test_the_candidate_that_was_taken_is_what_the_next_click_goes_out_from() -> None:
    segmenter = StandInSegmenter(candidates=3)
    segmenting = Segmenting(load=loads(segmenter))
    first = segmenting.answer(0, squares(), Clicks((ON_LEFT,)), go_on)
    assert (first.taken, first.count) == (0, 3)
    all_bright = Clicks((replace(ON_LEFT, taken=2), replace(ON_LEFT, x=12.5)))
    assert segmenting.answer(0, squares(), all_bright, go_on).mask.bbox == LEFT.hull(RIGHT)
    box = segmenting.answer(0, squares(), all_bright.taking(1), go_on)
    assert (box.taken, box.count) == (1, 3) and box.mask != segmenting.answer(0, squares(), all_bright, go_on).mask
    assert segmenting.answer(0, squares(), all_bright.taking(4), go_on) == box, "round and round"


def test_a_rough_mask_alone_is_said_with_the_box_round_it() -> None:
    segmenter = StandInSegmenter()
    rough = np.zeros((HEIGHT, WIDTH), np.bool_)
    rough[8:33, 8:33] = True
    segmenting = Segmenting(load=loads(segmenter))
    found = segmenting.answer(0, squares(), Clicks(rough=MaskBlob.from_array(rough)), go_on)
    assert found.mask.bbox == LEFT
    assert segmenter.prompts[0].box is not None and segmenter.prompts[0].low_res is not None


def test_a_stop_is_heard_while_a_picture_is_looked_at_and_nothing_is_kept() -> None:
    token = CancelToken()

    def stop(checkpoint: object) -> None:
        token.cancel()

    segmenting = Segmenting(load=loads(StandInSegmenter(while_looking=stop)))
    with pytest.raises(Cancelled):
        segmenting.look_at(0, squares(), JobContext(token).checkpoint)
    assert not segmenting.is_ready(0)


def test_without_weights_auto_is_grabcut_and_says_what_is_missing_and_how_to_get_it() -> None:
    loaded = load_segmenter()
    assert loaded.segmenter.name == "grabcut"
    assert "MobileSAM are not here" in loaded.missing and "cleanplate models fetch mobile-sam" in loaded.missing
    assert load_segmenter("grabcut").missing == ""
    with pytest.raises(UserError, match="SAM ViT-B are not here: fetch them in Mask > Clicks > Models for clicks"):
        load_segmenter("vit-b")
    with pytest.raises(UserError, match="no segmenter 'sam9': choose one of auto, grabcut, mobile-sam"):
        load_segmenter("sam9")


def test_what_hinders_a_segmenter_is_a_sentence_for_the_user_whoever_asks_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Failing(StandInSegmenter):
        def embed(self, view: NDArray[np.uint8], checkpoint: Checkpoint = go_on) -> Looked:
            raise SegmenterError("the memory was full; take another segmenter.")

    monkeypatch.setattr("app.engine.loader.trackers.load_segmenter", lambda _name: LoadedSegmenter(Failing()))
    asked = load_track_segmenter(TrackSettings(segmenter="mobile-sam"))
    assert asked is not None and asked.name == "stand-in" and asked.low_res_of(np.ones((8, 8), np.bool_)).any()
    with pytest.raises(UserError, match="the memory was full"):
        asked.embed(squares())


def test_grabcut_answers_through_the_same_door() -> None:
    segmenting = Segmenting("grabcut")
    found = segmenting.answer(0, squares(), Clicks((ON_LEFT,)), go_on)
    assert found.segmenter == "grabcut" and found.mask.to_array()[20, 20]


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> LinkedWeights:
    """A small file in the place of ViT-B's."""
    content = b"weights" * 10
    entry = replace(SEGMENTERS["vit-b"][0], size_bytes=len(content), sha256=sha256(content).hexdigest())
    monkeypatch.setitem(SEGMENTERS, "vit-b", (entry,))
    from models.registry import SEGMENTER_WEIGHTS

    monkeypatch.setitem(SEGMENTER_WEIGHTS, entry.name, entry)
    assert isinstance(entry, LinkedWeights)
    return entry


def test_states_tell_what_is_here_and_how_much_of_what_broke_off(known: LinkedWeights, tmp_path: Path) -> None:
    from models.downloads import partial_of
    from models.weights import weights_folder

    def state() -> loader.SegmenterState:
        return next(each for each in segmenter_states() if each.name == "vit-b")

    assert [each.name for each in segmenter_states()] == ["mobile-sam", "vit-b", "vit-l", "vit-h"]
    assert not state().here and state().kept_bytes == 0 and state().size_bytes == 70
    target = weights_folder() / known.file
    target.parent.mkdir(parents=True)
    partial_of(target).write_bytes(b"weights")
    assert state().kept_bytes == 7
    mine = tmp_path / "mine.pth"
    mine.write_bytes(b"weights" * 10)
    assert loader.adopt_weights("vit-b", mine, JobContext()) == target
    assert state().here
    mine.write_bytes(b"another")
    with pytest.raises(UserError, match=r"mine\.pth is not the official sam_vit_b"):
        loader.adopt_weights("vit-b", mine, JobContext())
