"""Composites: the truth is known, the object is whole, everything is fixed by the seed."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from small_footage import FRAMES, write_footage

from models.training.composites.building import (
    Composite,
    Pairing,
    build,
    load_composites,
    main,
    pair_clips,
    read_composite,
)
from models.training.data.footage import FootageError, list_footage
from models.training.data.svor import MIN_OBJECT_PX, cut_out

SIZE = (216, 120)


@pytest.fixture(scope="module")
def composite(tmp_path_factory: pytest.TempPathFactory) -> Composite:
    clips = list_footage(write_footage(tmp_path_factory.mktemp("footage")))
    built = build(Pairing(clips["drifting"], clips["still"], None), size=SIZE)
    assert built is not None
    return built


def test_only_the_object_and_its_edge_differ_from_the_truth(composite: Composite) -> None:
    assert composite.frames.shape == composite.truth.shape == (FRAMES, SIZE[1], SIZE[0], 3)
    differs = (composite.frames != composite.truth).any(axis=3)
    kernel = np.ones((5, 5), np.uint8)
    for index, mask in enumerate(composite.masks):
        near = cv2.dilate(mask.astype(np.uint8), kernel) > 0
        assert not differs[index][~near].any()
        assert differs[index][mask].mean() > 0.9


def test_the_object_is_whole_large_enough_and_smaller_than_half_the_picture(composite: Composite) -> None:
    for mask in composite.masks:
        assert mask.mean() < 0.5
        assert not (mask[0].any() or mask[-1].any() or mask[:, 0].any() or mask[:, -1].any())
    sides = [(mask.any(axis=0).sum(), mask.any(axis=1).sum()) for mask in composite.masks]
    assert min(min(side) for side in sides) >= MIN_OBJECT_PX - 4  # the cut-out loses its rim


def test_the_path_is_smooth_and_leads_somewhere(composite: Composite) -> None:
    centers = np.array([np.argwhere(mask).mean(axis=0) for mask in composite.masks])
    assert np.abs(np.diff(centers, n=2, axis=0)).max() < 2.0
    assert np.linalg.norm(centers[-1] - centers[0]) > 0.1 * SIZE[0]


def test_an_unlisted_background_gets_its_measured_kind(composite: Composite) -> None:
    assert composite.kind == "rigid"


def test_building_again_gives_the_same_pictures(composite: Composite, tmp_path: Path) -> None:
    clips = list_footage(write_footage(tmp_path))
    again = build(Pairing(clips["drifting"], clips["still"], None), size=SIZE)
    assert again is not None and np.array_equal(again.frames, composite.frames)
    assert np.array_equal(again.masks, composite.masks)


def test_a_saved_composite_reads_back_the_same(composite: Composite, tmp_path: Path) -> None:
    back = read_composite(composite.save(tmp_path))
    assert (back.name, back.background, back.object, back.kind) == ("drifting+still", "drifting", "still", "rigid")
    for name in ("frames", "truth", "masks"):
        assert np.array_equal(getattr(back, name), getattr(composite, name))
    assert [file.suffix for file in tmp_path.iterdir()] == [".npz"]


def test_a_folder_of_cached_composites_is_read_instead_of_built(composite: Composite, tmp_path: Path) -> None:
    composite.save(tmp_path)
    assert [item.name for item in load_composites(tmp_path, "validation", count=3)] == ["drifting+still"]


def test_something_else_is_not_a_cached_composite(tmp_path: Path) -> None:
    (tmp_path / "x.npz").write_bytes(b"PK")
    with pytest.raises(FootageError, match="not a cached composite"):
        list(load_composites(tmp_path, "tuning"))


def test_an_object_is_never_pasted_on_its_own_clip(tmp_path: Path) -> None:
    data = write_footage(tmp_path)
    for half in ("tuning", "validation"):
        try:
            pairs = pair_clips(data, half)
        except FootageError:
            continue
        assert all(pair.background.name != pair.object.name for pair in pairs)


def test_a_folder_without_masks_says_what_is_missing(tmp_path: Path) -> None:
    data = write_footage(tmp_path)
    for mask in (data / "masks").glob("*/*.png"):
        mask.unlink()
    with pytest.raises(FootageError, match="0 clips with masks"):
        pair_clips(data, "tuning")


def test_an_object_that_is_never_whole_gives_no_cutout() -> None:
    masks = np.zeros((20, 60, 80), np.bool_)
    masks[:, 10:50, :40] = True  # touches the border
    assert cut_out(np.zeros((20, 60, 80, 3), np.uint8), masks) is None


def test_the_program_says_what_is_wrong_with_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path / "none"), "--half", "tuning", "--out", str(tmp_path)]) == 2
    assert "is not a folder" in capsys.readouterr().err
