"""``cleanplate track``: follows an object and writes its masks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from app.cli import options as given
from app.cli.prompting import Said, add_prompts
from app.cli.running import run_job
from app.core.errors import Cancelled, UserError
from app.engine.track_doubts import doubtful_frames, frame_runs
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


def tell_lost(lost: Sequence[int]) -> None:
    """Says in which frames the tracker did not find the object, which may simply not be in the picture there."""
    if lost:
        click.echo(f"The object was not found in {len(lost)} frames: {frame_runs(lost)}.", err=True)


def track(
    clip: Path,
    folder: Path,
    *,
    said: Said,
    frames: str | None,
    rate: str | None,
    overwrite: bool,
) -> None:
    """Tracks and writes one PNG a frame.

    Raises:
        UserError: the clip, the prompt or the folder cannot be used.
        Cancelled: the user stopped it; no folder is left.
    """
    asked = given.parse_range(frames) if frames is not None else None
    fps = given.parse_rate(rate) if rate is not None else None
    with Workspace.open(clip, rate=fps) as workspace:
        wanted = workspace.frame_range(asked)
        object_id = workspace.add_object()
        add_prompts(workspace, object_id, said)
        workspace.check_mask_folder(folder, overwrite=overwrite)
        try:
            found = run_job(workspace.track(object_id, wanted), "Tracking")
            workspace.perform(found.edit)
            run_job(workspace.write_masks(object_id, wanted, folder, overwrite=overwrite), "Writing")
        except Cancelled:
            raise Cancelled(f"Stopped; {folder} was not written.") from None
    tell_lost(found.facts.lost)
    click.echo(f"{folder}: {wanted[1] - wanted[0]} masks.")
    for sentence in doubtful_frames(list(found.facts.doubts)):
        click.echo(f"  {sentence}")
