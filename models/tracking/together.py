"""Several threads for work that falls into pieces alike: OpenCV and NumPy do most of theirs without Python's lock."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
One = TypeVar("One")
Two = TypeVar("Two")
Three = TypeVar("Three")
Four = TypeVar("Four")

_MOST_THREADS = 4


def done_together(work: Callable[[Item], Result], items: Sequence[Item], threads: int | None = None) -> list[Result]:
    """What a function gives for each of several things, in their order; what it raises is raised.

    Args:
        work: may be called from several threads at once.
        items: the things; work of less than a millisecond each is not worth it.
        threads: all that work, the caller's as well; by default as many as there are cores, four at most.
    """
    wanted = min(threads or min(_MOST_THREADS, os.cpu_count() or 1), len(items))
    if wanted < 2:
        return [work(item) for item in items]

    places = iter(range(len(items)))  # one thread at a time takes the next: that of a range is not to be interrupted
    done: dict[int, Result] = {}

    def take() -> None:
        for place in places:
            done[place] = work(items[place])

    with ThreadPoolExecutor(wanted - 1, "together") as others:
        begun = [others.submit(take) for _ in range(1, wanted)]
        take()
        for each in begun:
            each.result()
    return [done[place] for place in range(len(items))]


def all_together(
    first: Callable[[], One], second: Callable[[], Two], third: Callable[[], Three], fourth: Callable[[], Four]
) -> tuple[One, Two, Three, Four]:
    """What four different pieces of work give, done by a few threads; long ones are best named first."""
    works: tuple[Callable[[], object], ...] = (first, second, third, fourth)
    return tuple(done_together(lambda work: work(), works))  # type: ignore[return-value]
