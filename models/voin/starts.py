"""How layers begin: so that what goes through many of them neither fades nor grows.

Nothing is normalised here, and with torch's own start a layer lets through less than a half: behind the fifteen gated
layers of the generator nothing would be left of a picture, and no gradient would come back.
"""

from __future__ import annotations

from torch import nn

LEAKY_GAIN = 1.92
"""What the variance of weights must make up for after a leaky ReLU (0.2) of standard normal numbers."""
GATED_GAIN = 8.5
"""The same after a leaky ReLU times a gate that is half open, some channels of the window's ends being empty."""
PLAIN_GAIN = 1.0


def start(layer: nn.Conv2d, gain: float) -> None:
    """Draws a convolution's weights so that its output has ``gain`` times its input's variance; no bias.

    Args:
        layer: a convolution with a bias.
        gain: one of the above: that of the *activation behind* the layer, so that the scale holds after it.
    """
    nn.init.normal_(layer.weight, std=(gain / layer.weight[0].numel()) ** 0.5)
    assert layer.bias is not None, "every convolution here has a bias"
    nn.init.zeros_(layer.bias)


def start_all(network: nn.Module, gain: float) -> None:
    """``start`` for every 2-D convolution of a network."""
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d):
            start(layer, gain)
