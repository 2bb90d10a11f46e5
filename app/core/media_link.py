"""Which file a document's clip is: a name for its content, and where to look for it when it moved."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from app.core.document import ClipIdentity
from app.core.errors import UserError
from app.core.file_names import last_part

_SAMPLE_BYTES = 1 << 16


class MediaMissing(UserError):
    """A project's clip is not where it was.

    Attributes:
        project: the project file.
        wanted: the clip.
    """

    def __init__(self, project: Path, wanted: ClipIdentity) -> None:
        name = last_part(wanted.path)
        super().__init__(
            f"The clip {name} of the project {project.name} is no longer at {wanted.path}, nor beside the project: "
            "say where it is now."
        )
        self.project, self.wanted = project, wanted


class MediaDiffers(UserError):
    """A clip is there, but its content is another than the project's.

    Attributes:
        found: the clip that was found.
        wanted: the clip that the project was made with.
    """

    def __init__(self, found: Path, wanted: ClipIdentity) -> None:
        super().__init__(
            f"{found} is another version of the clip than the project was made with: open it only if its pictures are "
            "the same, or say where the old one is."
        )
        self.found, self.wanted = found, wanted


class MediaUnfit(UserError):
    """A clip is there, but its frames cannot be those of the project.

    Attributes:
        found: the clip that was found.
        wanted: the clip that the project was made with.
    """

    def __init__(self, found: ClipIdentity, wanted: ClipIdentity) -> None:
        super().__init__(
            f"{Path(found.path).name} has {found.frame_count} {'frame' if found.frame_count == 1 else 'frames'} of "
            f"{found.width}x{found.height}, but the project was made with {wanted.frame_count} of "
            f"{wanted.width}x{wanted.height}: choose that clip."
        )
        self.found, self.wanted = Path(found.path), wanted


@dataclass(frozen=True, slots=True)
class FoundMedia:
    """Where a clip was found, and whether its content is the one that was edited."""

    path: Path
    same_content: bool


def content_fingerprint(path: Path) -> str:
    """Names a clip's content wherever it lies: its size and three samples of its bytes; of a folder, its files' names.

    Returns:
        32 hex digits; empty if there is nothing at the path.
    """
    digest = hashlib.blake2b(digest_size=16)
    if path.is_file():
        size = path.stat().st_size
        digest.update(f"{size}".encode())
        with path.open("rb") as file:
            for place in (0, max(0, size // 2 - _SAMPLE_BYTES // 2), max(0, size - _SAMPLE_BYTES)):
                file.seek(place)
                digest.update(file.read(_SAMPLE_BYTES))
        return digest.hexdigest()
    folder = path if path.is_dir() else path.parent  # a pattern such as shot_%04d.png
    if not folder.is_dir():
        return ""
    for entry in sorted(os.scandir(folder), key=lambda item: item.name):
        if entry.is_file() and not entry.name.startswith("."):
            digest.update(f"{entry.name} {entry.stat().st_size}\n".encode())
    return digest.hexdigest()


def relative_to_project(media: str, project: Path) -> str | None:
    """A clip's path as seen from its project's folder, with forward slashes; None if they do not lie near each other.

    Near is the same folder, one below it, or one that shares a parent at most two levels up.
    """
    try:
        relative = os.path.relpath(Path(media).absolute(), project.absolute().parent)
    except ValueError:  # on another drive
        return None
    parts = Path(relative).parts
    return Path(relative).as_posix() if parts.count("..") <= 2 else None


def find_media(project: Path, clip: ClipIdentity, relative: str | None) -> FoundMedia:
    """Where a project's clip is now: as seen from the project, where it was, or beside the project.

    A place with the clip's own content goes before one with another.

    Raises:
        MediaMissing: none of these places has anything.
    """
    folder = project.absolute().parent
    places = [folder / relative] if relative else []
    places += [Path(clip.path), folder / last_part(clip.path)]
    found = [place for place in places if content_fingerprint(place) and _is_there(place)]
    same = [place for place in found if not clip.fingerprint or content_fingerprint(place) == clip.fingerprint]
    if not found:
        raise MediaMissing(project, clip)
    return FoundMedia(Path(os.path.normpath((same or found)[0])), bool(same))


def media_at(place: Path, clip: ClipIdentity) -> FoundMedia:
    """A project's clip where the user says that it is now.

    Raises:
        UserError: there is nothing.
    """
    if not _is_there(place):
        raise UserError(f"There is no clip at {place}: say where {last_part(clip.path)} is now.")
    return FoundMedia(place, not clip.fingerprint or content_fingerprint(place) == clip.fingerprint)


def check_clip(opened: ClipIdentity, wanted: ClipIdentity) -> None:
    """Refuses a clip whose frames cannot be the document's.

    Raises:
        MediaUnfit: of another size or number of frames.
    """
    if (opened.width, opened.height, opened.frame_count) != (wanted.width, wanted.height, wanted.frame_count):
        raise MediaUnfit(opened, wanted)


def _is_there(path: Path) -> bool:
    """Whether a path is a file, a folder, or a pattern of names."""
    return path.exists() or "%" in path.name
