"""Sentences of the rooms below are shown in the window's language, whatever stands in their places."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator

from app import environment
from app.core.errors import UserError
from app.media.reader import open_clip
from app.ui import language
from app.ui.main_window import MainWindow
from app.ui.sentences import FILE, Patterns, matched, sentence_of

ROOT = Path(__file__).resolve().parents[2]
PLACE = re.compile(r"\{\d+\}")
Until = Callable[[Callable[[], bool]], None]
LISTED: list[str] = json.loads(environment.resource(FILE).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """packaging/translate.py."""
    spec = importlib.util.spec_from_file_location("cleanplate_translate_below", ROOT / "packaging" / "translate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def german(qapp: QCoreApplication) -> Iterator[None]:
    """The program speaks German."""
    installed = language.install(qapp, "de")
    yield
    for translator in installed:
        qapp.removeTranslator(translator)


def test_the_list_holds_what_the_rooms_below_say_now(tool: ModuleType) -> None:
    assert tool.sentences() == LISTED, "run packaging/translate.py"


def test_every_error_that_is_raised_can_be_found_by_its_words(tool: ModuleType) -> None:
    """An error's words are written where it is raised, or are another error's or a function's that is read as well."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in tool._below()}
    errors = tool._user_errors(trees.values())
    elsewhere = set()
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Raise) or not isinstance(node.exc, ast.Call) or not node.exc.args:
                continue
            if tool._called_name(node.exc) in errors:
                words = node.exc.args[0]
                inside = [*ast.walk(words)]
                if not any(isinstance(each, ast.JoinedStr | ast.Constant) for each in inside):
                    elsewhere.add(f"{path.stem}: {ast.unparse(words)}")
    passed_on = re.compile(r"\w+: (str\(\w+\)|_?\w+\(\w+(, \w+)*\)|\w+(\.\w+)?|[\w.]+\(\))")
    assert {each for each in elsewhere if not passed_on.fullmatch(each)} == set()


def test_every_sentence_is_translated_and_keeps_what_stands_in_its_places(german: None) -> None:
    def filled(template: str) -> str:
        return PLACE.sub(lambda found: f"⟨{found.group()[1:-1]}⟩", template)

    for template in LISTED:
        assert sentence_of(filled(template)) == filled(QCoreApplication.translate("Sentences", template))


def test_what_is_put_in_is_translated_too(german: None) -> None:
    said = sentence_of("Subtitles 3 (SubRip, eng) dropped: MP4 cannot hold it.")
    assert said == "Untertitel 3 (SubRip, eng) entfällt: MP4 kann es nicht fassen."
    said = sentence_of("The project /a b/c.cleanplate cannot be read: Permission denied.")
    assert said == "Das Projekt /a b/c.cleanplate kann nicht gelesen werden: Keine Berechtigung."
    assert sentence_of("Pictures hold none of the clip's sound, chapters; that is left behind.") == (
        "Bilder fassen vom Clip nicht: Ton, Kapitel; das bleibt zurück."
    )
    said = sentence_of(
        "The source is H.264; CRF 17 is clearly finer than its own quantiser of 25, so that next to nothing is lost."
    )
    assert said == (
        "Die Quelle ist H.264; CRF 17 ist deutlich feiner als ihr eigener Quantisierer von 25, "
        "so geht fast nichts verloren."
    )
    assert sentence_of("Audio 1 (AAC) copied.") == "Ton 1 (AAC) wird übernommen."
    assert sentence_of("H.265, 10 bit 4:2:0, in MP4.") == "H.265, 10 Bit 4:2:0, in MP4."
    assert sentence_of("Nobody has written this.") == "Nobody has written this."


def test_in_english_a_sentence_stays_as_it_is(qapp: QCoreApplication) -> None:
    assert sentence_of("The folder /x does not exist.") == "The folder /x does not exist."


def test_the_template_with_most_words_of_its_own_is_taken(qapp: QCoreApplication) -> None:
    class Short(QTranslator):
        def translate(self, _context: str, text: str, _disambiguation: str | None = None, _count: int = -1) -> str:
            return f"<{text}>"

    translator = Short(qapp)
    qapp.installTranslator(translator)
    patterns = Patterns("Any", ["{0} is {1}.", "{0} is a folder, not {1}."])
    assert patterns.translated("x is a folder, not a file.") == "<x is a folder, not a file.>"
    assert patterns.translated("x is y.") == "<x is y.>"
    qapp.removeTranslator(translator)
    assert matched("{0} is {1}.", "a is b.") == ("a", "b")
    assert matched("{0} is {1}.", "a was b.") is None


def test_errors_that_the_user_meets_are_german_in_a_german_window(
    german: None, window: MainWindow, tmp_path: Path, until: Until
) -> None:
    (tmp_path / "notes.mp4").write_text("These are words and no pictures.\n" * 20, encoding="utf-8")
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "old.cleanplate").write_text("{}", encoding="utf-8")
    for name, words in (
        ("notes.mp4", "ist eine Textdatei, kein Video; wählen Sie"),
        ("empty.mp4", "ist leer (0 Byte); kopieren Sie"),
        ("gone.mp4", "gibt es nicht."),
        ("old.cleanplate", "ist beschädigt oder kein Cleanplate-Projekt"),
    ):
        window.notices.hide()
        window.open_path(tmp_path / name)
        until(window.notices.isVisible)
        assert words in window.notices.sentence.text()


def test_the_command_line_goes_on_speaking_english(german: None, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="does not exist"):
        open_clip(tmp_path / "gone.mp4")


def test_the_status_line_says_sentences_of_the_engine_in_german(german: None, opened: MainWindow) -> None:
    opened.controller.said.emit("There is nothing to remove: mark something first.")
    assert opened.status.words == "Es gibt nichts zu entfernen: markieren Sie zuerst etwas."
