"""Brought-in colours count as much as they deserve: that is measured beside the hidden part."""

from __future__ import annotations

import cv2
import numpy as np
from hidden_scene import SIZE, bar, disc, frame

from models.propagation.source_map import SourceMap, observed_label, window_of
from models.voin.carrying import sought
from models.voin.completer import Completer, CompleterSettings
from models.voin.trust import rim_px, smooth_colours, trust_of
from models.voin.window_engine import VoinNetworks, WindowEngine

RIM = 4
INDEX = 14


def _parts() -> tuple[np.ndarray, np.ndarray, np.ndarray, SourceMap]:
    seen, (_, whole) = frame(INDEX), disc(INDEX)
    hidden = whole & bar(INDEX)
    window = window_of(sought(hidden, whole, RIM))
    return seen.view, hidden, seen.visible, SourceMap.constant(window, observed_label(INDEX - 1))


def _trust(brought: np.ndarray) -> float:
    view, hidden, visible, found = _parts()
    return trust_of(view, brought[found.window.slices].astype(np.float32), found, hidden, visible, RIM)


def test_sources_that_show_what_is_seen_beside_are_trusted_wholly() -> None:
    assert _trust(disc(INDEX)[0]) == 1.0


def test_the_worse_they_fit_there_the_less_they_count() -> None:
    scene = disc(INDEX)[0]
    brighter = [_trust(scene.astype(np.int16) + by) for by in (5, 20, 60)]
    assert 1 > brighter[0] > brighter[1] > brighter[2] > 0
    opposite = _trust(255 - scene)
    assert opposite < 0.4


def test_without_anything_to_compare_with_sources_are_trusted() -> None:
    view, hidden, _, found = _parts()
    nothing, black = np.zeros_like(hidden), np.zeros((found.window.height, found.window.width, 3), np.float32)
    assert trust_of(view, black, found, hidden, nothing, RIM) == 1


def test_an_object_that_shows_beside_the_cover_alone_is_compared_with_its_mean_colour() -> None:
    view, hidden, visible, found = _parts()
    near = visible & (cv2.dilate(hidden.astype(np.uint8), np.ones((2 * RIM + 1,) * 2, np.uint8)) > 0)
    wrong = 255 - disc(INDEX)[0][found.window.slices].astype(np.float32)
    assert 0 < trust_of(view, wrong, found, hidden, near, RIM) < 0.5


def test_smooth_colours_keep_the_visible_ones_and_lie_between_them() -> None:
    view, hidden, visible, found = _parts()
    smooth = smooth_colours(view, visible, found.window)
    assert smooth.shape == (found.window.height, found.window.width, 3)
    inside = hidden[found.window.slices]
    own = view[visible].astype(np.float32)
    assert np.all(smooth[inside] >= own.min(0) - 1) and np.all(smooth[inside] <= own.max(0) + 1)
    green = np.abs(smooth[inside] - (20, 200, 20)).mean()
    assert green > 40, "nothing of the cover leaks in"


def test_large_objects_are_continued_on_a_small_picture() -> None:
    view = np.zeros((600, 700, 3), np.uint8)
    view[..., 0] = np.linspace(0, 250, 700, dtype=np.uint8)
    visible = np.ones((600, 700), bool)
    visible[:, 300:360] = False
    smooth = smooth_colours(view, visible, window_of(~visible))
    assert np.abs(smooth[..., 0] - view[:, 300:360, 0]).mean() < 12


def test_without_a_visible_object_the_picture_stays() -> None:
    view, _, visible, found = _parts()
    assert np.array_equal(smooth_colours(view, np.zeros_like(visible), found.window), view[found.window.slices])


def test_the_rim_grows_with_the_window() -> None:
    assert rim_px(20) == 2 and rim_px(200) == 6 < rim_px(400)


def test_a_trusted_disc_is_brought_in_as_it_is_and_the_ground_is_smooth() -> None:
    completer = Completer(WindowEngine(VoinNetworks()), CompleterSettings(window=8, overlap=2))
    frames = [frame(index) for index in range(8, 20)]
    with_shape = [type(f)(f.index, f.view, f.visible, f.occluder, amodal=disc(f.index)[1]) for f in frames]
    done = [each for f in with_shape for each in completer.push(f)] + completer.finish()
    middle = done[6]
    reached, truth = middle.reached, disc(middle.index)[0].astype(int)
    assert reached.sum() > 50 and middle.trust > 0.9 and middle.picture.shape[:2] == SIZE[::-1]
    apart = {name: np.abs(getattr(middle, name).astype(int) - truth)[reached].mean() for name in ("picture", "ground")}
    assert apart["picture"] < 0.5 * apart["ground"]
