"""Places in the clip that the user wants to find again: markers, and where a tracker lost an object."""

from __future__ import annotations

from collections.abc import Mapping

from app.core.document import Doubt, Marker
from app.core.object_edits import set_markers
from app.ui.controller import Controller
from app.ui.timeline_facts import frames_of, stretches


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


def go_to_start(controller: Controller, began_at: Mapping[int, int]) -> None:
    """To the frame in which the selected object was marked: where its last tracking began, else the nearest anchor.

    Args:
        controller: moves the playhead.
        began_at: by object, the frame in which its last tracking began.
    """
    selected, at = controller.selected, controller.transport.position
    if selected is None:
        return
    marked = sorted(selected.anchors.union(*(shape.key_frames for shape in selected.shapes)))
    began = began_at.get(selected.id)
    if began not in marked:
        began = min(marked, key=lambda frame: abs(frame - at), default=None)
    if began is not None:
        controller.transport.pause()
        controller.transport.go_to(began)


def go_to_lost(controller: Controller, *, forward: bool) -> None:
    """To the next place where a tracker lost a selected object, or any where none is selected; says how long for."""
    at = controller.transport.position
    places = [
        (first, end, each.name)
        for each in controller.selected_together or controller.document.objects
        for first, end in stretches(frames_of(each.doubts, Doubt.LOST))
        if (first > at if forward else first < at)
    ]
    if not places:
        controller.said.emit(
            controller.tr("Nothing is lost after this frame.")
            if forward
            else controller.tr("Nothing is lost before this frame.")
        )
        return
    first, end, name = min(places) if forward else max(places)
    controller.transport.pause()
    controller.transport.go_to(first)
    words = (
        controller.tr("{0} is lost here.") if end - first == 1 else controller.tr("{0} is lost here, for {1} frames.")
    )
    controller.said.emit(words.format(name, end - first))
