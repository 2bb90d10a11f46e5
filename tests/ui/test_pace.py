"""How long work will take."""

from __future__ import annotations

from app.jobs.context import Progress
from app.ui.pace import TimeLeft


def test_what_goes_quickly_at_first_does_not_make_the_rest_look_short() -> None:
    now = [0.0]
    left = TimeLeft(lambda: now[0])
    for done in range(101):  # a hundred frames are decoded in a second
        now[0] = done / 100
        assert left.seconds(Progress(done, 1300)) is None
    answers = []
    for step in range(1, 101):  # then each takes half a second, and counts as twelve
        now[0] = 1 + step / 2
        answers.append(left.seconds(Progress(100 + 12 * step, 1300)))
    assert answers[0] is None
    assert answers[49] == 25
    assert answers[-1] == 0


def test_other_work_is_timed_anew() -> None:
    now = [0.0]
    left = TimeLeft(lambda: now[0])
    left.seconds(Progress(0, 10))
    now[0] = 5.0
    assert left.seconds(Progress(5, 10)) == 5
    left.begin()
    assert left.seconds(Progress(5, 10)) is None
    now[0] = 8.0
    assert left.seconds(Progress(1, 10)) is None


def test_nothing_is_said_of_work_of_unknown_length() -> None:
    now = [0.0]
    left = TimeLeft(lambda: now[0])
    left.seconds(Progress(0, None))
    now[0] = 5.0
    assert left.seconds(Progress(5, None)) is None
