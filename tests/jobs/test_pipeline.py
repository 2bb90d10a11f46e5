"""The bounded pipeline: order, bounds, failures, cancelling, no thread left behind."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from itertools import count, islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import Cancelled, UserError
from app.jobs.context import CancelToken, JobContext
from app.jobs.pipeline import Pipeline


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


def doubled(items: Iterator[int]) -> Iterator[int]:
    for item in items:
        yield 2 * item


def as_text(items: Iterator[int]) -> Iterator[str]:
    for item in items:
        yield str(item)


@pytest.mark.parametrize("depth", [1, 2, 7])
@pytest.mark.parametrize("length", [0, 1, 100])
def test_every_item_passes_every_stage_in_order(depth: int, length: int) -> None:
    pipeline = Pipeline(range(length), JobContext(), depth=depth).then(doubled, depth=depth).then(as_text, depth=depth)
    assert pipeline.run(list) == [str(2 * number) for number in range(length)]


def test_a_source_alone_is_a_pipeline() -> None:
    assert Pipeline(range(5), JobContext()).run(sum) == 10


def test_a_stage_may_delay_drop_and_add_items() -> None:
    def pairs(items: Iterator[int]) -> Iterator[tuple[int, ...]]:
        waiting: list[int] = []
        for item in items:
            waiting.append(item)
            if len(waiting) == 2:
                yield tuple(waiting)
                waiting.clear()
        if waiting:
            yield tuple(waiting)

    def flat(items: Iterator[tuple[int, ...]]) -> Iterator[int]:
        for item in items:
            yield from item

    assert Pipeline(range(5), JobContext()).then(pairs).run(list) == [(0, 1), (2, 3), (4,)]
    assert Pipeline(range(5), JobContext()).then(pairs).then(flat).run(list) == [0, 1, 2, 3, 4]


def test_none_is_an_item_like_any_other() -> None:
    assert Pipeline([None, 1, None], JobContext()).run(list) == [None, 1, None]


def test_each_stage_has_a_thread_of_its_own_and_the_sink_has_the_callers() -> None:
    threads: dict[str, str] = {}

    def source() -> Iterator[int]:
        threads["source"] = threading.current_thread().name
        yield 1

    def fill(items: Iterator[int]) -> Iterator[int]:
        threads["fill"] = threading.current_thread().name
        yield from items

    def sink(items: Iterator[int]) -> None:
        list(items)
        threads["sink"] = threading.current_thread().name

    Pipeline(source(), JobContext(), name="read").then(fill).run(sink)
    assert threads == {
        "source": "pipeline-read",
        "fill": "pipeline-fill",
        "sink": threading.current_thread().name,
    }


@pytest.mark.parametrize("depth", [1, 3])
def test_a_fast_source_stays_within_the_bounds(depth: int) -> None:
    made: list[int] = []
    ahead: list[int] = []

    def source() -> Iterator[int]:
        for number in range(60):
            made.append(number)
            yield number

    def sink(items: Iterator[int]) -> None:
        for taken, _ in enumerate(items, start=1):
            ahead.append(len(made) - taken)

    Pipeline(source(), JobContext(), depth=depth).then(doubled, depth=depth).run(sink)
    # Two channels, and one item in the hands of each of the two threads.
    assert max(ahead) <= 2 * depth + 2


def test_a_depth_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Pipeline(range(3), JobContext(), depth=0)
    with pytest.raises(ValueError, match="at least one"):
        Pipeline(range(3), JobContext()).then(doubled, depth=0)


def failing_source() -> Iterator[int]:
    yield from range(10)
    raise UserError("frame 10 is broken")


def failing_stage(items: Iterator[int]) -> Iterator[int]:
    for item in items:
        if item == 10:
            raise UserError("frame 10 is broken")
        yield item


def failing_sink(items: Iterator[int]) -> None:
    for item in items:
        if item == 10:
            raise UserError("frame 10 is broken")


@pytest.mark.parametrize(
    "run",
    [
        lambda: Pipeline(failing_source(), JobContext()).then(doubled).run(list),
        lambda: Pipeline(count(), JobContext()).then(failing_stage).then(doubled).run(list),
        lambda: Pipeline(count(), JobContext()).then(doubled).then(failing_stage).run(list),
        lambda: Pipeline(count(), JobContext()).then(doubled).run(failing_sink),
    ],
    ids=["source", "first stage", "last stage", "sink"],
)
def test_the_failure_of_any_part_stops_the_others_and_reaches_the_caller(run: Callable[[], object]) -> None:
    with pytest.raises(UserError, match="frame 10 is broken"):
        run()


def test_the_cause_of_a_failure_is_kept() -> None:
    def stage(items: Iterator[int]) -> Iterator[int]:
        next(items)
        raise UserError("unreadable") from OSError("disk")
        yield 0

    with pytest.raises(UserError, match="unreadable") as caught:
        Pipeline(count(), JobContext()).then(stage).run(list)
    assert isinstance(caught.value.__cause__, OSError)


def test_a_stage_sees_an_early_stop_as_cancelled_and_never_as_the_end() -> None:
    seen: list[str] = []

    def stage(items: Iterator[int]) -> Iterator[int]:
        try:
            yield from items
            seen.append("end")
        except Cancelled:
            seen.append("cancelled")
            raise

    def sink(items: Iterator[int]) -> None:
        try:
            list(items)
            seen.append("end")
        except Cancelled:
            seen.append("cancelled")
            raise

    with pytest.raises(UserError):
        Pipeline(failing_source(), JobContext()).then(stage).run(sink)
    assert "end" not in seen
    assert seen[-1] == "cancelled"


def test_a_sink_that_hides_the_stop_does_not_hide_the_failure() -> None:
    def sink(items: Iterator[int]) -> str:
        with contextlib.suppress(Cancelled):
            list(items)
        return "all well"

    with pytest.raises(UserError, match="frame 10"):
        Pipeline(failing_source(), JobContext()).run(sink)


def test_stages_are_closed_in_their_own_threads() -> None:
    closed_in: dict[str, str] = {}

    def source() -> Iterator[int]:
        try:
            yield from count()
        finally:
            closed_in["source"] = threading.current_thread().name

    def fill(items: Iterator[int]) -> Iterator[int]:
        try:
            yield from items
        finally:
            closed_in["fill"] = threading.current_thread().name

    with pytest.raises(UserError):
        Pipeline(source(), JobContext()).then(fill).run(failing_sink)
    assert closed_in == {"source": "pipeline-read", "fill": "pipeline-fill"}


def test_a_sink_may_stop_early_and_the_endless_source_is_closed() -> None:
    closed: list[bool] = []

    def source() -> Iterator[int]:
        try:
            yield from count()
        finally:
            closed.append(True)

    pipeline = Pipeline(source(), JobContext(), depth=1).then(doubled, depth=1)
    assert pipeline.run(lambda items: list(islice(items, 3))) == [0, 2, 4]
    assert closed == [True]


def test_a_stage_may_stop_early_and_the_rest_ends_well() -> None:
    def first_three(items: Iterator[int]) -> Iterator[int]:
        yield from islice(items, 3)

    assert Pipeline(count(), JobContext(), depth=1).then(first_three).then(doubled).run(list) == [0, 2, 4]


@pytest.mark.parametrize("where", ["source", "stage", "sink"])
def test_cancelling_works_within_one_item_of_whoever_works(where: str) -> None:
    token = CancelToken()
    made: dict[str, int] = {"source": 0, "stage": 0, "sink": 0}

    def count_in(part: str) -> None:
        made[part] += 1
        if part == where and made[part] == 5:
            token.cancel()

    def source() -> Iterator[int]:
        for number in count():
            count_in("source")
            yield number

    def stage(items: Iterator[int]) -> Iterator[int]:
        for item in items:
            count_in("stage")
            yield item

    def sink(items: Iterator[int]) -> None:
        for _ in items:
            count_in("sink")

    with pytest.raises(Cancelled):
        Pipeline(source(), JobContext(token), depth=2).then(stage, depth=2).run(sink)
    assert made[where] == 5


def test_a_pipeline_cancelled_before_it_starts_hands_nothing_to_the_sink() -> None:
    token = CancelToken()
    token.cancel()
    taken: list[int] = []
    with pytest.raises(Cancelled):
        Pipeline(range(5), JobContext(token)).run(taken.extend)
    assert taken == []


def test_an_interrupt_in_the_callers_thread_stops_the_stages() -> None:
    def sink(items: Iterator[int]) -> None:
        for item in items:
            if item == 4:
                signal.raise_signal(signal.SIGINT)

    # A shell that starts the tests in the background lets them ignore the signal; here it must count.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            Pipeline(count(), JobContext()).then(doubled).run(sink)
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_signal_handler_can_cancel() -> None:
    token = CancelToken()

    def sink(items: Iterator[int]) -> None:
        for item in items:
            if item == 4:
                signal.raise_signal(signal.SIGINT)

    before = signal.signal(signal.SIGINT, lambda *_: token.cancel())
    try:
        with pytest.raises(Cancelled):
            Pipeline(count(), JobContext(token)).then(doubled).run(sink)
    finally:
        signal.signal(signal.SIGINT, before)


@settings(max_examples=40)
@given(
    length=st.integers(0, 30),
    depths=st.lists(st.integers(1, 4), min_size=1, max_size=4),
    failing=st.integers(0, 4),
    at=st.integers(0, 30),
)
def test_any_chain_either_delivers_everything_or_raises_the_failure(
    length: int, depths: list[int], failing: int, at: int
) -> None:
    def make(position: int) -> Callable[[Iterator[int]], Iterator[int]]:
        def stage(items: Iterator[int]) -> Iterator[int]:
            for item in items:
                if position == failing and item == at:
                    raise UserError(f"stage {position} at {item}")
                yield item

        return stage

    pipeline: Pipeline[int] = Pipeline(range(length), JobContext(), depth=depths[0])
    for position, depth in enumerate(depths):
        pipeline = pipeline.then(make(position), depth=depth)
    if failing < len(depths) and at < length:
        with pytest.raises(UserError, match=f"stage {failing} at {at}"):
            pipeline.run(list)
    else:
        assert pipeline.run(list) == list(range(length))
