"""``cleanplate restore``: a disc that passes behind a bar comes back whole, and nothing else changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from restoring_scene import BAR, FRAMES, Scene, hidden, psnr, read_masks, truth, write_scene

import models.registry
from app.cli import main
from app.media.images import write_image
from app.media.reader import open_clip
from models.inpainting.patch_fill import quick_fill

LOSSLESS = ("--codec", "ffv1")


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return write_scene(tmp_path)


def frames_of(path: str) -> list[np.ndarray]:
    with open_clip(Path(path)) as reader:
        return [frame.rgb.copy() for frame in reader.frames()]


def report_of(path: str) -> dict[str, object]:
    return dict(json.loads(Path(path).read_text()))


def restored(scene: Scene, *options: str, out: str = "out.mkv") -> list[np.ndarray]:
    arguments = ["restore", scene.clip, scene(out), *scene.base(), *LOSSLESS, "--report", scene("r.json"), *options]
    assert main(arguments) == 0
    return frames_of(scene(out))


def test_the_object_comes_back_and_nothing_changes_outside_of_it(
    scene: Scene,
) -> None:
    pictures = restored(scene, "--save-amodal", scene("whole"))
    report = report_of(scene("r.json"))
    assert report["outside_hole"]["identical"] is True  # type: ignore[index]
    behind = [index for index in range(FRAMES) if hidden(index).sum() > 100]
    gains = []
    for index in behind:
        bare = truth(index)[0]
        alone = quick_fill(frames_of_source()[index], BAR_MASK)
        where = hidden(index)
        gains.append(psnr(pictures[index], bare, where) - psnr(alone, bare, where))
    assert np.mean(gains) > 3
    shapes = read_masks(scene("whole"))
    assert len(shapes) == FRAMES
    assert all((shape | ~truth(index)[1]).mean() > 0.99 for index, shape in enumerate(shapes))
    for index, picture in enumerate(pictures):
        away = ~truth(index)[1]
        assert (frames_of_source()[index][away] == picture[away]).all()


def test_what_stands_in_for_missing_networks_is_said_in_one_sentence(
    scene: Scene, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models.registry, "NETWORKS", {})
    restored(scene, "--range", "10:12")
    said = "No network helped to restore: shapes, motion and colours come from what other frames show."
    assert capsys.readouterr().out.count(said) == 1
    assert report_of(scene("r.json"))["notes"].count(said) == 1  # type: ignore[attr-defined]


def frames_of_source() -> list[np.ndarray]:
    return [np.where(BAR_MASK[..., None], np.array(BAR, np.uint8), truth(index)[0]) for index in range(FRAMES)]


BAR_MASK = np.zeros((96, 128), bool)
BAR_MASK[:, 56:66] = True


def test_with_the_bar_removed_the_disc_stands_before_the_background(scene: Scene) -> None:
    pictures = restored(scene, "--remove-occluder", "--engine", "propagate")
    report = report_of(scene("r.json"))
    assert report["outside_hole"]["identical"] is True  # type: ignore[index]
    for index in (8, 13, 18):
        green = (np.abs(pictures[index].astype(int) - np.array(BAR)) < 30).all(-1)
        assert green[BAR_MASK].mean() < 0.02
        assert psnr(pictures[index], truth(index)[0], hidden(index)) > 20


def test_a_bar_whose_masks_are_too_narrow_goes_whole_if_it_reaches_farther(scene: Scene) -> None:
    narrow = np.zeros_like(BAR_MASK)
    narrow[:, 59:63] = True
    for path in Path(scene.cover).glob("*.png"):
        write_image(path, narrow.astype(np.uint8) * 255)
    left = []
    for out, options in (("auto.mkv", ()), ("far.mkv", ("--dilate", "6"))):
        pictures = restored(scene, "--remove-occluder", "--engine", "propagate", *options, out=out)
        away = BAR_MASK & ~truth(13)[1]
        left.append((np.abs(pictures[13].astype(int) - np.array(BAR)) < 30).all(-1)[away].mean())
    assert left[0] > 0.1 and left[1] < 0.02


def test_a_range_changes_its_own_frames_alone_and_trims_to_them(scene: Scene) -> None:
    whole = restored(scene)
    part = restored(scene, "--range", "10:14", out="part.mkv")
    source = frames_of_source()
    for index in range(FRAMES):
        wanted = whole[index] if 10 <= index < 14 else source[index]
        assert (part[index] == wanted).all()
    trimmed = restored(scene, "--range", "10:14", "--trim", out="trimmed.mkv")
    assert len(trimmed) == 4
    assert all((one == other).all() for one, other in zip(trimmed, whole[10:14], strict=True))


def test_the_same_command_again_takes_what_is_finished(scene: Scene) -> None:
    first = restored(scene)
    second = restored(scene, "--overwrite")
    totals = report_of(scene("r.json"))["totals"]
    assert totals["frames_from_cache"] == totals["frames_with_hole"] > 0  # type: ignore[index]
    assert all((one == other).all() for one, other in zip(first, second, strict=True))


def test_live_looks_at_the_past_alone_and_restores_too(scene: Scene) -> None:
    pictures = restored(scene, "--mode", "live")
    assert report_of(scene("r.json"))["outside_hole"]["identical"] is True  # type: ignore[index]
    # by then most of what the bar hides was shown before
    assert psnr(pictures[12], truth(12)[0], hidden(12)) > 18


def test_live_predicts_shapes_from_frames_on_both_sides_of_its_range(scene: Scene) -> None:
    shapes = []
    for mode in ("final", "live"):
        restored(scene, "--range", "8:12", "--mode", mode, "--save-amodal", scene(mode), out=f"{mode}.mkv")
        shapes.append(read_masks(scene(mode)))
    assert len(shapes[0]) == len(shapes[1]) == 4
    assert all((one == other).all() for one, other in zip(*shapes, strict=True))


def test_a_shape_that_is_given_is_not_predicted(scene: Scene) -> None:
    restored(scene, "--save-amodal", scene("whole"))
    for path in Path(scene("whole")).glob("*.png"):
        path.write_bytes((Path(scene.seen) / path.name).read_bytes())
    pictures = restored(scene, "--amodal-masks", scene("whole"), "--range", "10:11", out="given.mkv")
    # what is seen is all there is: only the disc's rim under the bar's border may have been painted anew
    inside = BAR_MASK.copy()
    assert (pictures[10][inside] == np.array(BAR)).all()


def test_boxes_are_tracked(scene: Scene) -> None:
    arguments = ["restore", scene.clip, scene("out.mkv"), "--object-box", "13,27,42,42@0", *LOSSLESS]
    assert main([*arguments, "--occluder-masks", scene.cover, "--report", scene("r.json")]) == 0
    assert report_of(scene("r.json"))["totals"]["frames_with_hole"] > 8  # type: ignore[index]


Bad = Callable[[Scene], list[str]]
BAD: dict[str, Bad] = {
    "nothing of the object": lambda s: ["--occluder-masks", s.cover],
    "nothing of the occluder": lambda s: ["--object-masks", s.seen],
    "both ways": lambda s: [*s.base(), "--object-box", "1,1,5,5"],
    "no such folder": lambda s: ["--object-masks", s("nowhere"), "--occluder-masks", s.cover],
    "no such class": lambda s: [*s.base(), "--class", "unicorn"],
    "no such engine": lambda s: [*s.base(), "--engine", "magic"],
    "segmenter without points": lambda s: [*s.base(), "--segmenter", "grabcut"],
    "threshold without masks": lambda s: [
        *("--object-box", "9,9,9,9", "--occluder-box", "50,0,9,90", "--mask-threshold", "40")
    ],
    "trim without range": lambda s: [*s.base(), "--trim"],
    "negative dilation": lambda s: [*s.base(), "--dilate", "-3"],
    "no whole shapes there": lambda s: [*s.base(), "--amodal-masks", s("nowhere")],
    "shapes over a file": lambda s: [*s.base(), "--save-amodal", s("clip/00000.png")],
    "the object hides nothing": lambda s: ["--object-masks", s.seen, "--occluder-masks", s("empty")],
    "nothing is seen": lambda s: ["--object-masks", s("empty"), "--occluder-masks", s.cover],
    "never behind it": lambda s: ["--object-masks", s.seen, "--occluder-masks", s("corner")],
}


@pytest.mark.parametrize("options", BAD.values(), ids=BAD.keys())
def test_bad_input_ends_with_one_sentence_and_leaves_no_file(
    tmp_path: Path, options: Bad, capsys: pytest.CaptureFixture[str]
) -> None:
    scene = write_scene(tmp_path, frames=6)
    for name in ("empty", "corner"):
        (tmp_path / name).mkdir()
        for path in Path(scene.cover).glob("*.png"):
            mask = np.zeros((96, 128), np.uint8)
            mask[:3, 120:] = 255 if name == "corner" else 0
            write_image(tmp_path / name / path.name, mask)
    assert main(["restore", scene.clip, scene("out.mkv"), *LOSSLESS, *options(scene)]) == 2
    said = capsys.readouterr().err.strip().splitlines()
    assert len([line for line in said if line.startswith("cleanplate: ")]) == 1
    assert said[-1].endswith(".")
    assert "Traceback" not in "\n".join(said)
    assert not Path(scene("out.mkv")).exists()


def test_restore_has_the_options_of_remove(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["restore", "--help"]) == 0
    text = capsys.readouterr().out
    for option in ("--codec", "--quality", "--overwrite", "--range", "--trim", "--report", "--device", "--engine"):
        assert option in text
    for option in ("--mode", "--dilate", "--feather", "--object-point", "--occluder-box", "--save-amodal", "--class"):
        assert option in text
