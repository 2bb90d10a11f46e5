"""Who walks shows a step later what is hidden now; what keeps its shape is brought along as before."""

from __future__ import annotations

import numpy as np
import pytest
from walking_scene import LEGS, PERIOD, figure, post, walking

from models.propagation.picture import Picture, PicturePlane
from models.voin import floors
from models.voin.alike import Alike, alike_frames, shown_by
from models.voin.carrying import Sources, from_twin, older
from models.voin.completer import Completer, CompleterSettings
from models.voin.floors import carried_shapes, own_shifts
from models.voin.outlines import Outlines
from models.voin.picture import ObjectFrame, ObjectHoleFrame, Twin
from models.voin.restorer import Restorer
from models.voin.twins import TwinSearch
from models.voin.window_engine import VoinNetworks, WindowEngine

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


def test_sources_of_a_twin_are_its_clear_pixels_at_their_shift() -> None:
    whole = figure(0)[1]
    other = walking(20)
    after = np.full(whole.shape, 5.0, np.float32)
    twin = Twin(20, other.view, other.visible, (-40.0, 0.0), after)
    found = from_twin(whole, twin)
    assert (found.label[found.known] == 40).all()
    assert (found.shift[found.known] == (-40.0, 0.0)).all()
    rows, columns = np.nonzero(found.known)
    assert other.visible[rows + found.window.top, columns + found.window.left - 40].all()
    near = from_twin(whole, Twin(4, other.view, other.visible, (0.0, 0.0), after))
    away = older(0, near, after[near.window.slices])
    assert (away == ~near.known).all()
    put = Sources.single(near).replaced(found, away)
    assert (put.best.known == (near.known | found.known)).all()


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


def test_a_state_with_twins_is_not_kept() -> None:
    completer = Completer(WindowEngine(VoinNetworks()), CompleterSettings())
    frame = walking(0, told=True)
    other = walking(20)
    after = np.full(frame.visible.shape, np.inf, np.float32)
    twin = Twin(20, other.view, other.visible, (-40.0, 0.0), after)
    completer.push(ObjectFrame(0, frame.view, frame.visible, frame.occluder, amodal=frame.amodal, twin=twin))
    with pytest.raises(AssertionError, match="twin"):
        completer.save_state()


def test_what_is_laid_over_ends_where_its_frame_ends() -> None:
    alike = Alike(1, (30.0, 0.0), np.zeros((8, 40), np.float32))
    ones = np.ones((8, 40), np.float32)
    moved = alike.moved(ones)
    assert (moved[:, :10] == 1).all()
    assert (moved[:, 11:] == 0).all()
