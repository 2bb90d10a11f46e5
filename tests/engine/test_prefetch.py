"""Items made ahead come in order, errors come after them, and no thread is left."""

from __future__ import annotations

import threading
from collections.abc import Generator

import pytest

from app.engine.prefetch import prefetched


def numbers(count: int, log: list[str] | None = None, fail: bool = False) -> Generator[int]:
    try:
        yield from range(count)
        if fail:
            raise ArithmeticError("no more numbers")
    finally:
        if log is not None:
            log.append(f"closed in {threading.current_thread().name}")


def test_items_come_in_order() -> None:
    log: list[str] = []
    assert list(prefetched(lambda: numbers(100, log))) == list(range(100))
    assert log == ["closed in prefetch"]


def test_an_error_comes_after_the_items_before_it() -> None:
    items = prefetched(lambda: numbers(5, fail=True))
    assert [next(items) for _ in range(5)] == [0, 1, 2, 3, 4]
    with pytest.raises(ArithmeticError, match="no more numbers"):
        next(items)


@pytest.mark.parametrize("taken", [0, 1, 5])
def test_closing_early_closes_the_generator_and_ends_the_thread(taken: int) -> None:
    log: list[str] = []
    items = prefetched(lambda: numbers(1000, log), depth=2)
    for _ in range(taken):
        next(items)
    items.close()
    assert log == (["closed in prefetch"] if taken else [])
    assert not [thread for thread in threading.enumerate() if thread.name == "prefetch"]


def test_only_a_few_are_made_ahead() -> None:
    made = []

    def counted() -> Generator[int]:
        for number in range(100):
            made.append(number)
            yield number

    items = prefetched(counted, depth=2)
    next(items)
    items.close()
    assert len(made) <= 6
