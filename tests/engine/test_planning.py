"""From documents to plans: alike objects share a layer, settings reach the hole, and keys depend on what matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from standin_engine import HEIGHT, WIDTH, StandInEngine, synthetic_frame

import app.engine.plan
from app.core.document import Action, ClipIdentity, Document, DocumentObject, MaskOrigin, ObjectSettings, Track
from app.core.edits import AddObject, Edit, SetTrack
from app.core.geometry import Rect
from app.core.masks import MaskBlob
from app.core.object_edits import ChangeObject, MoveObject, SetShapes, change_render, set_anchor
from app.core.prompts import BoxPrompt, Click, Clicks, MaskPrompt
from app.core.shapes import polygon_shape
from app.engine.draft import DRAFT_VERSION
from app.engine.holes import HoleSettings, HoleShape
from app.engine.plan import Mode, RemovalPlan, ResultKeys
from app.engine.planning import PlannedClip, plan_of
from models.propagation.grid import on_grid

COUNT = 20
CLIP = PlannedClip(Path("clip"), "clip", WIDTH, HEIGHT)
DOCUMENT = Document(ClipIdentity("clip", 1, WIDTH, HEIGHT, COUNT))


def mask(left: int, *, gap: bool = False) -> MaskBlob:
    pixels = np.zeros((HEIGHT, WIDTH), bool)
    pixels[20:40, left : left + 16] = True
    if gap:
        pixels[28:30, left + 6 : left + 8] = False
    return MaskBlob.from_array(pixels)


def document(*objects: tuple[int, Sequence[int], ObjectSettings]) -> Document:
    """Objects at a left edge, in some frames, with settings."""
    made = tuple(
        DocumentObject(
            number,
            f"thing {number}",
            track=Track(dict.fromkeys(frames, mask(left))),
            settings=settings,
            origin=MaskOrigin.DRAWN,
        )
        for number, (left, frames, settings) in enumerate(objects, 1)
    )
    return Document(DOCUMENT.clip, made, len(made) + 1)


def planned(edited: Document, mode: Mode = Mode.LIVE, **options: HoleSettings) -> RemovalPlan:
    return plan_of(edited, CLIP, edited.range, mode, **options)


def changed(before: Document, edit: Edit) -> Document:
    return edit.apply(before).document


def live_names(edited: Document) -> list[str]:
    keys = ResultKeys(planned(edited), StandInEngine())
    return [keys.live(index, index).name for index in range(COUNT)]


def test_drafts_have_a_version_of_their_own_in_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    def name(*, draft: bool) -> str:
        plan = replace(planned(document((5, range(COUNT), ObjectSettings()))), draft=draft)
        return ResultKeys(plan, StandInEngine()).live(3, 3).name

    before = name(draft=True), name(draft=False)
    monkeypatch.setattr(app.engine.plan, "DRAFT_VERSION", DRAFT_VERSION + 1)
    assert name(draft=True) != before[0] and name(draft=False) == before[1]


ALL = range(COUNT)
PLAIN = ObjectSettings()


def test_objects_whose_holes_are_made_alike_share_a_layer() -> None:
    plan = planned(document((5, ALL, PLAIN), (30, ALL, PLAIN), (60, ALL, ObjectSettings(grow_px=7))))
    assert len(plan.layers) == 2
    assert plan.layers[0].masks[3].area_px == 2 * 16 * 20
    assert plan.layers[1].holes.dilate_px == 7


def test_touching_objects_that_are_alike_have_no_seam_between_them() -> None:
    plan = planned(document((20, ALL, PLAIN), (36, ALL, PLAIN)), asked=HoleSettings(6, 5))
    alpha = plan.hole(5).full_alpha()
    assert (alpha[21:39, 20:52] == 255).all()


def test_overlapping_holes_of_unlike_objects_take_the_heavier_weight() -> None:
    edited = document(
        (20, ALL, ObjectSettings(grow_px=8, feather_px=8)), (44, ALL, ObjectSettings(grow_px=2, feather_px=0))
    )
    plan = planned(edited)
    one, other = (layer.hole(5, (WIDTH, HEIGHT), ()).full_alpha() for layer in plan.layers)
    assert np.array_equal(plan.hole(5).full_alpha(), np.maximum(one, other))
    assert ((one > 0) & (other > one)).any()


def test_what_only_shows_changes_no_key() -> None:
    before = document((5, ALL, PLAIN), (60, ALL, ObjectSettings(grow_px=7)))
    names = live_names(before)
    for edit in (
        ChangeObject.of(before, 1, name="other", color=4, shown=False, locked=True),
        MoveObject.of(before, 1, 1),
        change_render(before, grain=1.0, colour_match=0.5),
    ):
        assert live_names(changed(before, edit)) == names
    assert live_names(changed(before, ChangeObject.of(before, 1, grow_px=9))) != names


def test_a_new_object_leaves_the_frames_before_it_alone() -> None:
    before = document((5, ALL, PLAIN))
    with_object = changed(before, AddObject("late", ObjectSettings(grow_px=3)))
    with_object = changed(with_object, SetTrack.imported(with_object, 2, dict.fromkeys(range(12, COUNT), mask(60))))
    old, new = live_names(before), live_names(with_object)
    assert old[:12] == new[:12] and not set(old[12:]) & set(new[12:])


def test_a_painted_mask_is_not_tidied_and_a_tracked_one_is() -> None:
    edited = changed(DOCUMENT, AddObject("thing"))
    edited = changed(edited, SetTrack.tracked(edited, 1, {index: mask(30, gap=True) for index in ALL}))
    edited = changed(edited, set_anchor(edited, 1, 10, mask(30, gap=True)))
    plan = planned(edited, asked=HoleSettings(0, 0, before=0))
    assert plan.hole(5).full_region()[28, 37] and not plan.hole(10).full_region()[28, 37]
    untidied = changed(edited, ChangeObject.of(edited, 1, fill_holes=False))
    assert not planned(untidied, asked=HoleSettings(0, 0, before=0)).hole(5).full_region()[28, 37]


def test_smoothing_unites_neighbouring_masks() -> None:
    edited = changed(DOCUMENT, AddObject("thing"))
    masks = {index: mask(30 if index == 10 else 60) for index in ALL}
    edited = changed(edited, SetTrack.imported(edited, 1, masks))
    for smoothing, reached in ((0, {10}), (3, {10, 11, 12, 13})):
        plan = planned(changed(edited, ChangeObject.of(edited, 1, smoothing=smoothing, grow_px=0)))
        assert {index for index in ALL if plan.hole(index).full_region()[30, 35]} == reached


def test_a_kept_object_is_neither_filled_nor_background() -> None:
    edited = document((20, ALL, PLAIN), (40, ALL, ObjectSettings(action=Action.KEEP)))
    plan = planned(edited, asked=HoleSettings(9, 4))
    hole = plan.hole(4)
    kept = mask(40).to_array()
    assert not (hole.full_region() & kept).any() and hole.full_region()[30, 15]
    (given,) = plan.pictures(synthetic_frame(4), hole, cut=False)
    assert given.avoid is not None and given.avoid[kept].all() and not (given.avoid & given.hole).any()
    assert not plan.hole(4).full_alpha()[kept].any()
    (plain,) = planned(document((20, ALL, PLAIN))).pictures(synthetic_frame(4), hole, cut=False)
    assert plain.avoid is None


def test_an_engine_that_looks_from_afar_costs_no_whole_view() -> None:
    plan, frame = planned(document((20, ALL, PLAIN))), synthetic_frame(4)
    (given,) = plan.pictures(frame, plan.hole(4), cut=False)
    coarse = on_grid(given.picture, 2).view
    assert frame._rgb is None
    whole = given.picture.view
    assert given.picture.size == whole.shape[:2] == (frame.height, frame.width)
    height, width = coarse.shape[:2]
    blocks = whole.reshape(height, 2, width, 2, 3).mean((1, 3))
    assert np.median(np.abs(coarse - blocks)) <= 1  # at borders of colours alone chroma lies a little elsewhere


def test_an_object_to_restore_is_left_alone() -> None:
    assert not planned(document((20, ALL, ObjectSettings(action=Action.RESTORE)))).has_masks


@pytest.mark.parametrize("span", [None, (4, 9)])
def test_a_shape_is_removed_where_it_exists(span: tuple[int, int] | None) -> None:
    edited = changed(DOCUMENT, AddObject("sign"))
    shape = polygon_shape(1, 0, [(20, 20), (30, 20), (30, 30), (20, 30)])
    shape = type(shape)(1, shape.kind, shape.keys, shape.combine, span)
    edited = changed(edited, SetShapes.of(edited, 1, [shape]))
    plan = planned(edited, asked=HoleSettings(0, 0, before=0))
    expected = set(ALL) if span is None else set(range(*span))
    assert {index for index in ALL if plan.hole(index).area_px} >= expected
    assert plan.hole(5).area_px == 100 and plan.hole(5).full_alpha()[25, 25] == 255


def test_boxes_in_place_of_shapes_are_the_documents_choice() -> None:
    edited = changed(DOCUMENT, AddObject("thing"))
    disc = np.hypot(*(np.mgrid[0:HEIGHT, 0:WIDTH] - np.array([32, 48])[:, None, None])) < 12
    edited = changed(edited, SetTrack.tracked(edited, 1, dict.fromkeys(ALL, MaskBlob.from_array(disc))))
    boxed = changed(edited, change_render(edited, hole="box"))
    assert planned(edited).layers[0].holes.shape is HoleShape.MASK
    assert planned(boxed).hole(5).area_px > planned(edited).hole(5).area_px


def test_blend_width_is_for_all_objects() -> None:
    edited = document((20, ALL, ObjectSettings(feather_px=1)), (60, ALL, PLAIN))
    plan = planned(changed(edited, change_render(edited, blend_px=4)))
    assert {layer.holes.feather_px for layer in plan.layers} == {4}


def test_frames_round_a_range_are_looked_at_as_far_as_their_masks_are_known() -> None:
    remove, keep = ObjectSettings(), ObjectSettings(action=Action.KEEP)
    edited = document((10, range(3, 18), remove), (60, range(5, 20), keep))
    plan = plan_of(edited, CLIP, (10, 12), Mode.FINAL)
    assert (plan.frames, plan.cleaned, plan.looked_at) == ((0, COUNT), (10, 12), (5, 18))
    assert plan_of(edited, CLIP, (5, 18), Mode.FINAL).looked_at == (5, 18)
    assert plan_of(edited, CLIP, (0, COUNT), Mode.FINAL).looked_at == (0, COUNT)


@pytest.mark.parametrize("left", [0, WIDTH - 16])
def test_what_comes_in_or_goes_out_at_the_side_ends_no_look_round(left: int) -> None:
    edited = document((left, range(5, 12), PLAIN))
    assert plan_of(edited, CLIP, (7, 9), Mode.FINAL).looked_at == (0, COUNT)


def tracked(left: int, frames: Sequence[int], *prompts: BoxPrompt | MaskPrompt) -> Document:
    """One object that was tracked so far."""
    thing = DocumentObject(1, "thing", prompts, Track(dict.fromkeys(frames, mask(left))))
    return Document(DOCUMENT.clip, (thing,), 2)


def test_dust_that_was_painted_over_in_a_frame_is_filled_from_the_frames_beside_it() -> None:
    edited = tracked(20, [10], MaskPrompt(mask(20), 10))
    assert plan_of(edited, CLIP, (10, 14), Mode.FINAL).looked_at == (0, COUNT)
    assert planned(edited).is_active(9) and planned(edited).is_active(11)


@pytest.mark.parametrize(
    "prompt", [BoxPrompt(Rect(20, 20, 16, 20), 10), MaskPrompt(mask(20), 10, Clicks((Click(28, 30),)))], ids=str
)
def test_an_object_that_was_not_tracked_yet_is_no_background_in_the_frames_beside_it(
    prompt: BoxPrompt | MaskPrompt,
) -> None:
    plan = planned(tracked(20, [10], prompt))
    assert [index for index in ALL if plan.is_active(index)] == [10] == [i for i in ALL if plan.may_have_hole(i)]
    further = planned(tracked(20, range(8, 13), prompt))
    assert [index for index in ALL if further.is_active(index)] == list(range(8, 13))
    gone = planned(tracked(0, range(8, 13), prompt))
    assert gone.is_active(7) and gone.is_active(13), "it went out at the side"


def test_a_frame_in_which_another_object_is_marked_is_looked_at_all_the_same() -> None:
    edited = tracked(20, range(8, 13))
    other = DocumentObject(2, "other", track=Track(dict.fromkeys(ALL, mask(60))))
    plan = planned(replace(edited, objects=(*edited.objects, other)))
    assert all(plan.is_active(index) for index in ALL)


@pytest.mark.parametrize("first", [True, False])
def test_where_one_object_was_not_tracked_yet_another_that_is_not_there_changes_nothing(*, first: bool) -> None:
    edited = tracked(20, range(8, 13))
    nowhere = Track(dict.fromkeys(ALL, MaskBlob.empty(WIDTH, HEIGHT)))
    other = DocumentObject(2, "other", track=nowhere, origin=MaskOrigin.TRACKED)
    plan = planned(replace(edited, objects=(other, *edited.objects) if first else (*edited.objects, other)))
    assert [index for index in ALL if plan.is_active(index)] == list(range(8, 13))


def test_live_begins_a_run_up_before_and_no_sooner_than_it_helps() -> None:
    plan = replace(planned(document((20, ALL, PLAIN)), Mode.LIVE), run_up=7, cleaned=(12, COUNT))
    assert plan.live_start(18) == 10 and plan.live_start(3) == 0
    assert plan.live_settled(10) == 17 and plan.live_settled(0) == 0
    limited = replace(plan, limits=(11, COUNT))
    assert limited.live_start(18) == 11 and limited.live_settled(11) == 11
    gap = replace(planned(document((20, [0, 17, 18], PLAIN)), Mode.LIVE), run_up=20)
    assert gap.live_start(18) == 11 == gap.live_settled(11), "the engine need not see frame 10"


def test_a_later_start_forgets_what_came_before() -> None:
    plan = planned(document((20, ALL, PLAIN))).from_frame(12)
    assert plan.frames == (12, COUNT) and min(plan.layers[0].masks) == 12
    assert not plan.may_have_hole(11) and plan.may_have_hole(12)
