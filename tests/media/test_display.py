"""What the screen shows of HDR and log clips: within range, in order, and through the LUT that was given."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.core.errors import UserError
from app.media.display import DisplayTransform, read_cube, tone_mapping
from app.media.frame import ColorTags

PQ, HLG = ColorTags(9, 16, 9), ColorTags(9, 18, 9)


def grey_ramp() -> np.ndarray:
    return np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2).repeat(4, axis=0)


def pq_code(nits: float) -> int:
    y = nits / 10000
    m1, m2, c1, c2, c3 = 0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875
    return round(255 * ((c1 + c2 * y**m1) / (1 + c3 * y**m1)) ** m2)


@pytest.mark.parametrize("tags", [PQ, HLG], ids=["pq", "hlg"])
def test_tone_mapping_keeps_order_and_greys_grey(tags: ColorTags) -> None:
    transform = tone_mapping(tags)
    assert transform is not None
    shown = transform.apply(grey_ramp()).astype(int)
    steps = shown.reshape(4, 256, 3)[:, ::2].mean(axis=0)
    assert (np.diff(steps[:, 0]) > -2).all() and steps[0, 0] == 0 and steps[-1, 0] >= 250
    assert np.abs(shown - shown[..., :1]).max() <= 3


def test_diffuse_white_stays_bright_and_highlights_keep_their_differences() -> None:
    transform = tone_mapping(PQ)
    assert transform is not None

    def level(nits: float) -> float:
        return float(transform.apply(np.full((8, 8, 3), pq_code(nits), np.uint8)).mean())

    assert 195 < level(203) < 250
    assert level(203) + 3 < level(500) < level(1000) <= 255
    assert level(0.005) < 12


def test_an_ordinary_clip_needs_none() -> None:
    assert tone_mapping(ColorTags(1, 1, 1)) is None and tone_mapping(ColorTags()) is None


def test_the_table_is_exact_at_its_ends_and_smooth_between() -> None:
    same = DisplayTransform.sampled("same", lambda rgb: rgb)
    random = np.random.default_rng(3)
    view = random.integers(0, 256, (65, 97, 3)).astype(np.uint8)
    shown = same.apply(view)
    assert np.abs(shown.astype(int) - view).max() <= 2
    for value in (0, 255):
        assert (same.apply(np.full((6, 6, 3), value, np.uint8)) == value).all()
    flat = same.apply(np.full((64, 64, 3), 101, np.uint8))
    assert abs(float(flat.mean()) - 101) < 0.8


@pytest.mark.parametrize("size", [2, 17])
def test_a_cube_lut_is_applied(tmp_path: Path, size: int) -> None:
    lines = ['TITLE "swap"', "# a comment", f"LUT_3D_SIZE {size}", "DOMAIN_MIN 0 0 0", "DOMAIN_MAX 1 1 1"]
    axis = np.linspace(0, 1, size)
    lines += [f"{blue:.6f} {1 - green:.6f} {red:.6f}" for blue in axis for green in axis for red in axis]
    (tmp_path / "swap.cube").write_text("\n".join(lines))
    transform = read_cube(tmp_path / "swap.cube")
    view = np.random.default_rng(1).integers(0, 256, (20, 30, 3)).astype(np.int16)
    expected = np.stack([view[..., 2], 255 - view[..., 1], view[..., 0]], axis=2)
    assert np.abs(transform.apply(view.astype(np.uint8)).astype(int) - expected).max() <= 3
    assert transform.name == "swap"


def test_a_curve_lut_is_applied(tmp_path: Path) -> None:
    rows = [f"{(i / 64) ** 2:.6f} {i / 64:.6f} {1 - i / 64:.6f}" for i in range(65)]
    (tmp_path / "curve.cube").write_text("\n".join(["LUT_1D_SIZE 65", *rows]))
    shown = read_cube(tmp_path / "curve.cube").apply(grey_ramp()).astype(float)
    x = np.arange(256)
    assert np.abs(shown[0, :, 0] - x * x / 255).max() <= 4
    assert np.abs(shown[0, :, 1] - x).max() <= 2 and np.abs(shown[0, :, 2] - (255 - x)).max() <= 2


@pytest.mark.parametrize(
    "text", ["", "hello", "LUT_3D_SIZE 3\n0 0 0", "LUT_3D_SIZE 999", "LUT_1D_SIZE 2\n0 0\n1 1", "LUT_1D_SIZE x"]
)
def test_what_is_no_lut_is_said(tmp_path: Path, text: str) -> None:
    (tmp_path / "bad.cube").write_text(text)
    with pytest.raises(UserError, match=r"bad\.cube is no \.cube LUT"):
        read_cube(tmp_path / "bad.cube")
    with pytest.raises(UserError, match="cannot be read"):
        read_cube(tmp_path / "missing.cube")
