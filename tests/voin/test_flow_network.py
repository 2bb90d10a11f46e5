"""Object flow completion begins as the smooth continuation, and looks at what the paper lists."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from models.propagation.pullpush import pull_push
from models.voin.object_flow import SHIPPED, FlowInput, FlowNetwork
from models.voin.smoothing import continued, continued_inside


def pair(side: int = 32) -> FlowInput:
    torch.manual_seed(0)
    masks = [(torch.rand(2, 1, side, side) > 0.5).float() for _ in range(3)]
    return FlowInput(torch.rand(2, 3, side, side), torch.rand(2, 3, side, side), torch.randn(2, 2, side, side), *masks)


def woken(**settings: object) -> FlowNetwork:
    torch.manual_seed(1)
    network = FlowNetwork(widths=(4, 6, 8), **settings)  # type: ignore[arg-type]
    torch.nn.init.normal_(network.residual.weight, std=0.1)
    return network


def test_untrained_it_answers_with_the_initial_flow() -> None:
    seen = pair()
    assert torch.equal(FlowNetwork(widths=(4, 8))(seen), seen.flow)


def test_the_answer_is_the_initial_flow_and_a_residual() -> None:
    seen = pair()
    found = woken()(seen)
    assert found.shape == seen.flow.shape and found.dtype == torch.float32
    assert not torch.equal(found, seen.flow)


def test_every_input_matters_and_every_parameter_learns() -> None:
    network, seen = woken(), pair()
    before = network(seen)
    for name in FlowInput.__dataclass_fields__:
        assert not torch.equal(network(replace(seen, **{name: getattr(seen, name).flip(-1)})), before), name
    before.square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in network.parameters())


def test_without_guidance_amodal_masks_do_not_matter() -> None:
    network, seen = woken(guided=False), pair()
    assert torch.equal(network(seen), network(replace(seen, amodal=1 - seen.amodal)))


def test_the_shipped_size_fits() -> None:
    network = FlowNetwork(**SHIPPED)  # type: ignore[arg-type]
    assert sum(p.numel() for p in network.parameters()) * 2 < 1.1 * 2**20
    assert FlowNetwork(**network.config()).multiple == 8


def test_continuing_keeps_known_values_and_stays_between_them() -> None:
    values = torch.zeros(1, 1, 33, 20)
    values[..., 10:], weight = 4.0, torch.zeros(1, 1, 33, 20)
    weight[..., :5] = weight[..., 15:] = 1
    found = continued(values, weight)
    assert torch.equal(found[weight > 0], values[weight > 0])
    middle = found[..., 5:15]
    assert middle.min() >= 0 and middle.max() <= 4
    assert torch.all(middle[..., 16, :].diff(dim=-1) >= -1e-5)


def test_continuing_agrees_with_the_engines_own() -> None:
    rng = np.random.default_rng(5)
    values, known = rng.random((48, 64), np.float32), (rng.random((48, 64)) > 0.7).astype(np.float32)
    ours = continued(torch.from_numpy(values)[None, None], torch.from_numpy(known)[None, None])[0, 0].numpy()
    assert np.abs(ours - pull_push(values, known)).max() < 0.02


def test_a_constant_is_continued_as_it_is() -> None:
    known = torch.zeros(1, 1, 16, 16)
    known[..., 3, 3] = 1
    assert torch.allclose(continued(torch.full((1, 2, 16, 16), 7.0), known), torch.tensor(7.0), atol=1e-5)


def test_only_the_unknown_part_of_the_region_changes() -> None:
    values = torch.arange(64.0).view(1, 1, 8, 8)
    known, region = torch.zeros(1, 1, 8, 8), torch.zeros(1, 1, 8, 8)
    known[..., :4, :4], region[..., :4, :6] = 1, 1
    found = continued_inside(values, known, region)
    changed = found != values
    assert changed.any() and not changed[(region == 0) | (known == 1)].any()
    assert torch.equal(continued_inside(values, torch.zeros_like(known), region), values)
