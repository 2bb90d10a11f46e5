"""Masks from folders and videos: threshold, soft edge, alpha, counts and sizes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app.core.errors import UserError
from app.engine.masks_in import MasksWanted, read_mask, read_mask_folder, read_mask_video, value_of_image
from app.media.images import write_image

WANTED = MasksWanted(16, 12, 3, (0, 3))


def _ramp() -> NDArray[np.uint8]:
    """Black, a soft step, white."""
    return np.broadcast_to(np.repeat(np.array([0, 64, 128, 255], np.uint8), 4), (12, 16)).copy()


def _folder(tmp_path: Path, images: list[NDArray[np.uint8]]) -> Path:
    folder = tmp_path / "masks"
    folder.mkdir(parents=True)
    for i, image in enumerate(images):
        write_image(folder / f"m{i}.png", image)
    return folder


def test_a_pixel_above_the_threshold_is_removed_and_the_rest_is_soft_edge(tmp_path: Path) -> None:
    masks = read_mask_folder(_folder(tmp_path, [_ramp()] * 3), WANTED)
    assert sorted(masks.masks) == [0, 1, 2] and sorted(masks.soft) == [0, 1, 2]
    np.testing.assert_array_equal(masks.masks[1].to_array(), _ramp() >= 128)
    soft = masks.soft[1].matte(masks.masks[1].to_array())
    assert (soft[:, :4] == 0).all() and (soft[:, 8:] == 255).all()
    assert (soft[:, 4:8] > 0).all() and (soft[:, 4:8] < 255).all()


def test_another_threshold_moves_the_edge(tmp_path: Path) -> None:
    wanted = MasksWanted(16, 12, 3, (0, 3), threshold=0.6)
    masks = read_mask_folder(_folder(tmp_path, [_ramp()] * 3), wanted)
    np.testing.assert_array_equal(masks.masks[0].to_array(), _ramp() == 255)


def test_hard_masks_have_no_soft_edge(tmp_path: Path) -> None:
    hard = ((_ramp() > 100) * 255).astype(np.uint8)
    masks = read_mask_folder(_folder(tmp_path, [hard] * 3), WANTED)
    assert masks.soft == {}


def test_alpha_counts_where_it_says_something() -> None:
    image = np.full((12, 16, 4), 255, np.uint8)
    image[..., :3] = _ramp()[..., None]
    np.testing.assert_allclose(value_of_image(image), _ramp() / 255, atol=1e-6)
    image[:6, :, 3] = 0
    np.testing.assert_array_equal(value_of_image(image) > 0.5, image[..., 3] > 0)


def test_deep_and_coloured_masks_are_read() -> None:
    deep = (_ramp().astype(np.uint16)) * 257
    np.testing.assert_allclose(value_of_image(deep), _ramp() / 255, atol=1e-6)
    red = np.zeros((12, 16, 3), np.uint8)
    red[3:5, :, 0] = 255
    np.testing.assert_array_equal(value_of_image(red) > 0.5, red[..., 0] > 0)


def test_a_wrong_count_is_refused_with_both_numbers(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"2 masks.*3 frames"):
        read_mask_folder(_folder(tmp_path, [_ramp()] * 2), WANTED)


def test_masks_for_the_range_alone_are_taken(tmp_path: Path) -> None:
    wanted = MasksWanted(16, 12, 10, (4, 6))
    first, second = np.zeros((12, 16), np.uint8), _ramp()
    masks = read_mask_folder(_folder(tmp_path, [first, second]), wanted)
    assert masks.masks[4].is_empty and not masks.masks[5].is_empty


def test_masks_round_the_range_are_read_where_they_are_there(tmp_path: Path) -> None:
    pictures = [np.full((12, 16), 250 - index, np.uint8) for index in range(10)]
    wanted = MasksWanted(16, 12, 10, (4, 6), looked_at=(2, 7))
    assert list(read_mask_folder(_folder(tmp_path / "all", pictures), wanted).masks) == [2, 3, 4, 5, 6]
    assert list(read_mask_folder(_folder(tmp_path / "part", pictures[:2]), wanted).masks) == [4, 5]


def test_a_wrong_size_is_refused_with_both_sizes(tmp_path: Path) -> None:
    wanted = MasksWanted(32, 12, 3, (0, 3))
    with pytest.raises(UserError, match=r"m0\.png is 16x12.*32x12"):
        read_mask_folder(_folder(tmp_path, [_ramp()] * 3), wanted)


def test_a_single_mask_must_hold_something(tmp_path: Path) -> None:
    path = tmp_path / "one.png"
    write_image(path, _ramp())
    assert read_mask(path, 16, 12).area_px == (_ramp() >= 128).sum()
    write_image(path, np.zeros((12, 16), np.uint8))
    with pytest.raises(UserError, match="empty"):
        read_mask(path, 16, 12)
    with pytest.raises(UserError, match=r"16x12.*99x12"):
        read_mask(path, 99, 12)


def test_a_video_of_masks_is_read_like_a_folder(tmp_path: Path) -> None:
    """A sequence of images opened as a clip stands for a video."""
    folder = tmp_path / "sequence"
    folder.mkdir(parents=True)
    images = [np.roll(_ramp(), 4 * i, axis=1) for i in range(3)]
    for i, image in enumerate(images):
        write_image(folder / f"{i:05d}.png", image)
    masks = read_mask_video(folder, WANTED)
    for i, image in enumerate(images):
        np.testing.assert_array_equal(masks.masks[i].to_array(), image >= 128)
    soft = masks.soft[2].matte(masks.masks[2].to_array())
    assert soft.max() == 255
    with pytest.raises(UserError, match=r"3 masks.*5 frames"):
        read_mask_video(folder, MasksWanted(16, 12, 5, (0, 5)))
    with pytest.raises(UserError, match=r"16x12.*20x12"):
        read_mask_video(folder, MasksWanted(20, 12, 3, (0, 3)))


def test_progress_is_told_and_a_stop_is_obeyed(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    folder = _folder(tmp_path, [_ramp()] * 3)
    read_mask_folder(folder, WANTED, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_mask_folder(folder, WANTED, checkpoint=stop)
