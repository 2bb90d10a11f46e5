"""``cleanplate track``: follows objects and writes their masks."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from app.cli import options as given
from app.cli.checking import SecondLook
from app.cli.checking import tell as tell_second_look
from app.cli.prompting import Said, add_prompts, by_object
from app.cli.running import run_job
from app.core.edits import counted
from app.core.errors import Cancelled, UserError
from app.engine.loader import tracking_alone
from app.engine.mask_jobs import MasksFound
from app.engine.track_doubts import doubtful_frames, frame_runs
from app.engine.track_pace import Pace
from app.engine.track_settings import TrackSettings
from app.workspace import Workspace


def check_mask_source(path: Path, *, folder: bool) -> None:
    """Refuses a mask folder that is a file, and a mask video that is a folder.

    Raises:
        UserError: with what to give instead.
    """
    if folder and path.is_file():
        raise UserError(f"--mask-dir takes a folder with one image a frame, and {path} is a file: use --mask-video.")
    if not folder and path.is_dir():
        raise UserError(f"--mask-video takes a clip, and {path} is a folder: use --mask-dir.")
    if not path.exists():
        raise UserError(f"There are no masks at {path}: the {'folder' if folder else 'file'} does not exist.")


def tell_lost(lost: Sequence[int], name: str = "The object") -> None:
    """Says in which frames the tracker did not find an object, which may simply not be in the picture there."""
    if lost:
        click.echo(f"{name} was not found in {counted(len(lost), 'frame')}: {frame_runs(lost)}.", err=True)


@dataclass(frozen=True, slots=True)
class TrackRequest:
    """What was typed after ``cleanplate track``.

    Attributes:
        clip, folder: what is tracked, and where the masks go.
        boxes, points, masks: what says where the objects are, each with or without an object's name.
        segmenter: what turns points into masks; None for the usual one.
        frames, rate: as typed; None for all, and for the clip's own.
        tracker, models, look_again: see ``TrackSettings``.
        when_lost: ``continue`` to look for a lost object in the frames after, ``stop`` to end there.
        soft: whether mattes with fitted edges are written.
        shadow: where masks of the objects' cast shadows go; None to look for none.
        overwrite: whether pictures in the folders are replaced.
        no_cache: whether finished tracks are neither used nor kept.
        check: whether the tracks are compared with second ones.
    """

    clip: Path
    folder: Path
    boxes: tuple[str, ...]
    points: tuple[str, ...]
    segmenter: str | None
    masks: tuple[str, ...]
    frames: str | None
    tracker: str
    models: tuple[Path, ...]
    look_again: int | None
    when_lost: str
    soft: bool
    shadow: Path | None
    rate: str | None
    overwrite: bool
    no_cache: bool = False
    check: bool = False

    @property
    def settings(self) -> TrackSettings:
        """Which tracker, and what it does when an object is lost."""
        stops = self.when_lost == "stop"
        return TrackSettings(self.tracker, self.models, stops, self.segmenter or "auto", self.look_again)


def track(asked: TrackRequest) -> None:
    """Tracks and writes one PNG a frame: into the folder, or of each named object into a folder of its name.

    Raises:
        UserError: the clip, a prompt or a folder cannot be used.
        Cancelled: the user stopped it; folders that were not finished are not left.
    """
    began = time.perf_counter()
    span = given.parse_range(asked.frames) if asked.frames is not None else None
    fps = given.parse_rate(asked.rate) if asked.rate is not None else None
    asked.settings.check()
    look = SecondLook.at(asked.settings) if asked.check else None
    objects = by_object(Said(asked.boxes, asked.masks, asked.points, asked.segmenter))
    with Workspace.open(asked.clip, rate=fps) as workspace:
        wanted = workspace.frame_range(span)
        ids = {name: workspace.add_object(name or "object") for name in objects}
        for name, said in objects.items():
            add_prompts(workspace, ids[name], said)
        folders = {name: _folder(asked.folder, name) for name in objects}
        shadows = {} if asked.shadow is None else {name: _folder(asked.shadow, name) for name in objects}
        _apart(folders.values(), shadows.values())
        for folder in (*folders.values(), *shadows.values()):
            workspace.check_mask_folder(folder, overwrite=asked.overwrite)
        written: list[str] = []
        try:
            with tracking_alone():
                found = _followed(workspace, list(ids.values()), wanted, asked, look)
            for name, object_id in ids.items():
                write = workspace.write_masks(
                    object_id, wanted, folders[name], overwrite=asked.overwrite, soft=asked.soft
                )
                run_job(write, f"Writing {name}".strip())
                if shadows:
                    _write_shadow(workspace, object_id, wanted, shadows[name], asked)
                written.append(str(folders[name]))
        except Cancelled:
            left = f"only {', '.join(written)} was written" if written else f"{asked.folder} was not written"
            raise Cancelled(f"Stopped; {left}.") from None
    for (name, folder), each in zip(folders.items(), found, strict=True):
        tell_lost(each.facts.lost, name or "The object")
        click.echo(f"{folder}: {wanted[1] - wanted[0]} masks.")
        for sentence in doubtful_frames(list(each.facts.doubts)):
            click.echo(f"  {name}: {sentence}" if name else f"  {sentence}")
    if look is not None:
        tell_second_look(look, list(folders))
    click.echo(
        _speed(found[0].pace, time.perf_counter() - began, kept=not asked.no_cache and wanted[1] - wanted[0] > 1)
    )
    if look is not None and not look.why_not:
        click.echo(look.speed())


def _speed(pace: Pace, seconds: float, *, kept: bool) -> str:
    """How fast it went, said so that it can be measured again.

    Args:
        pace: of what was tracked.
        seconds: that everything took, from opening the clip to the last mask written.
        kept: whether masks may be those of an earlier run.
    """
    if not pace.masks and not kept:
        return "Nothing was tracked: the frames asked for are those that are marked."
    if not pace.masks:
        return "Every mask was kept from an earlier run: none was tracked anew (--no-cache tracks again)."
    return (
        f"{pace.masks} masks tracked in {pace.seconds:.1f} s, {pace.per_second:.1f} a second from first to last; "
        f"{seconds:.1f} s in all, with reading and writing."
    )


def _folder(folder: Path, name: str) -> Path:
    """Where an object's masks go; the folder of the named ones is made."""
    if not name:
        return folder
    if folder.exists() and not folder.is_dir():
        raise UserError(f"Cannot write {folder}: it is a file, but pictures go into a folder; give another name.")
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UserError(f"Cannot make the folder {folder} ({reason}); give one that can be made.") from error
    return folder / name


