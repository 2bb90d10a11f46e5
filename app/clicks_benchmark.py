"""``cleanplate benchmark --clicks``: how well clicks find things whose masks are known, as a patient user would click.

One still a clip: the frame in the middle of those with a mask. The first click is the point deepest inside the thing,
each further one the point deepest inside the largest region that is wrong: it includes where the thing was missed and
excludes where too much was taken. IoU is region overlap with the true mask. A box round the true mask is asked as well.
"""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from app.core.errors import UserError
from app.core.masks import bounding_box
from app.core.prompts import Click, Clicks
from app.engine.loader import SEGMENTER_TITLES, SEGMENTERS, segmenter_states
from app.engine.segmenting import Segmenting
from app.media.reader import open_clip
from models.training.data.footage import FootageClip, FootageError, list_footage, read_masks

COUNTED = (1, 3, 5)
STILLS = 20
WIDE_TABLE_COLUMNS = 120
BoolMask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ClicksOptions:
    """What is clicked.

    Attributes:
        data: folder of clips and masks.
        out: folder for ``clicks.csv`` and ``clicks.md``.
        segmenters: their names; empty for GrabCut and all networks that are here.
        count: how many stills.
    """

    data: Path
    out: Path
    segmenters: tuple[str, ...] = ()
    count: int = STILLS


@dataclass(frozen=True, slots=True)
class ClicksResult:
    """One still clicked with one segmenter.

    Attributes:
        still: clip and frame.
        segmenter: its name.
        overlaps: IoU after each of the clicks.
        best_overlap: IoU of the best of the answers to the first click: what is had by asking for the next answer.
        box_overlap: IoU of the answer to the box round the true mask.
        look_s: seconds that looking at the picture took.
        click_s: mean seconds a click.
    """

    still: str
    segmenter: str
    overlaps: tuple[float, ...]
    best_overlap: float
    box_overlap: float
    look_s: float
    click_s: float


def run_clicks(options: ClicksOptions, console: Console) -> list[ClicksResult]:
    """Clicks on every still with every segmenter, prints the table, writes the files and returns the figures.

    Raises:
        UserError: the folder holds no clip with masks, a segmenter cannot be had, or the results cannot be written.
    """
    names = options.segmenters or ("grabcut", *(state.name for state in segmenter_states() if state.here))
    unknown = [name for name in names if name not in SEGMENTERS[1:]]
    if unknown:
        raise UserError(f"There is no segmenter {unknown[0]!r}: choose from {', '.join(SEGMENTERS[1:])}.")
    try:
        clips = [clip for clip in list_footage(options.data).values() if clip.masks][: options.count]
        if not clips:
            raise UserError(f"{options.data} holds no clip with masks: put them into masks/NAME/*.png for NAME.mp4.")
        options.out.mkdir(parents=True, exist_ok=True)
        results = []
        segmenting = {name: Segmenting(name) for name in names}
        for number, clip in enumerate(clips):
            results += _clicked(clip, number, segmenting, console)
        _write(results, options.out)
    except FootageError as error:
        raise UserError(str(error)) from error
    except OSError as error:
        raise UserError(f"The results could not be written into {options.out} ({error.strerror}).") from error
    for name, each in segmenting.items():
        if each.loaded is not None:
            console.print(f"{name}: {each.loaded.segmenter.running_on}", markup=False, highlight=False)
    _print(results, console)
    console.print(f"Written: clicks.csv and clicks.md in {options.out}", markup=False, highlight=False)
    return results


