"""Masks of a workspace's objects that are found by looking at the pictures: clicks, tracks, shadows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.core.edits import AddPrompt
from app.core.history import History
from app.core.masks import MaskBlob
from app.core.prompts import BoxPrompt, Click, clicks_of
from app.engine import mask_jobs
from app.engine.loader import LoadedSegmenter
from app.engine.mask_jobs import MasksFound
from app.engine.segmenting import Segmenting, clicked_masks
from app.engine.shadows import Shadow
from app.engine.storage import result_cache
from app.engine.track_check import SECOND_LOOK, Reasons, checking
from app.engine.track_pace import Pace
from app.engine.track_settings import AS_USUAL, TrackSettings
from app.jobs.context import JobContext
from app.workspace.clip import OpenClip


class Tracking:
    """Jobs that look for objects in the clip.

    Args:
        clip: the clip.
        history: of the document.
    """

    def __init__(self, clip: OpenClip, history: History) -> None:
        self._clip, self._history = clip, history

    def clicked(
        self,
        object_id: int,
        points: Sequence[tuple[Click, int]],
        boxes: Sequence[BoxPrompt],
        *,
        segmenter: str,
        on_loaded: Callable[[LoadedSegmenter], object],
    ) -> Callable[[JobContext], list[AddPrompt]]:
        """See ``Workspace.clicked``."""
        asked = clicks_of(points, boxes, *self._clip.size, self._clip.frame_count)
        look = clicked_masks(asked, self._clip.reader, Segmenting(segmenter), on_loaded)
        return lambda context: [AddPrompt(object_id, prompt) for prompt in look(context).values()]

    def track(
        self,
        object_id: int,
        frames: tuple[int, int],
        *,
        start: int | None,
        on_frame: Callable[[int, MaskBlob], None] | None,
        use_cache: bool,
        settings: TrackSettings,
    ) -> Callable[[JobContext], MasksFound]:
        """See ``Workspace.track``."""
        source = self._source(settings, use_cache=use_cache)
        return mask_jobs.tracking(self._history.document, object_id, frames, source, start=start, on_frame=on_frame)

    def together(
        self,
        object_ids: Sequence[int],
        frames: tuple[int, int],
        *,
        start: int | None,
        on_frame: Callable[[int, int, MaskBlob], None] | None,
        use_cache: bool,
        settings: TrackSettings,
    ) -> Callable[[JobContext], list[MasksFound]]:
        """See ``Workspace.track_together``."""
        source = self._source(settings, use_cache=use_cache)
        document = self._history.document
        return mask_jobs.tracking_together(document, object_ids, frames, source, start=start, on_frame=on_frame)

    def check(
        self, found: Sequence[MasksFound], frames: tuple[int, int], *, pace: Pace, use_cache: bool
    ) -> Callable[[JobContext], list[Reasons]]:
        """See ``Workspace.check_tracks``."""
        source = self._source(SECOND_LOOK, use_cache=use_cache)
        return checking(self._history.document, found, frames, source, pace)

    def shadow(self, object_id: int, frames: tuple[int, int]) -> Callable[[JobContext], Shadow]:
        """See ``Workspace.shadow``."""
        source = self._source(AS_USUAL, use_cache=False)
        return mask_jobs.shadow_of(self._history.document, object_id, frames, source)

    def _source(self, settings: TrackSettings, *, use_cache: bool) -> mask_jobs.TrackSource:
        cache = result_cache() if use_cache else None
        return mask_jobs.TrackSource(self._clip.reader, self._clip.has_fields, cache, settings)
