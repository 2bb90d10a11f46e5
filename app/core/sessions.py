"""Autosave and recovery: each running window has a folder of its own, held by a lock that dies with it.

The autosave never touches the user's project file. A folder whose lock is free and that still holds an autosave was
left behind by a crash, or by a program that the system had asked to end; any number of Cleanplates may run at once.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import time
import uuid
from collections.abc import Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from app.core.document import Document
from app.core.errors import UserError
from app.core.project_file import SUFFIX, KeptDocument, SavedProject, load_project, project_clip, save_project
from app.core.renaming import rename_over

_log = logging.getLogger(__name__)

AUTOSAVE_EVERY_S = 30.0
_AUTOSAVE = f"autosave{SUFFIX}"
_ABOUT = "session.json"
_LOCK = "lock"


@dataclass(frozen=True, slots=True)
class Recovery:
    """What a session left that did not end with the user's leave.

    Attributes:
        folder: the session's.
        project: the project file it had open, None if it was never saved.
        clip: the clip's path.
        saved_at: when, in seconds since 1970.
        told_to_end: whether the system had asked it to end; else it crashed.
    """

    folder: Path
    project: Path | None
    clip: Path
    saved_at: float
    told_to_end: bool = False

    @property
    def autosave(self) -> Path:
        """The autosaved project."""
        return self.folder / _AUTOSAVE


class Session:
    """One running window's autosave.

    Args:
        folder: its own, existing.
        lock: held as long as it runs.
    """

    def __init__(self, folder: Path, lock: FileLock) -> None:
        self._folder, self._lock = folder, lock
        self._saved: tuple[Hashable, float] | None = None

    @property
    def folder(self) -> Path:
        """Where the autosave lies."""
        return self._folder

    def is_due(self, revision: Hashable, now_s: float, every_s: float = AUTOSAVE_EVERY_S) -> bool:
        """Whether a document with unsaved changes should be saved: it differs from the last autosave, and that is old.

        What has no autosave yet is due at once: edits, or what was recovered after a crash, lie nowhere else.

        Args:
            revision: of the document, another one for each state of each clip.
            now_s: a clock's seconds, always the same clock's.
            every_s: what is old enough.
        """
        if self._saved is None:
            return True
        return revision != self._saved[0] and now_s - self._saved[1] >= every_s

    def autosave(
        self,
        document: Document,
        project: Path | None,
        *,
        revision: Hashable,
        now_s: float,
        view: Mapping[str, Any] | None = None,
        kept: Sequence[KeptDocument] = (),
        told_to_end: bool = False,
    ) -> None:
        """Saves beside the user's files; call it from a job, or when the program ends.

        Raises:
            UserError: the folder cannot be written.
        """
        save_project(self._folder / _AUTOSAVE, document, view, kept)
        about = {
            "project": None if project is None else str(project.absolute()),
            "saved_at": time.time(),
            "told_to_end": told_to_end,
        }
        partial = self._folder / f"{_ABOUT}.partial"
        try:
            partial.write_text(json.dumps(about), encoding="utf-8")
            rename_over(partial, self._folder / _ABOUT)
        except OSError as error:
            raise UserError(
                f"The autosave cannot be written into {self._folder}: {error.strerror or error}."
            ) from error
        self._saved = (revision, now_s)

    def forget(self) -> None:
        """There is nothing to recover any more: the project was saved, or its changes thrown away."""
        for name in (_ABOUT, _AUTOSAVE):
            (self._folder / name).unlink(missing_ok=True)
        self._saved = None

    def close(self) -> None:
        """A clean end: the folder goes."""
        self._lock.release()
        shutil.rmtree(self._folder, ignore_errors=True)


class Sessions:
    """All sessions of this user.

    Args:
        folder: holds a folder for each; made if need be.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self) -> Session:
        """A new session.

        Raises:
            UserError: the folder cannot be written.
        """
        trouble: OSError | Timeout | None = None
        for _ in range(3):  # another Cleanplate that looks for crashed sessions may be quicker with the lock
            own = self._folder / uuid.uuid4().hex
            lock = FileLock(own / _LOCK, timeout=0, thread_local=False)
            try:
                own.mkdir(parents=True)
                lock.acquire()
            except (OSError, Timeout) as error:
                trouble = error
            else:
                return Session(own, lock)
        raise UserError(f"The autosave folder {self._folder} cannot be written: {trouble}.") from trouble

    def crashed(self) -> list[Recovery]:
        """What dead sessions left, the latest first; empty folders of dead sessions are removed on the way."""
        found = []
        for folder in self._folder.glob("*") if self._folder.is_dir() else ():
            lock = _free_lock(folder)
            if lock is None:
                continue
            recovery = _recovery(folder)
            lock.release()
            if recovery is None:
                shutil.rmtree(folder, ignore_errors=True)
            else:
                found.append(recovery)
        return sorted(found, key=lambda each: each.saved_at, reverse=True)

    def recover(self, recovery: Recovery) -> SavedProject | None:
        """The autosaved project; its folder stays until ``discard``. None if another Cleanplate took it meanwhile.

        Raises:
            UserError: it cannot be read.
        """
        lock = _free_lock(recovery.folder)
        if lock is None or not recovery.autosave.is_file():
            return None
        try:
            return load_project(recovery.autosave)
        finally:
            lock.release()

    def discard(self, recovery: Recovery) -> None:
        """Throws away what a crashed session left."""
        lock = _free_lock(recovery.folder)
        if lock is not None:
            lock.release()
            shutil.rmtree(recovery.folder, ignore_errors=True)


