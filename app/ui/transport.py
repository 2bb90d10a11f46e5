"""The playhead: where it is, how it moves, and playing at the clip's own rate by a clock."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.ui.clock import Clock, SilentClock
from app.ui.timers import rest_timer

MAX_SPEED = 8
_TICK_MS = 8
# So long before the next frame begins this one is still shown.
_MOMENT_S = 1e-6
# A held key steps on when the last step's picture is there, or after so long without it.
_PATIENCE_MS = 400


class Transport(QObject):
    """Moves the playhead.

    Playing asks a clock which frame is due; frames that could not be shown in time are left out, so the clip never runs
    slow. Nothing here decodes: whoever listens to ``moved`` shows the frame.

    Signals:
        moved: the playhead is at another frame.
        playing_changed: playing began or ended.
        speed_changed: what plays goes at another speed.
        range_changed: the in or out point moved.
        scrub_ended: the playhead is no longer dragged: the exact frame is due.
    """

    moved = Signal(int)
    scrub_ended = Signal()
    playing_changed = Signal(bool)
    speed_changed = Signal()
    range_changed = Signal()

    def __init__(self, parent: QObject | None = None, clock: Clock | None = None) -> None:
        super().__init__(parent)
        self._silent: Clock = clock or SilentClock()
        self._clock: Clock = self._silent
        self._audio_clock: Clock | None = None
        self._times: Sequence[float] = ()
        self._end_s = 0.0
        self._position = 0
        self._range: tuple[int, int] = (0, 0)
        self._speed = 0
        self.loop = False
        self._shown: int | None = None
        self._step_waits = 0
        self.scrubbing = False
        """Whether the playhead is being dragged: pictures must be quick then, and exact once it is let go."""
        self.dropped = 0
        """Frames left out since playing began."""
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._patience = rest_timer(self, _PATIENCE_MS, self._take_waiting_step)

    @property
    def audio_clock(self) -> Clock | None:
        """Counts at speed 1, if there is one."""
        return self._audio_clock

    @audio_clock.setter
    def audio_clock(self, clock: Clock | None) -> None:
        self.pause()
        self._audio_clock, self._clock = clock, self._silent

    def set_clip(self, times_s: Sequence[float], end_s: float, between: tuple[int, int] | None = None) -> None:
        """Another clip.

        Args:
            times_s: when each of its frames begins; empty for no clip.
            end_s: when the last one ends.
            between: in point and out point (exclusive); the whole clip by default.
        """
        self.pause()
        self._times, self._end_s = times_s, end_s
        self._range = (0, len(times_s)) if between is None else self._within(*between)
        self._position, self._shown = 0, None
        self.range_changed.emit()
        self.moved.emit(0)

    @property
    def frame_count(self) -> int:
        """Number of frames."""
        return len(self._times)

    @property
    def position(self) -> int:
        """The frame under the playhead."""
        return self._position

    @property
    def range(self) -> tuple[int, int]:
        """In point and out point (exclusive)."""
        return self._range

    @property
    def speed(self) -> int:
        """Times the clip's own rate; negative goes backward, 0 stands."""
        return self._speed

    @property
    def playing(self) -> bool:
        """Whether the playhead moves by itself."""
        return self._speed != 0

    def time_of(self, frame: int) -> float:
        """When a frame begins, in seconds of the clip."""
        if not self._times:
            return 0.0
        return self._times[min(max(frame, 0), len(self._times) - 1)]

    def frame_at(self, seconds: float) -> int:
        """The frame that is shown at a second of the clip."""
        return min(max(bisect_right(self._times, seconds + 1e-9) - 1, 0), max(self.frame_count - 1, 0))

    def go_to(self, frame: int) -> None:
        """Moves the playhead; playing goes on from there."""
        if not self.frame_count:
            return
        self._step_waits = 0
        self._move(frame)
        if self.playing:
            self._start_clock()

    def begin_scrub(self) -> None:
        """The playhead is taken hold of."""
        self.pause()
        self.scrubbing = True

    def end_scrub(self) -> None:
        """It is let go."""
        if self.scrubbing:
            self.scrubbing = False
            self.scrub_ended.emit()

    def step(self, frames: int) -> None:
        """Pauses and moves so many frames; while the last step's picture is on its way, one step waits and no more."""
        self.pause()
        if not self.frame_count:
            return
        if self._shown == self._position or self._shown is None:
            self._take_step(frames)
        else:
            self._step_waits = frames
            if not self._patience.isActive():
                self._patience.start()

    def note_shown(self, frame: int) -> None:
        """The viewer shows this frame now."""
        self._shown = frame
        if frame == self._position and self._step_waits:
            self._take_waiting_step()

    def toggle(self) -> None:
        """Plays, or pauses."""
        if self.playing:
            self.pause()
        else:
            self.play()

    def play(self, speed: int = 1) -> None:
        """Plays at so many times the clip's rate; from the end it starts again at the beginning."""
        if not self.frame_count or speed == 0:
            return
        first, end = self._limits()
        if speed > 0 and self._position >= end - 1:
            self._move(first)
        elif speed < 0 and self._position <= first:
            self._move(end - 1)
        before = self._speed
        self._speed = max(-MAX_SPEED, min(speed, MAX_SPEED))
        self.dropped = 0
        self._step_waits = 0
        self._start_clock()
        self._timer.start()
        if not before:
            self.playing_changed.emit(True)
        elif self._speed != before:
            self.speed_changed.emit()

    def pause(self) -> None:
        """Stops playing."""
        if not self.playing:
            return
        self._speed = 0
        self._clock.stop()
        self._timer.stop()
        self.playing_changed.emit(False)

    def shuttle(self, direction: int) -> None:
        """J (-1) or L (+1): plays that way, and twice as fast each time again."""
        same_way = self._speed * direction > 0
        self.play(self._speed * 2 if same_way else direction)

    def set_range(self, first: int, end: int) -> None:
        """Sets the in point and the out point (exclusive)."""
        if self.frame_count and self._within(first, end) != self._range:
            self._range = self._within(first, end)
            self.range_changed.emit()

    def _within(self, first: int, end: int) -> tuple[int, int]:
        """The same points, in the clip, and one frame apart at least."""
        first = min(max(first, 0), self.frame_count - 1)
        return first, min(max(end, first + 1), self.frame_count)

    def tick(self) -> None:
        """Moves to the frame that the clock says is due; called by a timer while playing."""
        if not self.playing:
            return
        first, end = self._limits()
        now = self._clock.now_s()
        start_s = self.time_of(first)
        end_s = self._times[end] if end < self.frame_count else self._end_s
        if now >= end_s and self._speed > 0:
            self._at_limit(first, end - 1)
        elif now < start_s and self._speed < 0:
            self._at_limit(end - 1, first)
        else:
            due = self.frame_at(now)
            if due != self._position:
                self.dropped += max(0, abs(due - self._position) - abs(self._speed))
                self._move(due)

    def _at_limit(self, again_from: int, last: int) -> None:
        if self.loop:
            self._move(again_from)
            self._start_clock(at_its_end=self._speed < 0)
        else:
            self._move(last)
            self.pause()

    def _limits(self) -> tuple[int, int]:
        """Where playing ends: at the in and out points if it loops, or begins between them."""
        first, end = self._range
        if self.loop or first <= self._position < end:
            return first, end
        return 0, self.frame_count

    def _start_clock(self, *, at_its_end: bool = False) -> None:
        """Counts from where the playhead's frame begins, or from its last moment, so that it is seen going backward."""
        self._clock.stop()
        self._clock = self._audio_clock if self._audio_clock is not None and self._speed == 1 else self._silent
        start_s = self.time_of(self._position)
        if at_its_end:
            following = self._position + 1
            start_s = (self._times[following] if following < self.frame_count else self._end_s) - _MOMENT_S
        self._clock.start(start_s, float(self._speed))

    def _take_step(self, frames: int) -> None:
        self._step_waits = 0
        self._patience.stop()
        self._move(self._position + frames)

    def _take_waiting_step(self) -> None:
        if self._step_waits:
            self._take_step(self._step_waits)

    def _move(self, frame: int) -> None:
        frame = min(max(frame, 0), self.frame_count - 1)
        if frame != self._position:
            self._position = frame
            self.moved.emit(frame)
