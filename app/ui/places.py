"""Where a dialog looks first, or proposes to write."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QStandardPaths

from app import environment
from app.workspace import Workspace


def results_folder(workspace: Workspace) -> Path:
    """The project's folder, else the clip's; for a clip that comes with the program, the user's videos."""
    clip = workspace.info.path
    if workspace.project_path is not None:
        return workspace.project_path.parent
    return _videos() if clip.is_relative_to(environment.resources_dir()) else clip.parent


def opening_folder(recent: Sequence[Path]) -> Path:
    """Where a clip or a project is looked for first: beside what was opened last, else in the user's videos.

    Args:
        recent: what was opened, the latest first.
    """
    own = (path for path in recent if not path.is_relative_to(environment.resources_dir()))
    latest = next(own, None)
    return _videos() if latest is None else latest.parent


def downloads_folder() -> Path:
    """Where what the user fetched lies."""
    return _named(QStandardPaths.StandardLocation.DownloadLocation)


def _videos() -> Path:
    """Where the user's videos are."""
    return _named(QStandardPaths.StandardLocation.MoviesLocation)


def _named(kind: QStandardPaths.StandardLocation) -> Path:
    """A folder of the user's; their home where the system names one that nobody has made."""
    named = QStandardPaths.writableLocation(kind)
    return Path(named) if named and Path(named).is_dir() else Path.home()