def _apart(folders: Iterable[Path], shadows: Iterable[Path]) -> None:
    """Refuses a folder for both an object's masks and a shadow's.

    Raises:
        UserError: there is one.
    """
    taken = {folder.resolve() for folder in folders}
    both = next((folder for folder in shadows if folder.resolve() in taken), None)
    if both is not None:
        raise UserError(f"The object's masks and its shadow's would both go to {both}: give --shadow another folder.")


def _followed(
    workspace: Workspace, ids: Sequence[int], wanted: tuple[int, int], asked: TrackRequest, look: SecondLook | None
) -> list[MasksFound]:
    """Tracks one object by itself, several in one pass, and puts the masks into the document."""
    settings, use_cache = asked.settings, not asked.no_cache
    if len(ids) == 1:
        found = [run_job(workspace.track(ids[0], wanted, use_cache=use_cache, settings=settings), "Tracking")]
    else:
        found = run_job(workspace.track_together(ids, wanted, use_cache=use_cache, settings=settings), "Tracking")
    if look is not None:
        found = look.taken(workspace, found, wanted, use_cache=use_cache)
    for each in found:
        workspace.perform(each.edit)
    return found


def _write_shadow(
    workspace: Workspace, object_id: int, wanted: tuple[int, int], folder: Path, asked: TrackRequest
) -> None:
    """Looks for an object's shadow and writes its masks, empty ones where there is none."""
    name = workspace.document.object(object_id).name
    shadow = run_job(workspace.shadow(object_id, wanted), f"Shadow of {name}")
    shadow_id = workspace.accept_shadow(object_id, shadow)
    run_job(workspace.write_masks(shadow_id, wanted, folder, overwrite=asked.overwrite, soft=asked.soft), "Writing")
    if shadow.found:
        frames = wanted[1] - wanted[0]
        click.echo(f"{folder}: a shadow in {shadow.found} of {frames} frames, {shadow.light:.0%} of the light left.")
    else:
        click.echo(f"{folder}: no shadow was found; its masks are empty.")
