"""Connects what the Mask menu says, masks from files and reference frames, with what does the work."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from app.core.errors import UserError
from app.core.masks import MaskBlob
from app.core.object_edits import clear_range, copy_mask
from app.core.selection import grabcut_refine
from app.core.soft_edge import SoftEdge
from app.ui.tools.retouch import RetouchTool
from app.ui.tools.shape import ShapeEditing
from app.ui.views import View

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow
    from app.ui.tools.base import Tool


def connect_masks(window: MainWindow) -> None:
    """Connects tools, objects, masks and shapes."""
    table, editing, controller = window.actions_table, window.editing, window.controller
    for tool in window.tools:
        table.on(f"tool.{tool.id}", partial(_take, window, tool))
    window.use_tool(window.tools[1])
    table.on("brush.smaller", lambda: editing.scale_brush(larger=False))
    table.on("brush.larger", lambda: editing.scale_brush(larger=True))
    table.on("object.new", editing.new_object)
    table.on("object.delete", editing.delete_object)
    table.on("object.deselect", lambda: controller.select(None))
    table.on("object.raise", lambda: editing.move_object(1))
    table.on("object.lower", lambda: editing.move_object(-1))
    table.on("mask.clear", lambda: _clear_mask(window))
    table.on("mask.refine", lambda: _refine(window))
    table.on("click.next", window.click_tool.next_candidate)
    table.on("click.refine", partial(_refine_by_model, window))
    table.on("click.models", window.asking.models)
    clipboard = MaskClipboard(window)
    table.on("mask.cut", clipboard.cut)
    table.on("mask.copy", clipboard.copy)
    table.on("mask.paste", clipboard.paste)
    table.on("mask.copy_to_range", lambda: _copy_mask(window))
    table.on("mask.clear_range", lambda: _clear_range(window))
    shapes = window.shapes
    table.on("shape.key", shapes.toggle_key)
    table.on("shape.delete", shapes.delete)
    table.on("shape.to_mask", shapes.to_mask)
    references = window.references
    table.on("reference.export", references.ask_for_target)
    table.on("reference.import", references.ask_for_picture)
    table.on("reference.delete", references.delete)
    table.on("masks.import", window.mask_files.ask_for_file)
    table.on("masks.import_folder", window.mask_files.ask_for_folder)
    table.on("masks.export", window.mask_files.ask_for_target)


def _refine_by_model(window: MainWindow) -> None:
    """Draws this frame's mask anew with what answers clicks."""
    try:
        window.click_tool.refine()
    except UserError as error:
        window.controller.tell(error)


class MaskClipboard:
    """One mask with its soft edge, from one frame or object to another of the same size."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._copied: tuple[MaskBlob, SoftEdge | None] | None = None

    def cut(self) -> None:
        """Takes the selected object's mask in this frame, and clears it there."""
        if self.copy():
            _clear_mask(self._window, "Cut mask")

    def copy(self) -> bool:
        """Takes the selected object's mask in this frame; whether there was one."""
        editing, controller, selected = self._window.editing, self._window.controller, self._window.controller.selected
        mask = None if selected is None else editing.mask_of(selected.id)
        if selected is None or mask is None or mask.is_empty:
            controller.said.emit(controller.tr("There is no mask in this frame to copy."))
            return False
        self._copied = mask, None if selected.shapes else selected.soft.get(editing.frame)
        controller.set_flag(copied=True)
        controller.said.emit(controller.tr("Copied: paste it in another frame, or onto another object."))
        return True

    def paste(self) -> None:
        """Makes the copied mask that of this frame: an anchor, for the selected object or a new one."""
        editing, controller, copied = self._window.editing, self._window.controller, self._copied
        if copied is None or controller.workspace is None:
            controller.said.emit(controller.tr("No mask was copied yet."))
            return
        mask, soft = copied
        if (mask.width, mask.height) != editing.picture_size:
            controller.said.emit(controller.tr("The copied mask is of a clip of another size."))
            return
        target = editing.target()
        edit = editing.mask_edit(target, mask, "Paste mask", soft=soft)
        editing.commit(*target.first, edit, label=edit.label)


def _take(window: MainWindow, tool: Tool) -> None:
    """Takes a tool; a shape tool shows the points of the selected object's top shape at once."""
    window.use_tool(tool)
    if isinstance(tool, RetouchTool) and window.viewer.view not in (View.RESULT, View.WIPE, View.SIDE_BY_SIDE):
        window.viewer.set_view(View.RESULT)
    selected = window.controller.selected
    if isinstance(tool, ShapeEditing) and selected is not None and selected.shapes:
        window.editing.pick_shape(selected.shapes[-1].id)


def _clear_mask(window: MainWindow, label: str = "Clear mask") -> None:
    selected, at = window.controller.selected, window.controller.transport.position
    if selected is not None and window.controller.edits_whole:
        window.restoring.forget(range(at, at + 1))
    elif selected is not None and (at in selected.track or at in selected.anchors):
        edit = clear_range(window.controller.document, selected.id, range(at, at + 1))
        window.controller.perform(edit, label=label)
    elif selected is not None and selected.shapes:
        window.controller.said.emit(window.controller.tr("This mask is a shape: Shift+Del deletes it."))


def _copy_mask(window: MainWindow) -> None:
    """Gives every frame of the range the mask on screen; anchors stay as they are."""
    controller, selected = window.controller, window.controller.selected
    if selected is None:
        return
    if controller.edits_whole:
        window.restoring.copy_to_range()
        return
    at = controller.transport.position
    if at not in selected.track:
        controller.said.emit(controller.tr("There is no mask in this frame to copy."))
        return
    controller.perform(copy_mask(controller.document, selected.id, at, range(*controller.document.range)))


def _clear_range(window: MainWindow) -> None:
    """Takes masks and anchors out of the range."""
    controller, selected = window.controller, window.controller.selected
    if selected is not None and controller.edits_whole:
        window.restoring.forget(range(*controller.document.range))
    elif selected is not None:
        controller.perform(clear_range(controller.document, selected.id, range(*controller.document.range)))


def _refine(window: MainWindow) -> None:
    """Pulls the edge of this frame's mask to the picture's edges (GrabCut), beside the window."""
    controller, editing, selected = window.controller, window.editing, window.controller.selected
    if selected is None:
        return
    mask = editing.mask_of(selected.id)
    if mask is None or mask.is_empty:
        controller.said.emit(controller.tr("There is no mask in this frame to refine: paint or draw one roughly."))
        return
    try:
        target = editing.target()
    except UserError as error:
        controller.tell(error)
        return
    band_px = editing.settings.band_px

    def take(refined: MaskBlob) -> None:
        if refined == mask:
            controller.said.emit(
                controller.tr("The mask's edge stays where it is: try a wider band, or a mask that is less thin.")
            )
            return
        edit = editing.mask_edit(target, refined, "Refine mask")
        editing.commit(edit, label=edit.label)
        controller.said.emit(controller.tr("The mask's edge was drawn anew along the picture's."))

    controller.said.emit(controller.tr("Refining the mask's edge…"))
    editing.look(lambda view: grabcut_refine(view(), mask, band_px), take, controller.tr("refining the mask"))
