"""What the window tells the user: a sentence with a next step, and details for whoever wants them."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QCoreApplication

from app import environment
from app.core.errors import UserError
from app.ui.sentences import sentence_of

_log = logging.getLogger(__name__)

AS_IT_STANDS = "the document as it stands"
"""What a refusal is about: something that was asked for cannot be done now; with the next edit it is told no more."""
OPENING = "opening a file"
"""What a file that could not be opened is about: it is told no more once one was."""


class Severity(Enum):
    """How bad it is."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that the user can do about a notice.

    Attributes:
        text: what its button says.
        act: does it; the notice closes.
    """

    text: str
    act: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell.

    Attributes:
        sentence: what happened and what to do.
        severity: chooses icon and word.
        details: more, shown on request; may be empty.
        choices: what can be done about it.
        about: what went wrong, in the words that are settled once it has gone well (``Controller.settled``); empty for
            what holds until it is closed.
    """

    sentence: str
    severity: Severity = Severity.INFO
    details: str = ""
    choices: tuple[Choice, ...] = ()
    about: str = ""


def notice_of(error: BaseException, doing: str = "") -> Notice:
    """What to tell of an error; one that we did not foresee is logged as well.

    Args:
        error: what was raised.
        doing: what was being done, in a user's words, the label of the job if it was one; empty for a refusal.
    """
    about = doing or AS_IT_STANDS
    trace = "".join(traceback.format_exception(error))
    if isinstance(error, UserError):
        return Notice(str(error), Severity.ERROR, about=about)
    _log.error("unexpected error%s", f" while {doing}" if doing else "", exc_info=error)
    what = _tr("Something unexpected went wrong")
    if doing:
        what = _tr("{0} failed").format(f"{doing[:1].upper()}{doing[1:]}")
    reason = sentence_of(str(error).strip()).rstrip(".") or type(error).__name__
    return Notice(
        _tr("{0}: {1}. Your work is kept; try again, or look into the log ({2}).").format(
            what, reason, environment.log_file()
        ),
        Severity.ERROR,
        trace,
        about=about,
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("Notices", text)
