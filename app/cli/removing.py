"""``cleanplate remove``: from options to masks to a written clip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from app.cli import options as given
from app.cli.checking import SecondLook
from app.cli.prompting import Said, add_prompts, by_object, mask_files
from app.cli.running import run_job
from app.cli.tracking import check_mask_source, tell_lost
from app.cli.written import WrittenOptions
from app.core.edits import counted
from app.core.errors import Cancelled, UserError
from app.engine.holes import HoleShape
from app.engine.mask_jobs import MasksFound
from app.engine.masks_in import DEFAULT_THRESHOLD
from app.engine.object_masks import MaskFacts
from app.engine.report import RemovalReport
from app.engine.request import Removal
from app.engine.shadows import Shadow
from app.engine.track_doubts import frame_runs
from app.engine.track_settings import TrackSettings
from app.workspace import Workspace


@dataclass(frozen=True, slots=True)
class RemoveOptions(WrittenOptions):
    """The options of ``cleanplate remove`` as typed."""

    boxes: tuple[str, ...]
    masks: tuple[str, ...]
    points: tuple[str, ...]
    segmenter: str | None
    no_track: bool
    mask_dir: Path | None
    mask_video: Path | None
    mask_threshold: str | None
    hole: str
    smooth: int | None
    shadow: bool
    references: tuple[str, ...]
    check: bool

    @property
    def mask_source(self) -> Path | None:
        """The folder or the clip of masks, if there is one."""
        return self.mask_dir or self.mask_video

    def removal(self) -> Removal:
        """What is asked, beside the masks.

        Raises:
            UserError: an option cannot be read.
        """
        asked = self.asked()
        holes = replace(asked.holes, shape=HoleShape(self.hole))
        if self.smooth is not None:
            holes = replace(holes, before=self.smooth, after=self.smooth)
        return replace(
            asked,
            holes=holes,
            references=given.parse_references(self.references),
            inputs=(*([self.mask_source] if self.mask_source else []), *mask_files(self.masks)),
        )


def remove(asked: RemoveOptions) -> None:
    """Finds the masks, removes, writes, says what was done.

    Raises:
        UserError, EngineFailure, Cancelled: as the workspace.
    """
    _check_sources(asked)
    removal = asked.removal()
    threshold = given.parse_percent(asked.mask_threshold) if asked.mask_threshold is not None else DEFAULT_THRESHOLD
    rate = given.parse_rate(asked.rate) if asked.rate is not None else None
    with Workspace.open(asked.clip, rate=rate) as workspace:
        workspace.frame_range(removal.frames)
        ids = _named_objects(workspace, asked)
        workspace.references(removal.references)
        workspace.check_removal(removal)
        try:
            found = _find_masks(workspace, ids, asked, removal, threshold)
            workspace.perform(*(each.edit for each in found))
            if asked.shadow:
                add_shadows(workspace, ids, workspace.frames_with_masks(removal))
            report = run_job(workspace.remove(replace(removal, facts=facts_of_all(found))), "Removing")
        except Cancelled:
            raise Cancelled(asked.stopped()) from None
    tell(report)


def _named_objects(workspace: Workspace, asked: RemoveOptions) -> dict[str, int]:
    """The objects' ids by name; what says where they are was looked at, as far as that takes no time.

    Raises:
        UserError: the boxes or the masks do not fit the clip, or there are no masks where they should be.
    """
    if asked.mask_source is not None:
        check_mask_source(asked.mask_source, folder=asked.mask_dir is not None)
        return {"": workspace.add_object()}
    objects = by_object(Said(asked.boxes, asked.masks, asked.points, asked.segmenter))
    ids = {name: workspace.add_object(name or "object") for name in objects}
    for name, said in objects.items():
        add_prompts(workspace, ids[name], said)
    return ids


def _find_masks(
    workspace: Workspace, ids: Mapping[str, int], asked: RemoveOptions, removal: Removal, threshold: float
) -> list[MasksFound]:
    """Tracks, or reads masks, as the options say; also those of frames outside the range that are looked at.

    Raises:
        UserError: the masks do not fit the clip.
        Cancelled: the user stopped it.
    """
    frames, looked_at = workspace.frame_range(removal.frames), workspace.frames_with_masks(removal)
    which = list(ids.values())
    if asked.mask_source is not None:
        job = workspace.import_masks(which[0], asked.mask_source, frames, looked_at=looked_at, threshold=threshold)
        return [run_job(job, "Reading masks")]
    if asked.no_track:
        return [workspace.still_boxes(each, looked_at) for each in which]
    settings, use_cache = TrackSettings(segmenter=asked.segmenter or "auto"), not asked.no_cache
    look = SecondLook.at(settings) if asked.check else None
    if len(which) == 1:
        one = workspace.track(which[0], looked_at, use_cache=use_cache, settings=settings)
        found = [run_job(one, "Tracking")]
    else:
        found = run_job(workspace.track_together(which, looked_at, use_cache=use_cache, settings=settings), "Tracking")
    for name, each in zip(ids, found, strict=True):
        tell_lost([index for index in each.facts.lost if frames[0] <= index < frames[1]], name or "The object")
    if look is None:
        return found
    found = look.taken(workspace, found, looked_at, use_cache=use_cache)
    if look.why_not:
        click.echo(look.why_not, err=True)
    return found


def add_shadows(workspace: Workspace, ids: Mapping[str, int], frames: tuple[int, int]) -> None:
    """Adds the objects' cast shadows as objects of their own, and says where they were found.

    Args:
        workspace: the clip, its objects marked.
        ids: the objects by name, "" for the only one.
        frames: first frame and end (exclusive) of what is looked through.

    Raises:
        Cancelled: the user stopped it.
    """
    for name, object_id in ids.items():
        who = name or "The object"
        if not workspace.document.object(object_id).track.marks_anything:
            continue  # where it is was said not to be known: so is its shadow
        shadow = run_job(workspace.shadow(object_id, frames), "Looking for the shadow")
        if shadow.found:
            workspace.accept_shadow(object_id, shadow)
            click.echo(f"{who}: a shadow in {told_frames(shadow)}, {shadow.light:.0%} of the light left.", err=True)
        else:
            click.echo(f"{who}: no shadow was found.", err=True)


def told_frames(shadow: Shadow) -> str:
    """In how many frames, and in which, a shadow was found."""
    found = [index for index, mask in shadow.masks.items() if not mask.is_empty]
    return f"{counted(len(found), 'frame')} ({frame_runs(found)})"


def facts_of_all(found: Sequence[MasksFound]) -> MaskFacts:
    """What is known of several objects' masks: a frame counts as lost or doubtful where one of them is."""
    lost = sorted({index for each in found for index in each.facts.lost})
    doubts: dict[int, list[str]] = {}
    for each in found:
        for index, why in each.facts.doubts.items():
            doubts.setdefault(index, []).append(why)
    return MaskFacts(found[0].facts.origin, tuple(lost), {index: "; ".join(doubts[index]) for index in sorted(doubts)})


