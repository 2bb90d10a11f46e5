"""Notices go by themselves once what they are about holds no more, and no sooner."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from moving_square import BLOB, FRAMES, HEIGHT, WIDTH, object_corner
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.core.edits import SetTrack
from app.core.errors import UserError
from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.engine.request import Removal
from app.jobs.context import JobContext
from app.jobs.runner import Lane
from app.ui.main_window import MainWindow
from app.ui.notices import Choice, Notice
from app.workspace import Workspace

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def marked(opened: MainWindow, until: Until) -> MainWindow:
    """With the object's masks in every frame."""
    opened.editing.new_object()
    masks: dict[int, MaskBlob | None] = {}
    for index in range(FRAMES):
        left, top = object_corner(index)
        masks[index] = MaskBlob.from_array(box_mask(Rect(left, top, BLOB, BLOB), WIDTH, HEIGHT))
    opened.controller.perform(SetTrack.tracked(opened.controller.document, 1, masks))
    until(lambda: not opened.rendering.busy)
    return opened


def run(window: MainWindow, job: Callable[[JobContext], object], label: str, until: Until) -> None:
    """Runs a job to its end."""
    handle = window.controller.submit(job, Lane.IO, label)
    until(lambda: handle.number not in window.controller.desk.open_handles)


def full(_context: JobContext) -> None:
    raise UserError("The disk is full: free some space.")


def test_what_failed_is_told_until_the_same_goes_well(opened: MainWindow, until: Until) -> None:
    run(opened, full, "saving automatically", until)
    assert opened.notices.sentence.text() == "The disk is full: free some space."
    run(opened, lambda _context: None, "reading the recent files", until)
    assert opened.notices.isVisible(), "something else went well"
    run(opened, full, "saving automatically", until)
    assert len(opened.notices.waiting) == 1
    run(opened, lambda _context: None, "saving automatically", until)
    assert not opened.notices.isVisible()


def test_a_notice_below_another_is_settled_as_well(opened: MainWindow, until: Until) -> None:
    run(opened, full, "saving automatically", until)
    opened.notices.show_notice(Notice("It is written.", choices=(Choice("Open", lambda: None),)))
    run(opened, lambda _context: None, "saving automatically", until)
    assert opened.notices.sentence.text() == "It is written." and opened.notices.turn.isHidden()


def test_a_refusal_goes_with_the_next_edit(opened: MainWindow) -> None:
    opened.editing.new_object()
    opened.objects.list.itemWidget(opened.objects.list.item(0)).locked.click()  # type: ignore[attr-defined]
    opened.tracking.track_all()
    assert "locked" in opened.notices.sentence.text()
    opened.controller.transport.go_to(3)
    assert opened.notices.isVisible(), "to look elsewhere unlocks nothing"
    opened.objects.list.itemWidget(opened.objects.list.item(0)).locked.click()  # type: ignore[attr-defined]
    assert not opened.notices.isVisible()


def test_a_place_that_could_not_be_read_is_told_until_one_is(opened: MainWindow) -> None:
    field = opened.transport_bar.frame
    for typed, told in (("nowhere", True), ("4", False)):
        field.setText(typed)
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert opened.notices.isVisible() is told
    assert opened.controller.transport.position == 4


def test_a_render_that_failed_is_told_until_one_goes_well(
    marked: MainWindow, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_args: object, **_kwargs: object) -> Callable[[JobContext], object]:
        return full

    with monkeypatch.context() as broken:
        broken.setattr(Workspace, "render", failing)
        broken.setattr(Workspace, "live", failing)
        marked.rendering.render_range()
        until(lambda: marked.notices.isVisible() and not marked.rendering.busy)
    marked.controller.tell(ZeroDivisionError(), "rendering live")
    assert len(marked.notices.waiting) == 2
    marked.rendering.render_range()
    until(lambda: not marked.notices.isVisible())
    until(lambda: not marked.rendering.busy)


def test_an_export_that_is_tried_again_is_told_no_more(marked: MainWindow, tmp_path: Path, until: Until) -> None:
    target = tmp_path / "there" / "out.mp4"
    entry = marked.exporting.run(Removal(target=target))
    assert entry is not None
    until(lambda: marked.notices.isVisible() and not marked.exporting.running)
    target.parent.mkdir()
    marked.exporting.repeat(entry)
    assert not marked.notices.isVisible()
    until(lambda: not marked.exporting.running)
    assert "is finished" in marked.notices.sentence.text() and target.exists()


def test_a_frame_that_could_not_be_shown_is_told_until_it_is(opened: MainWindow, until: Until) -> None:
    opened.controller.pictures.failed.emit(7, UserError("Frame 7 cannot be decoded."))
    assert opened.notices.isVisible()
    opened.controller.transport.go_to(6)
    until(lambda: opened.viewer.shown is not None and opened.viewer.shown.wanted.index == 6)
    assert opened.notices.isVisible()
    opened.controller.transport.go_to(7)
    until(lambda: not opened.notices.isVisible())


def test_a_clip_that_could_not_be_opened_is_told_until_another_is(
    window: MainWindow, clip_path: Path, tmp_path: Path, until: Until
) -> None:
    (tmp_path / "notes.mp4").write_text("no clip")
    window.open_path(tmp_path / "notes.mp4")
    until(window.notices.isVisible)
    window.controller.tell(UserError("The disk is full: free some space."), "starting the autosave")
    window.open_path(clip_path)
    until(lambda: window.controller.workspace is not None)
    assert [each.sentence for each in window.notices.waiting] == ["The disk is full: free some space."]


def test_what_was_about_a_clip_goes_with_it_and_what_is_about_none_stays(opened: MainWindow, until: Until) -> None:
    opened.controller.notice.emit(Notice("It is written.", choices=(Choice("Open", lambda: None),)))
    opened.controller.tell(UserError("There are too few masks."), "reading masks")
    opened.controller.notice.emit(Notice("Frame 3 was retouched.", choices=(Choice("Go", lambda: None),), about="3"))
    opened.controller.close_clip()
    assert [each.sentence for each in opened.notices.waiting] == ["It is written."]


def test_another_model_takes_back_what_was_told_of_the_one_before(opened: MainWindow) -> None:
    opened.clicking.failed.emit("The model failed; take another one.")
    opened.clicking.failed.emit("The model failed; take another one.")
    assert len(opened.notices.waiting) == 1
    opened.asking._answer_clicks_with("grabcut")
    assert not opened.notices.isVisible()
    opened.clicking.failed.emit("The model failed; take another one.")
    opened.model_fetching.arrived.emit("mobile-sam")
    assert not opened.notices.isVisible()
