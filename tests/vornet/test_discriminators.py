"""The discriminators look at what the paper says they look at."""

from __future__ import annotations

import pytest
import torch

from models.vornet.discriminators import Normalise, PatchDiscriminator, TemporalDiscriminator


def test_a_patch_score_sees_exactly_15_by_15_pixels() -> None:
    judge = PatchDiscriminator(width=4, normalise="none")
    picture = torch.rand(1, 3, 64, 64, requires_grad=True)
    (slope,) = torch.autograd.grad(judge(picture)[0, 0, 4, 4], picture)
    seen = slope.abs().sum((0, 1)) > 0
    rows, columns = seen.any(1).nonzero().flatten(), seen.any(0).nonzero().flatten()
    assert len(rows) <= 15 and rows[-1] - rows[0] + 1 == 15
    assert columns[-1] - columns[0] + 1 == 15


@pytest.mark.parametrize("normalise", ["none", "spectral"])
def test_scores_come_one_a_patch_and_one_a_pair(normalise: Normalise) -> None:
    assert PatchDiscriminator(width=4, normalise=normalise)(torch.rand(2, 3, 64, 48)).shape == (2, 1, 8, 6)
    judge = TemporalDiscriminator(width=4, normalise=normalise)
    assert judge(torch.rand(2, 5, 3, 64, 48), torch.ones(2, 5, 1, 64, 48)).shape == (2, 4, 8, 6)


def test_a_frozen_clip_gives_the_temporal_score_of_no_difference() -> None:
    judge = TemporalDiscriminator(width=4).eval()
    holes = torch.zeros(1, 3, 1, 32, 32)
    still = [judge(torch.rand(1, 1, 3, 32, 32).expand(1, 3, 3, 32, 32), holes) for _ in range(2)]
    assert torch.allclose(still[0], still[1], atol=1e-5)
    moving = judge(torch.rand(1, 3, 3, 32, 32), holes)
    assert not torch.allclose(moving, still[0], atol=1e-3)


def test_the_temporal_discriminator_sees_the_masks() -> None:
    judge = TemporalDiscriminator(width=4).eval()
    pictures, holes = torch.rand(1, 2, 3, 32, 32), torch.zeros(1, 2, 1, 32, 32)
    other = holes.clone()
    other[:, 1, :, 8:20, 8:20] = 1
    assert not torch.allclose(judge(pictures, holes), judge(pictures, other), atol=1e-5)
