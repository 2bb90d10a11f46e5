"""Models for clicks in the window: what is here, fetched with progress, stopped, resumed, or taken from a file."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from download_server import CONTENT, DownloadServer
from PySide6.QtWidgets import QApplication

from app.engine.loader import SegmenterState
from app.ui.main_window import MainWindow
from app.ui.models_dialog import ModelsDialog
from app.ui.preferences import load, preferences_file
from models.downloads import Expected, download, partial_of
from models.registry import SEGMENTER_WEIGHTS, SEGMENTERS, LinkedWeights
from models.weights import is_fetched, weights_folder

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


def test_it_says_what_answers_as_soon_as_that_changes_and_no_words_are_cut_off(
    window: MainWindow, dialog: ModelsDialog
) -> None:
    window.clicking.choose("grabcut")
    assert dialog.running.text() == "Now: GrabCut"
    QApplication.processEvents()
    for row in (row for name, row in dialog.rows.items() if name != "auto"):
        assert row.state.width() >= row.state.sizeHint().width(), row.state.text()
    dialog.close()
    window.clicking.choose("auto")  # nobody listens any more


def test_a_fetch_shows_how_far_it_is_is_stopped_and_goes_on(
    window: MainWindow, dialog: ModelsDialog, server: DownloadServer, vit_b: LinkedWeights, until: Until
) -> None:
    server.behaviour.stalls_after = len(CONTENT) // 2
    row = dialog.rows["vit-b"]
    before = row.fetch.geometry()
    row.fetch.click()
    until(lambda: row.bar.maximum() > 0 and row.bar.value() > 300)
    assert row.fetch.text() == "Stop" and row.bar.isVisible() and "% here" in row.state.text()
    QApplication.processEvents()  # the grid is laid out anew
    assert row.fetch.geometry() == before, "the button stays under the pointer"
    row.fetch.click()
    until(lambda: not window.model_fetching.is_running("vit-b") and state_of(window, "vit-b").kept_bytes > 0)
    assert row.fetch.text() == "Go on fetching" and "1 MB of it are here" in row.state.text()
    server.behaviour.stalls_after = None
    server.behaviour.go_on.set()
    row.fetch.click()
    until(lambda: state_of(window, "vit-b").here)
    assert row.state.text() == "here" and row.take.isEnabled() and not row.fetch.isVisible() and is_fetched(vit_b)
    assert server.behaviour.requests[1][1].startswith("bytes=")


Spoil = Callable[[DownloadServer, LinkedWeights, pytest.MonkeyPatch], None]


def _nobody_answers(server: DownloadServer, entry: LinkedWeights, patch: pytest.MonkeyPatch) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        moved = replace(entry, address=f"http://127.0.0.1:{unused.getsockname()[1]}/weights.bin")
    patch.setitem(SEGMENTER_WEIGHTS, moved.name, moved)
    patch.setitem(SEGMENTERS, "vit-b", (moved,))


def _no_such_file(server: DownloadServer, entry: LinkedWeights, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(server.behaviour, "status", 404)


def _another_content(server: DownloadServer, entry: LinkedWeights, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(server.behaviour, "content", CONTENT[:-1] + b"!")


def _another_file(server: DownloadServer, entry: LinkedWeights, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(server.behaviour, "content", b"<html>log in first</html>")


def _no_room(server: DownloadServer, entry: LinkedWeights, patch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")
    patch.setattr("models.downloads.shutil.disk_usage", lambda _folder: usage._replace(free=1000))


def _fills_up(server: DownloadServer, entry: LinkedWeights, patch: pytest.MonkeyPatch) -> None:
    partial = partial_of(weights_folder() / entry.file)
    partial.parent.mkdir(parents=True, exist_ok=True)
    partial.symlink_to("/dev/full")


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        pytest.param(_nobody_answers, "its server cannot be reached", id="no network"),
        pytest.param(_no_such_file, "answers 404", id="404"),
        pytest.param(_another_content, "is not the expected file", id="wrong hash"),
        pytest.param(_another_file, "another file than the expected", id="a page of the network's own"),
        pytest.param(_no_room, "make room, then try again", id="no room"),
        pytest.param(
            _fills_up,
            "is full: make room",
            id="the disk fills up",
            marks=pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full"),
        ),
    ],
)
def test_a_failed_fetch_says_why_and_a_later_one_works(
    window: MainWindow,
    dialog: ModelsDialog,
    server: DownloadServer,
    vit_b: LinkedWeights,
    until: Until,
    spoil: Spoil,
    sentence: str,
) -> None:
    row = dialog.rows["vit-b"]
    with pytest.MonkeyPatch.context() as patch:
        spoil(server, vit_b, patch)
        row.fetch.click()
        until(lambda: window.model_fetching.trouble("vit-b") is not None)
        until(lambda: not window.model_fetching.is_running("vit-b"))
        said = row.trouble.text()
        assert sentence in said and said.endswith(".") and "Traceback" not in said, said
        assert row.trouble.isVisible() and row.trouble.height() >= row.trouble.heightForWidth(row.trouble.width())
        assert row.fetch.isVisible() and not row.bar.isVisible()
        assert not row.take.isEnabled()
    partial = partial_of(weights_folder() / vit_b.file)
    if partial.is_symlink():
        partial.unlink()
    row.fetch.click()
    assert window.model_fetching.trouble("vit-b") is None and not row.trouble.isVisible()
    until(lambda: state_of(window, "vit-b").here)
    assert row.state.text() == "here" and is_fetched(vit_b)


def test_a_fetch_waits_for_that_of_another_window_shows_how_far_it_is_and_takes_its_file(
    window: MainWindow, dialog: ModelsDialog, server: DownloadServer, vit_b: LinkedWeights, until: Until
) -> None:
    server.behaviour.stalls_after = len(CONTENT) // 2
    target = weights_folder() / vit_b.file
    expected = Expected(vit_b.name, vit_b.size_bytes, vit_b.sha256)
    other = threading.Thread(target=download, args=(server.address, target, expected))
    other.start()
    assert server.behaviour.waiting.wait(60)
    row = dialog.rows["vit-b"]
    row.fetch.click()
    until(lambda: row.bar.maximum() > 0 and row.bar.value() > 300)
    assert "% here" in row.state.text()
    assert len(server.behaviour.requests) == 1, "it is fetched once"
    server.behaviour.stalls_after = None
    server.behaviour.go_on.set()
    until(lambda: state_of(window, "vit-b").here)
    other.join(60)
    assert row.state.text() == "here" and is_fetched(vit_b)


def test_waiting_for_another_windows_fetch_can_be_given_up(
    window: MainWindow, dialog: ModelsDialog, server: DownloadServer, vit_b: LinkedWeights, until: Until
) -> None:
    server.behaviour.stalls_after = len(CONTENT) // 2
    expected = Expected(vit_b.name, vit_b.size_bytes, vit_b.sha256)
    other = threading.Thread(target=download, args=(server.address, weights_folder() / vit_b.file, expected))
    other.start()
    assert server.behaviour.waiting.wait(60)
    row = dialog.rows["vit-b"]
    row.fetch.click()
    row.fetch.click()
    until(lambda: not window.model_fetching.is_running("vit-b"))
    assert window.model_fetching.trouble("vit-b") is None
    server.behaviour.stalls_after = None
    server.behaviour.go_on.set()
    other.join(60)
    window.model_fetching.refresh()
    until(lambda: state_of(window, "vit-b").here)


def test_a_file_that_the_user_has_is_taken_if_it_is_the_right_one(
    window: MainWindow, dialog: ModelsDialog, vit_b: LinkedWeights, tmp_path: Path, until: Until
) -> None:
    questions = window.projects.questions
    assert isinstance(questions, Answers)
    questions.file = tmp_path / "mine.pth"
    questions.file.write_bytes(b"another")
    row = dialog.rows["vit-b"]
    row.own.setFocus()
    row.own.click()
    until(lambda: window.model_fetching.trouble("vit-b") is not None)
    assert "not the official" in row.trouble.text() and "fetch it" in row.trouble.text()
    assert dialog.focusWidget() is row.own, "Space would fetch another model"
    questions.file.write_bytes(CONTENT)
    row.own.click()
    until(lambda: state_of(window, "vit-b").here)
    assert is_fetched(vit_b) and dialog.focusWidget() is row.take


def test_a_model_of_two_files_says_which_one_it_still_needs(
    window: MainWindow, dialog: ModelsDialog, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, until: Until
) -> None:
    contents = {each.name: bytes(20 + number) for number, each in enumerate(SEGMENTERS["mobile-sam"])}
    made = tuple(
        replace(each, size_bytes=len(contents[each.name]), sha256=sha256(contents[each.name]).hexdigest())
        for each in SEGMENTERS["mobile-sam"]
    )
    monkeypatch.setitem(SEGMENTERS, "mobile-sam", made)
    for each in made:
        monkeypatch.setitem(SEGMENTER_WEIGHTS, each.name, each)
    encoder, decoder = made
    said: list[str] = []
    window.controller.said.connect(said.append)
    arrived: list[str] = []
    window.model_fetching.arrived.connect(arrived.append)
    questions = window.projects.questions
    assert isinstance(questions, Answers)
    questions.file = tmp_path / "mine.onnx"
    row = dialog.rows["mobile-sam"]
    for entry in (decoder, encoder):
        questions.file.write_bytes(contents[entry.name])
        before = len(said)
        row.own.click()
        until(lambda before=before: len(said) > before)  # type: ignore[misc]
        if entry is decoder:
            assert not arrived and not state_of(window, "mobile-sam").here
            assert encoder.file in said[-1] and encoder.file in row.state.text() and decoder.file not in said[-1]
    assert arrived == ["mobile-sam"] and state_of(window, "mobile-sam").here


def test_what_answers_clicks_is_chosen_and_remembered(window: MainWindow, dialog: ModelsDialog, until: Until) -> None:
    dialog.rows["grabcut"].take.click()
    assert window.clicking.name == "grabcut" and window.clicking.words == "GrabCut"
    until(lambda: load(preferences_file()).segmenter == "grabcut")
    dialog.reject()
