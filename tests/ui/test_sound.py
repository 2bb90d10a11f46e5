"""The sound clock goes by what the device says was heard, and hands it decoded samples in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.jobs.runner import JobRunner, Lane
from app.ui.sound import CHANNELS, RATE_HZ, Samples, SoundClock

BLOCK = 4800


@dataclass
class Block:
    samples: Samples


class Ramp:
    """Two seconds of sound whose samples count up, so that each says where it belongs."""

    def blocks(self, start_s: float, *, rate: int, channels: int) -> Iterator[Block]:
        for first in range(round(start_s * rate), 2 * RATE_HZ, BLOCK):
            count = np.arange(first, min(first + BLOCK, 2 * RATE_HZ), dtype=np.float32)
            yield Block(np.repeat(count[:, None], channels, axis=1))


class Device:
    """Takes a quarter of a second at a time and plays when the test says so."""

    def __init__(self) -> None:
        self.written: list[Samples] = []
        self.heard = 0.0
        self.open = False

    def start(self) -> None:
        self.open, self.heard, self.written = True, 0.0, []

    def stop(self) -> None:
        self.open = False

    def free_frames(self) -> int:
        return round((self.heard + 0.25) * RATE_HZ) - sum(len(each) for each in self.written)

    def write(self, samples: Samples) -> None:
        self.written.append(samples)

    def heard_s(self) -> float:
        return self.heard


class Watch:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def device() -> Device:
    return Device()


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def clock(qtbot: QtBot, device: Device, watch: Watch) -> Iterator[SoundClock]:
    with JobRunner() as runner:
        made = SoundClock(Ramp(), device, lambda job: runner.submit(job, lane=Lane.SOUND), monotonic=watch)
        yield made
        made.stop()


def test_samples_arrive_in_order_from_where_playing_began(qtbot: QtBot, clock: SoundClock, device: Device) -> None:
    clock.start(0.5, 1.0)
    qtbot.waitUntil(lambda: sum(len(each) for each in device.written) == RATE_HZ // 4, timeout=60_000)
    device.heard = 0.1
    qtbot.waitUntil(lambda: sum(len(each) for each in device.written) == round(0.35 * RATE_HZ), timeout=60_000)
    played = np.concatenate(device.written)
    assert played.shape[1] == CHANNELS
    assert np.array_equal(played[:, 0], np.arange(0.5 * RATE_HZ, 0.85 * RATE_HZ, dtype=np.float32))


def test_the_machine_counts_until_something_is_heard_and_then_the_device_leads(
    clock: SoundClock, device: Device, watch: Watch
) -> None:
    clock.start(1.0, 1.0)
    watch.seconds += 0.5
    assert clock.now_s() == pytest.approx(1.5)
    device.heard = 0.42
    for _ in range(200):
        clock.now_s()
    assert clock.now_s() == pytest.approx(1.42, abs=0.001)
    watch.seconds += 0.02
    assert clock.now_s() == pytest.approx(1.44, abs=0.002), "between two reports the machine's clock counts"


def test_sound_that_is_late_is_left_out_and_the_picture_goes_on(
    qtbot: QtBot, clock: SoundClock, device: Device, watch: Watch
) -> None:
    clock.start(0.0, 1.0)
    qtbot.waitUntil(lambda: sum(len(each) for each in device.written) == RATE_HZ // 4, timeout=60_000)
    watch.seconds += 0.9
    device.heard = 0.2
    assert clock.now_s() == pytest.approx(0.9)
    qtbot.waitUntil(lambda: sum(len(each) for each in device.written) == round(0.45 * RATE_HZ), timeout=60_000)
    played = np.concatenate(device.written)[:, 0]
    assert played[RATE_HZ // 4] - played[RATE_HZ // 4 - 1] == pytest.approx(0.7 * RATE_HZ, abs=2)
    device.heard = 0.3
    watch.seconds += 0.1
    assert clock.now_s() == pytest.approx(1.0, abs=0.001), "and both agree from then on"


def test_what_passed_before_the_first_sample_is_left_out(
    qtbot: QtBot, clock: SoundClock, device: Device, watch: Watch
) -> None:
    clock.start(0.0, 1.0)
    watch.seconds += 0.5
    qtbot.waitUntil(lambda: bool(device.written), timeout=60_000)
    assert device.written[0][0, 0] == pytest.approx(0.5 * RATE_HZ)


def test_stopping_closes_the_device_and_stands_still(clock: SoundClock, device: Device, watch: Watch) -> None:
    clock.start(0.0, 1.0)
    watch.seconds += 0.4
    clock.stop()
    watch.seconds += 9.0
    assert not device.open and clock.now_s() == pytest.approx(0.4)


def test_the_picture_goes_on_where_the_sound_is_over(
    qtbot: QtBot, clock: SoundClock, device: Device, watch: Watch
) -> None:
    clock.start(1.9, 1.0)
    qtbot.waitUntil(lambda: sum(len(each) for each in device.written) == RATE_HZ // 10, timeout=60_000)
    device.heard = 0.1
    watch.seconds += 0.1
    assert clock.now_s() == pytest.approx(2.0)
    clock.feed()
    watch.seconds += 1.0
    assert clock.now_s() == pytest.approx(3.0)
