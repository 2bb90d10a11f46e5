"""What is brought along passes into a twin where the two agree, and not amid a limb."""

from __future__ import annotations

import numpy as np

from models.voin.parting import parted

SIZE = (60, 80)


def masks() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What is seen (left), what may be brought along (a strip beside it), what the twin may fill (all hidden)."""
    columns = np.broadcast_to(np.arange(SIZE[1]), SIZE)
    return columns < 30, (columns >= 30) & (columns < 44), columns >= 30


def test_they_are_parted_where_they_differ_least() -> None:
    visible, brought, shown = masks()
    apart = np.full((*SIZE, 3), 60, np.float32)
    apart[:, 36:39] = 0
    twin = parted(apart, np.zeros(SIZE, bool), brought, shown, visible)
    assert not twin[:, :36].any()
    assert twin[:, 39:].all()


def test_a_limb_that_lies_elsewhere_in_the_twin_is_not_cut_in_two() -> None:
    visible, brought, shown = masks()
    apart = np.zeros((*SIZE, 3), np.float32)
    apart[20:32, 32:50] = 90  # brought along there is an arm that the twin has not
    alone = np.zeros(SIZE, bool)
    twin = parted(apart, alone, brought, shown, visible)
    inside = twin[20:32, 32:44]
    assert inside.all()
    alone[20:32, 32:50] = True
    assert parted(np.zeros_like(apart), alone, brought, shown, visible)[20:32, 32:44].all()


def test_where_only_one_of_them_tells_there_is_nothing_to_part() -> None:
    visible, _, shown = masks()
    nothing = np.zeros(SIZE, bool)
    apart = np.zeros((*SIZE, 3), np.float32)
    assert (parted(apart, nothing, nothing, shown, visible) == shown).all()
    assert not parted(apart, nothing, shown, shown, visible).any()
