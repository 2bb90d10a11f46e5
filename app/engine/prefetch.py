"""Makes the next few items in a thread of their own while the consumer works on the last one."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _End(Generic[T]):
    """The last thing in a queue: why there is no more."""

    error: BaseException | None


def prefetched(make: Callable[[], Generator[T]], *, depth: int = 3) -> Generator[T]:
    """The items of a generator, made ahead.

    Closing the result, or leaving it to be collected, closes the generator and ends its thread.

    Args:
        make: makes the generator, in the thread that will run it.
        depth: how many items may wait.

    Raises:
        Exception: whatever the generator raises, after the items before it.
    """
    waiting: queue.Queue[T | _End[T]] = queue.Queue(maxsize=depth)
    stopped = threading.Event()
    thread = threading.Thread(target=_produce, args=(make, waiting, stopped), name="prefetch")
    thread.start()
    try:
        yield from _taken(waiting)
    finally:
        stopped.set()
        while thread.is_alive():
            _drain(waiting)
            thread.join(0.01)


def _produce(make: Callable[[], Generator[T]], waiting: queue.Queue[T | _End[T]], stopped: threading.Event) -> None:
    error: BaseException | None = None
    try:
        items = make()
        try:
            for item in items:
                waiting.put(item)
                if stopped.is_set():
                    return
        finally:
            items.close()
    except BaseException as caught:  # noqa: BLE001 - a thread's border: raised again by the consumer
        error = caught
    waiting.put(_End(error))


def _taken(waiting: queue.Queue[T | _End[T]]) -> Iterator[T]:
    while True:
        item = waiting.get()
        if isinstance(item, _End):
            if item.error is not None:
                raise item.error
            return
        yield item


def _drain(waiting: queue.Queue[T | _End[T]]) -> None:
    while True:
        try:
            waiting.get_nowait()
        except queue.Empty:
            return
