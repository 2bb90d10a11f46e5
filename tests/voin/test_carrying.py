"""Propagation inside the object: sharp, both ways, nothing but the object's own pixels, checked at five pixels."""

from __future__ import annotations

import cv2
import numpy as np
from hidden_scene import SIZE, bar, disc, exact_flow, frame

from models.propagation.source_map import Neighbour, SourceMap, observed_label
from models.voin.carrying import (
    CONSISTENCY_PX,
    Sources,
    carried,
    clear_object,
    round_trip_px,
    sampled,
    sought,
    without_old,
)


def _hidden(index: int) -> np.ndarray:
    return sought(disc(index)[1] & bar(index), disc(index)[1])


def _neighbour(index: int, found: SourceMap | None = None) -> Neighbour:
    return Neighbour(index, clear_object(frame(index).visible), found)


def _step(index: int, other: int, found: SourceMap | None = None) -> SourceMap:
    flow, back = exact_flow(index, other), exact_flow(other, index)
    return carried(_hidden(index), flow, back, _neighbour(other, found))


def test_hidden_pixels_find_their_source_in_the_neighbour() -> None:
    found = _step(14, 13)
    assert found.known.any()
    assert set(np.unique(found.label[found.known])) == {observed_label(13)}
    assert np.all(found.shift[found.known] == [-2, 0])


def test_what_is_brought_in_is_the_truth_and_as_sharp() -> None:
    found = SourceMap.unknown(_step(4, 3).window)
    index, last = 18, None
    for here in range(4, index + 1):
        last = _step(here, here - 1, last)
    found = last
    assert found is not None
    truth, _ = disc(index)
    views = {number: frame(number).view for number in range(index)}
    colours, wanted = sampled(found, views), truth[found.window.slices]
    inner = cv2.erode(found.known.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    assert inner.sum() > 100 and len(np.unique(found.label[found.known])) > 2  # from several frames
    assert np.abs(colours[inner].astype(int) - wanted[inner]).max() <= 1

    def detail(picture: np.ndarray) -> float:
        grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float64)
        return float(np.abs(cv2.Laplacian(grey, cv2.CV_64F))[inner].mean())

    assert detail(colours) > 0.95 * detail(wanted)


def test_only_visible_pixels_of_the_object_are_sources() -> None:
    found = _step(14, 13)
    rows, columns = np.nonzero(found.known)
    places = np.stack([columns + found.window.left, rows + found.window.top], 1) + found.shift[found.known].astype(int)
    visible = frame(13).visible
    assert all(visible[y, x] for x, y in places)
    assert not found.known[~_hidden(14)[found.window.slices]].any()


def test_a_round_trip_that_misses_by_more_than_five_pixels_is_refused() -> None:
    flow, back = exact_flow(14, 13), exact_flow(13, 14)
    assert float(round_trip_px(flow, back)[disc(14)[1]].min()) == 0
    for off, accepted in ((CONSISTENCY_PX - 0.5, True), (CONSISTENCY_PX + 0.5, False)):
        wrong = back.copy()
        wrong[..., 1] += off
        found = carried(_hidden(14), flow, wrong, _neighbour(13))
        assert found.known.any() == accepted


def test_flow_out_of_the_picture_never_comes_home() -> None:
    flow = np.zeros((*SIZE[::-1], 2), np.float32)
    flow[..., 0] = 10
    apart = round_trip_px(flow, -flow)
    assert np.isinf(apart[:, -10:]).all() and np.all(apart[:, :-11] == 0)


def test_errors_add_up_along_the_way() -> None:
    flow, back = exact_flow(14, 13), exact_flow(13, 14)
    back[..., 1] += 2
    found = carried(_hidden(14), flow, back, _neighbour(13))
    assert np.allclose(found.risk[found.known], 1.0)


def test_of_two_sources_the_surer_and_then_the_nearer_comes_first() -> None:
    window = _step(14, 13).window
    shape = (window.height, window.width)
    near, far = SourceMap.constant(window, observed_label(13)), SourceMap.constant(window, observed_label(20))
    nothing = SourceMap.unknown(window)
    ranked = Sources.ranked(14, far, near)
    assert np.all(ranked.best.label == observed_label(13)) and np.all(ranked.second.label == observed_label(20))
    unsure = SourceMap(window, near.label, near.shift, np.full(shape, 3.0, np.float32))
    assert np.all(Sources.ranked(14, unsure, far).best.label == observed_label(20))
    alone = Sources.ranked(14, nothing, far)
    assert np.all(alone.best.label == observed_label(20)) and not alone.second.known.any() and not alone.share.any()
    assert not Sources.ranked(14, nothing, nothing).share.any()


def test_two_sources_count_the_less_the_less_they_are_sure() -> None:
    window = _step(14, 13).window
    shape = (window.height, window.width)
    one, other = SourceMap.constant(window, observed_label(13)), SourceMap.constant(window, observed_label(15))
    assert np.allclose(Sources.ranked(14, one, other).share, 0.5)
    unsure = SourceMap(window, other.label, other.shift, np.full(shape, 2.0, np.float32))
    assert 0 < Sources.ranked(14, one, unsure).share.max() < 0.05
    assert not Sources.single(one).share.any() and not Sources.single(one).second.known.any()


def test_sources_that_are_too_old_are_let_go() -> None:
    found = _step(14, 13)
    assert not without_old(found, 14).known.any()
    assert np.array_equal(without_old(found, 13).label, found.label)


def test_nothing_hidden_gives_an_empty_map() -> None:
    found = carried(np.zeros(SIZE[::-1], bool), exact_flow(1, 0), exact_flow(0, 1), _neighbour(0))
    assert found.window.empty and sampled(found, {}).size == 0
