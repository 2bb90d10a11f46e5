"""The window's language: Qt Linguist's catalogs, and the names of things that the engine and the document name.

Catalogs lie in ``resources/translations``; ``packaging/translate.py`` brings them up to date. What is written in tables
(actions, presets, hints) is listed here for it, because it cannot be found by reading the source. Sentences of the
rooms below, errors among them, are translated by ``app.ui.sentences``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from app import environment
from app.core.errors import UserError
from app.engine.survey import Trouble
from app.ui.notices import Severity
from app.ui.preferences import LANGUAGES
from app.ui.sentences import Patterns

_NUMBER = re.compile(r"\d+")
PROGRESS = (
    "Checking",
    "Following the motion",
    "Judging the result",
    "Keeping sources",
    "Looking at later frames",
    "Looking at the frames before",
    "Looking at what is never shown",
    "Looking for cuts",
    "Looking for the shadow",
    "Looking for the whole shape",
    "Looking where the clicks are",
    "Preparing to scrub",
    "Reading masks",
    "Rendering",
    "Rendering live",
    "Starting",
    "Tracking",
    "Writing",
)
"""What jobs say that they are doing."""
STEPS = (
    "Add box",
    "Add marker",
    "Add mask",
    "Add shape point",
    "Bend shape",
    "Change blend width",
    "Change colour match",
    "Change engine",
    "Change grain",
    "Change hole shape",
    "Change look-ahead",
    "Change marker",
    "Change mode",
    "Change render settings",
    "Change shape",
    "Change shape motion",
    "Clear in and out",
    "Clear mask",
    "Clear {0} frame",
    "Clear {0} frames",
    "Click beside object",
    "Click on object",
    "Clone on frame",
    "Copy mask to {0} frame",
    "Copy mask to {0} frames",
    "Copy whole shape",
    "Cut from mask",
    "Cut mask",
    "Delete marker",
    "Delete reference frame",
    "Delete shape",
    "Delete shape key",
    "Delete shape point",
    "Draw mask",
    "Erase mask",
    "Forget whole shape",
    "Heal frame",
    "Import mask",
    "Import {0} mask",
    "Import whole shapes",
    "Import {0} masks",
    "Mark with a box",
    "Move box",
    "Move shape",
    "Move shape point",
    "Move shape side",
    "Paint mask",
    "Paint whole shape",
    "Predict shape in {0} frame",
    "Predict shape in {0} frames",
    "Refine mask",
    "Resize box",
    "Set in and out",
    "Set reference frame",
    "Set shape key",
    "Take next answer",
    "Track {0} frame",
    "Track {0} frames",
    "Track {0} object",
    "Track {0} objects",
    "Turn shapes into mask",
)
"""Labels of steps that can be undone, as the document gives them; numbers are counted out."""
NAMED_STEPS = (
    "Add {0}",
    "Change action of {0}",
    "Change colour of {0}",
    "Change feather of {0}",
    "Change gap filling of {0}",
    "Change growth of {0}",
    "Change kind of {0}",
    "Change smoothing of {0}",
    "Change what hides {0}",
    "Change {0}",
    "Delete {0}",
    "Hide {0}",
    "Lock {0}",
    "Move {0}",
    "Rename {0}",
    "Show {0}",
    "Unlock {0}",
)
"""Labels of steps that name an object."""


_NAMED = Patterns("Steps", NAMED_STEPS, deep=False)


def language_code(wanted: str) -> str:
    """The code of the language to use.

    Args:
        wanted: a code of ``LANGUAGES``, or ``system`` for the first of the system's that there is.
    """
    if wanted in LANGUAGES:
        return wanted
    spoken = (tag.replace("_", "-").split("-")[0].lower() for tag in _spoken())
    return next((code for code in spoken if code in LANGUAGES), "en")


def _spoken() -> list[str]:
    return QLocale.system().uiLanguages()


def install(app: QCoreApplication, wanted: str) -> list[QTranslator]:
    """Lets the program speak a language from now on; before any widget is made.

    Args:
        app: the program; it owns what is installed.
        wanted: as for ``language_code``.

    Returns:
        What was installed; empty for English.

    Raises:
        UserError: the catalog is missing or damaged.
    """
    code = language_code(wanted)
    if code == "en":
        return []
    catalog = environment.resource(f"translations/cleanplate_{code}.qm")
    own, buttons = QTranslator(app), QTranslator(app)
    if not own.load(str(catalog)):
        raise UserError(f"The language file {catalog} cannot be read; install Cleanplate again.")
    installed = [own]
    # Qt's own words (OK, Cancel); a Qt without them says these in English.
    if buttons.load(f"qtbase_{code}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        installed.insert(0, buttons)
    for translator in installed:
        app.installTranslator(translator)
    return installed


def locale_of(wanted: str) -> QLocale:
    """How numbers and dates are written: as the system does where it speaks the language, else as that is usual.

    Args:
        wanted: as for ``language_code``.
    """
    code, system = language_code(wanted), QLocale.system()
    return system if system.bcp47Name().split("-")[0] in (code, "C") else QLocale(code)


def hint_of(hint: str) -> str:
    """A tool's hint."""
    return QCoreApplication.translate("Tools", hint) if hint else ""


def trouble_of(trouble: Trouble) -> str:
    """What may be wrong with a frame."""
    return QCoreApplication.translate("Trouble", trouble.value)


def progress_of(text: str) -> str:
    """What a job says that it is doing."""
    return QCoreApplication.translate("Progress", text) if text else ""


def severity_of(severity: Severity) -> str:
    """How bad a notice is, for those who do not see its icon."""
    return QCoreApplication.translate("Severity", severity.value)


def step_of(label: str) -> str:
    """A step's label: whole, or with its number counted out; as it is where it is not known."""
    whole = QCoreApplication.translate("Steps", label)
    number = _NUMBER.search(label)
    if whole != label:
        return whole
    pattern = label if number is None else _NUMBER.sub("{0}", label, count=1)
    if number is not None and (said := QCoreApplication.translate("Steps", pattern)) != pattern:
        return said.replace("{0}", number.group())
    return _NAMED.translated(label)


def table_texts() -> Iterator[tuple[str, str]]:
    """Context and text of all that stands in tables, but for the tools' hints."""
    from app.engine.loader import restored_kinds
    from app.ui import export_dialog, shortcut_sheet, timeline
    from app.ui.action_rows import ACTIONS
    from app.ui.action_spec import MENUS, REASONS, SUBMENUS
    from app.ui.export_presets import PRESETS

    for spec in ACTIONS:
        yield "Actions", spec.text
        if spec.tip:
            yield "Actions", spec.tip
    for reason in REASONS:
        yield "Actions", reason
    for context, texts in (
        ("Menus", (*MENUS, *SUBMENUS.values())),
        ("Presets", [each.text for each in PRESETS]),
        ("ExportDialog", [words for _, words in export_dialog.OUTPUTS]),
        ("ExportDialog", export_dialog.QUALITY_WORDS.values()),
        ("ShortcutSheet", [text for row in shortcut_sheet.HELD for text in row]),
        ("Timeline", timeline.STATE_WORDS.values()),
        ("Trouble", [each.value for each in Trouble]),
        ("Progress", PROGRESS),
        ("Steps", (*STEPS, *NAMED_STEPS)),
        ("Severity", [each.value for each in Severity]),
        ("Kinds", restored_kinds()),
    ):
        for text in texts:
            yield context, text
