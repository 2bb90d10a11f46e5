"""The occlusion-aware temporal shift (VOIN section 3.3.1, equations 3 to 5): the generator's convolution.

A share of the channels comes from the frames before and after (temporal shift, Lin et al. 2019; the paper asks for a
larger reach n than theirs, and does not give it). A gate, made of the features and of two masks (what is hidden, and
the whole object), says where a feature counts.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.voin.starts import GATED_GAIN, PLAIN_GAIN, start

REACH = 2
"""The paper's n: frames to either side that a layer sees."""
SHIFTED = 0.5
"""Share of the channels that come from other frames."""


def shift_in_time(features: Tensor, reach: int = REACH, shifted: float = SHIFTED) -> Tensor:
    """TSM(I_{t-n}, ..., I_{t+n}) of equation 4: some channels of the neighbours in place of a frame's own.

    Args:
        features: ``(B, T, C, h, w)``.
        reach: n.
        shifted: share of the channels, divided equally among the 2n neighbours (rounded down; the rest stays).

    Returns:
        The same shape; channels whose frame lies outside the window are zero.
    """
    frames, channels = features.shape[1:3]
    group = int(channels * shifted) // (2 * reach)
    if group == 0:
        return features
    parts = []
    offsets = [offset for step in range(1, reach + 1) for offset in (-step, step)]
    for number, offset in enumerate(offsets):
        part = features[:, :, number * group : (number + 1) * group]
        if abs(offset) >= frames:
            parts.append(torch.zeros_like(part))
            continue
        empty = part.new_zeros(part.shape[0], abs(offset), *part.shape[2:])
        # Frame t gets what frame t + offset has.
        parts.append(torch.cat([part[:, offset:], empty] if offset > 0 else [empty, part[:, :offset]], 1))
    return torch.cat([*parts, features[:, :, len(offsets) * group :]], 2)


class OcclusionGate(nn.Module):
    """Equation 3: W_g * I_t + f(M_occ, M), the logits of a gate.

    Args:
        before: channels of the features that come in.
        after: channels of what is gated.
        masks: hidden channels of f, two convolutions over both masks; 0 leaves the masks out (Table 4's baseline).
        kernel, stride, dilation: of W_g, as of the convolution that is gated.
    """

    def __init__(
        self, before: int, after: int, *, masks: int = 8, kernel: int = 3, stride: int = 1, dilation: int = 1
    ) -> None:
        super().__init__()
        self.features = nn.Conv2d(before, after, kernel, stride, dilation * (kernel - 1) // 2, dilation)
        self.masks: nn.Sequential | None = None
        if masks:
            self.masks = nn.Sequential(
                nn.Conv2d(2, masks, 3, padding=1), nn.LeakyReLU(0.2), nn.Conv2d(masks, after, 3, padding=1)
            )

    def forward(self, features: Tensor, hidden: Tensor, amodal: Tensor) -> Tensor:
        """Logits ``(N, after, h, w)`` for features ``(N, before, .., ..)`` and both masks ``(N, 1, S, S)``."""
        logits: Tensor = self.features(features)
        if self.masks is not None:
            size = (int(logits.shape[-2]), int(logits.shape[-1]))
            masks = functional.adaptive_avg_pool2d(torch.cat([hidden, amodal], 1), size)
            logits = logits + self.masks(masks.to(logits.dtype))
        return logits


class GatedShift(nn.Module):
    """Equation 5: sigmoid(gate) * relu(W_f * TSM(I)); leaky, as the network that the paper builds on has it.

    Args:
        before: channels that come in.
        after: channels that go out.
        kernel, stride, dilation: of the convolutions.
        masks: as in ``OcclusionGate``.
        reach: n of equation 4; 0 looks at one frame alone.
    """

    def __init__(
        self,
        before: int,
        after: int,
        *,
        kernel: int = 3,
        stride: int = 1,
        dilation: int = 1,
        masks: int = 8,
        reach: int = REACH,
    ) -> None:
        super().__init__()
        self.reach = reach
        padding = dilation * (kernel - 1) // 2
        self.convolution = nn.Conv2d(before, after, kernel, stride, padding, dilation)
        self.gate = OcclusionGate(before, after, masks=masks, kernel=kernel, stride=stride, dilation=dilation)
        start(self.convolution, GATED_GAIN)
        start(self.gate.features, PLAIN_GAIN)

    def forward(self, features: Tensor, hidden: Tensor, amodal: Tensor, frames: int) -> Tensor:
        """``(B * T, after, h, w)``.

        Args:
            features: ``(B * T, before, H, W)``, the frames of a window one after another.
            hidden: ``(B * T, 1, S, S)``, M_occ.
            amodal: ``(B * T, 1, S, S)``, M.
            frames: T.
        """
        shifted = features
        if self.reach:
            window = features.reshape(-1, frames, *features.shape[1:])
            shifted = shift_in_time(window, self.reach).flatten(0, 1)
        answer = functional.leaky_relu(self.convolution(shifted), 0.2)
        # The gate is not shifted: it judges the frame itself (as LGTSM has it).
        return torch.sigmoid(self.gate(features, hidden, amodal)) * answer
