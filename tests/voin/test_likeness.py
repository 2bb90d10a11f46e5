"""Of frames with one outline the one is taken whose picture fits as well."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from walking_scene import PERIOD, walking

from models.voin import alike
from models.voin.alike import alike_frames
from models.voin.floors import own_shifts
from models.voin.likeness import SmallPictures
from models.voin.outlines import ROOM_PX, Outlines
from models.voin.picture import ObjectFrame

FRAMES = 48


def with_sash(index: int, shade: int = 0) -> ObjectFrame:
    """The walker, whose sash hangs left in one step and right in the next: the outline is that of every step."""
    frame = walking(index)
    view = frame.view.copy()
    left = 130 - 2 * index + (2 if index % PERIOD < PERIOD // 2 else 16)
    sash = np.zeros(frame.visible.shape, bool)
    sash[18:56, max(left, 0) : max(left + 10, 0)] = True
    view[sash & frame.visible] = (250, 240, 30)
    if shade:
        view[frame.visible] = (view[frame.visible] * 0.7 + shade).astype(np.uint8)
    return replace(frame, view=view)


def pictures(frames: list[ObjectFrame]) -> SmallPictures:
    outlines = Outlines.of(frames)
    assert outlines is not None
    return SmallPictures(frames, outlines.corners, outlines.scale, ROOM_PX)


def test_a_picture_fits_the_same_step_better_than_the_other_one_in_any_light() -> None:
    frames = [with_sash(index, shade=20 if index > 10 else 0) for index in range(FRAMES)]
    small = pictures(frames)
    half, whole = (np.array((-2.0 * away, 0), np.float32) for away in (PERIOD // 2, PERIOD))
    same, other = small.likeness(4, 4 + PERIOD, whole), small.likeness(4, 4 + PERIOD // 2, half)
    assert same > 0.8
    assert other < same - 0.3


def test_what_does_not_vary_or_does_not_show_has_no_likeness() -> None:
    plain = [replace(walking(index), view=np.full_like(walking(index).view, 90)) for index in range(20)]
    assert pictures(plain).likeness(2, 18, np.array((-32.0, 0), np.float32)) == 0
    frames = [with_sash(index) for index in range(20)]
    small = pictures([replace(frames[0], visible=np.zeros_like(frames[0].visible)), *frames[1:]])
    assert small.likeness(0, 18, np.array((-36.0, 0), np.float32)) == 0


def test_a_frame_alike_is_one_of_the_same_step(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = [with_sash(index) for index in range(FRAMES)]
    shifts = own_shifts(frames)

    def other_steps() -> int:
        found = alike_frames(frames, shifts)[2:7]
        return sum(
            each is not None and (each.at % PERIOD < PERIOD // 2) != (at < PERIOD // 2)
            for at, each in enumerate(found, 2)
        )

    with_pictures = other_steps()
    monkeypatch.setattr(alike, "_PICTURE", 0.0)
    assert with_pictures == 0
    assert other_steps() > 0
