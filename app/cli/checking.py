"""``--check``: tracks a second time and says where the two disagree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import click

from app.cli.running import run_job
from app.core.edits import counted
from app.engine.mask_jobs import MasksFound
from app.engine.track_check import Reasons, checked, why_unchecked
from app.engine.track_doubts import frame_runs
from app.engine.track_pace import Pace
from app.engine.track_settings import TrackSettings
from app.workspace import Workspace


@dataclass
class SecondLook:
    """A second look at the tracks of one run.

    Attributes:
        why_not: why there is none, in a sentence; empty if there is one.
        reasons: by track, by frame, how the second one disagrees; empty before the look.
        pace: of the second tracks.
    """

    why_not: str
    reasons: list[Reasons] = field(default_factory=list)
    pace: Pace = field(default_factory=Pace)

    @classmethod
    def at(cls, settings: TrackSettings) -> SecondLook:
        """At tracks that are made with these settings.

        Raises:
            UserError: a check of them makes no sense.
        """
        return cls(why_unchecked(settings))

    def taken(
        self, workspace: Workspace, found: list[MasksFound], frames: tuple[int, int], *, use_cache: bool
    ) -> list[MasksFound]:
        """The tracks with what the second look says; as they are where there is none.

        Raises:
            Cancelled: the user stopped it.
        """
        if self.why_not:
            return found
        job = workspace.check_tracks(found, frames, pace=self.pace, use_cache=use_cache)
        self.reasons = run_job(job, "Tracking a second time")
        return [checked(each, why) for each, why in zip(found, self.reasons, strict=True)]

    def told(self, names: Sequence[str]) -> list[str]:
        """What to say of it in the end, the tracks named in order, "" for the only one."""
        sentences = []
        for name, why in zip(names, self.reasons, strict=not self.why_not):
            where = f"disagrees in {counted(len(why), 'frame')}: {frame_runs(why)}"
            sentences.append(f"{f'{name}: ' if name else ''}A second look {where if why else 'agrees'}.")
        return sentences

    def speed(self) -> str:
        """How long it took."""
        if not self.pace.masks:
            return "The second look was kept from an earlier run."
        return f"{self.pace.masks} masks tracked a second time in {self.pace.seconds:.1f} s."


def tell(look: SecondLook, names: Sequence[str]) -> None:
    """Says what a second look found, below what else is said of the tracks."""
    if look.why_not:
        click.echo(look.why_not, err=True)
    for sentence in look.told(names):
        click.echo(f"  {sentence}")
