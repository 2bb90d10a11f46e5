"""Training of VORNet's refinement network, on ``propagate``'s real candidates; and of the paper's own recipe.

The losses are the paper's equation (5), each with a weight, and four of our own: LPIPS (what the result is judged
by), the change between neighbouring frames compared with the truth's (what flicker is), the amount of fine detail, and
a guard in decibels that speaks only where the network is further from the truth than what it was given.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import AdamW, Optimizer

from models.losses.adversarial import Form, discriminator_loss, generator_loss
from models.losses.detail import detail_loss
from models.losses.perceptual import PerceptualLoss, crop, hole_boxes
from models.losses.reconstruction import discounted_l1
from models.losses.total import LossWeights
from models.perception.lpips import Lpips
from models.perception.vgg import VggFeatures
from models.training.data.banks import read_sources
from models.training.running.configuration import TrainingConfig
from models.training.running.task import Batch, Export, Validation
from models.training.running.trainer import step_optimizer
from models.training.vornet.watch import make_watch
from models.training.vornet.windows import CandidateStore, draw_windows, to_batch
from models.vornet.discriminators import PatchDiscriminator, TemporalDiscriminator
from models.vornet.refinement import Head, Refined, RefinementNetwork
from models.vornet.rollout import roll_out, roll_out_paper
from models.vornet.selection import ClosestToPrevious, PyramidDistance

SPATIAL, TEMPORAL = "discriminator spatial", "discriminator temporal"
PAPERS = ("reconstruction", "perceptual", "spatial", "temporal")
"""The terms of equation 5, in its order."""
MSE_FLOOR = 1e-5
"""50 dB: errors below it are no errors to the guard."""
FAILURES = (
    "What no frame has shown is made plausible, not right: a large hole that is never uncovered stays the guess of "
    "the engine without networks, smoother. Text, faces and regular patterns in such holes are not completed."
)
USUAL_LPIPS, EASY_LPIPS = 0.1, 0.02
"""Of a crop as ``propagate`` fills it: such a frame weighs 1; well below the second, frames weigh no more."""
TOLERATED_DB = 0.1
"""A window of a few frames may lose this much without the guard minding: a clip's mean varies less."""


