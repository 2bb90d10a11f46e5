"""The occlusion-aware gated generator (VOIN section 3.3): paints what propagation could not reach.

An encoder and decoder after LGTSM (Chang et al. 2019), every convolution an occlusion-aware temporal shift. What comes
in has the hidden part filled already, by propagation where that reached and else by the object's own colours continued
smoothly; the network adds to that, and its last layer begins at zero: untrained, its answer is what came in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.voin.gated_shift import REACH, GatedShift
from models.voin.starts import PLAIN_GAIN, start

STRIDE = 4
"""Height and width of what goes in are multiples of this."""
SHIPPED = {"width": 24, "masks": 8, "reach": REACH}
"""The size that ships: 2.7 MiB in float16."""
_DILATIONS = (2, 4, 8, 16)


@dataclass(frozen=True, slots=True)
class AppearanceInput:
    """What the generator sees of a window, and what its answer goes into.

    Attributes:
        filled: ``(B, T, 3, S, S)`` RGB in 0..1, the hidden part filled as well as it can be without a network.
        hidden: ``(B, T, 1, S, S)`` 0 to 1, M_occ: the object's hidden part.
        unreached: ``(B, T, 1, S, S)`` 0 to 1, what of it propagation did not reach: this is painted.
        amodal: ``(B, T, 1, S, S)`` 0 to 1, the whole object.
    """

    filled: Tensor
    hidden: Tensor
    unreached: Tensor
    amodal: Tensor


class AppearanceGenerator(nn.Module):
    """Paints the hidden part of an object over a window of frames.

    Args:
        width: channels of the first layer.
        masks: hidden channels of each gate's mask branch; 0 for gates that know no masks (Table 4).
        reach: frames to either side that a layer sees.
        side_px: of the squares that it was trained on: what it is shown should have that size.
    """

    def __init__(self, *, width: int = 24, masks: int = 8, reach: int = REACH, side_px: int = 128) -> None:
        super().__init__()
        self.side_px = side_px
        c = self.width = width
        self.masks, self.reach = masks, reach

        def layer(before: int, after: int, **how: int) -> GatedShift:
            return GatedShift(before, after, masks=masks, reach=reach, **how)

        self.encoder = nn.ModuleList(
            [
                layer(6, c, kernel=5),
                layer(c, 2 * c, stride=2),
                layer(2 * c, 2 * c),
                layer(2 * c, 4 * c, stride=2),
            ]
        )
        self.middle = nn.ModuleList(layer(4 * c, 4 * c, dilation=dilation) for dilation in (1, *_DILATIONS, 1))
        for block in self.middle:
            assert isinstance(block, GatedShift)
            start(block.convolution, PLAIN_GAIN)  # a residual begins small
        self.to_half = nn.ModuleList([layer(4 * c, 2 * c), layer(2 * c, 2 * c)])
        self.to_full = nn.ModuleList([layer(2 * c, c)])
        # To carry on a texture takes the texture itself, sharp: a quarter of its size does not do.
        self.finish = layer(c + 6, c)
        self.last = nn.Conv2d(c, 3, 3, padding=1)
        assert self.last.bias is not None
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def config(self) -> dict[str, Any]:
        """The constructor's arguments, as JSON can hold them."""
        return {"width": self.width, "masks": self.masks, "reach": self.reach, "side_px": self.side_px}

    def forward(self, seen: AppearanceInput) -> Tensor:
        """Y before it is put in: ``(B, T, 3, S, S)`` float32 RGB, about 0..1, of the whole picture."""
        frames, side = seen.filled.shape[1], seen.filled.shape[-2:]
        assert side[0] % STRIDE == 0 and side[1] % STRIDE == 0
        filled, hidden, unreached, amodal = (
            each.flatten(0, 1) for each in (seen.filled, seen.hidden, seen.unreached, seen.amodal)
        )
        looked_at = torch.cat([filled * 2 - 1, hidden, unreached, amodal], 1)
        features = looked_at
        for block in self.encoder:
            features = block(features, unreached, amodal, frames)
        for block in self.middle:  # the residual temporal shift module
            features = features + block(features, unreached, amodal, frames)
        for stage in (self.to_half, self.to_full):
            features = functional.interpolate(features, scale_factor=2, mode="nearest")
            for block in stage:
                features = block(features, unreached, amodal, frames)
        features = self.finish(torch.cat([features, looked_at.to(features.dtype)], 1), unreached, amodal, frames)
        added: Tensor = self.last(features)
        return seen.filled.float() + added.float().view_as(seen.filled) / 2


def painted(answer: Tensor, seen: AppearanceInput) -> Tensor:
    """The completed picture ``(B, T, 3, S, S)`` in 0..1: the generator's answer where nothing else reached."""
    return torch.lerp(seen.filled.float(), answer.float().clamp(0, 1), seen.unreached.float())
