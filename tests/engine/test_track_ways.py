"""The ways that tracking takes: from anchors through their shots, and into shots near by."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from app.core.geometry import Rect
from app.core.prompts import BoxPrompt
from app.engine.track_pictures import Pictures
from app.engine.track_settings import TrackSettings
from app.engine.track_ways import SHOTS_BEYOND, Follower, shots_beyond, ways_of
from models.tracking.protocol import TrackedMask

CUTS = (10, 20, 30, 40, 50)


def anchors(*frames: int) -> dict[int, BoxPrompt]:
    return {frame: BoxPrompt(Rect(0, 0, 9, 9), frame) for frame in frames}


def reach(frames: tuple[int, ...], beyond: int, wanted: tuple[int, int] = (0, 60)) -> list[tuple[int, int]]:
    """By way, the first frame and the end of what it goes over."""
    ways = ways_of(anchors(*frames), (0, 60), CUTS, wanted, beyond)
    over = [sorted({*way.backward, way.anchor.frame, *way.forward}) for way in ways]
    return [(each[0], each[-1] + 1) for each in over]


def test_without_going_beyond_an_anchor_reaches_its_shot() -> None:
    assert reach((3, 25), 0) == [(0, 10), (20, 30)]
    assert reach((22, 27), 0) == [(20, 25), (25, 30)]


@pytest.mark.parametrize(
    ("frames", "beyond", "expected"),
    [
        ((25,), 1, [(10, 40)]),
        ((25,), 2, [(0, 50)]),
        ((3, 25), 2, [(0, 20), (20, 50)]),  # what lies between goes to the one before
        ((3, 45), 2, [(0, 30), (30, 60)]),
        ((3, 55), 2, [(0, 30), (30, 60)]),
        ((22, 27), 1, [(10, 25), (25, 40)]),
    ],
)
def test_shots_without_an_anchor_are_reached_from_those_near_by(
    frames: tuple[int, ...], beyond: int, expected: list[tuple[int, int]]
) -> None:
    assert reach(frames, beyond) == expected


def test_no_way_goes_over_more_than_is_wanted_and_each_knows_its_shots() -> None:
    assert reach((25,), 2, (28, 35)) == [(25, 35)]
    (way,) = ways_of(anchors(25), (0, 60), CUTS, (28, 35), 2)
    assert way.beyond == ((30, 40),) and way.shot_of(31) == (30, 40) and way.shot_of(29) == way.shot == (20, 30)


def test_only_what_knows_an_objects_look_goes_on_after_a_cut() -> None:
    assert shots_beyond(TrackSettings()) == SHOTS_BEYOND
    assert shots_beyond(TrackSettings("box")) == shots_beyond(TrackSettings(stop_when_lost=True)) == 0


class Mistaken:
    """A tracker that is sure of nothing, and answers with a mask all the same."""

    def start(self, view: NDArray[np.uint8], mask: NDArray[np.bool_]) -> None:
        """It begins anywhere."""

    def step(self, view: NDArray[np.uint8], beside: Sequence[NDArray[np.uint8]] = ()) -> TrackedMask:
        return TrackedMask(np.ones(view.shape[:2], np.bool_), 0.3)

    def settle(self, mask: NDArray[np.bool_]) -> None:
        """Nothing follows from it."""

    def cut(self) -> None:
        """Nothing changes for it."""


def test_an_object_that_is_given_up_after_a_cut_is_nowhere() -> None:
    (way,) = ways_of(anchors(5), (0, 60), (10,), (0, 60), 2)
    view = np.zeros((48, 64, 3), np.uint8)
    with Pictures(None, 40) as pictures:
        for _ in range(60):
            pictures.add(view)
        settings = TrackSettings(look_again=0)
        with Follower(pictures, 0, settings, make=Mistaken) as follower:
            found = {each.index: each for each in follower.walk(way, np.ones((48, 64), np.bool_), way.forward)}
    assert not found[10].mask.is_empty and not found[33].mask.is_empty
    assert found[34].mask.is_empty and found[59].presence == 0
