"""The export dialog: what it offers, what it says before it starts, and what it starts."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from moving_square import BLOB, FRAMES, RATE, object_corner
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit

from app.core.edits import AddObject
from app.core.geometry import Rect
from app.core.object_edits import ChangeObject, change_render, set_anchor, set_in_out
from app.core.raster import fill_polygon
from app.engine.outputs import Output
from app.media.reader import open_clip
from app.media.settings import ExportSettings
from app.ui import language
from app.ui.export_dialog import ExportDialog, readable_size
from app.ui.export_presets import PRESETS
from app.ui.main_window import MainWindow
from app.ui.notice_bar import DetailsDialog

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def masked(opened: MainWindow) -> MainWindow:
    """The window with a mask in frame 2."""
    opened.controller.perform(AddObject("square"))
    left, top = object_corner(2)
    rect = Rect(left, top, BLOB, BLOB)
    corners = [(rect.x, rect.y), (rect.right, rect.y), (rect.right, rect.bottom), (rect.x, rect.bottom)]
    clip = opened.controller.document.clip
    mask = fill_polygon(corners, clip.width, clip.height)
    opened.controller.perform(set_anchor(opened.controller.document, 1, 2, mask))
    return opened


def dialog_of(window: MainWindow, until: Until) -> ExportDialog:
    """The dialog that Export opens, once it has said what it would do."""
    window.actions_table.action("file.export").trigger()
    dialog = window.findChild(ExportDialog)
    assert dialog is not None
    until(lambda: bool(dialog.facts.text()))
    return dialog


def planned(dialog: ExportDialog, until: Until) -> str:
    """What it says once it has settled."""
    until(lambda: not dialog._soon.isActive() and not dialog._looks.planning)
    return dialog.facts.text()


def test_it_says_what_every_preset_writes(masked: MainWindow, until: Until) -> None:
    dialog = dialog_of(masked, until)
    said = {}
    for each in PRESETS:
        dialog.choose(each.id)
        said[each.id] = planned(dialog, until)
        assert dialog.go.isEnabled(), said[each.id]
        suffix = Path(dialog.target.text()).suffix
        assert suffix == "" if each.sequence else suffix in each.suffixes
    assert "10-bit" in said["h265"] and "as asked" in said["h265"]
    assert "ProRes" in said["prores_hq"]
    assert len(set(said.values())) == len(PRESETS)


def test_a_log_is_english_in_a_german_window_too(masked: MainWindow, tmp_path: Path, until: Until) -> None:
    app = QCoreApplication.instance()
    assert app is not None
    installed = language.install(app, "de")
    dialog = dialog_of(masked, until)
    dialog.choose("h265")
    dialog.target.setText(str(tmp_path / "log.mkv"))
    said = planned(dialog, until)
    assert "wie gewünscht" in said and "zu rendern" in said
    dialog.accept()
    until(lambda: bool(masked.exporting.entries) and not masked.exporting.running)
    masked.exporting.log_wanted.emit(masked.exporting.entries[0])
    details = masked.findChild(DetailsDialog)
    assert details is not None
    text = details.findChild(QPlainTextEdit)
    assert text is not None
    log = text.toPlainText()
    for translator in installed:
        app.removeTranslator(translator)
    assert "as asked" in log and "frames with a hole" in log
    assert "wie gewünscht" not in log and "zu rendern" not in log
    details.close()


def test_patches_go_into_a_format_with_transparency(masked: MainWindow, until: Until) -> None:
    dialog = dialog_of(masked, until)
    dialog.output.setCurrentIndex(dialog.output.findData(Output.PATCH))
    planned(dialog, until)
    assert dialog.chosen.id == "prores_4444"
    assert Path(dialog.target.text()).suffix == ".mov"
    dialog.choose("h264")
    assert dialog.output.currentData() is Output.RESULT


def test_a_container_that_cannot_hold_the_codec_is_refused_before_the_start(masked: MainWindow, until: Until) -> None:
    dialog = dialog_of(masked, until)
    dialog.choose("prores_hq")
    dialog.target.setText(str(Path(dialog.target.text()).with_suffix(".mp4")))
    assert "⚠" in planned(dialog, until)
    assert not dialog.go.isEnabled()
    dialog.target.setText("")
    assert "Say where" in planned(dialog, until)


def test_return_pressed_at_once_exports_the_range_as_ten_bit(masked: MainWindow, tmp_path: Path, until: Until) -> None:
    masked.controller.perform(set_in_out(masked.controller.document, (1, 5)))
    dialog = dialog_of(masked, until)
    ended: list[Path] = []
    masked.exporting.finished.connect(lambda path, _report: ended.append(path))
    dialog.choose("h265")
    dialog.frames.setCurrentIndex(1)
    target = tmp_path / "part.mp4"
    dialog.target.setText(str(target))
    dialog.accept()
    until(lambda: ended == [target])
    assert window_has_no_dialog(masked)
    with open_clip(target) as written:
        assert len(written) == 4
        assert written.info.codec == "hevc"
        assert written.info.layout.bits == 10


def test_a_whole_clip_that_is_cleaned_in_part_is_said(masked: MainWindow, until: Until) -> None:
    masked.controller.perform(set_in_out(masked.controller.document, (1, 5)))
    dialog = dialog_of(masked, until)
    assert "Only frames 1 to 4" in planned(dialog, until)
    dialog.frames.setCurrentIndex(1)
    assert "Only frames" not in planned(dialog, until)


def test_it_says_how_many_frames_have_to_be_rendered_and_which_are_out_of_date(
    masked: MainWindow, until: Until
) -> None:
    dialog = dialog_of(masked, until)
    found = re.search(r"(\d+) of (\d+) frames with a hole are still to be rendered\.", planned(dialog, until))
    assert found is not None and found[1] == found[2]
    dialog.reject()
    masked.rendering.render_range()
    until(lambda: masked.rendering.busy)
    until(lambda: not masked.rendering.busy and not masked.controller.state.rendering)
    dialog = dialog_of(masked, until)
    assert f"All frames with a hole are rendered already: {found[2]}." in planned(dialog, until)
    until(lambda: dialog.size_words.text().endswith(" to write"))
    dialog.reject()
    masked.controller.perform(ChangeObject.of(masked.controller.document, 1, grow_px=9))
    until(lambda: not masked.rendering.busy)
    dialog = dialog_of(masked, until)
    assert "frames with a hole are to be rendered anew: something has changed since" in planned(dialog, until)
    dialog.output.setCurrentIndex(dialog.output.findData(Output.MATTE))
    assert "rendered" not in planned(dialog, until)


def test_what_the_container_rounds_is_said_before_the_start(masked: MainWindow, until: Until) -> None:
    dialog = dialog_of(masked, until)
    for ending, rounded in ((".mkv", 1000 % RATE != 0), (".mp4", False)):
        dialog.target.setText(str(Path(dialog.target.text()).with_suffix(ending)))
        assert ("whole milliseconds" in planned(dialog, until)) is rounded


def window_has_no_dialog(window: MainWindow) -> bool:
    """Whether the dialog is gone."""
    return window.findChild(ExportDialog) is None


def test_a_name_and_return_are_enough(masked: MainWindow, tmp_path: Path, until: Until) -> None:
    dialog = dialog_of(masked, until)
    assert dialog.target.hasFocus() and dialog.target.hasSelectedText()
    target = tmp_path / "typed.mkv"
    QTest.keyClicks(dialog.target, str(target))
    QTest.keyClick(dialog.target, Qt.Key.Key_Return)
    ended: list[Path] = []
    masked.exporting.finished.connect(lambda path, _report: ended.append(path))
    until(lambda: ended == [target])


def test_stopping_an_export_leaves_no_file(masked: MainWindow, tmp_path: Path, until: Until) -> None:
    dialog = dialog_of(masked, until)
    dialog.target.setText(str(tmp_path / "stopped.mkv"))
    dialog.accept()
    until(lambda: masked.exporting.running)
    masked.stop()
    until(lambda: not masked.exporting.running)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_replaced_only_when_agreed(
    masked: MainWindow, tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "there.mkv"
    target.write_bytes(b"precious")
    asked: list[str] = []
    answers = iter([False, True])

    def yes(sentence: str, _yes: str) -> bool:
        asked.append(sentence)
        return next(answers)

    monkeypatch.setattr(masked.projects.questions, "yes", yes)
    dialog = dialog_of(masked, until)
    dialog.choose("ffv1")
    dialog.target.setText(str(target))
    assert "exists already" in planned(dialog, until)
    dialog.accept()
    assert target.read_bytes() == b"precious" and not masked.exporting.running
    ended: list[Path] = []
    masked.exporting.finished.connect(lambda path, _report: ended.append(path))
    dialog.accept()
    until(lambda: ended == [target])
    assert len(asked) == 2 and "there.mkv" in asked[0]
    assert masked.notices.notice is not None
    assert [each.text for each in masked.notices.notice.choices] == ["Show in folder", "Log"]
    with open_clip(target) as written:
        assert len(written) == FRAMES


def test_a_place_that_cannot_be_written_is_said_before_the_start(
    masked: MainWindow, clip_path: Path, tmp_path: Path, until: Until
) -> None:
    dialog = dialog_of(masked, until)
    assert dialog.go.isEnabled()
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder.mp4").mkdir()
    for target, words in (
        (tmp_path / "nowhere" / "clean.mp4", "does not exist; make it first"),
        (tmp_path / "file" / "clean.mp4", "does not exist; make it first"),
        (tmp_path / "folder.mp4", "it is a folder, not a file"),
        (clip_path, "would replace its own source"),
    ):
        dialog.target.setText(str(target))
        assert words in planned(dialog, until)
        assert not dialog.go.isEnabled()
    dialog.target.setText(str(tmp_path / "clean.mp4"))
    planned(dialog, until)
    assert dialog.go.isEnabled()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["file", "folder.mp4"], (
        "nothing is made to find that out"
    )


def test_pictures_start_at_the_number_asked_for(masked: MainWindow, tmp_path: Path, until: Until) -> None:
    masked.controller.perform(set_in_out(masked.controller.document, (1, 4)))
    dialog = dialog_of(masked, until)
    dialog.choose("png")
    assert dialog.start.isVisible()
    dialog.start.setValue(1001)
    dialog.frames.setCurrentIndex(1)
    target = tmp_path / "pictures"
    dialog.target.setText(str(target))
    ended: list[Path] = []
    masked.exporting.finished.connect(lambda path, _report: ended.append(path))
    dialog.accept()
    until(lambda: ended == [target])
    assert sorted(int(path.stem.split("_")[-1]) for path in target.iterdir()) == [1001, 1002, 1003]


def test_size_and_time_are_estimated(masked: MainWindow, until: Until) -> None:
    dialog = dialog_of(masked, until)
    said: list[str] = []
    dialog._looks.forecast.connect(lambda _found: said.append(dialog.size_words.text()))
    until(lambda: dialog.size_words.text().startswith("About") and "to render and write" in dialog.size_words.text())
    assert any(words.startswith("Roughly ") for words in said), "before all of it is known"
    assert re.fullmatch(r"About [\d.]+ (kB|MB|bytes) · about \d+:\d\d to render and write", dialog.size_words.text())
    written = [readable_size(each) for each in (999, 1500, 250_000, 3_400_000)]
    assert written == ["999 bytes", "1.5 kB", "250 kB", "3.4 MB"]


def test_a_live_export_is_estimated_too(masked: MainWindow, until: Until) -> None:
    masked.controller.perform(change_render(masked.controller.document, mode="live"))
    dialog = dialog_of(masked, until)
    until(lambda: "to render and write" in dialog.size_words.text())


def test_a_proposed_name_says_what_is_written_and_a_given_one_stays(masked: MainWindow, until: Until) -> None:
    dialog = dialog_of(masked, until)

    def proposed(output: Output) -> str:
        dialog.output.setCurrentIndex(dialog.output.findData(output))
        return Path(dialog.target.text()).name

    first = Path(dialog.target.text())
    assert first.stem.endswith(" clean")
    assert proposed(Output.MATTE) == first.name.replace(" clean", " matte")
    assert proposed(Output.PATCH) == f"{first.stem.replace(' clean', ' patch')}.mov"
    assert proposed(Output.RESULT) == f"{first.stem}.mov"
    dialog.target.setText(str(first.with_name("hero.mov")))
    assert proposed(Output.MATTE) == "hero.mov"


def test_a_preset_asks_for_what_it_says() -> None:
    presets = {each.id: each for each in PRESETS}
    asked = presets["h265"].settings(quality="lossless", start_number=5, overwrite=True)
    assert asked == ExportSettings(codec="h265", quality="lossless", overwrite=True, bits=10)
    assert presets["png"].settings(quality=None, start_number=5, overwrite=False).start_number == 5
    assert presets["prores_hq"].qualities == ()
