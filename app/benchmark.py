"""``cleanplate benchmark``: our engines and classical methods on composites with known truth, in one table.

Composites and metrics come from ``models.training``; each fill runs in a process of its own, so that its memory can
be told. The speed of the whole product on a real clip is measured in ``app.speed``.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console
from rich.table import Table

from app import environment
from app.core.errors import UserError
from app.engine.loader import SKIPPED, Fill, FrameSource, load_engine, network_file
from app.engine.protocols import Engine
from app.jobs.measured import run_measured
from models.training.composites.building import Composite, load_composites
from models.training.composites.clip_source import FRAME_RATE, ClipSource, in_rgb, paste, window_of_fill
from models.training.composites.demo import demo_composites
from models.training.composites.still import stand_still
from models.training.composites.subsampled import in_420, in_subsampled_colour, paste_subsampled
from models.training.data.footage import FootageError
from models.training.data.method import Clip, Filled, Masks, box_holes, dilate_holes
from models.training.data.split import Half
from models.training.measures.tables import (
    YARDSTICK,
    Result,
    against_naive,
    clip_rows,
    csv_text,
    losses,
    markdown,
    read_csv,
    summary_rows,
)

if TYPE_CHECKING:
    from models.perception.lpips import Lpips
    from models.training.measures.contact_sheet import ContactSheet

CLASSICAL_METHODS = ("telea", "navier-stokes", "patchmatch", "median", "homography", YARDSTICK)
OUR_METHODS = ("live", "live+15", "final")
NETWORK_METHODS = ("inpainting", "paper-live", "vornet-live", "vornet-final")
ALL_METHODS = (*CLASSICAL_METHODS, *OUR_METHODS, *NETWORK_METHODS)
SHEET_METHODS = (YARDSTICK, "live", "final", "vornet-live", "vornet-final")
WIDE_TABLE_COLUMNS = 210


@dataclass(frozen=True, slots=True)
class BenchmarkOptions:
    """What is compared on what.

    Attributes:
        out: folder for ``results.csv``, ``tables.md`` and ``picture.png``.
        data: folder of clips and masks, or of cached composites; None takes the demo clips.
        half: of the data: tune on ``tuning``, report ``validation``. The demo clips have no halves.
        methods: names from ``ALL_METHODS``; none takes all whose weights are here.
        count: how many composites; None for all.
        boxes: whether the holes are the objects' boxes instead of their shapes.
        still: whether the composites are made to stand still, so that no hole is ever seen.
        subsampled: whether they are clips in 4:2:0, as cameras write them, whose planes our engines fill.
        weights: a folder of networks to try instead of those that ship.
        beside: ``results.csv`` of another run on the same composites: its methods are shown in the same tables.
    """

    out: Path
    data: Path | None = None
    half: Half = "validation"
    methods: tuple[str, ...] = ()
    count: int | None = None
    boxes: bool = False
    still: bool = False
    subsampled: bool = False
    weights: Path | None = None
    beside: Path | None = None


def run_benchmark(options: BenchmarkOptions, console: Console) -> list[Result]:
    """Fills, scores, prints the tables and writes the files; returns every result.

    Raises:
        UserError: an unknown method, a folder without footage, or one that cannot be written.
    """
    unknown = [name for name in options.methods if name not in ALL_METHODS]
    if unknown:
        raise UserError(f"There is no method '{', '.join(unknown)}'; choose from {', '.join(ALL_METHODS)}.")
    if options.weights is not None and not options.weights.is_dir():
        raise UserError(f"{options.weights} is not a folder; name one that holds networks with --weights.")
    options = replace(options, methods=_methods(options))
    try:
        return _compared(options, console)
    except FootageError as error:
        raise UserError(str(error)) from error


def _compared(options: BenchmarkOptions, console: Console) -> list[Result]:
    """As ``run_benchmark``, with methods that can run.

    Raises:
        UserError, FootageError: the data give no composite, or the folder cannot be written.
    """
    from models.training.measures.contact_sheet import ContactSheet

    beside = _read_results(options.beside)
    found = _composites(options)
    composites = stand_still(found) if options.still else found
    if options.subsampled:
        composites = in_subsampled_colour(composites)
    first = next(composites, None)
    if first is None:
        raise UserError(f"{options.data} gave no composite; it needs clips of 40 frames or more and masks of 12.")
    try:
        options.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"The folder {options.out} cannot be made ({error.strerror}); name another --out.") from error
    lpips = _load_lpips(console)
    sheet = ContactSheet([name for name in SHEET_METHODS if name in options.methods])
    results: list[Result] = []
    for composite in itertools.chain([first], composites):
        results += _run_composite(composite, options, lpips, sheet, console)
    filled = {result.composite for result in results}
    others = [result for result in beside if result.composite in filled and result.method not in options.methods]
    _report([*others, *results], options.out, sheet, console)
    return results


def _read_results(file: Path | None) -> list[Result]:
    """The results of another run.

    Raises:
        UserError: the file cannot be read.
    """
    if file is None:
        return []
    try:
        results = read_csv(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        reason = (error.strerror or "it cannot be read") if isinstance(error, OSError) else error
        raise UserError(f"{file} cannot be shown beside ({reason}); name the results.csv of another run.") from error
    if not results:
        raise UserError(f"{file} cannot be shown beside (it holds no result); name the results.csv of another run.")
    return results


def _methods(options: BenchmarkOptions) -> tuple[str, ...]:
    """The methods to run.

    Raises:
        UserError: one that was named lacks its weights.
    """
    if not options.methods:
        return tuple(name for name in ALL_METHODS if _lacks(name, options.weights) is None)
    for name in options.methods:
        error = _lacks(name, options.weights)
        if error is not None:
            raise error
    return options.methods


def _lacks(method: str, weights: Path | None) -> UserError | None:
    """What a method with networks lacks, if anything."""
    try:
        if method == "inpainting":
            network_file("inpainting", weights)
        elif method in NETWORK_METHODS:
            _network_engine(method, weights)
    except UserError as error:
        return error
    return None


def _composites(options: BenchmarkOptions) -> Iterator[Composite]:
    if options.data is not None:
        yield from load_composites(options.data, options.half, count=options.count)
        return
    for index, composite in enumerate(demo_composites(environment.resource("demo"))):
        if options.count is None or index < options.count:
            yield composite


def _load_lpips(console: Console) -> Lpips | None:
    from models.perception.lpips import Lpips
    from models.training.measures.metrics import NO_LPIPS
    from models.weights import WeightsError

    try:
        return Lpips()
    except WeightsError as error:
        console.print(f"{error}\n{NO_LPIPS}.", markup=False, highlight=False, soft_wrap=True)
        return None


def _run_composite(
    composite: Composite, options: BenchmarkOptions, lpips: Lpips | None, sheet: ContactSheet, console: Console
) -> list[Result]:
    """Every method on one composite."""
    from models.training.measures.metrics import Evaluator

    holes = dilate_holes(composite.masks)
    if options.boxes:
        holes = box_holes(holes)
    evaluator = Evaluator(composite, holes, lpips)
    results: list[Result] = []
    pictures: dict[str, Clip] = {}
    for method in options.methods:
        measured = run_measured(
            fill_with, method, composite.frames, holes, options.weights, subsampled=options.subsampled
        )
        filled = measured.value
        assert np.array_equal(filled.frames[~holes], composite.frames[~holes]), f"{method} changed what is no hole"
        speed = len(holes) / measured.seconds
        scores = evaluator.score(filled)
        results.append(Result(composite.name, composite.kind, method, scores, speed, measured.peak_bytes))
        pictures[method] = filled.frames
        perceptual = "" if scores.lpips is None else f"LPIPS {scores.lpips:.3f}  "
        line = f"{composite.name}  {method}: PSNR {scores.psnr_db:.2f} dB  {perceptual}{speed:.1f} frames/s"
        line += _networks_did(method, filled, pictures, holes)
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    sheet.add(composite, {name: frames for name, frames in pictures.items() if name in SHEET_METHODS})
    return results


def _networks_did(method: str, filled: Filled, pictures: dict[str, Clip], holes: Masks) -> str:
    """What the networks changed against the engine below them, and how often they were skipped."""
    plain = pictures.get(method.removeprefix("vornet-"))
    if not method.startswith("vornet-") or plain is None:
        return ""
    change = float(np.abs(filled.frames[holes].astype(np.int16) - plain[holes]).mean())
    return f"  residual {change:.2f} of 255, skipped {filled.skipped / max(1, int(holes.any((1, 2)).sum())):.0%}"


def fill_with(
    method: str, frames: Clip, holes: Masks, weights: Path | None = None, *, subsampled: bool = False
) -> Filled:
    """Fills holes with the method of that name.

    Args:
        method: one of ``ALL_METHODS``.
        frames: ``(T, H, W, 3)`` uint8 RGB.
        holes: ``(T, H, W)`` bool.
        weights: a folder of networks to try instead of those that ship.
        subsampled: whether our engines are given planes in 4:2:0.
    """
    if method == "inpainting":
        from models.training.rivals.inpainting import fill_by_network

        return fill_by_network(frames, holes, network_file("inpainting", weights))
    if method not in OUR_METHODS and method not in NETWORK_METHODS:
        from models.training.rivals.baselines import BASELINES

        return BASELINES[method](frames, holes)
    if method in NETWORK_METHODS:
        engine = _network_engine(method, weights)
    else:
        engine = load_engine("propagate", delay=int(method.partition("+")[2] or 0), frame_rate=FRAME_RATE)
    source = ClipSource(frames, holes, in_420 if subsampled else in_rgb)
    fills = _finally(source, engine) if method.endswith("final") else _live(source, engine)
    return _pasted(frames, holes, fills, paste_subsampled if subsampled else paste)


def _network_engine(method: str, weights: Path | None) -> Engine:
    candidates = "paper" if method.startswith("paper") else "ours"
    return load_engine("vornet", frame_rate=FRAME_RATE, device="cpu", candidates=candidates, weights=weights)


def _live(source: FrameSource, engine: Engine) -> list[Fill]:
    remover = engine.live()
    fills = [fill for frame in source.walk() for fill in remover.step(frame)]
    return [*fills, *remover.flush()]


def _finally(source: FrameSource, engine: Engine) -> list[Fill]:
    with tempfile.TemporaryDirectory(prefix="cleanplate-benchmark-") as store:
        return list(engine.final(source, store=Path(store), checkpoint=lambda: None, progress=lambda *_: None))


def _pasted(
    frames: Clip, holes: Masks, fills: Sequence[Fill], paste_into: Callable[[Fill, Clip, Masks], None]
) -> Filled:
    """Puts the fills into the holes; every frame with a hole must have one."""
    result, seen = frames.copy(), np.zeros(holes.shape, np.bool_)
    missing = {index for index, hole in enumerate(holes) if hole.any()}
    for fill in fills:
        if not fill.width:
            continue
        paste_into(fill, result, holes)
        window = window_of_fill(fill)
        seen[fill.index][window] = fill.seen & holes[fill.index][window]
        missing.discard(fill.index)
    assert not missing, f"the engine gave no fill for frames {sorted(missing)}"
    return Filled(result, seen, sum(SKIPPED in fill.notes for fill in fills))


def _report(results: Sequence[Result], out: Path, sheet: ContactSheet, console: Console) -> None:
    """Prints the tables and writes them, every number and the picture."""
    count = len({result.composite for result in results})
    summary_title = f"Mean, 95 % interval and (worst) of {count} composites"
    titled = [
        (summary_title, summary_rows(results)),
        (f"Against {YARDSTICK}", against_naive(results)),
        ("LPIPS / PSNR of each composite (* the best)", clip_rows(results)),
    ]
    if console.is_terminal and console.width < WIDE_TABLE_COLUMNS:
        title = f"Means of {count} composites (intervals and worst ones: tables.md)"
        shown = [(title, summary_rows(results, means_only=True)), *titled[1:]]
    else:
        shown = titled
    for title, (header, rows) in shown:
        if rows:
            _print_table(title, header, rows, console)
    parts = [f"### {title}\n\n{markdown(header, rows)}" for title, (header, rows) in titled if rows]
    sentences = [sentence for method in (*OUR_METHODS, *NETWORK_METHODS) for sentence in losses(results, method)]
    if sentences:
        listed = "\n  ".join(["Clearly behind the best classical method:", *sentences])
        console.print(listed, markup=False, highlight=False, soft_wrap=True)
        parts.append("### Clearly behind the best classical method\n\n" + "".join(f"- {s}\n" for s in sentences))
    try:
        _write(out / "results.csv", csv_text(results))
        _write(out / "tables.md", "\n".join(parts))
        sheet.write(out / "picture.png")
    except OSError as error:
        raise UserError(f"The results could not be written into {out} ({error.strerror}).") from error
    console.print(
        f"Written: results.csv, tables.md and picture.png in {out}", markup=False, highlight=False, soft_wrap=True
    )


def _print_table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]], console: Console) -> None:
    table = Table(title=title, title_justify="left", show_lines=any("\n" in cell for row in rows for cell in row))
    for index, name in enumerate(header):
        table.add_column(name, justify="left" if index == 0 else "right")
    for row in rows:
        table.add_row(*row)
    if console.is_terminal:
        console.print(table)
    else:  # a file or a pipe has no width to keep to
        Console(file=console.file, width=WIDE_TABLE_COLUMNS).print(table)


def _write(file: Path, text: str) -> None:
    partial = file.with_name(file.name + ".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(file)
