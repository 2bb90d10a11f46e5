"""Source maps: windows, and one step of composing places through a flow."""

from __future__ import annotations

import numpy as np
import pytest

from models.propagation.source_map import (
    UNKNOWN,
    Neighbour,
    SourceMap,
    Window,
    compose,
    guess_label,
    observed_label,
    window_of,
)

HEIGHT, WIDTH = 20, 30
WINDOW = Window(8, 6, 10, 8)


def even_flow(dx: float, dy: float, window: Window = WINDOW) -> np.ndarray:
    return np.broadcast_to(np.array([dx, dy], np.float32), (window.height, window.width, 2)).copy()


def no_error(window: Window = WINDOW) -> np.ndarray:
    return np.zeros((window.height, window.width), np.float32)


def nothing_clear() -> np.ndarray:
    return np.zeros((HEIGHT, WIDTH), bool)


def constant_map(
    label: int, shift: tuple[float, float] = (0, 0), risk: float = 0, window: Window = WINDOW
) -> SourceMap:
    shape = (window.height, window.width)
    return SourceMap(
        window, np.full(shape, label, np.int32), even_flow(*shift, window), np.full(shape, risk, np.float32)
    )


def test_a_pixel_that_lands_on_clear_background_takes_that_frame() -> None:
    found = compose(WINDOW, even_flow(1.25, -0.5), no_error(), Neighbour(4, ~nothing_clear(), None))
    assert (found.label == observed_label(4)).all() and found.seen.all()
    np.testing.assert_array_equal(found.shift, even_flow(1.25, -0.5))


def test_clear_background_goes_before_the_neighbours_own_map() -> None:
    found = compose(
        WINDOW, even_flow(1, 0), no_error(), Neighbour(4, ~nothing_clear(), constant_map(observed_label(1)))
    )
    assert (found.label == observed_label(4)).all()


def test_a_pixel_that_lands_in_the_neighbours_hole_inherits_its_source_with_both_shifts_summed() -> None:
    kept = constant_map(observed_label(1), (2.75, -1.5))
    found = compose(WINDOW, even_flow(0.5, 0.25), no_error(), Neighbour(4, nothing_clear(), kept))
    inner = np.s_[:-1, :-1]
    assert (found.label[inner] == observed_label(1)).all()
    np.testing.assert_allclose(found.shift[inner], even_flow(3.25, -1.25)[inner], atol=1e-5)


def test_inherited_shifts_are_interpolated_between_pixels() -> None:
    kept = constant_map(observed_label(1))
    kept.shift[..., 0] = np.arange(WINDOW.width, dtype=np.float32) * 0.4
    found = compose(WINDOW, even_flow(0.5, 0), no_error(), Neighbour(4, nothing_clear(), kept))
    expected = (np.arange(WINDOW.width - 1) + 0.5) * 0.4 + 0.5
    np.testing.assert_allclose(found.shift[3, :-1, 0], expected, atol=0.02)


def test_shifts_of_two_sources_are_never_mixed() -> None:
    kept = constant_map(observed_label(1), (10, 0))
    kept.label[:, 5:], kept.shift[:, 5:] = observed_label(2), (-10, 0)
    found = compose(WINDOW, even_flow(0.4, 0), no_error(), Neighbour(4, nothing_clear(), kept))
    first, second = found.label == observed_label(1), found.label == observed_label(2)
    assert first.any() and second.any()
    np.testing.assert_allclose(found.shift[first][:, 0], 10.4, atol=1e-5)
    np.testing.assert_allclose(found.shift[second][:, 0], -9.6, atol=1e-5)