class ProjectLock:
    """Says that a project is open in this Cleanplate.

    The lock file lies among Cleanplate's own files, not beside the project.
    """

    def __init__(self, lock: FileLock) -> None:
        self._lock = lock

    @classmethod
    def try_open(cls, project: Path, folder: Path) -> ProjectLock | None:
        """Takes the lock; None if another Cleanplate has the project open.

        Where no lock can be kept, a project opens without: nobody is warned then.

        Args:
            project: the project file.
            folder: where the locks lie; made if need be.
        """
        name = hashlib.blake2b(str(project.resolve()).encode(), digest_size=16).hexdigest()
        lock = FileLock(folder / f"{name}.lock", timeout=0, thread_local=False)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout:
            return None
        except OSError as error:
            _log.warning("no lock can be kept in %s: %s", folder, error)
        return cls(lock)

    def again(self) -> ProjectLock:
        """The lock for another clip of the same project in this window; each is released by itself."""
        with suppress(OSError):  # where no lock can be kept there is none
            self._lock.acquire()
        return self

    def release(self) -> None:
        """The project is no longer open here, or the lock was taken again."""
        self._lock.release()


def _free_lock(folder: Path) -> FileLock | None:
    """A session's lock, taken, if nobody holds it.

    Where it is missing it is made: on Windows a lock takes its file with it when it is released.
    """
    if not folder.is_dir():
        return None
    lock = FileLock(folder / _LOCK, timeout=0, thread_local=False)
    try:
        lock.acquire()
    except (Timeout, OSError):
        return None
    return lock


def _recovery(folder: Path) -> Recovery | None:
    """What a dead session's folder holds; None if there is nothing that can be opened."""
    try:
        clip = project_clip(folder / _AUTOSAVE)
    except UserError:
        return None
    project, told_to_end = None, False
    saved_at = (folder / _AUTOSAVE).stat().st_mtime
    with suppress(OSError, ValueError, KeyError, TypeError):  # the autosave alone is worth offering
        about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        project = None if about["project"] is None else Path(about["project"])
        saved_at = float(about["saved_at"])
        told_to_end = about.get("told_to_end") is True
    return Recovery(folder, project, Path(clip.path), saved_at, told_to_end)
