"""An object's masks as jobs: followed from its prompts, taken from its boxes, read from files, written as pictures."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.core.document import Document, DocumentObject, Doubt, MaskOrigin
from app.core.edits import SetTrack
from app.core.errors import UserError
from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.core.prompts import BoxPrompt, MaskPrompt, Prompt, box_at
from app.core.raster import object_mask
from app.engine.kept_tracks import KeptWalks, kept_or_tracked_together, together_key
from app.engine.masks_in import ImportedMasks, MasksWanted, read_mask_folder, read_mask_video
from app.engine.object_masks import DeinterlacedClip, MaskFacts, clip_cuts
from app.engine.results import ResultCache
from app.engine.shadows import REACH_FRAMES, Shadow, find_shadows
from app.engine.soft_matte import soft_matte
from app.engine.storage import scratch_folder
from app.engine.track_doubts import doubts_of
from app.engine.track_others import NOBODY, Others, others_in
from app.engine.track_pace import Pace
from app.engine.track_settings import AS_USUAL, TrackSettings
from app.engine.track_together import track_together
from app.engine.tracking import (
    PRESENT,
    TrackedFrame,
    frames_looked_at,
    longer_side,
    painted_masks,
    prompts_to_follow,
    track,
)
from app.jobs.context import JobContext
from app.media.clip_reader import ClipReader
from app.media.images import write_image
from app.media.target import Target


@dataclass(frozen=True, slots=True)
class MasksFound:
    """What tracking or an import found.

    Attributes:
        edit: puts the masks into the document.
        facts: the rest.
        pace: how fast it was tracked; that of all objects where several were tracked in one pass.
        starts: the masks that it was tracked from, for a second track from the same ones; for an anchor outside the
            frames that were tracked what the user said there, and none where masks were not tracked.
    """

    edit: SetTrack
    facts: MaskFacts
    pace: Pace = field(default_factory=Pace)
    starts: tuple[Prompt, ...] = ()


def still_boxes(document: Document, object_id: int, frames: tuple[int, int]) -> MasksFound:
    """Masks from an object's boxes without tracking: a logo, a time code; between boxes they move straight."""
    boxes = [prompt for prompt in document.object(object_id).prompts if isinstance(prompt, BoxPrompt)]
    packed: dict[Rect, MaskBlob] = {}
    masks = {}
    for index in range(*frames):
        rect = box_at(boxes, index)
        if rect not in packed:
            packed[rect] = MaskBlob.from_array(box_mask(rect, document.clip.width, document.clip.height))
        masks[index] = packed[rect]
    edit = SetTrack.tracked(document, object_id, masks, MaskOrigin.STILL)
    return MasksFound(edit, MaskFacts(MaskOrigin.STILL))


@dataclass(frozen=True, slots=True)
class TrackSource:
    """What is tracked in.

    Attributes:
        reader: the clip.
        has_fields: whether frames are split into fields.
        cache: finished tracks; None to neither read nor keep any.
        settings: which tracker, and what happens when an object is lost.
    """

    reader: ClipReader
    has_fields: bool
    cache: ResultCache | None
    settings: TrackSettings = AS_USUAL

    @property
    def clip(self) -> ClipReader | DeinterlacedClip:
        """The frames that the tracker sees."""
        return DeinterlacedClip(self.reader) if self.has_fields else self.reader

    @property
    def identity(self) -> str:
        """Of the clip's content."""
        return self.reader.same.content

    def followed(
        self,
        prompts: Sequence[Prompt],
        frames: tuple[int, int],
        context: JobContext,
        *,
        pace: Pace,
        on_answer: Callable[[TrackedFrame], None] | None = None,
        words: str = "Tracking",
        others: Others = NOBODY,
    ) -> list[TrackedFrame]:
        """Tracks one object, see ``app.engine.tracking.track``; ``words`` say in its progress what is done."""
        answers = track(
            self.clip,
            prompts,
            frames=frames,
            count=len(self.reader),
            cuts=self._cuts(prompts, frames, context),
            scratch=scratch_folder(),
            checkpoint=context.checkpoint,
            progress=lambda done, total: context.progress(done, total, words),
            on_answer=on_answer,
            settings=self.settings,
            kept=self._walks(prompts, others),
            pace=pace,
            others=others,
        )
        return list(answers)

    def followed_together(
        self,
        objects: Mapping[int, Sequence[Prompt]],
        frames: tuple[int, int],
        context: JobContext,
        *,
        pace: Pace,
        on_answer: Callable[[int, TrackedFrame], None] | None = None,
        words: str = "Tracking",
        others: Others = NOBODY,
    ) -> dict[int, list[TrackedFrame]]:
        """Tracks several objects, see ``app.engine.track_together.track_together``; ``words`` as in ``followed``."""

        def track_anew() -> dict[int, list[TrackedFrame]]:
            return track_together(
                self.clip,
                objects,
                frames=frames,
                count=len(self.reader),
                cuts=self._cuts([prompt for mine in objects.values() for prompt in mine], frames, context),
                scratch=scratch_folder(),
                checkpoint=context.checkpoint,
                progress=lambda done, total: context.progress(done, total, words),
                on_answer=on_answer,
                settings=self.settings,
                pace=pace,
                others=others,
            )

        facts = self.identity, objects, frames
        key = together_key(*facts, fields=self.has_fields, settings=self.settings, others=others)
        return kept_or_tracked_together(self.cache, key, list(objects), track_anew)

    def _cuts(self, prompts: Sequence[Prompt], frames: tuple[int, int], context: JobContext) -> set[int]:
        """Those among the frames that tracking looks at."""
        return clip_cuts(self.reader, *frames_looked_at(prompts, frames, len(self.reader)), context)

    def others_in(self, document: Document, tracked: Collection[int]) -> Others:
        """A document's objects that keep their pixels from those tracked; boxes are not cut by what lies in them."""
        return NOBODY if self.settings.tracker == "box" else others_in(document, tracked)

    def _walks(self, prompts: Sequence[Prompt], others: Others) -> KeptWalks | None:
        """Where walks from these prompts are kept."""
        if self.cache is None:
            return None
        size = self.reader.info.width, self.reader.info.height
        object_px = min(longer_side(prompt) for prompt in {each.frame: each for each in prompts}.values())
        facts = self.cache, self.identity, size, object_px
        return KeptWalks.of(*facts, fields=self.has_fields, settings=self.settings, others=others)


