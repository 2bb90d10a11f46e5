"""A convolutional LSTM cell (Shi et al. 2015; VORNet section 3.3): what carries features from frame to frame."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from models.vornet.sampling import warp


@dataclass(frozen=True, slots=True)
class LstmState:
    """What the cell remembers.

    Attributes:
        hidden: ``(B, C, h, w)``, what it answered last.
        cell: ``(B, C, h, w)`` float32, its memory.
    """

    hidden: Tensor
    cell: Tensor

    def warped(self, grid: Tensor, stride: int = 8) -> LstmState:
        """The state as the camera sees it one frame later; zero where nothing was remembered.

        Args:
            grid: ``(B, H, W, 2)`` from the new picture into the old one, as ``sampling.flow_grid`` gives it.
            stride: pixels of the picture in one place of the state; the result is ``(B, C, H / stride, W / stride)``.
        """
        size = (grid.shape[1] // stride, grid.shape[2] // stride)
        coarse = nn.functional.interpolate(grid.movedim(-1, 1), size, mode="area").movedim(1, -1)
        nothing = self.cell.new_zeros(*self.cell.shape[:2], *size)
        hidden = warp(self.hidden.float(), coarse, nothing, sharp=False)
        return LstmState(hidden.to(self.hidden.dtype), warp(self.cell, coarse, nothing, sharp=False))

    def detached(self) -> LstmState:
        """The same values without their gradients' history."""
        return LstmState(self.hidden.detach(), self.cell.detach())


class ConvLstm(nn.Module):
    """One step of a convolutional LSTM.

    Args:
        inputs: channels of the features that come in.
        hidden: channels of what is remembered and answered.
        kernel: side of the convolution.
    """

    def __init__(self, *, inputs: int, hidden: int, kernel: int = 3) -> None:
        super().__init__()
        self.hidden = hidden
        self.gates = nn.Conv2d(inputs + hidden, 4 * hidden, kernel, padding=kernel // 2)

    def forward(self, features: Tensor, state: LstmState | None) -> LstmState:
        """The state after ``features`` ``(B, inputs, h, w)``; None starts with an empty memory."""
        if state is None:
            batch, _, height, width = features.shape
            empty = torch.zeros(batch, self.hidden, height, width, device=features.device)
            state = LstmState(empty.to(features.dtype), empty)
        gates = self.gates(torch.cat([features, state.hidden.to(features.dtype)], 1))
        enter, forget, leave, new = gates.float().chunk(4, 1)
        # The memory stays float32 under autocast: it is summed over many frames.
        cell = torch.sigmoid(forget) * state.cell + torch.sigmoid(enter) * torch.tanh(new)
        return LstmState((torch.sigmoid(leave) * torch.tanh(cell)).to(gates.dtype), cell)
