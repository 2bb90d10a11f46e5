"""``cleanplate restore``: from what is seen of an object, and what hides it, to a clip in which it is whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.cli import options as given
from app.cli.prompting import Said, add_prompts
from app.cli.removing import facts_of_all, tell
from app.cli.running import run_job
from app.cli.tracking import tell_lost
from app.cli.written import WrittenOptions
from app.core.document import Action
from app.core.errors import Cancelled, UserError
from app.core.object_edits import ChangeObject
from app.engine.mask_jobs import MasksFound
from app.engine.masks_in import DEFAULT_THRESHOLD
from app.engine.plan import Mode
from app.engine.request import Removal
from app.engine.track_settings import TrackSettings
from app.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Marked:
    """How the user says where one of the two is.

    Attributes:
        name: ``object`` or ``occluder``, as in the options.
        masks: a folder of images, or a clip, of masks; None where it is tracked.
        boxes, points: what is tracked, as typed.
    """

    name: str
    masks: Path | None
    boxes: Sequence[str]
    points: Sequence[str]

    @property
    def tracked(self) -> bool:
        """Whether it is found by tracking."""
        return self.masks is None

    def check(self) -> None:
        """Refuses nothing and too much.

        Raises:
            UserError: with what to give.
        """
        prompted = bool(self.boxes or self.points)
        what = "is seen of the object" if self.name == "object" else "hides the object"
        if self.masks is None and not prompted:
            raise UserError(
                f"Nothing says what {what}: give --{self.name}-masks, --{self.name}-box or --{self.name}-point."
            )
        if self.masks is not None and prompted:
            raise UserError(f"--{self.name}-masks says already what {what}: leave boxes and points of it out.")
        if self.masks is not None and not self.masks.exists():
            raise UserError(f"There are no masks at {self.masks}: --{self.name}-masks names a folder or a clip.")


@dataclass(frozen=True, slots=True)
class RestoreOptions(WrittenOptions):
    """The options of ``cleanplate restore`` as typed."""

    object_masks: Path | None
    occluder_masks: Path | None
    object_boxes: tuple[str, ...]
    object_points: tuple[str, ...]
    occluder_boxes: tuple[str, ...]
    occluder_points: tuple[str, ...]
    segmenter: str | None
    mask_threshold: str | None
    kind: str | None
    amodal_masks: Path | None
    save_amodal: Path | None
    remove_occluder: bool

    @property
    def marked(self) -> tuple[Marked, Marked]:
        """The object, and what hides it."""
        return (
            Marked("object", self.object_masks, self.object_boxes, self.object_points),
            Marked("occluder", self.occluder_masks, self.occluder_boxes, self.occluder_points),
        )

    @property
    def given_masks(self) -> tuple[Path, ...]:
        """The folders and clips of masks that are read."""
        return tuple(each for each in (self.object_masks, self.occluder_masks, self.amodal_masks) if each is not None)

    def check(self) -> None:
        """Refuses options that do not go together.

        Raises:
            UserError: with what to do.
        """
        for each in self.marked:
            each.check()
        tracked = [each for each in self.marked if each.tracked]
        if self.segmenter is not None and not tracked:
            raise UserError("--segmenter is for points and boxes: leave it out where masks are given.")
        if self.mask_threshold is not None and len(tracked) == len(self.marked) and self.amodal_masks is None:
            raise UserError("--mask-threshold is for masks that are given: leave it out.")
        if self.amodal_masks is not None and not self.amodal_masks.exists():
            raise UserError(f"There are no masks at {self.amodal_masks}: --amodal-masks names a folder or a clip.")
        if self.save_amodal is not None and self.save_amodal.resolve() in [each.resolve() for each in self.given_masks]:
            raise UserError(f"--save-amodal would replace {self.save_amodal}, which is read: give another folder.")
        if self.save_amodal is not None and self.save_amodal.resolve() == self.target.resolve():
            raise UserError(f"--save-amodal and OUT are both {self.target}: give the whole shapes another folder.")
        if self.kind is not None and not self.kind.strip():
            raise UserError("--class is empty: name what the object is, such as person, or leave it out.")
        if self.candidates != "ours" and not self.remove_occluder:
            raise UserError(
                "--candidates is for what is removed, and nothing is: add --remove-occluder, or leave it out."
            )


def restore(asked: RestoreOptions) -> None:
    """Finds the masks and the whole shape, restores, writes, says what was done.

    Raises:
        UserError, EngineFailure, Cancelled: as the workspace.
    """
    asked.check()
    removal = replace(asked.asked(), inputs=asked.given_masks)
    threshold = given.parse_percent(asked.mask_threshold) if asked.mask_threshold is not None else DEFAULT_THRESHOLD
    rate = given.parse_rate(asked.rate) if asked.rate is not None else None
    with Workspace.open(asked.clip, rate=rate) as workspace:
        frames = workspace.frame_range(removal.frames)
        ids = [workspace.add_object(each.name) for each in asked.marked]
        _set_up(workspace, ids, asked)
        workspace.check_removal(removal)
        if asked.save_amodal is not None:
            workspace.check_mask_folder(asked.save_amodal, overwrite=asked.overwrite)
        try:
            found = _find_masks(workspace, ids, asked, removal, threshold)
            _find_shape(workspace, ids[0], asked, removal, threshold)
            if asked.save_amodal is not None:
                write = workspace.write_amodal(ids[0], frames, asked.save_amodal, overwrite=asked.overwrite)
                run_job(write, "Writing whole shapes")
            report = run_job(workspace.remove(replace(removal, facts=facts_of_all(found))), "Restoring")
        except Cancelled:
            raise Cancelled(asked.stopped()) from None
    tell(report)


def _set_up(workspace: Workspace, ids: Sequence[int], asked: RestoreOptions) -> None:
    """Says in the document who hides whom, and what is known of both.

    Raises:
        UserError: there is no such class, or a prompt does not fit the clip.
    """
    object_id, occluder_id = ids
    workspace.perform(workspace.restore(object_id, (occluder_id,), asked.kind or ""))
    if asked.dilate is not None or asked.feather is not None:
        change = ChangeObject.of(workspace.document, object_id, grow_px=asked.dilate, feather_px=asked.feather)
        workspace.perform(change)
    action = Action.REMOVE if asked.remove_occluder else Action.KEEP
    if action is not Action.REMOVE:
        workspace.perform(ChangeObject.of(workspace.document, occluder_id, action=action))
    for which, each in zip(ids, asked.marked, strict=True):
        if each.tracked:
            add_prompts(workspace, which, Said(each.boxes, (), each.points, asked.segmenter))


def _looked_at(workspace: Workspace, removal: Removal) -> tuple[int, int]:
    """First frame and end (exclusive) of the masks that are of use.

    In ``live`` the past alone is painted from, but whole shapes are predicted from both sides all the same.
    """
    spans = [workspace.frames_with_masks(replace(removal, mode=mode)) for mode in (removal.mode, Mode.FINAL)]
    return min(first for first, _ in spans), max(end for _, end in spans)


def _find_masks(
    workspace: Workspace, ids: Sequence[int], asked: RestoreOptions, removal: Removal, threshold: float
) -> list[MasksFound]:
    """Reads masks, or tracks, as the options say, and puts them into the document; none is taken from one read before.

    Masks are found in frames outside the range that are looked at as well.

    Raises:
        UserError: the masks do not fit the clip.
        Cancelled: the user stopped it.
    """
    frames, looked_at = workspace.frame_range(removal.frames), _looked_at(workspace, removal)
    found: dict[int, MasksFound] = {}
    for which, each in zip(ids, asked.marked, strict=True):
        if each.masks is not None:
            read = workspace.import_masks(which, each.masks, frames, looked_at=looked_at, threshold=threshold)
            found[which] = run_job(read, f"Reading masks of the {each.name}")
            workspace.perform(found[which].edit)
    tracked = [which for which, each in zip(ids, asked.marked, strict=True) if each.tracked]
    settings, use_cache = TrackSettings(segmenter=asked.segmenter or "auto"), not asked.no_cache
    if len(tracked) == 1:
        track = workspace.track(tracked[0], looked_at, use_cache=use_cache, settings=settings)
        found[tracked[0]] = run_job(track, "Tracking")
    elif tracked:
        together = workspace.track_together(tracked, looked_at, use_cache=use_cache, settings=settings)
        found |= dict(zip(tracked, run_job(together, "Tracking"), strict=True))
    for which in tracked:
        workspace.perform(found[which].edit)
        lost = [index for index in found[which].facts.lost if frames[0] <= index < frames[1]]
        tell_lost(lost, f"The {workspace.document.object(which).name}")
    return [found[which] for which in ids]


def _find_shape(
    workspace: Workspace, object_id: int, asked: RestoreOptions, removal: Removal, threshold: float
) -> None:
    """Reads the object's whole shapes, or predicts them, and puts them into the document.

    Raises:
        UserError: the masks do not fit the clip, or there is nothing to predict from.
        Cancelled: the user stopped it.
    """
    frames, looked_at = workspace.frame_range(removal.frames), _looked_at(workspace, removal)
    if asked.amodal_masks is not None:
        read = workspace.import_amodal(object_id, asked.amodal_masks, frames, looked_at=looked_at, threshold=threshold)
        workspace.perform(run_job(read, "Reading whole shapes"))
        return
    found = run_job(workspace.predict_amodal(object_id, looked_at, device=asked.device), "Predicting the shape")
    if not found.hiding and not asked.remove_occluder:
        raise UserError(
            f"Nothing of the object is hidden in frames {frames[0]} to {frames[1] - 1}: what is in front of it never "
            "covers a part of its shape."
        )
    workspace.perform(workspace.predicted(found))
