"""The job runner: eight lanes, one worker thread each, and exactly one closing event for every job.

The COMPUTE lane owns the GPU and all recurrent state, so nothing it touches needs a lock; the IO lane keeps files out
of its way, and the FETCH lane downloads, which may take minutes; the DISPLAY lane decodes what the screen shows and
waits for neither; the BACKGROUND lane is for long work that nobody waits for, such as proxies; the SOUND lane decodes
what is heard; the TOOLS lane does what the hand asks for, such as a flood fill, which must not wait for a render. Jobs
of a lane run in the order in which they were submitted. No Qt: the window hangs a bridge on ``on_event``, the command
line waits on the handle.
"""

from __future__ import annotations

import itertools
import logging
import os
import sys
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from types import TracebackType
from typing import Any, Generic, TypeVar

from app.core.errors import Cancelled
from app.jobs.context import CancelToken, JobContext, Progress

T = TypeVar("T")

_log = logging.getLogger(__name__)

# On Windows a wait without a limit hides Ctrl-C from the main thread until it ends.
_WAIT_SLICE_S = 0.1


class Lane(Enum):
    """Where a job runs."""

    COMPUTE = "compute"
    EXPORT = "export"
    """Exports, with engines of their own: whoever goes on working beside one does not wait for it."""
    IO = "io"
    DISPLAY = "display"
    BACKGROUND = "background"
    SOUND = "sound"
    TOOLS = "tools"
    FETCH = "fetch"


_GIVING_WAY = (Lane.EXPORT, Lane.BACKGROUND)
"""Lanes whose work comes second where there is not enough of the machine for all."""
_NICENESS = 5


def _give_way() -> None:
    """Lets the system put this thread, and those that it starts, behind the others."""
    if sys.platform == "linux":  # elsewhere a priority is the whole process's
        with suppress(OSError):  # some containers allow none
            thread = threading.get_native_id()
            os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + _NICENESS)


@dataclass(frozen=True, slots=True)
class JobProgressed:
    """A running job told how far it is."""

    handle: JobHandle[Any]
    progress: Progress


@dataclass(frozen=True, slots=True)
class JobFinished:
    """A job returned ``result``; its last event."""

    handle: JobHandle[Any]
    result: Any


@dataclass(frozen=True, slots=True)
class JobFailed:
    """A job raised ``error``; its last event."""

    handle: JobHandle[Any]
    error: BaseException


@dataclass(frozen=True, slots=True)
class JobCancelled:
    """A job was stopped, or never started, because it was cancelled; its last event."""

    handle: JobHandle[Any]


JobEvent = JobProgressed | JobFinished | JobFailed | JobCancelled


class JobHandle(Generic[T]):
    """A submitted job, for whoever waits for it or wants to stop it.

    Attributes:
        number: counts up from 1 in the order of submission.
        label: what the job does, in a user's words.
        lane: where it runs.
    """

    def __init__(self, number: int, label: str, lane: Lane, token: CancelToken, ended: Future[T]) -> None:
        self.number = number
        self.label = label
        self.lane = lane
        self._token = token
        self._ended = ended

    def __repr__(self) -> str:
        return f"JobHandle({self.number}, {self.label!r}, {self.lane.name})"

    @property
    def done(self) -> bool:
        """Whether the job has ended and its closing event was delivered."""
        return self._ended.done()

    def cancel(self) -> None:
        """Asks the job to stop at its next checkpoint; one that has not started never will."""
        self._token.cancel()

    def result(self) -> T:
        """Waits for the job's end; never call it from ``on_event`` or from a job of the same lane.

        Returns:
            What the job returned.

        Raises:
            Cancelled: the job was cancelled.
            Exception: what the job raised.
        """
        while True:
            try:
                return self._ended.result(timeout=_WAIT_SLICE_S)
            except FutureTimeout:
                if self._ended.done():
                    return self._ended.result()


_Due = tuple[Callable[[JobContext], T], JobHandle[T], CancelToken, Future[T]]
"""A job that waits, with all that its lane needs."""


