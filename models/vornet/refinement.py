"""VORNet's refinement network (section 3.3, figure 4).

Three convolutions, a convolutional LSTM, three transposed convolutions, skip connections between them. The paper
leaves out channels, kernels and strides; those of the closest published relative (the blind temporal consistency
network of Lai et al. 2018, which the paper builds on) are taken, with a stride of 2 in all three convolutions: a
quarter of the work. Nothing is normalised, as there.

Two heads:

* ``paper``: the network paints the hole, from the selected candidate and the mask.
* ``residual``: a soft choice between candidates, plus a residual, without the grid that transposed convolutions leave.
  Both start at nothing: before training, and wherever training has found nothing better, the picture *is* the first
  candidate, to the bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.vornet.convlstm import ConvLstm, LstmState
from models.vornet.lattice import without_lattice

Head = Literal["paper", "residual"]

STRIDE = 8
"""Height and width of what goes in are multiples of this."""
_FIRST_CHOICE = 3.0
"""The untrained network's lean towards the first candidate (in the softmax's logits)."""
_LARGEST_RESIDUAL = 0.5
"""The residual's bound, of the range 0..1: more is never needed, and a bound keeps training calm."""


@dataclass(frozen=True, slots=True)
class Refined:
    """The network's answer for one frame.

    Attributes:
        picture: ``(B, 3, H, W)`` RGB, about 0..1 (not clamped): the first candidate outside the hole.
        weights: ``(B, N, H, W)`` the candidates' shares, summing to one; None with the paper's head.
        residual: ``(B, 3, H, W)`` what is added to the choice, before the decoder's grid is taken off the sum of both
            (``lattice.py``); None with the paper's head.
        state: what the next frame needs.
    """

    picture: Tensor
    weights: Tensor | None
    residual: Tensor | None
    state: LstmState


class RefinementNetwork(nn.Module):
    """Refines one frame's candidates.

    Args:
        head: ``residual`` or ``paper``.
        candidates: how many pictures are chosen from (the paper's head gets the one that was selected).
        conditions: planes that say something about the pixels; the first is the hole.
        width: channels of the first convolution; the second has twice, the third four times as many.
        hidden: channels of the LSTM.

    Raises:
        ValueError: an unknown head, or a number below one.
    """

    def __init__(
        self,
        *,
        head: Head = "residual",
        candidates: int = 3,
        conditions: int = 4,
        width: int = 32,
        hidden: int = 128,
    ) -> None:
        super().__init__()
        if head not in ("paper", "residual"):
            raise ValueError(f"the refinement network has no head {head!r}; it has paper and residual")
        if min(candidates, conditions, width, hidden) < 1:
            raise ValueError("a refinement network needs at least one candidate, condition and channel")
        self.head, self.candidates, self.conditions = head, candidates, conditions
        self.width, self.hidden = width, hidden
        self.encode1 = nn.Conv2d(3 * candidates + conditions, width, 5, stride=2, padding=2)
        self.encode2 = nn.Conv2d(width, 2 * width, 3, stride=2, padding=1)
        self.encode3 = nn.Conv2d(2 * width, 4 * width, 3, stride=2, padding=1)
        self.lstm = ConvLstm(inputs=4 * width, hidden=hidden)
        self.decode3 = nn.ConvTranspose2d(hidden, 2 * width, 4, stride=2, padding=1)
        self.decode2 = nn.ConvTranspose2d(4 * width, width, 4, stride=2, padding=1)
        answers = 3 if head == "paper" else 3 + candidates
        self.decode1 = nn.ConvTranspose2d(2 * width, answers, 4, stride=2, padding=1)
        lean = torch.zeros(candidates)
        lean[0] = _FIRST_CHOICE
        self.register_buffer("lean", lean, persistent=False)
        if head == "residual":
            nn.init.zeros_(self.decode1.weight)
            assert self.decode1.bias is not None
            nn.init.zeros_(self.decode1.bias)

    def config(self) -> dict[str, Any]:
        """The constructor's arguments, as JSON can hold them."""
        return {
            "head": self.head,
            "candidates": self.candidates,
            "conditions": self.conditions,
            "width": self.width,
            "hidden": self.hidden,
        }

    def forward(self, candidates: Tensor, conditions: Tensor, state: LstmState | None = None) -> Refined:
        """Refines a frame.

        Args:
            candidates: ``(B, N, 3, H, W)`` RGB in 0..1, each the frame itself outside the hole.
            conditions: ``(B, C, H, W)`` float in 0..1; plane 0 is the hole.
            state: from the frame before; None at the start of a shot.
        """
        batch, count, _, height, width = candidates.shape
        assert count == self.candidates and conditions.shape[1] == self.conditions
        assert height % STRIDE == 0 and width % STRIDE == 0
        seen = torch.cat([candidates.reshape(batch, 3 * count, height, width) * 2 - 1, conditions], 1)
        seen = seen.to(self.encode1.weight.dtype)  # half precision without autocast, which converts weights every time
        half = functional.leaky_relu(self.encode1(seen), 0.2)  # (B, width, H/2, W/2)
        quarter = functional.leaky_relu(self.encode2(half), 0.2)  # (B, 2 width, H/4, W/4)
        eighth = functional.leaky_relu(self.encode3(quarter), 0.2)  # (B, 4 width, H/8, W/8)
        state = self.lstm(eighth, state)
        up = functional.leaky_relu(self.decode3(state.hidden), 0.2)  # (B, 2 width, H/4, W/4)
        up = functional.leaky_relu(self.decode2(torch.cat([up, quarter], 1)), 0.2)  # (B, width, H/2, W/2)
        answer = self.decode1(torch.cat([up, half], 1)).float()  # (B, 3 [+ N], H, W)
        answer = answer.contiguous()  # channels-last, tanh of a few channels of it takes four times as long on a CPU
        hole = conditions[:, :1].float()
        if self.head == "paper":
            painted = torch.tanh(answer) / 2 + 0.5
            return Refined(torch.lerp(candidates[:, 0].float(), painted, hole), None, None, state)
        weights, residual = self._choice(answer)
        others = candidates[:, 1:].float() - candidates[:, :1].float()
        correction = (weights[:, 1:, None] * others).sum(1) + residual
        correction = without_lattice(correction, hole, STRIDE)
        return Refined(candidates[:, 0].float() + hole * correction, weights, residual, state)

    def _choice(self, answer: Tensor) -> tuple[Tensor, Tensor]:
        """The candidates' shares and the residual.

        What the softmax gives the other candidates before training is taken off, so that they start at exactly zero
        and yet with a gradient; a share may therefore lie a little below zero.
        """
        lean = self.get_buffer("lean").float().view(1, -1, 1, 1)  # a half would not take off exactly what it gives
        start = torch.softmax(lean, 1)
        shares = (torch.softmax(answer[:, 3:] + lean, 1) - start)[:, 1:] / (1 - start[:, 1:])
        weights = torch.cat([1 - shares.sum(1, keepdim=True), shares], 1)
        return weights, _LARGEST_RESIDUAL * torch.tanh(answer[:, :3])
