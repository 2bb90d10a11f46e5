"""What appearance recovery and its discriminators minimise (VOIN section 3.4, equations 9 to 13).

Read as follows: in equation 9 the ReLU that is left out makes the patch terms a hinge, and the class terms are
cross-entropies (as printed their sign is that of something to maximise). In equation 10 the generator is to make the
fake class unlikely: cross-entropy towards the true class does that. Equation 12 sums the losses of both sides; the
steps alternate.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from models.losses.adversarial import discriminator_loss, generator_loss
from models.voin.discriminators import FAKE


@dataclass(frozen=True, slots=True)
class AppearanceWeights:
    """The weights of equations 10 to 13, which the paper does not give.

    Attributes:
        outside: lambda_5, of the pixels outside the object.
        content: lambda_6, of the absolute differences.
        patches: of the patch discriminator's opinion, against the absolute differences.
        classes: of the class discriminator's.
    """

    outside: float = 1.0
    content: float = 1.0
    patches: float = 0.01
    classes: float = 0.01


def content_loss(output: Tensor, truth: Tensor, amodal: Tensor, outside: float = 1.0) -> Tensor:
    """Equation 11: absolute differences in the object, and lambda_5 times those elsewhere; means over each region.

    Args:
        output: ``(B, T, 3, S, S)``, Y before it is put into the frame.
        truth: the same of Y'.
        amodal: ``(B, T, 1, S, S)``, 0 to 1.
        outside: lambda_5.
    """
    apart = (output.float() - truth.float()).abs().mean(2, keepdim=True)
    mask = amodal.float()
    within = (apart * mask).sum() / mask.sum().clamp(min=1.0)
    return within + outside * (apart * (1 - mask)).sum() / (1 - mask).sum().clamp(min=1.0)


def class_loss(logits: Tensor, classes: Tensor) -> Tensor:
    """Cross-entropy of real objects; one of an unknown class may be any of the real ones.

    Args:
        logits: ``(B, K + 1)``.
        classes: ``(B,)`` int64 indices of ``models.voin.classes.CLASSES``; 0 is unknown.
    """
    every = torch.log_softmax(logits.float(), 1)
    named = every.gather(1, (classes - 1).clamp(min=0)[:, None])[:, 0]
    any_real = torch.logsumexp(every[:, :FAKE], 1)
    return -torch.where(classes > 0, named, any_real).mean()


def fake_loss(logits: Tensor) -> Tensor:
    """Cross-entropy of painted objects towards the class K + 1."""
    target = torch.full((logits.shape[0],), FAKE, dtype=torch.int64, device=logits.device)
    return functional.cross_entropy(logits.float(), target)


def discriminators_loss(
    real_patches: Tensor, fake_patches: Tensor, real_logits: Tensor, fake_logits: Tensor, classes: Tensor
) -> dict[str, Tensor]:
    """Equation 9, its four terms in two: of D_p (hinge) and of D_cls (cross-entropies).

    Args:
        real_patches: D_p's scores of the truth.
        fake_patches: of the output, detached from the generator.
        real_logits: ``(B, K + 1)``, D_cls's of the truth.
        fake_logits: of the output, detached.
        classes: ``(B,)``, y.
    """
    return {
        "patches": discriminator_loss(real_patches, fake_patches, "hinge"),
        "classes": class_loss(real_logits, classes) + fake_loss(fake_logits),
    }


def generators_loss(fake_patches: Tensor, fake_logits: Tensor, classes: Tensor) -> dict[str, Tensor]:
    """Equation 10: of D_p, and of D_cls, which should take the output for what it shows."""
    return {"patches": generator_loss(fake_patches, "hinge"), "classes": class_loss(fake_logits, classes)}


def total_loss(
    shape: Tensor, flow: Tensor, appearance: Tensor, *, flow_weight: float = 1.0, appearance_weight: float = 1.0
) -> Tensor:
    """Equation 13: L_shape + lambda_flow L_flow + lambda_app L_app."""
    return shape + flow_weight * flow + appearance_weight * appearance
