"""``cleanplate benchmark --tracking``: how well tracked masks agree with true ones, on a folder of clips and masks.

Each clip is tracked as a user would: from the box round the first mask, from the first mask itself, and from one click
in its middle where a segmenter's weights are here. J and F are the means over its frames; the first frame counts for
the box and the click only, since the mask is given there.
"""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from app.core.edits import AddPrompt, Edit
from app.core.errors import UserError
from app.core.masks import MaskBlob, bounding_box
from app.core.object_edits import RemoveObject
from app.core.prompts import BoxPrompt, Click, MaskPrompt, Prompt
from app.engine.holes import HoleSettings, hole_at
from app.engine.loader import tracking_alone
from app.engine.mask_jobs import MasksFound
from app.engine.track_check import checked, why_unchecked
from app.engine.track_settings import TrackSettings
from app.engine.track_ways import MakeTracker
from app.engine.tracking import TrackedFrame, track
from app.jobs.context import JobContext
from app.media.reader import open_clip
from app.workspace import Workspace
from models.training.data.footage import FootageClip, FootageError, list_footage, read_masks
from models.training.data.split import Half, is_training_clip
from models.training.measures.mask_metrics import MaskAgreement
from models.training.rivals.mask_baselines import GrabCutPerFrame, MilGrabCut, PushedMask

BOX, MASK, CLICK = "box", "mask", "click"
STARTS = (BOX, MASK, CLICK)
GOOD_OVERLAP = 0.5
WRONG_OVERLAP = 0.6
"""A frame with a J below it should be marked as doubtful."""
WIDE_TABLE_COLUMNS = 150
OURS = "ours"
SETTINGS: Mapping[str, TrackSettings] = {
    OURS: TrackSettings(),
    "flow": TrackSettings("flow", segmenter="none"),
    "network": TrackSettings("network", segmenter="none"),
    "start": TrackSettings(look_again=0),
}
"""Our trackers: as usual, without any weights, with the mask network, with a segmenter for the start alone."""
BASELINES: Mapping[str, MakeTracker] = {
    "pushed": PushedMask,
    "grabcut": GrabCutPerFrame,
    "mil": MilGrabCut,
}
METHODS = (*SETTINGS, *BASELINES)
DOUBT_HEADER = (
    "method",
    "from the",
    f"frames with a J below {WRONG_OVERLAP}: marked",
    "other frames: marked",
)


@dataclass(frozen=True, slots=True)
class TrackingOptions:
    """What is tracked.

    Attributes:
        data: folder of clips and masks.
        out: folder for ``tracking.csv`` and ``tracking.md``.
        count: only the first so many clips; None for all.
        half: only clips of the validation half, or only those that may be trained on (``tuning``); None for all.
        methods: names from ``METHODS``.
        weights: a folder with the mask network to take instead of the one that ships.
        starts: from what is tracked: ``BOX``, ``MASK`` or ``CLICK``, in the first frame with a mask, or with ``@`` and
            a share from 0 to 1 behind it in the frame that lies so far between that and the last one.
        check: whether each track is compared with a second one, and what that marks is counted, too.
    """

    data: Path
    out: Path
    count: int | None = None
    half: Half | None = None
    methods: tuple[str, ...] = (OURS,)
    weights: Path | None = None
    starts: tuple[str, ...] = STARTS
    check: bool = False


@dataclass(frozen=True, slots=True)
class TrackingResult:
    """One clip tracked from one kind of start.

    Attributes:
        clip: its name.
        start: see ``TrackingOptions``.
        frames: frames compared.
        overlap: mean J.
        boundary: mean F.
        lost: share of frames with a J below ``GOOD_OVERLAP``.
        frames_per_second: of decoding and tracking, without the second track of a check.
        method: one of ``METHODS``.
        wrong: frames with a J below ``WRONG_OVERLAP``.
        wrong_marked: how many of those are marked as doubtful or lost; None where nothing is.
        right_marked: how many of the others are marked.
        left_out: mean share of the object that lies outside the hole that a removal makes of these masks: what a user
            sees left of it.
    """

    clip: str
    start: str
    frames: int
    overlap: float
    boundary: float
    lost: float
    frames_per_second: float
    method: str = OURS
    wrong: int = 0
    wrong_marked: int | None = None
    right_marked: int | None = None
    left_out: float = 0.0