def _check_sources(asked: RemoveOptions) -> None:
    """Exactly one way of saying what to remove.

    Raises:
        UserError: none or several.
    """
    ways = {
        "--box, --point or --mask": bool(asked.boxes or asked.points or asked.masks),
        "--mask-dir": asked.mask_dir is not None,
        "--mask-video": asked.mask_video is not None,
    }
    chosen = [name for name, used in ways.items() if used]
    if not chosen:
        raise UserError(f"Nothing says what to remove: give one of {', '.join(ways)}.")
    if len(chosen) > 1:
        raise UserError(f"{' and '.join(chosen)} both say what to remove: give one of them.")
    if asked.no_track and not asked.boxes:
        raise UserError("--no-track is for boxes, but there is no --box: leave it out.")
    if asked.no_track and (asked.points or asked.masks or asked.segmenter is not None):
        raise UserError(
            "--no-track is for boxes that are the hole themselves: leave --point, --mask and --segmenter out."
        )
    if asked.no_track and asked.shadow:
        raise UserError("--shadow is for things that move: leave it out, or leave --no-track out.")
    if asked.segmenter is not None and not (asked.boxes or asked.points):
        raise UserError("--segmenter is for points and boxes: add --point or --box, or leave it out.")
    if asked.check and (asked.no_track or asked.mask_source is not None):
        raise UserError("--check is for masks that are tracked, and these are not: leave it out.")
    if asked.mask_threshold is not None and chosen[0] not in ("--mask-dir", "--mask-video"):
        raise UserError("--mask-threshold is for --mask-dir and --mask-video: leave it out.")


def tell(report: RemovalReport) -> None:
    """Prints what was written and what a user should know."""
    totals = report.totals()
    click.echo(
        f"{report.target}: {counted(report.frame_count, 'frame')}, {totals['frames_with_hole']} of them cleaned "
        f"({totals['seen_share']:.0%} of the hole really seen, {totals['guessed_share']:.0%} guessed)."
    )
    sentences = report.media.get("sentences", [])
    assert isinstance(sentences, list)
    for sentence in (*sentences, *report.notes):
        click.echo(f"  {sentence}")
