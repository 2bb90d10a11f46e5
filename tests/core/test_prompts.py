"""Prompts: reading them, fitting them to a clip, boxes between anchors."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.errors import UserError
from app.core.geometry import Rect
from app.core.prompts import BoxPrompt, box_at, fitted, parse_box, parse_file_at_frame


def test_a_box_without_a_frame_is_frame_0s() -> None:
    assert parse_box("10,20,30,40") == BoxPrompt(Rect(10, 20, 30, 40), 0)


def test_a_box_names_its_frame_and_may_reach_over_the_edge() -> None:
    assert parse_box(" -5, 20 ,30,40 @ 17 ") == BoxPrompt(Rect(-5, 20, 30, 40), 17)


@pytest.mark.parametrize("text", ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "1.5,2,3,4", "1,2,3,4@", "1,2,3,4@x", "١,2,3,4"])
def test_other_text_is_refused_with_the_form_that_is_wanted(text: str) -> None:
    with pytest.raises(UserError, match=r"X,Y,W,H@FRAME"):
        parse_box(text)


@pytest.mark.parametrize("text", ["1,2,0,4", "1,2,3,-4"])
def test_a_box_without_area_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="at least 1"):
        parse_box(text)


def test_a_negative_frame_is_refused() -> None:
    with pytest.raises(UserError, match="count from 0"):
        parse_box("1,2,3,4@-1")
    with pytest.raises(UserError, match="count from 0"):
        parse_file_at_frame("m.png@-2")


def test_a_box_outside_the_picture_is_refused_with_both_sizes() -> None:
    with pytest.raises(UserError, match=r"30x40.*854x480"):
        fitted(BoxPrompt(Rect(900, 0, 30, 40)), 854, 480, 10)


def test_a_box_half_outside_is_clipped() -> None:
    assert fitted(BoxPrompt(Rect(-10, 470, 30, 40), 3), 854, 480, 10) == BoxPrompt(Rect(0, 470, 20, 10), 3)


def test_a_frame_after_the_clip_is_refused_with_both_numbers() -> None:
    with pytest.raises(UserError, match=r"frame 10 .* last frame is 9"):
        fitted(BoxPrompt(Rect(0, 0, 5, 5), 10), 854, 480, 10)


def test_a_file_may_have_an_at_sign_in_its_name() -> None:
    assert parse_file_at_frame("a@b.png") == (Path("a@b.png"), 0)
    assert parse_file_at_frame("a@b.png@12") == (Path("a@b.png"), 12)


def test_a_frame_without_a_file_is_refused() -> None:
    with pytest.raises(UserError, match="names no file"):
        parse_file_at_frame("@3")


def test_boxes_move_in_straight_lines_between_anchors_and_stay_beyond_them() -> None:
    prompts = [BoxPrompt(Rect(20, 10, 10, 20), 10), BoxPrompt(Rect(0, 0, 10, 10), 0)]
    assert box_at(prompts, 0) == Rect(0, 0, 10, 10)
    assert box_at(prompts, 5) == Rect(10, 5, 10, 15)
    assert box_at(prompts, 99) == Rect(20, 10, 10, 20)


def test_of_two_boxes_at_one_frame_the_later_counts() -> None:
    assert box_at([BoxPrompt(Rect(0, 0, 1, 1)), BoxPrompt(Rect(5, 5, 2, 2))], 3) == Rect(5, 5, 2, 2)
