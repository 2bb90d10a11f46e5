"""The two-stage generator and its attention."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from models.inpainting.attention import contextual_attention
from models.inpainting.generator import InpaintingDiscriminator, InpaintingGenerator


def test_the_published_width_has_the_published_number_of_parameters() -> None:
    count = sum(parameter.numel() for parameter in InpaintingGenerator(width=32).parameters())
    assert count == pytest.approx(3.6e6, rel=0.02)


def test_what_is_in_the_hole_is_not_looked_at() -> None:
    torch.manual_seed(1)
    network = InpaintingGenerator(width=4).eval()
    hole = torch.zeros(1, 1, 32, 40)
    hole[..., 8:20, 12:30] = 1
    image = torch.rand(1, 3, 32, 40)
    other = torch.where(hole > 0, torch.rand_like(image), image)
    with torch.inference_mode():
        one, two = network(image, hole), network(other, hole)
        assert torch.equal(one.coarse, two.coarse) and torch.equal(one.fine, two.fine)
        filled = network.fill(image, hole)
    outside = hole.expand_as(image) == 0
    assert torch.equal(filled[outside], image[outside])
    assert (filled[~outside] != image[~outside]).any()


def test_a_generator_is_rebuilt_from_its_config() -> None:
    network = InpaintingGenerator(width=6)
    InpaintingGenerator(**network.config()).load_state_dict(network.state_dict(), strict=True)


def test_details_survive_the_untrained_layers() -> None:
    """With torch's own start a fiftieth is left of them, and the network learns nothing."""
    torch.manual_seed(1)
    network = InpaintingGenerator(width=8, base="patches")
    features = torch.rand(1, 5, 64, 64)
    with torch.inference_mode():
        stages = [network.coarse[:-1], network.attend_before]
        left = [float(stage(features).std((2, 3)).mean() / features.std((2, 3)).mean()) for stage in stages]
    assert all(0.2 < share < 3 for share in left)


def test_on_patches_the_finest_details_reach_the_answer() -> None:
    torch.manual_seed(1)
    network = InpaintingGenerator(width=4, base="patches").eval()
    torch.nn.init.normal_(network.finish[-1].weight)
    hole = torch.ones(1, 1, 32, 40)
    filled = torch.full((1, 3, 32, 40), 0.5)
    other = filled.clone()
    other[..., ::2, ::2] += 0.1
    other[..., 1::2, ::2] -= 0.1  # nothing is left of it at a quarter of the size
    with torch.inference_mode():
        change = network(other, hole).fine - network(filled, hole).fine - (other - filled)
    assert float((change[..., :-1, :] - change[..., 1:, :]).abs().mean()) > 0.01


def test_on_patches_the_untrained_answer_is_the_patch_fill() -> None:
    network = InpaintingGenerator(width=4, base="patches").eval()
    hole = torch.zeros(1, 1, 32, 40)
    hole[..., 8:20, 12:30] = 1
    filled = torch.rand(1, 3, 32, 40)
    with torch.inference_mode():
        answer = network(filled, hole)
    assert torch.allclose(answer.coarse, filled, atol=1e-6) and torch.allclose(answer.fine, filled, atol=1e-6)
    assert InpaintingGenerator(**network.config()).base == "patches"


def test_on_patches_both_stages_learn() -> None:
    torch.manual_seed(3)
    network = InpaintingGenerator(width=4, base="patches")
    hole = torch.zeros(1, 1, 64, 64)
    hole[..., 8:24, 8:24] = 1
    picture = torch.rand(1, 3, 64, 64)
    optimizer = torch.optim.SGD(network.parameters(), 0.1)
    for _ in range(2):  # the first step moves only the zero layers, the second what lies before them
        optimizer.zero_grad()
        answer = network(picture, hole)
        (answer.fine.square().mean() + answer.coarse.square().mean()).backward()
        optimizer.step()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None and parameter.grad.abs().sum() > 0, name


def test_an_unknown_base_is_refused() -> None:
    with pytest.raises(ValueError, match="no base"):
        InpaintingGenerator(base="telea")  # type: ignore[arg-type]


