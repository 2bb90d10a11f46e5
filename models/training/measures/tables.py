"""Benchmark results as rows of text: a summary, the comparison with ``naive``, each clip, and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import cast

from models.training.data.split import Kind
from models.training.measures.metrics import Scores
from models.training.measures.statistics import Summary, ratio_of_means, summarize

YARDSTICK = "naive"
CLASSICAL = ("telea", "navier-stokes", "patchmatch", "median", "homography", "naive")
LOSS_LIMIT = 1.15  # a clip that is worse than the best classical method by more than this is named

Rows = list[list[str]]


@dataclass(frozen=True, slots=True)
class Result:
    """One method on one composite.

    Attributes:
        composite, kind, method: which.
        scores: its picture.
        frames_per_second: of the filling alone.
        peak_bytes: of the process that filled; None where it is not known.
    """

    composite: str
    kind: Kind
    method: str
    scores: Scores
    frames_per_second: float
    peak_bytes: int | None


@dataclass(frozen=True, slots=True)
class Column:
    """How one number is shown.

    Attributes:
        title: header.
        name: field of ``Scores`` or of ``Result``.
        digits: after the point.
        scale: shown value over stored value.
        higher_is_better: which end is worst.
        ratio: whether its mean is geometric.
    """

    title: str
    name: str
    digits: int
    scale: float = 1.0
    higher_is_better: bool = False
    ratio: bool = False


COLUMNS = (
    Column("PSNR dB", "psnr_db", 2, higher_is_better=True),
    Column("MSE", "mse", 0),
    Column("SSIM", "ssim", 3, higher_is_better=True),
    Column("LPIPS", "lpips", 3),
    Column("E_warp x1000", "e_warp", 2, scale=1000),
    Column("tOF px", "tof", 2),
    Column("tLP x100", "tlp", 2, scale=100),
    Column("sharpness", "sharpness", 2, higher_is_better=True, ratio=True),
    Column("flicker", "flicker", 3),
    Column("seen %", "seen", 0, scale=100, higher_is_better=True),
    Column("frames/s", "frames_per_second", 1, higher_is_better=True),
    Column("peak MB", "peak_bytes", 0, scale=1e-6),
)


def methods_of(results: Sequence[Result]) -> list[str]:
    """The methods in the order they first appear."""
    return list(dict.fromkeys(result.method for result in results))


def summary_rows(results: Sequence[Result], *, means_only: bool = False) -> tuple[list[str], Rows]:
    """Header and one row a method; a cell has the mean, its 95 % interval and the worst composite's value."""
    rows = []
    for method in methods_of(results):
        mine = [result for result in results if result.method == method]
        cells = (_summary_cell(column, mine) for column in COLUMNS)
        rows.append([method, *(cell.partition("\n")[0] if means_only else cell for cell in cells)])
    return ["method", *(column.title for column in COLUMNS)], rows


def _summary_cell(column: Column, results: Sequence[Result]) -> str:
    summary = _summary_of(column, results)
    if summary is None:
        return "-"
    figures = (summary.mean, summary.low, summary.high, summary.worst)
    mean, low, high, worst = (f"{figure * column.scale:.{column.digits}f}" for figure in figures)
    return f"{mean}\n{low} to {high}\n({worst})"


def _summary_of(column: Column, results: Sequence[Result]) -> Summary | None:
    values = [value_of(column, result) for result in results]
    names = [result.composite for result in results]
    return summarize(values, names, higher_is_better=column.higher_is_better, ratio=column.ratio)


def value_of(column: Column, result: Result) -> float:
    """The column's number in a result, NaN where it was not computed."""
    value = getattr(result.scores, column.name, None)
    if value is None:
        value = getattr(result, column.name, None)
    return float("nan") if value is None else float(value)


