"""``cleanplate demo``: tracks the walker of the demo clip from one box, removes her, and shows the result."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import click

from app import environment
from app.cli.removing import tell
from app.cli.running import run_job
from app.core.errors import Cancelled, UserError
from app.core.prompts import parse_box
from app.engine.loader import load_segmenter
from app.engine.plan import Mode
from app.engine.request import Removal
from app.engine.track_settings import TrackSettings
from app.media.settings import ExportSettings
from app.workspace import Workspace

DEFAULT_FOLDER = "cleanplate-demo"
_DESCRIPTION = "demo/walker.json"


def demo(
    out: Path | None,
    *,
    frames: tuple[int, int | None] | None = None,
    box: str | None = None,
    segmenter: str | None = None,
) -> Path:
    """Runs the demo and says where its results are.

    Args:
        out: folder for the results, made if it is missing; ``cleanplate-demo`` here by default.
        frames: a part of the clip, for a quick look.
        box: another box round the walker than the one that comes with the clip.
        segmenter: what finds the walker in her box and looks again at her masks; None for the usual one.

    Returns:
        The folder.

    Raises:
        UserError: the folder cannot be written, or there is no such segmenter here.
        Cancelled: the user stopped it.
    """
    if segmenter is not None:
        load_segmenter(segmenter)  # before the folder is made: it may not be here
    folder = _made(out if out is not None else Path(DEFAULT_FOLDER))
    description = json.loads(environment.resource(_DESCRIPTION).read_text(encoding="utf-8"))
    clip = environment.resource(f"demo/{description['clip']}")
    removal = Removal(
        target=folder / "cleaned.mp4",
        mode=Mode.FINAL,
        frames=frames,
        trim=frames is not None,
        media=ExportSettings(overwrite=True),
        report=folder / "report.json",
    )
    with Workspace.open(clip) as workspace:
        workspace.check_removal(removal)
        wanted = workspace.frame_range(frames)
        object_id = workspace.add_object("walker")
        workspace.perform(workspace.box(object_id, parse_box(box if box is not None else description["box"])))
        settings = TrackSettings(segmenter=segmenter or "auto")
        try:
            found = run_job(workspace.track(object_id, wanted, settings=settings), "Tracking")
            workspace.perform(found.edit)
            removal = replace(removal, facts=found.facts)
            report = run_job(workspace.remove(removal), "Removing")
            shown = run_job(workspace.show(removal, folder), "Showing")
        except Cancelled:
            raise Cancelled("Stopped; run the demo again to go on, finished frames are kept.") from None
    tell(report)
    for path in (removal.target, *shown, folder / "report.json"):
        click.echo(f"  {path}")
    return folder


def _made(folder: Path) -> Path:
    """The folder, made if need be.

    Raises:
        UserError: it cannot be made, or is a file.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise UserError(f"The demo's results go into a folder, but {folder} is a file: give another --out.") from error
    except OSError as error:
        raise UserError(f"The folder {folder} cannot be made: {error.strerror or error}.") from error
    return folder
