"""The whole shape of an object that something hides, predicted as a job before anything is painted."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

import cv2
import numpy as np

from app.core.amodal_edits import SetAmodal
from app.core.document import Document
from app.core.errors import UserError
from app.core.masks import MaskBlob, grow
from app.engine.holes import BoolMask
from app.engine.loader import ObjectFrame, Restorer
from app.engine.object_masks import DeinterlacedClip, clip_cuts
from app.engine.planning import PlannedClip
from app.engine.restoration import REACH_FRAMES, RestoredObject
from app.engine.restoration_planning import restored_object
from app.jobs.context import JobContext
from app.media.clip_reader import ClipReader
from app.media.frame import VideoFrame

SHAPE_SIDE_PX = 480
"""Shapes are looked for on pictures whose longer side is at most so long; their outlines are smooth."""


@dataclass(frozen=True, slots=True)
class ShapesFound:
    """What a prediction found.

    Attributes:
        edit: puts the shapes into the document.
        frames: how many frames got one.
        hiding: in how many of them something of the object is hidden.
        remarks: sentences that the user should read about how they were found.
    """

    edit: SetAmodal
    frames: int
    hiding: int
    remarks: tuple[str, ...]


def predicting(
    document: Document,
    object_id: int,
    frames: tuple[int, int],
    clip: PlannedClip,
    reader: ClipReader,
    restorer: Restorer,
    *,
    on_frame: Callable[[int, MaskBlob], None] | None = None,
) -> Callable[[JobContext], ShapesFound]:
    """A job that predicts an object's whole shape in every frame of a range in which its occluders are there.

    Shapes that the user drew stay, and help their neighbours.

    Args:
        document: who the object is, its masks, and what hides it.
        object_id: whom.
        frames: first frame and end (exclusive) in which shapes are wanted.
        clip: the document's clip.
        reader: the same, open.
        restorer: who predicts.
        on_frame: called in the job's thread with each shape as soon as it is found.

    Raises:
        UserError: the object has no masks in these frames, or nothing that could hide it has.
    """
    target = document.object(object_id)
    known = restored_object(document, target, clip)
    here = range(*frames)
    if not any(not mask.is_empty for index, mask in known.visible.items() if index in here):
        raise UserError(f"{target.name} has no mask in these frames: track it, then predict its whole shape.")
    wanted = frozenset(index for index in here if _hides(known, index))
    if not wanted:
        raise UserError(
            f"Nothing that could hide {target.name} has a mask in these frames: say what is in front of it, and "
            "track that."
        )
    drawn = {index: known.amodal[index] for index in target.amodal_drawn if index in known.amodal}
    walk = _Walk(known, wanted, drawn, clip)

    def run(context: JobContext) -> ShapesFound:
        found: dict[int, MaskBlob] = {}
        with closing(walk.shapes(reader, restorer, context)) as shapes:
            for index, shape in shapes:
                found[index] = shape
                if on_frame is not None:
                    on_frame(index, shape)
        edit = SetAmodal.predicted(document, object_id, found)
        hiding = sum(shape.area_px > known.visible[index].area_px for index, shape in found.items())
        return ShapesFound(edit, len(found), hiding, restorer.remarks)

    return run


def _hides(known: RestoredObject, index: int) -> bool:
    cover = known.occluder.get(index)
    return index in known.visible and cover is not None and not cover.is_empty


@dataclass(frozen=True, slots=True)
class _Walk:
    """The frames of one prediction.

    Attributes:
        known: the object.
        wanted: frames whose shape is asked for.
        drawn: shapes that the user made.
        clip: the clip.
    """

    known: RestoredObject
    wanted: frozenset[int]
    drawn: Mapping[int, MaskBlob]
    clip: PlannedClip

    def runs(self) -> list[tuple[int, int]]:
        """Stretches ``(first, end)`` of frames that are looked at, in order: those wanted, and those near them."""
        near = sorted(
            {
                index
                for each in self.wanted
                for index in range(each - REACH_FRAMES, each + REACH_FRAMES + 1)
                if index in self.known.visible
            }
        )
        runs: list[tuple[int, int]] = []
        for index in near:
            if runs and runs[-1][1] == index:
                runs[-1] = runs[-1][0], index + 1
            else:
                runs.append((index, index + 1))
        return runs

    def shapes(self, reader: ClipReader, restorer: Restorer, context: JobContext) -> Generator[tuple[int, MaskBlob]]:
        """The whole shape of each wanted frame, as soon as it is found."""
        source = DeinterlacedClip(reader) if self.clip.fields else reader
        done, total = 0, sum(end - first for first, end in self.runs())
        for first, end in self.runs():
            cuts = clip_cuts(reader, first, end, context)
            walk = restorer.shapes()
            with closing(source.frames(first, end)) as frames:
                for frame in frames:
                    context.checkpoint()
                    ready = walk.push(self._given(frame, cut=frame.index in cuts or frame.index == first))
                    yield from self._wanted_of(ready)
                    done += 1
                    context.progress(done, total, "Looking for the whole shape")
            yield from self._wanted_of(walk.finish())

    def _wanted_of(self, ready: Sequence[tuple[int, BoolMask]]) -> Iterator[tuple[int, MaskBlob]]:
        return ((index, self._shape(index, mask)) for index, mask in ready if index in self.wanted)

    def _given(self, frame: VideoFrame, *, cut: bool) -> ObjectFrame:
        """A frame with its masks, small."""
        scale = min(1.0, SHAPE_SIDE_PX / max(self.clip.width, self.clip.height))
        size = max(1, round(self.clip.width * scale)), max(1, round(self.clip.height * scale))

        def small(mask: MaskBlob | None) -> BoolMask:
            if mask is None or mask.is_empty:
                return np.zeros(size[::-1], np.bool_)
            return _resized(mask.to_array(), size)

        drawn, cover = self.drawn.get(frame.index), self.known.occluder.get(frame.index)
        if cover is not None and not cover.is_empty:  # as far as it is taken to reach: masks leave slits between them
            reach, _ = self.known.widths(self.clip.height)
            cover = MaskBlob.from_array(grow(cover.to_array(), reach))
        return ObjectFrame(
            frame.index,
            frame.rgb if scale == 1.0 else np.asarray(cv2.resize(frame.rgb, size, interpolation=cv2.INTER_AREA)),
            small(self.known.visible.get(frame.index)),
            small(cover),
            cut,
            None if drawn is None else small(drawn),
        )

    def _shape(self, index: int, shape: BoolMask) -> MaskBlob:
        """A shape at the picture's size: what is seen as it is, and what the occluder may hide."""
        if index in self.drawn:
            return self.drawn[index]
        visible, cover = self.known.visible[index].to_array(), self.known.occluder[index].to_array()
        reach, _ = self.known.widths(self.clip.height)
        whole = _resized(shape, (self.clip.width, self.clip.height))
        return MaskBlob.from_array(visible | (whole & grow(cover, reach)))


def _resized(mask: BoolMask, size: tuple[int, int]) -> BoolMask:
    """A mask ``(H, W)`` at another size (width, height), its outline smooth."""
    if mask.shape == size[::-1]:
        return mask
    how = cv2.INTER_AREA if mask.shape[1] > size[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(mask.astype(np.float32), size, interpolation=how) > 0.5, np.bool_)
