"""``cleanplate render``: a project's removal, written to a clip."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.cli.options import parse_range
from app.cli.removing import tell
from app.cli.running import run_job
from app.core.errors import Cancelled
from app.engine.outputs import Output
from app.engine.plan import Mode
from app.media.settings import ExportSettings
from app.workspace import Workspace


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """The options of ``cleanplate render`` as typed."""

    project: Path
    target: Path
    media: Path | None
    mode: str | None
    frames: str | None
    trim: bool
    output: str
    codec: str | None
    quality: str | None
    report: Path | None
    overwrite: bool
    no_cache: bool


def render(asked: RenderOptions) -> None:
    """Opens the project, removes what it says, tells what was done.

    Raises:
        UserError, EngineFailure, Cancelled: as the workspace.
    """
    changes: dict[str, Any] = {
        "trim": asked.trim,
        "output": Output(asked.output),
        "media": ExportSettings(codec=asked.codec, quality=asked.quality, overwrite=asked.overwrite),
        "report": asked.report,
        "inputs": (asked.project,),
        "use_cache": not asked.no_cache,
    }
    if asked.frames is not None:
        changes["frames"] = parse_range(asked.frames)
    if asked.mode is not None:
        changes["mode"] = Mode(asked.mode)
    with Workspace.open_project(asked.project, media=asked.media) as workspace:
        try:
            report = run_job(workspace.remove(workspace.removal(asked.target, **changes)), "Rendering")
        except Cancelled:
            kept = "" if asked.no_cache else " Finished frames are kept: the same command goes on from there."
            raise Cancelled(f"Stopped; {asked.target} was not written.{kept}") from None
    tell(report)
