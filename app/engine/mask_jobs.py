"""An object's masks as jobs: followed from its prompts, taken from its boxes, read from files, written as pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.core.document import Document, DocumentObject, MaskOrigin
from app.core.edits import SetTrack
from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.core.prompts import BoxPrompt, box_at
from app.core.raster import object_mask
from app.engine.kept_tracks import kept_or_tracked, track_key
from app.engine.masks_in import ImportedMasks, MasksWanted, read_mask_folder, read_mask_video
from app.engine.object_masks import DeinterlacedClip, MaskFacts, clip_cuts
from app.engine.results import ResultCache, source_identity
from app.engine.storage import scratch_folder
from app.engine.track_doubts import doubts_of
from app.engine.tracking import PRESENT, TrackedFrame, frames_looked_at, painted_masks, prompts_to_follow, track
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
    """

    edit: SetTrack
    facts: MaskFacts


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


def tracking(
    document: Document,
    object_id: int,
    frames: tuple[int, int],
    reader: ClipReader,
    *,
    has_fields: bool,
    start: int | None,
    on_frame: Callable[[int, MaskBlob], None] | None,
    cache: ResultCache | None,
) -> Callable[[JobContext], MasksFound]:
    """A job that follows an object from its prompts, through the shots that hold one.

    Args:
        document: who the object is, and what was said about it.
        object_id: whom.
        frames: first frame and end (exclusive) in which it is looked for.
        reader: the clip.
        has_fields: whether frames are split into fields.
        start: see ``prompts_to_follow``.
        on_frame: called in the job's thread with each mask as soon as it is found, in the order of tracking.
        cache: finished tracks; None to neither read nor keep any.

    Raises:
        UserError: nothing says what to follow.
    """
    target = document.object(object_id)
    prompts = prompts_to_follow(target, frames, start)
    painted = painted_masks(target)
    clip = DeinterlacedClip(reader) if has_fields else reader

    def follow(answer: TrackedFrame) -> None:
        if on_frame is not None and frames[0] <= answer.index < frames[1]:
            on_frame(answer.index, painted.get(answer.index, answer.mask))

    def run(context: JobContext) -> MasksFound:
        looked_at = frames_looked_at(prompts, frames, len(reader))

        def track_anew() -> Iterator[TrackedFrame]:
            return track(
                clip,
                prompts,
                frames=frames,
                count=len(reader),
                cuts=clip_cuts(reader, *looked_at, context),
                scratch=scratch_folder(),
                checkpoint=context.checkpoint,
                progress=lambda done, total: context.progress(done, total, "Tracking"),
                on_answer=follow,
            )

        key = track_key(source_identity(reader.info.path), prompts, frames, fields=has_fields)
        answers = kept_or_tracked(cache, key, track_anew, follow)
        masks = {answer.index: painted.get(answer.index, answer.mask) for answer in answers}
        lost = tuple(each.index for each in answers if each.presence < PRESENT and each.index not in painted)
        facts = MaskFacts(
            lost=lost, doubts=doubts_of(answers, anchors=[prompt.frame for prompt in prompts], spare=painted)
        )
        return MasksFound(SetTrack.tracked(document, object_id, masks), facts)

    return run


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

    Raises:
        UserError: from the job: the folder cannot be written.
    """

    def run(context: JobContext) -> None:
        target = Target(folder, (source,), folder=True, overwrite=overwrite)
        try:
            for done, index in enumerate(range(*frames), 1):
                context.checkpoint()
                mask = object_mask(marked, index, *size) or MaskBlob.empty(*size)
                write_image(target.partial / f"{index:05d}.png", mask.to_array().astype(np.uint8) * np.uint8(255))
                context.progress(done, frames[1] - frames[0])
            target.commit()
        except BaseException:
            target.discard()
            raise

    return run
