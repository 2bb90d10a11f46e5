"""``step(image, mask) -> image``."""

from __future__ import annotations

import numpy as np
import pytest
from panned_scene import crossing, make_scene
from small_networks import make_remover

from models.vornet.images import ImageRemover


def test_pictures_go_in_and_come_out_filled_inside_the_mask_only() -> None:
    scene = make_scene(crossing(6), pan=(2, 0), shifts=(0, 0))
    remover = ImageRemover(make_remover(answers=0))
    errors = []
    for frame, truth in zip(scene.frames, scene.truth, strict=True):
        before = frame.picture.view.copy()
        filled = remover.step(frame.picture.view, frame.hole)
        assert np.array_equal(frame.picture.view, before)
        assert np.array_equal(filled[~frame.hole], before[~frame.hole])
        errors.append(np.abs(filled[frame.hole].astype(int) - truth.view[frame.hole]).mean())
    assert errors[-1] < 0.3 * np.abs(before[frame.hole].astype(int) - truth.view[frame.hole]).mean()


@pytest.mark.parametrize("reset", [True, False])
def test_a_reset_forgets_what_was_seen(reset: bool) -> None:
    scene = make_scene(crossing(6), pan=(2, 0), shifts=(0, 0))
    remover = ImageRemover(make_remover())
    for frame in scene.frames[:4]:
        remover.step(frame.picture.view, frame.hole)
    if reset:
        remover.reset()
    later = [remover.step(frame.picture.view, frame.hole) for frame in scene.frames[4:]]
    fresh = ImageRemover(make_remover())
    alone = [fresh.step(frame.picture.view, frame.hole) for frame in scene.frames[4:]]
    assert all(np.array_equal(*pair) for pair in zip(later, alone, strict=True)) == reset


def test_a_saved_state_continues_exactly() -> None:
    scene = make_scene(crossing(6), pan=(2, 0), shifts=(0, 0))
    first, second = ImageRemover(make_remover()), ImageRemover(make_remover())
    for frame in scene.frames[:4]:
        first.step(frame.picture.view, frame.hole)
    second.load_state(first.save_state())
    for frame in scene.frames[4:]:
        assert np.array_equal(*(one.step(frame.picture.view, frame.hole) for one in (first, second)))
