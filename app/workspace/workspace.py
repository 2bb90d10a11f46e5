"""One open clip: what the user can do with it, each a method that acts at once or gives a job.

What is quick happens at once; what takes time comes back as a job, a function of a ``JobContext`` that captured its
inputs when it was made. How it is done stands in the modules beside this one. The methods stand in three layers, each
on the one before: the clip and its document (``project.py``), what is marked in it (``masks.py``), what is made of that
(here).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from app.core.document import Document
from app.core.object_edits import SetReference
from app.core.pictures import Picture
from app.core.project_file import KeptDocument
from app.engine.estimate import Estimate, SmallPicture
from app.engine.estimate_live import live_seconds
from app.engine.frames_due import FramesDue, frames_due
from app.engine.live_renderer import OnFrame, RenderOutcome
from app.engine.plan import Mode
from app.engine.preview import Rendering
from app.engine.request import Removal
from app.engine.result_view import ResultView
from app.engine.seam_quality import FrameQuality
from app.engine.stills import Still
from app.engine.storage import result_cache, scratch_folder
from app.engine.survey import OnQuality, surveyed
from app.jobs.context import JobContext
from app.jobs.pausing import PauseSwitch
from app.media.clip_reader import ClipReader
from app.media.images import Image
from app.media.size_estimate import OnRough, WritingEstimate, untold_rough
from app.media.writer import ExportPlan
from app.workspace.exporting import Exporting, RemovalRun
from app.workspace.masks import MarkedProject
from app.workspace.pictures import (
    exporting_reference,
    exporting_still,
    importing_reference,
    read_references,
    reference_picture,
)

_MOST_EARLIER = 2
"""Documents before the present one that a project keeps: each makes it larger."""


class Workspace(MarkedProject):
    """One open clip. A context manager: leaving it closes the clip.

    Args:
        reader: the clip, now owned by the workspace.
        rate: frames a second that the user gave for a picture sequence.
        document: what was said about the clip before; an empty one by default.
    """

    def __init__(self, reader: ClipReader, *, rate: Fraction | None = None, document: Document | None = None) -> None:
        super().__init__(reader, rate=rate, document=document)
        self._exporting = Exporting(self._clip)
        self._rendering = Rendering(reader, result_cache(), scratch_folder)
        self._taking_up = threading.Lock()

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

    def check_target(self, removal: Removal, plan: ExportPlan) -> None:
        """Refuses a target that cannot be written, or must not be; one that may be replaced is none of these.

        Args:
            removal: the export.
            plan: what it would write.

        Raises:
            UserError: the target is the source, or of the wrong kind, or its folder is missing or cannot be written.
        """
        self._exporting.check_target(removal, plan)

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
        if not aside:
            self._take_up_earlier()
        return self._rendering.view(
            document or self.document, self._clip.planned(), self._clip.rate, draft=draft, aside=aside
        )

    def _take_up_earlier(self) -> None:
        """Looks up what the project was before its last changes: frames of that are out of date, not missing."""
        with self._taking_up:
            for each in reversed(self.saved_earlier):
                self._rendering.view(each.document, self._clip.planned(), self._clip.rate, draft=each.draft).states()
            self.saved_earlier = ()

    def earlier_results(self) -> tuple[KeptDocument, ...]:
        """What a project keeps so that frames that are out of date are so still when it is opened again."""
        views = self._rendering.out_of_date(self.document)[:_MOST_EARLIER]
        known = tuple(KeptDocument("", view.document, view.live.draft, earlier=True) for view in views)
        return self.saved_earlier or known

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

    def render_seconds(self, removal: Removal) -> Callable[[JobContext], float]:
        """A job that says how long the frames take that an export of the present document has to render first."""

        def run(context: JobContext) -> float:
            view = self.results()
            if removal.mode is Mode.LIVE:
                return live_seconds(view, self.reader, context)
            return self._rendering.estimate(view, seconds_only=True)(context).seconds

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

    def writing_of(
        self, removal: Removal, *, on_rough: OnRough = untold_rough
    ) -> Callable[[JobContext], WritingEstimate]:
        """A job that says about how many bytes the cleaned clip of a removal will take, and how long writing them does.

        Args:
            removal: the export.
            on_rough: told of a first figure, see ``estimated_writing``.

        Raises:
            UserError: from the job, if it cannot be encoded as asked.
        """
        return self._exporting.writing(removal, on_rough)

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
