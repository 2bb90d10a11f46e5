"""What the user says about an object on the command line: boxes, points, or its mask in one frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import click

from app.cli.running import run_job
from app.core.errors import UserError
from app.core.prompts import parse_box, parse_file_at_frame, parse_point
from app.engine.loader import SEGMENTER_TITLES, LoadedSegmenter
from app.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Said:
    """What the user says about an object, as typed.

    Attributes:
        boxes: round it; followed as they are, or with a segmenter the object in them.
        first_mask: its mask in one frame.
        points: that are on it, or are not.
        segmenter: what turns points and boxes into masks; None for the usual one, and then only for points.
    """

    boxes: Sequence[str] = ()
    first_mask: str | None = None
    points: Sequence[str] = ()
    segmenter: str | None = None


def add_prompts(workspace: Workspace, object_id: int, said: Said) -> None:
    """Adds what the user says about an object.

    Raises:
        UserError: too little or too much is said, or something cannot be used on this clip.
        Cancelled: the user stopped it.
    """
    marked = bool(said.boxes or said.points)
    if marked and said.first_mask is not None:
        raise UserError(f"{'--box' if said.boxes else '--point'} and --mask both say what to track: give one of them.")
    if said.segmenter is not None and not marked:
        raise UserError("--segmenter is for points and boxes: add --point or --box, or leave it out.")
    if said.first_mask is not None:
        workspace.perform(workspace.first_mask(object_id, *parse_file_at_frame(said.first_mask)))
    elif said.points or said.segmenter is not None:
        points, boxes = [parse_point(text) for text in said.points], [parse_box(text) for text in said.boxes]
        segmenter = said.segmenter or "auto"
        job = workspace.clicked(object_id, points, boxes, segmenter=segmenter, on_loaded=_tell_segmenter)
        workspace.perform(*run_job(job, "Looking where the points are"))
    elif said.boxes:
        workspace.perform(*(workspace.box(object_id, parse_box(text)) for text in said.boxes))
    else:
        raise UserError("Nothing says what to track: give --point, --box or --mask.")


def _tell_segmenter(loaded: LoadedSegmenter) -> None:
    """Says what answers, and what it stands in for."""
    name = SEGMENTER_TITLES.get(loaded.segmenter.name, loaded.segmenter.name)
    click.echo(f"Masks from points: {name} ({loaded.segmenter.running_on}).", err=True)
    if loaded.missing:
        click.echo(loaded.missing, err=True)
