"""A shadow through a shot: kept where it goes with its object."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from app.core.masks import MaskBlob
from app.engine.shadows import find_shadows

WIDTH, HEIGHT, COUNT = 240, 140, 30


@dataclass
class _Frame:
    rgb: NDArray[np.uint8]


class _Walk:
    """A blue post that walks to the right, its shadow ahead of it."""

    pane = np.s_[24:66, 97:150]
    """Beside which the post is in frames 12 to 14."""

    def __init__(self, *, light: float, mirrors: range = range(0), dims: int | None = None) -> None:
        noise = np.random.default_rng(1).normal(0, 1, (HEIGHT, WIDTH, 3)).astype(np.float32)
        ground = cv2.GaussianBlur(noise, (0, 0), 3)
        self._ground = np.float32((150, 140, 120)) + ground * (12 / ground.std())
        self._light, self._mirrors, self._dims = light, mirrors, dims

    def shapes(self, index: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        rows, columns = np.mgrid[:HEIGHT, :WIDTH]
        x = 25 + 5 * index
        post = (np.abs(columns - x) <= 11) & (np.abs(rows - 60) <= 32)
        shadow = ((columns - x - 24) / 28) ** 2 + ((rows - 94) / 9) ** 2 <= 1
        return post, shadow & ~post

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[_Frame]:
        for index in range(start, COUNT if stop is None else stop):
            post, shadow = self.shapes(index)
            view = self._ground.copy()
            view[shadow] *= self._light
            if index in self._mirrors:
                view[self.pane] *= 0.6
            view[post] = (40, 60, 170)
            if index == self._dims:
                view *= 0.7
            yield _Frame(np.clip(view, 0, 255).astype(np.uint8))

    def masks(self) -> dict[int, MaskBlob]:
        return {index: MaskBlob.from_array(self.shapes(index)[0]) for index in range(COUNT)}


def test_a_shadow_is_proposed_where_its_object_goes() -> None:
    clip = _Walk(light=0.6)
    told: list[tuple[int, int]] = []
    shadow = find_shadows(clip, clip.masks(), frames=(4, 22), count=COUNT, progress=lambda *at: told.append(at))
    assert list(shadow.masks) == list(range(4, 22))
    assert shadow.found >= 16 and shadow.light == pytest.approx(0.6, abs=0.06)
    for index in range(8, 18):
        found, (post, truth) = shadow.masks[index].to_array(), clip.shapes(index)
        assert not (found & post).any()
        assert (found & truth).sum() / (found | truth).sum() > 0.6
    assert told[-1][0] == told[-1][1]


def test_where_there_is_no_shadow_none_is_proposed() -> None:
    clip = _Walk(light=1.0)
    shadow = find_shadows(clip, clip.masks(), frames=(5, 15), count=COUNT)
    assert shadow.found == 0 and shadow.light == 1
    assert all(mask.is_empty for mask in shadow.masks.values())


def test_nothing_is_compared_across_a_cut() -> None:
    clip = _Walk(light=0.6)
    shadow = find_shadows(clip, clip.masks(), frames=(10, 12), count=COUNT, cuts=[10, 12])
    assert shadow.found == 0


def test_what_darkens_beside_the_object_but_not_at_its_foot_is_no_shadow_of_it() -> None:
    clip = _Walk(light=1.0, mirrors=range(10, 17))
    shadow = find_shadows(clip, clip.masks(), frames=(4, 22), count=COUNT)
    assert shadow.found == 0


def test_a_frame_in_which_all_is_darker_has_the_shadow_that_the_frames_beside_it_have() -> None:
    clip = _Walk(light=0.6, dims=12)
    shadow = find_shadows(clip, clip.masks(), frames=(4, 22), count=COUNT)
    found, (post, truth) = shadow.masks[12].to_array(), clip.shapes(12)
    assert not (found & post).any()
    assert (found & truth).sum() / (found | truth).sum() > 0.6
