"""The gated temporal shift (equations 3 to 5) and the generator that is made of it."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch.nn import functional

from models.voin.gated_shift import GatedShift, OcclusionGate, shift_in_time
from models.voin.generator import SHIPPED, AppearanceGenerator, AppearanceInput, painted


def test_channels_come_from_the_frames_they_should() -> None:
    frames = torch.arange(1.0, 6.0).view(1, 5, 1, 1, 1).expand(1, 5, 16, 1, 1)
    shifted = shift_in_time(frames, reach=2, shifted=0.5)[0, :, :, 0, 0]
    assert shifted[:, 0].tolist() == [0, 1, 2, 3, 4]  # t - 1
    assert shifted[:, 2].tolist() == [2, 3, 4, 5, 0]  # t + 1
    assert shifted[:, 4].tolist() == [0, 0, 1, 2, 3]  # t - 2
    assert shifted[:, 6].tolist() == [3, 4, 5, 0, 0]  # t + 2
    assert torch.equal(shifted[:, 8:], torch.arange(1.0, 6.0)[:, None].expand(5, 8))


def test_a_window_of_one_frame_can_be_shifted() -> None:
    shifted = shift_in_time(torch.ones(1, 1, 8, 2, 2))
    assert shifted[:, :, :4].sum() == 0 and torch.all(shifted[:, :, 4:] == 1)


def test_the_gate_is_a_sum_over_features_and_masks() -> None:
    torch.manual_seed(0)
    gate = OcclusionGate(3, 4, masks=2)
    features = torch.randn(2, 3, 8, 8)
    hidden, amodal = torch.zeros(2, 1, 8, 8), torch.ones(2, 1, 8, 8)
    assert gate.masks is not None
    expected = gate.features(features) + gate.masks(torch.cat([hidden, amodal], 1))
    assert torch.allclose(gate(features, hidden, amodal), expected)
    assert not torch.allclose(gate(features, amodal, hidden), expected)


def test_the_block_is_equation_5() -> None:
    torch.manual_seed(1)
    block = GatedShift(8, 4, reach=1)
    features, mask = torch.randn(3, 8, 6, 6), torch.rand(3, 1, 6, 6)
    shifted = shift_in_time(features[None], 1)[0]
    expected = torch.sigmoid(block.gate(features, mask, mask)) * functional.leaky_relu(block.convolution(shifted), 0.2)
    assert torch.equal(block(features, mask, mask, 3), expected)


def test_a_closed_gate_lets_nothing_through() -> None:
    block = GatedShift(4, 4, masks=2)
    assert block.gate.masks is not None
    last = block.gate.masks[-1]
    assert isinstance(last, torch.nn.Conv2d) and last.bias is not None
    with torch.no_grad():
        last.bias.fill_(-100)
    mask = torch.zeros(2, 1, 8, 8)
    assert block(torch.randn(2, 4, 8, 8), mask, mask, 2).abs().max() < 1e-20


def window(frames: int = 3) -> AppearanceInput:
    torch.manual_seed(2)
    hidden = torch.zeros(1, frames, 1, 16, 16)
    hidden[..., 4:12, 6:12] = 1
    unreached, amodal = hidden.clone(), hidden.clone()
    unreached[..., :8, :], amodal[..., 2:14, 2:12] = 0, 1
    return AppearanceInput(torch.rand(1, frames, 3, 16, 16), hidden, unreached, amodal)


def woken(**settings: int) -> AppearanceGenerator:
    torch.manual_seed(3)
    network = AppearanceGenerator(**({"width": 8} | settings))
    torch.nn.init.normal_(network.last.weight, std=0.3)
    return network


def test_untrained_the_generator_answers_with_what_came_in() -> None:
    seen = window()
    assert torch.equal(AppearanceGenerator(width=4)(seen), seen.filled)


def test_only_what_propagation_did_not_reach_is_painted() -> None:
    seen = window()
    result = painted(woken()(seen), seen)
    changed = (result != seen.filled).any(2, keepdim=True)
    assert changed.any() and not changed[seen.unreached == 0].any()


def test_neighbours_and_both_masks_reach_a_frame_and_every_parameter_learns() -> None:
    network, seen = woken(), window()
    filled = seen.filled.clone().requires_grad_()
    answer = network(replace(seen, filled=filled))
    answer[:, 1].square().sum().backward()
    assert filled.grad is not None and all(filled.grad[:, t].abs().sum() > 0 for t in range(3))
    missing = [name for name, p in network.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0]
    assert not missing
    for name in ("hidden", "unreached", "amodal"):
        assert not torch.equal(network(replace(seen, **{name: 1 - getattr(seen, name)})), answer), name


def test_gates_without_masks_and_frames_alone_can_be_asked_for() -> None:
    network, seen = woken(masks=0, reach=0), window()
    assert network.finish.gate.masks is None
    changed = replace(seen, filled=torch.cat([seen.filled[:, :2], 1 - seen.filled[:, 2:]], 1))
    assert torch.equal(network(changed)[:, 0], network(seen)[:, 0])


def test_the_shipped_size_fits_and_is_built_again() -> None:
    network = AppearanceGenerator(**SHIPPED)
    assert sum(p.numel() for p in network.parameters()) * 2 < 2.8 * 2**20
    assert AppearanceGenerator(**network.config()).width == network.width


def test_what_is_seen_survives_all_layers() -> None:
    torch.manual_seed(5)
    network = AppearanceGenerator(width=16)
    hidden = (torch.rand(2, 1, 32, 32) > 0.5).float()
    features = torch.randn(2, 6, 32, 32)
    for block in [*network.encoder, *network.middle, *network.to_half, *network.to_full]:
        answer = block(features, hidden, hidden, 2).detach()
        features = features + answer if block in network.middle else answer
        assert 0.1 < float(features.square().mean().sqrt()) < 4


def test_details_of_the_input_come_back_as_gradients() -> None:
    network, seen = woken(), window()
    filled = seen.filled.clone().requires_grad_()
    network(replace(seen, filled=filled))[0, 1, 0, 8, 8].backward()
    assert filled.grad is not None
    assert float(filled.grad[0, 1].abs().sum()) > 0.5
