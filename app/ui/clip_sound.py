"""The open clip's sound as playback's master clock: made beside the opening, dropped with the clip."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from app.ui.clips import OpenClip
from app.ui.sound import SoundClock, SoundSink, Submit, device_sink
from app.ui.transport import Transport


class ClipSound(QObject):
    """Gives the transport a clock that goes by what is heard.

    The device is looked for in an event of its own, after the clip's first events: with its library it takes as long
    as everything else that the window does when a clip opens.

    Args:
        transport: gets the clock.
        submit: runs a job in the SOUND lane.
        parent: owns it.
    """

    def __init__(self, transport: Transport, submit: Submit, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._transport, self._submit = transport, submit
        self._clip: OpenClip | None = None
        self._sink: SoundSink | None = None

    def take(self, clip: OpenClip) -> None:
        """Another clip is open; where it has no sound, or nothing can play it, the machine's clock counts."""
        self.drop()
        self._clip = clip
        if clip.sound is not None:
            QTimer.singleShot(0, self, lambda: self._begin(clip))

    def drop(self) -> None:
        """The clip is closed."""
        self._clip = None
        clock = self._transport.audio_clock
        if isinstance(clock, SoundClock):
            self._transport.audio_clock = None
            clock.stop()
            clock.deleteLater()

    def _begin(self, clip: OpenClip) -> None:
        if self._clip is not clip or clip.sound is None:
            return  # closed meanwhile
        if self._sink is None:
            self._sink = device_sink(self)
        if self._sink is not None:
            self._transport.audio_clock = SoundClock(clip.sound, self._sink, self._submit, self)
