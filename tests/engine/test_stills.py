"""One frame as a picture: what it shows, how deep it is, and that an unrendered frame is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from clips import Recipe, write_clip

from app.core.edits import SetTrack
from app.core.errors import UserError
from app.core.masks import MaskBlob
from app.engine.stills import Still
from app.jobs.context import JobContext
from app.media.convert import deep_view
from app.media.images import read_image
from app.workspace import Workspace

COUNT, MASKED, BARE = 6, 2, 5


@pytest.fixture(params=["yuv420p", "yuv422p10le", "gray"])
def workspace(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workspace]:
    path = write_clip(Recipe("ffv1", "clip.mkv", times=range(COUNT), pix_fmt=request.param), tmp_path)
    with Workspace.open(path) as opened:
        mask = np.zeros((64, 96), bool)
        mask[20:40, 30:60] = True
        opened.add_object()
        blobs = {index: MaskBlob.empty(96, 64) for index in range(COUNT)} | {MASKED: MaskBlob.from_array(mask)}
        opened.perform(SetTrack.imported(opened.document, 1, blobs))
        yield opened


def written(workspace: Workspace, path: Path, still: Still, index: int = MASKED) -> np.ndarray:
    workspace.export_still(workspace.results(), index, path, still)(JobContext())
    return np.asarray(read_image(path))


def render(workspace: Workspace) -> None:
    workspace.render(workspace.results(), on_frame=lambda _index, _state: None)(JobContext())


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_a_still_of_the_source_is_the_source_at_its_own_depth(
    workspace: Workspace, tmp_path: Path, suffix: str
) -> None:
    frame = workspace.reader.frame(MASKED)
    picture = written(workspace, tmp_path / f"still{suffix}", Still.SOURCE)
    assert picture.dtype == (np.uint8 if frame.layout.bits == 8 else np.uint16)
    assert np.array_equal(picture, deep_view(frame))


def test_a_still_of_the_result_differs_in_the_hole_only(workspace: Workspace, tmp_path: Path) -> None:
    render(workspace)
    source = deep_view(workspace.reader.frame(MASKED))
    picture = written(workspace, tmp_path / "still.png", Still.RESULT)
    matte = written(workspace, tmp_path / "matte.tiff", Still.MATTE)
    assert matte.ndim == 2 and matte[30, 45] == 255 and matte[0, 0] == 0
    changed = (picture != source).any(axis=2)
    assert changed.any() and not changed[: 20 - 16].any()
    bare = written(workspace, tmp_path / "bare.png", Still.RESULT, BARE)
    assert np.array_equal(bare, deep_view(workspace.reader.frame(BARE)))


def test_a_patch_is_clear_outside_the_hole(workspace: Workspace, tmp_path: Path) -> None:
    render(workspace)
    patch = written(workspace, tmp_path / "patch.png", Still.PATCH)
    matte = written(workspace, tmp_path / "matte.png", Still.MATTE)
    assert patch.shape == (64, 96, 4)
    top = np.iinfo(patch.dtype).max
    assert np.array_equal(patch[..., 3] == top, matte == 255)
    assert np.array_equal(patch[..., 3] == 0, matte == 0)


def test_a_frame_that_is_not_rendered_is_refused_but_its_matte_is_known(workspace: Workspace, tmp_path: Path) -> None:
    for still in (Still.RESULT, Still.PATCH):
        assert still.needs_result
        with pytest.raises(UserError, match="Frame 2 is not rendered yet"):
            written(workspace, tmp_path / "none.png", still)
    assert not (tmp_path / "none.png").exists()
    assert written(workspace, tmp_path / "matte.png", Still.MATTE)[30, 45] == 255
