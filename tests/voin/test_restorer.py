"""Restorations in the clip's own planes: depth and chroma are kept, states go on exactly, shapes need no network."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch
from hidden_scene import disc, frame

from models.propagation.picture import Picture, PicturePlane
from models.voin.completer import ONLINE, CompleterSettings, OnlineCompleter
from models.voin.picture import ObjectFrame, ObjectHoleFrame
from models.voin.restorer import Restorer
from models.voin.shape import ShapeNetwork
from models.voin.shapes import FloorShapes, JoinedShapes, shape_walk
from models.voin.window_engine import VoinNetworks, WindowEngine

BITS = 10


def picture(index: int, view: np.ndarray) -> Picture:
    """Limited-range YCbCr 4:2:0 of 10 bits, of a view."""
    deep = cv2.cvtColor(view, cv2.COLOR_RGB2YCrCb).astype(np.uint16) * 4
    luma, red, blue = (np.ascontiguousarray(deep[..., plane]) for plane in range(3))
    chroma = (cv2.resize(each, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA) for each in (red, blue))
    planes = (PicturePlane(luma), *(PicturePlane(each, 1, 1) for each in chroma))
    return Picture(index, view, planes, BITS)


def given(index: int) -> ObjectHoleFrame:
    """The disc behind the bar, its whole shape told."""
    seen, (_, whole) = frame(index), disc(index)
    hidden = whole & seen.occluder
    return ObjectHoleFrame(
        picture(index, seen.view),
        hidden,
        cut=index == 0,
        visible=seen.visible & ~hidden,
        amodal=whole,
        occluder=seen.occluder,
    )


def test_fills_come_once_in_order_in_the_clips_own_depth() -> None:
    restorer = Restorer(WindowEngine(VoinNetworks()), CompleterSettings(), online=False)
    fills = [fill for index in range(30) for fill in restorer.step(given(index))] + restorer.flush()
    assert [fill.index for fill in fills] == list(range(30))
    middle = fills[10]
    assert [plane.dtype for plane in middle.planes] == [np.uint16] * 3
    assert middle.planes[1].shape == (middle.height // 2, middle.width // 2)
    assert (middle.left % 2, middle.top % 2) == (0, 0)


def test_what_other_frames_show_is_taken_from_their_planes() -> None:
    restorer = Restorer(WindowEngine(VoinNetworks()), CompleterSettings(), online=False)
    fills = [fill for index in range(30) for fill in restorer.step(given(index))] + restorer.flush()
    index = 12
    fill, hidden = fills[index], given(index).hole
    part = np.s_[fill.top : fill.top + fill.height, fill.left : fill.left + fill.width]
    bare = picture(index, disc(index)[0]).planes[0].samples[part].astype(int)
    bar = given(index).picture.planes[0].samples[part].astype(int)
    inside = hidden[part]
    assert fill.seen[inside].mean() > 0.6
    assert np.abs(fill.planes[0] - bare)[inside].mean() < 0.6 * np.abs(bar - bare)[inside].mean()
    assert not (fill.seen & fill.guessed).any()
    assert ((fill.seen | fill.guessed) == inside).all()


def test_a_saved_state_of_the_live_restorer_goes_on_exactly() -> None:
    def restorer() -> Restorer:
        return Restorer(WindowEngine(VoinNetworks()), ONLINE, online=True)

    straight = restorer()
    whole = [fill for index in range(20) for fill in straight.step(given(index))]
    assert len(whole) == 20
    for stop in (1, 9, 15):
        first, second = restorer(), restorer()
        done = [fill for index in range(stop) for fill in first.step(given(index))]
        second.load_state(first.save_state())
        done += [fill for index in range(stop, 20) for fill in second.step(given(index))]
        for one, other in zip(done, whole, strict=True):
            assert all(np.array_equal(a, b) for a, b in zip(one.planes, other.planes, strict=True))
            assert np.array_equal(one.seen, other.seen)


def test_a_damaged_state_is_refused() -> None:
    restorer = Restorer(WindowEngine(VoinNetworks()), ONLINE, online=True)
    with pytest.raises(ValueError, match="no saved state"):
        restorer.load_state(b"nonsense")


def test_an_online_completer_of_other_settings_refuses_a_state() -> None:
    completer = OnlineCompleter(WindowEngine(VoinNetworks()))
    completer.step(frame(0))
    with pytest.raises(ValueError, match="other settings"):
        OnlineCompleter(WindowEngine(VoinNetworks()), CompleterSettings(window=3, overlap=0)).load_state(
            completer.save_state()
        )


def test_without_a_network_shapes_come_from_what_other_frames_show() -> None:
    walk = FloorShapes(CompleterSettings(window=12, overlap=6))
    found = [each for index in range(26) for each in walk.push(frame(index, cut=index == 0))] + walk.finish()
    assert [index for index, _ in found] == list(range(26))
    for index, shape in found:
        whole = disc(index)[1]
        assert (shape & whole).sum() / (shape | whole).sum() > 0.93


def test_a_shape_that_was_drawn_is_kept_and_helps_its_neighbours() -> None:
    # the bar stands still before a disc that stands still: no frame ever shows what is behind it
    still = frame(12)
    whole = disc(12)[1]
    frames = [ObjectFrame(index, still.view, still.visible, still.occluder, index == 0) for index in range(6)]
    frames[3] = ObjectFrame(3, still.view, still.visible, still.occluder, amodal=whole)
    walk = FloorShapes()
    found = dict([each for one in frames for each in walk.push(one)] + walk.finish())
    assert (found[3] == whole).all()
    assert (found[2] & whole).sum() / (found[2] | whole).sum() > 0.97


def test_with_a_network_what_frames_show_stands_and_shapes_come_once_in_order() -> None:
    torch.manual_seed(0)
    network = ShapeNetwork(width=8, first=8, layers=1, side_px=64).eval()
    walk = shape_walk(WindowEngine(VoinNetworks(shape=network)))
    assert isinstance(walk, JoinedShapes)
    found = [each for index in range(30) for each in walk.push(frame(index, cut=index in (0, 20)))] + walk.finish()
    assert [index for index, _ in found] == list(range(30))
    for index, shape in found[:18]:
        whole = disc(index)[1]
        assert (shape & whole).sum() / (shape | whole).sum() > 0.85
        assert not (shape & ~(frame(index).visible | frame(index).occluder)).any()
