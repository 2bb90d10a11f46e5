"""Sentences of the rooms below, in the window's language.

The engine, the media room and the networks write whole English sentences and know nothing of languages: the command
line prints them as they are. ``packaging/translate.py`` finds those sentences in the source as templates ("{0} does not
exist.") and lists them in ``resources/translations/sentences.json``. At the window's edge a sentence is laid beside the
templates; the one that fits gives the translation, and what stood in its places is put in again. What fits none stays
as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache

from PySide6.QtCore import QCoreApplication

from app import environment

CONTEXT = "Sentences"
FILE = "translations/sentences.json"
SPOKEN = (
    # Parts that other sentences are put together from.
    "Audio {0} ({1})",
    "Subtitles {0} ({1})",
    "Data {0} ({1})",
    "Attachment {0} ({1})",
    "Video {0} ({1})",
    "{0}, cover picture",
    "{0} copied.",
    "{0} bit {1}",
    "{0} frame",
    "{0} frames",
    "{0} frames ({1} in the range)",
    "{0}; {1} cannot say that its language is '{2}'.",
    "{0}, in {1}.",
    "{0}, in a folder of pictures.",
    "{0}, lossless, in {1}.",
    "{0}, lossless, in a folder of pictures.",
    "sound",
    "subtitles",
    "data",
    "attachments",
    "chapters",
    # The system's own words for what went wrong with a file.
    "File name too long",
    "Input/output error",
    "Is a directory",
    "No space left on device",
    "No such file or directory",
    "Not a directory",
    "Permission denied",
    "Read-only file system",
)
"""Templates that cannot be found by reading the source."""
_PLACE = re.compile(r"\{(\d+)\}")
_DEEPEST = 4


class Patterns:
    """Templates of one context, and the translations of texts that fit them.

    Args:
        context: of the catalog.
        templates: with ``{0}``, ``{1}`` and so on in reading order.
        deep: whether what stands in a place is translated as well; not where it is a name.
    """

    def __init__(self, context: str, templates: Iterable[str], *, deep: bool = True) -> None:
        self._context, self._levels = context, _DEEPEST if deep else 1
        # The one with most words of its own first: "{0} is a folder, not a file." before "{0} is {1}."
        self._templates = sorted(set(templates), key=lambda each: (-len(_PLACE.sub("", each)), each))

    def translated(self, text: str) -> str:
        """A text in the window's language, with what stands in its places translated as well; else as it is."""
        return self._translated(text, self._levels)

    def _translated(self, text: str, deeper: int) -> str:
        if not text or not deeper:
            return text
        for template in self._templates:
            found = matched(template, text)
            if found is None:
                continue
            said = QCoreApplication.translate(self._context, template)
            return _filled(said, [self._inner(each, deeper - 1) for each in found])
        return text

    def _inner(self, text: str, deeper: int) -> str:
        """What stands in a place; it may be a sentence that has lost its full stop."""
        said = self._translated(text, deeper)
        if said == text and " " in text and not text.endswith("."):
            said = self._translated(f"{text}.", deeper).removesuffix(".")
        for between in ("; ", ", "):
            if said == text and between in text:
                said = between.join(self._translated(each, deeper) for each in text.split(between))
        return said


def _filled(template: str, values: list[str]) -> str:
    return _PLACE.sub(lambda place: values[int(place.group(1))], template)


def matched(template: str, text: str) -> tuple[str, ...] | None:
    """What stands in a template's places in a text; None if it does not fit."""
    pieces = _PLACE.split(template)[::2]
    if not text.startswith(pieces[0]) or not text.endswith(pieces[-1]):
        return None
    if len(pieces) == 1:
        return () if text == template else None
    if not all(piece in text for piece in pieces):
        return None
    found = _expression(template).fullmatch(text)
    return None if found is None else found.groups()


@cache
def _expression(template: str) -> re.Pattern[str]:
    pieces = _PLACE.split(template)[::2]
    return re.compile("(.+?)".join(map(re.escape, pieces)), re.DOTALL)


@cache
def _below() -> Patterns:
    """The sentences of the rooms below."""
    listed = json.loads(environment.resource(FILE).read_text(encoding="utf-8"))
    return Patterns(CONTEXT, listed)


def sentence_of(text: str) -> str:
    """A sentence of a room below, or several lines of them, in the window's language."""
    if QCoreApplication.translate(CONTEXT, SPOKEN[0]) == SPOKEN[0]:
        return text  # the window speaks English
    return "\n".join(_below().translated(line) for line in text.split("\n"))