@dataclass(frozen=True, slots=True)
class _Case:
    """A clip with its true masks.

    Attributes:
        name: of the clip.
        workspace: the clip.
        truth: ``(T, H, W)`` bool.
        starts: by kind, what is said, and in which frame.
    """

    name: str
    workspace: Workspace
    truth: NDArray[np.bool_]
    starts: dict[str, Prompt] = field(default_factory=dict)


def run_tracking(options: TrackingOptions, console: Console) -> list[TrackingResult]:
    """Tracks every clip that has masks, prints the table, writes the files and returns the figures.

    Raises:
        UserError: there is no such method, the folder holds no clip with masks, cannot be read, or the results cannot
            be written.
    """
    for start in options.starts:
        _kind_and_share(start)
    unknown = [name for name in options.methods if name not in METHODS]
    if unknown:
        raise UserError(f"There is no tracker {unknown[0]!r} to compare: choose from {', '.join(METHODS)}.")
    for name in options.methods if options.check else ():
        if why := why_unchecked(SETTINGS.get(name, TrackSettings())):
            raise UserError(why)
    try:
        clips = [clip for clip in list_footage(options.data).values() if clip.masks]
        if options.half is not None:  # what networks may be trained on, or what they may not
            clips = [clip for clip in clips if is_training_clip(clip.name) == (options.half == "tuning")]
        if not clips:
            raise UserError(f"{options.data} holds no clip with masks: put them into masks/NAME/*.png for NAME.mp4.")
        options.out.mkdir(parents=True, exist_ok=True)
        results: list[TrackingResult] = []
        for clip in clips[: options.count]:
            results += _track_clip(clip, options, console)
            _write(results, options.out)  # a run of hours that is stopped leaves what it has
    except FootageError as error:
        raise UserError(str(error)) from error
    except OSError as error:
        raise UserError(f"The results could not be written into {options.out} ({error.strerror}).") from error
    _print(results, console)
    console.print(f"Written: tracking.csv and tracking.md in {options.out}", markup=False, highlight=False)
    return results


def _track_clip(clip: FootageClip, options: TrackingOptions, console: Console) -> list[TrackingResult]:
    results = []
    with Workspace.open(clip.file) as workspace:
        truth = read_masks(clip, (workspace.info.width, workspace.info.height))[: workspace.frame_count]
        shown = [index for index, mask in enumerate(truth) if mask.any()]
        if not shown:
            raise UserError(f"The masks of {clip.name} are empty: replace or remove them.")
        case = _Case(clip.name, workspace, truth)
        for start in options.starts:
            kind, share = _kind_and_share(start)
            said = _said(case, kind, shown[round(share * (len(shown) - 1))])
            if said is not None:
                case.starts[start] = said
        for method in options.methods:
            for start in case.starts:
                result = _tracked(case, start, method, options)
                results.append(result)
                line = f"{clip.name}  {method} from the {start}: J {result.overlap:.3f}  F {result.boundary:.3f}"
                console.print(line, markup=False, highlight=False, soft_wrap=True)
    return results


def _kind_and_share(start: str) -> tuple[str, float]:
    """What ``box@0.5`` means.

    Raises:
        UserError: it is none of the starts.
    """
    kind, _, share = start.partition("@")
    try:
        found = float(share or 0)
    except ValueError:
        found = -1.0
    if kind not in STARTS or not 0 <= found <= 1:
        raise UserError(f"{start!r} is no start: give one of {', '.join(STARTS)}, or such as {BOX}@0.5 for the middle.")
    return kind, found


def _said(case: _Case, kind: str, frame: int) -> Prompt | None:
    """What a user would say of the object in a frame; None for a click that is answered by colour alone."""
    mask = case.truth[frame]
    if kind == BOX:
        return BoxPrompt(bounding_box(mask), frame)
    return MaskPrompt(MaskBlob.from_array(mask), frame) if kind == MASK else _clicked(case.workspace, mask, frame)


