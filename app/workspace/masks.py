"""What is marked in an open clip: objects, what was said about them, their masks, and whole shapes of hidden ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from app.core.amodal_edits import SetAmodal
from app.core.document import Document, ObjectSettings
from app.core.edits import AddObject, AddPrompt, Edit, SetTrack
from app.core.masks import MaskBlob
from app.core.object_edits import ChangeObject
from app.core.prompts import BoxPrompt, Click
from app.engine.amodal import ShapesFound
from app.engine.loader import LoadedSegmenter
from app.engine.mask_jobs import MasksFound
from app.engine.masks_in import DEFAULT_THRESHOLD, ImportedMasks
from app.engine.request import Removal
from app.engine.shadows import Shadow
from app.engine.track_check import Reasons
from app.engine.track_pace import Pace
from app.engine.track_settings import AS_USUAL, TrackSettings
from app.jobs.context import JobContext
from app.media.clip_reader import ClipReader
from app.workspace.marking import Marking
from app.workspace.project import OpenProject
from app.workspace.restoring import Restoring
from app.workspace.tracking import Tracking


class MarkedProject(OpenProject):
    """What ``Workspace`` is before anything is rendered; arguments as there."""

    def __init__(self, reader: ClipReader, *, rate: Fraction | None = None, document: Document | None = None) -> None:
        super().__init__(reader, rate=rate, document=document)
        self._marking, self._tracking = Marking(self._clip, self._history), Tracking(self._clip, self._history)
        self._restoring = Restoring(self._clip, self._history)

    def frames_with_masks(self, removal: Removal) -> tuple[int, int]:
        """First frame and end (exclusive) of the masks that a removal can use: those of its range, and round it.

        Raises:
            UserError: the range reaches beyond the clip.
        """
        return self._clip.range_with_masks(removal)

    def add_object(self, name: str = "object") -> int:
        """Adds an object and gives its id."""
        return self._marking.add_object(name)

    def box(self, object_id: int, prompt: BoxPrompt) -> AddPrompt:
        """An edit that adds a box, clipped to the picture.

        Raises:
            UserError: it lies outside the picture or the clip.
        """
        return self._marking.box(object_id, prompt)

    def first_mask(self, object_id: int, path: Path, frame: int) -> AddPrompt:
        """An edit that adds the object's mask in one frame, from an image.

        Raises:
            UserError: it cannot be read, has another size than the clip, is empty, or the clip has no such frame.
        """
        return self._marking.first_mask(object_id, path, frame)

    def clicked(
        self,
        object_id: int,
        points: Sequence[tuple[Click, int]],
        boxes: Sequence[BoxPrompt],
        *,
        segmenter: str = "auto",
        on_loaded: Callable[[LoadedSegmenter], object] = lambda _loaded: None,
    ) -> Callable[[JobContext], list[AddPrompt]]:
        """A job that finds an object's mask in every frame that has points or boxes, for the tracker to follow.

        Args:
            object_id: whom.
            points: clicks, each with its frame.
            boxes: round the object; of several in a frame the last counts.
            segmenter: see ``load_segmenter``.
            on_loaded: told what answers, once it is known.

        Raises:
            UserError: a point or a box lies outside the picture or the clip; from the job: the segmenter cannot be
                had, or finds nothing.
        """
        return self._tracking.clicked(object_id, points, boxes, segmenter=segmenter, on_loaded=on_loaded)

    def still_boxes(self, object_id: int, frames: tuple[int, int]) -> MasksFound:
        """Masks from an object's boxes without tracking: a logo, a time code; between boxes they move straight."""
        return self._marking.still_boxes(object_id, frames)

    def track(
        self,
        object_id: int,
        frames: tuple[int, int],
        *,
        start: int | None = None,
        on_frame: Callable[[int, MaskBlob], None] | None = None,
        use_cache: bool = True,
        settings: TrackSettings = AS_USUAL,
    ) -> Callable[[JobContext], MasksFound]:
        """A job that follows an object from its prompts, through the shots that hold one.

        Args:
            object_id: whom.
            frames: first frame and end (exclusive) in which it is looked for.
            start: the frame whose mask, as it is, is followed where the user said nothing about that frame; only
                prompts in ``frames`` count beside it. None to follow every prompt.
            on_frame: called in the job's thread with each mask as soon as it is found, in the order of tracking.
            use_cache: whether what was tracked before is taken from, and what is new kept in, the result cache.
            settings: which tracker, and what happens when the object is lost.

        Raises:
            UserError: nothing says what to follow.
        """
        return self._tracking.track(
            object_id, frames, start=start, on_frame=on_frame, use_cache=use_cache, settings=settings
        )

    def track_together(
        self,
        object_ids: Sequence[int],
        frames: tuple[int, int],
        *,
        start: int | None = None,
        on_frame: Callable[[int, int, MaskBlob], None] | None = None,
        use_cache: bool = True,
        settings: TrackSettings = AS_USUAL,
    ) -> Callable[[JobContext], list[MasksFound]]:
        """A job that follows several objects in one pass, none of which takes another's pixels; see ``track``.

        ``on_frame`` is told the object as well, and an object's frame again where it loses pixels to another one.
        """
        return self._tracking.together(
            object_ids, frames, start=start, on_frame=on_frame, use_cache=use_cache, settings=settings
        )

    def check_tracks(
        self, found: Sequence[MasksFound], frames: tuple[int, int], *, pace: Pace | None = None, use_cache: bool = True
    ) -> Callable[[JobContext], list[Reasons]]:
        """A job that tracks a second time with the mask network, and says where it finds something else.

        Args:
            found: the tracks of one run.
            frames: first frame and end (exclusive) of what was tracked.
            pace: is told what is tracked anew and how long it takes.
            use_cache: as in ``track``.

        Returns:
            By track, by frame, why its mask may be wrong; ``app.engine.track_check.checked`` notes it in the track.
        """
        return self._tracking.check(found, frames, pace=pace or Pace(), use_cache=use_cache)

    def shadow(self, object_id: int, frames: tuple[int, int]) -> Callable[[JobContext], Shadow]:
        """A job that proposes an object's cast shadow in these frames, for ``accept_shadow`` or to be thrown away.

        Raises:
            UserError: the object has no mask there.
        """
        return self._tracking.shadow(object_id, frames)

    def shadow_edits(
        self, object_id: int, shadow: Shadow, settings: ObjectSettings | None = None
    ) -> tuple[AddObject, SetTrack]:
        """The edits that add a proposed shadow as an object of its own, named after the one that casts it.

        It is removed like any other, and can be painted over.

        Args:
            object_id: who casts it.
            shadow: as it was proposed.
            settings: the new object's, those of any new object if None.
        """
        return self._marking.shadow_edits(object_id, shadow, settings)

    def accept_shadow(self, object_id: int, shadow: Shadow) -> int:
        """Adds a proposed shadow, see ``shadow_edits``, as one step of undo, and gives its id."""
        return self._marking.accept_shadow(object_id, shadow)

    def found(self, found: MasksFound) -> Edit:
        """The edit of a job's masks for the document as it is now: tracking leaves what was painted meanwhile."""
        return self._marking.found(found)

    def partly_tracked(self, object_id: int, masks: Mapping[int, MaskBlob]) -> Edit:
        """The edit of the masks that tracking found before it was stopped."""
        return self._marking.partly_tracked(object_id, masks)

    def import_masks(
        self,
        object_id: int,
        source: Path,
        frames: tuple[int, int],
        *,
        looked_at: tuple[int, int] | None = None,
        threshold: float = DEFAULT_THRESHOLD,
    ) -> Callable[[JobContext], MasksFound]:
        """A job that reads an object's masks from a folder of images or from a video; see ``read_masks``.

        Raises:
            UserError: from the job: not readable, or of another size or number than the clip.
        """
        read = self.read_masks(source, frames, looked_at=looked_at, threshold=threshold)
        return self._marking.importing(object_id, read)

    def read_masks(
        self,
        source: Path,
        frames: tuple[int, int],
        *,
        looked_at: tuple[int, int] | None = None,
        threshold: float = DEFAULT_THRESHOLD,
    ) -> Callable[[JobContext], ImportedMasks]:
        """A job that reads masks for whatever object from a folder of images or from a video.

        Args:
            source: one image or frame for each frame of the clip, or of the range.
            frames: first frame and end (exclusive) of the range.
            looked_at: a longer range, read where the source has masks for it.
            threshold: 0 to 1; a pixel whose value is above is removed.

        Raises:
            UserError: from the job: not readable, or of another size or number than the clip.
        """
        return self._marking.reading(source, frames, looked_at=looked_at, threshold=threshold)

    def read_mask_image(self, path: Path) -> Callable[[JobContext], MaskBlob]:
        """A job that reads one frame's mask from an image.

        Raises:
            UserError: from the job: no picture, of another size than the clip, or empty.
        """
        return self._marking.read_image(path)

    def check_mask_folder(self, folder: Path, *, overwrite: bool) -> None:
        """Refuses a folder that masks cannot be written into, before anything takes time.

        Raises:
            UserError: with the reason.
        """
        self._marking.check_folder(folder, overwrite=overwrite)

    def write_masks(
        self, object_id: int, frames: tuple[int, int], folder: Path, *, overwrite: bool, soft: bool = False
    ) -> Callable[[JobContext], None]:
        """A job that writes one PNG a frame, white = the object, named by the frame: ``00000.png`` onwards.

        The folder appears whole or not at all. ``soft`` writes mattes whose edges are fitted to the picture's.
        """
        return self._marking.writing(object_id, frames, folder, overwrite=overwrite, soft=soft)

    def restore(self, object_id: int, occluders: Sequence[int] = (), kind: str = "") -> ChangeObject:
        """An edit that sets an object to be brought back where others hide it.

        Args:
            object_id: whom.
            occluders: ids of the objects in front of it. One that is kept stays, but for what the object hides behind
                it; one that is removed goes, and the object stands before the background.
            kind: what it is, one of ``restored_kinds()``; empty for unknown.

        Raises:
            UserError: it is named among its own occluders, or there is no such kind.
        """
        return self._restoring.restore(object_id, occluders, kind)

    def touching_objects(self, object_id: int) -> tuple[int, ...]:
        """Ids of the objects whose masks touch what is seen of an object, the longest touching first.

        Takes up to some hundred milliseconds.
        """
        return self._restoring.touching(object_id)

    def predict_amodal(
        self,
        object_id: int,
        frames: tuple[int, int] | None = None,
        *,
        device: str = "auto",
        on_frame: Callable[[int, MaskBlob], None] | None = None,
    ) -> Callable[[JobContext], ShapesFound]:
        """A job that predicts an object's whole shape wherever its occluders are; what the user drew stays.

        Args:
            object_id: whom.
            frames: first frame and end (exclusive); None for the document's range.
            device: where networks run.
            on_frame: called in the job's thread with each shape as soon as it is found.

        Raises:
            UserError: the object, or what hides it, has no masks in these frames.
        """
        return self._restoring.predict(object_id, frames or self.document.range, device=device, on_frame=on_frame)

    def predicted(self, found: ShapesFound) -> SetAmodal:
        """The edit of a prediction for the document as it is now: it leaves what was drawn meanwhile."""
        return self._restoring.predicted(found)

    def paint_amodal(
        self, object_id: int, masks: Mapping[int, MaskBlob | None], label: str = "Paint whole shape"
    ) -> SetAmodal:
        """An edit that gives frames whole shapes that the user made; None forgets a frame's."""
        return self._restoring.paint(object_id, masks, label)

    def import_amodal(
        self,
        object_id: int,
        source: Path,
        frames: tuple[int, int],
        *,
        looked_at: tuple[int, int] | None = None,
        threshold: float = DEFAULT_THRESHOLD,
    ) -> Callable[[JobContext], SetAmodal]:
        """A job that reads an object's whole shapes from files; see ``read_masks``.

        Raises:
            UserError: from the job: not readable, or of another size or number than the clip.
        """
        read = self.read_masks(source, frames, looked_at=looked_at, threshold=threshold)
        return self._restoring.importing(object_id, read)

    def write_amodal(
        self, object_id: int, frames: tuple[int, int], folder: Path, *, overwrite: bool
    ) -> Callable[[JobContext], None]:
        """A job that writes an object's whole shape in each frame, as ``write_masks`` does what is seen of it."""
        return self._restoring.writing(object_id, frames, folder, overwrite=overwrite)
