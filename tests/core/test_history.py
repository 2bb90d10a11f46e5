"""Documents, edits and history: every edit can be undone exactly, one gesture is one step."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.document import ClipIdentity, Document, Track
from app.core.edits import AddObject, AddPrompt, ChangeSet, Edit, SetTrack
from app.core.geometry import Rect
from app.core.history import History
from app.core.masks import MaskBlob
from app.core.prompts import BoxPrompt, MaskPrompt

CLIP = ClipIdentity("clip.mp4", 1000, 8, 6, 20)


def _blob(seed: int) -> MaskBlob:
    return MaskBlob.from_array(np.random.default_rng(seed).random((6, 8)) > 0.5)


def _tracked(history: History, object_id: int, seeds: Mapping[int, int | None]) -> SetTrack:
    masks = {frame: None if seed is None else _blob(seed) for frame, seed in seeds.items()}
    return SetTrack.tracked(history.document, object_id, masks)


seeds_by_frame = st.dictionaries(st.integers(0, 19), st.none() | st.integers(0, 5), min_size=1, max_size=6)
actions = st.lists(
    st.tuples(st.sampled_from(["object", "prompt", "track", "undo", "redo"]), st.integers(0, 3), seeds_by_frame),
    max_size=20,
)


@given(actions)
def test_undoing_everything_gives_the_first_document_and_redoing_the_last(
    steps: list[tuple[str, int, dict[int, int | None]]],
) -> None:
    first = Document(CLIP)
    history = History(first)
    for kind, number, seeds in steps:
        objects = history.document.objects
        if kind == "undo":
            history.undo()
        elif kind == "redo":
            history.redo()
        elif kind == "object" or not objects:
            history.perform(AddObject(f"thing {number}"))
        elif kind == "prompt":
            target = objects[number % len(objects)]
            history.perform(AddPrompt(target.id, BoxPrompt(Rect(number, 0, 2, 2), number)))
        else:
            history.perform(_tracked(history, objects[number % len(objects)].id, seeds))
    last, undone = history.document, 0
    while history.undo() is not None:
        undone += 1
    assert history.document == first
    for _ in range(undone):
        history.redo()
    assert history.document == last


def test_a_gesture_of_several_edits_is_one_step() -> None:
    history = History(Document(CLIP))
    edits: list[Edit] = [AddObject("walker"), AddPrompt(1, BoxPrompt(Rect(0, 0, 2, 2), 3))]
    changes = history.perform(*edits)
    assert changes == ChangeSet(frozenset({3}), frozenset({1}))
    assert history.undo_label == "Add box"
    assert history.undo() == changes
    assert history.document == Document(CLIP)
    assert history.undo() is None and history.redo_label == "Add box"


def test_a_propagation_is_one_edit_that_names_only_frames_that_changed() -> None:
    history = History(Document(CLIP))
    history.perform(AddObject("walker"))
    history.perform(_tracked(history, 1, {0: 1, 1: 2, 2: 3}))
    assert history.undo_label == "Track 3 frames"
    changes = history.perform(_tracked(history, 1, {1: 2, 2: None, 3: 4}))
    assert changes.frames == {2, 3}
    assert dict(history.document.object(1).track) == {0: _blob(1), 1: _blob(2), 3: _blob(4)}
    history.undo()
    assert dict(history.document.object(1).track) == {0: _blob(1), 1: _blob(2), 2: _blob(3)}


def test_imported_masks_and_mask_prompts_have_their_own_labels() -> None:
    history = History(Document(CLIP))
    history.perform(AddObject("walker"))
    history.perform(SetTrack.imported(history.document, 1, {0: _blob(1)}))
    assert history.undo_label == "Import 1 mask"
    history.perform(AddPrompt(1, MaskPrompt(_blob(1), 0)))
    assert history.undo_label == "Add mask"
    assert AddObject("dog").label == "Add dog"


def test_an_edit_that_fails_changes_nothing() -> None:
    history = History(Document(CLIP))
    with pytest.raises(KeyError):
        history.perform(AddObject("walker"), AddPrompt(99, BoxPrompt(Rect(0, 0, 1, 1))))
    assert history.document == Document(CLIP) and history.undo_label is None


def test_a_new_step_ends_what_can_be_redone() -> None:
    history = History(Document(CLIP))
    history.perform(AddObject("a"))
    history.undo()
    history.perform(AddObject("b"))
    assert history.redo() is None and history.redo_label is None


def test_tracks_are_equal_by_content_and_hashable() -> None:
    first, second = Track({1: _blob(1), 0: _blob(0)}), Track([(0, _blob(0)), (1, _blob(1))])
    assert first == second and hash(first) == hash(second) and list(first) == [0, 1]
    assert repr(first) == "Track(2 frames)" and first != Track()