@pytest.mark.parametrize("dx", [0.0, 0.3, 0.5, 0.8, -0.4])
def test_nothing_is_inherited_from_unknown_pixels(dx: float) -> None:
    kept = constant_map(observed_label(1), (3, 0))
    unknown = np.zeros(kept.label.shape, bool)
    unknown[2:5, 3:6] = True
    kept = kept.merged(SourceMap.unknown(WINDOW), unknown)
    kept.shift[unknown] = 1000
    found = compose(WINDOW, even_flow(dx, 0), no_error(), Neighbour(4, nothing_clear(), kept))
    np.testing.assert_allclose(found.shift[found.known][:, 0], 3 + dx, atol=1e-5)
    rounded = np.rint(np.arange(WINDOW.width) + dx).astype(int)
    inside = (rounded >= 0) & (rounded < WINDOW.width)
    expected = np.zeros_like(unknown)
    expected[:, inside] = ~unknown[:, rounded[inside]]
    np.testing.assert_array_equal(found.known, expected)


def test_a_hole_without_a_map_gives_nothing() -> None:
    assert not compose(WINDOW, even_flow(0, 0), no_error(), Neighbour(4, nothing_clear(), None)).known.any()


@pytest.mark.parametrize("shift", [(-40, 0), (40, 0), (0, -40), (0, 40)])
def test_places_outside_the_picture_are_unknown(shift: tuple[float, float]) -> None:
    kept = constant_map(observed_label(1), window=Window(0, 0, WIDTH, HEIGHT))
    assert not compose(WINDOW, even_flow(*shift), no_error(), Neighbour(4, ~nothing_clear(), kept)).known.any()


def test_part_of_a_window_may_leave_the_picture() -> None:
    found = compose(WINDOW, even_flow(14, 0), no_error(), Neighbour(4, ~nothing_clear(), None))
    np.testing.assert_array_equal(found.known, np.broadcast_to(np.arange(8, 18) + 14 < WIDTH, found.known.shape))


def test_an_inherited_guess_is_known_but_not_seen() -> None:
    found = compose(WINDOW, even_flow(0, 0), no_error(), Neighbour(4, nothing_clear(), constant_map(guess_label(3))))
    assert found.known.all() and not found.seen.any()


def test_the_risk_adds_up_along_the_way_like_a_random_walks() -> None:
    error = np.full((WINDOW.height, WINDOW.width), 0.3, np.float32)
    first = compose(WINDOW, even_flow(0, 0), error, Neighbour(1, ~nothing_clear(), None))
    second = compose(WINDOW, even_flow(0, 0), 2 * error, Neighbour(2, nothing_clear(), first))
    np.testing.assert_allclose(first.risk, 0.3, atol=1e-6)
    np.testing.assert_allclose(second.risk, np.hypot(0.3, 0.6), atol=1e-6)


def test_composing_changes_neither_flow_nor_neighbour() -> None:
    flow, kept = even_flow(0.5, 0), constant_map(observed_label(1), (1, 1))
    found = compose(WINDOW, flow, no_error(), Neighbour(4, nothing_clear(), kept))
    found.shift[:] = 99
    np.testing.assert_array_equal(flow, even_flow(0.5, 0))
    np.testing.assert_array_equal(kept.shift, even_flow(1, 1))


def test_a_window_surrounds_the_mask() -> None:
    mask = nothing_clear()
    mask[3, 4] = mask[9, 12] = True
    assert window_of(mask) == Window(4, 3, 9, 7)
    assert window_of(nothing_clear()).empty


def test_a_grown_window_is_aligned_outwards_and_clipped() -> None:
    assert Window(5, 3, 4, 4).grown(2, HEIGHT, WIDTH, 4) == Window(0, 0, 12, 12)
    assert Window(25, 15, 4, 4).grown(3, 19, 29, 2) == Window(22, 12, 7, 7)


def test_merging_takes_the_others_entries_where_told() -> None:
    one, other = constant_map(observed_label(1), (1, 1), 1), constant_map(UNKNOWN, (2, 2), 2)
    take = np.zeros(one.label.shape, bool)
    take[:3] = True
    merged = one.merged(other, take)
    np.testing.assert_array_equal(merged.known, ~take)
    np.testing.assert_array_equal(merged.risk, np.where(take, 2, 1))
