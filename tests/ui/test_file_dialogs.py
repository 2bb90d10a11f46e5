"""File dialogs are made ahead of being asked for, one at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMainWindow, QMessageBox, QTreeView

from app.ui.file_dialogs import FileDialogs
from app.ui.questions import Questions

Until = Callable[[Callable[[], bool]], None]


def shown() -> QFileDialog | None:
    return next(
        (each for each in QApplication.topLevelWidgets() if isinstance(each, QFileDialog) and each.isVisible()), None
    )


def answer(name: str | None) -> None:
    """Types a name into the dialog that will be shown, or gives it up."""

    def type_it() -> None:
        dialog = shown()
        if dialog is None:
            QTimer.singleShot(5, type_it)
        elif name is None:
            dialog.reject()
        else:
            field = dialog.findChild(QLineEdit, "fileNameEdit")
            assert field is not None
            field.setText(name)
            dialog.accept()

    QTimer.singleShot(0, type_it)


def test_one_is_there_before_it_is_asked_for_and_another_after_it(qapp: QApplication, until: Until) -> None:
    window = QMainWindow()
    dialogs = FileDialogs(window)
    dialogs.prepare()
    until(lambda: dialogs.ready)
    first = dialogs.take()
    assert not dialogs.ready
    assert dialogs.take() is not first, "one that is not there is made at once"
    dialogs.prepare()
    until(lambda: dialogs.ready)
    window.deleteLater()


def test_a_file_that_is_chosen_is_given_and_none_if_it_is_given_up(
    qapp: QApplication, until: Until, tmp_path: Path
) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"")
    window = QMainWindow()
    questions = Questions(window)
    answer("clip.mp4")
    assert questions.open_file("Open", "Clips (*.mp4)", tmp_path) == tmp_path / "clip.mp4"
    until(lambda: questions.dialogs.ready)
    answer(None)
    assert questions.open_file("Open") is None
    answer("new.mp4")
    assert questions.save_file("Export to", tmp_path / "proposal.mp4") == tmp_path / "new.mp4"
    answer(str(tmp_path))
    assert questions.folder("Folder", tmp_path.parent) == tmp_path
    window.deleteLater()


def test_a_place_to_save_is_proposed_by_its_name(qapp: QApplication, tmp_path: Path) -> None:
    window = QMainWindow()
    seen: list[str] = []

    def look() -> None:
        dialog = shown()
        assert dialog is not None
        field = dialog.findChild(QLineEdit, "fileNameEdit")
        assert field is not None
        seen.append(field.text())
        dialog.reject()

    QTimer.singleShot(50, look)
    assert Questions(window).save_file("Save", tmp_path / "proposal.cleanplate") is None
    assert seen == ["proposal.cleanplate"]
    window.deleteLater()


def test_sizes_and_dates_are_not_cut_off(qapp: QApplication, until: Until, tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes(bytes(300_000))
    window = QMainWindow()
    dialog = FileDialogs(window).take()
    dialog.setDirectory(str(tmp_path))
    dialog.resize(780, 460)
    dialog.show()
    tree = dialog.findChild(QTreeView, "treeView")
    assert isinstance(tree, QTreeView)
    until(lambda: tree.model().rowCount(tree.rootIndex()) == 1)
    header, words = tree.header(), tree.fontMetrics()
    date = QLocale().toString(QDateTime(2026, 12, 28, 22, 58, 58), QLocale.FormatType.ShortFormat)
    for column, widest in ((1, "293.0 KiB"), (3, date)):
        assert header.sectionSize(column) > words.horizontalAdvance(widest)
    assert header.sectionSize(0) > 200
    assert header.length() <= tree.viewport().width()
    dialog.close()


def test_no_file_is_looked_into_to_tell_what_it_is(qapp: QApplication, until: Until, tmp_path: Path) -> None:
    """Qt would read into the first of them, which a slow disk or ``/proc/kmsg`` answers late or never."""
    picture = bytes.fromhex("89504e470d0a1a0a0000000d49484452")
    told = {"no suffix": "File", "a.mp4": "MPEG-4 video", "b.cleanplate": "Cleanplate project", "c.xyzzy": "File"}
    for name in told:
        (tmp_path / name).write_bytes(picture)
    (tmp_path / "folder").mkdir()
    window = QMainWindow()
    dialog = FileDialogs(window).take()
    dialog.setDirectory(str(tmp_path))
    dialog.show()
    tree = dialog.findChild(QTreeView, "treeView")
    assert isinstance(tree, QTreeView)
    model, root = tree.model(), tree.rootIndex()
    until(lambda: model.rowCount(root) == 5 and bool(model.index(4, 2, root).data()))
    kinds = {model.index(row, 0, root).data(): model.index(row, 2, root).data() for row in range(5)}
    assert "Folder" in kinds.pop("folder") and kinds == told
    assert not model.index(0, 0, root).data(Qt.ItemDataRole.DecorationRole).isNull()
    dialog.close()
    window.deleteLater()


def test_enter_agrees_to_nothing_that_cannot_be_taken_back(qapp: QApplication, until: Until) -> None:
    window = QMainWindow()
    window.show()

    def press() -> None:
        box = qapp.activeModalWidget()
        if isinstance(box, QMessageBox) and box.isVisible():
            QTest.keyClick(box, Qt.Key.Key_Return)
        else:
            QTimer.singleShot(5, press)

    QTimer.singleShot(0, press)
    assert not Questions(window).yes("clip.mp4 exists already. Replace it?", "Replace")
    window.close()


def test_a_proposed_name_with_quotes_is_not_cut_to_what_stands_between_them(qapp: QApplication, tmp_path: Path) -> None:
    def agree() -> None:
        dialog = shown()
        if dialog is None:
            QTimer.singleShot(5, agree)
        else:
            dialog.accept()

    window = QMainWindow()
    QTimer.singleShot(0, agree)
    chosen = Questions(window).save_file("Save", tmp_path / 'the "last" walk.cleanplate')
    assert chosen == tmp_path / "the 'last' walk.cleanplate"
    window.deleteLater()
