"""The YouTube-VOI recipe: occluders that cover what they should, exact flow, the same batch from the same seed."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from small_objects import write_objects

from models.training.data.banks import CUTOUT_PX, Banks
from models.training.data.footage import FootageError
from models.training.data.split import is_training_clip, read_split
from models.training.masks.windows import WATCHED
from models.training.voin import footage
from models.training.voin.footage import CLIP_CLASSES, ClipWindows, ObjectBanks, load_object_banks, masked_clips
from models.training.voin.occlusion import OcclusionOptions, Samples, occlude
from models.training.voin.recipe import VoinRecipe
from models.training.voin.scenes import make_scenes
from models.training.voin.stages import carry_forward, flow_pairs
from models.voin.classes import CLASSES, class_index
from models.vornet.sampling import flow_grid, warp

CPU = torch.device("cpu")
SIDE = 64


def _seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.fixture(scope="module")
def banks() -> ObjectBanks:
    """Smooth stills and smooth people, whose warping has next to no sampling error."""
    rng = np.random.default_rng(3)
    y, x = np.mgrid[0:CUTOUT_PX, 0:CUTOUT_PX] / CUTOUT_PX

    def waves() -> np.ndarray:
        each = [np.sin(rng.uniform(4, 14) * x + rng.uniform(4, 14) * y + rng.uniform(0, 6)) for _ in range(3)]
        return np.stack(each) * 90 + 128

    stills = np.stack([waves() for _ in range(5)])
    cutouts = np.zeros((2, 4, CUTOUT_PX, CUTOUT_PX))
    cutouts[:, :3] = [waves(), waves()]
    cutouts[:, 3, 14:114, 30:98] = 255
    return ObjectBanks(
        Banks(torch.from_numpy(stills).to(torch.uint8), torch.from_numpy(cutouts.astype(np.uint8))),
        torch.tensor([1, 2]),
    )


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_objects(tmp_path_factory.mktemp("objects"))


def test_the_objects_flow_leads_to_the_same_place_of_the_frame_before(banks: ObjectBanks) -> None:
    scenes = make_scenes(banks, 6, _seeded(1), side_px=SIDE, frames=4, noise=0.0)
    errors, moved = [], []
    for t in range(1, 4):
        inner = -torch.nn.functional.max_pool2d(-scenes.shape[:, t], 5, 1, 2) > 0.99
        before = warp(scenes.pictures[:, t - 1], flow_grid(scenes.flow[:, t]), scenes.pictures[:, t])
        there = warp(scenes.shape[:, t - 1], flow_grid(scenes.flow[:, t]), scenes.shape[:, t])
        counted = (inner & (there > 0.99)).expand_as(before)
        errors.append((before - scenes.pictures[:, t]).abs()[counted].mean())
        moved.append((scenes.pictures[:, t - 1] - scenes.pictures[:, t]).abs()[counted].mean())
    assert float(torch.stack(errors).mean()) < 0.01 < 0.3 * float(torch.stack(moved).mean())


def _samples(banks: ObjectBanks, seed: int = 2, batch: int = 24, **options: object) -> Samples:
    scenes = make_scenes(banks, batch, _seeded(seed), side_px=SIDE, frames=3)
    return occlude(scenes, banks, _seeded(seed + 1), replace(OcclusionOptions(), **options))  # type: ignore[arg-type]


def test_occluders_cover_ten_to_seventy_percent(banks: ObjectBanks) -> None:
    samples = _samples(banks, behind=0.0)
    shares = samples.hidden.sum((1, 2, 3, 4)) / samples.amodal.sum((1, 2, 3, 4))
    assert 0.1 < float(shares.mean()) < 0.7
    assert float(((shares > 0.05) & (shares < 0.8)).float().mean()) > 0.8
    assert float(shares.max() - shares.min()) > 0.2


def test_masks_fit_together(banks: ObjectBanks) -> None:
    samples = _samples(banks, defects=0.0)
    assert torch.equal(samples.visible, samples.amodal * (1 - samples.hidden))
    assert not (samples.visible * samples.occluder).any()
    assert torch.equal(samples.hidden * samples.occluder, samples.hidden)
    changed = (samples.frame != samples.truth).any(2, keepdim=True).float()
    assert float((changed * (1 - samples.occluder)).mean()) < 0.02  # the soft rim of the occluder


def test_an_occluder_behind_the_object_hides_nothing(banks: ObjectBanks) -> None:
    samples = _samples(banks, behind=1.0, defects=0.0)
    assert not samples.hidden.any() and samples.occluder.any()
    assert torch.equal(samples.visible, samples.amodal)


def test_visible_masks_are_spoilt_at_times(banks: ObjectBanks) -> None:
    samples = _samples(banks, defects=1.0)
    exact = samples.amodal * (1 - samples.hidden)
    assert (samples.visible > exact).any() and (samples.visible < exact).any()


def test_occluders_move_and_deform(banks: ObjectBanks) -> None:
    samples = _samples(banks, still=0.0)
    first, last = samples.occluder[:, 0], samples.occluder[:, -1]
    assert float(((first - last).abs().sum((1, 2, 3)) > 0).float().mean()) > 0.8


def test_bars_are_as_bright_as_what_they_are_made_of(banks: ObjectBanks) -> None:
    samples = _samples(banks, bars=1.0, behind=0.0)
    covered = samples.hidden.expand_as(samples.frame) > 0
    assert float((samples.frame[covered] < 0.02).float().mean()) < 0.01  # the banks hold nothing black


def test_the_same_seed_makes_the_same_samples(banks: ObjectBanks) -> None:
    one, other, third = _samples(banks, 5, 3), _samples(banks, 5, 3), _samples(banks, 6, 3)
    for field in fields(Samples):
        assert torch.equal(getattr(one, field.name), getattr(other, field.name)), field.name
    assert not torch.equal(one.frame, third.frame)


def test_what_a_frame_hides_is_carried_from_the_frames_before(banks: ObjectBanks) -> None:
    samples = _samples(banks, behind=0.0, defects=0.0, still=0.0)
    carried = carry_forward(samples.frame, samples.visible, samples.hidden, samples.flow, samples.flow_known)
    assert carried.reached.any() and not (carried.reached * (1 - samples.hidden)).any()
    apart = (carried.pictures - samples.truth).abs().mean(2, keepdim=True)
    covered = (samples.frame - samples.truth).abs().mean(2, keepdim=True)
    reached = carried.reached > 0
    assert float(apart[reached].mean()) < 0.25 * float(covered[reached].mean())
    nothing = carry_forward(samples.frame, samples.visible, samples.hidden, samples.flow, 0 * samples.flow_known)
    assert not nothing.reached.any() and torch.equal(nothing.pictures, samples.frame)


def test_pairs_begin_with_the_visible_objects_own_flow(banks: ObjectBanks) -> None:
    torch.manual_seed(0)
    samples = _samples(banks, behind=0.0)
    pairs = flow_pairs(samples)
    assert pairs is not None and len(pairs.truth) == 24 * 2
    covered = samples.covered_flow[:, 1:].flatten(0, 1)

    def error(flow: torch.Tensor) -> float:
        return float(((flow - pairs.truth).norm(dim=1, keepdim=True) * pairs.hidden).sum() / pairs.hidden.sum())

    assert error(pairs.seen.flow) < 0.7 * error(covered)
    unknown = replace(samples, flow_known=torch.zeros(24))
    assert flow_pairs(unknown) is None


def test_windows_and_scenes_make_one_batch_of_the_wanted_size(data: Path) -> None:
    recipe = VoinRecipe(data, CPU, side_px=32, frames=3, clips=0.5, references=1)
    batch = recipe.draw(0, 7, 4)
    samples = recipe.make(batch)
    assert samples.frame.shape == (4, 3, 3, 32, 32) and len(batch["frames"]) == 2
    assert samples.flow_known.tolist() == [1, 1, 0, 0]
    again = recipe.make(recipe.draw(0, 7, 4))
    assert torch.equal(again.frame, samples.frame) and torch.equal(again.visible, samples.visible)
    assert not torch.equal(recipe.draw(0, 8, 4)["seed"], batch["seed"])


def test_windows_show_the_object_and_may_end_elsewhere_in_the_clip(data: Path) -> None:
    windows = ClipWindows(data)
    for seed in range(6):
        window = windows.draw(np.random.default_rng(seed), 48, 4, references=2)
        assert window.frames.shape == (4, 48, 48, 3) and window.masks.shape == (4, 48, 48)
        assert all(0.005 < share < 0.9 for share in window.masks.mean((1, 2)))


def test_cutouts_have_the_class_of_their_set_or_clip(data: Path) -> None:
    banks = load_object_banks(data, clips=ClipWindows(data).clips)
    assert (banks.classes == class_index("person")).sum() == 3
    assert (banks.classes == 0).sum() == len(banks.classes) - 3 > 0
    assert len(banks.pictures.cutouts) == len(banks.classes)


def test_no_clip_of_the_validation_half_or_of_the_watched_is_trained_on(tmp_path: Path) -> None:
    folder = write_objects(tmp_path)
    for name, other in (("drifting", "davis_cows"), ("still", WATCHED[0])):
        (folder / f"clips/{name}.avi").rename(folder / f"clips/{other}.avi")
        (folder / f"masks/{name}").rename(folder / f"masks/{other}")
    assert not is_training_clip("davis_cows")
    assert masked_clips(folder) == []
    assert [clip.name for clip in masked_clips(folder, names=(WATCHED[0], "davis_cows"))] == [WATCHED[0]]
    with pytest.raises(FootageError, match="no clip with masks"):
        ClipWindows(folder)


def test_every_clip_with_a_class_is_in_the_table_of_classes() -> None:
    assert set(CLIP_CLASSES.values()) <= set(CLASSES) - {"unknown"}
    assert set(footage.STILL_SETS.values()) <= set(CLASSES)
    assert set(read_split("validation").objects) <= set(CLIP_CLASSES)
