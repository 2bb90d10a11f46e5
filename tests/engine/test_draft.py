"""Drafts: the engine sees half the picture, the frame keeps its size, and nothing outside the hole changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from clips import Recipe, write_clip

from app.core.edits import SetTrack
from app.core.masks import MaskBlob
from app.engine.draft import drafted, enlarged
from app.engine.loader import Fill, HoleFrame, Picture, PicturePlane
from app.engine.result_view import FrameState
from app.jobs.context import JobContext
from app.workspace import Workspace

COUNT = 8


@pytest.fixture(params=[("yuv420p", (96, 64)), ("yuv422p10le", (97, 65)), ("gbrp10le", (95, 63))], ids=str)
def workspace(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workspace]:
    pix_fmt, size = request.param
    path = write_clip(Recipe("ffv1", "clip.mkv", times=range(COUNT), pix_fmt=pix_fmt, size=size), tmp_path)
    with Workspace.open(path) as opened:
        mask = np.zeros((size[1], size[0]), bool)
        mask[21:43, 31 : size[0]] = True
        opened.add_object()
        blobs = dict.fromkeys(range(COUNT), MaskBlob.from_array(mask))
        opened.perform(SetTrack.imported(opened.document, 1, blobs))
        yield opened


def test_a_draft_is_like_the_full_render_and_kept_apart(workspace: Workspace) -> None:
    drafts, full = workspace.results(draft=True), workspace.results()
    for view in (drafts, full):
        workspace.live(view, 0, on_frame=lambda index, state: None)(JobContext())
        assert set(view.states()) == {FrameState.LIVE}
    for index in (0, COUNT - 1):
        source = workspace.reader.frame(index)
        draft, whole = drafts.composite(source), full.composite(source)
        assert draft is not None and whole is not None
        outside = ~drafts.hole(index).full_region()
        for plane, other, own in zip(draft.planes, source.planes, whole.planes, strict=True):
            assert plane.shape == other.shape and plane.dtype == other.dtype
            if plane.shape == outside.shape:
                assert np.array_equal(plane[outside], other[outside])
                assert not np.array_equal(plane, own)


def test_only_the_document_shown_as_a_draft_is_stale_without_it(workspace: Workspace) -> None:
    drafts = workspace.results(draft=True)
    workspace.live(drafts, 0, on_frame=lambda index, state: None)(JobContext())
    assert set(workspace.results().states()) == {FrameState.STALE}
    assert set(workspace.results(draft=True).states()) == {FrameState.LIVE}


def test_a_draft_both_ways_in_time_is_never_taken_for_the_finished_frame(workspace: Workspace) -> None:
    drafts = workspace.results(draft=True)
    workspace.render(drafts, on_frame=lambda index, state: None)(JobContext())
    assert set(drafts.states()) == {FrameState.LIVE} and all(drafts.is_rendered(index) for index in range(COUNT))
    full = workspace.results()
    assert set(full.states()) == {FrameState.STALE} and full.filled(workspace.reader.frame(3)) is None
    again = workspace.render(workspace.results(draft=True), on_frame=lambda index, state: None)(JobContext())
    assert not again.rendered
    assert workspace.render(full, on_frame=lambda index, state: None)(JobContext()).rendered == COUNT
    assert set(workspace.results(draft=True).states()) == {FrameState.FINAL}, "the better one is shown"


def test_an_export_takes_no_draft(workspace: Workspace, tmp_path: Path) -> None:
    workspace.render(workspace.results(draft=True), on_frame=lambda index, state: None)(JobContext())
    report = workspace.remove(workspace.removal(tmp_path / "out.mkv"))(JobContext())
    assert report.frames and not any(frame.cached or "draft" in frame.notes for frame in report.frames)


def test_sizes_are_rounded_up_and_come_back() -> None:
    random = np.random.default_rng(1)
    shifts = ((0, 0), (1, 1), (1, 1))
    for width, height in ((64, 48), (65, 47), (63, 49), (66, 50)):
        planes = tuple(
            PicturePlane(
                cv2.GaussianBlur(
                    random.integers(0, 255, (-(-height >> y), -(-width >> x))).astype(np.uint8), (0, 0), 4
                ),
                x,
                y,
            )
            for x, y in shifts
        )
        hole = np.zeros((height, width), bool)
        hole[height - 5 :, width - 9 :] = True
        view = np.repeat(planes[0].samples[..., None], 3, axis=2)
        small = drafted(HoleFrame(Picture(3, view, planes), hole, avoid=~hole))
        assert small.hole.shape == (-(-height // 2), -(-width // 2)) == small.picture.view.shape[:2]
        assert small.avoid is not None and (small.hole | small.avoid).all()
        for plane in small.picture.planes:
            assert plane.samples.shape == (
                -(-small.hole.shape[0] >> plane.shift_y),
                -(-small.hole.shape[1] >> plane.shift_x),
            )
        rows, columns = small.hole.shape
        whole = tuple(plane.samples for plane in small.picture.planes)
        fill = enlarged(Fill(3, 0, 0, columns, rows, whole, small.hole, ~small.hole), width, height, shifts)
        assert (fill.width, fill.height) == (width, height) and fill.seen.shape == (height, width)
        assert (fill.seen & hole).sum() == hole.sum()
        for plane, samples in zip(planes, fill.planes, strict=True):
            assert samples.shape == plane.samples.shape
            assert np.abs(samples.astype(int) - plane.samples).mean() < 3
