"""Track > Find its shadow: the proposal becomes an object of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from moving_square import BLOB, FRAMES, HEIGHT, WIDTH, object_corner

from app.core.edits import AddPrompt, SetTrack
from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.core.prompts import BoxPrompt
from app.engine.shadows import Shadow
from app.ui.main_window import MainWindow
from app.workspace import Workspace

Until = Callable[[Callable[[], bool]], None]


def marked(window: MainWindow, *, masks: bool = True) -> int:
    """An object with a box and, if asked, masks in every frame; it is selected."""
    left, top = object_corner(0)
    target = window.editing.target()
    window.editing.commit(*target.first, AddPrompt(target.object_id, BoxPrompt(Rect(left, top, BLOB, BLOB), 0)))
    if masks:
        squares = {}
        for index in range(FRAMES):
            left, top = object_corner(index)
            squares[index] = MaskBlob.from_array(box_mask(Rect(left, top, BLOB, BLOB), WIDTH, HEIGHT))
        window.controller.perform(SetTrack.tracked(window.controller.document, target.object_id, squares))
    return target.object_id


def test_a_shadow_that_is_found_becomes_an_object(
    opened: MainWindow, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    which = marked(opened)
    below = {index: MaskBlob.from_array(box_mask(Rect(10, 100, 30, 8), WIDTH, HEIGHT)) for index in range(FRAMES)}
    monkeypatch.setattr(Workspace, "shadow", lambda *_asked: lambda _context: Shadow(below, FRAMES, 0.6))
    said: list[str] = []
    opened.controller.said.connect(said.append)
    opened.actions_table.action("track.shadow").trigger()
    assert opened.tracking.running and opened.controller.state.tracking
    assert opened.status.words == "Looking for the shadow. Space or Esc stops it; nothing of it is kept."
    until(lambda: not opened.tracking.running)
    objects = opened.controller.document.objects
    assert [each.id for each in objects] == [which, which + 1]
    assert objects[1].name.endswith("(shadow)") and len(objects[1].track) == FRAMES
    assert objects[1].settings.color != objects[0].settings.color, "they could not be told apart"
    assert f"{FRAMES} frames" in said[-1] and not opened.controller.state.tracking
    opened.controller.undo()
    assert len(opened.controller.document.objects) == 1


def test_an_object_without_a_shadow_gets_none_and_it_is_said(opened: MainWindow, until: Until) -> None:
    marked(opened)
    said: list[str] = []
    opened.controller.said.connect(said.append)
    opened.actions_table.action("track.shadow").trigger()
    until(lambda: not opened.tracking.running)
    assert len(opened.controller.document.objects) == 1
    assert "No shadow" in said[-1]


def test_an_object_without_masks_is_told_to_be_tracked_first(opened: MainWindow) -> None:
    marked(opened, masks=False)
    opened.actions_table.action("track.shadow").trigger()
    assert not opened.tracking.running
    assert opened.notices.isVisible() and "track it" in opened.notices.sentence.text()


def test_stopping_ends_the_look_for_a_shadow(opened: MainWindow, until: Until) -> None:
    marked(opened)
    opened.actions_table.action("track.shadow").trigger()
    opened.tracking.stop()
    until(lambda: not opened.tracking.running)
    assert len(opened.controller.document.objects) == 1
