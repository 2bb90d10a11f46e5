"""``cleanplate track``: follows an object and writes its masks; also how ``remove`` and ``track`` read their prompts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from app.cli import options as given
from app.cli.running import run_job
from app.core.errors import Cancelled, UserError
from app.core.prompts import Prompt, parse_box, parse_file_at_frame
from app.workspace import Workspace


def prompts_of(workspace: Workspace, boxes: Sequence[str], first_mask: str | None) -> list[Prompt]:
    """What the user says about the object: boxes, or its mask in one frame.

    Raises:
        UserError: neither or both, or one cannot be used on this clip.
    """
    if boxes and first_mask is not None:
        raise UserError("--box and --mask both say what to track: give one of them.")
    if first_mask is not None:
        path, frame = parse_file_at_frame(first_mask)
        return [workspace.mask_prompt(path, frame)]
    if not boxes:
        raise UserError("Nothing says what to track: give --box or --mask.")
    return list(workspace.boxes([parse_box(text) for text in boxes]))


def track(
    clip: Path,
    folder: Path,
    *,
    boxes: Sequence[str],
    first_mask: str | None,
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
        prompts = prompts_of(workspace, boxes, first_mask)
        workspace.check_mask_folder(folder, overwrite=overwrite)
        try:
            masks = run_job(workspace.track(prompts, wanted), "Tracking")
            run_job(workspace.write_masks(masks, wanted, folder, overwrite=overwrite), "Writing")
        except Cancelled:
            raise Cancelled(f"Stopped; {folder} was not written.") from None
    click.echo(f"{folder}: {wanted[1] - wanted[0]} masks. {masks.summary()}")
