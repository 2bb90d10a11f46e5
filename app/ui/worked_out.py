"""Works out what can be done at the moment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from app.core.document import Action, DocumentObject, Doubt
from app.ui.state import UiState

if TYPE_CHECKING:
    from app.ui.controller import Controller


def state_of(controller: Controller, flags: Mapping[str, bool]) -> UiState:
    """The state of a window.

    Args:
        controller: knows the clip, the document and what is selected.
        flags: what runs and is on, by name.
    """
    workspace = controller.workspace
    if workspace is None:
        return UiState()
    history, document, selected = workspace.history, workspace.document, controller.selected
    return UiState(
        has_clip=True,
        has_objects=bool(document.objects),
        has_selection=selected is not None,
        selection_locked=selected is not None and selected.settings.locked,
        has_prompt=any(map(_can_be_tracked, controller.selected_together)),
        has_prompts=any(_can_be_tracked(each) and not each.settings.locked for each in document.objects),
        restoring=selected is not None and selected.settings.action is Action.RESTORE,
        has_lost=any(Doubt.LOST in each.doubts.distinct_values() for each in document.objects if each.doubts),
        has_masks=any(
            each.shapes or any(not mask.is_empty for mask in each.track.values()) for each in document.objects
        ),
        undo_label=history.undo_label,
        redo_label=history.redo_label,
        playing=controller.transport.playing,
        has_kept=bool(controller.kept.entries),
        has_range=controller.transport.range != (0, controller.transport.frame_count),
        modified=controller.is_modified,
        retouched=controller.transport.position in document.references,
        **flags,
    )


def _can_be_tracked(each: DocumentObject) -> bool:
    """Whether anything was said about an object that a tracker can start from."""
    return bool(each.prompts or each.track or each.shapes)
