"""The project file ``.cleanplate``: one file with all that the user said about a clip; the clip itself stays outside.

It is a zip archive: ``project.json`` (what it is, in words), ``blobs.bin`` (packed masks, each once) with
``masks.bin`` (where each lies), ``frames.bin`` (what is said of each frame) and ``references/FRAME.png``. Results that
the user keeps are the documents that they are of: they share the masks, and their reference frames lie in
``kept/NUMBER/FRAME.png``. It is written beside its place and renamed, so that it is always whole: the old or the new.
"""

from __future__ import annotations

import glob
import json
import logging
import os
import tempfile
import time
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from app.core.document import ClipIdentity, Document
from app.core.errors import UserError
from app.core.media_link import relative_to_project
from app.core.pictures import ImageBlob
from app.core.project_format import (
    MASK,
    SOFT,
    BlobReader,
    BlobTable,
    Json,
    Numbers,
    clip_from,
    document_data,
    document_from,
)
from app.core.renaming import rename_over

SUFFIX = ".cleanplate"
FORMAT = "cleanplate project"
VERSION = 3
"""Goes up when an older program could not read the file."""

_TABLES_SINCE = 3
"""Earlier files have in JSON what is said of each frame and each mask."""

_LEFT_S = 120.0
"""Nobody who lives leaves a half-written file alone for so long."""

_REFERENCES, _KEPT = "references", "kept/{0}"

_log = logging.getLogger(__name__)

# What zipfile, zlib and our own checks raise on a file that was cut short or changed.
_DAMAGED = (
    *(KeyError, ValueError, TypeError, IndexError, AttributeError, OverflowError, EOFError),
    *(RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error),
)


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """A document whose result the user keeps under a name.

    Attributes:
        name: the user's.
        document: what was removed.
        draft: whether the result was a draft.
        earlier: whether it is what the document was before its last changes, whose frames are shown, as out of date,
            until they are rendered again; it has no name then.
    """

    name: str
    document: Document
    draft: bool = False
    earlier: bool = False


@dataclass(frozen=True, slots=True)
class SavedProject:
    """What a project file holds.

    Attributes:
        document: the document.
        relative: the clip's path as seen from the project's folder, if it lies near.
        view: what a window remembers beside the document (playhead, zoom); plain data.
        kept: results that the user keeps, the first one first.
    """

    document: Document
    relative: str | None = None
    view: Mapping[str, Any] = field(default_factory=dict)
    kept: tuple[KeptDocument, ...] = ()


