"""Runs the refinement network on a device: pinned uploads, half precision, CUDA graphs.

A graph is captured for each pair of crop sizes (this frame's, the last one's): a small recurrent network spends more
time on starting its kernels than in them. The first frame of a shot, which has no past, runs without.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.devices import Placement
from models.vornet.convlstm import LstmState
from models.vornet.refinement import RefinementNetwork
from models.vornet.rollout import refine_step

Values = NDArray[np.float32]
_WARM_UP_RUNS = 3


@dataclass(frozen=True, slots=True)
class Past:
    """What the last frame left on the device.

    Attributes:
        picture: ``(1, 3, h, w)`` float32, the last output, clamped to 0..1.
        state: the LSTM's; None where the networks were skipped.
    """

    picture: Tensor
    state: LstmState | None

    def to(self, device: str) -> Past:
        """The same on another device."""
        state = self.state
        if state is not None:
            state = LstmState(state.hidden.to(device), state.cell.to(device))
        return Past(self.picture.to(device), state)


@dataclass(frozen=True, slots=True)
class Step:
    """What a frame's refinement takes, as numpy arrays at the crop's size.

    Attributes:
        propagated: ``(H, W, 3)`` float32 RGB in 0..1.
        inpainted: the same, or None for the propagated one.
        conditions: ``(H, W, 4)`` float32: hole, seen, guessed, risk.
        grid: ``(H, W, 2)`` float32 into the last crop; None without a past.
    """

    propagated: Values
    inpainted: Values | None
    conditions: Values
    grid: Values | None


class StepRunner:
    """The residual head, a frame at a time.

    Args:
        network: with its weights; it is moved to the placement.
        placement: where, and how precisely.
        graphs: whether to capture CUDA graphs (on a GPU only).
    """

    def __init__(self, network: RefinementNetwork, placement: Placement, *, graphs: bool = True) -> None:
        self.placement = placement
        self._network = network.eval().to(placement.device, placement.dtype).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._graphs = graphs and placement.device == "cuda"
        self._captured: dict[tuple[torch.Size, ...], BufferedStep] = {}

    def release_graphs(self) -> bool:
        """Gives back what captured graphs hold, and captures none from now on; whether there was anything to give."""
        had = self._graphs
        self._graphs = False
        self._captured.clear()
        return had

    def move(self, placement: Placement) -> None:
        """Runs elsewhere from now on; what a frame left behind must be moved along (``Past.to``)."""
        self.release_graphs()
        self.placement = placement
        self._network.to(placement.device, placement.dtype)

    def upload(self, array: Values) -> Tensor:
        """``(H, W, C)`` to ``(1, C, H, W)`` float32 on the device, through pinned memory where that helps."""
        if self.placement.device == "cpu":
            # Planes one after another: arithmetic on mixed layouts takes several times as long.
            return torch.from_numpy(np.ascontiguousarray(array)).permute(2, 0, 1)[None].contiguous()
        # A buffer of its own each time: one that is used again could be overwritten before it has been copied.
        staged = torch.from_numpy(np.ascontiguousarray(array)).pin_memory()
        return staged.to(self.placement.device, non_blocking=True).permute(2, 0, 1)[None]

    def grid(self, array: Values) -> Tensor:
        """``(H, W, 2)`` to ``(1, H, W, 2)`` float32 on the device."""
        if self.placement.device == "cpu":
            return torch.from_numpy(np.ascontiguousarray(array))[None]
        return self.upload(array).permute(0, 2, 3, 1)

    def run(self, step: Step, past: Past | None) -> tuple[Values, Past]:
        """The refined crop ``(H, W, 3)`` float32 RGB (not clamped), and what the next frame needs."""
        with torch.inference_mode():
            propagated, conditions = self.upload(step.propagated), self.upload(step.conditions)
            inpainted = propagated if step.inpainted is None else self.upload(step.inpainted)
            if past is None or step.grid is None:
                refined = refine_step(self._network, propagated, inpainted, conditions, None)
                picture, state = refined.picture, refined.state
            else:
                grid = self.grid(step.grid)
                picture, state = self._with_past(propagated, inpainted, conditions, past, grid)
            answer = picture[0].permute(1, 2, 0).contiguous().cpu().numpy()
            return answer, Past(picture.clamp(0, 1), state)

    def skipped(self, propagated: Values) -> Past:
        """What a frame leaves whose output is the propagated crop ``(H, W, 3)`` itself."""
        with torch.inference_mode():
            return Past(self.upload(propagated).clone(), None)

    def _with_past(
        self, propagated: Tensor, inpainted: Tensor, conditions: Tensor, past: Past, grid: Tensor
    ) -> tuple[Tensor, LstmState]:
        if not self._graphs or past.state is None:
            refined = refine_step(self._network, propagated, inpainted, conditions, (past.picture, grid, past.state))
            return refined.picture, refined.state
        inputs = (propagated, inpainted, conditions, grid, past.picture, past.state.hidden, past.state.cell)
        shapes = tuple(tensor.shape for tensor in inputs)
        if shapes not in self._captured:
            self._captured[shapes] = BufferedStep(self._network, inputs, capture=True)
        return self._captured[shapes](inputs)


class BufferedStep:
    """A refinement step on buffers of its own, which a CUDA graph needs.

    Args:
        network: on its device.
        inputs: propagated, inpainted, conditions, grid, last picture, last hidden, last cell: their shapes and types.
        capture: whether to capture a graph; without, the same is computed from the same buffers.
    """

    def __init__(self, network: RefinementNetwork, inputs: tuple[Tensor, ...], *, capture: bool) -> None:
        self._network = network
        self._inputs = tuple(tensor.clone() for tensor in inputs)
        self._graph: torch.cuda.CUDAGraph | None = None
        if not capture:
            return
        side = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(_WARM_UP_RUNS):
                self._compute()
        torch.cuda.current_stream().wait_stream(side)
        self._graph = torch.cuda.CUDAGraph()
        # Other threads (a click's network, say) may take memory of the card meanwhile: by default that is an error.
        with torch.cuda.graph(self._graph, capture_error_mode="thread_local"):
            self._outputs = self._compute()

    def _compute(self) -> tuple[Tensor, Tensor, Tensor]:
        propagated, inpainted, conditions, grid, picture, hidden, cell = self._inputs
        refined = refine_step(
            self._network, propagated, inpainted, conditions, (picture, grid, LstmState(hidden, cell))
        )
        return refined.picture, refined.state.hidden, refined.state.cell

    def __call__(self, inputs: tuple[Tensor, ...]) -> tuple[Tensor, LstmState]:
        """The picture and the state of one step; new tensors."""
        for buffer, tensor in zip(self._inputs, inputs, strict=True):
            buffer.copy_(tensor)
        if self._graph is None:
            self._outputs = self._compute()
        else:
            self._graph.replay()
        picture, hidden, cell = (tensor.clone() for tensor in self._outputs)
        return picture, LstmState(hidden, cell)
