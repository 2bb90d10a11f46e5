"""RAFT-small as a ``FlowEstimator``, with the user's own copy of the authors' weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from models.devices import Placement
from models.flow.protocol import Flow
from models.flow.raft import STRIDE, RaftSmall
from models.registry import RAFT_SMALL
from models.weights import WeightsError, find_own_copy

_SMALLEST_PX = 128
"""Below, the coarsest correlations have a single place."""
_PREFIX = "module."


class RaftFlow:
    """RAFT-small behind the protocol.

    Args:
        network: with its weights; it is moved to the placement.
        placement: where, and how precisely; correlations and places stay float32.
        iterations: how often the flow is corrected.
    """

    def __init__(self, network: RaftSmall, placement: Placement, *, iterations: int = 12) -> None:
        self._network = network.eval().to(placement.device)
        self._placement, self._iterations = placement, iterations

    @staticmethod
    def load(placement: Placement, folder: Path | None = None, *, iterations: int = 12) -> RaftFlow:
        """The estimator with the official checkpoint; ``folder`` as in ``models.weights``.

        Raises:
            WeightsError: the user has no copy, or it is not the official one.
        """
        return RaftFlow(load_raft_small(folder), placement, iterations=iterations)

    def flow(self, from_view: NDArray[np.uint8], to_view: NDArray[np.uint8]) -> Flow:
        """Motion of every pixel of ``from_view``; see ``FlowEstimator.flow``."""
        if from_view.shape[:2] != to_view.shape[:2]:
            raise ValueError(
                f"flow needs two pictures of one size, not {from_view.shape[1]}x{from_view.shape[0]} and "
                f"{to_view.shape[1]}x{to_view.shape[0]}"
            )
        height, width = from_view.shape[:2]
        missing = [max(_SMALLEST_PX, -(-side // STRIDE) * STRIDE) - side for side in (width, height)]
        beyond = (missing[0] // 2, missing[0] - missing[0] // 2, missing[1] // 2, missing[1] - missing[1] // 2)
        first, second = (functional.pad(self._tensor(view), beyond, mode="replicate") for view in (from_view, to_view))
        half = self._placement.precision != "float32"
        with torch.inference_mode(), torch.autocast(self._placement.device, self._placement.dtype, enabled=half):
            found = self._network(first, second, iterations=self._iterations)
        field = found[0, :, beyond[2] : beyond[2] + height, beyond[0] : beyond[0] + width]
        return np.ascontiguousarray(field.permute(1, 2, 0).float().cpu().numpy())

    def _tensor(self, view: NDArray[np.uint8]) -> torch.Tensor:
        """``(1, 3, H, W)`` float32 in -1..1 of an RGB or grey view."""
        colours = view if view.ndim == 3 else np.repeat(view[..., None], 3, -1)
        tensor = torch.from_numpy(np.ascontiguousarray(colours)).to(self._placement.device)
        return tensor.permute(2, 0, 1)[None].float() / 127.5 - 1


def load_raft_small(folder: Path | None = None) -> RaftSmall:
    """The network with the official checkpoint.

    Raises:
        WeightsError: the user has no copy, or it is not the official one.
    """
    file = find_own_copy(RAFT_SMALL, folder)
    kept = torch.load(file, map_location="cpu", weights_only=True)
    network = RaftSmall()
    try:
        network.load_state_dict({name.removeprefix(_PREFIX): tensor for name, tensor in kept.items()})
    except (RuntimeError, AttributeError) as error:
        raise WeightsError(f"{file} does not fit RAFT-small ({error}).") from error
    return network
