"""Timers that wait until something has come to rest."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


def rest_timer(parent: QObject, wait_ms: int, slot: Callable[[], object]) -> QTimer:
    """A timer that calls a slot once, so long after its last ``start()``; it is not started.

    Args:
        parent: what owns it; it ends with its owner.
        wait_ms: how long there must have been no further start, in milliseconds.
        slot: what is called then.
    """
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(wait_ms)
    timer.timeout.connect(slot)
    return timer
