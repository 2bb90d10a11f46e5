"""Equations 6 to 13 of VOIN on cases whose value is known."""

from __future__ import annotations

import math

import pytest
import torch

from models.losses import amodal, object_appearance, object_flow
from models.losses.object_flow import FlowWeights
from models.voin.discriminators import FAKE


def test_dice_is_zero_for_the_truth_and_nearly_one_for_its_opposite() -> None:
    truth = torch.zeros(1, 1, 1, 20, 20)
    truth[..., :10] = 1
    assert float(amodal.dice_loss(truth, truth)) == pytest.approx(0, abs=1e-6)
    assert float(amodal.dice_loss(1 - truth, truth)) > 0.99


def test_dice_leaves_out_clips_without_anything() -> None:
    truth = torch.zeros(2, 1, 1, 8, 8)
    truth[0] = 1
    assert float(amodal.dice_loss(torch.zeros_like(truth), truth)) == pytest.approx(1 - 1 / 65)


def test_equation_6_is_cross_entropy_of_all_and_dice_of_the_hidden_part() -> None:
    logits = torch.full((1, 1, 1, 4, 4), 2.0)
    truth, occluder = torch.ones_like(logits), torch.zeros_like(logits)
    occluder[..., :2] = 1
    cross_entropy, dice = amodal.shape_loss(logits, truth, occluder, dice=0.5)
    found = 1 / (1 + math.exp(-2))
    assert float(cross_entropy) == pytest.approx(-math.log(found), rel=1e-5)
    assert float(dice) == pytest.approx(0.5 * (1 - (16 * found + 1) / (8 * found**2 + 8 + 1)), rel=1e-5)
    assert float(amodal.shape_loss(logits, truth, occluder, dice=0)[1]) == 0


def test_pixels_that_do_not_count_do_not_count() -> None:
    logits, truth = torch.zeros(1, 1, 1, 2, 2), torch.ones(1, 1, 1, 2, 2)
    logits[..., 0, 0], counted = 50.0, torch.zeros_like(truth)
    counted[..., 0, 0] = 1
    assert float(amodal.shape_loss(logits, truth, truth, counted=counted)[0]) < 1e-6


def flows(value: float = 0.0) -> torch.Tensor:
    return torch.full((1, 2, 16, 16), value)


def half() -> torch.Tensor:
    mask = torch.zeros(1, 1, 16, 16)
    mask[..., :8] = 1
    return mask


def test_equation_7_counts_the_object_twice() -> None:
    found = flows()
    found[..., :8] = 1.0  # in the object
    inside = object_flow.weighted_l1(found, flows(), half())
    outside = object_flow.weighted_l1(flows(1.0) - found, flows(), half())
    assert float(inside) == pytest.approx(2 * float(outside))
    assert float(outside) == pytest.approx(2 * 0.5)  # both components, half of the pixels


def test_the_pyramid_is_zero_for_the_truth_and_sees_details_and_shifts() -> None:
    truth = torch.randn(1, 2, 32, 32, generator=torch.Generator().manual_seed(0))
    assert float(object_flow.laplacian_pyramid_loss(truth, truth)) == 0
    assert float(object_flow.laplacian_pyramid_loss(truth + 1, truth)) == pytest.approx(1, rel=1e-4)
    assert float(object_flow.laplacian_pyramid_loss(truth.flip(-1), truth)) > 1


def test_equation_8_smooths_the_prediction_inside_the_object_only() -> None:
    found = flows()
    found[..., 8:] = 5.0  # a motion boundary at the object's edge
    apart, rough = object_flow.gradient_losses(found, flows(), half())
    assert float(apart) == 0 and float(rough) == 0
    found[..., 4:] = 5.0  # one inside it
    apart, rough = object_flow.gradient_losses(found, flows(), half())
    assert float(rough) == float(apart) > 0
    same, still_rough = object_flow.gradient_losses(found, found, half())
    assert float(same) == 0 and float(still_rough) == float(rough)


