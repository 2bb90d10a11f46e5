"""Markers: places in the clip that the user wants to find again."""

from __future__ import annotations

from app.core.document import Marker
from app.core.object_edits import set_markers
from app.ui.controller import Controller


def toggle_marker(controller: Controller) -> None:
    """Sets a marker at the playhead, or takes it away."""
    document, at = controller.document, controller.transport.position
    others = [each for each in document.markers if each.frame != at]
    if len(others) == len(document.markers):
        others.append(Marker(at))
    controller.perform(set_markers(document, others))


def go_to_marker(controller: Controller, *, forward: bool) -> None:
    """To the next marker on that side, if there is one."""
    at = controller.transport.position
    frames = [each.frame for each in controller.document.markers]
    beyond = [frame for frame in frames if (frame > at if forward else frame < at)]
    if beyond:
        controller.transport.pause()
        controller.transport.go_to(min(beyond) if forward else max(beyond))
