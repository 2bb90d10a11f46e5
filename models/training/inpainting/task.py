"""Training of the inpainting network (VORNet section 3.2): reconstruction first, then against a discriminator.

The losses are those of Yu et al. 2018 for coarse and fine answer, with a perceptual term for the fine one, and the
adversarial term as a hinge, on a discriminator for holes of any shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.optim import AdamW, Optimizer

from models.inpainting.generator import Base, InpaintingDiscriminator, InpaintingGenerator
from models.inpainting.patch_fill import patch_fill, quick_fill
from models.losses.adversarial import discriminator_loss, generator_loss
from models.losses.detail import detail_loss
from models.losses.perceptual import crop, hole_boxes
from models.losses.reconstruction import discounted_l1
from models.perception.lpips import Lpips
from models.training.inpainting.stills import FilledSource, PictureSource, StillSource
from models.training.running.configuration import TrainingConfig
from models.training.running.task import Batch, Export, Validation
from models.training.running.trainer import step_optimizer

SEARCH_SEED = 20190616
SHOWN = 6
LPIPS_CROP_PX = 96


@dataclass(frozen=True, slots=True)
class InpaintingOptions:
    """The network and the losses' weights.

    Attributes:
        width: channels of the generator's first layers.
        base: ``nothing``, or ``patches``: then the folder is one of ``models.training.inpainting.fills``.
        discriminator_width: of the discriminator's.
        coarse: spatially discounted difference of the coarse answer in the hole.
        fine: of the fine answer.
        known: plain difference outside the hole, of both answers.
        lpips: of the fine answer on the hole's crop; 0 needs no AlexNet.
        lpips_px: side of that crop. (The watched stills are always judged at ``LPIPS_CROP_PX``.)
        detail: difference of the fine answer's amount of fine detail: without it patches come out a little soft.
        adversarial: of the discriminator's opinion, from ``adversarial_from`` on.
        stills: at most so many are kept in memory; 0 for all. For the base ``nothing``.
    """

    width: int = 16
    base: Base = "nothing"
    discriminator_width: int = 32
    coarse: float = 1.2
    fine: float = 1.2
    known: float = 0.6
    lpips: float = 0.5
    lpips_px: int = LPIPS_CROP_PX
    detail: float = 0.0
    adversarial: float = 0.02
    stills: int = 0


class InpaintingTask:
    """The inpainting generator, and its discriminator, in training.

    Args:
        config: of the run.
        options: network and losses.
        data: folder of stills and clips, or of their fills.
        device: where.
        weights: folder of third-party weights; None for the user's.
    """

    name = "inpainting"
    averaged = ("generator",)

    def __init__(
        self,
        config: TrainingConfig,
        options: InpaintingOptions,
        *,
        data: Path,
        device: torch.device,
        weights: Path | None = None,
    ) -> None:
        self._config, self._options, self._device = config, options, device
        self._source: PictureSource = (
            FilledSource(data, config.crop_px)
            if options.base == "patches"
            else StillSource(data, config.crop_px, options.stills, device)
        )
        self._lpips = Lpips(weights).to(device) if options.lpips > 0 else None
        self._watched = self._source.watched()
        self._rivals: dict[str, float] | None = None  # patch searches take seconds, and a run is to begin at once
        torch.manual_seed(config.seed)
        self.generator = InpaintingGenerator(width=options.width, base=options.base).to(device)
        # Convolutions of few channels take two thirds of the time in this layout. (mypy knows no overload for it.)
        self.generator.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.networks: dict[str, nn.Module] = {"generator": self.generator}
        if config.adversarial_from >= 0:
            critic = InpaintingDiscriminator(width=options.discriminator_width)
            self.networks["discriminator"] = critic.to(device)

    def optimizers(self) -> dict[str, Optimizer]:
        """Adam for each network, without momentum for the discriminator."""
        betas = {"generator": (0.5, 0.9), "discriminator": (0.0, 0.9)}
        return {
            name: AdamW(network.parameters(), self._config.learning_rate, betas=betas[name], weight_decay=0.0)
            for name, network in self.networks.items()
        }

    def draw(self, seed: int, step: int) -> Batch:
        """As the pictures' source draws them."""
        return self._source.draw(seed, step, self._config.batch)

    def step(self, batch: Batch, step: int, optimizers: dict[str, Optimizer]) -> dict[str, float]:
        """One step of the generator, then of the discriminator once it takes part."""
        config, options = self._config, self._options
        pictures = self._source.pictures(batch)
        image, hole, first = pictures["image"], pictures["hole"], pictures["first"]
        with torch.autocast(self._device.type, torch.bfloat16, enabled=config.precision == "bf16"):
            answer = self.generator(first, hole)
        fine = torch.lerp(image, answer.fine, hole)
        outside = (1 - hole).sum().clamp(min=1.0) * 3
        losses = {
            "coarse": discounted_l1(answer.coarse, image, hole),
            "fine": discounted_l1(answer.fine, image, hole),
            "known": sum(((part - image).abs() * (1 - hole)).sum() / outside for part in (answer.coarse, answer.fine)),
        }
        if self._lpips is not None:
            losses["lpips"] = distance_in_holes(self._lpips, fine, image, hole, options.lpips_px).mean()
        if options.detail > 0:
            losses["detail"] = detail_loss(fine, image, hole)
        critic = self.networks.get("discriminator")
        if critic is not None and step >= config.adversarial_from:
            critic.requires_grad_(requires_grad=False)
            losses["adversarial"] = generator_loss(self._judged(critic, fine, hole), "hinge")
            critic.requires_grad_(requires_grad=True)
        total = torch.stack([getattr(options, name) * loss for name, loss in losses.items()]).sum()
        step_optimizer(optimizers["generator"], total, config.clip_norm)
        figures = {name: float(loss.detach()) for name, loss in losses.items()}
        if "adversarial" in losses and critic is not None:
            scores = [self._judged(critic, shown, hole) for shown in (image, fine.detach())]
            loss = discriminator_loss(scores[0], scores[1], "hinge")
            step_optimizer(optimizers["discriminator"], loss, config.clip_norm)
            figures["discriminator"] = float(loss.detach())
        return {"total": float(total.detach()), **figures}

    def _judged(self, critic: nn.Module, pictures: Tensor, hole: Tensor) -> Tensor:
        with torch.autocast(self._device.type, torch.bfloat16, enabled=self._config.precision == "bf16"):
            logits: Tensor = critic(pictures, hole)
        return logits

    def validate(self, averages: dict[str, nn.Module]) -> Validation:
        """Held-out stills: LPIPS on the holes' crops against two classical fills, and PSNR in the holes."""
        network = averages["generator"]
        assert isinstance(network, InpaintingGenerator)
        image, hole, first = (self._watched[name].to(self._device) for name in ("image", "hole", "first"))
        parts = [slice(start, start + 8) for start in range(0, len(image), 8)]
        filled = torch.cat([network.fill(first[part], hole[part]) for part in parts])
        errors = ((filled - image).square() * hole).sum((1, 2, 3)) / (3 * hole.sum((1, 2, 3)).clamp(min=1))
        figures = {"PSNR dB": float((-10 * errors.clamp(min=1e-6).log10()).mean())}
        if self._lpips is not None:
            figures["LPIPS"] = own = float(distance_in_holes(self._lpips, filled, image, hole).mean())
            self._rivals = self._rivals or self._score_rivals(self._lpips)
            figures |= {f"LPIPS / {name}": own / max(value, 1e-6) for name, value in self._rivals.items()}
        rows = [torch.cat([first, filled, image], 3)[index] for index in range(SHOWN)]
        shown: NDArray[np.uint8] = (torch.cat(rows, 1).movedim(0, -1).cpu() * 255).round().to(torch.uint8).numpy()
        return Validation(figures, {"stills": shown})

    def _score_rivals(self, lpips: Lpips) -> dict[str, float]:
        """LPIPS of Telea's and of the patch fill on the watched stills."""
        image, hole = self._watched["image"].cpu(), self._watched["hole"].cpu()
        views = (image.movedim(1, -1) * 255).round().to(torch.uint8).numpy()
        masks = hole[:, 0].numpy() > 0.5
        scores = {}
        for name in ("telea", "patches"):
            fill = quick_fill if name == "telea" else partial(patch_fill, seed=SEARCH_SEED)
            done = [
                fill(np.ascontiguousarray(view), mask) if mask.any() else view
                for view, mask in zip(views, masks, strict=True)
            ]
            ours = torch.from_numpy(np.stack(done)).movedim(-1, 1).float() / 255
            filled = torch.lerp(image, ours, hole).to(self._device)
            parts = (filled, image.to(self._device), hole.to(self._device))
            scores[name] = float(distance_in_holes(lpips, *parts).mean())
        return scores

    def exports(self) -> tuple[Export, ...]:
        """The generator's average."""
        return (
            Export(
                file="inpainting",
                key="generator",
                config=self.generator.config(),
                about="The inpainting network (VORNet section 3.2): two stages, the second with contextual attention.",
                data=self._source.about(),
                failures="Large holes in structured scenes come out blurred or with repeated patches.",
            ),
        )


def distance_in_holes(lpips: Lpips, ours: Tensor, true: Tensor, hole: Tensor, side_px: int = LPIPS_CROP_PX) -> Tensor:
    """``(B,)`` LPIPS of pictures ``(B, 3, H, W)`` on the box round each hole ``(B, 1, H, W)``, as a square."""
    boxes = hole_boxes(hole)
    return lpips.distance(crop(ours, boxes, side_px).clamp(0, 1), crop(true, boxes, side_px))
