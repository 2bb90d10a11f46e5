"""The image candidate: the generative network on what no frame has shown, asked once and carried along from then on.

It is the expensive part, and a new guess in every frame would flicker: it is asked where something unknown appears;
what it said moves with the background.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from models.devices import Placement
from models.inpainting.generator import STRIDE, InpaintingGenerator
from models.vornet.sampling import warp

_WORTH_IT = 0.02
"""Share of the hole that must be new and unknown before the network is asked."""


@dataclass(frozen=True, slots=True)
class Guess:
    """The image candidate of a frame.

    Attributes:
        picture: ``(1, 3, H, W)`` float32 RGB in 0..1.
        where: ``(1, 1, H, W)`` float32, 1 where it says something.
    """

    picture: Tensor
    where: Tensor

    def to(self, device: str) -> Guess:
        """The same on another device."""
        return Guess(self.picture.to(device), self.where.to(device))


class PatchImageFill:
    """Patch-based filling as an image candidate ("it could be any model", section 3.2).

    Args:
        seed: of its search.
    """

    def __init__(self, seed: int = 7) -> None:
        self._seed = seed

    def fill(self, picture: Tensor, hole: Tensor) -> Tensor:
        """The hole ``(1, 1, H, W)`` of ``picture`` ``(1, 3, H, W)`` RGB in 0..1 filled; the rest as it is."""
        from models.inpainting.patch_fill import patch_fill

        missing = hole[0, 0].cpu().numpy() > 0.5
        view = (picture[0].permute(1, 2, 0).cpu().numpy() * 255).round().astype(np.uint8)
        filled = np.full_like(view, 128) if missing.all() else patch_fill(view, missing, seed=self._seed)
        answer = torch.from_numpy(filled).permute(2, 0, 1)[None].float() / 255
        return torch.lerp(picture, answer.to(picture.device), hole)


class Inpainter:
    """Keeps an image candidate up to date.

    Args:
        generator: with its weights; it is moved to the placement.
        placement: where, and how precisely.
    """

    def __init__(self, generator: InpaintingGenerator, placement: Placement) -> None:
        self._generator = generator.eval().to(placement.device, placement.dtype)
        self._base = PatchImageFill() if generator.base == "patches" else None

    def move(self, placement: Placement) -> None:
        """Runs elsewhere from now on."""
        self._generator.to(placement.device, placement.dtype)

    def fill(self, picture: Tensor, hole: Tensor) -> Tensor:
        """The network's answer in the hole ``(1, 1, H, W)``, ``picture`` ``(1, 3, H, W)`` elsewhere; any size."""
        if self._base is not None:
            picture = self._base.fill(picture, hole)
        height, width = picture.shape[-2:]
        beyond = (0, -width % STRIDE, 0, -height % STRIDE)
        grown = functional.pad(picture, beyond, mode="replicate")
        marked = functional.pad(hole, beyond)
        answer: Tensor = self._generator(grown, marked).fine[..., :height, :width].float().clamp(0, 1)
        return torch.lerp(picture, answer, hole)

    def update(
        self, last: Guess | None, grid: Tensor | None, propagated: Tensor, hole: Tensor, unknown: Tensor
    ) -> Guess | None:
        """The image candidate of a frame.

        Args:
            last: the last frame's.
            grid: ``(1, H, W, 2)`` into the last frame's crop.
            propagated: ``(1, 3, H, W)``: what is known; guesses of the engine without networks in the rest.
            hole: ``(1, 1, H, W)``, 0 or 1.
            unknown: ``(1, 1, H, W)``, 1 where no frame has shown anything.

        Returns:
            None while there is none: too little is unknown.
        """
        picture, where = propagated, torch.zeros_like(unknown)
        if last is not None and grid is not None:
            where = (warp(last.where, grid, where, sharp=False) > 0.5).float() * unknown
            picture = torch.lerp(propagated, warp(last.picture, grid, propagated), where)
        missing = unknown * (1 - where)
        if float(missing.sum()) > _WORTH_IT * float(hole.sum()):
            return Guess(self.fill(picture, missing), unknown)
        return Guess(picture, where) if bool(where.any()) else None
