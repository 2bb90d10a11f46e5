"""Keeps an encoder from taking the whole machine.

SVT-AV1, run by root (a container, a render node), makes the thread that opens it and each of its own a real-time
thread of the highest priority. They, and whatever the program starts after them, then run before everything else on the
machine.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_OWN_THREADS = Path("/proc/self/task")


@contextmanager
def ordinary_scheduling() -> Iterator[None]:
    """Threads that have become real-time threads by the end of the block go back to how the system shares out time.

    Those that were before it stay so, and the threads that they start. Only Linux has such encoders; elsewhere nothing
    happens.
    """
    before = _real_time_threads()
    try:
        yield
    finally:
        _share_out(_real_time_threads() - before)


def _real_time_threads() -> set[int]:
    """The real-time threads of this process; none where no encoder makes any."""
    found: set[int] = set()
    if sys.platform == "linux":
        for thread in (int(entry.name) for entry in _OWN_THREADS.iterdir()):
            with suppress(ProcessLookupError):  # it has ended meanwhile
                if os.sched_getscheduler(thread) in (os.SCHED_FIFO, os.SCHED_RR):
                    found.add(thread)
    return found


def _share_out(threads: set[int]) -> None:
    """Makes threads of this process ordinary ones."""
    if sys.platform == "linux":
        for thread in threads:
            with suppress(ProcessLookupError):
                os.sched_setscheduler(thread, os.SCHED_OTHER, os.sched_param(0))
