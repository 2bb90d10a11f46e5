"""What is made of the signs of a walk."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.tracking.doubt import LEARNT, NAMES, RAISES, WalkSigns, in_stretches, judge

COUNT = 30


def signs(likeness: float = 0.94, agreement: float = 0.74, growth: float = 0.1, presence: float = 1.0) -> WalkSigns:
    return WalkSigns(*(np.full(COUNT, each) for each in (likeness, agreement, growth, presence)))


def marks(text: str) -> np.ndarray:
    return np.array([each == "x" for each in text])


def test_what_looks_like_the_object_is_not_doubted() -> None:
    assert not judge(signs()).marked.any()


@pytest.mark.parametrize(
    ("against", "cause"),
    [({"likeness": 0.6}, "likeness"), ({"agreement": 0.2}, "agreement"), ({"growth": 1.6}, "growth")],
)
def test_each_sign_raises_the_doubt_and_is_named(against: dict[str, float], cause: str) -> None:
    judgement = judge(signs(**against))
    assert judgement.probabilities.min() > judge(signs()).probabilities.max()
    assert judgement.marked.all() and set(judgement.causes) == {cause}


def test_a_mask_that_shrinks_is_as_doubtful_as_one_that_grows() -> None:
    assert np.allclose(judge(signs(growth=-1.2)).probabilities, judge(signs(growth=1.2)).probabilities)


def test_no_weight_has_the_wrong_sign() -> None:
    assert len(NAMES) == len(LEARNT.weights)
    assert all(weight * raises >= 0 for weight, raises in zip(LEARNT.weights, RAISES, strict=True))


def test_a_sign_that_is_not_known_counts_nothing() -> None:
    unknown = replace(signs(), agreement=np.full(COUNT, np.nan))
    usual = replace(signs(), agreement=np.full(COUNT, LEARNT.usual[NAMES.index("agreement")]))
    np.testing.assert_allclose(judge(unknown).probabilities, judge(usual).probabilities)


def test_a_sign_known_of_some_frames_counts_for_their_neighbours() -> None:
    rare = np.full(COUNT, np.nan)
    rare[::8] = 0.1
    assert judge(replace(signs(), agreement=rare)).marked.all()


def test_one_odd_frame_does_not_flicker() -> None:
    odd = signs().likeness.copy()
    odd[12] = 0.5
    assert not judge(replace(signs(), likeness=odd)).marked.any()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("xxxxx........xxxxx", "xxxxxxxxxxxxxxxxxx"),
        ("xxxxx.........xxxxx", "xxxxx.........xxxxx"),
        ("..........xxx..........", "......................."),
        ("..........xxxx.........", "..........xxxx........."),
        ("...xxxxx..", "...xxxxx.."),
        ("xx........", ".........."),
        ("xx", "xx"),
        ("", ""),
    ],
    ids=[
        "a short gap",
        "a long gap",
        "a speck",
        "a stretch",
        "gaps at the ends stay",
        "a speck at an end",
        "all of a short walk",
        "nothing",
    ],
)
def test_marks_come_in_stretches(before: str, after: str) -> None:
    assert np.array_equal(in_stretches(marks(before)), marks(after))
