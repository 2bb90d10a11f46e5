"""Edits of objects, marks and settings: each is undone exactly and says what it touched; gestures are one step."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.document import Action, ClipIdentity, Document, Marker
from app.core.edits import AddObject, AddPrompt, Edit, SetTrack
from app.core.geometry import Rect
from app.core.history import History
from app.core.masks import MaskBlob
from app.core.object_edits import (
    ChangeObject,
    MoveObject,
    RemoveObject,
    SetReference,
    SetShapes,
    change_render,
    clear_range,
    copy_mask,
    set_anchor,
    set_in_out,
    set_markers,
)
from app.core.pictures import ImageBlob
from app.core.prompts import BoxPrompt, MaskPrompt
from app.core.shapes import box_shape
from app.core.soft_edge import SoftEdge

CLIP = ClipIdentity("clip.mp4", 1000, 8, 6, 20)


def blob(seed: int) -> MaskBlob:
    return MaskBlob.from_array(np.random.default_rng(seed).random((6, 8)) > 0.5)


def edge(seed: int) -> SoftEdge | None:
    matte = np.random.default_rng(seed).integers(0, 200, (6, 8)).astype(np.uint8)
    return SoftEdge.of(matte, blob(seed).to_array())


def started(objects: int = 2) -> History:
    history = History(Document(CLIP))
    for number in range(objects):
        history.perform(AddObject(f"thing {number}"))
        history.perform(SetTrack.tracked(history.document, number + 1, {frame: blob(frame) for frame in range(10)}))
    return history


def edit_of(document: Document, kind: int, number: int) -> Edit:
    """One of all kinds of edits, for the document as it is."""
    target = document.objects[number % len(document.objects)].id if document.objects else 0
    anywhere: list[Edit] = [
        AddObject(f"new {number}"),
        set_in_out(document, (number, number + 3) if number % 2 else None),
        set_markers(document, [*document.markers, Marker(number, "here")]),
        change_render(document, grain=number / 10, mode="live"),
        SetReference.of(document, number, ImageBlob.from_array(np.full((6, 8, 3), number, np.uint8))),
    ]
    if not target:
        return anywhere[kind % len(anywhere)]
    on_object: list[Edit] = [
        RemoveObject.of(document, target),
        ChangeObject.of(document, target, name=f"name {number}", action=Action.KEEP, grow_px=number),
        MoveObject.of(document, target, number),
        SetShapes.of(document, target, [box_shape(1, number, 0, 0, 3, 3)]),
        AddPrompt(target, BoxPrompt(Rect(0, 0, 2, 2), number)),
        set_anchor(document, target, number, blob(number), soft=edge(number)),
        clear_range(document, target, range(number, number + 4)),
        SetTrack.imported(document, target, {number: blob(number + 1)}, {number: edge(3)}),  # type: ignore[dict-item]
    ]
    return [*anywhere, *on_object][kind % 13]


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 15), st.booleans()), max_size=16))
def test_every_edit_is_undone_exactly(steps: list[tuple[int, int, bool]]) -> None:
    history = started()
    first, position = history.document, history.position
    for kind, number, drags in steps:
        history.perform(edit_of(history.document, kind, number), gesture="drag" if drags else None)
    last = history.document
    end = history.position
    history.go_to(position)
    assert history.document == first
    history.go_to(end)
    assert history.document == last


def test_a_gesture_is_one_step_and_another_one_the_next() -> None:
    history = started(1)
    start = history.position
    for width in (1, 2, 3):
        history.perform(ChangeObject.of(history.document, 1, grow_px=width), gesture=("grow", 1))
    history.perform(ChangeObject.of(history.document, 1, grow_px=9), gesture=("grow", 2))
    assert history.steps[start:] == ("Change growth of thing 0",) * 2
    history.undo()
    assert history.document.object(1).settings.grow_px == 3
    history.undo()
    assert history.document.object(1).settings.grow_px is None
    history.redo()
    assert history.document.object(1).settings.grow_px == 3


def test_a_gesture_does_not_join_a_step_that_was_undone_into() -> None:
    history = started(1)
    for width in (1, 2):
        history.perform(ChangeObject.of(history.document, 1, grow_px=width), gesture="drag")
        history.perform(AddObject("other"))
    history.undo()
    history.perform(ChangeObject.of(history.document, 1, grow_px=7), gesture="drag")
    assert history.redo_label is None
    history.undo()
    assert history.document.object(1).settings.grow_px == 2


def test_the_star_comes_and_goes_with_the_saved_step() -> None:
    history = started(1)
    assert history.is_modified
    history.mark_saved()
    assert not history.is_modified
    history.perform(AddObject("other"))
    assert history.is_modified
    history.undo()
    assert not history.is_modified
    history.undo()
    assert history.is_modified
    history.redo()
    assert not history.is_modified
    old = history.document
    history.perform(AddObject("during the save"))
    history.mark_saved(old)
    assert history.is_modified


def test_looks_touch_no_frame_and_hole_settings_touch_all_marked_ones() -> None:
    document = started(1).document
    assert ChangeObject.of(document, 1, shown=False).apply(document).changes.frames == frozenset()
    assert ChangeObject.of(document, 1, shown=False).label == "Hide thing 0"
    assert ChangeObject.of(document, 1, grow_px=4).apply(document).changes.frames == frozenset(range(10))
    with pytest.raises(TypeError):
        ChangeObject.of(document, 1, size=4)
    with pytest.raises(TypeError):
        change_render(document, size=4)


def test_a_painted_mask_is_an_anchor_and_replaces_what_was_said_of_its_frame() -> None:
    history = started(1)
    history.perform(AddPrompt(1, BoxPrompt(Rect(0, 0, 4, 4), 3)))
    history.perform(set_anchor(history.document, 1, 3, blob(77)))
    target = history.document.object(1)
    assert target.prompts == (MaskPrompt(blob(77), 3),) and target.anchors == {3}
    assert target.track[3] == blob(77) and history.undo_label == "Paint mask"


def test_tracking_that_ends_later_spares_the_anchors_made_meanwhile() -> None:
    history = started(1)
    tracked = SetTrack.tracked(history.document, 1, {frame: blob(100 + frame) for frame in range(10)})
    history.perform(set_anchor(history.document, 1, 4, blob(77)))
    before = history.document
    history.perform(tracked.on(before, spare=before.object(1).anchors))
    track = history.document.object(1).track
    assert track[4] == blob(77) and track[5] == blob(105)
    history.undo()
    assert history.document == before


def test_a_copied_mask_spares_anchors_and_a_cleared_range_does_not() -> None:
    history = started(1)
    history.perform(set_anchor(history.document, 1, 4, blob(77)))
    history.perform(copy_mask(history.document, 1, 0, range(3, 7)))
    track = history.document.object(1).track
    assert [track[frame] == blob(0) for frame in range(2, 8)] == [False, True, False, True, True, False]
    assert history.undo_label == "Copy mask to 3 frames"
    history.perform(clear_range(history.document, 1, range(3, 7)))
    target = history.document.object(1)
    assert [frame for frame, mask in target.track.items() if mask.is_empty] == [3, 4, 5, 6] and target.prompts == ()


def test_a_range_outside_the_clip_is_refused_and_the_whole_clip_is_none() -> None:
    document = Document(CLIP)
    assert set_in_out(document, (0, 20)).apply(document).document.in_out is None
    assert set_in_out(document, (-5, 7)).apply(document).document.range == (0, 7)
    with pytest.raises(ValueError, match="no frame"):
        set_in_out(document, (20, 30))


def test_of_two_markers_at_one_frame_the_later_counts() -> None:
    document = Document(CLIP)
    after = set_markers(document, [Marker(5, "a"), Marker(2), Marker(5, "b")]).apply(document).document
    assert after.markers == (Marker(2), Marker(5, "b"))
