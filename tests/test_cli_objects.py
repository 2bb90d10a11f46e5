"""``cleanplate track`` with several objects, mattes, shadows and other trackers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

import app.cli.tracking
from app.__main__ import main
from app.cli.prompting import Said, by_object
from app.core.errors import UserError
from app.jobs.context import Cancelled, JobContext

FRAMES, WIDTH, HEIGHT = 12, 160, 96


def box(which: str, index: int) -> tuple[int, int, int, int]:
    """Two squares that walk towards each other, a row apart."""
    return (14 + 5 * index, 20, 26, 30) if which == "dog" else (120 - 5 * index, 44, 26, 30)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("clips") / "two.mp4"
    wall = np.random.default_rng(5).integers(70, 150, (HEIGHT // 4, WIDTH // 4, 3), np.uint8)
    wall = cv2.resize(wall, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    video = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"mp4v"), 24, (WIDTH, HEIGHT))
    for index in range(FRAMES):
        view = wall.copy()
        for which, color in (("dog", (40, 40, 220)), ("ball", (230, 60, 40))):
            x, y, width, height = box(which, index)
            view[y : y + height, x : x + width] = color
        video.write(view)
    video.release()
    return file


def said(which: str) -> str:
    return f"{which}={','.join(str(value) for value in box(which, 0))}"


def read(folder: Path, index: int) -> NDArray[np.uint8]:
    return np.asarray(cv2.imread(str(folder / f"{index:05d}.png"), cv2.IMREAD_GRAYSCALE), np.uint8)


def test_named_objects_go_into_folders_of_their_own_and_share_no_pixel(clip: Path, tmp_path: Path) -> None:
    out = tmp_path / "masks"
    assert main(["track", str(clip), str(out), "--box", said("dog"), "--box", said("ball")]) == 0
    assert sorted(folder.name for folder in out.iterdir()) == ["ball", "dog"]
    for index in range(FRAMES):
        masks = {which: read(out / which, index) > 0 for which in ("dog", "ball")}
        assert not (masks["dog"] & masks["ball"]).any()
        for which, mask in masks.items():
            x, y, width, height = box(which, index)
            truth = np.zeros_like(mask)
            truth[y : y + height, x : x + width] = True
            assert (mask & truth).sum() / (mask | truth).sum() > 0.6


def test_one_named_object_has_a_folder_too(clip: Path, tmp_path: Path) -> None:
    assert main(["track", str(clip), str(tmp_path / "masks"), "--box", said("dog"), "--range", "0:3"]) == 0
    assert len(list((tmp_path / "masks" / "dog").iterdir())) == 3


def test_a_stop_between_two_objects_says_what_was_written(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run_job = app.cli.tracking.run_job

    def stopped_at_the_ball(job: Callable[[JobContext], object], title: str) -> object:
        if title == "Writing ball":
            raise Cancelled
        return run_job(job, title)

    monkeypatch.setattr(app.cli.tracking, "run_job", stopped_at_the_ball)
    out = tmp_path / "masks"
    assert main(["track", str(clip), str(out), "--box", said("dog"), "--box", said("ball")]) != 0
    assert f"only {out / 'dog'} was written" in capsys.readouterr().err
    assert [folder.name for folder in out.iterdir()] == ["dog"]


def test_boxes_of_one_name_are_anchors_of_one_object(clip: Path, tmp_path: Path) -> None:
    last = "dog=" + ",".join(str(value) for value in box("dog", 11)) + "@11"
    assert main(["track", str(clip), str(tmp_path / "masks"), "--box", said("dog"), "--box", last]) == 0
    assert [folder.name for folder in (tmp_path / "masks").iterdir()] == ["dog"]


def test_several_masks_are_anchors(clip: Path, tmp_path: Path) -> None:
    for index in (0, 8):
        mask = np.zeros((HEIGHT, WIDTH), np.uint8)
        x, y, width, height = box("dog", index)
        mask[y : y + height, x : x + width] = 255
        cv2.imwrite(str(tmp_path / f"{index}.png"), mask)
    given = ["--mask", f"{tmp_path / '0.png'}", "--mask", f"{tmp_path / '8.png'}@8"]
    assert main(["track", str(clip), str(tmp_path / "masks"), *given]) == 0
    x, y, width, height = box("dog", 8)
    assert (read(tmp_path / "masks", 8)[y : y + height, x : x + width] > 0).mean() > 0.98


def test_a_corrected_mask_of_another_frame_goes_with_the_box(clip: Path, tmp_path: Path) -> None:
    corner = np.zeros((HEIGHT, WIDTH), np.uint8)
    corner[:12, :20] = 255
    cv2.imwrite(str(tmp_path / "corrected.png"), corner)
    given = ["--box", said("dog").partition("=")[2], "--mask", f"{tmp_path / 'corrected.png'}@8"]
    assert main(["track", str(clip), str(tmp_path / "masks"), *given, "--tracker", "flow", "--range", "0:9"]) == 0
    assert np.array_equal(read(tmp_path / "masks", 8), corner), "what the user made is kept"
    x, y, width, height = box("dog", 1)
    assert (read(tmp_path / "masks", 1)[y : y + height, x : x + width] > 0).mean() > 0.9, "the box counts as well"


def test_a_box_and_a_mask_of_one_frame_are_refused(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cv2.imwrite(str(tmp_path / "0.png"), np.full((HEIGHT, WIDTH), 255, np.uint8))
    given = ["--box", said("dog").partition("=")[2], "--mask", str(tmp_path / "0.png")]
    for command, target in (("track", "masks"), ("remove", "clean.mkv")):
        assert main([command, str(clip), str(tmp_path / target), *given]) == 2
        assert "both say where the object is in frame 0: give one of them" in capsys.readouterr().err


def test_soft_mattes_have_levels_between(clip: Path, tmp_path: Path) -> None:
    given = ["--box", said("dog").partition("=")[2], "--range", "0:4"]
    assert main(["track", str(clip), str(tmp_path / "hard"), *given]) == 0
    assert main(["track", str(clip), str(tmp_path / "soft"), *given, "--soft"]) == 0
    assert set(np.unique(read(tmp_path / "hard", 2))) == {0, 255}
    assert len(np.unique(read(tmp_path / "soft", 2))) > 4


def test_a_box_tracker_writes_boxes_and_begins_with_the_one_that_was_given(clip: Path, tmp_path: Path) -> None:
    x, y, width, height = box("dog", 0)
    loose = x - 6, y - 8, width + 12, height + 16
    given = ["--box", ",".join(map(str, loose)), "--tracker", "box", "--range", "0:5"]
    assert main(["track", str(clip), str(tmp_path / "masks"), *given]) == 0
    mask = read(tmp_path / "masks", 4) > 0
    rows, columns = np.nonzero(mask)
    assert mask[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1].mean() > 0.97
    whole = np.zeros((HEIGHT, WIDTH), np.uint8)
    whole[loose[1] : loose[1] + loose[3], loose[0] : loose[0] + loose[2]] = 255
    assert np.array_equal(read(tmp_path / "masks", 0), whole)


def test_a_shadow_gets_masks_of_its_own_even_if_there_is_none(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--box", said("dog"), "--shadow", str(tmp_path / "shadows")]
    assert main(["track", str(clip), str(tmp_path / "masks"), *given]) == 0
    assert len(list((tmp_path / "shadows" / "dog").iterdir())) == FRAMES
    assert "shadow" in capsys.readouterr().out
    both = [(read(tmp_path / "masks" / "dog", i) > 0) & (read(tmp_path / "shadows" / "dog", i) > 0) for i in range(3)]
    assert not np.any(both)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--box", "dog=1,1,9,9", "--box", "40,40,9,9"), "Some options name an object"),
        (("--box", "dog=1,1,9,9", "--box", "Dog=40,40,9,9"), "share a folder"),
        (("--box", "dog=1,1,9,9", "--tracker", "sheep"), "no tracker 'sheep'"),
        (("--box", "1,1,9,9", "--tracker-model", "nano.onnx"), "--tracker-model is for --tracker box"),
        (("--box", "1,1,9,9", "--tracker", "box", "--tracker-model", "nowhere.onnx"), "is not there"),
        (("--box", "1,1,9,9", "--tracker", "box", *(("--tracker-model", "x.onnx") * 3)), "3 times"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], sentence: str
) -> None:
    assert main(["track", str(clip), str(tmp_path / "masks"), *options]) == 2
    said = capsys.readouterr().err
    assert sentence in said and "Traceback" not in said
    assert not (tmp_path / "masks").exists()


def test_a_file_with_an_equals_sign_in_its_name_is_no_named_object(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a=b.png").write_bytes(b"")
    assert by_object(Said(masks=("a=b.png@3",))) == {"": Said(masks=["a=b.png@3"])}
    assert by_object(Said(masks=("a=c.png@3",))) == {"a": Said(masks=["c.png@3"])}
    with pytest.raises(UserError, match="ends in a dot"):
        by_object(Said(boxes=("dog.=1,2,3,4",)))
    with pytest.raises(UserError, match=r"Aux is a device's.*another one"):
        by_object(Said(boxes=("Aux=1,2,3,4",)))


def test_points_of_a_name_belong_to_its_object() -> None:
    parts = by_object(Said(boxes=("dog=1,2,3,4",), points=("ball=5,6", "dog=7,8,0@2"), segmenter="grabcut"))
    assert parts == {
        "dog": Said(boxes=["1,2,3,4"], points=["7,8,0@2"], segmenter="grabcut"),
        "ball": Said(points=["5,6"], segmenter="grabcut"),
    }


def test_the_mask_network_that_ships_can_be_asked(clip: Path, tmp_path: Path) -> None:
    given = ["--box", said("dog"), "--tracker", "network", "--range", "0:6"]
    assert main(["track", str(clip), str(tmp_path / "masks"), *given]) == 0
    x, y, width, height = box("dog", 5)
    mask = read(tmp_path / "masks" / "dog", 5) > 0
    truth = np.zeros_like(mask)
    truth[y : y + height, x : x + width] = True
    assert (mask & truth).sum() / (mask | truth).sum() > 0.6


def test_several_named_objects_are_removed_at_once(clip: Path, tmp_path: Path) -> None:
    out, report = tmp_path / "clean.mkv", tmp_path / "report.json"
    given = ["--box", said("dog"), "--box", said("ball"), "--codec", "ffv1", "--report", str(report)]
    assert main(["remove", str(clip), str(out), *given, "--engine", "propagate", "--no-cache"]) == 0
    before, after = cv2.VideoCapture(str(clip)), cv2.VideoCapture(str(out))
    for index in range(FRAMES):
        one, other = before.read()[1], after.read()[1]
        for which in ("dog", "ball"):
            x, y, width, height = box(which, index)
            inside = slice(y + 6, y + height - 6), slice(x + 6, x + width - 6)
            changed = np.abs(one[inside].astype(int) - other[inside]).max(axis=2) > 30
            assert changed.mean() > 0.9, f"{which} in frame {index}"
    assert json.loads(report.read_text())["settings"]["frames_lost"] == []


def test_several_still_boxes_are_removed_without_tracking(clip: Path, tmp_path: Path) -> None:
    out = tmp_path / "clean.mkv"
    given = ["--box", "logo=4,4,12,8", "--box", "code=120,70,20,10", "--no-track", "--dilate", "0"]
    assert main(["remove", str(clip), str(out), *given, "--codec", "ffv1", "--engine", "propagate"]) == 0
    one, other = (cv2.VideoCapture(str(file)).read()[1].astype(int) for file in (clip, out))
    changed = np.abs(one - other).max(axis=2) > 0
    assert changed[4:12, 4:16].any() and changed[70:80, 120:140].any()


def test_what_is_removed_is_named_for_all_or_for_none(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--box", said("dog"), "--box", "1,1,9,9"]
    assert main(["remove", str(clip), str(tmp_path / "clean.mkv"), *given]) == 2
    assert "Some options name an object" in capsys.readouterr().err


def test_tracking_ends_where_the_object_is_lost_if_that_is_asked_for(clip: Path, tmp_path: Path) -> None:
    masks = {}
    for how in ("continue", "stop"):
        out = tmp_path / how
        assert main(["track", str(clip), str(out), "--box", "100,4,20,12", "--when-lost", how]) == 0
        masks[how] = [read(out, index).any() for index in range(FRAMES)]
    first_lost = masks["stop"].index(False) if False in masks["stop"] else FRAMES
    assert not any(masks["stop"][first_lost:]) and masks["stop"][:first_lost] == masks["continue"][:first_lost]


def test_looking_again_by_colour_alone_is_refused(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--box", said("dog"), "--segmenter", "grabcut", "--look-again", "8"]
    assert main(["track", str(clip), str(tmp_path / "masks"), *given]) == 2
    assert "GrabCut knows no more than the tracker" in capsys.readouterr().err
