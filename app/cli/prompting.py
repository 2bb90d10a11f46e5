"""What the user says about an object on the command line: boxes, points, or its mask in one frame."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from app.cli.running import run_job
from app.core.edits import Edit
from app.core.errors import UserError
from app.core.file_names import is_device
from app.core.prompts import parse_box, parse_file_at_frame, parse_point
from app.engine.loader import SEGMENTER_TITLES, LoadedSegmenter
from app.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Said:
    """What the user says about an object, as typed.

    Attributes:
        boxes: round it; followed as they are, or with a segmenter the object in them.
        masks: its mask in one frame, or in several.
        points: that are on it, or are not.
        segmenter: what turns points and boxes into masks; None for the usual one, and then only for points.
    """

    boxes: Sequence[str] = ()
    masks: Sequence[str] = ()
    points: Sequence[str] = ()
    segmenter: str | None = None


_NAMED = re.compile(r"\s*([^\W\d_][\w .-]*?)\s*=(.+)", re.DOTALL)


def by_object(said: Said) -> dict[str, Said]:
    """What is said about each object of ``NAME=...`` options, in the order in which they are named.

    Returns:
        By name; one without a name is called "".

    Raises:
        UserError: some options name an object and others do not, or a name cannot be a folder's.
    """
    parts: dict[str, dict[str, list[str]]] = {}
    for field, texts in (("boxes", said.boxes), ("points", said.points), ("masks", said.masks)):
        for text in texts:
            name, rest = _name_and_rest(text, is_file=field == "masks")
            parts.setdefault(name, {}).setdefault(field, []).append(rest)
    if "" in parts and len(parts) > 1:
        named = next(name for name in parts if name)
        raise UserError(f"Some options name an object ({named}=...) and others do not: name all of them, or none.")
    folders: dict[str, str] = {}
    for name in parts:
        other = folders.setdefault(name.casefold(), name)
        if other != name:
            raise UserError(f"The objects {other} and {name} would share a folder on some systems: rename one.")
        if name.endswith("."):
            raise UserError(f"The name {name!r} ends in a dot, and no folder can: leave the dot out.")
        if is_device(name):
            raise UserError(f"The name {name} is a device's on Windows, and no folder's: give the object another one.")
    return {name: Said(segmenter=said.segmenter, **each) for name, each in parts.items()} or {"": said}


def _name_and_rest(text: str, *, is_file: bool) -> tuple[str, str]:
    """``NAME`` and what follows the equals sign; a file whose own name has one is not split."""
    found = _NAMED.fullmatch(text)
    if not found or (is_file and (Path(text).exists() or parse_file_at_frame(text)[0].exists())):
        return "", text
    return found[1], found[2]


def mask_files(texts: Sequence[str]) -> list[Path]:
    """The files that ``--mask [NAME=]FILE[@FRAME]`` options name.

    Raises:
        UserError: one cannot be read.
    """
    return [parse_file_at_frame(_name_and_rest(text, is_file=True)[1])[0] for text in texts]


def add_prompts(workspace: Workspace, object_id: int, said: Said) -> None:
    """Adds what the user says about an object.

    Raises:
        UserError: too little or too much is said, or something cannot be used on this clip.
        Cancelled: the user stopped it.
    """
    marked = bool(said.boxes or said.points)
    if not (marked or said.masks):
        raise UserError("Nothing says what to track: give --point, --box or --mask.")
    if said.segmenter is not None and not marked:
        raise UserError("--segmenter is for points and boxes: add --point or --box, or leave it out.")
    boxes, points = [parse_box(text) for text in said.boxes], [parse_point(text) for text in said.points]
    files = [parse_file_at_frame(text) for text in said.masks]
    _one_a_frame("boxes", zip(said.boxes, (box.frame for box in boxes), strict=True))
    _one_a_frame("masks", zip(said.masks, (frame for _, frame in files), strict=True))
    _one_way_a_frame(said, [*(box.frame for box in boxes), *(frame for _, frame in points)], files)
    edits: list[Edit] = [workspace.first_mask(object_id, path, frame) for path, frame in files]
    if said.points or said.segmenter is not None:
        segmenter = said.segmenter or "auto"
        job = workspace.clicked(object_id, points, boxes, segmenter=segmenter, on_loaded=_tell_segmenter)
        edits += run_job(job, "Looking where the points are")
    else:
        edits += [workspace.box(object_id, box) for box in boxes]
    workspace.perform(*edits)


def _one_way_a_frame(said: Said, marked: Sequence[int], files: Sequence[tuple[Path, int]]) -> None:
    """Refuses a mask of a frame in which a box or points say where the object is: which of them counts?

    Raises:
        UserError: both are given for one frame.
    """
    for text, (_, frame) in zip(said.masks, files, strict=True):
        if frame in marked:
            way = "--box" if said.boxes else "--point"
            raise UserError(
                f"{way} and --mask {text} both say where the object is in frame {frame}: give one of them, or the mask "
                f"for another frame (@FRAME)."
            )


def _one_a_frame(what: str, said: Iterable[tuple[str, int]]) -> None:
    """Refuses two of a frame: of one object there is one a frame, and the first would be forgotten without a word.

    Raises:
        UserError: two are for the same frame.
    """
    known: dict[int, str] = {}
    for text, frame in said:
        first = known.setdefault(frame, text)
        if first != text:
            raise UserError(
                f"The {what} {first} and {text} are both for frame {frame}, but an object has one a frame: give "
                f"another @FRAME, or masks of everything with --mask-dir."
            )


def _tell_segmenter(loaded: LoadedSegmenter) -> None:
    """Says what answers, and what it stands in for."""
    name = SEGMENTER_TITLES.get(loaded.segmenter.name, loaded.segmenter.name)
    click.echo(f"Masks from points: {name} ({loaded.segmenter.running_on}).", err=True)
    if loaded.missing:
        click.echo(loaded.missing, err=True)
