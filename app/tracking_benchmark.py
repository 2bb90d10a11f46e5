"""``cleanplate benchmark --tracking``: how well tracked masks agree with true ones, on a folder of clips and masks.

Each clip is tracked twice, as a user would: from the box round the first mask, and from the first mask itself. J and F
are the means over its frames; the first frame counts for the box only, since the mask is given there.
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

from app.core.document import Document
from app.core.edits import AddPrompt
from app.core.errors import UserError
from app.core.masks import MaskBlob, bounding_box
from app.core.prompts import BoxPrompt, MaskPrompt
from app.jobs.context import JobContext
from app.workspace import Workspace
from models.training.footage import FootageClip, FootageError, list_footage, read_masks
from models.training.mask_metrics import MaskAgreement

BOX, MASK = "box", "mask"
STARTS = (BOX, MASK)
GOOD_OVERLAP = 0.5
WIDE_TABLE_COLUMNS = 120
HEADER = ("clip", "frames", "J box", "F box", "lost box", "J mask", "F mask", "lost mask", "frames/s")


@dataclass(frozen=True, slots=True)
class TrackingOptions:
    """What is tracked.

    Attributes:
        data: folder of clips and masks.
        out: folder for ``tracking.csv`` and ``tracking.md``.
        count: only the first so many clips; None for all.
    """

    data: Path
    out: Path
    count: int | None = None


@dataclass(frozen=True, slots=True)
class TrackingResult:
    """One clip tracked from one kind of start.

    Attributes:
        clip: its name.
        start: ``BOX`` or ``MASK``.
        frames: frames compared.
        overlap: mean J.
        boundary: mean F.
        lost: share of frames with a J below ``GOOD_OVERLAP``.
        frames_per_second: of decoding and tracking.
    """

    clip: str
    start: str
    frames: int
    overlap: float
    boundary: float
    lost: float
    frames_per_second: float


def run_tracking(options: TrackingOptions, console: Console) -> list[TrackingResult]:
    """Tracks every clip that has masks, prints the table, writes the files and returns the figures.

    Raises:
        UserError: the folder holds no clip with masks, cannot be read, or the results cannot be written.
    """
    try:
        clips = [clip for clip in list_footage(options.data).values() if clip.masks]
        if not clips:
            raise UserError(f"{options.data} holds no clip with masks: put them into masks/NAME/*.png for NAME.mp4.")
        options.out.mkdir(parents=True, exist_ok=True)
        results = []
        for clip in clips[: options.count]:
            results += _track_clip(clip, console)
        _write(results, options.out)
    except FootageError as error:
        raise UserError(str(error)) from error
    except OSError as error:
        raise UserError(f"The results could not be written into {options.out} ({error.strerror}).") from error
    _print(results, console)
    console.print(f"Written: tracking.csv and tracking.md in {options.out}", markup=False, highlight=False)
    return results


def _track_clip(clip: FootageClip, console: Console) -> list[TrackingResult]:
    results = []
    with Workspace.open(clip.file) as workspace:
        truth = read_masks(clip, (workspace.info.width, workspace.info.height))[: workspace.frame_count]
        first = next((index for index, mask in enumerate(truth) if mask.any()), None)
        if first is None:
            raise UserError(f"The masks of {clip.name} are empty: replace or remove them.")
        for start in STARTS:
            result = _tracked(workspace, clip.name, truth, first, start)
            results.append(result)
            line = f"{clip.name}  from the {start}: J {result.overlap:.3f}  F {result.boundary:.3f}"
            console.print(line, markup=False, highlight=False, soft_wrap=True)
    return results


def _tracked(workspace: Workspace, name: str, truth: NDArray[np.bool_], first: int, start: str) -> TrackingResult:
    """Tracks from the first mask's frame over ``truth`` ``(T, H, W)`` and compares."""
    object_id = workspace.add_object()
    prompt: BoxPrompt | MaskPrompt = (
        BoxPrompt(bounding_box(truth[first]), first)
        if start == BOX
        else MaskPrompt(MaskBlob.from_array(truth[first]), first)
    )
    workspace.perform(AddPrompt(object_id, prompt))
    began = time.perf_counter()
    found = workspace.track(object_id, (0, len(truth)), use_cache=False)(JobContext())
    seconds = time.perf_counter() - began
    workspace.perform(found.edit)
    compared = [index for index in range(len(truth)) if start == BOX or index != first]
    scores = [MaskAgreement.of(_mask(workspace.document, object_id, index), truth[index]) for index in compared]
    overlaps = np.array([score.overlap for score in scores])
    return TrackingResult(
        name,
        start,
        len(compared),
        float(overlaps.mean()),
        float(np.mean([score.boundary for score in scores])),
        float((overlaps < GOOD_OVERLAP).mean()),
        len(truth) / seconds,
    )


def _mask(document: Document, object_id: int, index: int) -> NDArray[np.bool_]:
    mask = document.object(object_id).track.get(index)
    if mask is None:
        return np.zeros((document.clip.height, document.clip.width), np.bool_)
    return mask.to_array()


def table_rows(results: Sequence[TrackingResult]) -> list[list[str]]:
    """One row a clip, the means over the clips last."""
    rows = []
    names = list(dict.fromkeys(result.clip for result in results))
    for name in names:
        mine = {result.start: result for result in results if result.clip == name}
        rows.append([name, str(mine[BOX].frames), *_cells([mine[BOX]], [mine[MASK]])])
    starts = [[result for result in results if result.start == start] for start in STARTS]
    rows.append([f"mean of {len(names)}", str(sum(result.frames for result in starts[0])), *_cells(*starts)])
    return rows


def _cells(from_box: Sequence[TrackingResult], from_mask: Sequence[TrackingResult]) -> list[str]:
    cells = []
    for results in (from_box, from_mask):
        cells += [
            f"{np.mean([result.overlap for result in results]):.3f}",
            f"{np.mean([result.boundary for result in results]):.3f}",
            f"{np.mean([result.lost for result in results]):.0%}",
        ]
    return [*cells, f"{np.mean([result.frames_per_second for result in (*from_box, *from_mask)]):.1f}"]


def _print(results: Sequence[TrackingResult], console: Console) -> None:
    title = f"Tracking: overlap J, boundary F, frames with a J below {GOOD_OVERLAP}"
    table = Table(title=title, title_justify="left")
    for name in HEADER:
        table.add_column(name, justify="left" if name == "clip" else "right", no_wrap=name == "clip")
    for row in table_rows(results):
        table.add_row(*row)
    # a file or a pipe has no width to keep to
    shown = console if console.is_terminal else Console(file=console.file, width=WIDE_TABLE_COLUMNS)
    shown.print(table)


def _write(results: Sequence[TrackingResult], out: Path) -> None:
    lines = [HEADER, ["---"] * len(HEADER), *table_rows(results)]
    text = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    (out / "tracking.md").write_text(text, encoding="utf-8")
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("clip", "start", "frames", "overlap", "boundary", "lost", "frames_per_second"))
    for each in results:
        figures = (each.overlap, each.boundary, each.lost, each.frames_per_second)
        writer.writerow((each.clip, each.start, each.frames, *(f"{figure:.4f}" for figure in figures)))
    (out / "tracking.csv").write_text(stream.getvalue(), encoding="utf-8")
