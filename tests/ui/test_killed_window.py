"""The window itself, killed while it renders, exports, saves by itself or is told to: nothing that was done is lost."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from moving_square import BLOB, FRAMES, HEIGHT, WIDTH, object_corner

from app import environment
from app.core.edits import SetTrack
from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.core.project_file import load_project
from app.core.sessions import Sessions
from app.engine.result_view import FrameState
from app.jobs.context import JobContext
from app.media.reader import open_clip
from app.media.target import unfinished_targets
from app.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
WINDOW = Path(__file__).with_name("killed_window.py")
KILLS = int(os.environ.get("CLEANPLATE_TEST_KILLS", "1"))
"""How often each is tried; the window takes seconds to start."""

pytestmark = pytest.mark.slow


@pytest.fixture
def project(tmp_path: Path, clip_path: Path) -> Path:
    path = tmp_path / "shot.cleanplate"
    with Workspace.open(clip_path) as workspace:
        workspace.add_object()
        corners = {index: object_corner(index) for index in range(FRAMES)}
        masks = {at: box_mask(Rect(x - 2, y - 2, BLOB + 4, BLOB + 4), WIDTH, HEIGHT) for at, (x, y) in corners.items()}
        blobs = {index: MaskBlob.from_array(mask) for index, mask in masks.items()}
        workspace.perform(SetTrack.imported(workspace.document, 1, blobs))
        workspace.save(path)(JobContext())
    return path


@contextmanager
def killed(what: str, project: Path, target: Path, *, after_s: float) -> Iterator[list[list[str]]]:
    """What a window said until it was killed."""
    path = os.pathsep.join([str(ROOT), str(WINDOW.parent), os.environ.get("PYTHONPATH", "")])
    with subprocess.Popen(
        [sys.executable, str(WINDOW), what, str(project), str(target)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path},
        text=True,
    ) as process:
        try:
            assert process.stdout is not None and process.stdout.readline().strip() == "ready"
            with suppress(subprocess.TimeoutExpired):
                process.wait(after_s)
        finally:
            process.kill()
        yield [line.split() for line in process.stdout.read().splitlines()]


def newest(told: list[list[str]]) -> int:
    """The last edit that was said to be on the disk."""
    return max((int(number) for word, number in told if word == "kept"), default=0)


def test_frames_that_a_killed_window_had_finished_are_there(project: Path, tmp_path: Path) -> None:
    chance, finished = random.Random(11), set[int]()
    for _ in range(KILLS):
        with killed("render", project, tmp_path / "none", after_s=chance.uniform(0.1, 4.0)) as told:
            finished.update(int(number) for word, number in told if word == "frame")
        with Workspace.open_project(project) as workspace:
            states = workspace.results().states()
        assert all(states[index] == FrameState.LIVE for index in finished)


def test_a_killed_windows_export_is_whole_or_not_there(project: Path, tmp_path: Path) -> None:
    chance, folder = random.Random(12), tmp_path / "exports"
    folder.mkdir()
    target = folder / "out.mkv"
    before = load_project(project).document
    for _ in range(KILLS):
        with killed("export", project, target, after_s=chance.uniform(0.1, 5.0)):
            pass
        assert load_project(project).document == before
        unfinished_targets().clear()  # as the next window's start does
        assert {path.name for path in folder.iterdir()} <= {"out.mkv"}
        if target.exists():
            with open_clip(target) as written:
                assert len(written) == FRAMES


def test_what_a_killed_window_had_saved_by_itself_is_offered(project: Path, tmp_path: Path) -> None:
    chance, sessions = random.Random(13), Sessions(environment.data_dir() / "sessions")
    for _ in range(KILLS):
        with killed("autosave", project, tmp_path / "none", after_s=chance.uniform(0.05, 2.0)) as told:
            pass
        found = sessions.crashed()
        assert bool(found) or not newest(told)
        for recovery in found:
            saved = sessions.recover(recovery)
            assert saved is not None and recovery.project == project
            name = saved.document.object(1).name
            assert int(name.removeprefix("edit ")) >= newest(told)
            assert len(saved.document.object(1).track) == FRAMES
            sessions.discard(recovery)
        assert load_project(project).document.object(1).name == "object", "the user's file is not touched"


def test_what_a_killed_window_had_saved_is_in_the_project(project: Path, tmp_path: Path) -> None:
    chance = random.Random(14)
    for _ in range(KILLS):
        with killed("save", project, tmp_path / "none", after_s=chance.uniform(0.05, 2.0)) as told:
            pass
        target = load_project(project).document.object(1)
        if newest(told):
            assert int(target.name.removeprefix("edit ")) >= newest(told)
        assert len(target.track) == FRAMES
        left = [path.name for path in project.parent.iterdir() if path.suffix == ".partial"]
        assert len(left) <= 1, "of the save that was killed; a later one clears it"
        for name in left:
            (project.parent / name).unlink()
