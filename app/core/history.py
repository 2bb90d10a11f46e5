"""Undo and redo: one gesture of the user is one step with a label."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from app.core.document import Document
from app.core.edits import ChangeSet, Edit, Edited


@dataclass(frozen=True, slots=True)
class _Step:
    """The edits of one gesture, in the order they were applied."""

    label: str
    edits: tuple[Edit, ...]


class History:
    """A document and the steps that made it.

    Args:
        document: where it starts.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._done: list[_Step] = []
        self._undone: list[_Step] = []

    @property
    def document(self) -> Document:
        """The document as it is now."""
        return self._document

    @property
    def undo_label(self) -> str | None:
        """Label of the step that ``undo`` takes back; None if there is none."""
        return self._done[-1].label if self._done else None

    @property
    def redo_label(self) -> str | None:
        """Label of the step that ``redo`` does again; None if there is none."""
        return self._undone[-1].label if self._undone else None

    def perform(self, *edits: Edit, label: str | None = None) -> ChangeSet:
        """Applies the edits of one gesture as one step; what was undone before can no longer be redone.

        Args:
            edits: at least one, applied in order; if one fails nothing has changed.
            label: of the step; the last edit's label by default.
        """
        assert edits, "a step has at least one edit"
        step = _Step(label or edits[-1].label, edits)
        changes = self._run([edit.apply for edit in edits])
        self._done.append(step)
        self._undone.clear()
        return changes

    def undo(self) -> ChangeSet | None:
        """Takes the last step back; None if there is nothing to take back."""
        if not self._done:
            return None
        changes = self._run([edit.revert for edit in reversed(self._done[-1].edits)])
        self._undone.append(self._done.pop())
        return changes

    def redo(self) -> ChangeSet | None:
        """Does the last step that was taken back again; None if there is none."""
        if not self._undone:
            return None
        changes = self._run([edit.apply for edit in self._undone[-1].edits])
        self._done.append(self._undone.pop())
        return changes

    def _run(self, actions: Sequence[Callable[[Document], Edited]]) -> ChangeSet:
        document, changes = self._document, []
        for action in actions:
            document, changed = action(document)
            changes.append(changed)
        self._document = document
        return reduce(or_, changes)
