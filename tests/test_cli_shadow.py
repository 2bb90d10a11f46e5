"""``cleanplate remove --shadow``: the object's cast shadow goes with it."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from app.__main__ import main
from app.media.images import write_image
from app.media.reader import open_clip

WIDTH, HEIGHT, FRAMES = 240, 144, 24
LIGHT = 0.6


def ground() -> NDArray[np.float32]:
    noise = np.random.default_rng(1).normal(0, 1, (HEIGHT, WIDTH, 3)).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), 3)
    return np.asarray(np.float32((150, 140, 120)) + smooth * (12 / smooth.std()), np.float32)


def shapes(index: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """A post that walks to the right, and its shadow on the right of its foot."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    x = 25 + 6 * index
    post = (np.abs(columns - x) <= 11) & (np.abs(rows - 60) <= 32)
    return post, (((columns - x - 24) / 28) ** 2 + ((rows - 94) / 9) ** 2 <= 1) & ~post


def written(folder: Path, *, light: float) -> Path:
    """The clip, as pictures: nothing is lost."""
    clip = folder / "clip"
    clip.mkdir()
    for index in range(FRAMES):
        post, shadow = shapes(index)
        view = ground()
        view[shadow] *= light
        view[post] = (40, 60, 170)
        write_image(clip / f"{index:05d}.png", np.clip(view, 0, 255).astype(np.uint8))
    write_image(folder / "post.png", shapes(0)[0].astype(np.uint8) * np.uint8(255))
    return clip


def test_the_shadow_of_a_removed_object_is_removed_with_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clip, target = written(tmp_path, light=LIGHT), tmp_path / "clean.mkv"
    given = ["--mask", str(tmp_path / "post.png"), "--shadow", "--codec", "ffv1"]
    assert main(["remove", str(clip), str(target), *given]) == 0
    assert "The object: a shadow in" in capsys.readouterr().err
    truth = ground()
    with open_clip(target) as reader:
        for index in (8, 12, 16):
            _, shadow = shapes(index)
            left = np.abs(reader.frame(index).rgb.astype(np.float32) - truth)[shadow]
            assert left.mean() < 12, "the shadow itself differs from its ground by 55"


def test_that_there_is_no_shadow_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clip = written(tmp_path, light=1.0)
    given = ["--mask", f"post={tmp_path / 'post.png'}", "--shadow", "--range", "8:12", "--codec", "ffv1"]
    assert main(["remove", str(clip), str(tmp_path / "clean.mkv"), *given]) == 0
    assert "post: no shadow was found." in capsys.readouterr().err


def test_what_does_not_move_has_no_shadow_to_look_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clip = written(tmp_path, light=1.0)
    given = ["--box", "10,10,20,20", "--no-track", "--shadow"]
    assert main(["remove", str(clip), str(tmp_path / "clean.mkv"), *given]) == 2
    assert "--shadow is for things that move" in capsys.readouterr().err
