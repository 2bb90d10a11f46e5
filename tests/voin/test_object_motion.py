"""The flow of what is hidden begins with the visible object's own shift."""

from __future__ import annotations

import numpy as np
from hidden_scene import SPEED_PX, disc, frame

from models.voin.window_engine import VoinNetworks, WindowEngine


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
