"""Points on the command line: read, checked, answered by a segmenter, followed."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from standin_segmenter import StandInSegmenter, loads

from app.__main__ import main
from app.core.errors import UserError
from app.core.geometry import Rect
from app.core.prompts import BoxPrompt, Click, Clicks, MaskPrompt, clicks_of, parse_point
from app.engine import segmenting
from app.jobs.context import JobContext
from app.media.images import write_image
from app.workspace import Workspace

WIDTH, HEIGHT = 96, 64


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Four pictures of a bright square that moves to the right over a textured ground."""
    folder = tmp_path / "shots"
    folder.mkdir()
    ground = np.random.default_rng(2).integers(0, 80, (HEIGHT, WIDTH, 3)).astype(np.uint8)
    ground = np.asarray(cv2.GaussianBlur(ground, (5, 5), 0), np.uint8)
    for index in range(4):
        picture = ground.copy()
        picture[20:44, 20 + 3 * index : 44 + 3 * index] = (220, 200, 180)
        write_image(folder / f"{index:03d}.png", picture)
    return folder


@pytest.fixture
def segmenter(monkeypatch: pytest.MonkeyPatch) -> StandInSegmenter:
    made = StandInSegmenter()
    monkeypatch.setattr(segmenting, "load_segmenter", loads(made))
    return made


@pytest.mark.parametrize(
    ("text", "click", "frame"),
    [
        ("10,20", Click(10, 20), 0),
        (" 10.5 , 20 , 1 @ 7", Click(10.5, 20), 7),
        ("3,4,0@2", Click(3, 4, include=False), 2),
    ],
)
def test_points_are_read(text: str, click: Click, frame: int) -> None:
    assert parse_point(text) == (click, frame)


@pytest.mark.parametrize("text", ["10", "10,20,2", "10,20,1,1", "a,b", "10,20@", "10,20@-1", ""])
def test_other_points_are_refused(text: str) -> None:
    with pytest.raises(UserError, match="point"):
        parse_point(text)


def test_points_and_boxes_are_put_together_by_frame() -> None:
    said = [(Click(5, 6), 1), (Click(7, 8, include=False), 1), (Click(1, 1), 0)]
    found = clicks_of(said, [BoxPrompt(Rect(-5, 0, 20, 20), 2), BoxPrompt(Rect(0, 0, 9, 9), 0)], WIDTH, HEIGHT, 4)
    assert found[1] == Clicks((Click(5, 6), Click(7, 8, include=False)))
    assert found[0] == Clicks((Click(1, 1),), Rect(0, 0, 9, 9)) and found[2] == Clicks(box=Rect(0, 0, 15, 20))


@pytest.mark.parametrize(
    ("point", "match"),
    [
        ((Click(5, 6), 4), "frame 4 is outside the clip, whose last frame is 3"),
        ((Click(97, 6), 0), "97,6 at frame 0 lies outside the picture, which is 96x64"),
        ((Click(5, 6, include=False), 1), "At frame 1 no point is on the object"),
    ],
)
def test_points_that_cannot_be_used_are_named(point: tuple[Click, int], match: str) -> None:
    with pytest.raises(UserError, match=match):
        clicks_of([point], [], WIDTH, HEIGHT, 4)


def test_track_follows_what_lies_under_a_point(
    shots: Path, segmenter: StandInSegmenter, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "masks"
    assert main(["track", str(shots), str(out), "--point", "30,30", "--point", "90,5,0"]) == 0
    masks = [cv2.imread(str(out / f"{index:05d}.png"), cv2.IMREAD_GRAYSCALE) for index in range(4)]
    assert all(mask[30, 32 + 3 * index] == 255 and mask[5, 5] == 0 for index, mask in enumerate(masks))
    assert (np.flatnonzero(masks[0].any(0))[[0, -1]] == [20, 43]).all()
    assert segmenter.looked == 1 and segmenter.prompts[-1].labels.tolist() == [1, 0]
    assert "Masks from points: stand-in (test)." in capsys.readouterr().err


def test_a_box_goes_through_a_segmenter_that_is_named(shots: Path, segmenter: StandInSegmenter, tmp_path: Path) -> None:
    out = str(tmp_path / "masks")
    assert main(["track", str(shots), out, "--box", "15,15,40,40@1", "--segmenter", "vit-b"]) == 0
    assert segmenter.prompts[0].box == (15, 15, 55, 55)
    assert main(["track", str(shots), out, "--box", "15,15,40,40@1", "--overwrite"]) == 0
    assert len(segmenter.prompts) == 1


def test_without_weights_the_command_line_says_what_stands_in(
    shots: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["track", str(shots), str(tmp_path / "masks"), "--point", "30,30"]) == 0
    told = capsys.readouterr().err
    assert "GrabCut (OpenCV, CPU)" in told and "cleanplate models fetch mobile-sam" in told
    assert main(["track", str(shots), str(tmp_path / "other"), "--point", "30,30", "--segmenter", "mobile-sam"]) == 2
    assert "MobileSAM are not here" in capsys.readouterr().err and not (tmp_path / "other").exists()


@pytest.mark.parametrize(
    ("given", "match"),
    [
        (["--point", "30,30", "--mask", "x.png"], "--mask"),
        (["--segmenter", "grabcut", "--mask", "x.png"], "--segmenter is for points and boxes"),
        (["--point", "3,30,0"], "no point is on the object"),
        (["--point", "5,50", "--segmenter", "stand-in"], "Nothing was found at frame 0: move the point"),
    ],
)
def test_what_does_not_go_together_is_refused(
    shots: Path,
    segmenter: StandInSegmenter,
    tmp_path: Path,
    given: list[str],
    match: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["track", str(shots), str(tmp_path / "masks"), *given]) == 2
    assert match in capsys.readouterr().err
    assert main(["remove", str(shots), str(tmp_path / "out"), *given]) == 2
    assert match in capsys.readouterr().err
    assert main(["remove", str(shots), str(tmp_path / "out"), "--box", "1,1,5,5", "--no-track", "--point", "3,3"]) == 2
    assert "leave --point, --mask and --segmenter out" in capsys.readouterr().err


def test_what_was_clicked_is_kept_with_the_mask(shots: Path, segmenter: StandInSegmenter) -> None:
    with Workspace.open(shots) as workspace:
        made = workspace.add_object()
        (edit,) = workspace.clicked(made, [(Click(30, 30), 2)], [])(JobContext())
        workspace.perform(edit)
        (prompt,) = workspace.document.object(made).prompts
    assert isinstance(prompt, MaskPrompt) and prompt.frame == 2 and prompt.clicks == Clicks((Click(30, 30),))
    assert prompt.mask.bbox == Rect(26, 20, 24, 24)
