"""The patch discriminator, the multi-class one, and the attention inside it."""

from __future__ import annotations

import torch

from models.voin.attention_module import SpatioTemporalAttention
from models.voin.classes import REAL_CLASSES
from models.voin.discriminators import FAKE, ClassDiscriminator, VideoPatchDiscriminator


def clip() -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(0)
    return torch.rand(2, 3, 3, 64, 64), (torch.rand(2, 3, 1, 64, 64) > 0.5).float()


def test_attention_weighs_places_and_frames_and_adds() -> None:
    torch.manual_seed(1)
    module = SpatioTemporalAttention(6)
    features = torch.randn(2, 6, 4, 5, 7)
    spatial, temporal = module.weights(features)
    assert spatial.shape == (2, 1, 4, 5, 7) and temporal.shape == (2, 1, 4, 1, 1)
    assert torch.allclose(spatial.mean((3, 4)), torch.ones(2, 1, 4)) and torch.allclose(
        temporal.mean(2), torch.ones(2, 1, 1, 1)
    )
    assert torch.allclose(module(features), features * (1 + spatial * temporal))


def test_attention_finds_the_place_and_the_frame_that_stand_out() -> None:
    module = SpatioTemporalAttention(2)
    with torch.no_grad():
        module.places.weight.fill_(3.0)
    features = torch.zeros(1, 2, 3, 4, 4)
    features[0, :, 1, 2, 3] = 1
    spatial, _ = module.weights(features)
    assert int(spatial[0, 0, 1].argmax()) == 2 * 4 + 3


def test_patches_are_scored_in_space_and_time() -> None:
    pictures, mask = clip()
    scores = VideoPatchDiscriminator(width=4)(pictures, mask, mask)
    assert scores.shape == (2, 16, 3, 1, 1)


def test_six_convolutions_of_three_by_five_by_five() -> None:
    for network in (VideoPatchDiscriminator(width=4), ClassDiscriminator(width=4)):
        kernels = [m.kernel_size for m in network.modules() if isinstance(m, torch.nn.Conv3d)]
        assert kernels.count((3, 5, 5)) == 6


def test_classes_are_the_real_ones_and_one_fake() -> None:
    pictures, mask = clip()
    logits = ClassDiscriminator(width=4)(pictures, mask)
    assert logits.shape == (2, REAL_CLASSES + 1) and FAKE == REAL_CLASSES


def test_attention_stands_above_the_fourth_layer_and_can_be_left_out() -> None:
    with_it, without = ClassDiscriminator(width=4), ClassDiscriminator(width=4, attention=False)
    assert len(with_it.first) == 4 and with_it.attention is not None and without.attention is None


def test_both_discriminators_give_gradients_to_all_of_themselves_and_to_the_picture() -> None:
    pictures, mask = clip()
    pictures.requires_grad_()
    patches, classes = VideoPatchDiscriminator(width=4), ClassDiscriminator(width=4)
    (patches(pictures, mask, mask).square().sum() + classes(pictures, mask).square().sum()).backward()
    assert pictures.grad is not None and pictures.grad.abs().sum() > 0
    for network in (patches, classes):
        assert all(p.grad is not None and torch.isfinite(p.grad).all() for p in network.parameters())
