"""What the window can do at the moment: the facts that decide which actions are enabled."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UiState:
    """A snapshot of everything that "enabled when" looks at.

    Attributes:
        has_clip: a clip is open.
        has_objects: at least one object is marked.
        has_selection: an object is selected.
        selection_locked: the selected object is locked against edits.
        has_prompt: a selected object has a prompt, a mask or a shape to track from.
        has_prompts: any object that is not locked has.
        has_lost: a tracker has lost an object somewhere.
        has_masks: some frame has something to remove.
        undo_label, redo_label: of the step that undo or redo would take, None if there is none.
        playing: the clip plays.
        tracking: a tracking job runs or waits.
        shadowing: it looks for an object's shadow.
        rendering: a render of the range runs or waits.
        paused: that render is held.
        live: the Live switch is on.
        live_running: a live render runs or waits; not once it has caught up.
        has_results: at least one frame is rendered, so a result can be kept.
        has_kept: a result was kept.
        has_range: the in and out points differ from the whole clip.
        modified: the document differs from the saved project.
        exporting: an export runs or waits.
        masking: masks are read from files or written.
        looking: an object is looked for in a box.
        predicting: whole shapes of an object are looked for.
        restoring: the selected object is restored.
        whole: tools edit whole shapes where the selected object is restored.
        wiping: the viewer shows source and result with a line between them.
        copied: a mask was copied that can be pasted.
        retouched: the frame under the playhead has a reference.
    """

    has_clip: bool = False
    has_objects: bool = False
    has_selection: bool = False
    selection_locked: bool = False
    has_prompt: bool = False
    has_prompts: bool = False
    has_lost: bool = False
    has_masks: bool = False
    undo_label: str | None = None
    redo_label: str | None = None
    playing: bool = False
    tracking: bool = False
    shadowing: bool = False
    rendering: bool = False
    paused: bool = False
    live: bool = False
    live_running: bool = False
    has_results: bool = False
    has_kept: bool = False
    has_range: bool = False
    modified: bool = False
    exporting: bool = False
    masking: bool = False
    looking: bool = False
    predicting: bool = False
    restoring: bool = False
    whole: bool = False
    wiping: bool = False
    copied: bool = False
    retouched: bool = False

    @property
    def can_edit(self) -> bool:
        """Whether the selected object may be changed."""
        return self.has_selection and not self.selection_locked

    @property
    def computing(self) -> bool:
        """Whether something runs that Stop would end."""
        work = (self.tracking, self.rendering, self.live_running, self.exporting, self.masking, self.looking)
        return self.predicting or any(work)
