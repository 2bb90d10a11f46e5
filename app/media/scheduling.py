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
    if sys.platform != "linux":
        yield
        return
    before = _real_time_threads()
    try:
        yield
    finally:
        for thread in _real_time_threads() - before:
            with suppress(ProcessLookupError):  # it has ended meanwhile
                os.sched_setscheduler(thread, os.SCHED_OTHER, os.sched_param(0))


def _real_time_threads() -> set[int]:
    found = set()
    for thread in (int(entry.name) for entry in _OWN_THREADS.iterdir()):
        with suppress(ProcessLookupError):
            if os.sched_getscheduler(thread) in (os.SCHED_FIFO, os.SCHED_RR):
                found.add(thread)
    return found
