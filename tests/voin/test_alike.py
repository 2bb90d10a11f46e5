"""Who walks shows a step later what is hidden now; what keeps its shape is brought along as before."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from walking_scene import LEGS, PERIOD, SIZE, figure, post, walking

from models.propagation.picture import Picture, PicturePlane
from models.voin import alike, floors
from models.voin.alike import Alike, alike_frames, shown_by
from models.voin.carrying import Sources, from_twin, older
from models.voin.completer import Completer, CompleterSettings
from models.voin.floors import carried_shapes, own_shifts
from models.voin.outlines import FloatMap, Outlines
from models.voin.picture import ObjectFrame, ObjectHoleFrame, Twin
from models.voin.restorer import Restorer
from models.voin.twins import TwinSearch
from models.voin.window_engine import VoinNetworks, WindowEngine
from models.voin.window_run import WindowRun

FRAMES = 40
HIDING = range(8)
"""Frames in which a leg is hidden."""


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    return float((one & other).sum() / (one | other).sum())


def hidden_overlap(shapes: list[np.ndarray], index: int) -> float:
    """Of the hidden part of a frame."""
    return overlap(shapes[index] & post(), figure(index)[1] & post())


def test_a_walkers_hidden_leg_is_found_in_another_step() -> None:
    frames = [walking(index) for index in range(FRAMES)]
    found = alike_frames(frames, own_shifts(frames))
    legs = [found[index] for index in (2, 3, 5, 6)]
    assert all(each is not None for each in legs)
    for index, each in zip((2, 3, 5, 6), legs, strict=True):
        assert each is not None
        phase = (each.at - index) % (PERIOD // 2)
        assert min(phase, PERIOD // 2 - phase) <= 1
        there, inside = shown_by(frames[index], frames[each.at], each)
        assert overlap(there, figure(index)[1]) > 0.85
        assert inside.any()
    assert all(each is None for each in found[28:])


def test_its_shape_is_better_than_what_is_brought_along_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = [walking(index) for index in range(FRAMES)]
    with_twins = [each.shape for each in carried_shapes(frames, 30)]
    monkeypatch.setattr(floors, "alike_frames", lambda given, shifts: [None] * len(given))
    without = [each.shape for each in carried_shapes(frames, 30)]
    better = np.mean([hidden_overlap(with_twins, index) for index in HIDING])
    plain = np.mean([hidden_overlap(without, index) for index in HIDING])
    assert better > plain + 0.1
    assert better > 0.7


def in_one_piece(monkeypatch: pytest.MonkeyPatch, shares: dict[int, float]) -> list[int]:
    """Frames all of whose hidden part comes from their twin, if such shares of it bend."""
    frames = [walking(index) for index in range(FRAMES)]
    monkeypatch.setattr(alike, "_bent_share", lambda found, given, at: shares.get(at, 0.0))
    found = alike_frames(frames, own_shifts(frames))
    assert all(found[index] is not None for index in shares)
    return [index for index, each in enumerate(found) if each is not None and each.in_one_piece]


def test_what_bends_in_one_frame_alone_does_not_come_in_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    limbs = {1: 0.6, 2: 0.45, 3: 0.1, 4: 0.36, 5: 0.25}
    assert in_one_piece(monkeypatch, limbs) == [1, 2, 4, 5]
    body = {1: 0.24, 2: 0.1, 3: 0.36, 4: 0.15, 5: 0.0}
    assert in_one_piece(monkeypatch, body) == []


def test_what_keeps_its_shape_is_brought_along_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = [walking(index, stiff=True) for index in range(FRAMES)]
    found = carried_shapes(frames, 30)
    monkeypatch.setattr(floors, "alike_frames", lambda given, shifts: [None] * len(given))
    before = carried_shapes(frames, 30)
    assert min(overlap(one.shape, other.shape) for one, other in zip(found, before, strict=True)) > 0.99
    assert min(overlap(each.shape, figure(index, stiff=True)[1]) for index, each in enumerate(found)) > 0.85


def test_without_a_frame_that_shows_all_nothing_is_alike() -> None:
    frames = [walking(index) for index in range(6)]
    assert alike_frames(frames, own_shifts(frames)) == [None] * 6
    nothing = [ObjectFrame(0, frames[0].view, np.zeros_like(frames[0].visible), frames[0].occluder)]
    assert Outlines.of(nothing) is None
    assert alike_frames(nothing, np.full((1, 2), np.nan, np.float32)) == [None]


def test_frames_come_back_in_order_with_their_twins() -> None:
    search = TwinSearch(ahead=20, back=10)
    given = [walking(index, told=True) for index in range(60)]
    done = []
    for index, frame in enumerate(given):
        done += search.push(frame)
        assert len(done) >= index + 1 - search.delay
    done += search.finish()
    assert [frame.index for frame in done] == list(range(60))
    assert all(done[index].twin is not None for index in (2, 3))
    assert all(frame.twin is None for frame in done[28:])
    assert search.finish() == []


def twin_of(other: ObjectFrame, shift: tuple[float, float], after: FloatMap, index: int = 20) -> Twin:
    told = cv2.dilate(other.visible.astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    return Twin(index, other.view, other.visible.astype(np.uint8) * np.uint8(255), told, shift, after)


def test_sources_of_a_twin_are_its_object_and_what_lies_right_beside_it_at_their_shift() -> None:
    whole = figure(0)[1]
    other = walking(20)
    after = np.full(whole.shape, 5.0, np.float32)
    found, alpha = from_twin(whole, twin_of(other, (-40.0, 0.0), after))
    assert (found.label[found.known] == 40).all()
    assert (found.shift[found.known] == (-40.0, 0.0)).all()
    rows, columns = np.nonzero(found.known)
    near_it = cv2.dilate(other.visible.astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    assert near_it[rows + found.window.top, columns + found.window.left - 40].all()
    shown = other.visible[rows + found.window.top, columns + found.window.left - 40]
    assert (alpha[found.known] == shown).all()
    near, _ = from_twin(whole, twin_of(other, (0.0, 0.0), after, 4))
    away = older(0, near, after[near.window.slices])
    assert (away == ~near.known).all()
    change = np.full((*alpha.shape, 3), 7, np.float32)
    put = Sources.single(near).with_twin(found, alpha, change, away & found.known)
    assert (put.best.known == (near.known | found.known)).all()
    assert (put.twin == (away & found.known)).all()
    assert (put.alpha[~put.twin] == 1).all()
    assert (put.alpha[put.twin] == alpha[put.twin]).all()
    assert (put.change[put.twin] == 7).all()
    assert not put.change[~put.twin].any()


def test_what_a_twin_shows_to_be_ground_is_not_painted_and_its_border_is_mixed() -> None:
    frame = walking(0, told=True)
    assert frame.amodal is not None
    hidden = frame.amodal & frame.occluder
    whole = figure(20)[1]
    alpha = whole.astype(np.uint8) * np.uint8(255)
    alpha[:, 1::2] //= 2
    alpha[::8] = 0
    after = np.full(hidden.shape, -1.0, np.float32)
    twin = Twin(20, np.full_like(frame.view, 200), alpha, np.ones_like(whole), (-40.0, 0.0), after)
    given = replace(frame, twin=twin)
    engine = WindowEngine(VoinNetworks())
    crop = engine.square([given])
    result = WindowRun(engine, [given], [frame.amodal], crop, None, 0).result(lambda _, picture: picture)
    done = result.completed[0]
    laid = np.roll(alpha, 40, axis=1)
    by_twin = hidden & done.reached
    assert by_twin.sum() > 100
    untouched, solid = by_twin & (laid == 0), by_twin & (laid == 255)
    assert untouched.any()
    assert (done.picture[untouched] == frame.view[untouched]).all()
    assert (done.picture[solid] == 200).all()
    mixed = by_twin & (laid == 127)
    expected = frame.view[mixed].astype(int) + (200 - frame.view[mixed].astype(int)) * 127 / 255
    assert np.abs(done.picture[mixed] - expected).max() < 1


@pytest.mark.parametrize("drawn", [False, True])
def test_what_a_user_drew_is_painted_though_the_twin_shows_ground_there(*, drawn: bool) -> None:
    frame, whole = walking(0, told=True), figure(20)[1]
    assert frame.amodal is not None
    stroke, sliver = np.zeros_like(whole), np.zeros_like(whole)
    stroke[4:14, 150:180] = True
    sliver[118:120, 150:180] = True
    shape = frame.amodal | stroke | sliver
    after = np.full(whole.shape, -1.0, np.float32)
    alpha = whole.astype(np.uint8) * np.uint8(255)
    twin = Twin(20, np.full_like(frame.view, 200), alpha, np.ones_like(whole), (-40.0, 0.0), after, 6.0)
    given = replace(frame, amodal=shape, twin=twin, drawn=drawn)
    engine = WindowEngine(VoinNetworks())
    run = WindowRun(engine, [given], [shape], engine.square([given]), None, 0)
    done = run.result(lambda _, picture: picture).completed[0]
    changed = (done.picture != frame.view).any(-1)
    assert changed[stroke].all() if drawn else not changed[stroke].any()
    assert not changed[sliver].any(), "beside its outline the twin is believed in any case"
    leg = frame.amodal & frame.occluder & np.roll(whole, 40, axis=1)
    assert leg.any()
    assert (done.picture[leg] == 200).all()


def test_of_an_object_that_bends_all_but_what_lies_beside_the_seen_part_comes_from_one_frame() -> None:
    frames = [walking(index) for index in range(FRAMES)]
    found = alike_frames(frames, own_shifts(frames))
    told = [(frame, each) for frame, each in zip(frames, found, strict=True) if each is not None]
    assert told
    for frame, each in told:
        apart = cv2.distanceTransform((~frame.visible).astype(np.uint8), cv2.DIST_L2, 5)
        assert (each.after[apart <= 1] >= 0).all()
    assert any((each.after < 0).any() for _, each in told)
    stiff = [walking(index, stiff=True) for index in range(FRAMES)]
    assert all(each is None or (each.after >= 0).all() for each in alike_frames(stiff, own_shifts(stiff)))


def view_picture(frame: ObjectFrame) -> Picture:
    planes = tuple(PicturePlane(np.ascontiguousarray(frame.view[..., each])) for each in range(3))
    return Picture(frame.index, frame.view, planes, 8)


def test_a_hidden_leg_is_painted_with_the_colours_of_another_step() -> None:
    frames = [walking(index, told=True) for index in range(FRAMES)]
    restorer = Restorer(WindowEngine(VoinNetworks()), CompleterSettings(), online=False)
    fills = []
    for frame in frames:
        assert frame.amodal is not None
        hole = frame.amodal & frame.occluder
        fills += restorer.step(
            ObjectHoleFrame(
                view_picture(frame),
                hole,
                cut=frame.index == 0,
                visible=frame.visible,
                amodal=frame.amodal,
                occluder=frame.occluder,
            )
        )
    fills += restorer.flush()
    assert [fill.index for fill in fills] == list(range(FRAMES))
    fill = fills[3]
    part = np.s_[fill.top : fill.top + fill.height, fill.left : fill.left + fill.width]
    leg = (np.abs(figure(3)[0].astype(int) - LEGS).max(-1) < 8) & post()
    leg[:80] = False
    painted = np.stack(fill.planes, -1).astype(int)[leg[part]]
    assert leg.sum() > 40
    assert np.median(np.abs(painted - LEGS).max(-1)) < 16


def test_a_stroke_of_the_users_is_painted_and_a_prediction_of_the_same_outline_is_not() -> None:
    stroke = np.zeros(SIZE[::-1], bool)
    stroke[96:120, 160:190] = True
    restorer = Restorer(WindowEngine(VoinNetworks()), CompleterSettings(), online=False)
    fills = []
    for index in range(FRAMES):
        frame = walking(index, told=True)
        assert frame.amodal is not None
        whole = frame.amodal | stroke if index in (3, 5) else frame.amodal
        hole = whole & frame.occluder
        masks = {"visible": frame.visible, "amodal": whole, "occluder": frame.occluder}
        given = ObjectHoleFrame(view_picture(frame), hole, cut=index == 0, **masks, drawn=index == 3)
        fills += restorer.step(given)
    fills += restorer.flush()
    painted = []
    for index in (3, 5):
        fill = fills[index]
        inside = np.s_[fill.top : fill.top + fill.height, fill.left : fill.left + fill.width]
        there = fill.alphas[0] > 0 if fill.alphas else np.ones((fill.height, fill.width), bool)
        doubt = np.zeros_like(there) if fill.unlikely is None else fill.unlikely
        painted.append((there & ~doubt)[stroke[inside]].mean())
    assert painted[0] > 0.95
    assert painted[1] < 0.05


def test_a_state_with_twins_is_not_kept() -> None:
    completer = Completer(WindowEngine(VoinNetworks()), CompleterSettings())
    frame = walking(0, told=True)
    other = walking(20)
    after = np.full(frame.visible.shape, np.inf, np.float32)
    twin = twin_of(other, (-40.0, 0.0), after)
    completer.push(ObjectFrame(0, frame.view, frame.visible, frame.occluder, amodal=frame.amodal, twin=twin))
    with pytest.raises(AssertionError, match="twin"):
        completer.save_state()


def test_what_is_laid_over_ends_where_its_frame_ends() -> None:
    alike = Alike(1, (30.0, 0.0), np.zeros((8, 40), np.float32))
    ones = np.ones((8, 40), np.float32)
    moved = alike.moved(ones)
    assert (moved[:, :10] == 1).all()
    assert (moved[:, 11:] == 0).all()