def save_project(
    path: Path,
    document: Document,
    view: Mapping[str, Any] | None = None,
    kept: Sequence[KeptDocument] = (),
) -> None:
    """Writes a project; whoever is killed meanwhile leaves the file that was there before.

    Args:
        path: where; replaced if it exists.
        document: what.
        view: see ``SavedProject``.
        kept: see ``SavedProject``.

    Raises:
        UserError: it cannot be written.
    """
    try:
        _clear_left(path)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".partial", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                _write(file, path, document, view or {}, kept)
                file.flush()
                os.fsync(file.fileno())
            _rename(Path(name), path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UserError(
            f"The project cannot be saved as {path}: {error.strerror or error}; choose another place."
        ) from error


def load_project(path: Path) -> SavedProject:
    """Reads a project.

    Raises:
        UserError: it cannot be read, is none, is damaged, or was written by a newer Cleanplate.
    """
    with _opened(path) as archive:
        data = _head(archive, path)
        clip = clip_from(data["document"]["clip"])
        blobs = BlobReader(*_tables(archive, data), (clip.width, clip.height))
        document = document_from(data["document"], blobs, _pictures(archive, data["document"], _REFERENCES))
        kept = tuple(
            KeptDocument(
                str(each["name"]),
                document_from(each["document"], blobs, _pictures(archive, each["document"], _KEPT.format(number))),
                bool(each["draft"]),
                bool(each.get("earlier", False)),
            )
            for number, each in enumerate(data.get("kept", ()))  # projects of earlier versions have none
        )
        return SavedProject(document, data["relative"], dict(data["view"]), kept)


def project_clip(path: Path) -> ClipIdentity:
    """The clip of a project, without reading its masks.

    Raises:
        UserError: as ``load_project``.
    """
    with _opened(path) as archive:
        return clip_from(_head(archive, path)["document"]["clip"])


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """A project file's archive; what cannot be made of it becomes a sentence.

    Raises:
        UserError: it cannot be read, is none, or is damaged.
    """
    if path.exists() and not path.is_file():  # a pipe would be waited for
        raise UserError(f"The project {path} cannot be read: it is not a file.")
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except OSError as error:
        raise UserError(f"The project {path} cannot be read: {error.strerror or error}.") from error
    except _DAMAGED as error:
        _log.warning("reading %s failed", path, exc_info=error)
        raise UserError(f"{path} is damaged or no Cleanplate project: open another one, or a copy of it.") from error


def _write(file: Any, path: Path, document: Document, view: Mapping[str, Any], kept: Sequence[KeptDocument]) -> None:
    blobs = BlobTable()
    described = document_data(document, blobs)
    results = [
        {
            "name": each.name,
            "document": document_data(each.document, blobs),
            "draft": each.draft,
            **({"earlier": True} if each.earlier else {}),
        }
        for each in kept
    ]
    data: Json = {
        "format": FORMAT,
        "version": VERSION,
        "relative": relative_to_project(document.clip.path, path),
        "view": dict(view),
        "document": described,
        "kept": results,
    }
    folders = ((_REFERENCES, document), *((_KEPT.format(number), each.document) for number, each in enumerate(kept)))
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("project.json", json.dumps(data, allow_nan=False), zipfile.ZIP_DEFLATED)
        archive.writestr("masks.bin", blobs.about_bytes, zipfile.ZIP_DEFLATED)
        archive.writestr("frames.bin", blobs.number_bytes, zipfile.ZIP_DEFLATED)
        with archive.open("blobs.bin", "w", force_zip64=True) as packed:
            for part in blobs.packed_bytes():
                packed.write(part)
        for folder, shown in folders:
            for frame, picture in shown.references.items():
                archive.writestr(_picture(folder, frame), picture.png)


def _head(archive: zipfile.ZipFile, path: Path) -> Json:
    """The project's JSON.

    Raises:
        UserError: a newer program's.
        ValueError: no project's.
    """
    data = json.loads(archive.read("project.json"))
    if data["format"] != FORMAT:
        raise ValueError(f"its format is {data['format']!r}")
    if data["version"] > VERSION:
        raise UserError(f"{path} was saved by a newer Cleanplate: open it with that one.")
    if not isinstance(data["document"], dict):
        raise ValueError("it holds no document")
    return dict(data)


def _tables(archive: zipfile.ZipFile, data: Json) -> tuple[Numbers, bytes, Numbers]:
    """What the blobs are, their packed bytes, and the numbers that the data name.

    Raises:
        ValueError, KeyError: they are damaged.
    """
    if data["version"] < _TABLES_SINCE:
        kinds = {MASK: 0, SOFT: 1}
        about = np.array([(kinds[kind], *(int(each) for each in rest)) for kind, *rest in data["blobs"]], np.int32)
        numbers = np.zeros(0, np.int32)
    else:
        about = np.frombuffer(archive.read("masks.bin"), "<i4").astype(np.int32, copy=False)
        numbers = np.frombuffer(archive.read("frames.bin"), "<i4").astype(np.int32, copy=False)
    return about, archive.read("blobs.bin"), numbers


def _pictures(archive: zipfile.ZipFile, data: Json, folder: str) -> dict[int, ImageBlob]:
    """The reference frames of a document."""
    return {int(frame): ImageBlob.from_png(archive.read(_picture(folder, frame))) for frame in data["references"]}


def _picture(folder: str, frame: Any) -> str:
    return f"{folder}/{int(frame):06d}.png"


def _clear_left(path: Path) -> None:
    """Removes what saves of this project that were killed have left beside it."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.partial"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _LEFT_S:
                left.unlink()


def _rename(partial: Path, path: Path) -> None:
    """Gives the file its name, with the rights that a new file has, and waits until the folder knows."""
    if os.name == "nt":  # rights come from the folder there, and no folder can be opened
        rename_over(partial, path)
        return
    with suppress(FileNotFoundError):
        partial.chmod(path.stat().st_mode & 0o777)
    if not path.exists():
        mask = os.umask(0)
        os.umask(mask)
        partial.chmod(0o666 & ~mask)
    partial.replace(path)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
