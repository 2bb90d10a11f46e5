"""The overall loss (VORNet equation 5)."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True, slots=True)
class LossWeights:
    """The lambdas of equation 5, as the paper sets them (section 4.2).

    Attributes:
        reconstruction: of the spatially discounted L1.
        perceptual: of the VGG loss.
        spatial: of the PatchGAN's.
        temporal: of the temporal discriminator's.
    """

    reconstruction: float = 1.0
    perceptual: float = 1.0
    spatial: float = 1.0
    temporal: float = 0.01

    def total(
        self,
        reconstruction: Tensor,
        perceptual: Tensor | None = None,
        spatial: Tensor | None = None,
        temporal: Tensor | None = None,
    ) -> Tensor:
        """Equation 5; a term that is None is left out (the rows of the paper's table 2)."""
        loss = self.reconstruction * reconstruction
        terms = ((self.perceptual, perceptual), (self.spatial, spatial), (self.temporal, temporal))
        for weight, term in terms:
            if term is not None:
                loss = loss + weight * term
        return loss
