"""A restored object before what is removed: where it is not, or not all there, the removal shows, not the cover."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from walking_scene import SIZE, figure

from app.core.amodal_edits import SetAmodal
from app.core.document import Action
from app.core.edits import SetTrack
from app.core.masks import MaskBlob
from app.core.object_edits import ChangeObject
from app.engine.removal import Filled
from app.engine.result_view import FrameState, ResultView
from app.jobs.context import JobContext
from app.media.images import write_image
from app.workspace import Workspace

FRAMES = 40
COVER = (20, 220, 20)
HIDING = range(1, 6)
"""Frames in which a leg and the back are hidden, and another step shows them."""


def cover(index: int) -> np.ndarray:
    """``(H, W)`` bool: a bar that moves to the right, away from the figure."""
    mask = np.zeros(SIZE[::-1], bool)
    left = 140 + index
    mask[:, left : left + 30] = True
    return mask


def picture(index: int) -> np.ndarray:
    """``(H, W, 3)`` uint8: the figure, nothing of which is green, behind its cover."""
    scene, _ = figure(index)
    scene[..., 1] = np.minimum(scene[..., 1], scene[..., [0, 2]].max(-1))
    scene[cover(index)] = COVER
    return scene


def too_large(index: int) -> np.ndarray:
    """``(H, W)`` bool: the figure's mask with a rim of its ground."""
    return cv2.dilate(figure(index)[1].astype(np.uint8), np.ones((7, 7), np.uint8)) > 0


def blobs(*masks: np.ndarray) -> dict[int, MaskBlob]:
    return {index: MaskBlob.from_array(mask) for index, mask in enumerate(masks)}


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """The figure (1), its masks too large all round, and its cover (2); whole shapes are predicted."""
    folder = tmp_path / "clip"
    folder.mkdir()
    for index in range(FRAMES):
        write_image(folder / f"{index:05d}.png", picture(index))
    with Workspace.open(folder) as opened:
        for name in ("figure", "cover"):
            opened.add_object(name)
        seen = blobs(*(too_large(index) & ~cover(index) for index in range(FRAMES)))
        opened.perform(SetTrack.imported(opened.document, 1, seen))
        opened.perform(SetTrack.imported(opened.document, 2, blobs(*(cover(index) for index in range(FRAMES)))))
        opened.perform(ChangeObject.of(opened.document, 2, action=Action.KEEP))
        opened.perform(opened.restore(1, (2,)))
        whole = blobs(*(too_large(index) for index in range(FRAMES)))
        opened.perform(SetAmodal.predicted(opened.document, 1, whole))
        yield opened


def rendered(workspace: Workspace) -> ResultView:
    view = workspace.results()
    workspace.render(view, on_frame=told)(JobContext())
    return view


def told(_: int, __: FrameState) -> None:
    """Watches nothing."""


def filled_of(view: ResultView, workspace: Workspace, index: int) -> Filled:
    filled = view.filled(workspace.reader.frame(index))
    assert filled is not None
    return filled


def shown(view: ResultView, workspace: Workspace, index: int) -> np.ndarray:
    finished = view.composite(workspace.reader.frame(index))
    assert finished is not None
    return np.asarray(finished.rgb).astype(int)


def of_the_cover(picture: np.ndarray) -> np.ndarray:
    """``(H, W)`` bool: greener than anything else in the scene."""
    return np.asarray(picture[..., 1] - picture[..., [0, 2]].max(-1) > 60)


def rim(index: int) -> np.ndarray:
    """``(H, W)`` bool: what the masks hold of the ground behind the cover."""
    return too_large(index) & ~figure(index)[1] & cover(index)


def test_nothing_of_a_removed_cover_is_left_round_a_restored_object(workspace: Workspace) -> None:
    workspace.perform(ChangeObject.of(workspace.document, 2, action=Action.REMOVE))
    view = rendered(workspace)
    for index in HIDING:
        assert rim(index).sum() > 100
        assert not of_the_cover(shown(view, workspace, index)).any()


def test_a_cover_that_stays_is_left_where_the_object_is_not(workspace: Workspace) -> None:
    view = rendered(workspace)
    for index in HIDING:
        ((fill,),) = (layer.fills for layer in filled_of(view, workspace, index).over)
        bare = np.zeros(SIZE[::-1], bool)
        bare[fill.top : fill.top + fill.height, fill.left : fill.left + fill.width] = fill.alphas[0] == 0
        assert (bare & cover(index)).sum() > 20
        source = workspace.reader.frame(index).rgb
        assert (shown(view, workspace, index)[bare] == source[bare]).all()


def test_what_the_user_draws_is_painted_though_other_frames_show_ground_there(workspace: Workspace) -> None:
    workspace.perform(ChangeObject.of(workspace.document, 2, action=Action.REMOVE))
    at, stroke = 3, np.zeros(SIZE[::-1], bool)
    stroke[92:116, 146:172] = True
    before = shown(rendered(workspace), workspace, at)
    workspace.perform(workspace.paint_amodal(1, {at: MaskBlob.from_array(too_large(at) | stroke)}))
    after = shown(rendered(workspace), workspace, at)
    changed = np.abs(after - before).max(-1) > 10
    added = stroke & ~too_large(at)
    assert added.sum() > 200
    assert changed[added].mean() > 0.9
    assert not of_the_cover(after).any()
    near = cv2.dilate((stroke | too_large(at)).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    assert not changed[~near].any()
