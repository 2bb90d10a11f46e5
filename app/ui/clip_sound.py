"""The open clip's sound as playback's master clock: made once the clip was read, dropped with it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from app.ui.clips import OpenClip
from app.ui.sound import SoundClock, SoundSink, Submit, device_sink
from app.ui.transport import Transport

_LOOK_MS, _LOOKS = 60, 40
"""How often it is seen whether the clip is read, and how often at most."""


class ClipSound(QObject):
    """Gives the transport a clock that goes by what is heard.

    The device is looked for once the clip's first picture is there: its libraries are mapped then, and a job that
    imports anything meanwhile waits for the system's loader with Python's lock, and the window with it.

    Args:
        transport: gets the clock.
        submit: runs a job in the SOUND lane.
        is_reading: whether the clip is being read.
        parent: owns it.
    """

    def __init__(
        self, transport: Transport, submit: Submit, is_reading: Callable[[], bool], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._is_reading = is_reading
        self._transport, self._submit = transport, submit
        self._clip: OpenClip | None = None
        self._sink: SoundSink | None = None

    def take(self, clip: OpenClip) -> None:
        """Another clip is open; where it has no sound, or nothing can play it, the machine's clock counts."""
        self.drop()
        self._clip = clip
        if clip.sound is not None:
            self._look(clip, _LOOKS)

    def drop(self) -> None:
        """The clip is closed."""
        self._clip = None
        clock = self._transport.audio_clock
        if isinstance(clock, SoundClock):
            self._transport.audio_clock = None
            clock.stop()
            clock.deleteLater()

    def _look(self, clip: OpenClip, left: int) -> None:
        if self._clip is not clip:
            return  # closed meanwhile
        if left and self._is_reading():
            QTimer.singleShot(_LOOK_MS, self, lambda: self._look(clip, left - 1))
        else:
            self._begin(clip)

    def _begin(self, clip: OpenClip) -> None:
        if self._sink is None:
            self._sink = device_sink(self)
        if self._sink is None or clip.sound is None:
            return
        speed = self._transport.speed
        self._transport.audio_clock = SoundClock(clip.sound, self._sink, self._submit, self)
        self._transport.play(speed)  # another clock pauses it
