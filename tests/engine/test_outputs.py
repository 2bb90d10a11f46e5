"""Mattes and patches: what is filled, and the fill alone, which laid over the source gives the result."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from clips import Recipe, write_clip

from app.core.edits import SetTrack
from app.core.errors import UserError
from app.core.masks import MaskBlob
from app.engine.outputs import Output
from app.jobs.context import JobContext
from app.media.frame import VideoFrame
from app.media.images import read_image
from app.media.reader import open_clip
from app.media.settings import ExportSettings
from app.workspace import Workspace

COUNT = 6


@pytest.fixture(params=["yuv420p", "yuv422p10le", "gbrp10le", "yuva444p"])
def workspace(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workspace]:
    path = write_clip(Recipe("ffv1", "clip.mkv", times=range(COUNT), pix_fmt=request.param), tmp_path)
    with Workspace.open(path) as opened:
        mask = np.zeros((64, 96), bool)
        mask[20:40, 30:60] = True
        opened.add_object()
        blobs = {
            index: MaskBlob.from_array(mask) if 1 <= index <= 3 else MaskBlob.empty(96, 64) for index in range(COUNT)
        }
        opened.perform(SetTrack.imported(opened.document, 1, blobs))
        yield opened


def written(workspace: Workspace, target: Path, output: Output, codec: str = "ffv1") -> list[VideoFrame]:
    removal = workspace.removal(target, output=output, media=ExportSettings(codec=codec))
    workspace.remove(removal)(JobContext())
    with open_clip(target) as clip:
        return list(clip.frames())


def test_patches_laid_over_the_source_give_the_result(workspace: Workspace, tmp_path: Path) -> None:
    results = written(workspace, tmp_path / "result.mkv", Output.RESULT)
    patches = written(workspace, tmp_path / "patch.mkv", Output.PATCH)
    for result, patch, source in zip(results, patches, workspace.reader.frames(), strict=True):
        assert patch.layout.alpha and patch.layout.bits == source.layout.bits
        top = (1 << source.layout.bits) - 1
        alpha = patch.planes[-1].astype(np.float64) / top
        luma = alpha * patch.planes[0] + (1 - alpha) * source.planes[0]
        assert np.abs(luma - result.planes[0]).max() <= 1.01
        assert np.array_equal(result.planes[0][alpha == 0], source.planes[0][alpha == 0])
        assert (alpha > 0).any() == (source.index <= 4)


def test_a_matte_is_white_where_something_is_filled(workspace: Workspace, tmp_path: Path) -> None:
    mattes = written(workspace, tmp_path / "matte.mkv", Output.MATTE)
    for matte in mattes:
        value = matte.rgb[..., 0]
        assert (value[22:38, 32:58] > 250).all() == (matte.index <= 4)
        assert value[:8].max() < 5


def test_patches_as_pictures_carry_their_alpha(workspace: Workspace, tmp_path: Path) -> None:
    removal = workspace.removal(tmp_path / "patches", output=Output.PATCH, media=ExportSettings(codec="png"))
    workspace.remove(removal)(JobContext())
    pictures = [read_image(path) for path in sorted((tmp_path / "patches").iterdir())]
    assert len(pictures) == COUNT and all(picture.shape == (64, 96, 4) for picture in pictures)
    assert pictures[2][30, 45, 3] > 0 and pictures[2][2, 2, 3] == 0 and not pictures[5].any()


def test_a_target_without_transparency_is_refused_for_patches(workspace: Workspace, tmp_path: Path) -> None:
    removal = workspace.removal(tmp_path / "patch.mp4", output=Output.PATCH, media=ExportSettings(codec="h264"))
    with pytest.raises(UserError, match=r"no transparency.*ProRes 4444"):
        workspace.check_removal(removal)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clip.mkv"]