def _clicked(workspace: Workspace, mask: NDArray[np.bool_], frame: int) -> MaskPrompt | None:
    """What one click in the middle of a mask gives; None where clicks are answered by colour alone."""
    missing: list[str] = []
    inside = cv2.distanceTransform(np.pad(mask, 1).view(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    row, column = np.unravel_index(int(np.argmax(inside)), mask.shape)
    click = Click(float(column) + 0.5, float(row) + 0.5), frame
    object_id = workspace.add_object()
    job = workspace.clicked(object_id, [click], [], on_loaded=lambda loaded: missing.append(loaded.missing))
    edits = job(JobContext())
    prompt = edits[0].prompt if edits and not any(missing) else None
    return prompt if isinstance(prompt, MaskPrompt) else None


def _tracked(case: _Case, start: str, method: str, options: TrackingOptions) -> TrackingResult:
    """Tracks from the first mask's frame and compares."""
    began = time.perf_counter()
    found: MasksFound | None = None
    if method in SETTINGS:
        masks, found = _ours(case, start, method, options)
    else:
        masks = _baseline(case, start, method)
    seconds = time.perf_counter() - began
    if options.check and found is not None:
        (reasons,) = case.workspace.check_tracks([found], (0, len(case.truth)), use_cache=False)(JobContext())
        found = checked(found, reasons)
    marked = None if found is None else {*found.facts.doubts, *found.facts.lost}
    given = case.starts[start].frame if _kind_and_share(start)[0] == MASK else None
    compared = [index for index in range(len(case.truth)) if index != given]
    scores = [MaskAgreement.of(masks[index], case.truth[index]) for index in compared]
    overlaps = np.array([score.overlap for score in scores])
    return TrackingResult(
        case.name,
        start,
        len(compared),
        float(overlaps.mean()),
        float(np.mean([score.boundary for score in scores])),
        float((overlaps < GOOD_OVERLAP).mean()),
        len(case.truth) / seconds,
        method,
        int((overlaps < WRONG_OVERLAP).sum()),
        None if marked is None else sum(i in marked for i in _frames_where(overlaps < WRONG_OVERLAP, compared)),
        None if marked is None else sum(i in marked for i in _frames_where(overlaps >= WRONG_OVERLAP, compared)),
        left_out(masks, case.truth),
    )


def left_out(masks: Sequence[NDArray[np.bool_]], truth: NDArray[np.bool_]) -> float:
    """Mean share of the true object that lies outside the hole, over the frames that show it.

    Args:
        masks: tracked, every frame's ``(H, W)``; holes are made of them as ``remove`` does by itself.
        truth: ``(T, H, W)`` bool.
    """
    packed = {index: MaskBlob.from_array(mask) for index, mask in enumerate(masks)}
    size = truth.shape[2], truth.shape[1]
    shares = []
    for index, true in enumerate(truth):
        if true.any():
            hole = hole_at(packed, index, HoleSettings(), size=size).full_region()
            shares.append(np.count_nonzero(true & ~hole) / np.count_nonzero(true))
    return float(np.mean(shares)) if shares else 0.0


def _frames_where(chosen: NDArray[np.bool_], frames: Sequence[int]) -> list[int]:
    return [frame for frame, it_is in zip(frames, chosen, strict=True) if it_is]


def _ours(case: _Case, start: str, method: str, options: TrackingOptions) -> tuple[list[NDArray[np.bool_]], MasksFound]:
    """Every frame's mask, tracked in the workspace as the program does, and what it thinks of them."""
    workspace = case.workspace
    for other in workspace.document.objects:  # this track is to know nothing of those before it
        workspace.perform(RemoveObject.of(workspace.document, other.id))
    object_id = workspace.add_object()
    said: Edit = AddPrompt(object_id, case.starts[start])
    workspace.perform(said)
    settings = replace(SETTINGS[method], weights=options.weights)
    job = workspace.track(object_id, (0, len(case.truth)), use_cache=False, settings=settings)
    with tracking_alone():
        found = job(JobContext())
    workspace.perform(found.edit)
    track_of = workspace.document.object(object_id).track
    nothing = np.zeros(case.truth.shape[1:], np.bool_)
    masks = [track_of[index].to_array() if index in track_of else nothing for index in range(len(case.truth))]
    return masks, found


def _baseline(case: _Case, start: str, method: str) -> list[NDArray[np.bool_]]:
    """Every frame's mask by a tracker to compare with, begun with the same mask as ours would be without weights."""
    with open_clip(case.workspace.info.path) as reader:
        answers: list[TrackedFrame] = list(
            track(
                reader,
                [case.starts[start]],
                frames=(0, len(case.truth)),
                count=len(reader),
                settings=TrackSettings("flow", segmenter="none"),
                make=BASELINES[method],
            )
        )
    return [answer.mask.to_array() for answer in answers]


def header(starts: Sequence[str]) -> tuple[str, ...]:
    """The table's columns."""
    cells = [f"{what} {start}" for start in starts for what in ("J", "F", "lost", "left out")]
    return "clip", "method", "frames", *cells, "frames/s"


def table_rows(results: Sequence[TrackingResult]) -> list[list[str]]:
    """One row a clip and method, each method's means over the clips last."""
    names = list(dict.fromkeys(result.clip for result in results))
    methods = list(dict.fromkeys(result.method for result in results))
    starts = starts_of(results)
    rows = []
    for name in (*names, None):
        for method in methods:
            mine = [each for each in results if each.method == method and name in (None, each.clip)]
            boxes = [each for each in mine if each.start == starts[0]]
            title = f"mean of {len(names)}" if name is None else name
            rows.append([title, method, str(sum(each.frames for each in boxes)), *_cells(mine, starts)])
    return rows


def doubt_rows(results: Sequence[TrackingResult]) -> list[list[str]]:
    """One row a method and start that marks doubtful frames: how many are wrong, and how many of which are marked."""
    rows = []
    for method in dict.fromkeys(result.method for result in results):
        for start in starts_of(results):
            mine = [each for each in results if (each.method, each.start) == (method, start)]
            told = [each for each in mine if each.wrong_marked is not None and each.right_marked is not None]
            if not told:
                continue
            wrong = sum(each.wrong for each in told)
            right = sum(each.frames for each in told) - wrong
            counts = (
                (wrong, sum(each.wrong_marked or 0 for each in told)),
                (right, sum(each.right_marked or 0 for each in told)),
            )
            cells = [f"{marked} of {count} ({marked / max(count, 1):.0%})" for count, marked in counts]
            rows.append([method, start, *cells])
    return rows


def starts_of(results: Sequence[TrackingResult]) -> list[str]:
    """The kinds of start that the results have, in order."""
    return list(dict.fromkeys(sorted((each.start for each in results), key=_place_of)))


def _place_of(start: str) -> tuple[int, float]:
    kind, share = _kind_and_share(start)
    return STARTS.index(kind), share


def _cells(results: Sequence[TrackingResult], starts: Sequence[str]) -> list[str]:
    cells = []
    for start in starts:
        mine = [result for result in results if result.start == start]
        cells += [
            f"{np.mean([result.overlap for result in mine]):.3f}",
            f"{np.mean([result.boundary for result in mine]):.3f}",
            f"{np.mean([result.lost for result in mine]):.0%}",
            f"{np.mean([result.left_out for result in mine]):.1%}",
        ]
    return [*cells, f"{np.mean([result.frames_per_second for result in results]):.1f}"]


def _print(results: Sequence[TrackingResult], console: Console) -> None:
    title = (
        f"Tracking: overlap J, boundary F, frames with a J below {GOOD_OVERLAP}, share of the object outside the hole"
    )
    table = Table(title=title, title_justify="left")
    for name in header(starts_of(results)):
        table.add_column(name, justify="left" if name in ("clip", "method") else "right", no_wrap=name == "clip")
    for row in table_rows(results):
        table.add_row(*row)
    # a file or a pipe has no width to keep to
    shown = console if console.is_terminal else Console(file=console.file, width=WIDE_TABLE_COLUMNS)
    shown.print(table)
    doubts = Table(title="Marked as doubtful or lost", title_justify="left")
    for name in DOUBT_HEADER:
        doubts.add_column(name)
    for row in doubt_rows(results):
        doubts.add_row(*row)
    shown.print(doubts)


def _write(results: Sequence[TrackingResult], out: Path) -> None:
    columns = header(starts_of(results))
    lines = [columns, ["---"] * len(columns), *table_rows(results)]
    doubts = [DOUBT_HEADER, ["---"] * len(DOUBT_HEADER), *doubt_rows(results)]
    text = "\n".join("".join(f"| {' | '.join(line)} |\n" for line in each) for each in (lines, doubts))
    (out / "tracking.md").write_text(text, encoding="utf-8")
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    names = ("clip", "method", "start", "frames", "overlap", "boundary", "lost", "frames_per_second")
    writer.writerow((*names, "wrong", "wrong_marked", "right_marked", "left_out"))
    for each in results:
        figures = (each.overlap, each.boundary, each.lost, each.frames_per_second)
        row = (each.clip, each.method, each.start, each.frames, *(f"{figure:.4f}" for figure in figures))
        marks = ("" if count is None else str(count) for count in (each.wrong_marked, each.right_marked))
        writer.writerow((*row, each.wrong, *marks, f"{each.left_out:.4f}"))
    (out / "tracking.csv").write_text(stream.getvalue(), encoding="utf-8")
