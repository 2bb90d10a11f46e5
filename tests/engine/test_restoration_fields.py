"""A restoration of interlaced frames: both fields are painted, and every row outside the hidden part stays."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import cv2
import numpy as np
from hidden_scene import bar, disc

from app.core.masks import MaskBlob
from app.engine.compositing import touched_samples
from app.engine.final_removal import FinalRemoval
from app.engine.holes import no_hole
from app.engine.loader import load_restorer
from app.engine.outputs import Output, output_frame
from app.engine.plan import Mode
from app.engine.removal import Filled, composited
from app.engine.restoration import RestorationPlan, RestoredObject
from app.engine.seams import SeamSettings
from app.jobs.context import JobContext
from app.media.color import ColorTags
from app.media.convert import rgb_view
from app.media.frame import Family, PlaneLayout, VideoFrame

COUNT = 10
FIRST = 8


def interlaced(index: int) -> VideoFrame:
    """The disc behind a grey bar, 4:2:0, in two fields."""
    picture = disc(FIRST + index)[0].copy()
    picture[bar(0)] = 128
    ycc = cv2.cvtColor(picture, cv2.COLOR_RGB2YCrCb)
    chroma = [cv2.resize(ycc[..., plane], None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA) for plane in (2, 1)]
    planes = tuple(np.ascontiguousarray(plane) for plane in (ycc[..., 0], *chroma))
    for plane in planes:
        plane.flags.writeable = False
    layout = PlaneLayout(Family.YUV, 8, 1, 1, False)
    return VideoFrame(index, index, 1, layout, planes, ColorTags(), True, top_field_first=True, to_rgb=rgb_view)


def frames(first: int, end: int) -> Generator[VideoFrame]:
    yield from (interlaced(index) for index in range(first, end))


def restored_frames(scratch: Path) -> list[Filled]:
    whole = {index: disc(FIRST + index)[1] for index in range(COUNT)}
    restored = RestoredObject(
        visible={index: MaskBlob.from_array(mask & ~bar(0)) for index, mask in whole.items()},
        amodal={index: MaskBlob.from_array(mask) for index, mask in whole.items()},
        occluder=dict.fromkeys(range(COUNT), MaskBlob.from_array(bar(0))),
    )
    plan = RestorationPlan(Path("clip"), "clip", 128, 96, (0, COUNT), (), Mode.FINAL, fields=True, restored=restored)
    walk = FinalRemoval(plan, load_restorer(), None, open_frames=frames, scratch=scratch, context=JobContext())
    return list(walk.run(frames(0, COUNT)))


def test_both_fields_of_an_interlaced_frame_are_painted(tmp_path: Path) -> None:
    done = restored_frames(tmp_path)
    assert len(done) == COUNT
    for filled in done[2:6]:
        source, result = filled.frame, composited(filled)
        region = filled.hole.full_region()
        assert len(filled.fills) == 2
        for before, after, shifts in zip(source.planes, result.planes, source.layout.plane_shifts, strict=True):
            # a chroma row of a field reaches two rows further
            near = cv2.dilate(region.astype(np.uint8), np.ones((5, 1), np.uint8)) > 0
            outside = ~touched_samples(near, *shifts)
            assert (before[outside] == after[outside]).all()
        changed = source.planes[0] != result.planes[0]
        inside = filled.hole.full_alpha() == 255
        for parity in (0, 1):
            assert changed[parity::2][inside[parity::2]].mean() > 0.8


def test_a_patch_of_a_restoration_alone_holds_the_chroma_of_both_fields(tmp_path: Path) -> None:
    layer = restored_frames(tmp_path)[3]
    filled = Filled(layer.frame, no_hole(128, 96), (), over=(layer,))
    patch, result = output_frame(filled, SeamSettings(), Output.PATCH), composited(filled)
    region = layer.hole.full_region()
    for plane, painted, shifts in zip(patch.planes, result.planes, layer.frame.layout.plane_shifts, strict=False):
        touched = touched_samples(region, *shifts, by_field=True)
        assert (plane[touched] == painted[touched]).all()
        assert len(np.unique(plane[~touched])) == 1
