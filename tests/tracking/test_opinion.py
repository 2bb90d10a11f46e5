"""The mask network's opinion in the flow tracker."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from moving_scene import Scene
from numpy.typing import NDArray

from models.tracking.appearance import ColorModel
from models.tracking.flow_tracker import FlowMaskTracker, Weights
from models.tracking.mask_crops import learn_colors
from models.tracking.mask_network import MaskNetwork
from models.tracking.opinion import MaskOpinion, load_mask_network, one_thread
from models.weights import WeightsError, save_network


@pytest.fixture(scope="module")
def network() -> MaskNetwork:
    torch.manual_seed(0)
    return MaskNetwork(width=12).eval()


def colors(view: NDArray[np.uint8], mask: NDArray[np.bool_]) -> ColorModel:
    model = ColorModel()
    learn_colors(model, view, mask.astype(np.float32), anchor=True)
    return model


def test_an_untrained_opinion_repeats_the_carried_mask(network: MaskNetwork) -> None:
    scene, opinion = Scene(), MaskOpinion(network, 64)
    mask = scene.mask(0).astype(np.float32)
    opinion.start()
    opinion.anchor(scene.view(0), mask)
    odds, presence = opinion.look(scene.view(1), mask, colors(scene.view(0), scene.mask(0)))
    assert odds.shape == mask.shape and 0 <= presence <= 1
    agree = (odds > 0) == (mask > 0.5)
    assert agree.mean() > 0.99
    assert odds[0, -1] == odds.min()  # outside the crop


def test_only_a_sure_answer_becomes_a_template(network: MaskNetwork) -> None:
    scene, opinion = Scene(), MaskOpinion(network, 64)
    mask, model = scene.mask(0).astype(np.float32), colors(scene.view(0), scene.mask(0))
    opinion.anchor(scene.view(0), mask)
    first = opinion.look(scene.view(1), mask, model)[0]
    opinion.remember(mask, 0.6)
    assert np.array_equal(opinion.look(scene.view(1), mask, model)[0], first)
    opinion.remember(1 - mask, 1.0)
    assert not np.array_equal(opinion.look(scene.view(1), mask, model)[0], first)


def test_torch_has_its_threads_again_after_a_look(network: MaskNetwork) -> None:
    before = torch.get_num_threads()
    with one_thread():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before


def test_the_tracker_follows_with_a_second_opinion(network: MaskNetwork) -> None:
    scene = Scene(count=8)
    tracker = FlowMaskTracker(opinion=MaskOpinion(network, 64))
    tracker.start(scene.view(0), scene.mask(0))
    for index in range(1, 8):
        answer = tracker.step(scene.view(index))
        truth = scene.mask(index)
        assert (answer.mask & truth).sum() / (answer.mask | truth).sum() > 0.6
        assert answer.presence >= 0.5


def test_an_opinion_without_weight_changes_nothing(network: MaskNetwork) -> None:
    scene = Scene(count=5)
    plain, asked = FlowMaskTracker(), FlowMaskTracker(weights=Weights(opinion=0), opinion=MaskOpinion(network, 64))
    for tracker in (plain, asked):
        tracker.start(scene.view(0), scene.mask(0))
    for index in range(1, 5):
        assert np.array_equal(plain.step(scene.view(index)).mask, asked.step(scene.view(index)).mask)


def test_weights_come_back_from_their_file(network: MaskNetwork, tmp_path: Path) -> None:
    arrays = {name: tensor.numpy() for name, tensor in network.state_dict().items()}
    save_network(tmp_path / "masks.safetensors", "MaskNetwork", network.config(), arrays)
    loaded = load_mask_network(tmp_path / "masks.safetensors")
    assert loaded.config() == network.config() and not loaded.training
    save_network(tmp_path / "other.safetensors", "Other", {}, arrays)
    with pytest.raises(WeightsError, match="not of MaskNetwork"):
        load_mask_network(tmp_path / "other.safetensors")
