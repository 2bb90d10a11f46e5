"""Pausing a job: it waits at its next checkpoint until it may go on or is cancelled."""

from __future__ import annotations

import threading
from dataclasses import replace

from app.jobs.context import CancelToken, JobContext

# How soon a cancelled job that is paused sees it: the token is a plain flag and wakes nobody.
_LOOK_EVERY_S = 0.05


class PauseSwitch:
    """Stops and starts a job from any thread."""

    def __init__(self) -> None:
        self._running = threading.Event()
        self._running.set()
        self._was_used = False

    @property
    def paused(self) -> bool:
        """Whether the job waits, or will at its next checkpoint."""
        return not self._running.is_set()

    @property
    def was_used(self) -> bool:
        """Whether the job was ever paused: then its time says nothing about its speed."""
        return self._was_used

    def pause(self) -> None:
        """The job waits from its next checkpoint on."""
        self._was_used = True
        self._running.clear()

    def resume(self) -> None:
        """The job goes on."""
        self._running.set()

    def wait(self, timeout_s: float) -> bool:
        """Waits until the job may go on, at most so long; whether it may."""
        return self._running.wait(timeout_s)


class _PausingToken(CancelToken):
    """The job's own token, whose checkpoint also waits for the switch."""

    __slots__ = ("_inner", "_switch")

    def __init__(self, inner: CancelToken, switch: PauseSwitch) -> None:
        super().__init__()
        self._inner = inner
        self._switch = switch

    @property
    def cancelled(self) -> bool:
        return self._inner.cancelled

    def cancel(self) -> None:
        self._inner.cancel()

    def checkpoint(self) -> None:
        self._inner.checkpoint()
        while not self._switch.wait(_LOOK_EVERY_S):
            self._inner.checkpoint()


def pausable(context: JobContext, switch: PauseSwitch | None) -> JobContext:
    """A context whose checkpoints wait while the switch is off; the same one without a switch."""
    return context if switch is None else replace(context, token=_PausingToken(context.token, switch))
