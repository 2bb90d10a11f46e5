"""Several threads for work that falls into pieces alike: OpenCV and NumPy do most of theirs without Python's lock."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

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

    def share(number: int) -> list[Result]:
        return [work(item) for item in items[number::wanted]]

    with ThreadPoolExecutor(wanted - 1, "together") as others:
        begun = [others.submit(share, number) for number in range(1, wanted)]
        shares = [share(0), *(each.result() for each in begun)]
    return [shares[place % wanted][place // wanted] for place in range(len(items))]
