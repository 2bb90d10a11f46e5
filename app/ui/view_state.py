"""How a project was looked at: kept in its file beside the document, and so again when it is opened.

None of it is a change: it makes no project unsaved, and undo does not touch it.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from PySide6.QtCore import QObject

from app.ui.controller import Controller
from app.ui.timeline import TimelineBar
from app.ui.viewer import Viewer
from app.ui.viewer_paint import Overlay
from app.ui.views import View


class ViewState(QObject):
    """View, wipe, overlay, zoom, the timeline's stretch, the selected object; the playhead is with ``Projects``.

    Args:
        controller: knows the clip and what is selected.
        viewer: has fitted the clip's picture by the time that a project has been opened.
        timeline: shows the whole clip by then.
        parent: owns it.
    """

    def __init__(
        self, controller: Controller, viewer: Viewer, timeline: TimelineBar, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._controller, self._viewer, self._timeline = controller, viewer, timeline
        controller.clip_opened.connect(self._opened)

    def kept(self) -> dict[str, Any]:
        """What a project keeps of it: plain data."""
        viewer, axis = self._viewer, self._timeline.axis
        return {
            "view": viewer.view.value,
            "wipe": viewer.wipe,
            "overlay": viewer.overlay.kind.value,
            "opacity": viewer.overlay.opacity,
            "picture": viewer.looked_at(),
            "stretch": None if axis.is_whole else [axis.first, axis.shown],
            "selected": self._controller.selected_object,
        }

    def _opened(self) -> None:
        workspace = self._controller.workspace
        if workspace is not None and "view" in workspace.saved_view:
            self.restore(workspace.saved_view)

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Shows the clip like this; what is missing, damaged or of a later Cleanplate stays as it is."""
        viewer, controller = self._viewer, self._controller
        if kept.get("view") in {each.value for each in View}:
            viewer.set_view(View(kept["view"]))
        if (wipe := _numbers(kept.get("wipe"))) is not None:
            viewer.set_wipe(wipe[0])
        if kept.get("overlay") in {each.value for each in Overlay}:
            opacity = _numbers(kept.get("opacity"))
            viewer.set_overlay(Overlay(kept["overlay"]), None if opacity is None else min(max(opacity[0], 0.0), 1.0))
        if (picture := _numbers(kept.get("picture"), 3)) is not None and picture[0] > 0:
            viewer.look_at(*picture)
        if (stretch := _numbers(kept.get("stretch"), 2)) is not None and stretch[1] > 0:
            self._timeline.show_stretch(*stretch)
        if "selected" in kept:
            chosen = kept["selected"]
            controller.select(chosen if any(each.id == chosen for each in controller.document.objects) else None)


def _numbers(kept: object, count: int = 1) -> list[float] | None:
    """So many finite numbers, or None."""
    values = kept if isinstance(kept, list) else [kept]
    found = [float(each) for each in values if isinstance(each, int | float) and isfinite(each)]
    return found if len(found) == len(values) == count else None
