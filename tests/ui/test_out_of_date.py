"""Frames that a change has put out of date are so still when the project is opened again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from conftest import Answers
from moving_square import FRAMES, HEIGHT, WIDTH

from app.core.edits import SetTrack
from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.core.object_edits import set_anchor
from app.core.project_file import load_project
from app.engine.result_view import FrameState
from app.ui.main_window import MainWindow
from app.ui.views import Making

Until = Callable[[Callable[[], bool]], None]
HOLE = Rect(100, 40, 24, 24)


def blob(rect: Rect) -> MaskBlob:
    return MaskBlob.from_array(box_mask(rect, WIDTH, HEIGHT))


def reopened(window: MainWindow, path: Path, until: Until) -> None:
    """Saves, closes and opens the project again."""
    answers = window.projects.questions
    assert isinstance(answers, Answers)
    answers.file = path
    window.actions_table.action("file.save").trigger()
    until(lambda: not window.controller.state.modified)
    window.actions_table.action("file.close").trigger()
    until(lambda: window.controller.workspace is None and not window.controller.desk.open_handles)
    window.open_path(path)
    until(lambda: window.viewer.shown is not None and not window.rendering.busy)


def test_what_was_out_of_date_before_closing_is_so_when_it_is_opened_again(
    opened: MainWindow, tmp_path: Path, until: Until
) -> None:
    target = opened.editing.target()
    opened.editing.commit(
        *target.first, SetTrack.imported(target.document, target.object_id, dict.fromkeys(range(FRAMES), blob(HOLE)))
    )
    until(lambda: not opened.rendering.busy)
    opened.rendering.render_range()
    until(lambda: bool((opened.rendering.states == FrameState.FINAL).all()))
    project = tmp_path / "shot.cleanplate"
    reopened(opened, project, until)
    assert (opened.rendering.states == FrameState.FINAL).all()
    assert load_project(project).kept == (), "nothing was out of date"
    opened.controller.perform(set_anchor(opened.controller.document, 1, 5, blob(Rect(90, 30, 50, 50))))
    until(lambda: not opened.rendering.busy)
    before = opened.rendering.states.copy()
    assert FrameState.STALE in before
    for _ in range(2):  # what was opened is saved again
        reopened(opened, project, until)
        assert (opened.rendering.states == before).all()
        assert opened.controller.kept.entries == [], "no result that the user kept"
    opened.controller.transport.go_to(5)
    until(lambda: opened.viewer.shown is not None and opened.viewer.shown.wanted.index == 5)
    shown = opened.viewer.shown
    assert shown is not None and shown.making is Making.OUTDATED
    opened.rendering.render_range()
    until(lambda: bool((opened.rendering.states == FrameState.FINAL).all()))
    opened.controller.transport.go_to(6)
    opened.actions_table.action("range.set_out").trigger()
    until(lambda: not opened.rendering.busy)
    reopened(opened, project, until)
    assert FrameState.STALE not in opened.rendering.states[:7]
