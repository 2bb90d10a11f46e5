"""An open clip with the document about it, and the project file that holds both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from app.core.document import Document
from app.core.edits import ChangeSet, Edit
from app.core.history import History
from app.core.project_file import KeptDocument, SavedProject, load_project
from app.jobs.context import JobContext
from app.media.clip_reader import ClipReader
from app.media.info import MediaInfo
from app.media.reader import open_clip
from app.workspace.clip import OpenClip, identity_of
from app.workspace.opening import clip_of_project, moved, saving, state_on_disk


class OpenProject:
    """What ``Workspace`` is before anything is marked: a clip, its document with its history, where both are saved.

    Args:
        reader: the clip, now owned by the workspace.
        rate: frames a second that the user gave for a picture sequence.
        document: what was said about the clip before; an empty one by default.
    """

    def __init__(self, reader: ClipReader, *, rate: Fraction | None = None, document: Document | None = None) -> None:
        self._clip = OpenClip(reader)
        self._history = History(Document(identity_of(reader, rate)) if document is None else document)
        self.project_path: Path | None = None
        """The project file, once there is one."""
        self.on_disk: tuple[int, int] | None = None
        """The project file as it was read or written here, see ``state_on_disk``."""
        self.saved_view: Mapping[str, Any] = {}
        """What the window kept in the project file beside the document."""
        self.saved_kept: tuple[KeptDocument, ...] = ()
        """Results that the user kept, as the project file has them."""
        self.saved_earlier: tuple[KeptDocument, ...] = ()
        """What the document was before its last changes, the latest first, until it is looked up."""

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

        Where the project does not know its clip by itself, the document counts as changed: saved, it does.

        Raises:
            MediaMissing: the clip is not where the project says.
            MediaDiffers: it is there, with another content.
            MediaUnfit: the clip has other frames.
            UserError: the project or the clip cannot be read.
        """
        on_disk = state_on_disk(path)
        opened = cls.of_project(load_project(path), path, media=media, accept_different=accept_different)
        opened.project_path, opened.on_disk = path, on_disk
        if media is not None or accept_different:
            opened.history.mark_unsaved()
        return opened

    @classmethod
    def of_project(
        cls, saved: SavedProject, path: Path, *, media: Path | None = None, accept_different: bool = False
    ) -> Self:
        """Opens the clip of a project that was read already, such as an autosaved one; as ``open_project``."""
        reader, clip = clip_of_project(saved, path, media=media, accept_different=accept_different)
        document, kept = moved(saved, clip)
        opened = cls(reader, document=document)
        opened.saved_view = saved.view
        opened.saved_kept = tuple(each for each in kept if not each.earlier)
        opened.saved_earlier = tuple(each for each in kept if each.earlier)
        return opened

    def save(
        self,
        path: Path,
        view: Mapping[str, Any] | None = None,
        kept: Sequence[KeptDocument] = (),
        *,
        replace_changed: bool = False,
    ) -> Callable[[JobContext], Path]:
        """A job that saves the document as it is now; its caller then says ``saved``.

        Args:
            path: the project file.
            view: what the window wants to find again, as plain data.
            kept: results that the user keeps.
            replace_changed: whether the project's own file is replaced though it was changed by others meanwhile.

        Raises:
            ProjectChanged: from the job, if it was changed and may not be replaced.
            UserError: from the job, if it cannot be written.
        """
        known = self.on_disk if path == self.project_path and not replace_changed else None
        job = saving(path, self.document, view, kept, known)

        def run(context: JobContext) -> Path:
            saved = job(context)
            self.on_disk = state_on_disk(saved)
            return saved

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
