"""Tracks that are looked at a second time while nothing else goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event

import pytest
from gestures import press, steps
from moving_square import BLOB, FRAMES, HEIGHT, WIDTH, object_corner
from PySide6.QtCore import Qt

from app.core.edits import AddObject
from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.core.object_edits import set_anchor
from app.engine import track_check
from app.engine.mask_jobs import MasksFound
from app.engine.survey import Trouble
from app.engine.track_check import Reasons
from app.jobs.context import JobContext
from app.ui.main_window import MainWindow
from app.ui.preferences import load, preferences_file

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def looking(opened: MainWindow, second_stands_still: None) -> MainWindow:
    """A window that looks again at once, with an object that moves and a second track that stays where it began."""
    opened.second_look._beat.setInterval(5)
    opened.controller.perform(AddObject("square"))
    paint(opened, 0)
    opened.controller.select(1)
    return opened


def paint(window: MainWindow, frame: int) -> None:
    """Says where the object is in a frame."""
    mask = MaskBlob.from_array(box_mask(Rect(*object_corner(frame), BLOB, BLOB), WIDTH, HEIGHT))
    window.controller.perform(set_anchor(window.controller.document, 1, frame, mask))


def track(window: MainWindow, until: Until) -> None:
    press(window, Qt.Key.Key_T)
    until(lambda: not window.tracking.running)
    assert len(window.controller.document.object(1).track) == FRAMES


def test_where_the_second_track_disagrees_is_marked_and_found_by_the_keys(looking: MainWindow, until: Until) -> None:
    said: list[str] = []
    looking.controller.said.connect(said.append)
    looking.actions_table.action("track.second_look").trigger()
    track(looking, until)
    before = steps(looking), looking.controller.revision
    until(lambda: not looking.second_look.waiting)
    marked = looking.second_look.frames
    assert 0 not in marked and FRAMES - 1 in marked
    assert said[-1] == f"A second look disagrees in {len(marked)} frames."
    assert {each.frame for each in looking.quality.problems if Trouble.UNSURE in each.troubles} >= marked
    assert "unsure" in looking.timeline.words_of(FRAMES - 1)
    assert (steps(looking), looking.controller.revision) == before, "no step, and nothing to save"
    looking.controller.transport.go_to(0)
    looking.actions_table.action("quality.next").trigger()
    assert looking.controller.transport.position == min(each.frame for each in looking.quality.problems)


def test_a_mark_goes_with_the_mask_that_it_was_made_for_and_comes_back_with_it(
    looking: MainWindow, until: Until
) -> None:
    looking.actions_table.action("track.second_look").trigger()
    track(looking, until)
    until(lambda: bool(looking.second_look.frames))
    marked = looking.second_look.frames
    paint(looking, FRAMES - 1)
    assert looking.second_look.frames == marked - {FRAMES - 1}
    looking.controller.undo()
    assert looking.second_look.frames == marked
    looking.controller.close_clip()
    assert not looking.second_look.frames and not looking.quality.problems


def held(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> Event:
    """Lets no second look end before the event is set, unless it is stopped."""
    let_go, workspace = Event(), window.controller.workspace
    assert workspace is not None
    checking = workspace.check_tracks

    def check(found: Sequence[MasksFound], frames: tuple[int, int]) -> Callable[[JobContext], list[Reasons]]:
        look = checking(found, frames)

        def job(context: JobContext) -> list[Reasons]:
            while not let_go.wait(0.005):
                context.checkpoint()
            return look(context)

        return job

    monkeypatch.setattr(workspace, "check_tracks", check)
    return let_go


def test_it_gives_way_to_what_starts_and_begins_anew_when_that_is_over(
    looking: MainWindow, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go = held(looking, monkeypatch)
    looking.actions_table.action("track.second_look").trigger()
    track(looking, until)
    until(lambda: looking.second_look._job is not None)
    looking.controller.set_flag(rendering=True)
    assert looking.second_look._job is None and looking.second_look.waiting
    until(lambda: not looking.controller.desk.open_handles)
    assert not looking.second_look.frames
    let_go.set()
    looking.controller.set_flag(rendering=False)
    until(lambda: bool(looking.second_look.frames))


def test_an_edit_of_its_masks_ends_it(looking: MainWindow, until: Until, monkeypatch: pytest.MonkeyPatch) -> None:
    held(looking, monkeypatch)
    looking.actions_table.action("track.second_look").trigger()
    track(looking, until)
    assert looking.second_look.waiting
    looking.controller.perform(AddObject("another"))
    assert looking.second_look.waiting, "that is no matter of its masks"
    paint(looking, 5)
    assert not looking.second_look.waiting


def test_nothing_is_looked_at_unless_somebody_asks_for_it_and_that_is_kept(looking: MainWindow, until: Until) -> None:
    assert not looking.actions_table.action("track.second_look").isChecked()
    track(looking, until)
    assert not looking.second_look.waiting
    looking.actions_table.action("track.second_look").trigger()
    until(lambda: load(preferences_file()).second_look)


def test_a_project_keeps_whether_its_tracks_are_looked_at_again(
    looking: MainWindow, clip_path: Path, tmp_path: Path, until: Until
) -> None:
    action, path = looking.actions_table.action("track.second_look"), tmp_path / "shot.cleanplate"
    action.trigger()
    looking.projects.questions.file = path  # type: ignore[attr-defined]  # the test's own
    looking.actions_table.action("file.save").trigger()
    until(lambda: looking.controller.workspace is not None and looking.controller.workspace.project_path == path)
    action.trigger()
    looking.open_path(clip_path)
    until(lambda: looking.controller.workspace is not None and looking.controller.workspace.project_path is None)
    assert not action.isChecked() and not looking.second_look.wanted
    looking.open_path(path)
    until(lambda: looking.controller.workspace is not None and looking.controller.workspace.project_path == path)
    assert action.isChecked() and looking.second_look.wanted
    looking.actions_table.action("track.look_again").trigger()
    assert not looking.preferences.second_look, "the project's, not everybody's"
    looking.open_path(clip_path)
    until(lambda: looking.controller.workspace is not None and looking.controller.workspace.project_path is None)
    assert not action.isChecked() and not looking.second_look.wanted


def test_without_the_network_a_sentence_says_so(
    looking: MainWindow, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(track_check, "has_mask_network", lambda: False)
    said: list[str] = []
    looking.controller.said.connect(said.append)
    looking.actions_table.action("track.second_look").trigger()
    track(looking, until)
    assert not looking.second_look.waiting and "a second look needs the mask network" in said[-1]
