"""The options that all commands share that fill something and write a clip, and what they ask of a removal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from app.cli import options as given

if TYPE_CHECKING:
    from app.engine.request import Removal

ENGINES_HELP = "vornet (networks), propagate, or auto: the better one whose weights are here"
_PATH = given.PathGiven()
_Command = TypeVar("_Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--engine", default="auto", metavar="NAME", help=f"Who fills: {ENGINES_HELP}."),
    click.option(
        "--candidates", default="ours", metavar="NAME", help="For vornet: ours, paper as published, or paper-raft."
    ),
    click.option("--mode", type=click.Choice(["live", "final"]), default="final", help="Forward once, or both ways."),
    click.option("--delay", type=click.IntRange(0, 250), default=0, metavar="N", help="Frames of look-ahead in live."),
    click.option(
        "--dilate",
        type=int,
        metavar="PX",
        help="How far the hole reaches beyond the mask (1.7 % of height; 0.8 % where an object is restored).",
    ),
    click.option("--feather", type=int, metavar="PX", help="Soft border inside the hole (half of the dilation)."),
    click.option(
        "--range",
        "frames",
        metavar="A:B",
        help="Clean only frames A to B, B not included. In live, up to 2 seconds before A are looked at, and not "
        "changed.",
    ),
    click.option("--trim", is_flag=True, help="Write only the range."),
    click.option("--codec", metavar="NAME", help="Video codec; the source's own by default."),
    click.option("--quality", metavar="NAME", help="draft, standard, high, visually-lossless or lossless."),
    click.option("--rate", metavar="FPS", help="Frames a second of an image sequence (25)."),
    click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", help="Where networks run."),
    click.option("--report", type=_PATH, metavar="FILE", help="Write what was done, frame by frame, as JSON."),
    click.option("--overwrite", is_flag=True, help="Replace OUT if it exists."),
    click.option("--no-cache", is_flag=True, help="Neither use nor keep finished tracks and frames."),
)


def written(command: _Command) -> _Command:
    """Gives a command the options of ``WrittenOptions``, in the order of help."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class WrittenOptions:
    """The options of ``written`` as typed, with the clip and the target."""

    clip: Path
    target: Path
    engine: str
    candidates: str
    mode: str
    delay: int
    dilate: int | None
    feather: int | None
    frames: str | None
    trim: bool
    codec: str | None
    quality: str | None
    rate: str | None
    device: str
    report: Path | None
    overwrite: bool
    no_cache: bool

    def asked(self) -> Removal:
        """What is asked, beside the masks.

        Raises:
            UserError: an option cannot be read.
        """
        from app.engine.holes import HoleSettings
        from app.engine.plan import Mode
        from app.engine.request import Removal
        from app.media.settings import ExportSettings

        removal = Removal(
            target=self.target,
            engine=self.engine,
            candidates=self.candidates,
            mode=Mode(self.mode),
            delay=self.delay,
            holes=HoleSettings(dilate_px=self.dilate, feather_px=self.feather),
            trim=self.trim,
            media=ExportSettings(codec=self.codec, quality=self.quality, overwrite=self.overwrite),
            report=self.report,
            use_cache=not self.no_cache,
            device=self.device,
        )
        return removal if self.frames is None else replace(removal, frames=given.parse_range(self.frames))

    def stopped(self) -> str:
        """The sentence where the user stopped it."""
        kept = "" if self.no_cache else " Finished frames are kept: run the same command again to go on from there."
        return f"Stopped; {self.target} was not written.{kept}"
