"""The clip of a project: found again, and checked to be the one that the project is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from app.core.document import ClipIdentity, Document
from app.core.media_link import MediaDiffers, check_clip, find_media, media_at
from app.core.project_file import KeptDocument, SavedProject, save_project
from app.jobs.context import JobContext
from app.media.clip_reader import ClipReader
from app.media.reader import open_clip
from app.workspace.clip import identity_of


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


def saving(
    path: Path, document: Document, view: Mapping[str, Any] | None, kept: Sequence[KeptDocument]
) -> Callable[[JobContext], Path]:
    """A job that writes a project file, see ``Workspace.save``."""

    def run(_: JobContext) -> Path:
        save_project(path, document, view, kept)
        return path

    return run
