"""The playhead: playing by the clock, stepping, shuttling, and places as people type them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core.errors import UserError
from app.ui.clock import SilentClock
from app.ui.main_window import MainWindow
from app.ui.timecode import parse_place, timecode
from app.ui.transport import Transport

RATE = 25


class Watch:
    """A time that the test sets."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def transport(qtbot: QtBot, watch: Watch) -> Transport:
    made = Transport(clock=SilentClock(watch))
    made.set_clip([index / RATE for index in range(100)], 100 / RATE)
    return made


def at(transport: Transport, watch: Watch, seconds: float) -> int:
    watch.seconds = 100.0 + seconds
    transport.tick()
    return transport.position


def test_playing_goes_by_the_clock_and_leaves_frames_out_when_it_is_late(transport: Transport, watch: Watch) -> None:
    transport.play()
    assert at(transport, watch, 0.5 / RATE) == 0
    assert at(transport, watch, 1.5 / RATE) == 1
    assert transport.dropped == 0
    assert at(transport, watch, 10.5 / RATE) == 10
    assert transport.dropped == 8


def test_playing_ends_at_the_last_frame_and_begins_again_at_the_first(transport: Transport, watch: Watch) -> None:
    transport.go_to(98)
    transport.play()
    assert at(transport, watch, 5.0) == 99
    assert not transport.playing
    transport.play()
    assert transport.position == 0


def test_a_loop_goes_from_out_to_in(transport: Transport, watch: Watch) -> None:
    transport.set_range(10, 20)
    transport.loop = True
    transport.go_to(18)
    transport.play()
    assert at(transport, watch, 3 / RATE) == 10
    assert transport.playing


@pytest.mark.parametrize(("first", "end"), [(10, 12), (98, 100)])
def test_a_loop_going_backward_shows_its_last_frame_as_long_as_the_others(
    transport: Transport, watch: Watch, first: int, end: int
) -> None:
    transport.set_range(first, end)
    transport.loop = True
    transport.go_to(first)
    transport.play(-1)
    assert at(transport, watch, 1.5 / RATE) == end - 1  # went past the in point
    shown = [at(transport, watch, (1.5 + passed) / RATE) for passed in (0.5, 0.9, 1.5, 1.9)]
    assert shown == [end - 1, end - 1, first, first]


def test_variable_frame_times_are_kept(qtbot: QtBot, watch: Watch) -> None:
    transport = Transport(clock=SilentClock(watch))
    transport.set_clip([0.0, 0.1, 1.0, 1.1], 1.2)
    transport.play()
    assert at(transport, watch, 0.9) == 1
    assert at(transport, watch, 1.05) == 2


def test_shuttling_the_same_way_again_is_faster(transport: Transport, watch: Watch) -> None:
    transport.go_to(50)
    speeds = []
    for _ in range(5):
        transport.shuttle(1)
        speeds.append(transport.speed)
    assert speeds == [1, 2, 4, 8, 8]
    transport.shuttle(-1)
    assert transport.speed == -1
    assert at(transport, watch, 2.5 / RATE) == 48 - 1


def test_a_step_waits_for_the_last_one_and_never_queues_up(transport: Transport) -> None:
    transport.note_shown(0)
    for _ in range(30):
        transport.step(1)
    assert transport.position == 1
    transport.note_shown(1)
    assert transport.position == 2
    transport.note_shown(2)
    assert transport.position == 2


def test_stepping_pauses(transport: Transport) -> None:
    transport.play()
    transport.step(1)
    assert not transport.playing


@pytest.mark.parametrize(
    ("text", "frame"),
    [("17", 17), ("+30", 40), ("-4", 6), ("00:00:02:05", 55), ("0:03", 75), ("1.2", 30), ("5000", 99), ("-90", 0)],
)
def test_places_as_people_type_them(text: str, frame: int) -> None:
    assert parse_place(text, position=10, rate=Fraction(25), frame_count=100) == frame


@pytest.mark.parametrize("text", ["", "soon", "1:2:3:4:5", "++4"])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="no place in the clip"):
        parse_place(text, position=0, rate=Fraction(25), frame_count=100)


def test_time_codes_count_frames_at_the_nearest_whole_rate() -> None:
    assert timecode(30, Fraction(30000, 1001)) == "00:00:01:00"
    assert timecode(90061, Fraction(25)) == "01:00:02:11"


def test_every_time_code_leads_back_to_its_frame() -> None:
    back: Callable[[str], int] = lambda text: parse_place(  # noqa: E731 - short
        text, position=0, rate=Fraction(24), frame_count=10_000
    )
    assert all(back(timecode(frame, Fraction(24))) == frame for frame in range(0, 10_000, 37))


def test_holding_k_makes_j_and_l_step(opened: MainWindow, qtbot: QtBot) -> None:
    transport = opened.controller.transport
    transport.go_to(10)
    qtbot.waitUntil(lambda: transport._shown == 10, timeout=60_000)
    QTest.keyPress(opened.viewer, Qt.Key.Key_K)
    QTest.keyClick(opened.viewer, Qt.Key.Key_L)
    assert transport.position == 11 and not transport.playing
    qtbot.waitUntil(lambda: transport._shown == 11, timeout=60_000)
    QTest.keyClick(opened.viewer, Qt.Key.Key_J)
    assert transport.position == 10 and not transport.playing
    QTest.keyRelease(opened.viewer, Qt.Key.Key_K)
    QTest.keyClick(opened.viewer, Qt.Key.Key_L)
    assert transport.playing
