"""Object flow completion (VOIN section 3.2): a residual U-Net over the initial flow.

O = O_initial + phi(x): the last layer begins at zero, so that the untrained answer is the initial flow, which is the
visible object's own shift behind its occluder (``evidence``), and what was measured elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.voin.starts import LEAKY_GAIN, start_all

FLOW_SCALE_PX = 8.0
"""Flows are divided by this on their way in and multiplied on their way out."""
_CONDITIONS = 2 * 3 + 2 + 3
SHIPPED = {"widths": (16, 32, 64, 112), "guided": True}
"""The size that ships: 0.8 MiB in float16."""


@dataclass(frozen=True, slots=True)
class FlowInput:
    """What the network sees of a pair of neighbours, one way.

    Attributes:
        here: ``(B, 3, S, S)`` RGB in 0..1, the frame that the flow starts from.
        there: ``(B, 3, S, S)``, the neighbour.
        flow: ``(B, 2, S, S)`` the initial flow in pixels, dx then dy.
        visible: ``(B, 1, S, S)`` 0 or 1, the visible mask in ``here``.
        amodal: ``(B, 1, S, S)`` 0 to 1, the amodal mask in ``here``.
        amodal_there: ``(B, 1, S, S)`` 0 to 1, the amodal mask in ``there``.
    """

    here: Tensor
    there: Tensor
    flow: Tensor
    visible: Tensor
    amodal: Tensor
    amodal_there: Tensor


class FlowNetwork(nn.Module):
    """Completes an object's flow behind its occluder.

    Args:
        widths: channels of each level, the full size first.
        guided: whether the amodal masks are looked at (Table 3 has both).
        side_px: of the squares that it was trained on: what it is shown should have that size.
    """

    def __init__(self, *, widths: tuple[int, ...] = (16, 32, 64, 112), guided: bool = True, side_px: int = 128) -> None:
        super().__init__()
        self.side_px = side_px
        self.widths, self.guided = tuple(widths), guided
        before = _CONDITIONS
        down, up = [], []
        for width in self.widths:
            down.append(_double(before, width))
            before = width
        for width in reversed(self.widths[:-1]):
            up.append(_double(before + width, width))
            before = width
        self.down, self.up = nn.ModuleList(down), nn.ModuleList(up)
        start_all(self, LEAKY_GAIN)
        self.residual = nn.Conv2d(before, 2, 3, padding=1)
        nn.init.zeros_(self.residual.weight)
        assert self.residual.bias is not None
        nn.init.zeros_(self.residual.bias)

    @property
    def multiple(self) -> int:
        """Height and width of what goes in are multiples of this."""
        return int(2 ** (len(self.widths) - 1))

    def config(self) -> dict[str, Any]:
        """The constructor's arguments, as JSON can hold them."""
        return {"widths": list(self.widths), "guided": self.guided, "side_px": self.side_px}

    def forward(self, seen: FlowInput) -> Tensor:
        """The completed flow ``(B, 2, S, S)`` float32 in pixels."""
        assert seen.flow.shape[-2] % self.multiple == 0 and seen.flow.shape[-1] % self.multiple == 0
        guide = 1.0 if self.guided else 0.0
        masks = [seen.visible, seen.amodal * guide, seen.amodal_there * guide]
        features = torch.cat([seen.here * 2 - 1, seen.there * 2 - 1, seen.flow / FLOW_SCALE_PX, *masks], 1)
        kept: list[Tensor] = []
        for level, block in enumerate(self.down):
            features = block(functional.avg_pool2d(features, 2) if level else features)
            kept.append(features)
        kept.pop()
        for block in self.up:
            larger = functional.interpolate(features, scale_factor=2, mode="bilinear", align_corners=False)
            features = block(torch.cat([larger, kept.pop()], 1))
        residual: Tensor = self.residual(features)
        return seen.flow.float() + residual.float() * FLOW_SCALE_PX


def _double(before: int, after: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(before, after, 3, padding=1),
        nn.LeakyReLU(0.1),
        nn.Conv2d(after, after, 3, padding=1),
        nn.LeakyReLU(0.1),
    )
