"""The Qt binding can be trusted with what every call of it touches."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication


class _Teller(QObject):
    told = Signal()


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None and True count no references there")
def test_calls_give_back_the_references_they_take(qapp: QApplication) -> None:
    """PySide6 6.12.0 lost one with each call: the program aborted after some hundreds."""
    teller = _Teller()
    before = sys.getrefcount(None), sys.getrefcount(True)
    for _ in range(200):
        teller.told.emit()
        qapp.processEvents()
    after = sys.getrefcount(None), sys.getrefcount(True)
    assert abs(after[0] - before[0]) < 100 and abs(after[1] - before[1]) < 100
