"""``cleanplate benchmark``: pictures compared on composites, tracked or clicked masks compared, or it is timed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from app.cli.doors import TimeWindow
from app.core.errors import UserError

DEFAULT_FOLDER = Path("cleanplate-benchmark")
DEFAULT_HALF: Final = "validation"


@dataclass(frozen=True, slots=True)
class BenchmarkRequest:
    """The options of ``cleanplate benchmark`` as typed; None and empty where nothing was."""

    data: Path | None
    out: Path | None
    half: Literal["tuning", "validation"] | None
    methods: tuple[str, ...]
    count: int | None
    hole: Literal["mask", "box"] | None
    never_seen: bool
    subsampled: bool
    weights: Path | None
    beside: Path | None
    tracking: bool
    clicks: bool
    speed: bool
    window: bool
    clips: tuple[Path, ...]
    frames: int | None
    engine: str | None
    starts: tuple[str, ...] = ()
    check: bool = False

    @property
    def given(self) -> list[str]:
        """Names of the options that were typed."""
        typed: dict[str, object] = {
            "--tracking": self.tracking,
            "--clicks": self.clicks,
            "--speed": self.speed,
            "--window": self.window,
            "--data": self.data is not None,
            "--out": self.out is not None,
            "--half": self.half,
            "--method": self.methods,
            "--count": self.count is not None,
            "--hole": self.hole,
            "--never-seen": self.never_seen,
            "--subsampled": self.subsampled,
            "--weights": self.weights is not None,
            "--beside": self.beside is not None,
            "--clip": self.clips,
            "--frames": self.frames is not None,
            "--engine": self.engine is not None,
            "--start": self.starts,
            "--check": self.check,
        }
        return [name for name, used in typed.items() if used]


def benchmark(asked: BenchmarkRequest, time_window: TimeWindow | None = None) -> None:
    """Compares or times, and prints.

    Args:
        asked: the options.
        time_window: measures the window; needed for ``--window`` only.

    Raises:
        UserError: options that do not belong together, or as the benchmark that was asked for.
    """
    if asked.window:
        assert time_window is not None, "whoever asks for the window hands it in"
        _window(asked, time_window)
    elif asked.clicks:
        _click(asked)
    elif asked.tracking:
        _track(asked)
    elif asked.speed:
        _time(asked)
    else:
        _compare(asked)


def _compare(asked: BenchmarkRequest) -> None:
    timed = [name for name in asked.given if name in ("--clip", "--frames", "--engine")]
    if timed:
        place = "--speed or --window" if set(timed) <= {"--clip", "--frames"} else "--speed"
        works = "works" if len(timed) == 1 else "work"
        raise UserError(f"{_listed(timed)} {works} only with {place}: add it, or leave {_them(timed)} out.")
    of_tracks = [name for name in asked.given if name in ("--start", "--check")]
    if of_tracks:
        works = "works" if len(of_tracks) == 1 else "work"
        raise UserError(f"{_listed(of_tracks)} {works} only with --tracking: add it, or leave {_them(of_tracks)} out.")
    from rich.console import Console

    from app.benchmark import BenchmarkOptions, run_benchmark

    options = BenchmarkOptions(
        out=asked.out or DEFAULT_FOLDER,
        data=asked.data,
        half=asked.half or DEFAULT_HALF,
        methods=asked.methods,
        count=asked.count,
        boxes=asked.hole == "box",
        still=asked.never_seen,
        subsampled=asked.subsampled,
        weights=asked.weights,
        beside=asked.beside,
    )
    run_benchmark(options, Console())


def _time(asked: BenchmarkRequest) -> None:
    _only(asked, "--speed", "--clip", "--frames", "--engine")
    if asked.clips and asked.frames is not None:
        raise UserError("--frames is the length of the clips that --speed makes: leave it out with --clip.")
    from rich.console import Console

    from app.speed import SpeedOptions, run_speed

    options = SpeedOptions(clips=asked.clips, engine=asked.engine or "auto")
    if asked.frames is not None:
        options = replace(options, frames=asked.frames)
    run_speed(options, Console())


def _window(asked: BenchmarkRequest, time_window: TimeWindow) -> None:
    _only(asked, "--window", "--clip", "--frames")
    if asked.frames is not None and asked.frames < 1:
        raise UserError(f"A project of {asked.frames} frames cannot be made: --frames takes 1 or more.")
    time_window(asked.clips, asked.frames)


def _track(asked: BenchmarkRequest) -> None:
    _only(asked, "--tracking", "--data", "--out", "--count", "--half", "--method", "--weights", "--start", "--check")
    if asked.data is None:
        raise UserError("--tracking compares with masks that you have: name a folder of clips and masks with --data.")
    from rich.console import Console

    from app.tracking_benchmark import OURS, STARTS, TrackingOptions, run_tracking

    methods = tuple(dict.fromkeys(asked.methods)) or (OURS,)
    starts = tuple(dict.fromkeys(asked.starts)) or STARTS
    out = asked.out or DEFAULT_FOLDER
    options = TrackingOptions(asked.data, out, asked.count, asked.half, methods, asked.weights, starts, asked.check)
    run_tracking(options, Console())


def _click(asked: BenchmarkRequest) -> None:
    _only(asked, "--clicks", "--data", "--out", "--count", "--method")
    if asked.data is None:
        raise UserError("--clicks compares with masks that you have: name a folder of clips and masks with --data.")
    from rich.console import Console

    from app.clicks_benchmark import STILLS, ClicksOptions, run_clicks

    options = ClicksOptions(asked.data, asked.out or DEFAULT_FOLDER, asked.methods, asked.count or STILLS)
    run_clicks(options, Console())


def _only(asked: BenchmarkRequest, option: str, *allowed: str) -> None:
    """Refuses what does not go together with an option."""
    wrong = [name for name in asked.given if name not in (option, *allowed)]
    if wrong:
        raise UserError(f"{_listed([*wrong, option])} do not go together: leave {_them(wrong)} or {option} out.")


def _listed(names: list[str]) -> str:
    """``--data, --out and --half``."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def _them(names: list[str]) -> str:
    return "it" if len(names) == 1 else "them"
