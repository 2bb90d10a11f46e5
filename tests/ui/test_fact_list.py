"""The list of sentences."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.ui.fact_list import WARNING, FactList

LONG = "A sentence of so many words that it does not fit into one line of a list that is as narrow as this one is."


def test_a_second_line_begins_below_the_first_word(qtbot: QtBot) -> None:
    facts = FactList()
    qtbot.addWidget(facts)
    facts.show_facts(["Short.", LONG])
    facts.resize(240, 200)
    facts.show()
    marks = [label for label in facts.findChildren(QLabel) if label.text() == "•"]
    words = [label for label in facts.findChildren(QLabel) if label.text() != "•"]
    assert len(marks) == 2
    assert {label.x() for label in words} == {marks[0].geometry().right() + 1 + 8}
    assert words[1].height() > 2 * words[0].height()
    assert words[1].geometry().right() <= 240


def test_what_was_shown_before_is_gone(qtbot: QtBot) -> None:
    facts = FactList()
    qtbot.addWidget(facts)
    facts.show_facts(["One.", "Two."])
    facts.show_facts(["<b>No</b>"], WARNING)
    assert facts.text() == "⚠  <b>No</b>"
    facts.show_facts(["<b>No</b>"])
    assert facts.text() == "•  <b>No</b>"