def tracking(
    document: Document,
    object_id: int,
    frames: tuple[int, int],
    source: TrackSource,
    *,
    start: int | None,
    on_frame: Callable[[int, MaskBlob], None] | None,
) -> Callable[[JobContext], MasksFound]:
    """A job that follows an object from its prompts, through the shots that hold one; others' masks stay theirs.

    Args:
        document: who the object is, what was said about it, and what masks others have.
        object_id: whom.
        frames: first frame and end (exclusive) in which it is looked for.
        source: the clip, and how it is tracked.
        start: see ``prompts_to_follow``.
        on_frame: called in the job's thread with each mask as soon as it is found, in the order of tracking.

    Raises:
        UserError: nothing says what to follow, or the tracker's files cannot be used.
    """
    source.settings.check()
    target = document.object(object_id)
    prompts = prompts_to_follow(target, frames, start)
    painted = painted_masks(target)
    others = source.others_in(document, [object_id])

    def follow(answer: TrackedFrame) -> None:
        if on_frame is not None and frames[0] <= answer.index < frames[1]:
            on_frame(answer.index, painted.get(answer.index, answer.mask))

    def run(context: JobContext) -> MasksFound:
        pace = Pace()
        answers = source.followed(prompts, frames, context, pace=pace, on_answer=follow, others=others)
        return _found(document, object_id, answers, prompts, pace)

    return run


def tracking_together(
    document: Document,
    object_ids: Sequence[int],
    frames: tuple[int, int],
    source: TrackSource,
    *,
    start: int | None = None,
    on_frame: Callable[[int, int, MaskBlob], None] | None = None,
) -> Callable[[JobContext], list[MasksFound]]:
    """A job that follows several objects in one pass, so that none takes another's pixels, nor those of the rest.

    Args:
        document: who they are, what was said about them, and what masks the rest has.
        object_ids: whom; the job's results are in this order.
        frames: first frame and end (exclusive) in which they are looked for.
        source: the clip, and how it is tracked.
        start: see ``prompts_to_follow``.
        on_frame: called in the job's thread with an object's id, a frame and its mask as soon as it is found, in the
            order of tracking; again where the mask loses pixels to another object afterwards.

    Raises:
        UserError: nothing says what to follow for one of them, or the tracker's files cannot be used.
    """
    source.settings.check()
    prompts = {which: prompts_to_follow(document.object(which), frames, start) for which in object_ids}
    painted = {which: painted_masks(document.object(which)) for which in object_ids}
    others = source.others_in(document, object_ids)

    def follow(which: int, answer: TrackedFrame) -> None:
        if on_frame is not None and frames[0] <= answer.index < frames[1]:
            on_frame(which, answer.index, painted[which].get(answer.index, answer.mask))

    def run(context: JobContext) -> list[MasksFound]:
        pace = Pace()
        found = source.followed_together(prompts, frames, context, pace=pace, on_answer=follow, others=others)
        return [_found(document, which, found[which], prompts[which], pace) for which in object_ids]

    return run


