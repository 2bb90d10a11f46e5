"""Seconds that the stages of a pipeline spend at work, not those they wait for each other."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")
U = TypeVar("U")


class Clock:
    """Adds up seconds by name; each name belongs to one thread."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def measuring(self, name: str) -> Iterator[None]:
        """Counts the time of a block."""
        started = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] += time.monotonic() - started

    def paced(self, items: Iterable[T], name: str) -> Generator[T]:
        """The same items; the time that each takes to come is counted."""
        iterator = iter(items)
        try:
            while True:
                with self.measuring(name):
                    try:
                        item = next(iterator)
                    except StopIteration:
                        return
                yield item
        finally:
            _close(iterator)

    def stage(self, work: Callable[[Iterator[T]], Iterator[U]], name: str) -> Callable[[Iterator[T]], Generator[U]]:
        """A pipeline stage whose own time is counted, without what it waits for its input."""
        waiting = f"{name}, waiting"

        def timed(items: Iterator[T]) -> Generator[U]:
            yield from self.paced(work(self.paced(items, waiting)), name)
            self.seconds[name] -= self.seconds.pop(waiting, 0.0)

        return timed


def _close(iterator: object) -> None:
    close = getattr(iterator, "close", None)
    if close is not None:
        close()
