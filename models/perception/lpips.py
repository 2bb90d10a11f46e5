"""LPIPS 0.1 on AlexNet (Zhang et al. 2018): perceptual distance of two pictures, lower is closer.

Five feature maps of AlexNet are normalised over their channels; the squared differences are weighted by the learned
heads and averaged over the picture. Checked against the authors' code with these weights: equal to 1e-7.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.registry import LPIPS_ALEXNET
from models.weights import WeightsError, load_arrays

if TYPE_CHECKING:
    import torch

SHIFT = (-0.030, -0.088, -0.188)  # the mean and deviation of ImageNet, for pictures in -1..1
SCALE = (0.458, 0.448, 0.450)
NORM_EPSILON = 1e-10
MIN_SIDE_PX = 63  # below, the last feature map has no pixel
# Kernel, stride, padding of each convolution; a 3x3 maximum with stride 2 precedes the second and the third.
LAYERS = ((11, 4, 2), (5, 1, 2), (3, 1, 1), (3, 1, 1), (3, 1, 1))
CHANNELS = (3, 64, 192, 384, 256, 256)
POOLED_LAYERS = (1, 2)


class Lpips:
    """The distance, with weights loaded once."""

    def __init__(self, folder: Path | None = None) -> None:
        """Loads the weights; ``folder`` as in ``models.weights``.

        Raises:
            WeightsError: they are missing or not the expected ones.
        """
        import torch

        arrays = load_arrays(LPIPS_ALEXNET, folder)
        self._kernels: list[torch.Tensor] = []
        self._biases: list[torch.Tensor] = []
        self._heads: list[torch.Tensor] = []
        for layer, (kernel, _, _) in enumerate(LAYERS):
            before, after = CHANNELS[layer], CHANNELS[layer + 1]
            weight = _take(arrays, f"AlexNet_0/Conv_{layer}/kernel", (kernel, kernel, before, after))
            self._kernels.append(torch.from_numpy(np.ascontiguousarray(weight.transpose(3, 2, 0, 1))))
            self._biases.append(torch.from_numpy(_take(arrays, f"AlexNet_0/Conv_{layer}/bias", (after,))))
            head = _take(arrays, f"NetLinLayer_{layer}/Conv_0/kernel", (1, 1, after, 1))
            self._heads.append(torch.from_numpy(head.reshape(1, after, 1, 1)))
        if arrays:
            raise WeightsError(f"The weights {LPIPS_ALEXNET.name} hold unknown arrays: {', '.join(sorted(arrays))}.")

    def to(self, device: torch.device | str) -> Lpips:
        """Moves the weights; returns itself."""
        self._kernels, self._biases, self._heads = (
            [tensor.to(device) for tensor in tensors] for tensors in (self._kernels, self._biases, self._heads)
        )
        return self

    def maps(self, pictures: torch.Tensor) -> list[torch.Tensor]:
        """Normalised feature maps ``(B, C, h, w)`` of ``(B, 3, H, W)`` RGB in 0..1; differentiable."""
        from torch.nn import functional

        shift, scale = (pictures.new_tensor(values).view(1, 3, 1, 1) for values in (SHIFT, SCALE))
        maps, current = [], (pictures * 2 - 1 - shift) / scale
        for layer, (_, stride, padding) in enumerate(LAYERS):
            if layer in POOLED_LAYERS:
                current = functional.max_pool2d(current, 3, 2)
            current = functional.conv2d(current, self._kernels[layer], self._biases[layer], stride, padding).relu()
            # The small number keeps the root's gradient finite where all channels are zero.
            norm = (current.float().square().sum(dim=1, keepdim=True) + NORM_EPSILON**2).sqrt()
            maps.append(current / (norm + NORM_EPSILON))
        return maps

    def apart(self, first: Sequence[torch.Tensor], second: Sequence[torch.Tensor]) -> torch.Tensor:
        """``(B,)`` distances of two results of ``maps``; differentiable."""
        return sum(  # type: ignore[return-value]  # sum() starts at 0, but there are five maps
            ((a - b).square() * head).sum(dim=1).mean(dim=(1, 2))
            for a, b, head in zip(first, second, self._heads, strict=True)
        )

    def distance(self, first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
        """``(B,)`` distances of pictures ``(B, 3, H, W)`` RGB in 0..1, sides of 63 or more; differentiable."""
        return self.apart(self.maps(first), self.maps(second))

    def features(self, pictures: NDArray[np.uint8] | NDArray[np.float32]) -> list[torch.Tensor]:
        """Normalised feature maps ``(B, C, h, w)`` of ``(B, H, W, 3)`` RGB pictures, uint8 or float32 in 0..255."""
        import torch

        with torch.inference_mode():
            return self.maps(torch.from_numpy(np.ascontiguousarray(pictures.transpose(0, 3, 1, 2))).float() / 255)

    def compare(self, first: Sequence[torch.Tensor], second: Sequence[torch.Tensor]) -> NDArray[np.float64]:
        """``(B,)`` distances of two results of ``features``."""
        import torch

        with torch.inference_mode():
            return np.asarray(self.apart(first, second).numpy(), np.float64)

    def __call__(
        self,
        first: NDArray[np.uint8] | NDArray[np.float32],
        second: NDArray[np.uint8] | NDArray[np.float32],
    ) -> NDArray[np.float64]:
        """``(B,)`` distances of two batches ``(B, H, W, 3)`` RGB, uint8 or float32 in 0..255, sides of 63 or more."""
        return self.compare(self.features(first), self.features(second))


def _take(arrays: dict[str, NDArray[np.float32]], name: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Removes one array from ``arrays`` and checks its shape."""
    array = arrays.pop(name, None)
    if array is None or array.shape != shape:
        found = "nothing" if array is None else str(array.shape)
        raise WeightsError(f"The weights {LPIPS_ALEXNET.name} have {found} at {name} where {shape} belongs.")
    return array
