"""Models for clicks in the window: what is here, fetched with progress, stopped, resumed, or taken from a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from download_server import CONTENT, DownloadServer

from app.engine.loader import SegmenterState
from app.ui.main_window import MainWindow
from app.ui.models_dialog import ModelsDialog
from app.ui.preferences import load, preferences_file
from models.registry import SEGMENTER_WEIGHTS, SEGMENTERS, LinkedWeights
from models.weights import is_fetched

from conftest import Answers  # isort: skip

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def server() -> Iterator[DownloadServer]:
    opened = DownloadServer()
    yield opened
    opened.close()


@pytest.fixture
def vit_b(server: DownloadServer, monkeypatch: pytest.MonkeyPatch) -> LinkedWeights:
    """The server's file in place of ViT-B's."""
    entry = SEGMENTERS["vit-b"][0]
    facts = {"address": server.address, "size_bytes": len(CONTENT), "sha256": sha256(CONTENT).hexdigest()}
    made = replace(entry, **facts)  # type: ignore[arg-type]
    assert isinstance(made, LinkedWeights)
    monkeypatch.setitem(SEGMENTER_WEIGHTS, made.name, made)
    monkeypatch.setitem(SEGMENTERS, "vit-b", (made,))
    return made


@pytest.fixture
def dialog(window: MainWindow, vit_b: LinkedWeights, until: Until) -> ModelsDialog:
    window.actions_table.action("click.models").trigger()
    (shown,) = window.findChildren(ModelsDialog)
    until(lambda: len(window.model_fetching.states) == 4)
    return shown


def state_of(window: MainWindow, name: str) -> SegmenterState:
    return next(state for state in window.model_fetching.states if state.name == name)


def test_each_model_says_its_size_and_whether_it_is_here(dialog: ModelsDialog) -> None:
    row = dialog.rows["vit-h"]
    assert row.size.text() == "2565 MB" and row.state.text() == "not here" and not row.take.isEnabled()
    assert row.fetch.text() == "Fetch" and row.own.isVisible() and not row.bar.isVisible()
    assert dialog.rows["auto"].take.isChecked() and dialog.rows["grabcut"].take.isEnabled()


def test_a_fetch_shows_how_far_it_is_is_stopped_and_goes_on(
    window: MainWindow, dialog: ModelsDialog, server: DownloadServer, vit_b: LinkedWeights, until: Until
) -> None:
    server.behaviour.stalls_after = len(CONTENT) // 2
    row = dialog.rows["vit-b"]
    row.fetch.click()
    until(lambda: row.bar.maximum() > 0 and row.bar.value() > 300)
    assert row.fetch.text() == "Stop" and row.bar.isVisible() and "% here" in row.state.text()
    row.fetch.click()
    until(lambda: not window.model_fetching.is_running("vit-b") and state_of(window, "vit-b").kept_bytes > 0)
    assert row.fetch.text() == "Go on fetching" and "1 MB of it are here" in row.state.text()
    server.behaviour.stalls_after = None
    server.behaviour.go_on.set()
    row.fetch.click()
    until(lambda: state_of(window, "vit-b").here)
    assert row.state.text() == "here" and row.take.isEnabled() and not row.fetch.isVisible() and is_fetched(vit_b)
    assert server.behaviour.requests[1][1].startswith("bytes=")


def test_a_failed_fetch_says_why_and_a_later_one_works(
    window: MainWindow, dialog: ModelsDialog, server: DownloadServer, until: Until
) -> None:
    server.behaviour.status = 404
    row = dialog.rows["vit-b"]
    row.fetch.click()
    until(lambda: window.model_fetching.trouble("vit-b") is not None)
    assert "answers 404" in row.state.text() and row.fetch.text() == "Fetch"
    server.behaviour.status = 0
    row.fetch.click()
    until(lambda: state_of(window, "vit-b").here)
    assert row.state.text() == "here"


def test_a_file_that_the_user_has_is_taken_if_it_is_the_right_one(
    window: MainWindow, dialog: ModelsDialog, vit_b: LinkedWeights, tmp_path: Path, until: Until
) -> None:
    questions = window.projects.questions
    assert isinstance(questions, Answers)
    questions.file = tmp_path / "mine.pth"
    questions.file.write_bytes(b"another")
    dialog.rows["vit-b"].own.click()
    until(lambda: window.model_fetching.trouble("vit-b") is not None)
    assert "not the official" in dialog.rows["vit-b"].state.text()
    questions.file.write_bytes(CONTENT)
    dialog.rows["vit-b"].own.click()
    until(lambda: state_of(window, "vit-b").here)
    assert is_fetched(vit_b)


def test_what_answers_clicks_is_chosen_and_remembered(window: MainWindow, dialog: ModelsDialog, until: Until) -> None:
    dialog.rows["grabcut"].take.click()
    assert window.clicking.name == "grabcut" and window.clicking.words == "GrabCut"
    until(lambda: load(preferences_file()).segmenter == "grabcut")
    dialog.reject()
