"""Whole shapes of hidden objects in a document: edits, undo, and the project file."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
from old_projects import as_version_2, write

from app.core.amodal_edits import SetAmodal
from app.core.document import Action, ClipIdentity, Document
from app.core.edits import AddObject
from app.core.frame_map import FrameSet
from app.core.masks import MaskBlob
from app.core.object_edits import ChangeObject
from app.core.project_file import load_project, save_project


def square(left: int) -> MaskBlob:
    mask = np.zeros((24, 32), bool)
    mask[6:14, left : left + 8] = True
    return MaskBlob.from_array(mask)


def document() -> Document:
    clip = ClipIdentity("/clips/walk.mp4", 10, 32, 24, 20)
    return AddObject("walker").apply(Document(clip)).document


def test_a_prediction_is_one_step_and_undo_takes_it_back() -> None:
    before = document()
    edit = SetAmodal.predicted(before, 1, {3: square(2), 4: square(3)})
    after, changes = edit.apply(before)
    assert after.object(1).amodal[4] == square(3)
    assert changes.frames == {3, 4} and changes.objects == {1}
    assert edit.revert(after).document == before
    assert edit.label == "Predict shape in 2 frames"


def test_a_prediction_leaves_what_the_user_drew() -> None:
    drawn = SetAmodal.painted(document(), 1, {4: square(9)}).apply(document()).document
    assert drawn.object(1).amodal_drawn == FrameSet([4])
    after = SetAmodal.predicted(drawn, 1, {3: square(2), 4: square(3)}).apply(drawn).document
    assert after.object(1).amodal[4] == square(9)
    assert after.object(1).amodal[3] == square(2)
    assert after.object(1).amodal_drawn == FrameSet([4])


def test_a_forgotten_shape_may_be_predicted_again() -> None:
    drawn = SetAmodal.painted(document(), 1, {4: square(9)}).apply(document()).document
    forgotten = SetAmodal.painted(drawn, 1, {4: None}, "Forget whole shape").apply(drawn).document
    assert 4 not in forgotten.object(1).amodal
    assert not forgotten.object(1).amodal_drawn
    again = SetAmodal.predicted(forgotten, 1, {4: square(3)}).apply(forgotten).document
    assert again.object(1).amodal[4] == square(3)


def test_a_prediction_that_comes_late_spares_what_was_drawn_meanwhile() -> None:
    start = document()
    edit = SetAmodal.predicted(start, 1, {3: square(2), 4: square(3)})
    drawn = SetAmodal.painted(start, 1, {4: square(9)}).apply(start).document
    late = edit.on(drawn, spare=drawn.object(1).amodal_drawn)
    after = late.apply(drawn).document
    assert (after.object(1).amodal[3], after.object(1).amodal[4]) == (square(2), square(9))
    assert late.revert(after).document == drawn


def test_a_project_keeps_what_is_restored(tmp_path: Path) -> None:
    shaped = SetAmodal.painted(document(), 1, {4: square(9)}).apply(document()).document
    change = ChangeObject.of(shaped, 1, action=Action.RESTORE, occluders=(2, 5), kind="person")
    shaped = change.apply(shaped).document
    save_project(tmp_path / "walk.cleanplate", shaped)
    assert load_project(tmp_path / "walk.cleanplate").document == shaped


def test_a_project_of_version_1_opens_without_shapes(tmp_path: Path) -> None:
    new, path = tmp_path / "new.cleanplate", tmp_path / "old.cleanplate"
    save_project(new, document())
    data = as_version_2(new, path)
    data["version"] = 1
    for target in data["document"]["objects"]:
        del target["amodal"], target["amodal_drawn"], target["settings"]["occluders"], target["settings"]["kind"]
        del target["doubts"]
    with zipfile.ZipFile(new) as archive:
        write(path, data, {"blobs.bin": archive.read("blobs.bin")})
    assert load_project(path).document == document()
