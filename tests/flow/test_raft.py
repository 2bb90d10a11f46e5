"""RAFT-small: its parts by hand, and with the official checkpoint where the user has it."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from models.devices import Placement
from models.flow.raft import RADIUS, RaftSmall, correlation_pyramid, look_up
from models.flow.raft_flow import RaftFlow, load_raft_small
from models.registry import RAFT_SMALL
from models.weights import WeightsError


def textured(height: int, width: int) -> np.ndarray:
    noise = np.random.default_rng(3).random((height, width, 3), np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), 2.5)
    return np.clip((smooth - smooth.min()) / np.ptp(smooth) * 255, 0, 255).astype(np.uint8)


def test_looked_up_correlations_are_dot_products_at_the_right_places() -> None:
    torch.manual_seed(1)
    first, second = torch.rand(1, 8, 16, 24), torch.rand(1, 8, 16, 24)
    places = torch.zeros(1, 2, 16, 24)
    places[:, 0], places[:, 1] = 11, 6
    found = look_up(correlation_pyramid(first, second), places).reshape(1, 4, 7, 7, 16, 24)
    for dx, dy in ((0, 0), (2, -1), (-3, 3)):
        wanted = (first[0, :, 5, 9] * second[0, :, 6 + dy, 11 + dx]).sum() / 8**0.5
        assert found[0, 0, dx + RADIUS, dy + RADIUS, 5, 9].item() == pytest.approx(wanted.item(), rel=1e-5)
    pooled = second[0].reshape(8, 4, 4, 6, 4).mean((2, 4))  # the third level
    wanted = sum(
        weight * (first[0, :, 5, 9] * pooled[:, row, column]).sum() / 8**0.5
        for row, column, weight in ((1, 2, 0.125), (1, 3, 0.375), (2, 2, 0.125), (2, 3, 0.375))
    )  # 11 / 4 = 2.75 and 6 / 4 = 1.5
    assert float(found[0, 2, RADIUS, RADIUS, 5, 9]) == pytest.approx(float(wanted), rel=1e-4)


def test_the_network_has_the_published_number_of_parameters() -> None:
    assert sum(parameter.numel() for parameter in RaftSmall().parameters()) == 990162


def test_the_flow_has_the_pictures_size_whatever_it_is() -> None:
    network = RaftSmall()
    torch.nn.init.zeros_(network.update_block.flow_head.conv2.weight)
    bias = network.update_block.flow_head.conv2.bias
    assert bias is not None
    torch.nn.init.constant_(bias, 0.25)
    estimator = RaftFlow(network, Placement(), iterations=2)
    for height, width in ((37, 150), (130, 64)):
        view = textured(height, width)
        flow = estimator.flow(view, view[..., 0])  # an RGB and a grey view
        assert flow.shape == (height, width, 2) and flow.dtype == np.float32
        assert np.allclose(flow, 2 * 0.25 * 8, atol=1e-4)
    with pytest.raises(ValueError, match="one size"):
        estimator.flow(textured(40, 40), textured(40, 48))


def test_another_file_than_the_official_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"raft-small.*may put it there"):
        load_raft_small(tmp_path)
    (tmp_path / RAFT_SMALL.file).write_bytes(b"not the official one")
    with pytest.raises(WeightsError, match="SHA-256 differs"):
        load_raft_small(tmp_path)


def test_the_official_weights_find_a_known_motion(fetched_weights: Path) -> None:
    if not (fetched_weights / RAFT_SMALL.file).is_file():
        pytest.skip(f"no {RAFT_SMALL.file} in the weights folder")
    world = textured(190, 230)
    estimator = RaftFlow.load(Placement(), fetched_weights)
    flow = estimator.flow(world[20:148, 30:190], world[17:145, 24:184])
    middle = flow[24:-24, 24:-24]
    assert np.abs(middle - [6, 3]).mean() < 0.3
