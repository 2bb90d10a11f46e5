"""The two discriminators of VOIN in training: whom they judge, and how their steps alternate (equations 9 and 10)."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.optim import AdamW, Optimizer

from models.losses.object_appearance import discriminators_loss, generators_loss
from models.training.running.trainer import OPPONENT, step_optimizer
from models.training.voin.occlusion import Samples
from models.voin.discriminators import ClassDiscriminator, VideoPatchDiscriminator

PATCHES, CLASSES = f"{OPPONENT} patches", f"{OPPONENT} classes"
Judged = tuple[Tensor, Tensor]
"""Scores of patches, logits of classes."""


class Opponents:
    """Both discriminators.

    Args:
        width: channels of their first layers.
        attention: whether the class discriminator has its attention module (Table 4).
        device: where.
        precision: a context in which they are run.
    """

    def __init__(
        self, width: int, *, attention: bool, device: torch.device, precision: Callable[[], torch.autocast]
    ) -> None:
        self.patches = VideoPatchDiscriminator(width=width).to(device)
        self.classes = ClassDiscriminator(width=width, attention=attention).to(device)
        self._precision = precision

    @property
    def networks(self) -> dict[str, nn.Module]:
        """By the names that the trainer knows them by."""
        return {PATCHES: self.patches, CLASSES: self.classes}

    def optimizers(self, rate: float) -> dict[str, Optimizer]:
        """Adam without momentum."""
        return {
            name: AdamW(network.parameters(), rate, betas=(0.0, 0.9), weight_decay=0.0)
            for name, network in self.networks.items()
        }

    def judge(self, pictures: Tensor, samples: Samples) -> Judged:
        """Opinions on ``(B, T, 3, S, S)``."""
        with self._precision():
            scores = self.patches(pictures, samples.hidden, samples.amodal)
            return scores.float(), self.classes(pictures, samples.amodal)

    def generator_terms(self, pictures: Tensor, samples: Samples) -> dict[str, Tensor]:
        """Equation 10; gradients reach the pictures and not the discriminators."""
        for network in self.networks.values():
            network.requires_grad_(requires_grad=False)
        scores, logits = self.judge(pictures, samples)
        terms = generators_loss(scores, logits, samples.classes)
        for network in self.networks.values():
            network.requires_grad_(requires_grad=True)
        return terms

    def train(
        self, real: Tensor, fake: Tensor, samples: Samples, optimizers: dict[str, Optimizer], clip_norm: float
    ) -> dict[str, float]:
        """Equation 9: one step of each discriminator after the generator's own."""
        (real_scores, real_logits), (scores, logits) = self.judge(real, samples), self.judge(fake.detach(), samples)
        losses = discriminators_loss(real_scores, scores, real_logits, logits, samples.classes)
        figures = {}
        for name, key in ((PATCHES, "patches"), (CLASSES, "classes")):
            step_optimizer(optimizers[name], losses[key], clip_norm)
            figures[name] = float(losses[key].detach())
        return figures
