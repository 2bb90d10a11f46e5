"""Colours of a frame are made while the engine is at the next one; nothing else about the walk changes."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import pytest
from standin_engine import CountingRemover, StandInEngine, make_plan, moving_mask, synthetic_frame

from app.engine.live_removal import LiveRemoval
from app.engine.loader import Fill, HoleFrame
from app.engine.plan import Mode
from app.engine.removal import EngineFailure

FRAMES = 6
PATIENCE_S = 30


@dataclass(frozen=True)
class Unpainted:
    """A stand-in's picture without its colours."""

    index: int
    render: Callable[[], Fill]


class EagerRemover(CountingRemover):
    """Leaves the colours to the caller, who must go on before they are made."""

    def __init__(self, engine: EagerEngine) -> None:
        super().__init__(engine)
        self._eager = engine

    def begin(self, frame: HoleFrame) -> Sequence[Unpainted]:
        index = frame.picture.index
        (fill,) = self.step(frame)
        self._eager.begun[index].set()
        return [Unpainted(index, partial(self._rendered, index, fill))]

    def _rendered(self, index: int, fill: Fill) -> Fill:
        if index == self._eager.pale_at:
            raise ArithmeticError("no colours")
        if self._eager.fails_at is None and self._eager.pale_at is None and index + 1 < FRAMES:
            assert self._eager.begun[index + 1].wait(PATIENCE_S), "the next frame is begun meanwhile"
        return fill


@dataclass
class EagerEngine(StandInEngine):
    """An engine whose colours wait until the frame behind has begun."""

    pale_at: int | None = None
    begun: dict[int, threading.Event] = field(default_factory=lambda: {n: threading.Event() for n in range(FRAMES)})

    def live(self) -> EagerRemover:
        return EagerRemover(self)


@pytest.fixture(autouse=True)
def cores_to_spare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 4)


def walk(engine: StandInEngine, *, skim: bool = False) -> list[tuple[int, tuple[Fill, ...]]]:
    removal = LiveRemoval(make_plan(FRAMES, Mode.LIVE), engine, None, skim=skim)
    frames = (synthetic_frame(index) for index in range(FRAMES))
    return [(filled.frame.index, filled.fills) for filled in removal.run_frames(frames)]


def test_the_next_frame_is_begun_before_the_colours_of_the_last_are_made() -> None:
    engine = EagerEngine()
    done = walk(engine)
    assert [index for index, _ in done] == list(range(FRAMES))
    plain = walk(StandInEngine())
    for (_, ours), (_, theirs) in zip(done, plain, strict=True):
        assert [fill.planes[0].tobytes() for fill in ours] == [fill.planes[0].tobytes() for fill in theirs]


def test_a_render_that_may_be_stopped_at_any_frame_finishes_each_before_the_next() -> None:
    engine = StandInEngine()
    seen = []
    removal = LiveRemoval(make_plan(FRAMES, Mode.LIVE), engine, None, skim=True)
    for filled in removal.run_frames(synthetic_frame(index) for index in range(FRAMES)):
        seen.append((filled.frame.index, engine.stepped[-1]))
    assert seen == [(index, index) for index in range(FRAMES)]


def test_what_comes_before_a_failure_is_whole() -> None:
    removal = LiveRemoval(make_plan(FRAMES, Mode.LIVE), EagerEngine(fails_at=3), None)
    done = []
    with pytest.raises(EngineFailure, match="no more numbers") as failure:
        done.extend(removal.run_frames(synthetic_frame(index) for index in range(FRAMES)))
    assert [filled.frame.index for filled in done] == [0, 1, 2]
    assert failure.value.frame == 3


def test_colours_that_fail_are_their_own_frames_failure() -> None:
    removal = LiveRemoval(make_plan(FRAMES, Mode.LIVE), EagerEngine(pale_at=2), None)
    done = []
    with pytest.raises(EngineFailure, match="no colours") as failure:
        done.extend(removal.run_frames(synthetic_frame(index) for index in range(FRAMES)))
    assert [filled.frame.index for filled in done] == [0, 1]
    assert failure.value.frame == 2


def test_without_a_core_to_spare_each_frame_is_finished_before_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    engine = StandInEngine()
    removal = LiveRemoval(make_plan(FRAMES, Mode.LIVE), engine, None)
    for filled in removal.run_frames(synthetic_frame(index) for index in range(FRAMES)):
        assert engine.stepped[-1] == filled.frame.index


def test_the_engine_is_told_of_the_two_frames_behind_the_one_it_fills() -> None:
    engine = StandInEngine()
    walk(engine)
    assert engine.foreseen == [[1, 2], [2, 3], [3, 4], [4, 5], [5], []]


def test_the_engine_is_told_of_no_frame_beyond_those_it_need_not_see() -> None:
    engine = StandInEngine()
    plan = make_plan(200, Mode.LIVE, masks={0: moving_mask(0), 199: moving_mask(199)})
    (_, end), (start, _) = plan.active_runs()
    removal = LiveRemoval(plan, engine, None)
    list(removal.run_frames(synthetic_frame(index) for index in range(200)))
    told = dict(zip(engine.stepped, engine.foreseen, strict=True))
    assert end < start
    assert [told[end - 2], told[end - 1], told[start]] == [[end - 1], [], [start + 1, start + 2]]