def test_warping_prefers_the_true_flow() -> None:
    torch.manual_seed(1)
    wide = torch.nn.functional.interpolate(torch.rand(1, 3, 8, 10), scale_factor=4, mode="bilinear")
    there, here = wide[..., :32], wide[..., 3:35]  # what is at x here is at x + 3 there
    mask, right = torch.ones(1, 1, 32, 32), torch.zeros(1, 2, 32, 32)
    right[:, 0] = 3
    good = object_flow.warping_consistency(right, here, there, mask, mask)
    bad = object_flow.warping_consistency(torch.zeros_like(right), here, there, mask, mask)
    assert float(good) < 0.05 * float(bad)


def test_terms_of_the_flow_loss_are_weighted_and_can_be_left_out() -> None:
    found, truth = torch.randn(2, 1, 2, 16, 16, generator=torch.Generator().manual_seed(2))
    every = object_flow.flow_losses(found, truth, half(), FlowWeights())
    assert set(every) == {"l1", "pyramid", "gradient", "smooth"}
    twice = object_flow.flow_losses(found, truth, half(), FlowWeights(smooth=0.2))
    assert float(twice["smooth"]) == pytest.approx(2 * float(every["smooth"]))
    alone = object_flow.flow_losses(found, truth, half(), FlowWeights(0, 0, 0, 0))
    assert set(alone) == {"l1"}
    pictures = (torch.rand(1, 3, 16, 16), torch.rand(1, 3, 16, 16), half())
    found.requires_grad_()
    losses = object_flow.flow_losses(found, truth, half(), FlowWeights(), pictures)
    assert "warping" in losses
    torch.stack(list(losses.values())).sum().backward()
    assert found.grad is not None and torch.isfinite(found.grad).all()


def test_equation_11_weighs_inside_and_outside_by_their_own_sizes() -> None:
    truth, mask = torch.zeros(1, 1, 3, 4, 4), torch.zeros(1, 1, 1, 4, 4)
    mask[..., :1] = 1
    output = torch.where(mask > 0, 0.5, 0.2).expand_as(truth)
    assert float(object_appearance.content_loss(output, truth, mask, 3.0)) == pytest.approx(0.5 + 3 * 0.2)


def test_equation_9_wants_real_classes_for_the_truth_and_the_fake_one_for_the_output() -> None:
    good = torch.full((1, FAKE + 1), -20.0)
    good[0, 4] = 20.0
    painted = torch.full((1, FAKE + 1), -20.0)
    painted[0, FAKE] = 20.0
    scores, classes = torch.full((1, 2), 5.0), torch.tensor([5])
    losses = object_appearance.discriminators_loss(scores, -scores, good, painted, classes)
    assert float(losses["patches"]) == 0 and float(losses["classes"]) < 1e-6
    worse = object_appearance.discriminators_loss(-scores, scores, painted, good, classes)
    assert float(worse["patches"]) == 12 and float(worse["classes"]) > 70


def test_an_object_of_an_unknown_class_may_be_any_real_one() -> None:
    logits = torch.zeros(1, FAKE + 1)
    assert float(object_appearance.class_loss(logits, torch.tensor([0]))) == pytest.approx(
        -math.log(FAKE / (FAKE + 1)), rel=1e-5
    )
    assert float(object_appearance.class_loss(logits, torch.tensor([1]))) == pytest.approx(math.log(FAKE + 1), rel=1e-5)


def test_equation_10_moves_the_output_away_from_the_fake_class() -> None:
    logits = torch.zeros(1, FAKE + 1, requires_grad=True)
    losses = object_appearance.generators_loss(torch.tensor([2.0]), logits, torch.tensor([3]))
    assert float(losses["patches"]) == -2
    losses["classes"].backward()
    assert logits.grad is not None and float(logits.grad[0, FAKE]) > 0 > float(logits.grad[0, 2])


def test_equation_13_is_a_weighted_sum() -> None:
    one = torch.tensor(1.0)
    total = object_appearance.total_loss(one, one * 10, one * 100, flow_weight=2, appearance_weight=3)
    assert float(total) == 1 + 20 + 300
