"""Cuts are found; flashes and hard motion are not taken for cuts."""

from __future__ import annotations

from collections.abc import Generator

import cv2
import numpy as np
import pytest

from app.engine.cuts import CUT_MEMORY_FRAMES, LiveCuts, Thumbnail, _is_blank, cuts_between, find_cuts, thumbnail
from app.media.frame import ColorTags, Family, PlaneLayout, RgbView, VideoFrame


def scene(seed: int, width: int = 300, height: int = 170) -> np.ndarray:
    """A picture with large shapes and fine detail in colours of its own."""
    random = np.random.default_rng(seed)
    picture = np.full((height, width, 3), random.integers(30, 220, 3), np.uint8)
    for _ in range(40):
        centre = (int(random.integers(0, width)), int(random.integers(0, height)))
        colour = tuple(int(value) for value in random.integers(0, 255, 3))
        cv2.circle(picture, centre, int(random.integers(4, 40)), colour, -1)
    return picture


def view(picture: np.ndarray, x: int = 0, y: int = 0) -> Thumbnail:
    return np.ascontiguousarray(picture[y : y + 72, x : x + 128])


def live(pictures: list[Thumbnail]) -> list[int]:
    detector = LiveCuts()
    return [index for index, picture in enumerate(pictures) if detector.is_cut(picture)]


def final(pictures: list[Thumbnail]) -> list[int]:
    answers = list(find_cuts(pictures))
    assert len(answers) == len(pictures)
    return [index for index, is_cut in enumerate(answers) if is_cut]


def panned(seed: int, count: int, step: int) -> list[Thumbnail]:
    picture = scene(seed, width=128 + step * count)
    return [view(picture, x=step * i) for i in range(count)]


@pytest.mark.parametrize("find", [live, final])
def test_cuts_between_scenes_are_found(find: object) -> None:
    pictures = panned(1, 10, 2) + panned(2, 7, 3) + panned(3, 12, 1)
    assert find(pictures) == [10, 17]  # type: ignore[operator]


@pytest.mark.parametrize("find", [live, final])
@pytest.mark.parametrize("seed", range(6))
def test_a_whip_pan_is_no_cut(find: object, seed: int) -> None:
    assert find(panned(seed, 12, 30)) == []  # type: ignore[operator]


@pytest.mark.parametrize("find", [live, final])
def test_a_brightness_flash_is_no_cut(find: object) -> None:
    pictures = panned(4, 16, 2)
    for index in (6, 7, 11):
        pictures[index] = np.minimum(pictures[index].astype(int) * 2 + 30, 255).astype(np.uint8)
    assert find(pictures) == []  # type: ignore[operator]


@pytest.mark.parametrize("find", [live, final])
@pytest.mark.parametrize("value", [0, 255])
def test_a_blank_frame_is_no_cut(find: object, value: int) -> None:
    pictures = panned(5, 16, 2)
    pictures[8] = np.full_like(pictures[8], value)
    assert find(pictures) == []  # type: ignore[operator]


@pytest.mark.parametrize("find", [live, final])
def test_a_cut_through_black_is_found_where_the_picture_returns(find: object) -> None:
    black = [np.zeros((72, 128, 3), np.uint8)] * 3
    assert find(panned(6, 8, 2) + black + panned(7, 8, 2)) == [11]  # type: ignore[operator]


@pytest.mark.parametrize("returning", [6, 7], ids=["the same scene", "another scene"])
@pytest.mark.parametrize("dark", [3, CUT_MEMORY_FRAMES - 1, CUT_MEMORY_FRAMES, 5 * CUT_MEMORY_FRAMES])
def test_cuts_do_not_depend_on_where_one_begins_to_look(dark: int, returning: int) -> None:
    pictures = panned(6, 20, 1) + [np.zeros((72, 128, 3), np.uint8)] * dark + panned(returning, 4, 1)
    shown = [frame_of(picture, index) for index, picture in enumerate(pictures)]
    told: list[tuple[int, int]] = []

    def opened(start: int, stop: int) -> Generator[VideoFrame]:
        yield from shown[start:stop]

    expected = [20 + dark] if returning == 7 else []
    for first in range(20 + dark + 1):
        span = first, len(pictures)
        assert cuts_between(opened, span, (0, len(pictures)), lambda *done: told.append(done)) == expected, first
    assert told[-1] == (told[-1][1],) * 2


def test_a_flash_of_another_picture_is_no_cut_when_one_may_look_ahead() -> None:
    pictures = panned(8, 16, 2)
    pictures[9] = view(scene(99))
    assert final(pictures) == []


@pytest.mark.parametrize("stop", range(1, 20))
def test_live_answers_do_not_depend_on_later_pictures(stop: int) -> None:
    pictures = panned(1, 8, 2) + panned(2, 12, 3)
    assert live(pictures[:stop]) == [index for index in live(pictures) if index < stop]


def frame_of(picture: np.ndarray, index: int = 0) -> VideoFrame:
    """A frame that shows a BGR picture."""

    def to_rgb(frame: VideoFrame) -> RgbView:
        return np.stack([np.asarray(plane, np.uint8) for plane in frame.planes], axis=-1)

    planes = tuple(np.ascontiguousarray(picture[..., i]) for i in (2, 1, 0))
    return VideoFrame(index, index, 1, PlaneLayout(Family.RGB, 8, 0, 0, False), planes, ColorTags(), to_rgb=to_rgb)


def test_a_thumbnail_shows_the_frame() -> None:
    picture = cv2.resize(scene(3), (640, 360), interpolation=cv2.INTER_LINEAR)
    small = thumbnail(frame_of(picture))
    assert small.shape == (72, 128, 3)
    expected = cv2.resize(picture, (128, 72), interpolation=cv2.INTER_AREA)
    assert np.abs(small.astype(int) - expected).max() <= 1


@pytest.mark.parametrize(("step", "blank"), [(23, True), (25, False)])
def test_a_picture_is_blank_by_the_contrast_of_its_channels_mean(step: int, blank: bool) -> None:
    picture = np.full((72, 128, 3), 100, np.uint8)
    picture[:, ::2, 1] += np.uint8(step)  # the mean of the channels varies by a third of it, and deviates by a sixth
    assert _is_blank(picture) is blank
