"""The inpainting network on the engine's guesses: what patches painted, gone over once before it is carried along.

The network whose base is patches (``models.inpainting.generator``) softens their seams and joins their colours. A guess
is made about once a second at most and moves with the background from then on, so that this costs next to nothing.

In ``live`` only: ``final`` guesses what no frame of the whole clip shows, and there it changed nothing. It is off as
long as the refinement network that ships was trained without it (``VornetSettings.polish``).
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from models.devices import Placement, place
from models.inpainting.generator import STRIDE, InpaintingGenerator
from models.propagation.picture import BoolMask


class GuessPolish:
    """A ``models.propagation.guess.Polish``.

    Args:
        generator: with its weights, on the base of patches; it is moved to the placement.
        placement: where, and how precisely.
    """

    def __init__(self, generator: InpaintingGenerator, placement: Placement) -> None:
        assert generator.base == "patches"
        self._placement = placement
        # mypy knows no overload of ``to`` for a layout alone.
        self._generator = generator.eval().to(placement.device, placement.dtype).to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def __call__(self, filled: NDArray[np.uint8], hole: BoolMask) -> NDArray[np.uint8]:
        """The picture ``(H, W, 3)`` uint8 RGB with the network's answer in its hole ``(H, W)`` bool; any size.

        Where a graphics card has no room for it, it goes on on the CPU: a guess is rare.
        """
        try:
            return self._polished(filled, hole)
        except torch.cuda.OutOfMemoryError:
            if self._placement.device == "cpu":
                raise
        self._settle(place("cpu"))
        return self._polished(filled, hole)

    def _settle(self, placement: Placement) -> None:
        self._placement = placement
        self._generator.to(placement.device, placement.dtype)
        torch.cuda.empty_cache()

    def _polished(self, filled: NDArray[np.uint8], hole: BoolMask) -> NDArray[np.uint8]:
        height, width = hole.shape
        beyond = (0, -width % STRIDE, 0, -height % STRIDE)
        with torch.inference_mode():
            picture = torch.from_numpy(np.ascontiguousarray(filled)).to(self._placement.device)
            picture = functional.pad(picture.permute(2, 0, 1)[None].float() / 255, beyond, mode="replicate")
            marked = functional.pad(torch.from_numpy(hole)[None, None].float(), beyond).to(picture.device)
            answer = self._generator(picture, marked).fine[0, :, :height, :width].clamp(0, 1)
            colours = (answer * 255).round().to(torch.uint8).permute(1, 2, 0).cpu().numpy()
        return np.where(hole[..., None], colours, filled)