def against_naive(results: Sequence[Result]) -> tuple[list[str], Rows]:
    """Header and rows: gain in PSNR over naive, LPIPS and flicker relative to its, paired by composite."""
    header = ["method", f"PSNR over {YARDSTICK}, dB", "LPIPS / its", "flicker / its", "sharpness"]
    yardstick = {result.composite: result for result in results if result.method == YARDSTICK}
    rows: Rows = []
    for method in methods_of(results):
        mine = [result for result in results if result.method == method and result.composite in yardstick]
        if method == YARDSTICK or not mine:
            continue
        theirs = [yardstick[result.composite] for result in mine]
        gains = [a.scores.psnr_db - b.scores.psnr_db for a, b in zip(mine, theirs, strict=True)]
        gain = summarize(gains, [result.composite for result in mine], higher_is_better=True)
        sharp = _summary_of(next(column for column in COLUMNS if column.name == "sharpness"), mine)
        assert gain is not None and sharp is not None
        rows.append(
            [
                method,
                f"{gain.mean:+.2f} ({gain.low:+.2f} to {gain.high:+.2f})",
                _ratio_cell([r.scores.lpips for r in mine], [r.scores.lpips for r in theirs]),
                _ratio_cell([r.scores.flicker for r in mine], [r.scores.flicker for r in theirs]),
                f"{sharp.mean:.2f}",
            ]
        )
    return header, rows


def _ratio_cell(values: Sequence[float | None], references: Sequence[float | None]) -> str:
    known = [(a, b) for a, b in zip(values, references, strict=True) if a is not None and b is not None]
    if not known:
        return "-"
    mean, low, high = ratio_of_means([a for a, _ in known], [b for _, b in known])
    return f"{mean:.2f} ({low:.2f} to {high:.2f})"


def clip_rows(results: Sequence[Result]) -> tuple[list[str], Rows]:
    """Header and one row a composite: kind, then ``LPIPS / PSNR`` of each method; ``*`` marks the best LPIPS."""
    methods = methods_of(results)
    by_key = {(result.composite, result.method): result for result in results}
    rows: Rows = []
    for composite in dict.fromkeys(result.composite for result in results):
        mine = [by_key[composite, method] for method in methods if (composite, method) in by_key]
        known = [result.scores.lpips for result in mine if result.scores.lpips is not None]
        best = min(known) if known else None
        cells = [_clip_cell(by_key.get((composite, method)), best) for method in methods]
        rows.append([composite, mine[0].kind, *cells])
    return ["composite", "kind", *methods], rows


def _clip_cell(result: Result | None, best_lpips: float | None) -> str:
    if result is None:
        return "-"
    psnr = f"{result.scores.psnr_db:.1f}"
    if result.scores.lpips is None:
        return psnr
    return f"{result.scores.lpips:.3f}{'*' if result.scores.lpips == best_lpips else ''} / {psnr}"


def losses(results: Sequence[Result], method: str) -> list[str]:
    """Sentences on the composites where ``method`` has a clearly worse LPIPS than the best classical method."""
    sentences = []
    for mine in (result for result in results if result.method == method):
        others = [
            (result.scores.lpips, result.method)
            for result in results
            if result.composite == mine.composite and result.method in CLASSICAL and result.scores.lpips is not None
        ]
        if mine.scores.lpips is None or not others:
            continue
        best, name = min(others)
        if mine.scores.lpips > LOSS_LIMIT * best:
            share = mine.scores.lpips / best - 1
            sentences.append(
                f"{method} on {mine.composite} ({mine.kind}): LPIPS {mine.scores.lpips:.3f}, "
                f"{share:.0%} above {name}'s {best:.3f}"
            )
    return sentences


def markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; lines within a cell become ``<br>``."""
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    lines += ["| " + " | ".join(cell.replace("\n", "<br>") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def csv_text(results: Sequence[Result]) -> str:
    """Every number of every result, one line each, unrounded."""
    names = [field.name for field in fields(Scores)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["composite", "kind", "method", *names, "frames_per_second", "peak_bytes"])
    for result in results:
        scores = [getattr(result.scores, name) for name in names]
        writer.writerow(
            [result.composite, result.kind, result.method, *scores, result.frames_per_second, result.peak_bytes]
        )
    return out.getvalue()


def read_csv(text: str) -> list[Result]:
    """The results that ``csv_text`` wrote.

    Raises:
        ValueError: it is no such text, or one of another version.
    """
    names = [field.name for field in fields(Scores)]
    results = []
    for row in csv.DictReader(io.StringIO(text)):
        try:
            scores = Scores(**{name: float(row[name]) if row[name] else None for name in names})  # type: ignore[arg-type]
            peak = int(row["peak_bytes"]) if row["peak_bytes"] else None
            speed = float(row["frames_per_second"])
            results.append(Result(row["composite"], cast("Kind", row["kind"]), row["method"], scores, speed, peak))
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"no results of a benchmark ({error})") from error
    return results
