"""Masks made when asked for: results keep the names they had when every mask was made at once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from standin_engine import HEIGHT, WIDTH, StandInEngine

from app.core.document import Action, ClipIdentity, Document, DocumentObject, MaskOrigin, ObjectSettings, Track
from app.core.frame_map import FrameMap
from app.core.masks import MaskBlob, union
from app.core.pictures import ImageBlob
from app.core.prompts import MaskPrompt
from app.core.shapes import polygon_shape
from app.core.soft_edge import SoftEdge
from app.engine.mask_tracks import MadeMasks, MaskMemory, from_frame, known_frames, marked_frames, spread
from app.engine.plan import Mode, RemovalPlan, ResultKeys
from app.engine.planning import PlannedClip, plan_of

COUNT = 600
CLIP = PlannedClip(Path("clip"), "clip", WIDTH, HEIGHT)
SIZE = (WIDTH, HEIGHT)


def disc(x: float, y: float, radius: float) -> MaskBlob:
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    return MaskBlob.from_array((columns - x) ** 2 + (rows - y) ** 2 < radius**2)


def moving(first: int, end: int, speed: float, radius: float) -> Track:
    return Track({index: disc(20 + speed * (index % 80), 24 + index % 9, radius) for index in range(first, end)})


def crowded() -> Document:
    """Objects of every kind: alike and overlapping, kept with a margin, painted, soft, lost in the picture."""
    painted = moving(100, 420, 0.5, 7)
    soft = np.zeros((HEIGHT, WIDTH), np.uint8)
    soft[10:40, 10:40] = 90
    soft[15:35, 15:35] = 255
    edge = SoftEdge.of(soft, soft == 255)
    assert edge is not None
    empty = Track({index: MaskBlob.empty(*SIZE) for index in range(300, 310)})
    objects = (
        DocumentObject(1, "walker", track=moving(0, 500, 0.4, 9)),
        DocumentObject(2, "shadow", track=moving(60, 280, 0.3, 6)),
        DocumentObject(3, "painted", track=painted, prompts=(MaskPrompt(painted[200], 200),)),
        DocumentObject(
            4, "keep", track=moving(150, 250, 0.6, 5), settings=ObjectSettings(action=Action.KEEP, grow_px=3)
        ),
        DocumentObject(5, "kept too", track=moving(200, 260, 0.2, 5), settings=ObjectSettings(action=Action.KEEP)),
        DocumentObject(
            6,
            "soft",
            track=Track({index: MaskBlob.from_array(soft == 255) for index in range(320, 330)}),
            soft=FrameMap({325: edge}),
            origin=MaskOrigin.DRAWN,
        ),
        DocumentObject(7, "nothing", track=empty, settings=ObjectSettings(grow_px=5, smoothing=3)),
        DocumentObject(8, "shape", shapes=(polygon_shape(1, 250, ((4, 4), (30, 5), (17, 30))),)),
    )
    picture = np.full((HEIGHT, WIDTH, 3), 77, np.uint8)
    return Document(
        ClipIdentity("clip", 1, WIDTH, HEIGHT, COUNT),
        objects,
        9,
        references=FrameMap({205: ImageBlob.from_array(picture)}),
    )


def names(plan: RemovalPlan, delay: int = 2) -> str:
    """A hash of the names of all results of a plan."""
    told = hashlib.blake2b(digest_size=16)
    keys = ResultKeys(plan, StandInEngine(delay=delay))
    first, end = plan.frames
    if plan.mode is Mode.LIVE:
        for index in range(first, end):
            told.update(f"{keys.live(index, index).name} {keys.state(index).name} ".encode())
    else:
        for walk in ((first, end), (first, end // 2), (first + 40, end - 7)):
            key_of = keys.final(walk)
            told.update("".join(key_of(index).name for index in range(*walk)).encode())
    told.update(f"{plan.limits} {sorted(plan.unknown)} {list(plan.active_runs())} {plan.has_masks}".encode())
    told.update(bytes(plan.may_have_hole(index) for index in range(first, end)))
    for index in range(first, end, 37):
        told.update(plan.hole(index).digest())
    return told.hexdigest()


def made_at_once(masks: Mapping[int, MaskBlob]) -> dict[int, MaskBlob]:
    """The same masks in a plain mapping, unions packed from whole pictures."""
    return {index: masks[index] for index in sorted(masks)}


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("start", [0, 137, 333])
@pytest.mark.parametrize("frames", [(0, COUNT), (110, 240), (300, 301)])
def test_results_have_the_names_of_masks_that_are_made_at_once(mode: Mode, frames: tuple[int, int], start: int) -> None:
    plan = plan_of(crowded(), CLIP, frames, mode, run_up=10)
    layers = tuple(replace(layer, masks=made_at_once(layer.masks)) for layer in plan.layers)
    at_once = replace(plan, layers=layers, kept=made_at_once(plan.kept))
    assert any(isinstance(layer.masks, MadeMasks) for layer in plan.layers) and isinstance(plan.kept, MadeMasks)
    if start:
        plan, at_once = plan.from_frame(start), at_once.from_frame(start)
    assert names(plan) == names(at_once)


def test_a_union_in_a_rectangle_is_the_union_of_whole_pictures() -> None:
    blobs = [disc(20, 20, 7), disc(70, 30, 9), MaskBlob.empty(*SIZE), disc(25, 22, 4)]
    whole = MaskBlob.from_array(union(blob.to_array() for blob in blobs))
    made = MaskMemory().union(blobs)
    assert made == whole and made.packed == whole.packed


def test_the_memory_makes_a_mask_once_and_lets_the_oldest_go() -> None:
    one, two, three = disc(10, 10, 3), disc(20, 20, 3), disc(30, 30, 3)
    memory = MaskMemory(most=2)
    first = memory.union([one, two])
    assert memory.union([one, two]) is first
    memory.union([one, three])
    memory.union([two, three])
    again = memory.union([one, two])
    assert again == first and again is not first


def test_a_margin_is_part_of_what_a_mask_is_made_of() -> None:
    memory, blob = MaskMemory(), disc(30, 30, 5)
    track = Track({3: blob, 4: blob})
    plain, wide = (MadeMasks([track], (0, 4), memory, reach_px=reach) for reach in (0, 2))
    assert plain[3] is blob and wide[3].area_px > blob.area_px
    assert list(wide) == [3] and 4 not in wide and wide.get(4) is None and len(wide) == 1


@pytest.mark.parametrize("first", [0, 3, 255, 256, 300, 700])
def test_masks_from_a_frame_on_are_those_of_any_mapping(first: int) -> None:
    track = moving(2, 520, 0.1, 4)
    expected = {index: mask for index, mask in track.items() if index >= first}
    for masks in (track, dict(track), MadeMasks([track], (0, COUNT), MaskMemory())):
        assert dict(from_frame(masks, first)) == expected


def test_marked_frames_are_those_with_a_mask_that_is_not_empty() -> None:
    track = Track({**moving(250, 600, 0.1, 3), 260: MaskBlob.empty(*SIZE), 5: disc(9, 9, 3)})
    expected = [index in track and not track[index].is_empty for index in range(3, 590)]
    for masks in (track, dict(track), MadeMasks([track, Track()], (0, COUNT), MaskMemory())):
        assert marked_frames(masks, 3, 590).tolist() == expected
    assert not marked_frames(track, -4, 0).any()
    assert known_frames(track, 262).tolist() == [index in track for index in range(262)]


def test_marks_spread_back_and_ahead() -> None:
    marked = np.zeros(12, bool)
    marked[5] = True
    assert np.flatnonzero(spread(marked, 2, 1)).tolist() == [4, 5, 6, 7]
