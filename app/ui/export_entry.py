"""One export in the list: what it is, how far it is, and its log."""

from __future__ import annotations

import time
import traceback
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from app import environment
from app.core.document import Document
from app.core.edits import counted
from app.core.errors import UserError
from app.engine.report import RemovalReport
from app.engine.request import Removal
from app.jobs.context import Progress
from app.jobs.pausing import PauseSwitch
from app.ui.pace import Pace


class ExportState(Enum):
    """Where an export is in its life."""

    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    STOPPED = "stopped"

    @property
    def over(self) -> bool:
        """Whether nothing will happen to it any more."""
        return self in (ExportState.FINISHED, ExportState.FAILED, ExportState.STOPPED)


@dataclass(eq=False, slots=True)
class ExportEntry:
    """One export.

    Attributes:
        removal: what was asked for.
        document: of which state of the document.
        sentences: what was said before the start of what is written, carried and lost.
        state: where it is in its life.
        progress: the newest, None before it starts.
        asked_at, started_at, ended_at: seconds since the epoch; None while it has not happened.
        report: what was done, once it is finished.
        error: the sentence that says why it failed.
        details: the traceback of an error that was not foreseen.
        hold: makes it wait, or lets it go on.
        pace: what it is doing, how fast, and how long it will take, in words.
    """

    removal: Removal
    document: Document
    sentences: tuple[str, ...] = ()
    state: ExportState = ExportState.WAITING
    progress: Progress | None = None
    asked_at: float = field(default_factory=time.time)
    started_at: float | None = None
    ended_at: float | None = None
    report: RemovalReport | None = None
    error: str = ""
    details: str = ""
    hold: PauseSwitch = field(default_factory=PauseSwitch)
    pace: str = ""
    _pace: Pace = field(default_factory=Pace)

    @property
    def source(self) -> Path:
        """The clip it is made of."""
        return Path(self.document.clip.path)

    @property
    def target(self) -> Path:
        """The file or folder it writes."""
        return self.removal.target

    @property
    def share(self) -> float:
        """0 to 1, how much of it is done."""
        if self.state is ExportState.FINISHED:
            return 1.0
        if self.progress is None or not self.progress.total:
            return 0.0
        return self.progress.done / self.progress.total

    def begun(self, progress: Progress) -> None:
        """It runs, and is so far."""
        self.progress = progress
        self.pace = self._pace.words(progress)
        if self.state is ExportState.WAITING:
            self.state, self.started_at = ExportState.RUNNING, time.time()

    @property
    def paused(self) -> bool:
        """Whether it waits until it may go on."""
        return self.hold.paused and not self.state.over

    def pause(self, on: bool) -> None:
        """Makes it wait at its next frame, or lets it go on."""
        if on:
            self.hold.pause()
        else:
            self._pace.begin()
            self.hold.resume()

    def finish(self, report: RemovalReport) -> None:
        """Its file is written."""
        self.report = report
        self._end(ExportState.FINISHED)

    def stop(self) -> None:
        """It was stopped; nothing is left of its file."""
        self._end(ExportState.STOPPED)

    def fail(self, error: BaseException) -> None:
        """It failed; nothing is left of its file."""
        self.error = str(error) or type(error).__name__
        if not isinstance(error, UserError):
            self.details = "".join(traceback.format_exception(error))
        self._end(ExportState.FAILED)

    def _end(self, state: ExportState) -> None:
        self.state, self.ended_at = state, time.time()

    def log(self) -> str:
        """All that is known of it, to read and to copy into a report (English)."""
        lines = [
            f"Cleanplate {environment.VERSION}: {self.source} to {self.target}",
            f"Asked for:  {_moment(self.asked_at)}",
            f"Started:    {_moment(self.started_at)}",
            f"Ended:      {_moment(self.ended_at)} ({self.state.value})",
            *_section("What is written", self.sentences),
            *self._report_lines(),
        ]
        if self.error:
            lines += ["", f"Error: {self.error}"]
        if self.details:
            lines += ["", self.details.rstrip()]
        return "\n".join(lines)

    def _report_lines(self) -> list[str]:
        report = self.report
        if report is None:
            return []
        totals = report.totals()
        with_hole = int(totals["frames_with_hole"])
        seconds = report.timings_s.get("total", 0.0)
        pace = f", {report.frame_count / seconds:.1f} a second" if seconds > 0 else ""
        facts = [
            f"{counted(report.frame_count, 'frame')} in {seconds:.1f} s{pace}",
            f"{counted(with_hole, 'frame')} with a hole, rendered before: {totals['frames_from_cache']}",
            f"of the holes {totals['seen_share']:.1%} seen in other frames, {totals['guessed_share']:.1%} guessed",
            f"cuts at {', '.join(map(str, report.cuts)) or 'no frame'}",
        ]
        spent = [f"{name} {value:.1f} s" for name, value in report.timings_s.items()]
        asked = [f"{name}: {value}" for name, value in report.settings.items()]
        used = [f"{name} {value}" for name, value in report.versions.items()]
        return [
            *_section("What was done", facts),
            *_section("Notes", report.notes),
            *_section("Time (threads work side by side)", spent),
            *_section("Settings", asked),
            *_section("Versions", used),
        ]


def _section(title: str, lines: list[str] | tuple[str, ...]) -> list[str]:
    return ["", f"{title}:", *(f"  {line}" for line in lines)] if lines else []


def _moment(seconds: float | None) -> str:
    return "-" if seconds is None else time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))
