"""Masks from clicks: one segmenter, the pictures it has looked at, and what it answered last.

Looking at a picture is the slow part, so its outcome (the embedding) is kept by frame, within a limit; the window has
it made ahead for the frame on screen. Answers are a function of picture and clicks alone: each click refines the answer
to those before it, which is asked again where it was not kept.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.core.errors import UserError
from app.core.geometry import Rect
from app.core.masks import MaskBlob
from app.core.prompts import Clicks, MaskPrompt
from app.engine.loader import Embedding, LoadedSegmenter, Segmentation, load_segmenter, segment_prompt
from app.jobs.context import JobContext
from app.media.clip_reader import ClipReader

RgbView = NDArray[np.uint8]
ViewReader = Callable[[], RgbView]
Checkpoint = Callable[[], object]

EMBEDDING_BYTES = 128 << 20
"""Memory that embeddings may take: 32 frames of MobileSAM's."""
_ANSWERS = 32
_BOX_MARGIN = 0.02


@dataclass(frozen=True, slots=True)
class Clicked:
    """What clicks mean.

    Attributes:
        mask: the object's, that of the answer that was taken.
        taken: which of the answers that is, 0 being the likeliest.
        count: how many answers there are.
        segmenter: which one answered, as ``--segmenter`` names it.
    """

    mask: MaskBlob
    taken: int
    count: int
    segmenter: str


@dataclass(frozen=True, slots=True)
class _Looked:
    """A picture that was looked at.

    Attributes:
        embedding: what the segmenter keeps of it.
        size: its height and width.
    """

    embedding: Embedding
    size: tuple[int, ...]


class Segmenting:
    """A segmenter for the frames of one clip. May be called from several threads; they take turns.

    Args:
        name: as ``load_segmenter``.
        limit_bytes: memory that embeddings may take; the newest one is always kept.
        load: opens the segmenter; ``load_segmenter`` by default.
    """

    def __init__(
        self,
        name: str = "auto",
        limit_bytes: int = EMBEDDING_BYTES,
        load: Callable[[str], LoadedSegmenter] | None = None,
    ) -> None:
        self._name, self._limit_bytes, self._load = name, limit_bytes, load
        self._lock = threading.Lock()
        self._loaded: LoadedSegmenter | None = None
        self._embeddings: OrderedDict[int, _Looked] = OrderedDict()
        self._answers: OrderedDict[tuple[int, Clicks], Segmentation] = OrderedDict()

    @property
    def loaded(self) -> LoadedSegmenter | None:
        """The segmenter, once it was needed."""
        return self._loaded

    def is_ready(self, frame: int) -> bool:
        """Whether clicks in a frame are answered without looking at it first."""
        return frame in self._embeddings

    def look_at(self, frame: int, view: RgbView, checkpoint: Checkpoint) -> None:
        """Looks at a picture ahead of the clicks in it.

        Args:
            frame: its index, under which the outcome is kept.
            view: ``(H, W, 3)`` uint8 RGB.
            checkpoint: raises to stop, which is heard while the network works.

        Raises:
            UserError: the segmenter cannot be had or fails.
        """
        with self._lock:
            self._embedded(frame, view, checkpoint)

    def answer(self, frame: int, view: RgbView | ViewReader, clicks: Clicks, checkpoint: Checkpoint) -> Clicked:
        """What clicks in a picture mean; see ``look_at``.

        Args:
            frame: its index.
            view: the picture, or what reads it, which is asked only if it was not looked at yet.
            clicks: not empty; they say which of the answers is taken, counted round and round.
            checkpoint: raises to stop.

        Raises:
            UserError: the segmenter cannot be had or fails.
        """
        assert not clicks.is_empty, "clicks say where the object is"
        with self._lock:
            looked = self._embedded(frame, view, checkpoint)
            found = self._predicted(frame, looked.embedding, clicks.taking(0), looked.size)
            segmenter = self._opened().segmenter.name
        count = len(found.masks)
        taken = clicks.last_taken % count
        return Clicked(MaskBlob.from_array(found.masks[taken]), taken, count, segmenter)

    def _opened(self) -> LoadedSegmenter:
        if self._loaded is None:
            self._loaded = (self._load or load_segmenter)(self._name)
        return self._loaded

    def _embedded(self, frame: int, view: RgbView | ViewReader, checkpoint: Checkpoint) -> _Looked:
        kept = self._embeddings.get(frame)
        if kept is None:
            picture = view() if callable(view) else view
            checkpoint()
            kept = _Looked(self._opened().embed(picture, checkpoint), picture.shape[:2])
            self._embeddings[frame] = kept
            while len(self._embeddings) > 1 and self._kept_bytes() > self._limit_bytes:
                self._embeddings.popitem(last=False)
        self._embeddings.move_to_end(frame)
        return kept

    def _kept_bytes(self) -> int:
        return sum(each.embedding.size_bytes for each in self._embeddings.values())

    def _predicted(self, frame: int, embedding: Embedding, clicks: Clicks, size: tuple[int, ...]) -> Segmentation:
        """The answer to clicks, whose own ``taken`` is 0; each click goes out from what was taken before it."""
        kept = self._answers.get((frame, clicks))
        if kept is None:
            opened = self._opened()
            low_res = None
            before = replace(clicks, points=clicks.points[:-1])
            if clicks.points and not before.is_empty:
                earlier = self._predicted(frame, embedding, before.taking(0), size)
                low_res = earlier.low_res[min(before.last_taken, len(earlier.low_res) - 1)]
            elif clicks.rough is not None:
                low_res = opened.segmenter.low_res_of(clicks.rough.to_array())
            kept = opened.predict(embedding, segment_prompt(_with_box(clicks, size), low_res))
            self._answers[frame, clicks] = kept
            while len(self._answers) > _ANSWERS:
                self._answers.popitem(last=False)
        self._answers.move_to_end((frame, clicks))
        return kept


def _with_box(clicks: Clicks, size: tuple[int, ...]) -> Clicks:
    """A rough mask alone is said again as the box round it: networks go by that more than by the mask."""
    if clicks.rough is None or clicks.points or clicks.box is not None:
        return clicks
    box = clicks.rough.bbox
    margin = round(_BOX_MARGIN * max(box.width, box.height))
    wider = Rect(box.x - margin, box.y - margin, box.width + 2 * margin, box.height + 2 * margin)
    return replace(clicks, box=wider.clipped(size[1], size[0]))


def clicked_masks(
    asked: Mapping[int, Clicks],
    reader: ClipReader,
    segmenting: Segmenting,
    on_loaded: Callable[[LoadedSegmenter], object],
) -> Callable[[JobContext], dict[int, MaskPrompt]]:
    """A job that turns the clicks of several frames into what the object is there.

    Args:
        asked: clicks by frame.
        reader: the clip.
        segmenting: answers.
        on_loaded: told what answers, once it is known.

    Raises:
        UserError: from the job: the segmenter cannot be had or fails, or it finds nothing.
    """

    def run(context: JobContext) -> dict[int, MaskPrompt]:
        found = {}
        for done, (frame, clicks) in enumerate(sorted(asked.items()), 1):
            answer = segmenting.answer(frame, reader.frame(frame).rgb, clicks, context.checkpoint)
            if done == 1 and segmenting.loaded is not None:
                on_loaded(segmenting.loaded)
            if answer.mask.is_empty:
                raise UserError(f"Nothing was found at frame {frame}: move the point onto the object, or give a box.")
            found[frame] = MaskPrompt(answer.mask, frame, clicks)
            context.progress(done, len(asked), "Looking where the clicks are")
        return found

    return run
