"""Training of the inpainting network on a handful of stills, without third-party weights."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from rich.console import Console
from small_footage import write_footage

from models.training.data.banks import CUTOUT_PX, data_sets, load_banks
from models.training.data.footage import FootageError
from models.training.data.split import read_split, watched_backgrounds
from models.training.inpainting.filled_stills import draw_fills, read_fills
from models.training.inpainting.fills import main as build_fills
from models.training.inpainting.task import InpaintingOptions, InpaintingTask
from models.training.running.configuration import TrainingConfig
from models.training.running.trainer import Trainer

CPU = torch.device("cpu")
CONFIG = TrainingConfig(
    steps=4, batch=2, crop_px=32, learning_rate=1e-3, warmup=1, workers=0, precision="fp32", log_every=1,
    validate_every=4, adversarial_from=2,
)  # fmt: skip
SMALL = InpaintingOptions(width=2, discriminator_width=4, lpips=0.0)


@pytest.fixture(scope="module")
def stills(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("stills")
    rng = np.random.default_rng(0)
    for folder in ("stills/plain", "stills/people/img", "stills/people/mask"):
        (data / folder).mkdir(parents=True)
    for index in range(5):
        rough = rng.integers(0, 255, (8, 10, 3)).astype(np.uint8)
        picture = cv2.resize(rough, (120, 100), interpolation=cv2.INTER_CUBIC)
        where = "stills/plain" if index < 3 else "stills/people/img"
        (data / where / f"{index}.png").write_bytes(cv2.imencode(".png", picture)[1].tobytes())
    mask = np.zeros((100, 120), np.uint8)
    mask[10:90, 40:80] = 1
    for index in (3, 4):
        (data / "stills/people/mask" / f"{index}.png").write_bytes(cv2.imencode(".png", mask)[1].tobytes())
    return data


def test_banks_hold_every_still_and_every_cut_out(stills: Path) -> None:
    banks = load_banks(stills, side_px=64)
    assert banks.stills.shape == (5, 3, 64, 64)
    assert banks.cutouts.shape == (2, 4, CUTOUT_PX, CUTOUT_PX)
    coverage = banks.cutouts[0, 3]
    assert int(coverage[CUTOUT_PX // 2, CUTOUT_PX // 2]) == 255 and int(coverage[0, 0]) == 0
    assert len(load_banks(stills, side_px=64, most_stills=2).stills) == 2


def test_backgrounds_that_trainings_are_watched_on_give_no_stills(tmp_path: Path) -> None:
    data = write_footage(tmp_path / "data")
    everything = len(load_banks(data, side_px=64).stills)
    assert 0 < len(load_banks(data, side_px=64, without=frozenset({"plain"})).stills) < everything
    assert watched_backgrounds() == set(read_split("tuning").backgrounds)


def test_an_empty_folder_has_nothing_to_train_on(tmp_path: Path) -> None:
    with pytest.raises(FootageError, match="holds no stills"):
        load_banks(tmp_path)


def test_a_manifest_s_licences_come_into_the_card_without_the_validation_half(tmp_path: Path) -> None:
    entries = [
        {"name": "davis_cows", "kind": "video", "source": "a", "licence": "X", "file": "a.mp4"},
        {"name": "other", "kind": "video", "source": "b", "licence": "Y", "file": "b.mp4"},
        {"name": "pictures", "kind": "stills", "source": "c", "licence": "Z", "file": "c"},
    ]
    import json

    (tmp_path / "manifest.json").write_text(json.dumps(entries))
    text = data_sets(tmp_path)
    assert "davis_cows" not in text and ": Y" in text and ": Z" in text
    assert "not known" in data_sets(tmp_path / "elsewhere")


def test_reconstruction_and_then_the_discriminator(stills: Path, tmp_path: Path) -> None:
    task = InpaintingTask(CONFIG, SMALL, data=stills, device=CPU)
    before = {name: value.clone() for name, value in task.networks["discriminator"].state_dict().items()}
    trainer = Trainer(task, CONFIG, tmp_path, CPU, Console(quiet=True))
    trainer.run(steps=2)
    assert all(torch.equal(before[name], value) for name, value in task.networks["discriminator"].state_dict().items())
    outcome = trainer.run()
    after = task.networks["discriminator"].state_dict()
    assert any(not torch.equal(before[name], after[name]) for name in before)
    assert outcome.figures["PSNR dB"] > 3 and "adversarial" in outcome.losses
    assert (tmp_path / "validation-stills.png").is_file()


def test_training_fits_what_it_sees(stills: Path) -> None:
    task = InpaintingTask(CONFIG, SMALL, data=stills, device=CPU)
    optimizers = task.optimizers()
    batch = task.draw(0, 0)
    losses = []
    for _ in range(30):
        for group in optimizers["generator"].param_groups:
            group["lr"] = 3e-3
        losses.append(task.step(batch, 0, optimizers)["total"])
    assert losses[-1] < 0.8 * losses[0]


@pytest.fixture(scope="module")
def fills(stills: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("fills")
    order = ["--data", str(stills), "--out", str(out), "--pictures", "3", "--size", "32", "--workers", "1"]
    assert build_fills(order) == 0 and build_fills(order) == 0
    return out


def test_fills_keep_the_truth_outside_the_hole_and_patches_inside(fills: Path) -> None:
    training, watched = read_fills(fills, 32)
    assert len(training) == 3 and len(watched) == 48
    outside = ~np.broadcast_to(watched.hole, watched.image.shape)
    assert (watched.image[outside] == watched.first[outside]).all()
    assert (watched.image[~outside] != watched.first[~outside]).mean() > 0.5
    with pytest.raises(FootageError, match="32 px"):
        read_fills(fills, 64)


def test_frames_of_clips_come_with_a_guess_in_the_hole(tmp_path: Path) -> None:
    data, out = write_footage(tmp_path / "data"), tmp_path / "fills"
    order = ["--data", str(data), "--out", str(out), "--pictures", "1", "--size", "96", "--workers", "1"]
    assert build_fills([*order, "--takes", "1"]) == 0
    training, _ = read_fills(out, 96)
    assert len(training) > 1  # the still's, and the clips'
    with np.load(out / "pictures-clip-still.npz") as kept:
        truth, hole, first = (kept[name][0] for name in ("image", "hole", "first"))
    outside = ~np.broadcast_to(hole, truth.shape)
    assert hole.any() and (truth[outside] == first[outside]).all() and (truth[~outside] != first[~outside]).any()


def test_larger_fills_are_cut_round_their_holes(fills: Path) -> None:
    training, _ = read_fills(fills, 16)
    cut = draw_fills(training, 8, 0, 0, 16)
    assert cut["image"].shape == (8, 3, 16, 16) and cut["hole"].shape == (8, 1, 16, 16)
    assert (cut["hole"].sum((1, 2, 3)) > 0).all()
    outside = (cut["hole"] == 0).expand_as(cut["image"])
    assert torch.equal(cut["image"][outside], cut["first"][outside])  # all three were cut alike


def test_a_batch_of_fills_is_a_function_of_seed_and_step(fills: Path) -> None:
    training, _ = read_fills(fills, 32)
    one, same, other = (draw_fills(training, 4, 1, step, 32) for step in (5, 5, 6))
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not torch.equal(one["image"], other["image"])
    outside = (one["hole"] == 0).expand_as(one["image"])
    assert torch.equal(one["image"][outside], one["first"][outside])


def test_on_patches_training_begins_at_the_patch_fill(fills: Path, tmp_path: Path) -> None:
    options = InpaintingOptions(width=2, base="patches", discriminator_width=4, lpips=0.0)
    task = InpaintingTask(CONFIG, options, data=fills, device=CPU)
    with torch.no_grad():
        watched = task.validate({"generator": task.generator}).figures["PSNR dB"]
    _, kept = read_fills(fills, 32)
    errors = ((kept.first / 255.0 - kept.image / 255.0) ** 2 * kept.hole).sum((1, 2, 3)) / (
        3 * kept.hole.sum((1, 2, 3))
    )
    assert watched == pytest.approx(float(np.mean(-10 * np.log10(np.maximum(errors, 1e-6)))), abs=0.01)
    outcome = Trainer(task, CONFIG, tmp_path, CPU, Console(quiet=True)).run()
    assert outcome.finished and "does not say" not in task.exports()[0].data


def test_a_folder_without_fills_is_named(tmp_path: Path) -> None:
    with pytest.raises(FootageError, match=r"models\.training\.inpainting\.fills"):
        read_fills(tmp_path, 32)
