"""The grid of a stack of transposed convolutions is taken off, and nothing else."""

from __future__ import annotations

import torch
from torch import Tensor

from models.vornet.lattice import without_lattice
from models.vornet.refinement import STRIDE, RefinementNetwork

SIZE = (96, 128)


def a_hole(top: int = 16, left: int = 20, bottom: int = 80, right: int = 112) -> Tensor:
    hole = torch.zeros(1, 1, *SIZE)
    hole[..., top:bottom, left:right] = 1
    return hole


def inside(picture: Tensor, hole: Tensor) -> Tensor:
    return picture[hole.bool().expand_as(picture)]


def a_grid() -> Tensor:
    torch.manual_seed(3)
    cell = torch.randn(1, 3, STRIDE, STRIDE)
    cell -= cell.mean((2, 3), keepdim=True)
    return cell.repeat(1, 1, SIZE[0] // STRIDE, SIZE[1] // STRIDE)


def test_a_grid_is_taken_off() -> None:
    hole, grid = a_hole(), a_grid()
    left = without_lattice(grid, hole, STRIDE)
    assert inside(left, hole).square().mean() < 0.03 * inside(grid, hole).square().mean()


def test_a_grid_on_a_picture_goes_and_the_picture_stays() -> None:
    hole, grid = a_hole(), 0.1 * a_grid()
    torch.manual_seed(4)
    scene = torch.nn.functional.interpolate(torch.rand(1, 3, 9, 11), SIZE, mode="bicubic")
    left = without_lattice(scene + grid, hole, STRIDE)
    before, after = inside(grid, hole).square().mean(), inside(left - scene, hole).square().mean()
    assert after < 0.15 * before


def test_a_slope_is_no_grid() -> None:
    hole = a_hole()
    slope = torch.linspace(0, 1, SIZE[1]).expand(1, 3, *SIZE)
    assert inside(without_lattice(slope, hole, STRIDE) - slope, hole).abs().mean() < 0.002


def test_what_has_no_neighbouring_cells_is_kept() -> None:
    hole = a_hole(32, 40, 40, 48)  # one cell
    torch.manual_seed(5)
    painted = torch.randn(1, 3, *SIZE)
    assert torch.allclose(inside(without_lattice(painted, hole, STRIDE), hole), inside(painted, hole), atol=1e-4)


def test_nothing_stays_nothing_and_has_a_gradient() -> None:
    hole, nothing = a_hole(), torch.zeros(1, 3, *SIZE, requires_grad=True)
    left = without_lattice(nothing, hole, STRIDE)
    assert not left.any()
    (slope,) = torch.autograd.grad((left * torch.rand_like(left)).sum(), nothing)
    assert slope.isfinite().all() and inside(slope, hole).abs().max() > 0.1


def test_half_a_gap_outside_the_hole_does_not_reach_in() -> None:
    hole, grid = a_hole(), a_grid()
    elsewhere = grid + 9 * (1 - hole)
    assert torch.allclose(
        inside(without_lattice(grid, hole, STRIDE), hole), inside(without_lattice(elsewhere, hole, STRIDE), hole)
    )


def test_no_phase_of_the_networks_correction_stands_out() -> None:
    network = RefinementNetwork(candidates=2, width=4, hidden=8)
    torch.manual_seed(6)
    assert network.decode1.bias is not None
    torch.nn.init.normal_(network.decode1.weight, std=0.5)  # a network that paints a strong grid
    flat = torch.full((1, 2, 3, *SIZE), 0.5)
    hole = a_hole()
    with torch.inference_mode():
        answer = network(flat, torch.cat([hole, hole, torch.zeros(1, 2, *SIZE)], 1))
    assert answer.residual is not None
    kept = a_hole(24, 32, 72, 104)
    painted, residual = inside(answer.picture - 0.5, kept), inside(answer.residual, kept)
    assert painted.std() < 0.5 * residual.std()
