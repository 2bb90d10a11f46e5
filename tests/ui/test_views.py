"""Two results to flip between, a second viewer on the same playhead, a LUT for the screen only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import Answers
from moving_square import FRAMES, HEIGHT, WIDTH
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest

from app.core.edits import AddObject
from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.core.object_edits import ChangeObject, set_anchor
from app.core.project_file import KeptDocument
from app.engine.holes import HoleSettings
from app.engine.result_view import FrameState
from app.media.reader import open_clip
from app.media.settings import ExportSettings
from app.ui.about import AboutDialog
from app.ui.display_lut import VIEW_KEY
from app.ui.kept_results import KeptResults
from app.ui.main_window import MainWindow
from app.ui.theme import DARK
from app.ui.viewer_paint import Overlay
from app.ui.views import Picture, View

Until = Callable[[Callable[[], bool]], None]
INVERTING = "LUT_3D_SIZE 2\n1 1 1\n0 1 1\n1 0 1\n0 0 1\n1 1 0\n0 1 0\n1 0 0\n0 0 0\n"


def mask(left: int, side: int = 40) -> MaskBlob:
    return MaskBlob.from_array(box_mask(Rect(left, 50, side, side), WIDTH, HEIGHT))


def render(window: MainWindow, until: Until) -> None:
    until(lambda: not window.rendering.busy)
    window.rendering.render_range()
    until(lambda: not window.rendering.busy)


def settled(window: MainWindow, until: Until) -> None:
    until(lambda: not window.rendering.busy and window.viewer.shown is not None)
    wanted = window.controller.shown_results[1]
    until(lambda: window.viewer.shown is not None and window.viewer.shown.wanted.revision == wanted)


@pytest.fixture
def rendered(opened: MainWindow, until: Until) -> MainWindow:
    """The window with a mask in frame 0, rendered, on screen."""
    opened.controller.perform(AddObject("square"))
    opened.controller.perform(set_anchor(opened.controller.document, 1, 0, mask(60)))
    render(opened, until)
    settled(opened, until)
    return opened


def shown_pixels(window: MainWindow) -> np.ndarray:
    shown = window.viewer.shown
    assert shown is not None and shown.other is not None
    return shown.other.pixels


def keep(window: MainWindow, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window.projects.questions, "text", lambda _title, proposal: name or proposal)
    window.actions_table.action("kept.keep").trigger()


def save(window: MainWindow, path: Path, until: Until) -> None:
    questions = window.projects.questions
    assert isinstance(questions, Answers)
    questions.file = path
    window.actions_table.action("file.save").trigger()
    until(lambda: not window.controller.state.modified)


def kept_after_reopening(window: MainWindow, path: Path, count: int, until: Until) -> KeptResults:
    window.actions_table.action("file.close").trigger()
    window.open_path(path)
    kept = window.controller.kept
    until(lambda: len(kept.entries) == count and not window.rendering.busy)
    return kept


def test_only_what_is_rendered_can_be_kept(opened: MainWindow, until: Until) -> None:
    keeping = opened.actions_table.action("kept.keep")
    opened.controller.perform(AddObject("square"))
    opened.controller.perform(set_anchor(opened.controller.document, 1, 0, mask(60)))
    until(lambda: not opened.rendering.busy and opened.controller.results is not None)
    assert not keeping.isEnabled()
    render(opened, until)
    assert keeping.isEnabled()
    opened.controller.perform(set_anchor(opened.controller.document, 1, 0, mask(150, 60)))
    until(lambda: not opened.rendering.busy and opened.rendering.states[0] == FrameState.STALE)
    assert not keeping.isEnabled()
    opened.controller.undo()
    until(lambda: not opened.rendering.busy and opened.rendering.states[0] == FrameState.FINAL)
    assert keeping.isEnabled()
    opened.controller.close_clip()
    assert not keeping.isEnabled()


def test_a_kept_result_is_flipped_to_and_back(
    rendered: MainWindow, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = shown_pixels(rendered).copy()
    keep(rendered, "", monkeypatch)
    assert [each.name for each in rendered.controller.kept.entries] == ["Result 1"]
    rendered.controller.perform(set_anchor(rendered.controller.document, 1, 0, mask(150, 60)))
    render(rendered, until)
    settled(rendered, until)
    second = shown_pixels(rendered).copy()
    assert not np.array_equal(first, second)
    QTest.keyClick(rendered.viewer, Qt.Key.Key_A)
    settled(rendered, until)
    assert np.array_equal(shown_pixels(rendered), first)
    assert rendered.viewer._result_label(rendered.viewer.shown) == "Result 1"  # type: ignore[arg-type]
    QTest.keyClick(rendered.viewer, Qt.Key.Key_A)
    settled(rendered, until)
    assert np.array_equal(shown_pixels(rendered), second)


def test_the_border_of_what_is_filled_is_shown_round_the_mask_where_the_clip_rests(
    opened: MainWindow, until: Until
) -> None:
    opened.controller.perform(AddObject("square"))
    opened.controller.perform(set_anchor(opened.controller.document, 1, 0, mask(60)))
    viewer = opened.viewer
    until(lambda: viewer.shown is not None and viewer.shown.hole is not None)
    shown = viewer.shown
    assert shown is not None and shown.hole is not None
    assert not shown.has_result, "known before anything is rendered"
    inner, outer = shown.outlines[0].path.boundingRect(), shown.hole.boundingRect()
    reach = HoleSettings().widths(HEIGHT)[0]
    assert (inner.left() - outer.left(), outer.bottom() - inner.bottom()) == (reach, reach)
    colours = colours_along(viewer.grab().toImage(), viewer.place_of(round(outer.left()), round(inner.center().y())))
    viewer.set_overlay(Overlay.OFF)
    plain = colours_along(viewer.grab().toImage(), viewer.place_of(round(outer.left()), round(inner.center().y())))
    assert colours != plain
    viewer.set_overlay(Overlay.FILL)
    opened.controller.perform(ChangeObject.of(opened.controller.document, 1, grow_px=0))
    until(lambda: viewer.shown is not None and viewer.shown.hole is not None and viewer.shown is not shown)
    until(lambda: viewer.shown is not None and viewer.shown.hole is not None)
    assert viewer.shown is not None and viewer.shown.hole is not None
    assert viewer.shown.hole.boundingRect() == inner
    while_it_plays: list[bool] = []
    opened.controller.pictures.ready.connect(
        lambda answer: while_it_plays.append(answer.hole is not None) if answer.wanted.ahead else None
    )
    opened.controller.transport.play()
    until(lambda: len(while_it_plays) > 2)
    opened.controller.transport.pause()
    assert not any(while_it_plays)


def colours_along(image: QImage, place: QPoint) -> list[int]:
    """What stands on a few pixels across and along a place."""
    return [image.pixel(place.x() + x, place.y() + y) for x in (-1, 0, 1) for y in range(-6, 6)]


def test_a_result_that_a_change_put_out_of_date_stays_on_the_screen_and_says_so(
    rendered: MainWindow, until: Until
) -> None:
    before = shown_pixels(rendered).copy()
    rendered.controller.perform(set_anchor(rendered.controller.document, 1, 0, mask(150, 60)))
    until(lambda: not rendered.rendering.busy and rendered.rendering.states[0] == FrameState.STALE)
    settled(rendered, until)
    assert np.array_equal(shown_pixels(rendered), before)
    assert rendered.viewer._result_label(rendered.viewer.shown) == "Result, out of date"  # type: ignore[arg-type]
    render(rendered, until)
    settled(rendered, until)
    assert not np.array_equal(shown_pixels(rendered), before)
    assert rendered.viewer._result_label(rendered.viewer.shown) == "Result"  # type: ignore[arg-type]


def test_a_result_is_named_so_while_something_is_looked_for(rendered: MainWindow) -> None:
    shown = rendered.viewer.shown
    assert shown is not None and shown.has_result
    rendered.controller.set_flag(tracking=True)
    assert rendered.viewer._result_label(shown) == "Result"
    rendered.controller.set_flag(tracking=False)


def test_kept_results_are_saved_with_the_project(
    rendered: MainWindow, until: Until, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = shown_pixels(rendered).copy()
    keep(rendered, "the narrow one", monkeypatch)
    rendered.controller.perform(set_anchor(rendered.controller.document, 1, 0, mask(150, 60)))
    save(rendered, tmp_path / "shot.cleanplate", until)
    render(rendered, until)
    keep(rendered, "the wide one", monkeypatch)
    assert rendered.controller.state.modified, "it would be lost"
    save(rendered, tmp_path / "shot.cleanplate", until)
    kept = kept_after_reopening(rendered, tmp_path / "shot.cleanplate", 2, until)
    assert [each.name for each in kept.entries] == ["the narrow one", "the wide one"]
    assert not rendered.controller.state.modified
    kept.show_result(kept.entries[0])
    settled(rendered, until)
    assert np.array_equal(shown_pixels(rendered), first)


def test_a_project_saved_before_its_kept_results_were_looked_up_is_saved(rendered: MainWindow) -> None:
    document, results, kept = rendered.controller.document, rendered.controller.results, KeptResults()
    assert results is not None
    revision = kept.revision
    kept.restore([(KeptDocument("of the project", document, draft=False), results)])
    kept.mark_saved(revision)
    assert not kept.is_modified
    kept.keep("meanwhile", document, results)
    kept.mark_saved(revision)
    assert kept.is_modified, "it was not in that file"
    kept.mark_saved(kept.revision)
    assert not kept.is_modified


def test_what_is_kept_right_after_an_edit_is_the_result_on_screen(
    rendered: MainWindow, until: Until, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first, before = shown_pixels(rendered).copy(), rendered.controller.document
    rendered.controller.perform(set_anchor(rendered.controller.document, 1, 0, mask(150, 60)))
    keep(rendered, "before the edit", monkeypatch)
    assert rendered.controller.kept.entries[0].document is before
    save(rendered, tmp_path / "shot.cleanplate", until)
    kept = kept_after_reopening(rendered, tmp_path / "shot.cleanplate", 1, until)
    kept.show_result(kept.entries[0])
    settled(rendered, until)
    assert np.array_equal(shown_pixels(rendered), first)


def test_what_is_found_while_a_name_is_typed_is_not_what_is_kept(
    rendered: MainWindow, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rendered.controller.results

    def typed(_title: str, _proposal: str) -> str:
        rendered.rendering.set_draft(on=True)
        until(lambda: rendered.controller.results is not before)
        return "the full one"

    monkeypatch.setattr(rendered.projects.questions, "text", typed)
    rendered.actions_table.action("kept.keep").trigger()
    entry = rendered.controller.kept.entries[0]
    assert entry.results is before and not entry.draft


def test_two_kept_results_are_flipped_between(rendered: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(rendered, "one", monkeypatch)
    keep(rendered, "two", monkeypatch)
    kept = rendered.controller.kept
    one, two = kept.entries
    kept.show_result(one)
    kept.show_result(two)
    for expected in (one, two, one):
        rendered.actions_table.action("kept.flip").trigger()
        assert kept.shown is expected
    names = [action.text() for action in rendered.kept_menu.actions()]
    assert names == ["The present result", "one", "two"]
    assert [action.isChecked() for action in rendered.kept_menu.actions()] == [False, True, False]


def test_an_edit_brings_the_present_result_back(rendered: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(rendered, "one", monkeypatch)
    rendered.actions_table.action("kept.flip").trigger()
    assert rendered.controller.shown_document is rendered.controller.kept.entries[0].document
    rendered.controller.perform(set_anchor(rendered.controller.document, 1, 0, mask(90)))
    assert rendered.controller.kept.shown is None
    assert rendered.controller.shown_document is rendered.controller.document


def test_kept_results_go_with_the_clip(rendered: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(rendered, "one", monkeypatch)
    assert rendered.actions_table.action("kept.flip").isEnabled()
    rendered.controller.close_clip()
    assert rendered.controller.kept.entries == [] and not rendered.kept_menu.isEnabled()
    assert not rendered.actions_table.action("kept.flip").isEnabled()


def test_the_second_viewer_follows_playhead_view_and_wipe(rendered: MainWindow, until: Until) -> None:
    rendered.actions_table.action("view.second").trigger()
    second = rendered.second
    assert second.isVisible() and rendered.actions_table.action("view.second").isChecked()
    until(lambda: second.viewer.shown is not None)
    rendered.controller.transport.go_to(7)
    for viewer in (rendered.viewer, second.viewer):
        until(lambda viewer=viewer: viewer.shown.wanted.index == 7)  # type: ignore[misc]
    rendered.viewer.set_view(View.WIPE)
    rendered.viewer.set_wipe(0.25)
    rendered.viewer.set_overlay(Overlay.OFF)
    assert second.viewer.view is View.WIPE and second.viewer.wipe == 0.25
    assert second.viewer.overlay.kind is Overlay.OFF
    until(lambda: second.viewer.shown.wanted.view is View.WIPE)  # type: ignore[union-attr]
    second.set_theme(DARK)


def test_keys_work_in_the_second_viewer(rendered: MainWindow, until: Until) -> None:
    rendered.actions_table.action("view.second").trigger()
    second = rendered.second
    until(second.isActiveWindow)
    QTest.keyClick(second.viewer, Qt.Key.Key_End)
    assert rendered.controller.transport.position == FRAMES - 1
    QTest.keyClick(second.viewer, Qt.Key.Key_F11)
    assert second.isFullScreen() and not rendered.isFullScreen()
    QTest.keyClick(second.viewer, Qt.Key.Key_Escape)
    assert not second.isFullScreen()
    QTest.mouseDClick(second.viewer, Qt.MouseButton.LeftButton)
    assert second.isFullScreen()


def test_a_second_viewer_covers_no_other_screen_once_its_own_is_unplugged(
    rendered: MainWindow, qapp: QGuiApplication, until: Until
) -> None:
    rendered.actions_table.action("view.second").trigger()
    second = rendered.second
    until(second.isActiveWindow)
    QTest.keyClick(second.viewer, Qt.Key.Key_F11)
    assert second.isFullScreen()
    qapp.screenRemoved.emit(second.screen())
    until(lambda: not second.isFullScreen())
    assert second.isVisible() and second.screen().geometry().intersects(second.frameGeometry())


def test_a_closed_second_viewer_asks_for_nothing_and_comes_back(rendered: MainWindow, until: Until) -> None:
    action = rendered.actions_table.action("view.second")
    action.trigger()
    until(lambda: rendered.second.viewer.shown is not None)
    rendered.second.close()
    assert not action.isChecked() and rendered.second.viewer.shown is None
    rendered.controller.transport.go_to(9)
    until(lambda: rendered.viewer.shown.wanted.index == 9)  # type: ignore[union-attr]
    assert rendered.second.viewer.shown is None
    action.trigger()
    until(lambda: rendered.second.viewer.shown is not None)
    assert rendered.second.viewer.shown.wanted.index == 9  # type: ignore[union-attr]


def source_picture(window: MainWindow) -> Picture:
    shown = window.viewer.shown
    assert shown is not None and shown.source is not None
    return shown.source


def test_a_lut_changes_the_screen_and_nothing_that_is_written(
    rendered: MainWindow, tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered.viewer.set_view(View.SOURCE)
    settled(rendered, until)
    plain = source_picture(rendered).pixels.astype(int)
    path = tmp_path / "inverting.cube"
    path.write_text(INVERTING)
    rendered.projects.questions.file = path  # type: ignore[attr-defined]
    rendered.actions_table.action("lut.choose").trigger()
    until(lambda: np.abs(source_picture(rendered).pixels[..., :3] - (255 - plain[..., :3])).max() <= 4)
    assert "inverting" in rendered.statusBar()._clip.text()  # type: ignore[attr-defined]
    assert rendered.projects._view()[VIEW_KEY] == str(path)
    workspace = rendered.controller.workspace
    assert workspace is not None
    rendered.exporting.run(workspace.removal(tmp_path / "out.mkv", media=ExportSettings(codec="ffv1")))
    until(lambda: not rendered.exporting.running)
    with open_clip(tmp_path / "out.mkv") as written, open_clip(workspace.info.path) as source:
        assert np.array_equal(written.frame(20).planes[0], source.frame(20).planes[0])
    rendered.actions_table.action("lut.clear").trigger()
    until(lambda: np.array_equal(source_picture(rendered).pixels, plain))
    assert VIEW_KEY not in rendered.projects._view()


def test_a_file_that_is_no_lut_is_told_and_changes_nothing(opened: MainWindow, tmp_path: Path, until: Until) -> None:
    path = tmp_path / "notes.cube"
    path.write_text("LUT_3D_SIZE 2\n1 2 3\n")
    opened.lut.load(path)
    until(opened.notices.isVisible)
    assert "notes.cube is no .cube LUT" in opened.notices.sentence.text()
    assert opened.lut.path is None


def test_a_project_remembers_its_lut(opened: MainWindow, tmp_path: Path, until: Until) -> None:
    lut, project = tmp_path / "inverting.cube", tmp_path / "kept.cleanplate"
    lut.write_text(INVERTING)
    opened.lut.load(lut)
    until(lambda: opened.lut.path == lut)
    opened.projects.questions.file = project  # type: ignore[attr-defined]
    opened.projects.save()
    until(project.is_file)
    until(lambda: not opened.controller.state.modified)
    opened.controller.close_clip()
    assert opened.lut.path is None
    opened.open_path(project)
    until(lambda: opened.lut.path == lut)


def test_without_a_device_software_decodes_for_the_screen_and_about_says_so(
    window: MainWindow, clip_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLEANPLATE_HARDWARE_DECODING", "1")
    monkeypatch.setattr("app.media.hardware.known_devices", lambda: ("vdpau",))
    window.open_path(clip_path)
    until(lambda: window.viewer.shown is not None and not window.rendering.busy)
    window.asking.about()
    dialog = window.findChild(AboutDialog)
    assert dialog is not None
    until(lambda: bool(dialog.facts.toPlainText()))
    assert (
        "the screen's decoder: software (no device decodes this clip: vdpau were tried)" in dialog.facts.toPlainText()
    )
