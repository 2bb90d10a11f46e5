"""The engine's libraries come before they are needed, and never in the window's way."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

import app.ui.status
import models.devices
from app.engine.loader import ComputePlace, certain_place
from app.jobs.runner import Lane
from app.ui.main_window import MainWindow
from app.ui.status import StatusLine
from app.ui.warming import StandingBack, Warming

CPU = ComputePlace("CPU", "There is no NVIDIA driver here.")
Until = Callable[[Callable[[], bool]], None]


def test_libraries_come_before_anything_is_marked(window: MainWindow, until: Until) -> None:
    collected: list[bool] = []
    warming = Warming(window.controller, window, load=lambda: collected.append(gc.isenabled()) or CPU)
    until(lambda: warming.done)
    assert not window.controller.state.has_clip
    assert collected == [False] and gc.isenabled()  # a full collection holds every thread up


def test_they_wait_until_nothing_is_opened_or_read(window: MainWindow, until: Until) -> None:
    """Mapping them holds the system's lock on libraries, and a job that needs one holds Python's meanwhile."""
    until(lambda: not window.controller.desk.open_handles)
    read = threading.Event()
    window.controller.submit(lambda _context: read.wait(60), Lane.IO, "reading")
    loads: list[int] = []
    warming = Warming(window.controller, window, load=lambda: loads.append(1) or CPU)
    warming._begin_at_rest()
    assert not warming._begun
    read.set()
    until(lambda: not window.controller.desk.open_handles)
    warming._begin_at_rest()
    until(lambda: warming.done)
    assert loads == [1]


def test_they_come_once_however_many_clips_are_opened(
    window: MainWindow, clip_path: Path, until: Until, qtbot: QtBot
) -> None:
    loads: list[int] = []
    warming = Warming(window.controller, window, load=lambda: loads.append(1) or CPU)
    until(lambda: warming.done)
    with qtbot.waitSignal(window.controller.clip_opened, timeout=60_000):
        window.open_path(clip_path)
    warming._begin()
    until(lambda: window.viewer.shown is not None and not window.rendering.busy)
    assert loads == [1]


def test_what_cannot_be_loaded_is_tried_again_with_the_next_clip(
    window: MainWindow, clip_path: Path, until: Until
) -> None:
    loads: list[int] = []

    def load() -> ComputePlace:
        loads.append(1)
        if len(loads) == 1:
            raise ImportError("no such library")
        return CPU

    warming = Warming(window.controller, window, load=load)
    until(lambda: bool(loads) and not warming._begun)
    assert not warming.done and gc.isenabled() and not any(isinstance(each, StandingBack) for each in sys.meta_path)
    window.open_path(clip_path)
    until(lambda: warming.done)
    assert loads == [1, 1]


def test_the_status_line_tells_where_it_computes_as_soon_as_that_is_known(
    window: MainWindow, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = ComputePlace("NVIDIA H100", "")
    monkeypatch.setattr(app.ui.status, "certain_place", lambda: None)
    status = StatusLine(window.controller)
    assert status.place_words == ("", "")
    warming = Warming(window.controller, window, load=lambda: card)
    warming.placed.connect(status.set_place)
    until(lambda: warming.done)
    assert status.place_words == ("NVIDIA H100", "Where it computes: NVIDIA H100")
    status.set_place(ComputePlace("CPU", "The NVIDIA driver is too old for this torch (CUDA 12.8): update the driver."))
    assert status.place_words[0] == "CPU" and "too old" in status.place_words[1]


def test_no_sentence_makes_the_window_wider(opened: MainWindow, until: Until) -> None:
    opened.resize(1280, 720)
    until(lambda: opened.status.width() == 1280)
    opened.controller.said.emit("Nothing was found behind it. " * 20)
    opened.status.set_place(ComputePlace("A graphics card with quite a long name", ""))
    assert opened.status.words.count("Nothing was found") == 20
    row = opened.status.layout()
    assert row is not None and row.activate()
    assert row.minimumSize().width() < 900


@pytest.mark.parametrize(
    ("engine", "driver", "expected"),
    [("propagate", True, "needs no graphics card"), ("vornet", False, "no NVIDIA driver"), ("vornet", True, None)],
)
def test_without_a_driver_the_place_is_certain_at_once(
    monkeypatch: pytest.MonkeyPatch, engine: str, driver: bool, expected: str | None
) -> None:
    monkeypatch.setenv("CLEANPLATE_ENGINE", engine)
    monkeypatch.setattr(models.devices, "has_cuda_driver", lambda: driver)
    place = certain_place()
    assert place is None if expected is None else place is not None and expected in place.reason


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
