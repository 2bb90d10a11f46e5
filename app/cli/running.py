"""Runs a job in the terminal: progress, and Ctrl-C as a request to stop."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

from app.cli.progress import shown
from app.jobs.context import CancelToken, JobContext

T = TypeVar("T")


def run_job(job: Callable[[JobContext], T], title: str) -> T:
    """Runs a job here and shows its progress.

    The first Ctrl-C (or a plain ``kill``) asks the job to stop, which it does within a frame and tidily; a second one
    breaks it off.

    Raises:
        Cancelled: the user stopped it.
    """
    token = CancelToken()
    with _interrupt_asks(token), shown(title) as report:
        return job(JobContext(token, report))


@contextmanager
def _interrupt_asks(token: CancelToken) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may set signal handlers
        return

    def ask(_signal: int, _frame: FrameType | None) -> None:
        if token.cancelled:
            raise KeyboardInterrupt
        token.cancel()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
