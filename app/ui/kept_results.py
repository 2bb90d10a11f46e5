"""Results that the user keeps under a name, to flip between two of them: the masks may change meanwhile.

A kept result is the view of one document on the result cache. It takes no memory to speak of; frames that the cache
has let go of are shown as not rendered. The project keeps the documents.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.core.document import Document
from app.core.project_file import KeptDocument
from app.ui.views import Results


@dataclass(frozen=True, slots=True, eq=False)
class KeptResult:
    """A result under a name.

    Attributes:
        name: the user's.
        document: what was removed.
        results: its finished frames.
        number: counts up; pictures of it are remembered under it.
        draft: whether it is a draft.
    """

    name: str
    document: Document
    results: Results
    number: int
    draft: bool = False

    @property
    def saved(self) -> KeptDocument:
        """What a project keeps of it."""
        return KeptDocument(self.name, self.document, self.draft)


class KeptResults(QObject):
    """The results that were kept of the open clip, and which of them is on screen.

    Signals:
        changed: one was kept or forgotten.
        shown_changed: another one, or the present result, is on screen.
    """

    changed = Signal()
    shown_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.entries: list[KeptResult] = []
        self._shown: KeptResult | None = None
        self._before: KeptResult | None = None
        self._count = 0
        self._unsaved: set[int] = set()

    @property
    def shown(self) -> KeptResult | None:
        """The one on screen; None for the present result."""
        return self._shown

    def next_name(self) -> str:
        """A name to propose."""
        return self.tr("Result {0}").format(self._count + 1)

    @property
    def revision(self) -> int:
        """Goes up with every result that is kept."""
        return self._count

    @property
    def is_modified(self) -> bool:
        """Whether one was kept that is not in the project file yet."""
        return bool(self._unsaved)

    def keep(self, name: str, document: Document, results: Results, *, draft: bool = False) -> KeptResult:
        """Keeps a result; flipping goes to it from now on."""
        kept = self._add(name, document, results, draft=draft)
        self._unsaved.add(kept.number)
        self.changed.emit()
        return kept

    def restore(self, found: Iterable[tuple[KeptDocument, Results]]) -> None:
        """Takes up what a project had kept."""
        for kept, results in found:
            self._add(kept.name, kept.document, results, draft=kept.draft)
        self.changed.emit()

    def mark_saved(self, revision: int) -> None:
        """A project file holds what was kept at a revision."""
        self._unsaved = {number for number in self._unsaved if number > revision}
        self.changed.emit()

    def _add(self, name: str, document: Document, results: Results, *, draft: bool) -> KeptResult:
        self._count += 1
        kept = KeptResult(name, document, results, self._count, draft)
        self.entries.append(kept)
        self._before = kept
        return kept

    def forget(self) -> None:
        """Forgets them all; what is in the result cache stays there."""
        self.entries.clear()
        self._count = 0
        self._unsaved.clear()
        self.show_result(None)
        self._before = None
        self.changed.emit()

    def show_result(self, kept: KeptResult | None) -> None:
        """Shows a kept result, or the present one; flipping goes back to what was shown before."""
        if kept is not self._shown:
            self._before, self._shown = self._shown, kept
            self.shown_changed.emit()

    def words(self) -> str:
        """Which result is on screen, for people."""
        name = self.tr("the present result") if self._shown is None else self._shown.name
        return self.tr("On screen: {0}").format(name)

    def flip(self) -> bool:
        """Shows what was shown before this; whether there is anything to flip to."""
        if not self.entries:
            return False
        self.show_result(self._before)
        return True
