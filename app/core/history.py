"""Undo and redo: one gesture of the user is one step with a label."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
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
    gesture: Hashable | None = None


class History:
    """A document and the steps that made it.

    Args:
        document: where it starts.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._done: list[_Step] = []
        self._undone: list[_Step] = []
        self._revision = 0
        self._saved: tuple[_Step | None, Document] | None = (None, document)

    @property
    def document(self) -> Document:
        """The document as it is now."""
        return self._document

    @property
    def revision(self) -> int:
        """Counts up with every change of the document, undo and redo included."""
        return self._revision

    @property
    def undo_label(self) -> str | None:
        """Label of the step that ``undo`` takes back; None if there is none."""
        return self._done[-1].label if self._done else None

    @property
    def redo_label(self) -> str | None:
        """Label of the step that ``redo`` does again; None if there is none."""
        return self._undone[-1].label if self._undone else None

    @property
    def steps(self) -> tuple[str, ...]:
        """Labels of all steps, those done first, then those that can be done again."""
        return tuple(step.label for step in (*self._done, *reversed(self._undone)))

    @property
    def position(self) -> int:
        """How many of the ``steps`` are done."""
        return len(self._done)

    @property
    def is_modified(self) -> bool:
        """Whether the document is another than the one that was saved last (or started with)."""
        return self._saved is None or (self._saved[1] is not self._document and self._saved[0] is not self._last)

    def mark_saved(self, document: Document | None = None) -> None:
        """The document is on the disk.

        Args:
            document: the one that was saved, where edits may have gone on meanwhile; the present one by default.
        """
        saved = self._document if document is None else document
        self._saved = (self._last, saved) if saved is self._document else (_NO_STEP, saved)

    def mark_unsaved(self) -> None:
        """The document is nowhere on the disk (it was recovered)."""
        self._saved = None

    def perform(self, *edits: Edit, label: str | None = None, gesture: Hashable | None = None) -> ChangeSet:
        """Applies the edits of one gesture as one step; what was undone before can no longer be redone.

        Args:
            edits: at least one, applied in order; if one fails nothing has changed.
            label: of the step; the last edit's label by default.
            gesture: names a gesture that makes several changes, such as dragging a slider: edits of the same gesture
                as the last step's join that step.
        """
        assert edits, "a step has at least one edit"
        changes = self._run([edit.apply for edit in edits])
        joins = gesture is not None and bool(self._done) and not self._undone and self._done[-1].gesture == gesture
        before = self._done.pop().edits if joins else ()
        self._done.append(_Step(label or edits[-1].label, (*before, *edits), gesture))
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

    def go_to(self, position: int) -> ChangeSet | None:
        """Undoes or redoes until so many ``steps`` are done; None if that is how it is already.

        Raises:
            IndexError: there are not so many steps.
        """
        if not 0 <= position <= len(self._done) + len(self._undone):
            raise IndexError(f"step {position} of {len(self._done) + len(self._undone)}")
        changes: ChangeSet | None = None
        while len(self._done) != position:
            changed = self.undo() if len(self._done) > position else self.redo()
            assert changed is not None, "the position lies within the steps"
            changes = changed if changes is None else changes | changed
        return changes

    @property
    def _last(self) -> _Step | None:
        return self._done[-1] if self._done else None

    def _run(self, actions: Sequence[Callable[[Document], Edited]]) -> ChangeSet:
        document, changes = self._document, []
        for action in actions:
            document, changed = action(document)
            changes.append(changed)
        self._document = document
        self._revision += 1
        return reduce(or_, changes)


_NO_STEP = _Step("", ())
"""Stands for a step that is no longer the last one."""
