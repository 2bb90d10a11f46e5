"""The window's languages: catalogs are whole and current, and no word of the window misses translation."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QTranslator
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QComboBox, QGroupBox, QLabel, QLineEdit, QTabWidget, QWidget

from app import environment
from app.core.errors import UserError
from app.engine.result_view import FrameState
from app.engine.survey import Trouble
from app.ui import language
from app.ui.about import AboutDialog
from app.ui.export_dialog import ExportDialog, readable_size
from app.ui.key_table import KeyTable
from app.ui.log_dialog import LogDialog
from app.ui.main_window import MainWindow
from app.ui.preferences import LANGUAGES
from app.ui.preferences_dialog import PreferencesDialog
from app.ui.shortcut_sheet import ShortcutSheet
from app.ui.still_dialog import StillDialog
from app.ui.views import View

ROOT = Path(__file__).resolve().parents[2]
CATALOGS = sorted((ROOT / "resources" / "translations").glob("*.ts"))
Until = Callable[[Callable[[], bool]], None]
# Names, units and signs, which are the same in every language; and key sequences, which have words of Qt's own.
SAME = re.compile(
    r"Cleanplate( [\d.]+)?|English|Deutsch|CPU|[\W\d_]*|\d+ (px|MB|GB|s|%|fps)|.*\.(mp4|cleanplate)|/.*|.* fps .* bit"
)
KEYS = re.compile(r"(([A-Z]\w*|[^\w\s])(\+|$|,? +))+")


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """packaging/translate.py."""
    spec = importlib.util.spec_from_file_location("cleanplate_translate", ROOT / "packaging" / "translate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def named(path: Path) -> str:
    return path.name


def test_what_jobs_say_that_they_are_doing_can_be_translated() -> None:
    rooms = [*(ROOT / "app" / "engine").rglob("*.py"), *(ROOT / "app" / "media").rglob("*.py")]
    said = re.compile(r'context\.progress\((?:[^()"]|\([^()"]*\))*"([^"]+)"')
    found = {words for path in rooms for words in said.findall(path.read_text(encoding="utf-8"))}
    assert len(found) > 5 and found <= set(language.PROGRESS)


def test_every_language_but_english_has_a_catalog() -> None:
    assert {path.name for path in CATALOGS} == {f"cleanplate_{code}.ts" for code in LANGUAGES if code != "en"}
    assert all(path.with_suffix(".qm").is_file() for path in CATALOGS)


@pytest.mark.parametrize("catalog", CATALOGS, ids=named)
def test_every_string_is_translated_with_its_places_and_signs(catalog: Path, tool: ModuleType) -> None:
    assert tool.unfinished(catalog) == [], "translate these in the catalog, then run packaging/translate.py"
    for (context, text), translation in tool.entries(catalog).items():
        assert context[:1].isupper(), f"{context}: a class is needed, so that Qt finds the translation"
        assert sorted(re.findall(r"\{[^}]*\}", text)) == sorted(re.findall(r"\{[^}]*\}", translation)), text
        assert text.endswith("…") == translation.endswith("…"), text


@pytest.mark.parametrize("catalog", CATALOGS, ids=named)
def test_the_compiled_catalog_says_what_its_source_says(catalog: Path, tool: ModuleType, qapp: object) -> None:
    translator = QTranslator()
    assert translator.load(str(catalog.with_suffix(".qm")))
    for (context, text), translation in tool.entries(catalog).items():
        assert translator.translate(context, text) == translation, "run packaging/translate.py"


@pytest.mark.parametrize("catalog", CATALOGS, ids=named)
def test_the_catalog_holds_the_strings_that_the_window_has(
    catalog: Path, tool: ModuleType, tmp_path: Path, qapp: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        tool.qt_tool("lupdate")
    except FileNotFoundError as error:
        pytest.skip(str(error))
    monkeypatch.setattr(sys, "path", list(sys.path))
    tool.update(catalog, tmp_path / catalog.name)
    now, kept = set(tool.entries(tmp_path / catalog.name)), set(tool.entries(catalog))
    assert sorted(now - kept) == [] and sorted(kept - now) == [], "run packaging/translate.py"


class Marks(QTranslator):
    """Marks what was translated."""

    def translate(self, _context: str, text: str, _disambiguation: str | None = None, _count: int = -1) -> str:
        return f"«{text}»"


@pytest.fixture
def marked(qapp: QCoreApplication) -> Iterator[None]:
    """From now on every translated string is marked."""
    translator = Marks(qapp)
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


def words_of(window: QWidget) -> Iterator[tuple[str, str]]:
    """What a window says, with what says it."""
    for widget in [window, *window.findChildren(QWidget)]:
        kind = type(widget).__name__
        yield kind, widget.toolTip()
        yield kind, widget.accessibleName()
        if isinstance(widget, QLabel | QAbstractButton):
            yield kind, widget.text()
        if isinstance(widget, KeyTable):
            yield from ((kind, words) for _keys, words in widget.rows)
        if isinstance(widget, QGroupBox):
            yield kind, widget.title()
        if isinstance(widget, QComboBox):
            for place in range(widget.count()):
                yield kind, widget.itemText(place)
        if isinstance(widget, QLineEdit):
            yield kind, widget.placeholderText()
        if isinstance(widget, QTabWidget):
            for place in range(widget.count()):
                yield kind, widget.tabText(place)
    for action in window.findChildren(QAction):
        yield "QAction", action.text()


def test_no_word_of_the_window_misses_translation(marked: None, opened: MainWindow, until: Until) -> None:
    opened.controller.set_flag(exporting=False)
    dialogs: list[QWidget] = [
        opened,
        opened.exports,
        opened.second,
        ShortcutSheet(opened.actions_table, opened),
        PreferencesDialog(opened.preferences, opened.actions_table, opened.projects.questions, opened),
        StillDialog(opened.controller, opened.exporting, opened.projects.questions, FrameState.MISSING, View.RESULT),
        ExportDialog(opened.controller, opened.exporting, opened.projects.questions, opened),
        AboutDialog(opened.controller, opened),
        LogDialog(opened.controller, opened),
    ]
    preferences = dialogs[4]
    assert isinstance(preferences, PreferencesDialog) and preferences.shortcuts is not None, "made when it is asked for"
    missed = set()
    for dialog in dialogs:
        for kind, text in words_of(dialog):
            left = re.sub(r"«[^»]*»|\([^)]*\)", "", text).strip()
            if not SAME.fullmatch(left) and not KEYS.fullmatch(left):
                missed.add((type(dialog).__name__, kind, text))
    for dialog in dialogs[3:]:
        dialog.close()
        dialog.deleteLater()
    assert missed == set()


@pytest.fixture
def german(qapp: QCoreApplication) -> Iterator[list[QTranslator]]:
    """The program speaks German."""
    installed = language.install(qapp, "de")
    yield installed
    for translator in installed:
        qapp.removeTranslator(translator)


def test_the_window_speaks_german(german: list[QTranslator], opened: MainWindow) -> None:
    assert len(german) == 2, "the program's words and Qt's"
    assert opened.menus["File"].title() == "&Datei"
    assert opened.actions_table.action("remove.render").text() == "Bereich rendern"
    assert opened.viewer.accessibleName() == "Ansicht"
    opened.editing.new_object()
    assert opened.controller.document.objects[0].name == "Objekt 1"
    assert language.trouble_of(Trouble.MASK) == "die Maske springt"
    assert language.progress_of("Tracking") == "Verfolgen"
    hint = language.hint_of("Drag a box round the object. Without a mouse: Mask, Keyboard pointer.")
    assert hint == "Ziehen Sie einen Rahmen um das Objekt. Ohne Maus: Maske, Tastaturzeiger."
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Abbrechen"


def test_numbers_are_written_as_the_language_does() -> None:
    assert language.locale_of("de").decimalPoint() == ","
    assert language.locale_of("en").decimalPoint() in (".", QLocale.system().decimalPoint())
    before = QLocale()
    QLocale.setDefault(QLocale("de"))
    try:
        assert readable_size(3_400_000) == "3,4 MB"
    finally:
        QLocale.setDefault(before)


def test_steps_are_named_with_their_numbers(german: list[QTranslator]) -> None:
    assert language.step_of("Track 120 frames") == "120 Bilder verfolgen"
    assert language.step_of("Paint mask") == "Maske malen"
    assert language.step_of("Rename Square 7") == "Square 7 umbenennen"
    assert language.step_of("Change colour of Add Box") == "Farbe von Add Box ändern"
    assert language.step_of("What nobody knows") == "What nobody knows"


def test_the_language_is_the_one_asked_for_or_the_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    assert language.language_code("de") == "de"
    for spoken, code in ((["fr-FR", "de-AT"], "de"), (["pt_BR"], "en"), ([], "en"), (["en-GB", "de"], "en")):
        monkeypatch.setattr(language, "_spoken", lambda spoken=spoken: spoken)
        assert language.language_code("system") == code


def test_a_catalog_that_is_missing_is_told(qapp: QCoreApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "resource", lambda name: Path("missing") / name)
    with pytest.raises(UserError, match="cannot be read"):
        language.install(qapp, "de")
    assert language.install(qapp, "en") == []
