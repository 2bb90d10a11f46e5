"""One open clip: what the user can do with it, each a method that acts at once or gives a job.

What is quick happens at once; what takes time comes back as a job, a function of a ``JobContext`` that captured its
inputs when it was made. How it is done stands in the modules beside this one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from app.core.amodal_edits import SetAmodal
from app.core.document import Document
from app.core.edits import AddObject, AddPrompt, ChangeSet, Edit, SetTrack
from app.core.history import History
from app.core.masks import MaskBlob
from app.core.object_edits import ChangeObject, SetReference
from app.core.pictures import Picture
from app.core.project_file import KeptDocument, SavedProject, load_project
from app.core.prompts import BoxPrompt, Click
from app.engine.amodal import ShapesFound
from app.engine.estimate import Estimate, SmallPicture
from app.engine.estimate_live import live_seconds
from app.engine.frames_due import FramesDue, frames_due
from app.engine.live_renderer import OnFrame, RenderOutcome
from app.engine.loader import LoadedSegmenter
from app.engine.mask_jobs import MasksFound
from app.engine.masks_in import DEFAULT_THRESHOLD, ImportedMasks
from app.engine.plan import Mode
from app.engine.preview import Rendering
from app.engine.request import Removal
from app.engine.result_view import ResultView
from app.engine.seam_quality import FrameQuality
from app.engine.shadows import Shadow
from app.engine.stills import Still
from app.engine.storage import result_cache, scratch_folder
from app.engine.survey import OnQuality, surveyed
from app.engine.track_settings import AS_USUAL, TrackSettings
from app.jobs.context import JobContext
from app.jobs.pausing import PauseSwitch
from app.media.clip_reader import ClipReader
from app.media.images import Image
from app.media.info import MediaInfo
from app.media.reader import open_clip
from app.media.size_estimate import WritingEstimate
from app.media.writer import ExportPlan
from app.workspace.clip import OpenClip, identity_of
from app.workspace.exporting import Exporting, RemovalRun
from app.workspace.marking import Marking
from app.workspace.opening import clip_of_project, moved, saving
from app.workspace.pictures import (
    exporting_reference,
    exporting_still,
    importing_reference,
    read_references,
    reference_picture,
)
from app.workspace.restoring import Restoring
from app.workspace.tracking import Tracking


class Workspace:
    """One open clip. A context manager: leaving it closes the clip.

    Args:
        reader: the clip, now owned by the workspace.
        rate: frames a second that the user gave for a picture sequence.
        document: what was said about the clip before; an empty one by default.
    """

    def __init__(self, reader: ClipReader, *, rate: Fraction | None = None, document: Document | None = None) -> None:
        self._clip = OpenClip(reader)
        self._history = History(Document(identity_of(reader, rate)) if document is None else document)
        self._marking, self._tracking = Marking(self._clip, self._history), Tracking(self._clip, self._history)
        self._restoring = Restoring(self._clip, self._history)
        self._exporting = Exporting(self._clip)
        self.project_path: Path | None = None
        """The project file, once there is one."""
        self.saved_view: Mapping[str, Any] = {}
        """What the window kept in the project file beside the document."""
        self.saved_kept: tuple[KeptDocument, ...] = ()
        """Results that the user kept, as the project file has them."""
        self._rendering = Rendering(reader, result_cache(), scratch_folder)

    @classmethod
    def open(cls, path: Path, *, rate: Fraction | None = None) -> Self:
        """Opens a clip.

        Args:
            path: a video file, or a folder or pattern of numbered images.
            rate: frames a second of an image sequence.

        Raises:
            UserError: if it cannot be read.
        """
        return cls(open_clip(path, rate=rate), rate=rate)

    @classmethod
    def open_project(cls, path: Path, *, media: Path | None = None, accept_different: bool = False) -> Self:
        """Opens a project and its clip.

        Args:
            path: the project file.
            media: where its clip is now, where the project does not know.
            accept_different: whether a clip of another content, but the same size and number of frames, will do.

        Raises:
            MediaMissing: the clip is not where the project says.
            MediaDiffers: it is there, with another content.
            UserError: the project or the clip cannot be read, or the clip has other frames.
        """
        opened = cls.of_project(load_project(path), path, media=media, accept_different=accept_different)
        opened.project_path = path
        return opened

    @classmethod
    def of_project(
        cls, saved: SavedProject, path: Path, *, media: Path | None = None, accept_different: bool = False
    ) -> Self:
        """Opens the clip of a project that was read already, such as an autosaved one; as ``open_project``."""
        reader, clip = clip_of_project(saved, path, media=media, accept_different=accept_different)
        document, kept = moved(saved, clip)
        opened = cls(reader, document=document)
        opened.saved_view, opened.saved_kept = saved.view, kept
        return opened

    def save(
        self, path: Path, view: Mapping[str, Any] | None = None, kept: Sequence[KeptDocument] = ()
    ) -> Callable[[JobContext], Path]:
        """A job that saves the document as it is now; its caller then says ``saved``.

        Args:
            path: the project file.
            view: what the window wants to find again, as plain data.
            kept: results that the user keeps.

        Raises:
            UserError: from the job, if it cannot be written.
        """
        return saving(path, self.document, view, kept)

    def saved(self, path: Path, document: Document | None = None) -> None:
        """A project was saved: the document as it is now, or as it was when the job was made."""
        self.project_path = path
        self._history.mark_saved(document)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the clip."""
        self._clip.reader.close()

    @property
    def reader(self) -> ClipReader:
        """The clip itself; only jobs decode from it."""
        return self._clip.reader

    @property
    def info(self) -> MediaInfo:
        """What the clip is."""
        return self._clip.info

    @property
    def frame_count(self) -> int:
        """Number of frames."""
        return self._clip.frame_count

    def frame_range(self, asked: tuple[int, int | None] | None) -> tuple[int, int]:
        """A range of this clip, from what the user gave.

        Raises:
            UserError: it reaches beyond the clip.
        """
        return self._clip.range(asked)

    def frames_with_masks(self, removal: Removal) -> tuple[int, int]:
        """First frame and end (exclusive) of the masks that a removal can use: those of its range, and round it.

        Raises:
            UserError: the range reaches beyond the clip.
        """
        return self._clip.range_with_masks(removal)

    @property
    def history(self) -> History:
        """What was done to the document, for undo and redo."""
        return self._history

    @property
    def document(self) -> Document:
        """The objects, as they are now."""
        return self._history.document

    def perform(self, *edits: Edit) -> ChangeSet:
        """Does edits as one step."""
        return self._history.perform(*edits)

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

    def shadow(self, object_id: int, frames: tuple[int, int]) -> Callable[[JobContext], Shadow]:
        """A job that proposes an object's cast shadow in these frames, for ``accept_shadow`` or to be thrown away.

        Raises:
            UserError: the object has no mask there.
        """
        return self._tracking.shadow(object_id, frames)

    def shadow_edits(self, object_id: int, shadow: Shadow) -> tuple[AddObject, SetTrack]:
        """The edits that add a proposed shadow as an object of its own, named after the one that casts it.

        It is removed like any other, and can be painted over.
        """
        return self._marking.shadow_edits(object_id, shadow)

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

    def check_removal(self, removal: Removal) -> None:
        """Refuses a removal that cannot be done, before anything takes time.

        Raises:
            UserError: range, engine, codec, target or report.
        """
        self._exporting.check(removal)

    def export_plan(self, removal: Removal) -> ExportPlan:
        """What an export would write, what it carries and what it loses; looks at no target.

        Raises:
            UserError: the codec, the quality, the container or the output cannot be had.
        """
        return self._exporting.plan(removal)

    def references(self, paths: Mapping[int, Path]) -> dict[int, Image]:
        """Reads pictures of frames that were retouched by hand.

        Raises:
            UserError: one is no picture, of another size, or of a frame that does not exist.
        """
        return read_references(self._clip, paths)

    def results(self, document: Document | None = None, *, draft: bool = False, aside: bool = False) -> ResultView:
        """What there is of a document's result, the present one's by default; takes some tens of milliseconds.

        Args:
            document: whose result.
            draft: whether live renders work at half the size: quicker, softer, and of no use to an export.
            aside: whether the document is one kept to compare, whose results make no other document's stale.

        Raises:
            UserError: the document asks for an engine that there is not.
        """
        return self._rendering.view(
            document or self.document, self._clip.planned(), self._clip.rate, draft=draft, aside=aside
        )

    def live(
        self, view: ResultView, start: int, *, on_frame: OnFrame, pause: PauseSwitch | None = None
    ) -> Callable[[JobContext], RenderOutcome]:
        """A job that renders from a frame on, forward, into the result cache; see ``LiveRenderer.run``."""
        return self._rendering.live(view, start, on_frame, pause)

    def render(
        self, view: ResultView, *, on_frame: OnFrame, pause: PauseSwitch | None = None
    ) -> Callable[[JobContext], RenderOutcome]:
        """A job that renders the range, both ways in time, into the result cache; see ``render_final``."""
        return self._rendering.final(view, on_frame, pause)

    def estimate(self, view: ResultView, pictures: SmallPicture | None = None) -> Callable[[JobContext], Estimate]:
        """A job that says how long ``render`` will take and how much no frame ever shows.

        Args:
            view: what would be rendered.
            pictures: gives small pictures of frames, such as a scrub proxy's, so that nothing has to be decoded.
        """
        return self._rendering.estimate(view, pictures)

    def render_seconds(self, removal: Removal, pictures: SmallPicture | None = None) -> Callable[[JobContext], float]:
        """A job that says how long the frames take that an export of the present document has to render first.

        Args:
            removal: the export.
            pictures: see ``estimate``.
        """

        def run(context: JobContext) -> float:
            view = self.results()
            if removal.mode is Mode.LIVE:
                return live_seconds(view, self.reader, context)
            return self._rendering.estimate(view, pictures)(context).seconds

        return run

    def survey(self, view: ResultView, *, on_quality: OnQuality) -> Callable[[JobContext], dict[int, FrameQuality]]:
        """A job that judges every rendered frame, for the quality lane; see ``app.engine.survey``."""
        return lambda context: surveyed(view, self.reader, on_quality, context)

    def frames_due(self, removal: Removal) -> FramesDue:
        """How many frames an export of the document as it is now has to render; takes some tens of milliseconds.

        Raises:
            UserError: the document asks for an engine that there is not.
        """
        return frames_due(self.results(), live=removal.mode is Mode.LIVE)

    def writing_of(self, removal: Removal) -> Callable[[JobContext], WritingEstimate]:
        """A job that says about how many bytes the cleaned clip of a removal will take, and how long writing them does.

        Raises:
            UserError: from the job, if it cannot be encoded as asked.
        """
        return self._exporting.writing(removal)

    def removal(self, target: Path, **changes: Any) -> Removal:
        """The removal that the document's own settings ask for, to be written to a target.

        Args:
            target: file or folder.
            changes: other fields of ``Removal``.
        """
        return self._exporting.removal(self.document, target, changes)

    def export_reference(self, view: ResultView, index: int, path: Path) -> Callable[[JobContext], Path]:
        """A job that writes a frame as PNG, filled as far as it is rendered, for retouching by hand.

        Clips of more than 8 bits give 16-bit pictures.

        Raises:
            UserError: from the job, if it cannot be written.
        """
        return exporting_reference(self._clip, view, index, path)

    def export_still(self, view: ResultView, index: int, path: Path, still: Still) -> Callable[[JobContext], Path]:
        """A job that writes one frame as a picture, PNG or TIFF by its name; see ``still_image``.

        Raises:
            UserError: from the job: the frame is not rendered, or the picture cannot be written.
        """
        return exporting_still(self._clip, view, index, path, still)

    def reference_picture(self, view: ResultView, index: int) -> Callable[[JobContext], Picture]:
        """A job that gives a frame, filled as far as it is rendered, as ``(H, W, 3)`` uint8 or uint16 to paint on."""
        return reference_picture(self._clip, view, index)

    def import_reference(self, index: int, path: Path) -> Callable[[JobContext], SetReference]:
        """A job that reads a retouched frame; its edit puts it into the document.

        Raises:
            UserError: from the job: no picture, or of another size than the clip.
        """
        return importing_reference(self._clip, self.document, index, path)

    def remove(self, removal: Removal, document: Document | None = None) -> RemovalRun:
        """A job that removes every object of a document and writes the target.

        Args:
            removal: what to write, and how.
            document: the present one by default.

        Raises:
            UserError: as ``check_removal`` and ``references``.
        """
        return self._exporting.remove(removal, document or self.document)

    def show(self, removal: Removal, folder: Path) -> Callable[[JobContext], tuple[Path, ...]]:
        """A job that shows a finished removal: a matte clip, a before/after clip and a contact sheet in a folder."""
        return self._exporting.show(removal, self.document, folder)
