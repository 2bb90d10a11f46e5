"""The clip's sound becomes the clock once the clip is read, and playback that began before goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest

import app.ui.clip_sound
from app.ui.clip_sound import ClipSound
from app.ui.clips import OpenClip
from app.ui.sound import Samples, SoundClock
from app.ui.transport import Transport

Until = Callable[[Callable[[], bool]], None]


class Silence:
    """A device that takes everything and has heard nothing yet."""

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def free_frames(self) -> int:
        return 0

    def write(self, samples: Samples) -> None: ...

    def heard_s(self) -> float:
        return 0.0


class Desk:
    """What the clip's sound asks for: whether the clip is read, and jobs that nobody runs."""

    reading = True

    def submit(self, _job: object) -> Any:
        return SimpleNamespace(cancel=lambda: None)


@pytest.fixture
def looked_for(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    looks: list[int] = []
    monkeypatch.setattr(app.ui.clip_sound, "device_sink", lambda _parent: looks.append(1) or Silence())
    return looks


@pytest.fixture
def transport(qapp: object) -> Iterator[Transport]:
    made = Transport()
    made.set_clip([index / 25 for index in range(50)], 2.0)
    yield made
    made.pause()


def clip(*, sound: bool = True) -> OpenClip:
    return cast(OpenClip, SimpleNamespace(sound=object() if sound else None))


def test_the_device_is_looked_for_when_the_clip_was_read(
    transport: Transport, looked_for: list[int], until: Until
) -> None:
    desk = Desk()
    sound = ClipSound(transport, desk.submit, lambda: desk.reading, transport)
    sound.take(clip())
    assert not looked_for and transport.audio_clock is None
    desk.reading = False
    until(lambda: isinstance(transport.audio_clock, SoundClock))
    sound.drop()
    assert transport.audio_clock is None
    sound.take(clip())
    assert isinstance(transport.audio_clock, SoundClock) and looked_for == [1], "the device is found once"


def test_playback_that_began_before_goes_on_with_sound(
    transport: Transport, looked_for: list[int], until: Until
) -> None:
    desk = Desk()
    ClipSound(transport, desk.submit, lambda: desk.reading, transport).take(clip())
    transport.play()
    desk.reading = False
    until(lambda: transport.audio_clock is not None)
    assert transport.playing


def test_a_clip_without_sound_or_that_was_closed_meanwhile_looks_for_nothing(
    transport: Transport, looked_for: list[int], until: Until
) -> None:
    desk = Desk()
    sound = ClipSound(transport, desk.submit, lambda: desk.reading, transport)
    sound.take(clip(sound=False))
    sound.take(clip())
    sound.drop()
    desk.reading = False
    sound._look(clip(), 1)
    assert not looked_for and transport.audio_clock is None
