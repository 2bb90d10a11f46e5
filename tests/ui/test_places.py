"""Where dialogs propose to write: beside the user's own files, never among the program's."""

from __future__ import annotations

from pathlib import Path

from app import environment
from app.ui.places import results_folder
from app.workspace import Workspace

DEMO = "demo/sports2d_walk_pan_854x480.mp4"


def test_results_go_beside_the_clip(clip_path: Path) -> None:
    with Workspace.open(clip_path) as workspace:
        assert results_folder(workspace) == clip_path.parent


def test_results_go_beside_the_project_once_there_is_one(clip_path: Path, tmp_path: Path) -> None:
    project = tmp_path / "elsewhere" / "job.cleanplate"
    project.parent.mkdir()
    with Workspace.open(clip_path) as workspace:
        document = workspace.document
        workspace.saved(project, document)
        assert results_folder(workspace) == project.parent


def test_results_of_the_demo_clip_stay_out_of_the_program() -> None:
    with Workspace.open(environment.resource(DEMO)) as workspace:
        assert not results_folder(workspace).is_relative_to(environment.resources_dir())
