"""A Cleanplate that is killed while it renders or exports: nothing finished is lost, nothing half stands anywhere."""

from __future__ import annotations

import random
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.core.edits import SetTrack
from app.core.masks import MaskBlob
from app.core.project_file import load_project
from app.engine.result_view import FrameState
from app.jobs.context import JobContext
from app.media.images import write_image
from app.media.reader import open_clip
from app.media.settings import ExportSettings
from app.workspace import Workspace

ROOT = Path(__file__).resolve().parent.parent
COUNT = 40
KILLS = 10

RENDER = """
    with Workspace.open_project(Path(sys.argv[1])) as workspace:
        view = workspace.results()
        job = workspace.live(view, 0, on_frame=lambda index, state: print(index, flush=True))
        print("ready", flush=True)
        job(JobContext())
"""
EXPORT = """
    with Workspace.open_project(Path(sys.argv[1])) as workspace:
        removal = workspace.removal(Path(sys.argv[2]), media=ExportSettings(codec="ffv1", overwrite=True))
        print("ready", flush=True)
        workspace.remove(removal)(JobContext())
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "shot"
    folder.mkdir()
    generator = np.random.default_rng(1)
    scene = cv2.GaussianBlur(generator.integers(0, 255, (96, 160 + 2 * COUNT, 3)).astype(np.uint8), (0, 0), 2)
    for index in range(COUNT):
        write_image(folder / f"{index:03d}.png", np.ascontiguousarray(scene[:, 2 * index : 2 * index + 160]))
    mask = np.zeros((96, 160), bool)
    mask[30:60, 60:90] = True
    with Workspace.open(folder) as workspace:
        workspace.add_object()
        masks = dict.fromkeys(range(COUNT), MaskBlob.from_array(mask))
        workspace.perform(SetTrack.imported(workspace.document, 1, masks))
        workspace.save(tmp_path / "p.cleanplate")(JobContext())
    return tmp_path / "p.cleanplate"


@contextmanager
def killed(code: str, *arguments: Path, after_s: float) -> Iterator[list[bytes]]:
    """What another Cleanplate printed until it was killed."""
    head = """
    import sys
    from pathlib import Path
    from app.jobs.context import JobContext
    from app.media.settings import ExportSettings
    from app.workspace import Workspace
    """
    program = textwrap.dedent(head) + textwrap.dedent(code)
    with subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)], cwd=ROOT, stdout=subprocess.PIPE
    ) as process:
        try:
            assert process.stdout is not None and process.stdout.readline().strip() == b"ready"
            with suppress(subprocess.TimeoutExpired):
                process.wait(after_s)
        finally:
            process.kill()
        yield process.stdout.read().splitlines()


def test_every_frame_that_was_finished_is_there_after_a_kill(project: Path) -> None:
    chance = random.Random(3)
    finished: set[int] = set()
    for _ in range(KILLS):
        with killed(RENDER, project, after_s=chance.uniform(0.05, 0.6)) as told:
            finished.update(int(line) for line in told if line.strip().isdigit())
        with Workspace.open_project(project) as workspace:
            states = workspace.results().states()
            assert all(states[index] == FrameState.LIVE for index in finished)
    with Workspace.open_project(project) as workspace:
        view = workspace.results()
        workspace.live(view, 0, on_frame=lambda index, state: None)(JobContext())
        resumed = [view.composite(frame) for frame in workspace.reader.frames()]
        workspace.remove(
            workspace.removal(
                project.with_name("whole.mkv"),
                mode=view.live.mode,
                use_cache=False,
                media=ExportSettings(codec="ffv1"),
            )
        )(JobContext())
    with open_clip(project.with_name("whole.mkv")) as whole:
        for ours, theirs in zip(resumed, whole.frames(), strict=True):
            assert ours is not None and np.array_equal(ours.rgb, theirs.rgb), theirs.index


def test_no_half_file_stands_under_the_final_name_after_a_kill(project: Path) -> None:
    chance = random.Random(4)
    target = project.with_name("out.mkv")
    before = load_project(project).document
    for _ in range(KILLS):
        with killed(EXPORT, project, target, after_s=chance.uniform(0.05, 1.2)):
            pass
        assert load_project(project).document == before
        if target.exists():
            with open_clip(target) as written:
                assert len(written) == COUNT
