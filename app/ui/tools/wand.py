"""The colour wand: a click selects the connected pixels whose colour is like that under it."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.masks import MaskBlob
from app.core.selection import flood
from app.core.shapes import Combine
from app.ui.tools.base import Button, GestureTool, PointerEvent


@dataclass
class WandTool(GestureTool):
    """Adds what looks alike to the mask of this frame, or takes it away."""

    id: str = "wand"
    hint: str = "Click a colour to add all of it that hangs together; Alt takes away. Set the tolerance above."

    def press(self, event: PointerEvent) -> None:
        """Looks for what is alike; the mask comes when it is found."""
        column, row = int(event.x // 1), int(event.y // 1)
        width, height = self.host.picture_size
        if not (0 <= column < width and 0 <= row < height):
            return
        target = self.host.target()
        base = self.host.mask_of(target.object_id) if not target.first else None
        takes_away = event.alt or event.button is Button.RIGHT
        combine = Combine.SUBTRACT if takes_away else Combine.ADD
        tolerance = self.host.settings.tolerance

        def take(mask: MaskBlob) -> None:
            if mask == base or (base is None and mask.is_empty):
                self.host.say("Nothing changed: all of that colour is in the mask already, or none of it was.")
                return
            label = "Cut colour from mask" if takes_away else "Select by colour"
            edit = self.host.mask_edit(target, mask, label)
            self.host.commit(*target.first, edit, label=edit.label)

        self.host.look(
            lambda view: flood(view(), (column, row), tolerance, base=base, combine=combine),
            take,
            "selecting by colour",
        )