def _clicked(clip: FootageClip, number: int, all_of: dict[str, Segmenting], console: Console) -> list[ClicksResult]:
    """One still with every segmenter; ``number`` tells its embeddings from other stills'."""
    with open_clip(clip.file) as reader:
        truths = read_masks(clip, (reader.info.width, reader.info.height))[: len(reader)]
        marked = [index for index, truth in enumerate(truths) if truth.any()]
        if not marked:
            raise UserError(f"The masks of {clip.name} are empty: replace or remove them.")
        frame = marked[len(marked) // 2]
        view, truth = reader.frame(frame).rgb, truths[frame]
    results = []
    for name, segmenting in all_of.items():
        began = time.perf_counter()
        segmenting.look_at(number, view, _go_on)
        looked = time.perf_counter()
        overlaps = _overlaps(segmenting, number, view, truth)
        click_s = (time.perf_counter() - looked) / len(overlaps)
        best = best_answer(segmenting, number, view, truth)
        box = Clicks(box=bounding_box(truth))
        box_overlap = overlap(segmenting.answer(number, view, box, _go_on).mask.to_array(), truth)
        result = ClicksResult(f"{clip.name} {frame}", name, overlaps, best, box_overlap, looked - began, click_s)
        results.append(result)
        line = "  ".join(f"{count}: {overlaps[count - 1]:.3f}" for count in COUNTED)
        console.print(f"{result.still}  {name}  {line}", markup=False, highlight=False, soft_wrap=True)
    return results


def _overlaps(segmenting: Segmenting, frame: int, view: NDArray[np.uint8], truth: BoolMask) -> tuple[float, ...]:
    """IoU after each click; once nothing is wrong it stays."""
    found, clicks, overlaps = np.zeros_like(truth), Clicks(), []
    for _ in range(max(COUNTED)):
        click = next_click(found, truth)
        if click is not None:
            clicks = Clicks((*clicks.points, click))
            found = segmenting.answer(frame, view, clicks, _go_on).mask.to_array()
        overlaps.append(overlap(found, truth))
    return tuple(overlaps)


def best_answer(segmenting: Segmenting, frame: int, view: NDArray[np.uint8], truth: BoolMask) -> float:
    """IoU of the best of all answers to the first click."""
    click = next_click(np.zeros_like(truth), truth)
    assert click is not None, "the still shows the thing"
    first = Clicks((click,))
    count = segmenting.answer(frame, view, first, _go_on).count
    answers = (segmenting.answer(frame, view, first.taking(place), _go_on) for place in range(count))
    return max(overlap(answer.mask.to_array(), truth) for answer in answers)


def next_click(found: BoolMask, truth: BoolMask) -> Click | None:
    """The point deepest inside the largest region that is wrong; None if nothing is."""
    import cv2

    deepest, area, include = None, 0, True
    for wrong, includes in ((truth & ~found, True), (found & ~truth, False)):
        count, labels, stats, _ = cv2.connectedComponentsWithStats(np.ascontiguousarray(wrong).view(np.uint8))
        if count > 1:
            largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
            if stats[largest, cv2.CC_STAT_AREA] > area:
                deepest, area, include = labels == largest, int(stats[largest, cv2.CC_STAT_AREA]), includes
    if deepest is None:
        return None
    depth = cv2.distanceTransform(np.pad(deepest, 1).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    row, column = np.unravel_index(int(np.argmax(depth)), depth.shape)
    return Click(float(column) - 0.5, float(row) - 0.5, include)


def overlap(found: BoolMask, truth: BoolMask) -> float:
    """Intersection over union; 1 where both are empty."""
    union = int((found | truth).sum())
    return float((found & truth).sum() / union) if union else 1.0


def header() -> tuple[str, ...]:
    """The table's columns."""
    return (
        "segmenter",
        *(f"IoU, {count} click{'s' * (count > 1)}" for count in COUNTED),
        "best of 1",
        "IoU, box",
        "look s",
        "click s",
    )


def table_rows(results: Sequence[ClicksResult]) -> list[list[str]]:
    """One row a segmenter: means over the stills; of times the medians, since the first look opens the network."""
    rows = []
    for name in dict.fromkeys(result.segmenter for result in results):
        mine = [result for result in results if result.segmenter == name]
        means = [float(np.mean([result.overlaps[count - 1] for result in mine])) for count in COUNTED]
        means.append(float(np.mean([result.best_overlap for result in mine])))
        means.append(float(np.mean([result.box_overlap for result in mine])))
        times = [float(np.median([result.look_s for result in mine])), float(np.median([r.click_s for r in mine]))]
        row = [SEGMENTER_TITLES[name], *(f"{mean:.3f}" for mean in means), f"{times[0]:.2f}", f"{times[1]:.3f}"]
        rows.append(row)
    return rows


def _print(results: Sequence[ClicksResult], console: Console) -> None:
    stills = len({result.still for result in results})
    table = Table(title=f"Clicks on {stills} stills: mean IoU with the true mask", title_justify="left")
    for name in header():
        table.add_column(name, justify="left" if name == "segmenter" else "right", no_wrap=True)
    for row in table_rows(results):
        table.add_row(*row)
    # a file or a pipe has no width to keep to
    shown = console if console.is_terminal else Console(file=console.file, width=WIDE_TABLE_COLUMNS)
    shown.print(table)


def _write(results: Sequence[ClicksResult], out: Path) -> None:
    lines = [header(), ["---"] * len(header()), *table_rows(results)]
    (out / "clicks.md").write_text("".join(f"| {' | '.join(line)} |\n" for line in lines), encoding="utf-8")
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    counts = (f"iou_{count + 1}" for count in range(max(COUNTED)))
    writer.writerow(("still", "segmenter", *counts, "iou_best_of_1", "iou_box"))
    for each in results:
        figures = (*each.overlaps, each.best_overlap, each.box_overlap)
        writer.writerow((each.still, each.segmenter, *(f"{figure:.4f}" for figure in figures)))
    (out / "clicks.csv").write_text(stream.getvalue(), encoding="utf-8")


def _go_on() -> None:
    """Nobody stops it but with Ctrl-C."""
