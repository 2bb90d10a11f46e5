"""The refinement network, its LSTM and its recursion."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from models.vornet.convlstm import ConvLstm, LstmState
from models.vornet.lattice import without_lattice
from models.vornet.refinement import STRIDE, RefinementNetwork
from models.vornet.rollout import paper_candidates, refine_step, roll_out, roll_out_paper
from models.vornet.sampling import compose_flows, flow_grid, warp


def batch_of(frames: int = 4, side: int = 32) -> dict[str, Tensor]:
    torch.manual_seed(5)
    hole = torch.zeros(2, frames, 1, side, side)
    hole[..., 8:24, 10:22] = 1
    frame = torch.rand(2, frames, 3, side, side)

    def inside() -> Tensor:
        return torch.where(hole > 0, torch.rand_like(frame), frame)

    return {
        "frame": frame,
        "hole": hole,
        "propagated": inside(),
        "inpainted": inside(),
        "seen": hole * (torch.rand_like(hole) > 0.5),
        "guessed": hole * 0.5,
        "risk": hole * torch.rand_like(hole),
        "flow": torch.randn(2, frames, 2, side, side),
    }


def trained(head: str = "residual", **sizes: int) -> RefinementNetwork:
    """A small network whose last layer answers something."""
    torch.manual_seed(3)
    network = RefinementNetwork(head=head, width=8, hidden=16, **sizes)  # type: ignore[arg-type]
    torch.nn.init.normal_(network.decode1.weight, std=0.2)
    return network.eval()


def test_an_untrained_residual_head_gives_the_propagated_picture_to_the_bit() -> None:
    network = RefinementNetwork(head="residual", width=8, hidden=16)
    batch = batch_of()
    for t, answer in enumerate(roll_out(network, batch)):
        assert torch.equal(answer.picture, batch["propagated"][:, t])


def test_an_untrained_residual_head_gets_gradients_for_choice_and_residual() -> None:
    network = RefinementNetwork(head="residual", width=8, hidden=16)
    batch = batch_of()
    loss = sum(
        (answer.picture - batch["frame"][:, t]).square().mean() for t, answer in enumerate(roll_out(network, batch))
    )
    assert isinstance(loss, Tensor)
    loss.backward()
    gradient = network.decode1.weight.grad
    assert gradient is not None
    assert (gradient[:, :3].abs().amax((0, 2, 3)) > 0).all()  # the residual's three channels
    assert (gradient[:, 3:].abs().amax((0, 2, 3)) > 0).all()  # the three candidates' logits


@pytest.mark.parametrize("head", ["residual", "paper"])
def test_pixels_outside_the_hole_are_the_first_candidates(head: str) -> None:
    sizes = {"candidates": 1, "conditions": 1} if head == "paper" else {}
    network = trained(head, **sizes)
    candidates = torch.rand(1, network.candidates, 3, 16, 24)
    conditions = torch.zeros(1, network.conditions, 16, 24)
    conditions[:, 0, 4:9, 5:12] = 1
    picture = network(candidates, conditions).picture
    outside = conditions[:, :1].expand_as(picture) == 0
    assert torch.equal(picture[outside], candidates[:, 0][outside])
    assert (picture[~outside] != candidates[:, 0][~outside]).any()


def test_shares_sum_to_one_and_the_picture_is_what_they_say() -> None:
    network = trained()
    candidates, conditions = torch.rand(2, 3, 3, 16, 16), torch.ones(2, 4, 16, 16)
    answer = network(candidates, conditions)
    assert answer.weights is not None and answer.residual is not None
    assert torch.allclose(answer.weights.sum(1), torch.ones(2, 16, 16), atol=1e-5)
    said = (answer.weights[:, :, None] * candidates).sum(1) + answer.residual
    first = candidates[:, 0]
    assert torch.allclose(answer.picture, first + without_lattice(said - first, conditions[:, :1], STRIDE), atol=1e-5)


def test_a_network_is_rebuilt_from_its_config() -> None:
    network = RefinementNetwork(head="paper", candidates=1, conditions=1, width=4, hidden=8)
    again = RefinementNetwork(**network.config())
    again.load_state_dict(network.state_dict(), strict=True)
    assert again.config() == network.config()


def test_the_default_network_has_about_one_and_a_half_million_parameters() -> None:
    count = sum(parameter.numel() for parameter in RefinementNetwork().parameters())
    assert 1.3e6 < count < 1.6e6


def test_an_unknown_head_is_refused() -> None:
    with pytest.raises(ValueError, match="paper and residual"):
        RefinementNetwork(head="other")  # type: ignore[arg-type]


def test_a_roll_out_is_the_single_steps_one_after_another() -> None:
    network, batch = trained(), batch_of()
    with torch.no_grad():
        rolled = roll_out(network, batch)
        previous = None
        for t, expected in enumerate(rolled):
            conditions = torch.cat([batch[name][:, t] for name in ("hole", "seen", "guessed", "risk")], 1)
            answer = refine_step(network, batch["propagated"][:, t], batch["inpainted"][:, t], conditions, previous)
            assert torch.equal(answer.picture, expected.picture)
            if t + 1 < len(rolled):
                previous = answer.picture.clamp(0, 1), flow_grid(batch["flow"][:, t + 1]), answer.state


def test_the_lstm_makes_an_answer_depend_on_the_past() -> None:
    network, batch = trained(), batch_of()
    with torch.no_grad():
        whole, late = roll_out(network, batch), roll_out(network, {name: part[:, 1:] for name, part in batch.items()})
    assert not torch.allclose(whole[1].picture, late[0].picture)


def test_one_lstm_step_matches_a_step_worked_out_by_hand() -> None:
    lstm = ConvLstm(inputs=1, hidden=1, kernel=1)
    with torch.no_grad():
        lstm.gates.weight.copy_(torch.tensor([[1.0, 0.5], [0.0, 1.0], [2.0, 0.0], [1.0, -1.0]]).view(4, 2, 1, 1))
        assert lstm.gates.bias is not None
        lstm.gates.bias.copy_(torch.tensor([0.0, 0.5, -1.0, 0.25]))
    state = LstmState(torch.full((1, 1, 1, 1), 0.4), torch.full((1, 1, 1, 1), -0.3))
    with torch.no_grad():
        after = lstm(torch.full((1, 1, 1, 1), 0.7), state)

    def sigmoid(x: float) -> float:
        return 1 / (1 + math.exp(-x))

    cell = sigmoid(0.4 + 0.5) * -0.3 + sigmoid(0.7 + 0.2) * math.tanh(0.7 - 0.4 + 0.25)
    assert float(after.cell) == pytest.approx(cell, abs=1e-6)
    assert float(after.hidden) == pytest.approx(sigmoid(1.4 - 1.0) * math.tanh(cell), abs=1e-6)


def test_warping_by_whole_pixels_is_exact_and_falls_back_outside() -> None:
    picture = torch.rand(1, 3, 12, 16)
    flow = torch.zeros(1, 2, 12, 16)
    flow[:, 0], flow[:, 1] = 3, -2
    moved = warp(picture, flow_grid(flow), torch.full_like(picture, 0.25))
    assert torch.allclose(moved[..., 2:, :13], picture[..., :10, 3:], atol=1e-5)
    assert (moved[..., :2, :] == 0.25).all() and (moved[..., 13:] == 0.25).all()


def test_two_flows_compose_to_the_flow_of_both() -> None:
    first, second = torch.zeros(1, 2, 8, 10), torch.zeros(1, 2, 8, 10)
    first[:, 0] = 2
    second[:, 0], second[:, 1] = torch.arange(10.0).expand(8, 10), 1
    both = compose_flows(first, second)
    assert torch.allclose(both[0, 0, :, :8], 2 + torch.arange(2.0, 10.0).expand(8, 8), atol=1e-4)
    assert torch.allclose(both[0, 1], torch.ones(8, 10), atol=1e-5)


def test_a_state_moves_with_the_flow() -> None:
    cell = torch.rand(1, 4, 6, 6)
    flow = torch.zeros(1, 2, 48, 48)
    flow[:, 0] = 8  # one place of the state
    moved = LstmState(cell.clone(), cell).warped(flow_grid(flow))
    assert torch.allclose(moved.cell[..., :5], cell[..., 1:], atol=1e-5)
    assert (moved.cell[..., 5] == 0).all()


def test_the_papers_candidates_are_as_many_as_there_are_past_frames() -> None:
    frame, hole = torch.rand(1, 3, 8, 8), torch.ones(1, 1, 8, 8)
    outputs = [torch.rand(1, 3, 8, 8) for _ in range(6)]
    still = [torch.zeros(1, 2, 8, 8)] * 6
    for past, expected in ((0, []), (1, [0]), (2, [0]), (3, [0, 2]), (5, [0, 2, 4]), (6, [0, 2, 4])):
        found = paper_candidates(outputs[:past], still[:past], frame, hole)
        assert len(found) == len(expected)
        assert all(torch.allclose(one, outputs[which], atol=1e-5) for one, which in zip(found, expected, strict=True))


def test_the_papers_head_starts_from_the_inpainted_candidate() -> None:
    network, batch = trained("paper", candidates=1, conditions=1), batch_of()
    chosen: list[tuple[int, bool]] = []

    def select(candidates: Tensor, previous: Tensor | None) -> Tensor:
        chosen.append((candidates.shape[1], previous is None))
        return candidates[:, -1]

    with torch.no_grad():
        answers = roll_out_paper(network, batch, select)
    assert chosen == [(1, True), (2, False), (2, False), (3, False)]
    first = network(batch["inpainted"][:, :1], batch["hole"][:, 0]).picture
    assert torch.equal(answers[0].picture, first)


@pytest.mark.skipif(not torch.backends.mkldnn.is_available(), reason="bfloat16 convolutions need oneDNN")
def test_half_precision_gives_nearly_the_same_picture() -> None:
    network, batch = trained(), batch_of()
    with torch.inference_mode():
        exact = roll_out(network, batch)
        with torch.autocast("cpu", torch.bfloat16):
            rough = roll_out(network, batch)
    for one, other in zip(exact, rough, strict=True):
        assert (one.picture - other.picture).abs().mean() < 0.01
