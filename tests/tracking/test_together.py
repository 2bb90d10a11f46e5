"""Work shared out among threads."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from models.flow.dis import DisFlow
from models.tracking.together import done_together


@pytest.mark.parametrize("threads", [1, 2, 3, None])
@pytest.mark.parametrize("count", [0, 1, 2, 7])
def test_answers_come_in_the_order_of_what_they_answer(threads: int | None, count: int) -> None:
    assert done_together(lambda each: each * each, range(count), threads) == [each * each for each in range(count)]


def test_several_threads_work_at_the_same_time() -> None:
    meeting = threading.Barrier(2)
    done_together(lambda _: meeting.wait(60), range(2), 2)  # one thread alone would wait for ever
    assert not meeting.broken


@pytest.mark.parametrize("place", [0, 1])
def test_what_the_work_raises_is_raised(place: int) -> None:
    def work(each: int) -> int:
        if each == place:
            raise ValueError(f"not {each}")
        return each

    with pytest.raises(ValueError, match=f"not {place}"):
        done_together(work, range(4), 2)


def test_flow_may_be_asked_for_in_several_threads_at_once() -> None:
    rng = np.random.default_rng(0)
    views = [np.kron(rng.integers(0, 255, (12, 16)), np.ones((8, 8))).astype(np.uint8) for _ in range(6)]
    pairs = [(one, other) for one in views for other in views]
    flow = DisFlow("fast")
    alone = [flow.flow(*pair) for pair in pairs]
    with ThreadPoolExecutor(3) as pool:
        beside = list(pool.map(lambda pair: flow.flow(*pair), pairs))
    assert all(np.array_equal(one, other) for one, other in zip(alone, beside, strict=True))
