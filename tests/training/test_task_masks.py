"""Training of the mask network on tiny clips and stills."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from rich.console import Console
from small_footage import SIZE, textured, write_footage

from models.training.data.footage import FootageError
from models.training.data.split import is_training_clip
from models.training.masks.stills import StillWindows
from models.training.masks.task import MaskOptions, MaskTask, carried_over, overlaps
from models.training.masks.windows import ClipWindows, Window, as_batch, spoilt
from models.training.running.configuration import TrainingConfig
from models.training.running.trainer import Trainer

CPU = torch.device("cpu")
CONFIG = TrainingConfig(
    steps=4, batch=2, crop_px=32, frames=2, learning_rate=1e-3, warmup=1, workers=0, precision="fp32", log_every=1,
    validate_every=4,
)  # fmt: skip
SMALL = MaskOptions(width=12, stills_until=0.5)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_footage(tmp_path_factory.mktemp("footage"))
    for part in ("people/img", "people/mask", "regions/img", "regions/seg"):
        (folder / "stills" / part).mkdir(parents=True)
    mask = np.zeros((SIZE[1], SIZE[0]), np.uint8)
    mask[10:80, 40:80] = 1
    for index in range(3):
        picture = cv2.imencode(".png", textured(10 + index, 0)[..., ::-1])[1].tobytes()
        (folder / f"stills/people/img/{index}.png").write_bytes(picture)
        (folder / f"stills/people/mask/{index}.png").write_bytes(cv2.imencode(".png", mask)[1].tobytes())
        (folder / f"stills/regions/img/{index}.png").write_bytes(picture)
        (folder / f"stills/regions/seg/{index}.png").write_bytes(cv2.imencode(".png", mask + 4)[1].tobytes())
    return folder


def test_windows_of_clips_show_the_object_where_its_mask_is(data: Path) -> None:
    window = ClipWindows(data).draw(np.random.default_rng(0), 48, 3)
    assert window.pictures.shape == (5, 48, 48, 3)
    assert window.masks.shape == (5, 48, 48)
    assert window.given.shape == (48, 48)
    assert all(0.01 < share < 0.8 for share in window.masks[:2].mean(axis=(1, 2)))


def test_clips_of_the_validation_half_are_not_read(tmp_path: Path) -> None:
    folder = write_footage(tmp_path)
    for old in [*folder.glob("clips/*"), *folder.glob("masks/*")]:
        old.rename(old.with_name(f"davis_cows{old.suffix}" if old.stem == "drifting" else f"left_{old.name}"))
    assert not is_training_clip("davis_cows")
    with pytest.raises(FootageError, match="no clip with masks"):
        ClipWindows(folder, names=("davis_cows",))


def test_a_window_depends_on_its_random_numbers_alone(data: Path) -> None:
    for source in (ClipWindows(data), StillWindows(data)):
        one, other = (source.draw(np.random.default_rng(3), 32, 2) for _ in range(2))
        assert np.array_equal(one.pictures, other.pictures) and np.array_equal(one.given, other.given)


def test_windows_of_stills_move_the_object_and_its_mask(data: Path) -> None:
    source = StillWindows(data)
    windows = [source.draw(np.random.default_rng(seed), 64, 2) for seed in range(24)]
    for window in windows:
        assert (window.masks[:2] > 0.5).mean(axis=(1, 2)).min() > 0
        assert not np.array_equal(window.pictures[0], window.pictures[1])
    assert any(not window.masks[-1].any() for window in windows)  # in some it has left
    assert any(not np.array_equal(window.masks[1], window.masks[3]) for window in windows)


def test_stills_without_objects_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "stills/plain").mkdir(parents=True)
    with pytest.raises(FootageError, match="no stills with objects"):
        StillWindows(tmp_path)


def test_given_masks_are_spoilt_now_and_then() -> None:
    mask = np.zeros((64, 64), np.float32)
    mask[20:44, 20:44] = 1
    spoils = [spoilt(mask, np.random.default_rng(seed)) for seed in range(60)]
    assert any(np.array_equal(one, mask) for one in spoils)
    assert any(not one.any() for one in spoils)
    assert any(one.sum() > 1.1 * mask.sum() for one in spoils)
    assert all(one.min() >= 0 and one.max() <= 1 for one in spoils)


def test_a_batch_knows_flow_and_colours() -> None:
    pictures = np.stack([textured(5, shift)[:64, :64] for shift in (0, 0, 3, 6)])
    mask = np.zeros((64, 64), np.float32)
    mask[16:48, 16:48] = 1
    batch = as_batch([Window(pictures, np.stack([mask] * 4), mask)])
    assert batch["pictures"].shape == (1, 4, 3, 64, 64)
    inner = batch["flows"][0, 0, :, 20:44, 20:44]
    assert abs(float(inner[0].median()) - 3) < 0.5  # the scene moves 3 px to the left; back is to the right
    assert batch["colors"].shape == (1, 2, 64, 64) and float(batch["colors"].abs().max()) <= 1.25


def test_a_mask_is_carried_to_where_its_pixels_went() -> None:
    mask = torch.zeros(1, 1, 16, 16)
    mask[..., 4:8, 4:8] = 1
    flow = torch.zeros(1, 2, 16, 16)
    flow[:, 0] = 3  # what is here now was three pixels to the right
    assert torch.equal(carried_over(mask, flow)[..., 4:8, 1:5], torch.ones(1, 1, 4, 4))
    assert float(carried_over(mask, flow).sum()) == pytest.approx(16)


def test_overlap_of_two_empty_masks_is_one() -> None:
    nothing, half = torch.zeros(2, 2, dtype=torch.bool), torch.tensor([[True, False], [True, False]])
    assert overlaps(nothing, nothing) == 1
    assert overlaps(half, torch.ones(2, 2, dtype=torch.bool)) == 0.5


def test_training_runs_resumes_and_leaves_the_same_weights(data: Path, tmp_path: Path) -> None:
    whole = Trainer(MaskTask(CONFIG, SMALL, data=data, device=CPU), CONFIG, tmp_path / "whole", CPU, Console())
    outcome = whole.run()
    assert outcome.finished and "J stills" in outcome.figures
    for _ in range(2):
        part = Trainer(MaskTask(CONFIG, SMALL, data=data, device=CPU), CONFIG, tmp_path / "parts", CPU, Console())
        part.run(steps=2)
    ours, other = (trainer.averages["network"].network.state_dict() for trainer in (whole, part))
    assert all(torch.equal(ours[name], other[name]) for name in ours)
