"""Progress in the terminal: a bar where somebody watches, a line now and then where the output goes to a file."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from app.jobs.context import Progress

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

LINE_EVERY_S = 15.0

Reporter = Callable[[Progress], None]


@contextmanager
def shown(title: str, *, stream: TextIO | None = None) -> Iterator[Reporter]:
    """Shows what it is told until the block ends.

    Args:
        title: what is being done, where the job does not say.
        stream: where to; standard error by default.
    """
    out = sys.stderr if stream is None else stream
    if not out.isatty():
        yield _Lines(title, out)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar
    from rich.text import Text

    class _PerSecond(ProgressColumn):
        def render(self, task: object) -> Text:
            speed = getattr(task, "finished_speed", None) or getattr(task, "speed", None)
            return Text(f"{speed:.1f} a second" if speed else "")

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _PerSecond())
    with Bar(*columns, TimeRemainingColumn(), console=Console(file=out), transient=True) as bar:
        yield _BarReporter(title, bar)


class _BarReporter:
    """Moves a bar; each kind of work (``Progress.text``) has a row of its own."""

    def __init__(self, title: str, bar: Bar) -> None:
        self._title, self._bar = title, bar
        self._rows: dict[str, TaskID] = {}

    def __call__(self, progress: Progress) -> None:
        text = progress.text or self._title
        if text not in self._rows:
            self._rows[text] = self._bar.add_task(text, total=progress.total)
        self._bar.update(self._rows[text], completed=progress.done, total=progress.total)


class _Lines:
    """Writes a line every so often."""

    def __init__(self, title: str, stream: TextIO) -> None:
        self._title, self._stream = title, stream
        self._last = time.monotonic()
        self._began: dict[str, tuple[float, int]] = {}

    def __call__(self, progress: Progress) -> None:
        now, text = time.monotonic(), progress.text or self._title
        began, already = self._began.setdefault(text, (now, progress.done))
        if now - self._last < LINE_EVERY_S:
            return
        self._last = now
        of_total = "" if progress.total is None else f" of {progress.total}"
        speed = f", {(progress.done - already) / (now - began):.1f} a second" if now > began else ""
        self._stream.write(f"{text}: {progress.done}{of_total}{speed}\n")
        self._stream.flush()
