"""Where a dialog proposes to write."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths

from app import environment
from app.workspace import Workspace


def results_folder(workspace: Workspace) -> Path:
    """The project's folder, else the clip's; for a clip that comes with the program, the user's videos."""
    clip = workspace.info.path
    if workspace.project_path is not None:
        return workspace.project_path.parent
    if clip.is_relative_to(environment.resources_dir()):
        kind = QStandardPaths.StandardLocation.MoviesLocation
        return Path(QStandardPaths.writableLocation(kind) or Path.home())
    return clip.parent
