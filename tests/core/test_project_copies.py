"""Earlier versions: what a save replaces is kept, a bounded number of it, and never in the way of the save."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.core import project_copies
from app.core.project_copies import APART_S, MOST, ProjectCopies


def written(path: Path, words: str, at: float) -> Path:
    """A file that was saved at a time, in place of the one before, as projects are."""
    partial = path.with_suffix(".partial")
    partial.write_text(words)
    os.utime(partial, (at, at))
    partial.replace(path)
    return path


def test_what_a_save_replaces_is_kept_and_the_latest_comes_first(tmp_path: Path) -> None:
    copies, project = ProjectCopies(tmp_path / "versions"), tmp_path / "shot.cleanplate"
    copies.keep(project)
    assert copies.of(project) == []
    for number in range(3):
        written(project, f"version {number}", 1000.0 + number * APART_S)
        copies.keep(project)
    written(project, "version 3", 9000.0)
    assert [each.path.read_text() for each in copies.of(project)] == ["version 2", "version 1", "version 0"]
    assert copies.of(project)[0].saved_at == 1000.0 + 2 * APART_S
    assert copies.of(tmp_path / "other" / "shot.cleanplate") == [], "another project of that name has its own"


def test_of_saves_in_quick_succession_the_first_is_kept(tmp_path: Path) -> None:
    copies, project = ProjectCopies(tmp_path / "versions"), tmp_path / "shot.cleanplate"
    for number in range(5):
        copies.keep(written(project, f"version {number}", 1000.0 + number * APART_S / 10))
    assert [each.path.read_text() for each in copies.of(project)] == ["version 0"]


def test_no_more_than_so_many_are_kept(tmp_path: Path) -> None:
    copies, project = ProjectCopies(tmp_path / "versions"), tmp_path / "shot.cleanplate"
    for number in range(MOST + 4):
        copies.keep(written(project, str(number), 1000.0 + number * APART_S))
    assert [each.path.read_text() for each in copies.of(project)] == [str(MOST + 3 - each) for each in range(MOST)]


def test_on_another_disk_it_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(project_copies.os, "link", refused)
    copies, project = ProjectCopies(tmp_path / "versions"), tmp_path / "shot.cleanplate"
    copies.keep(written(project, "old", 1000.0))
    project.write_text("new")
    assert [each.path.read_text() for each in copies.of(project)] == ["old"]


def test_a_folder_that_cannot_be_written_keeps_nobody_from_saving(tmp_path: Path) -> None:
    (tmp_path / "versions").write_text("in the way")
    copies, project = ProjectCopies(tmp_path / "versions"), tmp_path / "shot.cleanplate"
    copies.keep(written(project, "old", 1000.0))
    assert copies.of(project) == [] and project.read_text() == "old"
