"""The inpainting network (VORNet section 3.2): the generative two-stage network of Yu et al. 2018, trained by us.

A coarse network fills the hole roughly; a fine network goes over it with two branches, one of dilated convolutions,
one with contextual attention. Layers as published; ``width`` is their channel number c.

Two bases. On ``nothing``, as published, the networks paint the hole from its surroundings. On ``patches`` the hole
comes filled with patches already and both stages add to that: untrained, the answer *is* the patch fill, and what
little training a small machine can give goes into making it better. The fine stage's last layers, ours, see that fill.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.inpainting.attention import contextual_attention

STRIDE = 8
"""Height and width of what goes in are multiples of this."""
_DILATIONS = (2, 4, 8, 16)
_ELU_GAIN = 1.55
"""What the variance of weights must make up for after an ELU of standard normal numbers."""
Base = Literal["nothing", "patches"]


@dataclass(frozen=True, slots=True)
class Inpainted:
    """The network's two answers, ``(B, 3, H, W)`` RGB, about 0..1 (not clamped), for the whole picture."""

    coarse: Tensor
    fine: Tensor


class InpaintingGenerator(nn.Module):
    """Fills a hole from its surroundings, one picture at a time.

    Args:
        width: channels of the first layers; 32 as published, 16 is a quarter of the work.
        base: what the answers are added to: ``nothing``, or the ``patches`` that the hole comes filled with.

    Raises:
        ValueError: ``width`` is not a positive even number, or there is no such base.
    """

    def __init__(self, *, width: int = 16, base: Base = "nothing") -> None:
        super().__init__()
        if width < 2 or width % 2:
            raise ValueError(f"the generator's width must be a positive even number, not {width}")
        if base not in ("nothing", "patches"):
            raise ValueError(f"the generator has no base {base!r}; it has nothing and patches")
        c = self.width = width
        self.base = base
        self.coarse = nn.Sequential(*_encoder(c), *_dilated(4 * c), *_convolutions(4 * c, 4 * c), *_decoder(4 * c, c))
        self.hallucinate = nn.Sequential(*_encoder(c, slow=True), *_dilated(4 * c))
        self.attend_before = nn.Sequential(*_attention_encoder(c))
        self.attend_after = nn.Sequential(*_convolutions(4 * c, 4 * c))
        *body, last_fine = _decoder(4 * c, c)
        self.fine = nn.Sequential(*_convolutions(8 * c, 4 * c), *body)
        # To soften a seam or a patch takes the patches themselves, sharp: a quarter of their size does not do.
        self.finish = nn.Sequential(*([last_fine] if base == "nothing" else _finish(c // 2 + 5, c)))
        _keep_scale(self)
        if base == "patches":
            for last in (self.coarse[-1], self.finish[-1]):
                assert isinstance(last, nn.Conv2d) and last.bias is not None, "a decoder ends in a plain convolution"
                nn.init.zeros_(last.weight)
                nn.init.zeros_(last.bias)

    def config(self) -> dict[str, Any]:
        """The constructor's arguments, as JSON can hold them."""
        return {"width": self.width, "base": self.base}

    def forward(self, image: Tensor, hole: Tensor) -> Inpainted:
        """Fills a picture.

        Args:
            image: ``(B, 3, H, W)`` RGB in 0..1; in the hole the patch fill where that is the base, else it is not
                looked at.
            hole: ``(B, 1, H, W)`` 0 or 1, 1 = fill.
        """
        assert image.shape[-2] % STRIDE == 0 and image.shape[-1] % STRIDE == 0
        based = self.base == "patches"
        known = (image * 2 - 1) * (1.0 if based else 1 - hole)
        marks = torch.cat([torch.ones_like(hole), hole], 1)
        # Half precision without autocast, which would convert the weights every time.
        dtype = next(self.parameters()).dtype
        coarse = self.coarse(torch.cat([known, marks], 1).to(dtype)).float()
        if based:
            coarse = coarse + known.float()
        before = torch.lerp(known.float(), coarse, hole.float())
        rough = torch.cat([before, marks.float()], 1).to(dtype)
        hallucinated = self.hallucinate(rough)
        attended = self.attend_before(rough)
        hole_small = functional.max_pool2d(hole.float(), 4)
        attended = self.attend_after(contextual_attention(attended, hole_small))
        painted = self.fine(torch.cat([hallucinated, attended], 1))
        fine = self.finish(torch.cat([painted, rough], 1) if based else painted).float()
        if based:
            fine = fine + before
        return Inpainted(coarse / 2 + 0.5, fine / 2 + 0.5)

    def fill(self, image: Tensor, hole: Tensor) -> Tensor:
        """``(B, 3, H, W)`` RGB in 0..1: the fine answer in the hole, the picture itself elsewhere."""
        answer: Inpainted = self(image, hole)
        return torch.lerp(image.float(), answer.fine.clamp(0, 1), hole.float())


class InpaintingDiscriminator(nn.Module):
    """Judges filled pictures patch by patch, mask in hand.

    The published network has a critic for the picture and one for the hole, trained with a gradient penalty and five
    steps to the generator's one. A spectrally normalised patch discriminator (Yu et al. 2019) does for both, for holes
    of any shape, in one step and without second derivatives: the form for short training.

    Args:
        width: channels of the first layer.
    """

    def __init__(self, *, width: int = 32) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels = 4
        for out in (width, 2 * width, 4 * width, 4 * width):
            convolution = nn.Conv2d(channels, out, 5, stride=2, padding=2)
            layers += [nn.utils.parametrizations.spectral_norm(convolution), nn.LeakyReLU(0.2)]
            channels = out
        last = nn.Conv2d(channels, 1, 3, padding=1)
        self.layers = nn.Sequential(*layers, nn.utils.parametrizations.spectral_norm(last))

    def forward(self, picture: Tensor, hole: Tensor) -> Tensor:
        """Logits ``(B, 1, H/16, W/16)`` of ``(B, 3, H, W)`` RGB in 0..1 with ``(B, 1, H, W)``."""
        logits: Tensor = self.layers(torch.cat([picture * 2 - 1, hole], 1))
        return logits


def _keep_scale(network: nn.Module) -> None:
    """Starts convolutions so that features neither fade nor grow from layer to layer.

    Nothing is normalised, and with torch's own start each layer lets through a half: after the seventeen of a stage a
    picture's details are gone, and with them the gradients.
    """
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d):
            inputs = layer.weight[0].numel()
            nn.init.normal_(layer.weight, std=(_ELU_GAIN / inputs) ** 0.5)
            assert layer.bias is not None
            nn.init.zeros_(layer.bias)


def _convolution(before: int, after: int, kernel: int = 3, stride: int = 1, dilation: int = 1) -> list[nn.Module]:
    padding = dilation * (kernel - 1) // 2
    return [nn.Conv2d(before, after, kernel, stride, padding, dilation), nn.ELU()]


def _convolutions(before: int, after: int) -> list[nn.Module]:
    return [*_convolution(before, after), *_convolution(after, after)]


def _encoder(c: int, *, slow: bool = False) -> list[nn.Module]:
    """To a quarter of the size, 4c channels; ``slow`` widens a layer later, as the fine network does."""
    first, second = (c, 2 * c) if slow else (2 * c, 4 * c)
    return [
        *_convolution(5, c, 5),
        *_convolution(c, first, stride=2),
        *_convolution(first, 2 * c),
        *_convolution(2 * c, second, stride=2),
        *_convolutions(second, 4 * c),
    ]


def _attention_encoder(c: int) -> list[nn.Module]:
    layers = [
        *_convolution(5, c, 5),
        *_convolution(c, c, stride=2),
        *_convolution(c, 2 * c),
        *_convolution(2 * c, 4 * c, stride=2),
        *_convolutions(4 * c, 4 * c),
    ]
    layers[-1] = nn.ReLU()  # similarities are compared as angles: of non-negative features
    return layers


def _dilated(channels: int) -> list[nn.Module]:
    return [layer for dilation in _DILATIONS for layer in _convolution(channels, channels, dilation=dilation)]


def _finish(before: int, c: int) -> list[nn.Module]:
    """Full size, with a look at what was there: ours, where patches are the base."""
    return [*_convolution(before, c), nn.Conv2d(c, 3, 3, padding=1)]


def _decoder(before: int, c: int) -> list[nn.Module]:
    return [
        nn.Upsample(scale_factor=2, mode="nearest"),
        *_convolutions(before, 2 * c),
        nn.Upsample(scale_factor=2, mode="nearest"),
        *_convolution(2 * c, c),
        *_convolution(c, c // 2),
        nn.Conv2d(c // 2, 3, 3, padding=1),
    ]
