"""What people type is read as they mean it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from app.cli.options import parse_percent, parse_range, parse_rate, parse_reference, parse_references
from app.core.errors import UserError


@pytest.mark.parametrize(
    ("text", "expected"),
    [("3:9", (3, 9)), (":9", (0, 9)), ("3:", (3, None)), (" 3 : 9 ", (3, 9)), ("0:1", (0, 1))],
)
def test_ranges(text: str, expected: tuple[int, int | None]) -> None:
    assert parse_range(text) == expected


@pytest.mark.parametrize("text", ["", ":", "3", "3-9", "a:b", "-1:4", "9:3", "3:3", "0:0", "1:2:3", "1.5:3"])
def test_ranges_that_cannot_be_read(text: str) -> None:
    with pytest.raises(UserError, match="range"):
        parse_range(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("40=a.png", (40, Path("a.png"))),
        (" 0 = my frame.png ", (0, Path("my frame.png"))),
        ("1=a=b.png", (1, Path("a=b.png"))),
    ],
)
def test_references(text: str, expected: tuple[int, Path]) -> None:
    assert parse_reference(text) == expected


@pytest.mark.parametrize("text", ["", "a.png", "=a.png", "4=", "x=a.png", "-4=a.png"])
def test_references_that_cannot_be_read(text: str) -> None:
    with pytest.raises(UserError, match="reference"):
        parse_reference(text)


def test_two_references_for_one_frame_are_refused() -> None:
    assert parse_references(("1=a.png", "2=a.png")) == {1: Path("a.png"), 2: Path("a.png")}
    with pytest.raises(UserError, match="two references"):
        parse_references(("1=a.png", "1=b.png"))


@pytest.mark.parametrize(("text", "expected"), [("50", 0.5), ("0", 0.0), ("100%", 1.0), (" 12.5 % ", 0.125)])
def test_percentages(text: str, expected: float) -> None:
    assert parse_percent(text) == expected


@pytest.mark.parametrize("text", ["", "half", "-1", "101", "1e1", "50%%"])
def test_percentages_that_cannot_be_read(text: str) -> None:
    with pytest.raises(UserError, match="0 to 100"):
        parse_percent(text)


@pytest.mark.parametrize(
    ("text", "expected"), [("25", Fraction(25)), ("23.976", Fraction(2997, 125)), ("30000/1001", Fraction(30000, 1001))]
)
def test_rates(text: str, expected: Fraction) -> None:
    assert parse_rate(text) == expected


@pytest.mark.parametrize("text", ["", "fast", "0", "-25", "1/0", "2000"])
def test_rates_that_cannot_be_read(text: str) -> None:
    with pytest.raises(UserError, match="rate"):
        parse_rate(text)
