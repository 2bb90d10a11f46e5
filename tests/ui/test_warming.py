"""The engine's libraries come before they are needed, and never in the window's way."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from pathlib import Path

from pytestqt.qtbot import QtBot

from app.ui.main_window import MainWindow
from app.ui.warming import StandingBack, Warming

Until = Callable[[Callable[[], bool]], None]


def test_libraries_come_before_anything_is_marked(window: MainWindow, until: Until) -> None:
    collected: list[bool] = []
    warming = Warming(window.controller, window, load=lambda: collected.append(gc.isenabled()))
    until(lambda: warming.done)
    assert not window.controller.state.has_clip
    assert collected == [False] and gc.isenabled()  # a full collection holds every thread up


def test_they_come_once_however_many_clips_are_opened(
    window: MainWindow, clip_path: Path, until: Until, qtbot: QtBot
) -> None:
    loads: list[int] = []
    warming = Warming(window.controller, window, load=lambda: loads.append(1))
    until(lambda: warming.done)
    with qtbot.waitSignal(window.controller.clip_opened):
        window.open_path(clip_path)
    warming._begin()
    until(lambda: window.viewer.shown is not None and not window.rendering.busy)
    assert loads == [1]


def test_what_cannot_be_loaded_is_tried_again_with_the_next_clip(
    window: MainWindow, clip_path: Path, until: Until
) -> None:
    loads: list[int] = []

    def load() -> None:
        loads.append(1)
        if len(loads) == 1:
            raise ImportError("no such library")

    warming = Warming(window.controller, window, load=load)
    until(lambda: bool(loads) and not warming._begun)
    assert not warming.done and gc.isenabled() and not any(isinstance(each, StandingBack) for each in sys.meta_path)
    window.open_path(clip_path)
    until(lambda: warming.done)
    assert loads == [1, 1]


def test_an_import_waits_while_the_window_is_late() -> None:
    answers = [True, True, False]
    assert StandingBack(lambda: answers.pop(0)).find_spec("torch", None) is None
    assert answers == []


def test_an_import_that_the_window_waits_for_goes_on() -> None:
    asked: list[int] = []

    def always() -> bool:
        asked.append(1)
        return True

    polite = StandingBack(always, patience_s=0.02)
    assert polite.find_spec("torch", None) is None
    told = len(asked)
    assert polite.find_spec("numpy", None) is None and len(asked) == told  # its patience is at an end
