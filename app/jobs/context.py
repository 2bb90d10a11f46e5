"""What a job holds while it runs: a cancel token and a way to tell how far it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from app.core.errors import Cancelled


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is.

    Attributes:
        done: finished units (frames, bytes, files: the job's own).
        total: all units, None where that is not known yet.
        text: what is being done, in a user's words; may be empty.
    """

    done: int
    total: int | None
    text: str = ""


class CancelToken:
    """A request to stop, set once from any thread or from a signal handler and seen at the next checkpoint.

    It is a plain flag and not a ``threading.Event`` on purpose: an event takes a lock, and a signal handler that
    interrupts the holder of that lock would wait for ever.
    """

    __slots__ = ("_cancelled",)

    def __init__(self) -> None:
        self._cancelled = False

    @property
    def cancelled(self) -> bool:
        """Whether a stop was asked for."""
        return self._cancelled

    def cancel(self) -> None:
        """Asks for a stop; asking again changes nothing."""
        self._cancelled = True

    def checkpoint(self) -> None:
        """Returns while the work may go on.

        Raises:
            Cancelled: a stop was asked for.
        """
        if self._cancelled:
            raise Cancelled


def _ignore_progress(progress: Progress) -> None:
    """Stands in where nobody watches."""


@dataclass(frozen=True, slots=True)
class JobContext:
    """Passed to every job; a job calls ``checkpoint`` at least once a frame.

    Attributes:
        token: the job's cancel token.
        on_progress: called with each ``Progress``, in the thread that reports it.
    """

    token: CancelToken = field(default_factory=CancelToken)
    on_progress: Callable[[Progress], None] = _ignore_progress

    def checkpoint(self) -> None:
        """Returns while the job may go on.

        Raises:
            Cancelled: a stop was asked for.
        """
        self.token.checkpoint()

    def progress(self, done: int, total: int | None = None, text: str = "") -> None:
        """Tells the watcher that ``done`` of ``total`` units are finished."""
        self.on_progress(Progress(done, total, text))

    def part(self, number: int, count: int) -> JobContext:
        """The same for one of several parts of equal length that run one after the other: their progress counts on.

        Args:
            number: which part, from 0 on.
            count: of all parts.
        """

        def told(progress: Progress) -> None:
            total = progress.total
            if total is None:
                self.on_progress(progress)
            else:
                self.on_progress(Progress(number * total + progress.done, count * total, progress.text))

        return self if count == 1 else replace(self, on_progress=told)
