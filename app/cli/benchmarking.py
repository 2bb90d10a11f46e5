"""``cleanplate benchmark``: pictures compared on composites, or with ``--speed`` the whole product timed."""

from __future__ import annotations

from dataclasses import dataclass
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
    speed: bool
    clips: tuple[Path, ...]
    frames: int | None


def benchmark(asked: BenchmarkRequest) -> None:
    """Compares or times, and prints.

    Raises:
        UserError: options that do not belong together, or as the benchmark and the speed measurement.
    """
    if asked.speed:
        _time(asked)
    else:
        _compare(asked)


def _compare(asked: BenchmarkRequest) -> None:
    _refuse({"--clip": bool(asked.clips), "--frames": asked.frames is not None}, "only with --speed")
    from rich.console import Console

    from app.benchmark import ALL_METHODS, BenchmarkOptions, run_benchmark

    options = BenchmarkOptions(
        out=asked.out or DEFAULT_FOLDER,
        data=asked.data,
        half=asked.half or DEFAULT_HALF,
        methods=asked.methods or ALL_METHODS,
        count=asked.count,
    )
    run_benchmark(options, Console())


def _time(asked: BenchmarkRequest) -> None:
    _refuse(
        {
            "--data": asked.data is not None,
            "--out": asked.out is not None,
            "--half": asked.half is not None,
            "--method": bool(asked.methods),
            "--count": asked.count is not None,
        },
        "not with --speed",
    )
    if asked.clips and asked.frames is not None:
        raise UserError("--frames is the length of the clips that --speed makes: leave it out with --clip.")
    from rich.console import Console

    from app.speed import SpeedOptions, run_speed

    options = SpeedOptions(clips=asked.clips)
    if asked.frames is not None:
        options = SpeedOptions(frames=asked.frames)
    run_speed(options, Console())


def _refuse(used: dict[str, bool], when: str) -> None:
    wrong = [name for name, given in used.items() if given]
    if wrong:
        raise UserError(f"{' and '.join(wrong)} can be given {when}: leave {'it' if len(wrong) == 1 else 'them'} out.")
