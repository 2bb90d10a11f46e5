"""One open clip: every user operation is a method here, and the command line and the window both drive it.

What is quick happens at once; what takes time comes back as a job, a function of a ``JobContext`` that captured its
inputs when it was made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from app import environment
from app.core.document import ClipIdentity, Document, MaskOrigin
from app.core.edits import AddObject, AddPrompt, ChangeSet, Edit, SetTrack
from app.core.errors import UserError
from app.core.history import History
from app.core.masks import MaskBlob
from app.core.media_link import MediaDiffers, check_clip, content_fingerprint, find_media, media_at
from app.core.object_edits import SetReference
from app.core.pictures import ImageBlob, Picture
from app.core.project_file import KeptDocument, SavedProject, load_project, save_project
from app.core.prompts import BoxPrompt, Click, MaskPrompt, clicks_of, fitted
from app.engine import mask_jobs
from app.engine.estimate import Estimate, SmallPicture
from app.engine.export import RemovalJob, run_removal
from app.engine.frames_due import FramesDue, frames_due
from app.engine.holes import HoleSettings, HoleShape
from app.engine.live_renderer import OnFrame, RenderOutcome
from app.engine.loader import LoadedSegmenter, load_engine
from app.engine.mask_jobs import MasksFound
from app.engine.masks_in import (
    DEFAULT_THRESHOLD,
    ImportedMasks,
    MasksWanted,
    read_mask,
)
from app.engine.object_masks import MaskFacts
from app.engine.outputs import check_output, output_info
from app.engine.plan import Mode, RemovalPlan
from app.engine.planning import PlannedClip, plan_of
from app.engine.preview import Rendering
from app.engine.protocols import Engine
from app.engine.report import RemovalReport, check_report
from app.engine.request import Removal, notes_for_report, run_up_frames, settings_for_report
from app.engine.result_view import ResultView
from app.engine.results import source_identity
from app.engine.seam_quality import FrameQuality
from app.engine.segmenting import Segmenting, clicked_masks
from app.engine.shadows import Shadow
from app.engine.stills import Still, still_image
from app.engine.storage import result_cache, scratch_folder
from app.engine.survey import OnQuality, surveyed
from app.engine.track_settings import AS_USUAL, TrackSettings
from app.engine.tracking import (
    painted_masks,
)
from app.jobs.context import JobContext
from app.jobs.pausing import PauseSwitch
from app.media.clip_reader import ClipReader
from app.media.convert import deep_view
from app.media.images import Image, read_image, write_image
from app.media.info import MediaInfo
from app.media.reader import open_clip
from app.media.size_estimate import WritingEstimate, estimated_writing
from app.media.target import Target
from app.media.writer import ExportPlan, plan_export

RemovalRun = Callable[[JobContext], RemovalReport]


class Workspace:
    """One open clip. A context manager: leaving it closes the clip.

    Args:
        reader: the clip, now owned by the workspace.
        rate: frames a second that the user gave for a picture sequence.
        document: what was said about the clip before; an empty one by default.
    """

    def __init__(self, reader: ClipReader, *, rate: Fraction | None = None, document: Document | None = None) -> None:
        self._reader = reader
        self._history = History(Document(_identity_of(reader, rate)) if document is None else document)
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
        wanted = saved.document.clip
        found = find_media(path, wanted, saved.relative) if media is None else media_at(media, wanted)
        if not found.same_content and not accept_different:
            raise MediaDiffers(found.path, wanted)
        rate = Fraction(wanted.rate) if wanted.rate else None
        reader = open_clip(found.path, rate=rate)
        try:
            clip = _identity_of(reader, rate)
            check_clip(clip, wanted)
            opened = cls(reader, document=replace(saved.document, clip=clip))
        except BaseException:
            reader.close()
            raise
        opened.saved_view = saved.view
        opened.saved_kept = tuple(replace(each, document=replace(each.document, clip=clip)) for each in saved.kept)
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
        document = self.document

        def run(_: JobContext) -> Path:
            save_project(path, document, view, kept)
            return path

        return run

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
        self._reader.close()

    @property
    def reader(self) -> ClipReader:
        """The clip itself; only jobs decode from it."""
        return self._reader

    @property
    def info(self) -> MediaInfo:
        """What the clip is."""
        return self._reader.info

    @property
    def frame_count(self) -> int:
        """Number of frames."""
        return len(self._reader)

    @property
    def _has_fields(self) -> bool:
        """Whether frames are split into fields; of one turned on its side they lie in columns, and it stays whole."""
        return self.info.interlaced and not self.info.orientation.turns_sideways

    def frame_range(self, asked: tuple[int, int | None] | None) -> tuple[int, int]:
        """A range of this clip, from what the user gave.

        Raises:
            UserError: it reaches beyond the clip.
        """
        first, asked_end = asked if asked is not None else (0, None)
        end = self.frame_count if asked_end is None else asked_end
        if first >= self.frame_count or end > self.frame_count:
            typed = f"{first}:{'' if asked_end is None else asked_end}"
            raise UserError(
                f"The range {typed} reaches beyond {self.info.path.name}, which has {self.frame_count} frames: "
                f"give at most 0:{self.frame_count}."
            )
        return first, end

    def frames_with_masks(self, removal: Removal) -> tuple[int, int]:
        """First frame and end (exclusive) of the masks that a removal can use: those of its range, and round it.

        Raises:
            UserError: the range reaches beyond the clip.
        """
        first, end = self.frame_range(removal.frames)
        before, after = removal.frames_around(float(self.info.rate))
        return max(0, first - before), min(self.frame_count, end + after)

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
        object_id = self.document.next_id
        self.perform(AddObject(name))
        return object_id

    def box(self, object_id: int, prompt: BoxPrompt) -> AddPrompt:
        """An edit that adds a box, clipped to the picture.

        Raises:
            UserError: it lies outside the picture or the clip.
        """
        return AddPrompt(object_id, fitted(prompt, self.info.width, self.info.height, self.frame_count))

    def first_mask(self, object_id: int, path: Path, frame: int) -> AddPrompt:
        """An edit that adds the object's mask in one frame, from an image.

        Raises:
            UserError: it cannot be read, has another size than the clip, is empty, or the clip has no such frame.
        """
        if frame >= self.frame_count:
            raise UserError(
                f"The mask {path.name} is for frame {frame}, but the clip has {self.frame_count} frames, the last is "
                f"{self.frame_count - 1}."
            )
        return AddPrompt(object_id, MaskPrompt(read_mask(path, self.info.width, self.info.height), frame))

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
        asked = clicks_of(points, boxes, self.info.width, self.info.height, self.frame_count)
        look = clicked_masks(asked, self._reader, Segmenting(segmenter), on_loaded)
        return lambda context: [AddPrompt(object_id, prompt) for prompt in look(context).values()]

    def still_boxes(self, object_id: int, frames: tuple[int, int]) -> MasksFound:
        """Masks from an object's boxes without tracking: a logo, a time code; between boxes they move straight."""
        return mask_jobs.still_boxes(self.document, object_id, frames)

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
        source = self._track_source(settings, use_cache=use_cache)
        return mask_jobs.tracking(self.document, object_id, frames, source, start=start, on_frame=on_frame)

    def track_together(
        self,
        object_ids: Sequence[int],
        frames: tuple[int, int],
        *,
        use_cache: bool = True,
        settings: TrackSettings = AS_USUAL,
    ) -> Callable[[JobContext], list[MasksFound]]:
        """A job that follows several objects in one pass, none of which takes another's pixels; see ``track``."""
        source = self._track_source(settings, use_cache=use_cache)
        return mask_jobs.tracking_together(self.document, object_ids, frames, source)

    def shadow(self, object_id: int, frames: tuple[int, int]) -> Callable[[JobContext], Shadow]:
        """A job that proposes an object's cast shadow in these frames, for ``accept_shadow`` or to be thrown away.

        Raises:
            UserError: the object has no mask there.
        """
        source = self._track_source(AS_USUAL, use_cache=False)
        return mask_jobs.shadow_of(self.document, object_id, frames, source)

    def shadow_edits(self, object_id: int, shadow: Shadow) -> tuple[AddObject, SetTrack]:
        """The edits that add a proposed shadow as an object of its own, named after the one that casts it.

        It is removed like any other, and can be painted over.
        """
        add = AddObject(f"{self.document.object(object_id).name} (shadow)")
        with_it = add.apply(self.document).document
        return add, SetTrack.tracked(with_it, self.document.next_id, shadow.masks)

    def accept_shadow(self, object_id: int, shadow: Shadow) -> int:
        """Adds a proposed shadow, see ``shadow_edits``, as one step of undo, and gives its id."""
        shadow_id = self.document.next_id
        self.perform(*self.shadow_edits(object_id, shadow))
        return shadow_id

    def _track_source(self, settings: TrackSettings, *, use_cache: bool) -> mask_jobs.TrackSource:
        cache = result_cache() if use_cache else None
        return mask_jobs.TrackSource(self._reader, self._has_fields, cache, settings)

    def found(self, found: MasksFound) -> Edit:
        """The edit of a job's masks for the document as it is now: tracking leaves what was painted meanwhile."""
        painted = frozenset(painted_masks(self.document.object(found.edit.object_id)))
        spare = painted & found.edit.frames if found.facts.origin is MaskOrigin.TRACKED else frozenset()
        return found.edit.on(self.document, spare=spare)

    def partly_tracked(self, object_id: int, masks: Mapping[int, MaskBlob]) -> Edit:
        """The edit of the masks that tracking found before it was stopped."""
        edit = SetTrack.tracked(self.document, object_id, masks)
        return edit.on(self.document, spare=frozenset(painted_masks(self.document.object(object_id))) & edit.frames)

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
        document = self.document
        read = self.read_masks(source, frames, looked_at=looked_at, threshold=threshold)

        def run(context: JobContext) -> MasksFound:
            found = read(context)
            facts = MaskFacts(MaskOrigin.DRAWN)
            return MasksFound(SetTrack.imported(document, object_id, found.masks, found.soft), facts)

        return run

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
        wanted = MasksWanted(self.info.width, self.info.height, self.frame_count, frames, threshold, looked_at)
        return mask_jobs.reading(source, wanted)

    def read_mask_image(self, path: Path) -> Callable[[JobContext], MaskBlob]:
        """A job that reads one frame's mask from an image.

        Raises:
            UserError: from the job: no picture, of another size than the clip, or empty.
        """
        return lambda _context: read_mask(path, self.info.width, self.info.height)

    def check_mask_folder(self, folder: Path, *, overwrite: bool) -> None:
        """Refuses a folder that masks cannot be written into, before anything takes time.

        Raises:
            UserError: with the reason.
        """
        Target(folder, (self.info.path,), folder=True, overwrite=overwrite).discard()

    def write_masks(
        self, object_id: int, frames: tuple[int, int], folder: Path, *, overwrite: bool, soft: bool = False
    ) -> Callable[[JobContext], None]:
        """A job that writes one PNG a frame, white = the object, named by the frame: ``00000.png`` onwards.

        The folder appears whole or not at all. ``soft`` writes mattes whose edges are fitted to the picture's.
        """
        size = (self.info.width, self.info.height)
        marked = self.document.object(object_id)
        pictures = self._track_source(AS_USUAL, use_cache=False).clip if soft else None
        return mask_jobs.writing(
            marked, frames, size, folder, source=self.info.path, overwrite=overwrite, pictures=pictures
        )

    def check_removal(self, removal: Removal) -> None:
        """Refuses a removal that cannot be done, before anything takes time.

        Raises:
            UserError: range, engine, codec, target or report.
        """
        if removal.trim and removal.frames is None:
            raise UserError("--trim writes only the range, so it needs one: add --range A:B.")
        if removal.delay and removal.mode is Mode.FINAL:
            raise UserError(
                "--delay is the look-ahead of --mode live; final sees the whole shot anyway, so leave it out."
            )
        self._engine(removal, pictures_per_frame=1)
        plan = self.export_plan(removal)
        sources = (self.info.path,)
        Target(removal.target, sources, folder=plan.container is None, overwrite=removal.media.overwrite).discard()
        if removal.report is not None:
            check_report(removal.report, (*sources, removal.target), overwrite=removal.media.overwrite)

    def export_plan(self, removal: Removal) -> ExportPlan:
        """What an export would write, what it carries and what it loses; looks at no target.

        Raises:
            UserError: the codec, the quality, the container or the output cannot be had.
        """
        first, end = self.frame_range(removal.frames)
        trimmed = removal.trim and (first, end) != (0, self.frame_count)
        plan = plan_export(removal.target, output_info(self.info, removal.output), removal.media, trimmed=trimmed)
        check_output(plan, removal.output)
        return plan

    def references(self, paths: Mapping[int, Path]) -> dict[int, Image]:
        """Reads pictures of frames that were retouched by hand.

        Raises:
            UserError: one is no picture, of another size, or of a frame that does not exist.
        """
        found = {}
        for frame, path in paths.items():
            if frame >= self.frame_count:
                raise UserError(
                    f"The reference {path.name} is for frame {frame}, but the clip has {self.frame_count} frames, the "
                    f"last is {self.frame_count - 1}."
                )
            image = read_image(path)
            if image.ndim == 2:
                image = image[..., None].repeat(3, axis=2)
            height, width = image.shape[:2]
            if (width, height) != (self.info.width, self.info.height):
                raise UserError(
                    f"The reference {path.name} is {width}x{height}, but the clip is {self.info.width}x"
                    f"{self.info.height}: give a picture of the same size."
                )
            found[frame] = image
        return found

    def results(self, document: Document | None = None, *, draft: bool = False) -> ResultView:
        """What there is of a document's result, the present one's by default; takes some tens of milliseconds.

        Args:
            document: whose result.
            draft: whether live renders work at half the size: quicker, softer, and of no use to an export.

        Raises:
            UserError: the document asks for an engine that there is not.
        """
        rate = float(self.info.rate)
        return self._rendering.view(document or self.document, self._planned_clip(), rate, draft=draft)

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

    def survey(self, view: ResultView, *, on_quality: OnQuality) -> Callable[[JobContext], dict[int, FrameQuality]]:
        """A job that judges every rendered frame, for the quality lane; see ``app.engine.survey``."""
        return lambda context: surveyed(view, self._reader, on_quality, context)

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
        frames = self.frame_range(removal.frames) if removal.trim else (0, self.frame_count)
        return lambda context: estimated_writing(
            self._reader,
            removal.target,
            removal.media,
            frames,
            scratch=scratch_folder(),
            checkpoint=context.checkpoint,
        )

    def removal(self, target: Path, **changes: Any) -> Removal:
        """The removal that the document's own settings ask for, to be written to a target.

        Args:
            target: file or folder.
            changes: other fields of ``Removal``.
        """
        render = self.document.render
        mode = Mode(render.mode)
        if changes.get("mode") is not None:
            mode = changes["mode"]
        asked = Removal(
            target,
            engine=render.engine,
            mode=mode,
            delay=render.delay if mode is Mode.LIVE else 0,
            holes=HoleSettings(shape=HoleShape(render.hole)),
            frames=self.document.in_out,
        )
        return replace(asked, **changes)

    def _engine(self, removal: Removal, pictures_per_frame: int) -> Engine:
        return load_engine(
            removal.engine,
            delay=removal.delay * pictures_per_frame,
            frame_rate=float(self.info.rate) * pictures_per_frame,
            device=removal.device,
            candidates=removal.candidates,
        )

    def export_reference(self, view: ResultView, index: int, path: Path) -> Callable[[JobContext], Path]:
        """A job that writes a frame as PNG, filled as far as it is rendered, for retouching by hand.

        Clips of more than 8 bits give 16-bit pictures.

        Raises:
            UserError: from the job, if it cannot be written.
        """

        def run(_: JobContext) -> Path:
            source = self._reader.frame(index)
            shown = view.composite(source) or view.outdated(source)
            write_image(path, deep_view(source if shown is None else shown))
            return path

        return run

    def export_still(self, view: ResultView, index: int, path: Path, still: Still) -> Callable[[JobContext], Path]:
        """A job that writes one frame as a picture, PNG or TIFF by its name; see ``still_image``.

        Raises:
            UserError: from the job: the frame is not rendered, or the picture cannot be written.
        """

        def run(_: JobContext) -> Path:
            write_image(path, still_image(view, self._reader.frame(index), still))
            return path

        return run

    def reference_picture(self, view: ResultView, index: int) -> Callable[[JobContext], Picture]:
        """A job that gives a frame, filled as far as it is rendered, as ``(H, W, 3)`` uint8 or uint16 to paint on."""

        def run(_: JobContext) -> Picture:
            source = self._reader.frame(index)
            shown = view.composite(source) or view.outdated(source)
            return deep_view(source if shown is None else shown)

        return run

    def import_reference(self, index: int, path: Path) -> Callable[[JobContext], SetReference]:
        """A job that reads a retouched frame; its edit puts it into the document.

        Raises:
            UserError: from the job: no picture, or of another size than the clip.
        """
        document = self.document

        def run(_: JobContext) -> SetReference:
            picture = self.references({index: path})[index]
            return SetReference.of(document, index, ImageBlob.from_array(picture[..., :3]))

        return run

    def remove(self, removal: Removal, document: Document | None = None) -> RemovalRun:
        """A job that removes every object of a document and writes the target.

        Args:
            removal: what to write, and how.
            document: the present one by default.

        Raises:
            UserError: as ``check_removal`` and ``references``.
        """
        self.check_removal(removal)
        plan = self._plan(removal, document)
        engine = self._engine(removal, plan.pictures_per_frame)
        report = RemovalReport(
            source=str(self.info.path),
            target=str(removal.target),
            settings=settings_for_report(removal, plan),
            versions={**environment.versions(), "engine": f"{engine.name} {engine.version}"},
            doubts=removal.facts.doubts,
        )

        report.notes += [f"About the source: {note}." for note in self.info.notes]
        report.notes += engine.remarks
        report.notes += notes_for_report(removal, plan)
        if removal.device == "cuda" and engine.name == "propagate":
            report.notes.append(f"The engine {engine.name} uses no GPU: it ran on the CPU.")

        def run(context: JobContext) -> RemovalReport:
            # Asking for the device imports torch, which takes seconds: not before the job.
            report.settings = {**report.settings, "device": engine.device}
            job = RemovalJob(
                plan=plan,
                engine=engine,
                target=removal.target,
                media=removal.media,
                trim=removal.trim,
                cache=result_cache() if removal.use_cache else None,
                scratch=scratch_folder(),
                check=removal.report is not None,
                output=removal.output,
            )
            try:
                return run_removal(job, self._reader, context, report)
            finally:
                if removal.report is not None and (report.failure or report.media):
                    report.write(removal.report)

        return run

    def show(self, removal: Removal, folder: Path) -> Callable[[JobContext], tuple[Path, ...]]:
        """A job that shows a finished removal: a matte clip, a before/after clip and a contact sheet in a folder."""
        plan = self._plan(removal)
        reader = self._reader

        def run(context: JobContext) -> tuple[Path, ...]:
            from app.engine.demo import Shown, contact_sheet, write_matte, write_side_by_side

            matte, pair, sheet = folder / "matte.mp4", folder / "before_after.mp4", folder / "contact_sheet.png"
            with open_clip(removal.target) as result:
                shown = Shown(reader, result, plan.cleaned_frames[0] if removal.trim else 0, plan.written_hole)
                write_matte(shown, matte, context)
                write_side_by_side(shown, pair, context)
                write_image(sheet, contact_sheet(shown))
            return matte, pair, sheet

        return run

    def _planned_clip(self) -> PlannedClip:
        info = self.info
        return PlannedClip(info.path, source_identity(info.path), info.width, info.height, self._has_fields)

    def _plan(self, removal: Removal, document: Document | None = None) -> RemovalPlan:
        info = self.info
        first, end = self.frame_range(removal.frames)
        references = {frame: path for frame, path in removal.references.items() if first <= frame < end}
        plan = plan_of(
            document or self.document,
            self._planned_clip(),
            (first, end),
            removal.mode,
            asked=removal.holes,
            references=self.references(references),
            run_up=run_up_frames(float(info.rate)),
        )
        if not plan.has_masks:
            raise UserError(
                f"There is nothing to remove in frames {first} to {end - 1} of {info.path.name}: "
                "the masks are empty there."
            )
        return plan


def _identity_of(reader: ClipReader, rate: Fraction | None) -> ClipIdentity:
    info = reader.info
    return ClipIdentity(
        str(info.path.absolute()),
        size_on_disk(info.path),
        info.width,
        info.height,
        len(reader),
        content_fingerprint(info.path),
        "" if rate is None else str(rate),
    )


def size_on_disk(path: Path) -> int:
    """Bytes of a file, or of all files in a folder; 0 for a pattern of file names."""
    if path.is_dir():
        return sum(entry.stat().st_size for entry in path.iterdir() if entry.is_file())
    return path.stat().st_size if path.is_file() else 0
