"""RAFT-small (Teed and Deng 2020): recurrent optical flow over all-pairs correlations.

The layers' names are those of the authors' checkpoint, so that it loads as it is. It makes sense on a GPU only: on two
CPU cores a pair of 640x384 takes most of a second, and DIS is no worse on real footage.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

STRIDE = 8
"""Flow is found at an eighth of the pictures' size."""
RADIUS = 3
LEVELS = 4
_HIDDEN, _CONTEXT, _FEATURES = 96, 64, 128


class Bottleneck(nn.Module):
    """1x1, 3x3, 1x1 convolutions round a quarter of the channels, with a shortcut."""

    def __init__(self, before: int, after: int, stride: int, *, normalised: bool) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(before, after // 4, 1)
        self.conv2 = nn.Conv2d(after // 4, after // 4, 3, stride=stride, padding=1)
        self.conv3 = nn.Conv2d(after // 4, after, 1)
        self._normalised = normalised
        self.downsample = nn.Sequential(nn.Conv2d(before, after, 1, stride=stride)) if stride != 1 else None

    def forward(self, x: Tensor) -> Tensor:
        """``(B, before, h, w)`` to ``(B, after, h / stride, w / stride)``."""
        y = x
        for layer in (self.conv1, self.conv2, self.conv3):
            y = functional.relu(_norm(layer(y), self._normalised))
        if self.downsample is not None:
            x = _norm(self.downsample(x), self._normalised)
        return functional.relu(x + y)


class Encoder(nn.Module):
    """Features at an eighth of the size."""

    def __init__(self, outputs: int, *, normalised: bool) -> None:
        super().__init__()
        self._normalised = normalised
        self.conv1 = nn.Conv2d(3, 32, 7, stride=2, padding=3)
        self.layer1 = _stage(32, 32, 1, normalised=normalised)
        self.layer2 = _stage(32, 64, 2, normalised=normalised)
        self.layer3 = _stage(64, 96, 2, normalised=normalised)
        self.conv2 = nn.Conv2d(96, outputs, 1)

    def forward(self, picture: Tensor) -> Tensor:
        """``(B, outputs, H/8, W/8)`` of ``(B, 3, H, W)`` in -1..1."""
        x = functional.relu(_norm(self.conv1(picture), self._normalised))
        features: Tensor = self.conv2(self.layer3(self.layer2(self.layer1(x))))
        return features


class MotionEncoder(nn.Module):
    """Features of the correlations looked up and of the flow so far."""

    def __init__(self) -> None:
        super().__init__()
        self.convc1 = nn.Conv2d(LEVELS * (2 * RADIUS + 1) ** 2, 96, 1)
        self.convf1 = nn.Conv2d(2, 64, 7, padding=3)
        self.convf2 = nn.Conv2d(64, 32, 3, padding=1)
        self.conv = nn.Conv2d(128, 80, 3, padding=1)

    def forward(self, flow: Tensor, correlation: Tensor) -> Tensor:
        """``(B, 82, h, w)``."""
        looked_up = functional.relu(self.convc1(correlation))
        moved = functional.relu(self.convf2(functional.relu(self.convf1(flow))))
        return torch.cat([functional.relu(self.conv(torch.cat([looked_up, moved], 1))), flow], 1)


class ConvGru(nn.Module):
    """A convolutional gated recurrent unit."""

    def __init__(self, hidden: int, inputs: int) -> None:
        super().__init__()
        self.convz = nn.Conv2d(hidden + inputs, hidden, 3, padding=1)
        self.convr = nn.Conv2d(hidden + inputs, hidden, 3, padding=1)
        self.convq = nn.Conv2d(hidden + inputs, hidden, 3, padding=1)

    def forward(self, hidden: Tensor, inputs: Tensor) -> Tensor:
        """The new hidden features."""
        both = torch.cat([hidden, inputs], 1)
        update, keep = torch.sigmoid(self.convz(both)), torch.sigmoid(self.convr(both))
        proposed = torch.tanh(self.convq(torch.cat([keep * hidden, inputs], 1)))
        return (1 - update) * hidden + update * proposed


class FlowHead(nn.Module):
    """The flow's next correction."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(hidden, 128, 3, padding=1)
        self.conv2 = nn.Conv2d(128, 2, 3, padding=1)

    def forward(self, hidden: Tensor) -> Tensor:
        """``(B, 2, h, w)``."""
        correction: Tensor = self.conv2(functional.relu(self.conv1(hidden)))
        return correction


class UpdateBlock(nn.Module):
    """One iteration."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = MotionEncoder()
        self.gru = ConvGru(_HIDDEN, _CONTEXT + 82)
        self.flow_head = FlowHead(_HIDDEN)

    def forward(self, hidden: Tensor, context: Tensor, correlation: Tensor, flow: Tensor) -> tuple[Tensor, Tensor]:
        """The new hidden features and the flow's correction."""
        hidden = self.gru(hidden, torch.cat([context, self.encoder(flow, correlation)], 1))
        return hidden, self.flow_head(hidden)


class RaftSmall(nn.Module):
    """The whole network."""

    def __init__(self) -> None:
        super().__init__()
        self.fnet = Encoder(_FEATURES, normalised=True)
        self.cnet = Encoder(_HIDDEN + _CONTEXT, normalised=False)
        self.update_block = UpdateBlock()

    def forward(self, first: Tensor, second: Tensor, *, iterations: int = 12) -> Tensor:
        """Flow from ``first`` to ``second``.

        Args:
            first: ``(B, 3, H, W)`` RGB in -1..1; H and W multiples of 8, at least 64.
            second: the same.
            iterations: how often the flow is corrected.

        Returns:
            ``(B, 2, H, W)`` float32, dx and dy in pixels.
        """
        pyramid = correlation_pyramid(self.fnet(first).float(), self.fnet(second).float())
        hidden, context = self.cnet(first).split([_HIDDEN, _CONTEXT], 1)
        hidden, context = torch.tanh(hidden), functional.relu(context)
        start = _places(hidden)
        flow = torch.zeros_like(start)
        for _ in range(iterations):
            looked_up = look_up(pyramid, start + flow).to(hidden.dtype)
            hidden, correction = self.update_block(hidden, context, looked_up, flow.to(hidden.dtype))
            flow = flow + correction.float()
        size = (first.shape[-2], first.shape[-1])
        return STRIDE * functional.interpolate(flow, size, mode="bilinear", align_corners=True)


def correlation_pyramid(first: Tensor, second: Tensor) -> list[Tensor]:
    """Dot products of all places of ``first`` with all of ``second`` ``(B, C, h, w)``, scaled by 1 / sqrt(C).

    Returns:
        ``LEVELS`` tensors ``(B h w, 1, h / 2^k, w / 2^k)``: the second picture ever coarser.
    """
    batch, channels, height, width = first.shape
    products = torch.bmm(first.flatten(2).transpose(1, 2), second.flatten(2)) / channels**0.5
    pyramid = [products.reshape(batch * height * width, 1, height, width)]
    for _ in range(LEVELS - 1):
        pyramid.append(functional.avg_pool2d(pyramid[-1], 2))
    return pyramid


def look_up(pyramid: Sequence[Tensor], places: Tensor) -> Tensor:
    """Correlations round where each place has moved to: ``(B, LEVELS 49, h, w)``.

    Args:
        pyramid: as ``correlation_pyramid`` gives it.
        places: ``(B, 2, h, w)`` x, y in the second picture's feature map.
    """
    batch, _, height, width = places.shape
    reach = torch.arange(-RADIUS, RADIUS + 1, dtype=torch.float32, device=places.device)
    # The x offset changes slowest: the order in which the authors' weights expect the window.
    offsets = torch.stack(torch.meshgrid(reach, reach, indexing="ij"), -1)
    centres = places.permute(0, 2, 3, 1).reshape(batch * height * width, 1, 1, 2)
    found = []
    for level, products in enumerate(pyramid):
        rows, columns = products.shape[-2:]
        window = centres / 2**level + offsets
        extent = torch.tensor([max(columns - 1, 1), max(rows - 1, 1)], dtype=torch.float32, device=places.device)
        sampled = functional.grid_sample(products, window * 2 / extent - 1, mode="bilinear", align_corners=True)
        found.append(sampled.reshape(batch, height, width, -1))
    return torch.cat(found, -1).permute(0, 3, 1, 2)


def _places(features: Tensor) -> Tensor:
    """``(B, 2, h, w)`` float32 x, y of every place."""
    batch, _, height, width = features.shape
    ys, xs = torch.meshgrid(
        torch.arange(height, dtype=torch.float32, device=features.device),
        torch.arange(width, dtype=torch.float32, device=features.device),
        indexing="ij",
    )
    return torch.stack([xs, ys])[None].repeat(batch, 1, 1, 1)


def _stage(before: int, after: int, stride: int, *, normalised: bool) -> nn.Sequential:
    return nn.Sequential(
        Bottleneck(before, after, stride, normalised=normalised), Bottleneck(after, after, 1, normalised=normalised)
    )


def _norm(x: Tensor, wanted: bool) -> Tensor:
    return functional.instance_norm(x) if wanted else x
