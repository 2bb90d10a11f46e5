"""Which frames ``final`` walks: whole shots, long ones in stretches whose borders depend on nothing that is asked."""

from __future__ import annotations

import threading
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standin_engine import make_plan, synthetic_frame

from app.engine.live_chain import note_start, noted_starts
from app.engine.plan import Mode
from app.engine.results import Key, ResultCache
from app.engine.shots import CONTEXT_FRAMES, STRETCH_FRAMES, Shots, Stretch, note_walk, noted_walks
from app.media.frame import VideoFrame

COUNT, SCENE = 5 * STRETCH_FRAMES, 3 * STRETCH_FRAMES


class Clip:
    """Frames of scenes of a known length; counts what is decoded."""

    def __init__(self, scene: int = SCENE) -> None:
        self.scene = scene
        self.decoded: list[int] = []

    def frames(self, first: int, end: int) -> Generator[VideoFrame]:
        for index in range(first, end):
            self.decoded.append(index)
            yield synthetic_frame(index, scene=index // self.scene)


def go_on() -> None:
    """Stands in where nobody stops the work."""


@given(
    first=st.integers(0, 7 * STRETCH_FRAMES),
    length=st.integers(1, 7 * STRETCH_FRAMES),
    place=st.floats(0, 1, exclude_max=True),
)
def test_the_stretches_of_a_shot_are_its_frames_once_each(first: int, length: int, place: float) -> None:
    shot = (first, first + length)
    stretch = Stretch.of(first + int(place * length), shot)
    assert stretch.holds(first + int(place * length))
    assert shot[0] <= stretch.walked[0] <= stretch.own[0] < stretch.own[1] <= stretch.walked[1] <= shot[1]
    assert all(Stretch.of(index, shot) == stretch for index in (stretch.own[0], stretch.own[1] - 1))
    for border, end in zip(stretch.own, shot, strict=True):
        assert border == end or border % STRETCH_FRAMES == 0
    assert length < STRETCH_FRAMES // 2 or stretch.own[1] - stretch.own[0] >= STRETCH_FRAMES // 2
    assert stretch.own[1] - stretch.own[0] < 2 * STRETCH_FRAMES
    for seen, own, end in zip(stretch.walked, stretch.own, shot, strict=True):
        assert seen == end or abs(seen - own) == CONTEXT_FRAMES


@pytest.mark.parametrize("stretches", [0, 0.475, 1.525, 1.9975, 2.875, 3.0025, 3.475, 3.5125, 4.9975])
def test_looking_no_further_than_matters_gives_the_stretch_of_the_whole_shot(stretches: float, tmp_path: Path) -> None:
    clip, index = Clip(), int(stretches * STRETCH_FRAMES)
    plan = make_plan(COUNT, Mode.FINAL)
    shot = (0, SCENE) if index < SCENE else (SCENE, COUNT)
    shots = Shots(plan, ResultCache(tmp_path))
    assert shots.found(index, clip.frames, go_on) == Stretch.of(index, shot)
    assert len(clip.decoded) < 4.25 * STRETCH_FRAMES
    clip.decoded.clear()
    assert Shots(plan, ResultCache(tmp_path)).found(index, clip.frames, go_on) == Stretch.of(index, shot)
    assert not clip.decoded, "cuts are kept"
    assert Shots(plan, ResultCache(tmp_path)).known(index) == Stretch.of(index, shot)


def test_a_range_has_the_stretches_of_the_whole_clip() -> None:
    clip, at = Clip(), int(2.5 * STRETCH_FRAMES)
    whole, ranged = (Shots(make_plan(COUNT, Mode.FINAL, cleaned=cleaned), None) for cleaned in (None, (at, at + 10)))
    assert whole.found(at + 5, clip.frames, go_on) == ranged.found(at + 5, clip.frames, go_on)


def test_frames_that_the_engine_does_not_see_have_no_stretch() -> None:
    shots = Shots(make_plan(300, Mode.FINAL, holes_at=range(100, 120)), None)
    clip = Clip()
    assert shots.known(50) is None and shots.found(200, clip.frames, go_on) is None
    assert shots.found(110, clip.frames, go_on) == Stretch(*shots.runs * 2)


def test_a_stretch_ends_where_nobody_knows_the_masks() -> None:
    shots = Shots(make_plan(100, Mode.FINAL, limits=(20, 60), cleaned=(30, 40)), None)
    assert shots.found(35, Clip().frames, go_on) == Stretch((20, 60), (20, 60))


def test_cuts_that_were_come_upon_are_told() -> None:
    shots = Shots(make_plan(90, Mode.FINAL), None)
    clip = Clip(scene=40)
    assert [shots.found(index, clip.frames, go_on) for index in (3, 50, 85)] == [
        Stretch(shot, shot) for shot in ((0, 40), (40, 80), (80, 90))
    ]
    assert shots.cuts == [40, 80]


def test_what_is_found_while_another_thread_asks_what_is_known_is_not_lost(tmp_path: Path) -> None:
    clip = Clip(scene=40)

    class Interrupted(ResultCache):
        """Finds the cuts just when somebody has begun to ask for those that are known."""

        waiting = True

        def get(self, key: Key) -> bytes | None:
            kept = super().get(key)
            if self.waiting:
                self.waiting = False
                shots.found(50, clip.frames, go_on)
            return kept

    shots = Shots(make_plan(90, Mode.FINAL), Interrupted(tmp_path))
    shots.known(50)
    assert shots.known(50) == Stretch((40, 80), (40, 80)) and len(clip.decoded) == 90
    assert shots.found(50, clip.frames, go_on) == shots.known(50) and len(clip.decoded) == 90


def test_two_threads_that_look_for_the_same_cuts_decode_once() -> None:
    shots, clip = Shots(make_plan(90, Mode.FINAL), None), Clip(scene=40)
    together = threading.Barrier(2)

    def look(index: int) -> Stretch | None:
        together.wait(60)
        return shots.found(index, clip.frames, go_on)

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(look, (50, 60))) == [Stretch((40, 80), (40, 80))] * 2
    assert len(clip.decoded) == 90


def test_walks_that_saw_more_count_as_well(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path)
    for walked in ((0, 100), (30, 70), (20, 90), (0, 100)):
        note_walk(cache, "clip", walked)
    shots = Shots(make_plan(100, Mode.FINAL, limits=(25, 80), cleaned=(40, 50)), cache)
    stretch = shots.known(45)
    assert stretch is not None and list(shots.walks(stretch)) == [(25, 80), (0, 100), (20, 90)]


def test_walks_that_several_threads_begin_at_once_are_all_remembered(tmp_path: Path) -> None:
    caches = [ResultCache(tmp_path), ResultCache(tmp_path)]  # a render's and an export's
    walks = [(first, first + 10) for first in range(120)]
    with ThreadPoolExecutor(8) as threads:
        noted = [threads.submit(note_walk, caches[walk[0] % 2], "clip", walk) for walk in walks]
    assert [each.result() for each in noted] == [None] * len(walks)
    assert sorted(noted_walks(caches[0], "clip")) == walks


def test_live_renders_that_begin_at_once_are_all_remembered(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path)
    with ThreadPoolExecutor(8) as threads:
        noted = [threads.submit(note_start, cache, "clip", start, start + 10) for start in range(60)]
    assert [each.result() for each in noted] == [None] * 60
    assert sorted(noted_starts(cache, "clip").items()) == [(start, start + 10) for start in range(60)]
