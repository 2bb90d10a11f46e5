"""Equations 1 and 2: patches of all frames, one size a head, and masks that really mask."""

from __future__ import annotations

import math

import pytest
import torch

from models.voin.patch_attention import MultiScaleAttention, TransformerLayer, attend, from_patches, to_patches


def test_patches_of_every_frame_are_cut_and_put_back() -> None:
    features = torch.arange(2 * 3 * 4 * 8 * 8, dtype=torch.float32).view(2, 3, 4, 8, 8)
    patches = to_patches(features, 4)
    assert patches.shape == (2, 3 * 16, 4 * 4)
    assert torch.equal(patches[1, 16 + 5].view(4, 2, 2), features[1, 1, :, 2:4, 2:4])
    assert torch.equal(from_patches(patches, (2, 3, 4, 8, 8), 4), features)


def test_attention_is_the_softmax_of_scaled_products() -> None:
    query = torch.tensor([[[2.0, 0.0]]])
    key = torch.tensor([[[1.0, 0.0], [0.0, 1.0]]])
    value = torch.tensor([[[10.0], [20.0]]])
    found = attend(query, key, value, torch.ones(1, 2, dtype=torch.bool))
    first = math.exp(2 / math.sqrt(2))
    assert float(found) == pytest.approx((10 * first + 20) / (first + 1), rel=1e-6)


def test_masked_keys_and_values_change_nothing_whatever_they_hold() -> None:
    torch.manual_seed(0)
    query, key, value = (torch.randn(1, 5, 4) for _ in range(3))
    usable = torch.tensor([[True, True, False, True, False]])
    found = attend(query, key, value, usable)
    key[0, [2, 4]], value[0, [2, 4]] = 1e6, float("nan")
    assert torch.equal(attend(query, key, value, usable), found)
    key[0, 1] += 1.0
    assert not torch.equal(attend(query, key, value, usable), found)


def test_without_a_usable_key_the_answer_is_zero_and_gradients_are_numbers() -> None:
    query = torch.randn(1, 3, 4, requires_grad=True)
    found = attend(query, torch.randn(1, 3, 4), torch.randn(1, 3, 2), torch.zeros(1, 3, dtype=torch.bool))
    assert not found.any()
    found.sum().backward()
    assert query.grad is not None and torch.isfinite(query.grad).all()


def test_masked_places_of_the_features_reach_no_other_frame() -> None:
    torch.manual_seed(1)
    layer = TransformerLayer(width=8, splits=(1, 2, 4, 8))
    features = torch.randn(1, 3, 8, 8, 8)
    usable = torch.ones(1, 3, 8, 8, dtype=torch.bool)
    usable[0, 1] = False
    usable[0, 2, :4] = False
    before = layer(features, usable)
    changed = features.clone()
    changed[0, 1] += 5
    changed[0, 2, :, :4] -= 3
    after = layer(changed, usable)
    assert torch.equal(after[0, 0], before[0, 0])
    changed[0, 2, :, 6] += 1  # this row may be looked at
    assert not torch.equal(layer(changed, usable)[0, 0], before[0, 0])


def test_every_head_sees_the_other_frames() -> None:
    torch.manual_seed(2)
    attention = MultiScaleAttention(width=8, splits=(1, 2, 4, 8))
    features = torch.randn(1, 2, 8, 8, 8, requires_grad=True)
    attention(features, torch.ones(1, 2, 8, 8, dtype=torch.bool))[0, 0].sum().backward()
    assert features.grad is not None and features.grad[0, 1].abs().sum() > 0
    for part in (attention.project.weight.grad, attention.merge[0].weight.grad):  # type: ignore[union-attr]
        assert part is not None and part.abs().sum() > 0


def test_heads_must_share_the_channels_equally() -> None:
    with pytest.raises(ValueError, match="cannot be shared"):
        MultiScaleAttention(width=10, splits=(1, 2, 4, 8))