@dataclass(frozen=True, slots=True)
class VornetOptions:
    """The network and the losses' weights.

    Attributes:
        head: ``residual``, or ``paper``: the network paints the hole from the candidate that was selected.
        warping: whether the residual head gets its own previous output; without (table 2) it has no past but its LSTM.
        width: channels of the first convolution.
        hidden: channels of the LSTM.
        reconstruction: equation 1, spatially discounted absolute difference inside the hole.
        lpips: of the crop; 0 needs no AlexNet.
        lpips_frames: of a clip, drawn anew each step.
        lpips_relative: whether a frame's LPIPS counts in proportion to what ``propagate`` left to do in it. Without,
            easy frames hardly count, and the discriminators' taste for texture spoils them.
        detail: difference of the amount of fine detail.
        flicker: absolute difference of the changes between frames, inside the hole.
        guard: of each decibel lost against ``propagate``, clip by clip.
        perceptual: equation 2, squared distance of VGG's relu3_3 on the hole's crop; 0 needs no VGG.
        spatial: the PatchGAN's opinion on the hole's crop, from ``adversarial_from`` on.
        temporal: the temporal discriminator's, likewise.
        form: of both: ``log`` as in the paper, or ``hinge``.
        watch_frames: of each watched clip.
    """

    head: Head = "residual"
    warping: bool = True
    width: int = 32
    hidden: int = 128
    reconstruction: float = 1.0
    lpips: float = 1.5
    lpips_frames: int = 3
    lpips_relative: bool = False
    detail: float = 0.0
    flicker: float = 0.5
    guard: float = 0.15
    perceptual: float = 0.0
    spatial: float = 0.01
    temporal: float = 0.01
    form: Form = "hinge"
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
        self.name = "vornet" if options.head == "residual" else "vornet-paper"
        self._lpips = Lpips(weights).to(device) if options.lpips > 0 else None
        self._vgg = PerceptualLoss(VggFeatures.load(weights).to(device)) if options.perceptual > 0 else None
        self._cache = cache
        self._store = CandidateStore(cache)
        self._watch = None if watch is None else make_watch(watch, weights, options.watch_frames, device)
        torch.manual_seed(config.seed)
        candidates, conditions = (2 if options.warping else 1, 4) if options.head == "residual" else (1, 1)
        self.network = RefinementNetwork(
            head=options.head,
            candidates=candidates,
            conditions=conditions,
            width=options.width,
            hidden=options.hidden,
        ).to(device)
        self._select = ClosestToPrevious(self._lpips or PyramidDistance())
        self.networks: dict[str, nn.Module] = {"generator": self.network}
        if config.adversarial_from >= 0:
            self.networks[SPATIAL] = PatchDiscriminator().to(device)
            self.networks[TEMPORAL] = TemporalDiscriminator().to(device)

    def optimizers(self) -> dict[str, Optimizer]:
        """Adam for each network, without momentum for the discriminators."""
        rate = self._config.learning_rate
        optimizers: dict[str, Optimizer] = {
            "generator": AdamW(self.network.parameters(), rate, betas=(0.9, 0.99), weight_decay=1e-4)
        }
        for name in (SPATIAL, TEMPORAL):
            if name in self.networks:
                optimizers[name] = AdamW(self.networks[name].parameters(), rate, betas=(0.0, 0.9), weight_decay=0.0)
        return optimizers

    def draw(self, seed: int, step: int) -> Batch:
        """Windows of cached clips, as they lie in memory."""
        config = self._config
        return draw_windows(self._store, seed, step, batch=config.batch, frames=config.frames, crop_px=config.crop_px)

    def step(self, batch: Batch, step: int, optimizers: dict[str, Optimizer]) -> dict[str, float]:
        """One step of the network, then of the discriminators once they take part."""
        batch = to_batch(batch)
        with self._autocast():
            answers = self._rolled(self.network, batch)
        pictures = torch.stack([answer.picture for answer in answers], 1).float()
        losses = self._losses(pictures, batch)
        judged = SPATIAL in self.networks and step >= self._config.adversarial_from
        if judged:
            for name, loss_name in ((SPATIAL, "spatial"), (TEMPORAL, "temporal")):
                self.networks[name].requires_grad_(requires_grad=False)
                losses[loss_name] = generator_loss(self._score(name, pictures, batch), self._options.form)
                self.networks[name].requires_grad_(requires_grad=True)
        total = self._total(losses)
        step_optimizer(optimizers["generator"], total, self._config.clip_norm)
        figures = {name: float(loss.detach()) for name, loss in losses.items()}
        if judged:
            figures |= self._train_discriminators(pictures.detach(), batch, optimizers)
        facts = _facts(answers, batch) if self._options.head == "residual" else {}
        return {"total": float(total.detach()), **figures, **facts}

    def _total(self, losses: dict[str, Tensor]) -> Tensor:
        """Equation 5, and our own terms."""
        options = self._options
        weights = LossWeights(options.reconstruction, options.perceptual, options.spatial, options.temporal)
        total = weights.total(losses["reconstruction"], *(losses.get(name) for name in PAPERS[1:]))
        for name, loss in losses.items():
            if name not in PAPERS:
                total = total + getattr(options, name) * loss
        return total

    def _train_discriminators(
        self, pictures: Tensor, batch: Batch, optimizers: dict[str, Optimizer]
    ) -> dict[str, float]:
        figures = {}
        for name in (SPATIAL, TEMPORAL):
            real, fake = (self._score(name, shown, batch) for shown in (batch["truth"], pictures))
            loss = discriminator_loss(real, fake, self._options.form)
            step_optimizer(optimizers[name], loss, self._config.clip_norm)
            figures[name] = float(loss.detach())
        return figures

    def _score(self, name: str, pictures: Tensor, batch: Batch) -> Tensor:
        """A discriminator's logits: of the holes' crops, or of the whole clip with its holes."""
        with self._autocast():
            if name == TEMPORAL:
                logits: Tensor = self.networks[name](pictures, batch["hole"])
            else:
                logits = self.networks[name](crop(pictures.flatten(0, 1), hole_boxes(batch["hole"].flatten(0, 1))))
        return logits

    def _autocast(self) -> torch.autocast:
        return torch.autocast(self._device.type, torch.bfloat16, enabled=self._config.precision == "bf16")

    def _losses(self, pictures: Tensor, batch: Batch) -> dict[str, Tensor]:
        truth, hole = batch["truth"], batch["hole"]
        flat = [tensor.flatten(0, 1) for tensor in (pictures, truth, hole)]
        losses = {"reconstruction": discounted_l1(flat[0], flat[1], flat[2])}
        if self._vgg is not None:
            losses["perceptual"] = self._vgg(flat[0], flat[1], flat[2])
        if self._lpips is not None:
            losses["lpips"] = self._perceptual(self._lpips, pictures, batch)
        if self._options.detail > 0:
            losses["detail"] = detail_loss(flat[0], flat[1], flat[2])
        if self._options.flicker > 0:
            change = (pictures[:, 1:] - pictures[:, :-1]) - (truth[:, 1:] - truth[:, :-1])
            losses["flicker"] = (change.abs() * hole[:, 1:]).sum() / (hole[:, 1:].sum().clamp(min=1.0) * 3)
        if self._options.guard > 0:
            losses["guard"] = _decibels_lost(pictures, batch).mean()
        return losses

    def _perceptual(self, lpips: Lpips, pictures: Tensor, batch: Batch) -> Tensor:
        """LPIPS of a few frames of each clip."""
        chosen = torch.randperm(pictures.shape[1])[: self._options.lpips_frames].to(pictures.device)
        ours, true, given = (
            frames[:, chosen].flatten(0, 1).clamp(0, 1) for frames in (pictures, batch["truth"], batch["propagated"])
        )
        with torch.no_grad():
            wanted = lpips.maps(true)
            weights = ours.new_ones(len(ours))
            if self._options.lpips_relative:
                weights = weights_by_ease(lpips.apart(lpips.maps(given), wanted))
        return (weights * lpips.apart(lpips.maps(ours), wanted)).mean()

    def validate(self, averages: dict[str, nn.Module]) -> Validation:
        """The watched clips."""
        network = averages["generator"]
        assert isinstance(network, RefinementNetwork)
        return Validation({}) if self._watch is None else self._watch.validate(partial(self._rolled, network))

    def _rolled(self, network: RefinementNetwork, batch: Batch) -> list[Refined]:
        """The recursion of the head over a batch."""
        if self._options.head == "residual":
            return roll_out(network, batch)
        return roll_out_paper(network, with_first_guess(batch), self._select)

    def exports(self) -> tuple[Export, ...]:
        """The network's average."""
        config: dict[str, Any] = self.network.config()
        kind = "residual" if self._options.head == "residual" else "paper's"
        return (
            Export(
                file=self.name,
                key="generator",
                config=config,
                about=f"VORNet's refinement network (section 3.3) with the {kind} head.",
                data=read_sources(self._cache) or "The cache does not say what it was made from.",
                failures=FAILURES,
            ),
        )


