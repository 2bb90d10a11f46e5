"""Where dialogs propose to write: beside the user's own files, never among the program's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app import environment
from app.ui.main_window import MainWindow
from app.ui.models_dialog import ModelsDialog
from app.ui.places import opening_folder, results_folder
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


def test_results_of_the_demo_clip_go_where_there_is_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    videos = tmp_path / "Videos"
    monkeypatch.setattr("app.ui.places.QStandardPaths.writableLocation", lambda _kind: str(videos))
    with Workspace.open(environment.resource(DEMO)) as workspace:
        assert results_folder(workspace) == Path.home(), "an account without a folder for videos"
        videos.mkdir()
        assert results_folder(workspace) == videos


def test_a_clip_is_looked_for_beside_what_was_opened_last() -> None:
    clips, other = Path("/clips/a.mp4"), Path("/other/b.cleanplate")
    demo = environment.resource(DEMO)
    assert opening_folder([other, clips]) == other.parent
    assert opening_folder([demo, clips]) == clips.parent, "the program's own files are no place of the user's"
    assert opening_folder([demo]) == opening_folder([])


def test_opening_asks_beside_what_was_opened_last(
    opened: MainWindow, clip_path: Path, until: Callable[[Callable[[], bool]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    folders: list[Path | None] = []

    def open_file(title: str, filters: str = "", folder: Path | None = None) -> Path | None:
        folders.append(folder)
        return None

    until(lambda: opened.projects.recent == [clip_path])
    monkeypatch.setattr(opened.projects.questions, "open_file", open_file)
    for action in ("file.open", "file.new", "masks.import"):
        opened.actions_table.action(action).trigger()
    assert folders == [clip_path.parent] * 3


def test_masks_and_models_are_looked_for_where_they_may_lie(
    opened: MainWindow, clip_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    downloads = tmp_path / "Downloads"
    downloads.mkdir()
    monkeypatch.setattr("app.ui.places.QStandardPaths.writableLocation", lambda _kind: str(downloads))
    asked: list[Path | None] = []
    questions = opened.projects.questions
    monkeypatch.setattr(questions, "folder", lambda _title, start=None: asked.append(start))
    monkeypatch.setattr(questions, "open_file", lambda _title, _filters="", folder=None: asked.append(folder))
    opened.actions_table.action("masks.import_folder").trigger()
    opened.actions_table.action("click.models").trigger()
    (dialog,) = opened.findChildren(ModelsDialog)
    dialog.ask_for_file("vit-b")
    assert asked == [clip_path.parent, downloads]
