"""What came of a render, in words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.engine.result_view import FrameState
from app.ui.outcomes import after_live, after_render, to_do


def states(final: range, live: range = range(0), count: int = 100, masks: range = range(100)) -> NDArray[np.uint8]:
    found = np.full(count, FrameState.NOTHING, np.uint8)
    found[masks.start : masks.stop] = FrameState.MISSING
    found[live.start : live.stop] = FrameState.LIVE
    found[final.start : final.stop] = FrameState.FINAL
    return found


def test_a_whole_render_names_its_frames_and_says_that_none_is_left() -> None:
    words, sentence = after_render(states(range(20, 50), masks=range(20, 50)), (0, 100), stopped=False)
    assert words == "30 frames rendered, none left"
    assert sentence == "Rendered: 30 frames between 20 and 49. None is left."


def test_outside_in_and_out_the_source_stays() -> None:
    within = states(range(20, 50), masks=range(20, 50))
    assert "Outside in and out the source stays" in after_render(within, (20, 50), stopped=False)[1]


def test_a_render_that_was_stopped_says_what_is_left() -> None:
    words, sentence = after_render(states(range(40)), (0, 100), stopped=True)
    assert words == "40 rendered, 60 left" and "left for Render range: 60" in sentence
    assert after_render(states(range(40)), (0, 100), stopped=False)[1] == "Frames rendered: 40. Left: 60."


def test_a_render_that_was_stopped_while_it_looked_through_the_shot_counts_no_frames() -> None:
    words, sentence = after_render(states(range(0)), (0, 100), stopped=True)
    assert words == "Stopped before the first frame"
    assert "looks through the whole shot" in sentence and "0 frames" not in sentence


def test_live_says_what_lies_before_where_it_began() -> None:
    assert after_live(states(range(0), range(30, 100)), (0, 100), 30) == "Live from frame 30 on, 30 left"
    assert after_live(states(range(0), range(100)), (0, 100), 30) == "Live is up to date"
    assert after_live(states(range(100)), (0, 100), 30) == "100 frames rendered, none left"


def test_frames_without_a_hole_are_nothing_to_do() -> None:
    assert to_do(states(range(0), masks=range(10, 20)), 0, 100) == 10
