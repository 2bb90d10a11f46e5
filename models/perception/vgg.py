"""VGG16 up to relu3_3 (Simonyan and Zisserman 2015): the features of VORNet's perceptual loss (section 3.4)."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from models.registry import VGG16
from models.weights import WeightsError, load_arrays

MEAN = (0.485, 0.456, 0.406)  # of ImageNet, for pictures in 0..1
DEVIATION = (0.229, 0.224, 0.225)
CHANNELS = (3, 64, 64, 128, 128, 256, 256, 256)
POOLED_LAYERS = (2, 4)
"""A 2x2 maximum precedes these convolutions."""


class VggFeatures(nn.Module):
    """Feature map of relu3_3, at a quarter of the picture's size; its weights are never trained."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Conv2d(before, after, 3, padding=1) for before, after in itertools.pairwise(CHANNELS)
        )
        self.register_buffer("mean", torch.tensor(MEAN).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("deviation", torch.tensor(DEVIATION).view(1, 3, 1, 1), persistent=False)
        self.requires_grad_(requires_grad=False)

    @staticmethod
    def load(folder: Path | None = None) -> VggFeatures:
        """The network with its weights; ``folder`` as in ``models.weights``.

        Raises:
            WeightsError: the weights are missing or not the expected ones.
        """
        arrays, features = load_arrays(VGG16, folder), VggFeatures()
        for number, layer in enumerate(features.layers):
            assert isinstance(layer, nn.Conv2d) and layer.bias is not None
            kernel, bias = (arrays.pop(f"VGG16_0/Conv_{number}/{part}", None) for part in ("kernel", "bias"))
            shape = (3, 3, layer.in_channels, layer.out_channels)
            if kernel is None or bias is None or kernel.shape != shape or bias.shape != shape[-1:]:
                raise WeightsError(f"The weights {VGG16.name} have no convolution {number} of shape {shape}.")
            layer.weight.copy_(torch.from_numpy(np.ascontiguousarray(kernel.transpose(3, 2, 0, 1), np.float32)))
            layer.bias.copy_(torch.from_numpy(bias.astype(np.float32)))
        return features

    def forward(self, pictures: Tensor) -> Tensor:
        """``(B, 256, H/4, W/4)`` of ``(B, 3, H, W)`` RGB in 0..1, sides of 4 or more."""
        current = (pictures - self.get_buffer("mean")) / self.get_buffer("deviation")
        for number, layer in enumerate(self.layers):
            if number in POOLED_LAYERS:
                current = functional.max_pool2d(current, 2)
            current = functional.relu(layer(current))
        return current
