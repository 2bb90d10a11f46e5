"""Earlier versions of projects: each save keeps the file that it replaces, among Cleanplate's own files.

A save replaces the file by a new one, so keeping the old one costs a link where the disk is the same, else a copy.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MOST = 20
"""So many versions of a project are kept."""
APART_S = 120.0
"""Of saves that follow each other more quickly the first is kept: it is what was there before that stretch of work."""
_LINKED_FROM = "project.txt"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProjectCopy:
    """An earlier version of a project.

    Attributes:
        path: where it lies; a project file like any.
        saved_at: when that version was saved, in seconds since 1970.
    """

    path: Path
    saved_at: float


class ProjectCopies:
    """The earlier versions of this user's projects.

    Args:
        folder: holds a folder for each project; made if need be.
        now: seconds since 1970.
    """

    def __init__(self, folder: Path, now: Callable[[], float] = time.time) -> None:
        self._folder, self._now = folder, now

    def keep(self, project: Path) -> None:
        """Keeps the project file as it is; call it before it is replaced. A full disk keeps nobody from saving.

        Args:
            project: the file; one that is not there is no version.
        """
        own = self._of(project)
        try:
            saved_at = project.stat().st_mtime
            versions = self.of(project)
            if versions and saved_at - versions[0].saved_at < APART_S:
                return
            own.mkdir(parents=True, exist_ok=True)
            (own / _LINKED_FROM).write_text(str(project.absolute()), encoding="utf-8")
            partial = own / f".{os.getpid()}.partial"
            partial.unlink(missing_ok=True)
            try:
                os.link(project, partial)
            except OSError:
                shutil.copy2(project, partial)
            partial.replace(own / f"{saved_at:.3f}{project.suffix}")
            for old in self.of(project)[MOST:]:
                old.path.unlink(missing_ok=True)
        except FileNotFoundError:
            return
        except OSError as error:
            _log.warning("the earlier version of %s cannot be kept: %s", project, error)

    def of(self, project: Path) -> list[ProjectCopy]:
        """The earlier versions of a project, the latest first."""
        found = []
        for path in self._of(project).glob(f"*{project.suffix}"):
            with suppress(ValueError):
                found.append(ProjectCopy(path, float(path.stem)))
        return sorted(found, key=lambda each: each.saved_at, reverse=True)

    def _of(self, project: Path) -> Path:
        named = hashlib.sha256(str(project.absolute()).encode()).hexdigest()[:16]
        return self._folder / f"{project.stem[:40]}-{named}"