def weights_by_ease(given: Tensor) -> Tensor:
    """``(N,)`` how much each frame's LPIPS counts, from the LPIPS of what ``propagate`` gives for it, ``(N,)``."""
    return (USUAL_LPIPS + EASY_LPIPS) / (given + EASY_LPIPS)


def with_first_guess(batch: Batch) -> Batch:
    """A batch as the paper's recipe takes it: ``frame`` without what is in the hole, and ``inpainted``.

    An image candidate matters on the first frame, where there is nothing else: it is the engine's fill there, which at
    the start of a clip is a patch-based guess. Later it is grey, which no selection takes.
    """
    frame = torch.lerp(batch["truth"], torch.full_like(batch["truth"], 0.5), batch["hole"])
    inpainted = frame.clone()
    inpainted[:, 0] = batch["propagated"][:, 0]
    return {**batch, "frame": frame, "inpainted": inpainted}


def _decibels_lost(pictures: Tensor, batch: Batch) -> Tensor:
    """``(B,)`` how many decibels beyond ``TOLERATED_DB`` each clip lies below what the network was given, from 0."""
    hole = batch["hole"]
    count = hole.sum((1, 2, 3, 4)).clamp(min=1.0) * 3

    def error(frames: Tensor) -> Tensor:
        return ((frames - batch["truth"]).square() * hole).sum((1, 2, 3, 4)) / count + MSE_FLOOR

    lost = 10 * torch.log10(error(pictures) / error(batch["propagated"]))
    return (lost - TOLERATED_DB).clamp(min=0)


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