def test_an_odd_width_is_refused() -> None:
    with pytest.raises(ValueError, match="even"):
        InpaintingGenerator(width=5)


def test_both_stages_get_gradients_from_the_fine_answer() -> None:
    network = InpaintingGenerator(width=4)
    hole = torch.zeros(1, 1, 32, 32)
    hole[..., 8:24, 8:24] = 1
    network(torch.rand(1, 3, 32, 32), hole).fine.mean().backward()
    slopes = [parameter.grad for parameter in network.parameters()]
    assert all(slope is not None and torch.isfinite(slope).all() for slope in slopes)
    assert slopes[0] is not None and slopes[0].abs().max() > 0


def test_attention_continues_a_pattern_into_the_hole() -> None:
    # Columns of unlike features, period 4 places; the hole's own features are zero but for a hint at its column.
    torch.manual_seed(2)
    period = torch.rand(1, 16, 1, 8)
    features = period.repeat(1, 1, 24, 3)
    hole = torch.zeros(1, 1, 24, 24)
    hole[..., 10:14, 10:14] = 1
    found = contextual_attention(features * 5, hole)
    inside = hole.expand_as(found) > 0
    assert (found - features * 5)[inside].abs().mean() < 0.1 * (features * 5)[inside].abs().mean()


def test_attention_takes_known_patches_only() -> None:
    features = torch.rand(1, 4, 16, 16)
    hole = torch.zeros(1, 1, 16, 16)
    hole[..., 4:12, 4:12] = 1
    moved = features.clone().requires_grad_()
    found = contextual_attention(moved, hole)
    # A change of the hole's features may change the choice, but they are never pasted: with equal choices, equal.
    huge = torch.where(hole > 0, features * 1000, features)
    assert contextual_attention(huge, hole).abs().max() <= features.abs().max() * 1.001
    assert torch.isfinite(torch.autograd.grad(found.sum(), moved)[0]).all()


def test_attention_without_any_known_patch_answers_zero() -> None:
    assert (contextual_attention(torch.rand(1, 2, 8, 8), torch.ones(1, 1, 8, 8)) == 0).all()


def test_fusing_prefers_the_match_whose_neighbours_match() -> None:
    # Two places look alike to a wanted one; only the second has the same left and right neighbour.
    features = torch.zeros(1, 3, 4, 32)
    features[0, 0] = 0.01
    for column, colours in ((4, (0, 1, 0)), (14, (2, 1, 2)), (24, (2, 1, 2))):
        for offset, which in zip((-2, 0, 2), colours, strict=True):
            features[0, which, :, column + offset : column + offset + 2] = 1
    hole = torch.zeros(1, 1, 4, 32)
    hole[..., 20:30] = 1
    found = contextual_attention(features * 3, hole)
    near = functional.cosine_similarity(found[0, :, :, 22:28], features[0, :, :, 22:28], dim=0).mean()
    wrong = functional.cosine_similarity(found[0, :, :, 22:28], features[0, :, :, 2:8], dim=0).mean()
    assert near > wrong


def test_the_discriminator_scores_patches_and_sees_the_mask() -> None:
    judge = InpaintingDiscriminator(width=4).eval()
    picture, hole = torch.rand(2, 3, 64, 96), torch.zeros(2, 1, 64, 96)
    scores = judge(picture, hole)
    assert scores.shape == (2, 1, 4, 6)
    assert not torch.allclose(scores, judge(picture, 1 - hole), atol=1e-4)


def test_half_precision_gives_nearly_the_same_picture() -> None:
    torch.manual_seed(5)
    network = InpaintingGenerator(width=4).eval()
    hole = torch.zeros(1, 1, 32, 32)
    hole[..., 8:24, 8:24] = 1
    image = torch.rand(1, 3, 32, 32)
    with torch.inference_mode():
        exact = network.fill(image, hole)
        rough = network.to(torch.bfloat16).fill(image, hole)
    assert rough.dtype == torch.float32
    assert (exact - rough).abs().mean() < 0.01
