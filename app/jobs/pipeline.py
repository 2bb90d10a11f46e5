"""A bounded pipeline: read -> fill -> write, each stage on a thread of its own.

A stage is a generator function, ``stage(items) -> items``: it may hold state, take several items before it gives one,
give several for one, or give the rest after its input ended. Between two stages lies a channel that holds a fixed
number of items, so memory does not grow with the length of a clip: a fast reader waits for a slow network.

The last stage, the sink, runs in the caller's thread: Ctrl-C reaches it with every item (on Windows a main thread that
waits on a lock sees no signal), and the encoder stays in the thread that made it.
"""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from app.core.errors import Cancelled
from app.jobs.context import JobContext

_HAND_OVER_S = 0.0005

T = TypeVar("T")
U = TypeVar("U")

DEFAULT_DEPTH = 4


class _Channel(Generic[T]):
    """A bounded queue between two threads that either end can close."""

    def __init__(self, depth: int) -> None:
        self._depth = depth
        self._items: deque[T] = deque()
        self._changed = threading.Condition()
        self._ended = False
        self._abandoned = False
        self._broken = False

    def put(self, item: T) -> bool:
        """Waits for room and adds the item; False if nobody will take it any more."""
        with self._changed:
            while len(self._items) >= self._depth and not (self._abandoned or self._broken):
                self._changed.wait()
            if self._abandoned or self._broken:
                return False
            self._items.append(item)
            self._changed.notify_all()
            return True

    def get(self) -> tuple[T] | None:
        """Waits for an item; None after the last one.

        Raises:
            Cancelled: the pipeline stopped before the end; what was put in is not handed out any more.
        """
        with self._changed:
            while not (self._items or self._ended or self._broken):
                self._changed.wait()
            if self._broken:
                raise Cancelled
            if not self._items:
                return None
            item = self._items.popleft()
            self._changed.notify_all()
            return (item,)

    def end(self) -> None:
        """The producer has no more items."""
        self._set(ended=True)

    def abandon(self) -> None:
        """The consumer takes no more items."""
        self._set(abandoned=True)

    def break_off(self) -> None:
        """The whole pipeline stops."""
        self._set(broken=True)

    def _set(self, *, ended: bool = False, abandoned: bool = False, broken: bool = False) -> None:
        with self._changed:
            self._ended |= ended
            self._abandoned |= abandoned
            self._broken |= broken
            if self._abandoned or self._broken:
                self._items.clear()
            self._changed.notify_all()


@dataclass(frozen=True, slots=True)
class _Stage:
    """A stage's name, its generator function, and how many of its items may wait for the next stage."""

    name: str
    function: Callable[[Iterator[Any]], Iterable[Any]]
    depth: int


class Pipeline(Generic[T]):
    """Stages in a row, built with ``then`` and run once with ``run``.

    Example:
        ``Pipeline(reader.frames(), context).then(fill).then(compose).run(write)``
    """

    def __init__(
        self, source: Iterable[T], context: JobContext, *, depth: int = DEFAULT_DEPTH, name: str = "read"
    ) -> None:
        """Starts a pipeline with its source.

        Args:
            source: what the first stage hands on; iterated in a thread of its own.
            context: its ``checkpoint`` is asked at every item of every stage.
            depth: how many items may wait behind the source, at least 1.
            name: the thread's name, for logs and debuggers.
        """
        if depth < 1:
            raise ValueError(f"a channel holds at least one item, not {depth}")
        self._context = context
        self._stages = [_Stage(name, lambda _: source, depth)]

    def then(
        self, stage: Callable[[Iterator[T]], Iterable[U]], *, depth: int = DEFAULT_DEPTH, name: str | None = None
    ) -> Pipeline[U]:
        """A longer pipeline.

        Args:
            stage: generator function over the items of the stage before it. Its iterator raises ``Cancelled`` when
                the pipeline stops early, so a ``finally`` or ``except`` in the stage runs in the stage's own thread.
            depth: how many of its items may wait for the next stage, at least 1.
            name: the thread's name; the function's own name by default.
        """
        if depth < 1:
            raise ValueError(f"a channel holds at least one item, not {depth}")
        longer: Pipeline[U] = Pipeline((), self._context)
        longer._stages = [*self._stages, _Stage(name or str(getattr(stage, "__name__", "stage")), stage, depth)]
        return longer

    def run(self, sink: Callable[[Iterator[T]], U]) -> U:
        """Runs every stage to its end; all threads are gone when it returns or raises.

        Args:
            sink: takes the items in the caller's thread. It may return before the last item; the stages before it
                are then closed.

        Returns:
            What the sink returned.

        Raises:
            Cancelled: the context asked for a stop; seen within one item of whichever stage is at work.
            Exception: the first exception of any stage or of the sink, as it was raised.
        """
        return _Run(self._stages, self._context).run(sink)


@contextmanager
def _brisk_hand_over() -> Iterator[None]:
    """Threads hand over the interpreter every half millisecond instead of five.

    The stages leave it for OpenCV and the codecs hundreds of times a frame, and must not wait five milliseconds for it
    each time (854x480 in ``live``: 25.7 frames a second against 24.2).
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(min(before, _HAND_OVER_S))
    try:
        yield
    finally:
        sys.setswitchinterval(before)


class _Run:
    """One run of a pipeline: its channels, its threads and its first failure."""

    def __init__(self, stages: list[_Stage], context: JobContext) -> None:
        self._context = context
        self._channels: list[_Channel[Any]] = [_Channel(stage.depth) for stage in stages]
        self._failure_lock = threading.Lock()
        self._failure: BaseException | None = None
        self._threads = [
            threading.Thread(target=self._work, args=(position, stage), name=f"pipeline-{stage.name}")
            for position, stage in enumerate(stages)
        ]

    def run(self, sink: Callable[[Iterator[Any]], U]) -> U:
        last = self._channels[-1]
        started: list[threading.Thread] = []
        results: list[U] = []
        try:
            with _brisk_hand_over():
                for thread in self._threads:
                    thread.start()
                    started.append(thread)
                results.append(sink(self._items_of(last)))
            last.abandon()
        except BaseException as error:  # noqa: BLE001 - a job boundary: the first failure is raised below
            self._fail(error)
        finally:
            for thread in started:
                thread.join()
        if self._failure is not None:
            raise self._failure
        return results[0]

    def _work(self, position: int, stage: _Stage) -> None:
        inputs = self._channels[position - 1] if position else None
        outputs = self._channels[position]
        try:
            items = iter(stage.function(self._items_of(inputs) if inputs is not None else iter(())))
            try:
                for item in items:
                    self._context.checkpoint()
                    if not outputs.put(item):
                        break
            finally:
                close = getattr(items, "close", None)
                if close is not None:
                    close()
        except BaseException as error:  # noqa: BLE001 - a job boundary: raised again in the caller's thread
            self._fail(error)
        finally:
            if inputs is not None:
                inputs.abandon()
            outputs.end()

    def _items_of(self, channel: _Channel[Any]) -> Iterator[Any]:
        while (taken := channel.get()) is not None:
            self._context.checkpoint()
            yield taken[0]

    def _fail(self, error: BaseException) -> None:
        with self._failure_lock:
            if self._failure is None:
                self._failure = error
        for channel in self._channels:
            channel.break_off()