def shadow_of(
    document: Document, object_id: int, frames: tuple[int, int], source: TrackSource
) -> Callable[[JobContext], Shadow]:
    """A job that proposes an object's cast shadow.

    Args:
        document: who the object is, and its masks.
        object_id: whose shadow.
        frames: first frame and end (exclusive) in which it is looked for.
        source: the clip.

    Raises:
        UserError: the object has no mask in these frames.
    """
    target = document.object(object_id)
    size = document.clip.width, document.clip.height
    reach = range(max(0, frames[0] - REACH_FRAMES), min(len(source.reader), frames[1] + REACH_FRAMES))
    masks = {index: mask for index in reach if (mask := object_mask(target, index, *size)) is not None}
    if not any(not masks[index].is_empty for index in range(*frames) if index in masks):
        raise UserError(f"{target.name} has no mask in these frames: track it, then look for its shadow.")

    def run(context: JobContext) -> Shadow:
        return find_shadows(
            source.clip,
            masks,
            frames=frames,
            count=len(source.reader),
            cuts=clip_cuts(source.reader, reach.start, reach.stop, context),
            scratch=scratch_folder(),
            checkpoint=context.checkpoint,
            progress=lambda done, total: context.progress(done, total, "Looking for the shadow"),
        )

    return run


def _found(
    document: Document, object_id: int, answers: Sequence[TrackedFrame], prompts: Sequence[Prompt], pace: Pace
) -> MasksFound:
    """The answers as an edit; what the user painted stays."""
    painted = painted_masks(document.object(object_id))
    masks = {answer.index: painted.get(answer.index, answer.mask) for answer in answers}
    lost = tuple(each.index for each in answers if each.presence < PRESENT and each.index not in painted)
    doubts = doubts_of(answers, anchors=[prompt.frame for prompt in prompts], spare=painted)
    marks = dict.fromkeys(doubts, Doubt.UNSURE) | dict.fromkeys(lost, Doubt.LOST)
    edit = SetTrack.tracked(document, object_id, masks, doubts=marks)
    return MasksFound(edit, MaskFacts(lost=lost, doubts=doubts), pace, _starts(masks, prompts))


def _starts(masks: Mapping[int, MaskBlob], prompts: Sequence[Prompt]) -> tuple[Prompt, ...]:
    """What tracking began from, see ``MasksFound``; nothing for a box in which nothing was found."""
    at = {
        prompt.frame: prompt if prompt.frame not in masks else MaskPrompt(masks[prompt.frame], prompt.frame)
        for prompt in prompts
    }
    return tuple(each for _, each in sorted(at.items()) if not (isinstance(each, MaskPrompt) and each.mask.is_empty))


def reading(source: Path, wanted: MasksWanted) -> Callable[[JobContext], ImportedMasks]:
    """A job that reads masks from a folder of images or from a video.

    Raises:
        UserError: from the job: not readable, or of another size or number than wanted.
    """

    def run(context: JobContext) -> ImportedMasks:
        read = read_mask_folder if source.is_dir() else read_mask_video
        return read(
            source,
            wanted,
            checkpoint=context.checkpoint,
            progress=lambda done, total: context.progress(done, total, "Reading masks"),
        )

    return run


def writing(
    marked: DocumentObject,
    frames: tuple[int, int],
    size: tuple[int, int],
    folder: Path,
    *,
    source: Path,
    overwrite: bool,
    pictures: ClipReader | DeinterlacedClip | None = None,
) -> Callable[[JobContext], None]:
    """A job that writes one PNG a frame, white = the object, named by the frame: ``00000.png`` onwards.

    The folder appears whole or not at all.

    Args:
        marked: the object.
        frames: first frame and end (exclusive).
        size: width and height of the picture.
        folder: where to.
        source: the clip, which must not be replaced.
        overwrite: whether pictures in the folder are.
        pictures: the clip, for soft mattes whose edges are fitted to it; None for hard masks.

    Raises:
        UserError: from the job: the folder cannot be written.
    """

    def run(context: JobContext) -> None:
        target = Target(folder, (source,), folder=True, overwrite=overwrite)
        try:
            with closing(_views(pictures, frames)) as views:
                for done, (index, view) in enumerate(zip(range(*frames), views, strict=True), 1):
                    context.checkpoint()
                    mask = (object_mask(marked, index, *size) or MaskBlob.empty(*size)).to_array()
                    matte = mask.astype(np.uint8) * np.uint8(255) if view is None else soft_matte(view, mask)
                    write_image(target.partial / f"{index:05d}.png", matte)
                    context.progress(done, frames[1] - frames[0])
            target.commit()
        except BaseException:
            target.discard()
            raise

    return run


def _views(
    pictures: ClipReader | DeinterlacedClip | None, frames: tuple[int, int]
) -> Generator[NDArray[np.uint8] | None]:
    """The clip's RGB pictures, or None for each frame where there is no clip; the decoder ends with it."""
    if pictures is None:
        yield from repeat(None, frames[1] - frames[0])
        return
    with closing(pictures.frames(*frames)) as read:
        for frame in read:
            yield frame.rgb
