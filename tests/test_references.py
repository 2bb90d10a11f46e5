"""Reference frames: exported with their fill, retouched, brought back, and carried into the other frames."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from clips import Recipe, write_clip

from app.core.edits import SetTrack
from app.core.errors import UserError
from app.core.masks import MaskBlob
from app.core.object_edits import SetReference
from app.core.pictures import ImageBlob
from app.core.retouch import Retouch
from app.core.strokes import Brush
from app.engine.result_view import FrameState
from app.jobs.context import JobContext
from app.media.color import yuv_coding
from app.media.convert import deep_view, planes_from_rgb
from app.media.images import read_image, write_image
from app.media.reader import open_clip
from app.workspace import Workspace

WIDTH, HEIGHT, COUNT = 160, 96, 10


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A still scene with a mask that never moves: what it hides is never shown."""
    (tmp_path / "shot").mkdir()
    random = np.random.default_rng(2)
    scene = cv2.GaussianBlur(random.integers(0, 255, (HEIGHT, WIDTH, 3)).astype(np.uint8), (0, 0), 2)
    for index in range(COUNT):
        write_image(tmp_path / "shot" / f"{index:03d}.png", scene)
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[30:60, 60:100] = True
    with Workspace.open(tmp_path / "shot") as opened:
        opened.add_object()
        blobs = dict.fromkeys(range(COUNT), MaskBlob.from_array(mask))
        opened.perform(SetTrack.imported(opened.document, 1, blobs))
        yield opened


def render(workspace: Workspace) -> None:
    workspace.render(workspace.results(), on_frame=lambda index, state: None)(JobContext())


def test_a_painted_frame_is_carried_into_all_others(workspace: Workspace, tmp_path: Path) -> None:
    render(workspace)
    view = workspace.results()
    path = workspace.export_reference(view, 4, tmp_path / "frame.png")(JobContext())
    exported = read_image(path)
    shown = view.composite(workspace.reader.frame(4))
    assert shown is not None and np.array_equal(exported, shown.rgb)
    painted = exported.copy()
    painted[25:70, 50:110] = (250, 30, 200)
    write_image(path, painted)
    workspace.perform(workspace.import_reference(4, path)(JobContext()))
    assert workspace.history.undo_label == "Set reference frame"
    assert set(workspace.results().states()) == {FrameState.STALE}
    render(workspace)
    view = workspace.results()
    for index in (0, 4, 9):
        frame = view.composite(workspace.reader.frame(index))
        assert frame is not None
        inside = frame.rgb[35:55, 65:95].reshape(-1, 3).astype(int)
        assert np.abs(inside - (250, 30, 200)).mean() < 6, index
        quality = view.quality(workspace.reader.frame(index))
        assert quality is not None and quality.seen_share > 0.9
        assert np.array_equal(frame.rgb[:20], workspace.reader.frame(index).rgb[:20])


def test_a_frame_is_painted_in_the_program(workspace: Workspace) -> None:
    view = workspace.results()
    picture = workspace.reference_picture(view, 2)(JobContext())
    retouch = Retouch(picture)
    retouch.begin(Brush(60), (-50, 0), heal=True)
    retouch.extend([(80.0, 45.0, 1)])
    retouch.finish()
    edit = SetReference.of(workspace.document, 2, ImageBlob.from_array(retouch.picture))
    workspace.perform(edit)
    render(workspace)
    shown = workspace.results().composite(workspace.reader.frame(2))
    assert shown is not None
    assert np.abs(shown.rgb[32:58, 62:98].astype(int) - retouch.picture[32:58, 62:98]).mean() < 1.5
    workspace.history.undo()
    assert not workspace.document.references


def test_a_reference_of_another_size_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    write_image(tmp_path / "large.png", np.zeros((HEIGHT + 1, WIDTH, 3), np.uint8))
    with pytest.raises(UserError, match=r"160x97.*160x96"):
        workspace.import_reference(3, tmp_path / "large.png")(JobContext())


@pytest.mark.parametrize("pix_fmt", ["yuv420p10le", "yuv422p10le", "yuv444p12le", "gbrp10le", "gray10le", "yuv420p"])
def test_deep_clips_give_deep_pictures(tmp_path: Path, pix_fmt: str) -> None:
    with open_clip(write_clip(Recipe("ffv1", "deep.mkv", pix_fmt=pix_fmt, times=range(2)), tmp_path)) as clip:
        frame = clip.frame(1)
    deep = deep_view(frame)
    assert deep.dtype == (np.uint8 if pix_fmt == "yuv420p" else np.uint16)
    scale = 1 if deep.dtype == np.uint8 else 257
    assert np.abs(deep.astype(float) / scale - frame.rgb).max() < 2.6
    again = planes_from_rgb(deep, frame.layout, frame.color)
    coding = yuv_coding(frame.color, frame.layout, frame.width, frame.height)
    inside = ((deep > 0) & (deep < np.iinfo(deep.dtype).max)).all(axis=2)
    step = np.abs(again[0].astype(int) - frame.planes[0].astype(int))
    assert coding.luma_span > 0 and step[inside].max() <= 1
