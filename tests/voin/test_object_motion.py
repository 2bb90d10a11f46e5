"""The flow of what is hidden begins with the visible object's own shift."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hidden_scene import SPEED_PX, bar, disc, frame

from models.voin.window_engine import VoinNetworks, WindowEngine
from models.voin.window_run import WindowRun


def test_the_hidden_part_moves_with_the_visible_one() -> None:
    frames = [frame(6), frame(7)]
    engine = WindowEngine(VoinNetworks())
    wholes = [disc(each.index)[1] for each in frames]
    found = engine.flow(frames[1], frames[0], (wholes[1], wholes[0]), engine.square(frames))
    hidden = wholes[1] & ~frames[1].visible
    assert hidden.any()
    assert np.abs(found[hidden] - np.array([-SPEED_PX, 0.0])).max() < 0.3


def test_elsewhere_flow_is_what_was_measured() -> None:
    frames = [frame(6), frame(7)]
    engine = WindowEngine(VoinNetworks())
    wholes = [disc(each.index)[1] for each in frames]
    found = engine.flow(frames[1], frames[0], (wholes[1], wholes[0]), engine.square(frames))
    measured = engine.estimator.flow(frames[1].view, frames[0].view)
    assert np.array_equal(found[~wholes[1]], measured[~wholes[1]])


def test_a_frame_that_shows_nothing_of_the_object_moves_as_those_around_it() -> None:
    frames = [frame(index) for index in range(5, 10)]
    covered = replace(frames[2], visible=np.zeros_like(frames[2].visible), occluder=disc(7)[1])
    frames[2] = covered
    engine = WindowEngine(VoinNetworks())
    found = engine.motions(frames, engine.square(frames))
    assert np.isnan(found[0]).all()
    assert np.abs(found[1:] - np.array([-SPEED_PX, 0.0])).max() < 0.4


def test_what_is_wholly_hidden_is_brought_from_frames_before_and_after() -> None:
    frames = [frame(index) for index in range(5, 10)]
    whole = disc(7)[1]
    frames[2] = replace(frames[2], visible=np.zeros_like(whole), occluder=whole | bar(7))
    amodal = [disc(each.index)[1] for each in frames]
    engine = WindowEngine(VoinNetworks())
    run = WindowRun(engine, frames, amodal, engine.square(frames), None, 0)
    done = run.result(lambda _, picture: picture).completed[2]
    assert done.reached.sum() > 0.7 * whole.sum()
    truth = disc(7)[0].astype(float)
    assert np.abs(done.picture[done.reached] - truth[done.reached]).mean() < 15
