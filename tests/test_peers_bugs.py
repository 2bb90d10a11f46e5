"""What users of other removers report as bugs, as far as no other test is about it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from clips import Recipe, write_clip

from app.cli import main
from app.core.project_file import load_project
from app.jobs.context import JobContext
from app.media.images import read_image, write_image
from app.media.reader import open_clip
from app.workspace import Workspace

COUNT = 4
HOLE = np.zeros((64, 96), np.uint8)
HOLE[20:34, 30:42] = 255


def test_the_whole_job_is_done_in_folders_of_any_script(tmp_path: Path) -> None:
    """Elsewhere a clip under an accent or a Chinese name cannot be read: OpenCV's file functions return nothing."""
    folder = tmp_path / "Grüße é 中文 🎬"
    folder.mkdir()
    clip = write_clip(Recipe("ffv1", "Straße.mkv", times=range(COUNT)), folder)
    write_image(folder / "маска.png", HOLE)
    words = ("remove", clip, folder / "出力.mkv", "--mask", folder / "маска.png", "--codec", "ffv1")
    report = folder / "bericht ß.json"
    assert main([*map(str, words), "--report", str(report)]) == 0
    assert json.loads(report.read_text(encoding="utf-8"))["frames"]
    with open_clip(folder / "出力.mkv") as written, open_clip(clip) as source:
        assert len(written) == COUNT
        assert np.array_equal(written.frame(1).planes[0][:15], source.frame(1).planes[0][:15])
    project = folder / "プロジェクト.cleanplate"
    with Workspace.open(clip) as workspace:
        object_id = workspace.add_object("Läufer")
        workspace.perform(workspace.first_mask(object_id, folder / "маска.png", 0))
        workspace.write_masks(object_id, (0, 1), folder / "маски", overwrite=False)(JobContext())
        workspace.save(project)(JobContext())
    assert load_project(project).document.objects[0].name == "Läufer"
    assert sorted(path.name for path in (folder / "маски").iterdir()) == ["00000.png"]
    assert read_image(folder / "маски" / "00000.png").shape == (64, 96)


def test_a_sequence_that_starts_at_1001_is_written_from_1001_on(tmp_path: Path) -> None:
    """Elsewhere every export starts at 0, and no longer fits the shot's other sequences."""
    source = tmp_path / "shot"
    source.mkdir()
    for index in range(COUNT):
        write_image(source / f"shot.{1001 + index}.png", np.full((64, 96, 3), 40 + index, np.uint8))
    write_image(tmp_path / "mask.png", HOLE)
    words = ("remove", source, tmp_path / "out", "--mask", tmp_path / "mask.png", "--codec", "png")
    assert main([*map(str, words)]) == 0
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == [f"shot.{1001 + index}.png" for index in range(COUNT)]


def test_two_clips_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """Elsewhere a second clip of the same file name shows the first one's frames and masks."""
    names = []
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        write_clip(Recipe("ffv1", "clip.mkv", times=range(COUNT + len(names))), tmp_path / folder)
        with open_clip(tmp_path / folder / "clip.mkv") as reader:
            names.append(reader.same.content)
    assert names[0] != names[1]
