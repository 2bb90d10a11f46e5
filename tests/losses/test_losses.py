"""Each loss: value and gradient on a case worked out by hand."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from models.losses.adversarial import Form, discriminator_loss, generator_loss
from models.losses.detail import detail_loss
from models.losses.perceptual import CROP_PX, PerceptualLoss, crop, hole_boxes
from models.losses.reconstruction import (
    _depth_by_distance,
    _depth_by_erosion,
    depth,
    discount,
    discounted_l1,
)
from models.losses.total import LossWeights
from models.perception.vgg import VggFeatures


def gradient(loss: Tensor, of: Tensor) -> Tensor:
    (found,) = torch.autograd.grad(loss, of)
    return found


def box(height: int, width: int, top: int, left: int, bottom: int, right: int) -> Tensor:
    hole = torch.zeros(1, 1, height, width)
    hole[..., top:bottom, left:right] = 1
    return hole


@pytest.mark.parametrize("steps", [3, 40])
def test_both_ways_to_the_depth_agree(steps: int) -> None:
    torch.manual_seed(0)
    rough = torch.nn.functional.interpolate(torch.rand(4, 1, 5, 6), (40, 48), mode="bilinear")
    holes = torch.cat([(rough > 0.45).float(), torch.ones(1, 1, 40, 48), torch.zeros(1, 1, 40, 48)])
    assert torch.equal(_depth_by_distance(holes, steps), _depth_by_erosion(holes, steps))


def test_depth_counts_from_the_rim_of_a_box() -> None:
    found = depth(box(9, 9, 1, 1, 8, 6))[0, 0]
    expected = torch.zeros(9, 9)
    expected[2:7, 2:5] = 1
    expected[3:6, 3] = 2
    assert torch.equal(found, expected)


def test_the_pictures_own_border_is_no_rim() -> None:
    found = depth(box(4, 6, 0, 0, 4, 3))[0, 0]
    assert torch.equal(found, torch.tensor([[2.0, 1, 0, 0, 0, 0]]).expand(4, 6))


def test_discounted_l1_of_a_five_by_five_hole() -> None:
    # 16 pixels at depth 0, 8 at depth 1, 1 at depth 2; |O - B| is 0.5 everywhere.
    hole = box(7, 7, 1, 1, 6, 6)
    output = torch.full((1, 3, 7, 7), 0.75, requires_grad=True)
    truth = torch.full((1, 3, 7, 7), 0.25)
    loss = discounted_l1(output, truth, hole, gamma=0.5)
    assert loss.item() == pytest.approx(0.5 * (16 + 8 * 0.5 + 1 * 0.25) / 25)
    slope = gradient(loss, output)
    assert slope[0, 0, 3, 3].item() == pytest.approx(0.25 / (25 * 3))
    assert slope[0, 1, 1, 1].item() == pytest.approx(1 / (25 * 3))
    assert (slope[:, :, 0] == 0).all()


def test_discounted_l1_without_a_hole_is_zero_and_its_default_is_the_papers_gamma() -> None:
    output = torch.rand(1, 3, 8, 8)
    assert discounted_l1(output, 1 - output, torch.zeros(1, 1, 8, 8)) == 0
    assert discount(box(5, 5, 1, 1, 4, 4))[0, 0, 2, 2].item() == pytest.approx(0.99)


@pytest.mark.parametrize(
    ("form", "real", "fake", "value", "real_slope", "fake_slope"),
    [
        ("log", 0.0, 0.0, 2 * math.log(2), -0.5, 0.5),
        ("log", math.log(3), -math.log(3), 2 * math.log(4 / 3), -0.25, 0.25),
        ("hinge", 0.25, -0.5, 0.75 + 0.5, -1.0, 1.0),
        ("hinge", 1.5, -2.0, 0.0, 0.0, 0.0),
    ],
)
def test_what_a_discriminator_minimises(
    form: Form, real: float, fake: float, value: float, real_slope: float, fake_slope: float
) -> None:
    judged = torch.tensor([[real]], requires_grad=True), torch.tensor([[fake]], requires_grad=True)
    loss = discriminator_loss(*judged, form)
    assert loss.item() == pytest.approx(value)
    found = torch.autograd.grad(loss, judged)
    assert [slope.item() for slope in found] == pytest.approx([real_slope, fake_slope])


@pytest.mark.parametrize(
    ("form", "fake", "value", "slope"),
    [("log", 0.0, math.log(2), -0.5), ("log", -math.log(3), math.log(4), -0.75), ("hinge", 0.3, -0.3, -1.0)],
)
def test_what_the_network_minimises_against_a_discriminator(
    form: Form, fake: float, value: float, slope: float
) -> None:
    judged = torch.tensor([[fake, fake]], requires_grad=True)
    loss = generator_loss(judged, form)
    assert loss.item() == pytest.approx(value)
    assert gradient(loss, judged).sum().item() == pytest.approx(slope)


def test_an_unknown_form_is_refused() -> None:
    scores = torch.zeros(1)
    with pytest.raises(ValueError, match="log and hinge"):
        discriminator_loss(scores, scores, "square")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="log and hinge"):
        generator_loss(scores, "square")  # type: ignore[arg-type]


def test_boxes_lie_round_the_holes_and_inside_the_picture() -> None:
    holes = torch.cat([box(40, 60, 10, 20, 30, 50), box(40, 60, 0, 55, 4, 60), torch.zeros(1, 1, 40, 60)])
    boxes = hole_boxes(holes, margin=0.1)
    assert boxes[0].tolist() == pytest.approx([17, 8, 53, 32])
    assert boxes[1].tolist() == pytest.approx([44, 0, 60, 16])  # at least 16 px
    assert boxes[2].tolist() == [0, 0, 60, 40]


def test_a_crop_at_its_own_size_is_exact() -> None:
    picture = torch.rand(1, 3, 40, 60)
    cut = crop(picture, torch.tensor([[5.0, 7.0, 25.0, 27.0]]), size=20)
    assert torch.allclose(cut, picture[..., 7:27, 5:25], atol=1e-5)


class OneFilter(VggFeatures):
    """Stands in for VGG: one feature, twice the red channel."""

    def __init__(self) -> None:
        nn.Module.__init__(self)

    def forward(self, pictures: Tensor) -> Tensor:
        return 2 * pictures[:, :1]


def test_the_perceptual_loss_by_hand() -> None:
    # The crop is the whole picture at its own size: the loss is the mean of (2 (0.6 - 0.5))^2.
    hole = torch.ones(1, 1, CROP_PX, CROP_PX)
    output = torch.full((1, 3, CROP_PX, CROP_PX), 0.6, requires_grad=True)
    loss = PerceptualLoss(OneFilter())(output, torch.full_like(output, 0.5), hole)
    assert loss.item() == pytest.approx(0.04, rel=1e-5)
    slope = gradient(loss, output)
    assert slope[:, 0].sum().item() == pytest.approx(2 * 2 * (2 * 0.1), rel=1e-4)
    assert (slope[:, 1:] == 0).all()


def test_the_perceptual_loss_sees_only_the_holes_surroundings() -> None:
    hole = box(128, 128, 10, 10, 40, 40)
    output = torch.rand(1, 3, 128, 128)
    elsewhere = output.clone()
    elsewhere[..., 64:, 64:] = 0
    assert PerceptualLoss(OneFilter())(output, elsewhere, hole) == 0


def test_vgg_features_of_known_pictures(fetched_weights: Path) -> None:
    if not (fetched_weights / "vgg16_relu3_3.safetensors").is_file():
        pytest.skip("VGG16 is not fetched; 'cleanplate models fetch vgg16' gets it")
    features = VggFeatures.load(fetched_weights)
    ramp = torch.linspace(0, 1, 32).expand(1, 3, 32, 32).contiguous()
    picture = ramp.clone().requires_grad_()
    found = features(picture)
    assert found.shape == (1, 256, 8, 8) and (found >= 0).all() and found.max() > 1
    loss = PerceptualLoss(features)(picture, torch.flip(ramp, [3]), torch.ones(1, 1, 32, 32))
    assert loss > 0 and gradient(loss, picture).abs().max() > 0


def test_the_overall_loss_has_the_papers_weights() -> None:
    one = torch.tensor(1.0)
    assert LossWeights().total(one, 2 * one, 3 * one, 4 * one).item() == pytest.approx(1 + 2 + 3 + 0.04)
    assert LossWeights().total(one, None, None, 4 * one).item() == pytest.approx(1.04)
    parts = [torch.tensor(1.0, requires_grad=True) for _ in range(4)]
    slopes = torch.autograd.grad(LossWeights().total(*parts), parts)
    assert [slope.item() for slope in slopes] == pytest.approx([1, 1, 1, 0.01])


def test_detail_of_a_checkerboard_against_a_flat_picture() -> None:
    # Inside a checkerboard of 0 and 0.5, the Laplacian is 4 * 0.5 in size everywhere; of a flat picture it is 0.
    rows, columns = torch.meshgrid(torch.arange(24), torch.arange(24), indexing="ij")
    board = (((rows + columns) % 2) * 0.5).expand(1, 3, 24, 24)
    hole = box(24, 24, 8, 8, 16, 16)
    strength = torch.tensor(1.0, requires_grad=True)
    loss = detail_loss(board * strength, torch.full_like(board, 0.2), hole)
    assert loss.item() == pytest.approx(2.0)
    assert gradient(loss, strength).item() == pytest.approx(2.0)  # it grows with the contrast
    assert detail_loss(board, board.flip(-1), hole).item() == pytest.approx(0.0)  # wherever exactly the detail lies
    assert detail_loss(board, board * 0, hole * 0).item() == 0.0
