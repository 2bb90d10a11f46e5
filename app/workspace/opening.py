"""The clip of a project: found again, and checked to be the one that the project is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from app.core.document import ClipIdentity, Document
from app.core.errors import UserError
from app.core.media_link import MediaDiffers, check_clip, find_media, media_at
from app.core.project_file import KeptDocument, SavedProject, save_project
from app.jobs.context import JobContext
from app.media.clip_reader import ClipReader
from app.media.reader import open_clip
from app.workspace.clip import identity_of


class ProjectChanged(UserError):
    """A project file is not the one any more that was read or written here."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path.name} was changed since it was opened here, in another window or by another program; "
            "save under another name to keep both."
        )


def clip_of_project(
    saved: SavedProject, path: Path, *, media: Path | None, accept_different: bool
) -> tuple[ClipReader, ClipIdentity]:
    """Opens the clip of a project and says what it is now; for arguments and errors see ``Workspace.open_project``."""
    wanted = saved.document.clip
    found = find_media(path, wanted, saved.relative) if media is None else media_at(media, wanted)
    if not found.same_content and not accept_different:
        raise MediaDiffers(found.path, wanted)
    rate = Fraction(wanted.rate) if wanted.rate else None
    reader = open_clip(found.path, rate=rate)
    try:
        clip = identity_of(reader, rate)
        check_clip(clip, wanted)
    except BaseException:
        reader.close()
        raise
    return reader, clip


def moved(saved: SavedProject, clip: ClipIdentity) -> tuple[Document, tuple[KeptDocument, ...]]:
    """A project's document and kept results, of the clip as it was found."""
    kept = tuple(replace(each, document=replace(each.document, clip=clip)) for each in saved.kept)
    return replace(saved.document, clip=clip), kept


def state_on_disk(path: Path) -> tuple[int, int] | None:
    """What tells one state of a file from another: when it was changed (ns) and its bytes; None where it is not."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def saving(
    path: Path,
    document: Document,
    view: Mapping[str, Any] | None,
    kept: Sequence[KeptDocument],
    known: tuple[int, int] | None,
) -> Callable[[JobContext], Path]:
    """A job that writes a project file, see ``Workspace.save``; where ``known`` is given, over that state alone."""

    def run(_: JobContext) -> Path:
        if known is not None and state_on_disk(path) not in (known, None):
            raise ProjectChanged(path)
        save_project(path, document, view, kept)
        return path

    return run
