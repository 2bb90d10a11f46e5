"""A segmenter beside the tracker: when its mask is the better one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from numpy.typing import NDArray
from standin_segmenter import Looked, StandInSegmenter
from walking_squares import WalkingSquares

from app.core.errors import Cancelled, UserError
from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.core.prompts import BoxPrompt, MaskPrompt
from app.engine import track_ways
from app.engine.loader import load_track_segmenter, look_again_every, tracker_version
from app.engine.track_ahead import LooksAhead
from app.engine.track_segmenter import BELIEVED, TrackSegmenter
from app.engine.track_settings import LOOK_AGAIN, TrackSettings
from app.engine.track_sight import USUAL, Sight, holds, sight_of
from app.engine.track_together import track_together
from app.engine.tracking import PRESENT, track
from models.registry import SEGMENTERS, WeightsFile
from models.sam.protocol import Checkpoint, Segmentation, SegmentPrompt, go_on
from models.tracking.protocol import TrackedMask

SIZE, COUNT = (120, 90), 10
TRUE = Rect(30, 20, 40, 40)
VIEW = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)


def mask(rect: Rect) -> NDArray[np.bool_]:
    return box_mask(rect, *SIZE)


@dataclass
class _Segmenter:
    """Always answers with the same mask."""

    answer: NDArray[np.bool_]
    score: float = 0.97
    name: str = "fake"
    running_on: str = "here"
    asked: list[SegmentPrompt] = field(default_factory=list)
    embedded: int = 0

    def embed(self, view: NDArray[np.uint8], checkpoint: Callable[[], object]) -> object:
        self.embedded += 1
        return view

    def predict(self, embedding: object, prompt: SegmentPrompt) -> Segmentation:
        self.asked.append(prompt)
        return Segmentation(self.answer[None], np.array([self.score], np.float32), np.zeros((1, 4, 4), np.float32))

    def low_res_of(self, mask: NDArray[np.bool_]) -> NDArray[np.float32]:
        return np.zeros((4, 4), np.float32)


@dataclass
class _Waiting(_Segmenter):
    """Looks at a picture until it is stopped."""

    began: Event = field(default_factory=Event)
    stopped: Event = field(default_factory=Event)

    def embed(self, view: NDArray[np.uint8], checkpoint: Callable[[], object]) -> object:
        self.began.set()
        try:
            while True:
                checkpoint()
        finally:
            self.stopped.set()


@contextmanager
def looking(fake: _Segmenter) -> Iterator[TrackSegmenter]:
    with closing(LooksAhead(fake)) as looks:  # type: ignore[arg-type]
        yield TrackSegmenter(looks)


@pytest.fixture
def no_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEANPLATE_DATA_DIR", str(tmp_path / "empty"))


@pytest.mark.usefixtures("no_weights")
def test_without_weights_a_segmenter_is_left_out_unless_it_is_to_look_again() -> None:
    assert load_track_segmenter(TrackSettings()) is None and look_again_every(TrackSettings()) == 0
    assert load_track_segmenter(TrackSettings(segmenter="none")) is None
    with pytest.raises(UserError, match="cleanplate models fetch mobile-sam"):
        load_track_segmenter(TrackSettings(look_again=8))


@pytest.mark.parametrize(
    ("settings", "every"),
    [
        (TrackSettings(), LOOK_AGAIN),
        (TrackSettings(segmenter="mobile-sam"), LOOK_AGAIN),
        (TrackSettings(look_again=0), 0),
        (TrackSettings(look_again=5), 5),
        (TrackSettings(segmenter="none"), 0),
        (TrackSettings(segmenter="grabcut"), 0),
        (TrackSettings("box"), 0),
        (TrackSettings("network"), 0),
        (TrackSettings(segmenter="vit-b"), 0),  # takes seconds a picture
        (TrackSettings(segmenter="vit-b", look_again=9), 9),
    ],
)
def test_with_its_weights_mobile_sam_looks_again_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: TrackSettings, every: int
) -> None:
    monkeypatch.setenv("CLEANPLATE_DATA_DIR", str(tmp_path))
    known = WeightsFile("test part", "part.bin", 4, hashlib.sha256(b"part").hexdigest())
    monkeypatch.setitem(SEGMENTERS, "mobile-sam", (known,))
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "part.bin").write_bytes(b"part")
    assert look_again_every(settings) == every
    assert tracker_version(settings).endswith(f" {every}")


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        (TrackSettings(segmenter="grabcut", look_again=8), "GrabCut knows no more"),
        (TrackSettings("box", look_again=8), "--tracker box gives boxes"),
    ],
)
def test_looking_again_with_nothing_that_can_is_refused(settings: TrackSettings, why: str) -> None:
    with pytest.raises(UserError, match=why):
        settings.check()


def test_in_a_box_a_segmenter_that_believes_in_its_mask_is_taken() -> None:
    plain = mask(Rect(32, 25, 20, 20))
    for score, expected in ((BELIEVED + 0.05, mask(TRUE)), (BELIEVED - 0.05, plain)):
        with looking(_Segmenter(mask(TRUE), score)) as segmenter:
            assert np.array_equal(segmenter.in_box(0, VIEW, (28, 18, 44, 44), plain), expected)
    with looking(_Segmenter(np.zeros_like(plain))) as segmenter:
        assert segmenter.in_box(0, VIEW, (28, 18, 44, 44), plain) is plain


@pytest.mark.parametrize(
    ("other", "score", "taken"),
    [
        (Rect(31, 22, 40, 38), 0.97, True),
        (Rect(31, 22, 40, 38), 0.5, False),
        (Rect(70, 40, 40, 40), 0.97, False),  # another thing
        (Rect(25, 15, 62, 44), 0.97, False),  # much more than the thing
    ],
)
def test_on_the_way_only_the_same_thing_is_taken(other: Rect, score: float, taken: bool) -> None:
    fake = _Segmenter(mask(other), score)
    with looking(fake) as segmenter:
        found = segmenter.again(0, VIEW, TrackedMask(mask(TRUE), 1.0))
    assert (found is not None) == taken
    left, top, right, bottom = fake.asked[0].box or (0, 0, 0, 0)
    assert left < TRUE.x and top < TRUE.y and right > TRUE.right and bottom > TRUE.bottom
    assert fake.asked[0].low_res is not None


@dataclass(frozen=True)
class _Look:
    """Says that what lies in one rectangle is the object."""

    itself: Rect

    def likeness(self, found: NDArray[np.bool_]) -> float:
        return float((found & mask(self.itself)).sum() / max(found.sum(), 1))

    def places(self) -> list[tuple[int, int, int, int]]:
        return [(2, 2, 9, 9), (self.itself.x, self.itself.y, self.itself.width, self.itself.height)]


@pytest.mark.parametrize(
    ("other", "itself", "taken"),
    [
        (Rect(50, 22, 40, 38), Rect(50, 20, 46, 40), True),  # overlaps little, but has the object's colours
        (Rect(52, 22, 40, 38), TRUE, False),
        (Rect(80, 22, 40, 38), Rect(80, 20, 40, 40), False),  # does not touch: somewhere else
        (Rect(31, 22, 40, 40), TRUE, False),  # as good a shape, but of colours that the object has not
    ],
)
def test_the_mask_whose_colours_are_the_objects_is_taken(other: Rect, itself: Rect, taken: bool) -> None:
    with looking(_Segmenter(mask(other))) as segmenter:
        answer = TrackedMask(mask(Rect(30, 20, 40, 40)), 1.0, look=_Look(itself))
        assert (segmenter.again(0, VIEW, answer) is not None) == taken


def test_pieces_that_have_nothing_to_do_with_the_object_are_left_out() -> None:
    with_speck = mask(TRUE) | mask(Rect(100, 70, 8, 8)) | mask(Rect(2, 2, 3, 3))
    with looking(_Segmenter(with_speck)) as segmenter:
        found = segmenter.again(0, VIEW, TrackedMask(mask(Rect(28, 20, 40, 40)), 1.0))
    assert found is not None and np.array_equal(found, mask(TRUE))


def test_a_lost_object_is_found_where_it_looks_like_itself() -> None:
    with looking(_Segmenter(mask(TRUE))) as segmenter:
        found = segmenter.elsewhere(0, VIEW, _Look(TRUE), least=0.8)
        assert found is not None and np.array_equal(found, mask(TRUE))
        assert segmenter.elsewhere(0, VIEW, _Look(Rect(80, 50, 30, 30)), least=0.8) is None
    with looking(_Segmenter(mask(TRUE), score=0.92)) as unsure:
        assert unsure.elsewhere(0, VIEW, _Look(TRUE), least=0.8) is None


@dataclass
class _Losing:
    """A tracker that loses the object in frame 2 and has it again once it is told where it is."""

    frame: int = 0
    told: list[NDArray[np.bool_]] = field(default_factory=list)

    def start(self, view: NDArray[np.uint8], shape: NDArray[np.bool_]) -> None:
        self.last = shape

    def step(self, view: NDArray[np.uint8], beside: object = ()) -> TrackedMask:
        self.frame += 1
        if self.frame >= 2 and not self.told:
            return TrackedMask(np.zeros_like(self.last), 0.1, look=_Look(TRUE))
        return TrackedMask(self.last, 1.0, look=_Look(TRUE))

    def settle(self, shape: NDArray[np.bool_]) -> None:
        self.told.append(shape)
        self.last = shape


@pytest.mark.parametrize("stop", [False, True])
def test_an_object_that_was_lost_is_found_again_unless_tracking_stops_there(
    monkeypatch: pytest.MonkeyPatch, stop: bool
) -> None:
    monkeypatch.setattr(track_ways, "load_track_segmenter", lambda asked: _Segmenter(mask(TRUE)))
    prompt = MaskPrompt(MaskBlob.from_array(mask(TRUE)), 0)
    settings = TrackSettings(stop_when_lost=stop, look_again=4)
    answers = list(track(_Still(), [prompt], frames=(0, COUNT), settings=settings, make=_Losing))  # type: ignore[arg-type]
    there = [not answer.mask.is_empty for answer in answers]
    assert there == [True, True] + [False] * 8 if stop else [True, True, False, False] + [True] * 6
    assert stop or PRESENT <= answers[4].presence < 1


class _WithEnds(_Losing):
    """A tracker that never loses the object, at which something hangs loosely."""

    def step(self, view: NDArray[np.uint8], beside: object = ()) -> TrackedMask:
        return TrackedMask(self.last, 1.0, look=_Look(TRUE), ends=mask(Rect(90, 30, 20, 8)))


def test_loose_ends_are_shown_and_no_segmenter_is_asked_about_them(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = _Segmenter(mask(TRUE))
    monkeypatch.setattr(track_ways, "load_track_segmenter", lambda asked: fake)
    prompt, settings = MaskPrompt(MaskBlob.from_array(mask(TRUE)), 0), TrackSettings(look_again=4)
    answers = list(track(_Still(), [prompt], frames=(0, COUNT), settings=settings, make=_WithEnds))  # type: ignore[arg-type]
    assert {answer.mask.bbox.right for answer in answers[1:]} == {110}
    assert fake.asked and all(asked.box is not None and asked.box[2] < 90 for asked in fake.asked)


@dataclass
class _Frame:
    rgb: NDArray[np.uint8]


class _Still:
    """A red square on a textured wall that does not move."""

    def frames(self, start: int = 0, stop: int | None = None) -> list[_Frame]:
        wall = np.random.default_rng(0).integers(60, 140, (SIZE[1], SIZE[0], 3)).astype(np.uint8)
        wall[mask(TRUE)] = (200, 40, 30)
        return [_Frame(wall) for _ in range(start, COUNT if stop is None else stop)]


def followed(monkeypatch: pytest.MonkeyPatch, fake: _Segmenter, settings: TrackSettings) -> list[MaskBlob]:
    monkeypatch.setattr(track_ways, "load_track_segmenter", lambda asked: fake)
    box = BoxPrompt(Rect(26, 16, 48, 48), 0)
    return [answer.mask for answer in track(_Still(), [box], frames=(0, COUNT), settings=settings)]


def test_a_segmenter_looks_again_every_so_many_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = _Segmenter(mask(TRUE))
    masks = followed(monkeypatch, fake, TrackSettings(look_again=4))
    assert len(fake.asked) == 4  # in the box twice, in frames 4 and 8
    truth = mask(TRUE)
    assert all((each.to_array() & truth).sum() > 0.95 * truth.sum() for each in masks)


def test_pictures_are_looked_at_while_the_tracker_is_on_its_way_there(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = _Segmenter(mask(TRUE))
    begun: list[int] = []
    begin = LooksAhead.begin

    def noted(self: LooksAhead, index: int, view: NDArray[np.uint8], sight: Sight = USUAL) -> None:
        if index not in begun:
            begun.append(index)
        begin(self, index, view, sight)

    monkeypatch.setattr(LooksAhead, "begin", noted)
    told: list[list[int]] = []
    monkeypatch.setattr(track_ways, "load_track_segmenter", lambda asked: fake)
    prompt = MaskPrompt(MaskBlob.from_array(mask(TRUE)), 1)
    answers = track(
        _Still(),
        [prompt],
        frames=(1, COUNT),
        settings=TrackSettings(look_again=3),
        on_answer=lambda answer: told.append([answer.index, *begun]),
    )
    assert len(list(answers)) == COUNT - 1
    # At most every third frame's, never that beside the anchor (0), and each before its turn.
    assert [each for each in told if each[0] in (1, 2, 3, 6, 9)] == [[1], [2, 3], [3, 3, 6], [6, 3, 6, 9], [9, 3, 6, 9]]


def test_several_objects_share_the_looks_at_a_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = _Segmenter(mask(TRUE))
    monkeypatch.setattr(track_ways, "load_track_segmenter", lambda asked: fake)
    prompts = {
        1: [MaskPrompt(MaskBlob.from_array(mask(TRUE)), 0)],
        2: [MaskPrompt(MaskBlob.from_array(mask(Rect(80, 50, 30, 30))), 1)],
    }
    track_together(_Still(), prompts, frames=(0, COUNT), settings=TrackSettings(look_again=4))
    assert fake.embedded == 2 and len(fake.asked) == 4  # frames 4 and 8, both objects


def test_the_things_that_one_object_consists_of_are_asked_about_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = _Segmenter(mask(TRUE))
    monkeypatch.setattr(track_ways, "load_track_segmenter", lambda asked: fake)
    both = mask(TRUE) | mask(Rect(84, 20, 30, 40))
    prompt = MaskPrompt(MaskBlob.from_array(both), 0)
    answers = list(track(_Still(), [prompt], frames=(0, 6), settings=TrackSettings(look_again=4)))
    assert fake.embedded == 1 and len(fake.asked) == 2
    edges = [prompt.box for prompt in fake.asked]
    assert edges[0] is not None and edges[0][2] < 84 and edges[1] is not None and edges[1][0] > TRUE.right
    assert len(answers) == 6


def test_a_look_that_is_not_waited_for_ends_with_the_tracking(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = _Waiting(mask(TRUE))
    monkeypatch.setattr(track_ways, "load_track_segmenter", lambda asked: fake)
    prompt = MaskPrompt(MaskBlob.from_array(mask(TRUE)), 0)
    walk = track(_Still(), [prompt], frames=(0, 3), settings=TrackSettings(look_again=5))
    assert len(list(walk)) == 3 and not fake.began.is_set()  # frame 5 is not wanted
    stop = Event()

    def checkpoint() -> None:
        if stop.is_set():
            raise Cancelled

    walk = track(
        _Still(),
        [prompt],
        frames=(0, 8),
        settings=TrackSettings(look_again=5),
        checkpoint=checkpoint,
        on_answer=lambda answer: stop.set() if answer.index == 2 and fake.began.wait(60) else None,
    )
    with pytest.raises(Cancelled):
        list(walk)
    assert fake.stopped.is_set()


@dataclass
class _Sparing(StandInSegmenter):
    """MobileSAM as far as it takes less time for less: notes the size of what it sees, and in how many pixels."""

    sights: list[tuple[tuple[int, ...], int | None]] = field(default_factory=list)
    seen: list[NDArray[np.uint8]] = field(default_factory=list)

    def embed(self, view: NDArray[np.uint8], checkpoint: Checkpoint = go_on, side_px: int | None = None) -> Looked:
        self.sights.append((view.shape[:2], side_px))
        self.seen.append(view)
        return super().embed(view, checkpoint)

    def predict(self, embedding: object, prompt: SegmentPrompt) -> Segmentation:
        return replace(super().predict(embedding, prompt), scores=np.full(1, 0.97, np.float32))


def red(view: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return np.asarray((view[..., 0] > 150) & (view[..., 1] < 90))


def test_mobile_sam_looks_at_the_whole_square_in_a_box_and_then_at_the_part_round_the_object(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    size, count = (480, 270), 18
    fake = _Sparing(name="mobile-sam", marks=red)
    monkeypatch.setattr(track_ways, "load_track_segmenter", lambda asked: fake)
    scene = WalkingSquares(size, count, lambda index: Rect(60 + 9 * index, 100, 50, 60))
    box = BoxPrompt(Rect(56, 96, 58, 68), 0)
    answers = list(track(scene, [box], frames=(0, count), settings=TrackSettings(look_again=8)))
    assert fake.sights == [((270, 480), None), ((160, 160), 224), ((160, 160), 224)]
    for index, seen in zip((8, 16), fake.seen[1:], strict=True):  # although it had 4 frames to go
        truth = box_mask(Rect(60 + 9 * index, 100, 50, 60), *size)
        assert red(seen).sum() == truth.sum()
        assert np.array_equal(answers[index].mask.to_array(), truth)


def test_what_jumps_out_of_the_part_chosen_ahead_is_looked_at_anew() -> None:
    size = (480, 270)
    fake = _Sparing(name="mobile-sam", marks=red)
    picture = np.full((size[1], size[0], 3), 100, np.uint8)
    here = Rect(300, 100, 50, 60)
    picture[box_mask(here, *size)] = (200, 40, 30)
    for there, anew in ((Rect(290, 90, 60, 70), False), (Rect(20, 20, 60, 70), True)):
        fake.sights.clear()
        with closing(LooksAhead(fake)) as looks:
            segmenter = TrackSegmenter(looks)
            ahead = sight_of(there, (size[1], size[0]))
            looks.begin(0, picture, ahead)
            found = segmenter.again(0, picture, TrackedMask(box_mask(here, *size), 1.0), ahead)
        assert found is not None and np.array_equal(found, box_mask(here, *size))
        assert len(fake.sights) == 1 + anew


@pytest.mark.parametrize(
    ("box", "part", "side_px"),
    [
        (Rect(200, 100, 40, 50), Rect(140, 45, 160, 160), 224),
        (Rect(0, 0, 40, 50), Rect(0, 0, 160, 160), 224),
        (Rect(300, 60, 80, 173), Rect(260, 0, 160, 270), 378),
        (Rect(10, 10, 440, 250), Rect(0, 0, 480, 270), 672),
    ],
)
def test_the_part_that_is_looked_at_has_the_object_in_its_middle_and_fills_the_networks_windows(
    box: Rect, part: Rect, side_px: int
) -> None:
    sight = sight_of(box, (270, 480))
    assert sight.part == part and sight.side_px == side_px
    assert holds(sight, box, (270, 480))


def test_without_looking_again_only_the_box_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = _Segmenter(mask(TRUE))
    followed(monkeypatch, fake, TrackSettings(look_again=0))
    assert len(fake.asked) == 2  # by itself, and with the weight-free mask
