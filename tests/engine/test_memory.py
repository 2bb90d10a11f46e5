"""Memory does not grow with the length of a clip."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from standin_engine import HEIGHT, WIDTH, StandInEngine, make_plan, synthetic_frame

from app.engine.export import RemovalJob, _Run
from app.engine.plan import Mode
from app.engine.report import RemovalReport
from app.engine.results import ResultCache
from app.engine.timing import Clock
from app.jobs.context import JobContext
from app.media.frame import VideoFrame
from app.media.settings import ExportSettings


@dataclass
class CountingReader:
    """Hands out synthetic frames and counts how many are alive at once."""

    count: int
    alive: int = 0
    most: int = 0
    _watched: list[object] = field(default_factory=list)

    def __len__(self) -> int:
        return self.count

    def frames(self, first: int, end: int) -> Iterator[VideoFrame]:
        for index in range(first, end):
            frame = synthetic_frame(index)
            self.alive += 1
            self.most = max(self.most, self.alive)
            weakref.finalize(frame.planes[0], self._gone)
            yield frame

    def _gone(self) -> None:
        self.alive -= 1


class Sink:
    """Takes frames and forgets them."""

    def write(self, frame: VideoFrame) -> None:
        assert frame.height == HEIGHT and frame.width == WIDTH

    def finish(self) -> None:
        return None


@pytest.mark.parametrize("mode", [Mode.LIVE, Mode.FINAL], ids=lambda mode: mode.value)
def test_few_frames_are_alive_at_once(tmp_path: Path, mode: Mode) -> None:
    most = []
    for count in (60, 240):
        reader, engine = CountingReader(count), StandInEngine(delay=2)
        job = RemovalJob(
            plan=make_plan(count, mode),
            engine=engine,
            target=tmp_path / "out",
            media=ExportSettings(),
            trim=False,
            cache=ResultCache(tmp_path / f"cache{count}"),
            scratch=tmp_path,
        )
        report = RemovalReport("", "", {}, {})
        _Run(job, reader, JobContext(), report, Clock()).write(Sink())  # type: ignore[arg-type]
        assert report.frame_count == count and reader.alive == 0
        most.append(reader.most)
    assert most[1] <= 30