class JobRunner:
    """Runs jobs on its lanes; a context manager that cancels what is left when it closes.

    Every job ends in exactly one of ``JobFinished``, ``JobFailed`` and ``JobCancelled``, delivered by the lane's thread
    before the handle counts as done.
    """

    def __init__(self, on_event: Callable[[JobEvent], None] | None = None) -> None:
        """Opens the lanes.

        Args:
            on_event: called with every event in the thread of the lane, so it must be quick and may not wait for a
                job; an exception of its own is logged and changes nothing for the job.
        """
        self._on_event = on_event
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._open_handles: set[JobHandle[Any]] = set()
        self._lanes = {
            lane: ThreadPoolExecutor(
                max_workers=1,
                thread_name_prefix=f"lane-{lane.value}",
                initializer=_give_way if lane in _GIVING_WAY else None,
            )
            for lane in Lane
        }

    def __enter__(self) -> JobRunner:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def submit(self, job: Callable[[JobContext], T], *, lane: Lane = Lane.COMPUTE, label: str = "") -> JobHandle[T]:
        """Queues a job behind the others of its lane.

        Args:
            job: called once with its context, in the lane's thread. It captures its inputs when it is made.
            lane: which thread runs it.
            label: what it does, in a user's words.

        Raises:
            RuntimeError: the runner is closed.
        """
        token, ended = CancelToken(), Future[T]()
        handle = JobHandle(next(self._numbers), label, lane, token, ended)
        with self._lock:
            self._lanes[lane].submit(self._run, [(job, handle, token, ended)])
            self._open_handles.add(handle)
        return handle

    def close(self, *, cancel: bool = True) -> None:
        """Takes no more jobs, waits until every job has ended and the threads are gone.

        Args:
            cancel: ask the jobs to stop first; otherwise those queued still run.
        """
        with self._lock:
            if cancel:
                for handle in self._open_handles:
                    handle.cancel()
            for executor in self._lanes.values():
                executor.shutdown(wait=False)
        for executor in self._lanes.values():
            executor.shutdown(wait=True)

    def _run(self, due: list[_Due[T]]) -> None:
        """Runs the one job that is due, and keeps nothing of it.

        The handle keeps its error, whose traceback keeps all frames that it came through and those that called them,
        down to the executor's. If these knew the job or its context, and so the handle, whatever a stopped job worked
        with (a clip, an engine, pictures) would stay until Python looks for garbage.
        """
        job, handle, token, ended = due.pop()
        context = self._context_of(handle, token)
        try:
            context.checkpoint()
            result = job(context)
        except Cancelled as stop:
            _let_go(stop)
            self._deliver(JobCancelled(handle))
            ended.set_exception(stop)
        except BaseException as error:  # noqa: BLE001 - the job boundary: handed to whoever listens and waits
            _let_go(error)
            self._deliver(JobFailed(handle, error))
            ended.set_exception(error)
        else:
            self._deliver(JobFinished(handle, result))
            ended.set_result(result)
        with self._lock:
            self._open_handles.discard(handle)
        del job, handle, ended, context

    def _context_of(self, handle: JobHandle[Any], token: CancelToken) -> JobContext:
        return JobContext(token, lambda progress: self._deliver(JobProgressed(handle, progress)))

    def _deliver(self, event: JobEvent) -> None:
        if self._on_event is None:
            return
        try:
            self._on_event(event)
        except Exception:  # noqa: BLE001 - a listener's mistake must not turn a finished job into a failed one
            _log.exception("a listener failed on %r", event)


def _let_go(error: BaseException) -> None:
    """Empties the frames that an error came through; where it was raised can still be told."""
    seen: set[int] = set()
    chain: list[BaseException | None] = [error]
    while chain:
        each = chain.pop()
        if each is not None and id(each) not in seen:
            seen.add(id(each))
            traceback.clear_frames(each.__traceback__)
            chain += [each.__cause__, each.__context__]
