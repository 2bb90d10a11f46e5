"""``cleanplate benchmark``: pictures compared on composites, tracked masks compared, or the whole product timed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

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
    weights: Path | None
    beside: Path | None
    tracking: bool
    speed: bool
    window: bool
    clips: tuple[Path, ...]
    frames: int | None
    engine: str | None


def benchmark(asked: BenchmarkRequest, time_window: Callable[[Sequence[Path]], None] | None = None) -> None:
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
    elif asked.tracking:
        _track(asked)
    elif asked.speed:
        _time(asked)
    else:
        _compare(asked)


def _compare(asked: BenchmarkRequest) -> None:
    _only_with(
        "--speed",
        {"--clip": bool(asked.clips), "--frames": asked.frames is not None, "--engine": asked.engine is not None},
    )
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
        weights=asked.weights,
        beside=asked.beside,
    )
    run_benchmark(options, Console())


def _time(asked: BenchmarkRequest) -> None:
    _not_with(
        "--speed",
        {
            "--data": asked.data is not None,
            "--out": asked.out is not None,
            "--half": asked.half is not None,
            "--method": bool(asked.methods),
            "--count": asked.count is not None,
            "--hole": asked.hole is not None,
            "--never-seen": asked.never_seen,
            "--weights": asked.weights is not None,
            "--beside": asked.beside is not None,
        },
    )
    if asked.clips and asked.frames is not None:
        raise UserError("--frames is the length of the clips that --speed makes: leave it out with --clip.")
    from rich.console import Console

    from app.speed import SpeedOptions, run_speed

    options = SpeedOptions(clips=asked.clips, engine=asked.engine or "auto")
    if asked.frames is not None:
        options = replace(options, frames=asked.frames)
    run_speed(options, Console())


def _window(asked: BenchmarkRequest, time_window: Callable[[Sequence[Path]], None]) -> None:
    _not_with(
        "--window",
        {
            "--tracking": asked.tracking,
            "--speed": asked.speed,
            "--data": asked.data is not None,
            "--out": asked.out is not None,
            "--half": asked.half is not None,
            "--method": bool(asked.methods),
            "--count": asked.count is not None,
            "--hole": asked.hole is not None,
            "--never-seen": asked.never_seen,
            "--weights": asked.weights is not None,
            "--frames": asked.frames is not None,
            "--engine": asked.engine is not None,
        },
    )
    time_window(asked.clips)


def _track(asked: BenchmarkRequest) -> None:
    _not_with(
        "--tracking",
        {
            "--speed": asked.speed,
            "--half": asked.half is not None,
            "--method": bool(asked.methods),
            "--hole": asked.hole is not None,
            "--never-seen": asked.never_seen,
            "--weights": asked.weights is not None,
            "--beside": asked.beside is not None,
            "--clip": bool(asked.clips),
            "--frames": asked.frames is not None,
            "--engine": asked.engine is not None,
        },
    )
    if asked.data is None:
        raise UserError("--tracking compares with masks that you have: name a folder of clips and masks with --data.")
    from rich.console import Console

    from app.tracking_benchmark import TrackingOptions, run_tracking

    run_tracking(TrackingOptions(asked.data, asked.out or DEFAULT_FOLDER, asked.count), Console())


def _only_with(option: str, used: dict[str, bool]) -> None:
    wrong = [name for name, given in used.items() if given]
    if wrong:
        raise UserError(f"{_listed(wrong)} only with {option}: add {option}, or leave {_them(wrong)} out.")


def _not_with(option: str, used: dict[str, bool]) -> None:
    wrong = [name for name, given in used.items() if given]
    if wrong:
        raise UserError(f"{_listed(wrong)} not together with {option}: leave {_them(wrong)} or {option} out.")


def _listed(names: list[str]) -> str:
    """``--data, --out and --half work``."""
    *most, last = names
    return f"{', '.join(most)} and {last} work" if most else f"{last} works"


def _them(names: list[str]) -> str:
    return "it" if len(names) == 1 else "them"
