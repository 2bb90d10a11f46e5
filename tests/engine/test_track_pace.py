"""How fast masks are tracked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.engine.track_pace import Pace


def test_answers_pass_and_are_counted() -> None:
    pace = Pace()
    assert pace.per_second == 0.0
    assert list(pace.timed("abc")) == ["a", "b", "c"]
    assert pace.masks == 3 and pace.seconds > 0 and pace.per_second == pytest.approx(3 / pace.seconds)


def test_what_stops_the_answers_is_raised_and_the_rest_counts() -> None:
    def answers() -> Iterator[int]:
        yield 1
        raise ValueError("stop")

    pace = Pace()
    with pytest.raises(ValueError, match="stop"):
        list(pace.timed(answers()))
    assert pace.masks == 1
