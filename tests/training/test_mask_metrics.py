"""Agreement of masks: overlap J and boundary accuracy F."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from models.training.measures.mask_metrics import MaskAgreement, boundary_accuracy, overlap


def square(left: int, side: int = 40) -> NDArray[np.bool_]:
    mask = np.zeros((120, 160), np.bool_)
    mask[30 : 30 + side, left : left + side] = True
    return mask


def test_equal_masks_agree_in_all() -> None:
    assert MaskAgreement.of(square(50), square(50)) == MaskAgreement(1.0, 1.0)


def test_two_empty_masks_agree_and_one_empty_mask_does_not() -> None:
    empty = np.zeros((120, 160), np.bool_)
    assert MaskAgreement.of(empty, empty) == MaskAgreement(1.0, 1.0)
    assert MaskAgreement.of(empty, square(50)) == MaskAgreement(0.0, 0.0)
    assert MaskAgreement.of(square(50), empty) == MaskAgreement(0.0, 0.0)


def test_overlap_is_intersection_over_union() -> None:
    assert overlap(square(50), square(70)) == pytest.approx(20 / 60)


def test_a_boundary_within_the_tolerance_is_right_and_one_beyond_it_wrong() -> None:
    assert boundary_accuracy(square(52), square(50)) == 1.0  # 0.8 % of the diagonal of 200 px: 2 px
    assert boundary_accuracy(square(58), square(50)) < 0.6


def test_a_whole_picture_has_no_boundary() -> None:
    whole = np.ones((120, 160), np.bool_)
    assert boundary_accuracy(whole, whole) == 1.0
    assert boundary_accuracy(whole, ~whole) == 0.0
