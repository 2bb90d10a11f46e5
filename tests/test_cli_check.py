"""``--check``: a second track says where the first one may be wrong."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.__main__ import main
from app.engine import track_check
from app.engine.track_settings import TrackSettings
from app.workspace import tracking as workspace_tracking

FRAMES, WIDTH, HEIGHT = 10, 160, 96
BOXES = {"dog": (14, 8, 26, 30), "ball": (14, 56, 26, 30)}


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two squares that walk to the right, one above the other."""
    file = tmp_path_factory.mktemp("clips") / "two.mp4"
    wall = np.random.default_rng(5).integers(70, 150, (HEIGHT // 4, WIDTH // 4, 3), np.uint8)
    wall = cv2.resize(wall, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    video = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"mp4v"), 24, (WIDTH, HEIGHT))
    for index in range(FRAMES):
        view = wall.copy()
        for which, color in (("dog", (40, 40, 220)), ("ball", (230, 60, 40))):
            x, y, width, height = BOXES[which]
            view[y : y + height, x + 5 * index : x + 5 * index + width] = color
        video.write(view)
    video.release()
    return file


def box(which: str) -> str:
    return ",".join(map(str, BOXES[which]))


def test_the_mask_network_looks_a_second_time(clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["track", str(clip), str(tmp_path / "masks"), "--box", box("dog"), "--range", "0:5", "--check"]) == 0
    said = capsys.readouterr().out
    assert "A second look " in said and "\n4 masks tracked a second time in " in said


def test_a_second_track_that_finds_the_same_agrees(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workspace_tracking, "SECOND_LOOK", TrackSettings("flow", segmenter="none"))
    assert main(["track", str(clip), str(tmp_path / "masks"), "--box", box("dog"), "--check"]) == 0
    said = capsys.readouterr().out
    assert "A second look agrees.\n" in said and "unsure" not in said


@pytest.mark.usefixtures("second_stands_still")
def test_the_end_names_the_frames_in_which_the_second_track_disagrees(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["track", str(clip), str(tmp_path / "masks"), "--box", box("dog"), "--check"]) == 0
    said = capsys.readouterr().out
    assert "The tracker is unsure in 8 frames: 2-9: look at the masks there." in said
    assert "A second look disagrees in 8 frames: 2-9." in said


@pytest.mark.usefixtures("second_stands_still")
def test_each_of_several_objects_is_checked(clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = [part for which in BOXES for part in ("--box", f"{which}={box(which)}")]
    assert main(["track", str(clip), str(tmp_path / "masks"), *said, "--check", "--range", "0:5"]) == 0
    told = capsys.readouterr().out
    assert all(f"{which}: A second look disagrees in 3 frames: 2-4." in told for which in BOXES)


def test_the_second_track_is_kept_like_the_first(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["track", str(clip), str(tmp_path / "masks"), "--box", box("dog"), "--range", "0:4", "--check"]
    assert main(asked) == 0 and main([*asked, "--overwrite"]) == 0
    assert "The second look was kept from an earlier run." in capsys.readouterr().out


def test_without_the_network_masks_are_written_and_a_sentence_says_that_nobody_looked(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(track_check, "has_mask_network", lambda: False)
    asked = ["track", str(clip), str(tmp_path / "masks"), "--box", box("dog"), "--range", "0:3", "--check"]
    assert main(asked) == 0 and len(list((tmp_path / "masks").iterdir())) == 3
    out, err = capsys.readouterr()
    assert err.endswith("Not checked: a second look needs the mask network, and its weights or torch are not here.\n")
    assert "second look" not in out and "second time" not in out


@pytest.mark.usefixtures("second_stands_still")
def test_a_removals_report_says_why_masks_are_doubtful(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report.json"
    asked = ["remove", str(clip), str(tmp_path / "out.mkv"), "--box", box("dog"), "--range", "0:4", "--check"]
    assert main([*asked, "--report", str(report)]) == 0
    doubts = [frame["mask_doubt"] for frame in json.loads(report.read_text())["frames"]]
    assert doubts[0] is None and "a second look disagrees: " in doubts[3] and doubts[3].endswith("overlap")
    assert "The tracker is unsure in 2 frames: 2-3" in capsys.readouterr().out


@pytest.mark.parametrize(
    "options",
    [
        ("track", "--tracker", "network"),
        ("track", "--tracker", "box"),
        ("remove", "--no-track"),
    ],
)
def test_what_cannot_be_checked_is_refused_in_a_sentence(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    command, *rest = options
    assert main([command, str(clip), str(tmp_path / "out"), "--box", box("dog"), "--check", *rest]) == 2
    said = capsys.readouterr().err
    assert "--check" in said and "out." in said and not (tmp_path / "out").exists()
