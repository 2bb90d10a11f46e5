"""Training of VORNet's refinement network with the residual head, on ``propagate``'s real candidates.

The losses are the paper's equation (5), each with a weight, and three of our own: LPIPS (what the result is judged
by), the change between neighbouring frames compared with the truth's (what flicker is), and a guard in decibels that
speaks only where the network is further from the truth than what it was given.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import AdamW, Optimizer

from models.perception.lpips import Lpips
from models.training.configuration import TrainingConfig
from models.training.refinement_data import CandidateStore, draw_batch
from models.training.task import Batch, Export, Validation
from models.training.trainer import step_optimizer
from models.training.watch import Watch
from models.vornet.refinement import Refined, RefinementNetwork
from models.vornet.rollout import roll_out

MSE_FLOOR = 1e-5
"""50 dB: errors below it are no errors to the guard."""


@dataclass(frozen=True, slots=True)
class VornetOptions:
    """The network and the losses' weights.

    Attributes:
        width: channels of the first convolution.
        hidden: channels of the LSTM.
        reconstruction: absolute difference inside the hole.
        lpips: of the crop.
        lpips_frames: of a clip, drawn anew each step.
        flicker: absolute difference of the changes between frames, inside the hole.
        guard: of each decibel lost against ``propagate``, clip by clip.
        watch_frames: of each watched clip.
    """

    width: int = 32
    hidden: int = 128
    reconstruction: float = 1.0
    lpips: float = 1.0
    lpips_frames: int = 3
    flicker: float = 0.5
    guard: float = 0.02
    watch_frames: int = 24


class VornetTask:
    """The refinement network in training.

    Args:
        config: of the run.
        options: network and losses.
        cache: folder of candidate clips.
        watch: folder of watched clips; None watches nothing.
        device: where.
        weights: folder of third-party weights; None for the user's.
    """

    name = "vornet"
    averaged = ("generator",)

    def __init__(
        self,
        config: TrainingConfig,
        options: VornetOptions,
        *,
        cache: Path,
        watch: Path | None,
        device: torch.device,
        weights: Path | None = None,
    ) -> None:
        self._config, self._options, self._device = config, options, device
        self._lpips = Lpips(weights).to(device)
        self._store = CandidateStore(cache)
        self._watch = (
            None if watch is None else Watch(watch, Lpips(weights), frames=options.watch_frames, device=device)
        )
        torch.manual_seed(config.seed)
        self.network = RefinementNetwork(
            head="residual", candidates=2, conditions=4, width=options.width, hidden=options.hidden
        ).to(device)
        self.networks: dict[str, nn.Module] = {"generator": self.network}

    def optimizers(self) -> dict[str, Optimizer]:
        """Adam for the network."""
        return {"generator": AdamW(self.network.parameters(), self._config.learning_rate, weight_decay=1e-4)}

    def draw(self, seed: int, step: int) -> Batch:
        """Windows of cached clips."""
        config = self._config
        return draw_batch(self._store, seed, step, batch=config.batch, frames=config.frames, crop_px=config.crop_px)

    def step(self, batch: Batch, step: int, optimizers: dict[str, Optimizer]) -> dict[str, float]:  # noqa: ARG002
        """One step of the network."""
        with torch.autocast(self._device.type, torch.bfloat16, enabled=self._config.precision == "bf16"):
            answers = roll_out(self.network, batch)
        pictures = torch.stack([answer.picture for answer in answers], 1).float()
        losses = self._losses(pictures, batch)
        total = torch.stack([getattr(self._options, name) * loss for name, loss in losses.items()]).sum()
        step_optimizer(optimizers["generator"], total, self._config.clip_norm)
        figures = {name: float(loss.detach()) for name, loss in losses.items()}
        return {"total": float(total.detach()), **figures, **_facts(answers, batch)}

    def _losses(self, pictures: Tensor, batch: Batch) -> dict[str, Tensor]:
        truth, hole = batch["truth"], batch["hole"]
        inside = hole.sum().clamp(min=1.0) * 3
        losses = {"reconstruction": ((pictures - truth).abs() * hole).sum() / inside}
        if self._options.lpips > 0:
            losses["lpips"] = self._perceptual(pictures, truth)
        if self._options.flicker > 0:
            change = (pictures[:, 1:] - pictures[:, :-1]) - (truth[:, 1:] - truth[:, :-1])
            losses["flicker"] = (change.abs() * hole[:, 1:]).sum() / (hole[:, 1:].sum().clamp(min=1.0) * 3)
        if self._options.guard > 0:
            losses["guard"] = _decibels_lost(pictures, batch).mean()
        return losses

    def _perceptual(self, pictures: Tensor, truth: Tensor) -> Tensor:
        """LPIPS of a few frames of each clip."""
        chosen = torch.randperm(pictures.shape[1])[: self._options.lpips_frames].to(pictures.device)
        ours, true = pictures[:, chosen].flatten(0, 1).clamp(0, 1), truth[:, chosen].flatten(0, 1)
        with torch.no_grad():
            wanted = self._lpips.maps(true)
        return self._lpips.apart(self._lpips.maps(ours), wanted).mean()

    def validate(self, averages: dict[str, nn.Module]) -> Validation:
        """The watched clips."""
        network = averages["generator"]
        assert isinstance(network, RefinementNetwork)
        return Validation({}) if self._watch is None else self._watch.validate(network)

    def exports(self) -> tuple[Export, ...]:
        """The network's average."""
        config: dict[str, Any] = self.network.config()
        return (
            Export(
                file="vornet",
                key="generator",
                config=config,
                about="VORNet's refinement network (section 3.3) with the residual head, on propagate's candidates.",
                data="",
                failures="",
            ),
        )


def _decibels_lost(pictures: Tensor, batch: Batch) -> Tensor:
    """``(B,)`` how many decibels each clip lies below what the network was given; 0 where it gained."""
    hole = batch["hole"]
    count = hole.sum((1, 2, 3, 4)).clamp(min=1.0) * 3

    def error(frames: Tensor) -> Tensor:
        return ((frames - batch["truth"]).square() * hole).sum((1, 2, 3, 4)) / count + MSE_FLOOR

    return (10 * torch.log10(error(pictures) / error(batch["propagated"]))).clamp(min=0)


@torch.no_grad()
def _facts(answers: list[Refined], batch: Batch) -> dict[str, float]:
    """How much the network does: the residual's mean size and the share of the other candidate, in the hole."""
    hole = batch["hole"]
    count = float(hole.sum().clamp(min=1.0))
    residuals = torch.stack([answer.residual for answer in answers if answer.residual is not None], 1)
    weights = torch.stack([answer.weights for answer in answers if answer.weights is not None], 1)
    return {
        "fact residual": float((residuals.abs().float() * hole).sum()) / (3 * count),
        "fact other share": float((weights[:, :, 1:].float().sum(2, keepdim=True) * hole).sum()) / count,
    }
