"""What the commands that prepare training data share: a line for each thing done, a limit of time, several cores."""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing
from typing import TypeVar

from models.training.data.footage import FootageError

TIME_UP = 3
"""Exit code of a command that ended because its minutes were over: what is there is whole, more is wanted."""

Job = TypeVar("Job")


def run_printing(lines: Generator[str], minutes: float = math.inf) -> int:
    """Does the work that yields lines, and prints each at once.

    Args:
        lines: the work; it is closed where the time is up.
        minutes: after so long no more is begun; one line is always waited for.

    Returns:
        The exit code: 0, 2 after a sentence about footage that cannot be used, or ``TIME_UP``.
    """
    until = time.monotonic() + 60 * minutes
    try:
        with closing(lines):
            for line in lines:
                sys.stdout.write(f"{line}\n")
                sys.stdout.flush()
                if time.monotonic() >= until:
                    return TIME_UP
    except FootageError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def add_minutes(parser: argparse.ArgumentParser) -> None:
    """Adds ``--minutes``, the limit of time."""
    parser.add_argument(
        "--minutes", type=float, default=math.inf, help="begin nothing more after so long; again goes on"
    )


def each(work: Callable[[Job], str], jobs: Iterable[Job], workers: int) -> Generator[str]:
    """Does jobs in processes, and yields their lines in the jobs' order.

    Jobs are drawn as they are begun, two for each process at most; who closes this waits only for those.
    """
    if workers <= 1:
        yield from map(work, jobs)
        return
    waiting: deque[Future[str]] = deque()
    with ProcessPoolExecutor(workers) as pool:
        try:
            for job in jobs:
                waiting.append(pool.submit(work, job))
                if len(waiting) > 2 * workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
