"""Preferences: kept in one file, taken up at once where that can be done, keys without conflicts."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest

from app import environment
from app.core.errors import UserError
from app.ui.about import AboutDialog
from app.ui.action_rows import ACTIONS
from app.ui.actions import settled
from app.ui.main_window import MainWindow
from app.ui.preferences import Preferences, load, preferences_file, save
from app.ui.preferences_dialog import PreferencesDialog
from app.ui.shortcut_editor import RESERVED, ShortcutEditor
from app.ui.theme import DARK, LIGHT, theme_named

Until = Callable[[Callable[[], bool]], None]


def dialog_of(window: MainWindow) -> PreferencesDialog:
    window.actions_table.action("edit.preferences").trigger()
    dialog = window.findChild(PreferencesDialog)
    assert dialog is not None
    return dialog


def give(editor: ShortcutEditor, action_id: str, keys: str, *, add: bool = False) -> None:
    editor.choose(action_id)
    editor.edit.setKeySequence(QKeySequence(keys))
    (editor.add if add else editor.use).click()


def test_what_is_saved_is_loaded_again(tmp_path: Path) -> None:
    path = tmp_path / "made" / "preferences.json"
    wanted = Preferences(
        theme="light",
        device="cpu",
        cache_folder=tmp_path / "cache",
        cache_gb=12,
        memory_mb=2048,
        hardware_decoding=True,
        language="de",
        autosave_s=20,
        scale=150,
        guide=False,
        shortcuts={"play.loop": ("Ctrl+J", "Alt+J")},
    )
    save(path, wanted)
    assert load(path) == wanted
    assert [each.name for each in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"theme": 3, "cache_gb": true, "autosave_s": "often", "shortcuts": {"a": "b"}, "device": "tpu"}',
        '{"language": "xx", "memory_mb": "all", "hardware_decoding": "yes"}',
    ],
)
def test_a_damaged_file_counts_as_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "preferences.json"
    path.write_text(text)
    assert load(path) == Preferences()
    assert load(tmp_path / "missing.json") == Preferences()


def test_numbers_out_of_bounds_are_brought_back(tmp_path: Path) -> None:
    path = tmp_path / "preferences.json"
    path.write_text(json.dumps({"cache_gb": 0, "autosave_s": 86400, "memory_mb": 1}))
    assert (load(path).cache_gb, load(path).autosave_s, load(path).memory_mb) == (1, 60, 128)


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be kept"):
        save(tmp_path / "file" / "preferences.json", Preferences())


def test_the_process_is_told_but_the_users_variables_are_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.delenv("CLEANPLATE_CACHE_DIR")
    monkeypatch.setenv("CLEANPLATE_CACHE_GB", "2.5")
    monkeypatch.setenv("CLEANPLATE_PICTURES_MB", "512")
    monkeypatch.setenv("CLEANPLATE_HARDWARE_DECODING", "0")
    Preferences(device="cpu", cache_folder=tmp_path, cache_gb=7).prepare_process()
    assert environment.cache_dir() == tmp_path
    assert environment.cache_limit_bytes() == int(2.5 * (1 << 30))
    monkeypatch.setenv("CLEANPLATE_CACHE_GB", "plenty")
    assert environment.cache_limit_bytes() is None
    monkeypatch.setenv("CLEANPLATE_PICTURES_MB", "plenty")
    assert environment.picture_memory_bytes() == environment.DEFAULT_PICTURES_MB << 20
    monkeypatch.setenv("CLEANPLATE_PICTURES_MB", "300")
    assert environment.picture_memory_bytes() == 300 << 20
    # What the call above set goes with the test.
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES")


def test_the_size_of_everything_reaches_qt(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QT_SCALE_FACTOR", "CLEANPLATE_CACHE_GB", "CLEANPLATE_PICTURES_MB", "CLEANPLATE_HARDWARE_DECODING"):
        monkeypatch.setenv(name, "1")
    Preferences(scale=150).prepare_process()
    assert os.environ["QT_SCALE_FACTOR"] == "1", "the user's own is kept"
    monkeypatch.delenv("QT_SCALE_FACTOR")
    Preferences(scale=100).prepare_process()
    assert "QT_SCALE_FACTOR" not in os.environ
    Preferences(scale=150).prepare_process()
    scale = os.environ.pop("QT_SCALE_FACTOR")
    assert scale == "1.5"


def test_the_dialog_changes_theme_autosave_and_keys_and_keeps_them(window: MainWindow, until: Until) -> None:
    dialog = dialog_of(window)
    dialog.theme.setCurrentIndex(dialog.theme.findData("light"))
    dialog.autosave.setValue(15)
    give(dialog.shortcuts, "help.about", "Ctrl+F12")
    dialog.accept()
    try:
        assert window.theme is LIGHT
        assert window.projects.autosave_every_s == 15
        assert window.actions_table.action("help.about").shortcut().toString() == "Ctrl+F12"
        until(preferences_file().is_file)
        until(lambda: load(preferences_file()) == window.preferences)
        assert load(preferences_file()).shortcuts == {"help.about": ("Ctrl+F12",)}
    finally:
        window.set_theme(DARK)


def test_cancel_changes_nothing(window: MainWindow) -> None:
    before = window.preferences
    dialog = dialog_of(window)
    dialog.autosave.setValue(11)
    give(dialog.shortcuts, "play.loop", "Ctrl+F11")
    dialog.reject()
    assert window.preferences == before
    assert window.actions_table.action("play.loop").shortcut().toString() == "Ctrl+L"


def test_a_key_that_is_taken_is_said_and_changes_hands(window: MainWindow) -> None:
    editor = dialog_of(window).shortcuts
    editor.choose("play.loop")
    editor.edit.setKeySequence(QKeySequence("Ctrl+R"))
    assert "Render range" in editor.conflict.text()
    editor.use.setFocus()
    editor.use.click()
    assert editor.remapped == {"play.loop": ("Ctrl+R",), "remove.render": ()}
    assert editor.window().focusWidget() is editor.tree, "not the next button, which takes keys away"
    assert settled(ACTIONS, editor.remapped)["play.loop"] == ("Ctrl+R",)
    editor.choose("remove.render")
    editor.usual.click()
    assert editor.remapped["remove.render"] == (), "its usual key belongs to another action now"
    give(editor, "play.loop", "Alt+F9", add=True)
    assert editor.remapped["play.loop"] == ("Ctrl+R", "Alt+F9")
    editor.all_usual.click()
    assert editor.remapped == {}


def test_keys_of_the_window_itself_are_refused(window: MainWindow) -> None:
    editor = dialog_of(window).shortcuts
    editor.choose("play.loop")
    for keys in RESERVED:
        editor.edit.setKeySequence(QKeySequence(keys))
        assert "choose another" in editor.conflict.text(), keys
        assert not editor.use.isEnabled(), keys


def test_a_remapped_key_works_from_the_start(qtbot: object, window: MainWindow) -> None:
    window.set_preferences(Preferences(shortcuts={"view.objects": ("Ctrl+F9",)}))
    QTest.keyClick(window.viewer, Qt.Key.Key_F9, Qt.KeyboardModifier.ControlModifier)
    assert not window.side.isVisible()
    window.set_preferences(Preferences())
    assert window.actions_table.action("view.objects").shortcut().toString() == "Ctrl+1"


def test_searching_leaves_what_fits(window: MainWindow) -> None:
    editor = dialog_of(window).shortcuts
    editor.search.setText("marker")
    shown = {name for name, item in editor._items.items() if not item.isHidden()}
    assert shown == {"marker.toggle", "marker.next", "marker.previous"}


def test_the_system_theme_is_one_of_ours(window: MainWindow) -> None:
    assert theme_named("system") in (DARK, LIGHT)
    assert theme_named("light") is LIGHT


def test_about_names_versions_and_devices(window: MainWindow, until: Until) -> None:
    window.asking.about()
    dialog = window.findChild(AboutDialog)
    assert dialog is not None
    until(lambda: bool(dialog.facts.toPlainText()))
    facts = dialog.facts.toPlainText()
    for name in ("cleanplate", "Qt", "torch", "processor", "networks run on", "the screen's decoder", "cache", "log"):
        assert f"\n{name}: " in f"\n{facts}", name
