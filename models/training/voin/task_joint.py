"""The short joint training of VOIN's three networks (section 3.4, equation 13), after each was trained on its own.

Shape goes into flow, both go into propagation and into the generator, and gradients go all the way back.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import AdamW, Optimizer

from models.losses.object_appearance import total_loss
from models.losses.object_flow import FlowWeights
from models.perception.lpips import Lpips
from models.training.running.configuration import TrainingConfig
from models.training.running.task import Batch, Export, Validation
from models.training.running.trainer import step_optimizer
from models.training.voin.masks import mean_iou
from models.training.voin.occlusion import Samples
from models.training.voin.opponents import Opponents
from models.training.voin.recipe import VoinRecipe
from models.training.voin.stages import (
    UNNAMED,
    FlowPairs,
    appearance_input,
    carry_forward,
    completed_truth,
    end_point_error,
    flow_pairs,
    flow_terms,
    shape_input,
    shape_terms,
)
from models.training.voin.task_flow import flow_export
from models.training.voin.task_generator import (
    GeneratorOptions,
    appearance_terms,
    generator_export,
    painted_lpips,
    painted_psnr,
    picture_row,
)
from models.training.voin.task_shape import shape_export
from models.voin.generator import AppearanceGenerator, AppearanceInput, painted
from models.voin.object_flow import FlowNetwork
from models.voin.shape import ShapeNetwork, completed
from models.weights import load_network

Network = TypeVar("Network", ShapeNetwork, FlowNetwork, AppearanceGenerator)


@dataclass(frozen=True, slots=True)
class JointOptions:
    """Where the three networks begin, and the losses.

    Attributes:
        shape, flow, generator: files of weights that the stages left; an empty name begins with a fresh network.
        flow_weight, appearance_weight: the lambdas of equation 13. Flow is in pixels, and its loss ten times the
            others'.
        dice: lambda_1 of equation 6.
        pyramid, gradient, smooth, warping: of equations 7 and 8.
        hidden, lpips, patches, classes: as in ``GeneratorOptions``.
        opponents: channels of the discriminators' first layers.
        clips: share of real clips among the samples; their flow is not known and nothing is carried in them.
        most_stills, most_cutouts: bounds on the pictures that are read.
    """

    shape: str = ""
    flow: str = ""
    generator: str = ""
    flow_weight: float = 0.1
    appearance_weight: float = 1.0
    dice: float = 1.0
    pyramid: float = 1.0
    gradient: float = 1.0
    smooth: float = 0.1
    warping: float = 0.05
    hidden: float = 2.0
    lpips: float = 1.0
    patches: float = 0.01
    classes: float = 0.01
    opponents: int = 24
    clips: float = 0.3
    most_stills: int = 1200
    most_cutouts: int = 4000


@dataclass(frozen=True, slots=True)
class Completed:
    """What the three networks made of a batch.

    Attributes:
        logits: of the shapes.
        amodal: ``(B, T, 1, S, S)`` in 0..1.
        pairs: what the flow network saw; None where no flow is known.
        flow: what it answered to them.
        seen: what the generator saw.
        answer: what it answered.
    """

    logits: Tensor
    amodal: Tensor
    pairs: FlowPairs | None
    flow: Tensor
    seen: AppearanceInput
    answer: Tensor


class VoinJointTask:
    """All three networks in training.

    Args:
        config: of the run.
        options: networks, losses, data.
        data: folder of clips, masks and stills.
        device: where.
        weights: folder of third-party weights; None for the user's.

    Raises:
        FootageError: the folder offers nothing to train on.
        WeightsError: a stage's weights, or those of LPIPS, cannot be read.
    """

    name = "voin-joint"
    averaged = ("shape", "flow", "generator")

    def __init__(
        self,
        config: TrainingConfig,
        options: JointOptions,
        *,
        data: Path,
        device: torch.device,
        weights: Path | None = None,
    ) -> None:
        self._config, self._options, self._device, self._data = config, options, device, data
        self._lpips = Lpips(weights).to(device) if options.lpips > 0 else None
        torch.manual_seed(config.seed)
        self.shape = begun(ShapeNetwork, options.shape).to(device)
        self.flow = begun(FlowNetwork, options.flow).to(device)
        self.generator = begun(AppearanceGenerator, options.generator).to(device)
        self.networks: dict[str, nn.Module] = {"shape": self.shape, "flow": self.flow, "generator": self.generator}
        self._opponents: Opponents | None = None
        if config.adversarial_from >= 0:
            self._opponents = Opponents(options.opponents, attention=True, device=device, precision=self._autocast)
            self.networks |= self._opponents.networks
        self._recipe = VoinRecipe(
            data,
            device,
            side_px=config.crop_px,
            frames=max(config.frames, 2),
            clips=options.clips,
            most_stills=options.most_stills,
            most_cutouts=options.most_cutouts,
        )
        self._watched = self._recipe.watched()
        self._generator_options = GeneratorOptions(
            hidden=options.hidden, lpips=options.lpips, patches=options.patches, classes=options.classes
        )

    def optimizers(self) -> dict[str, Optimizer]:
        """One AdamW for the three networks, one for each discriminator."""
        rate = self._config.learning_rate
        networks = nn.ModuleList([self.shape, self.flow, self.generator])
        own = AdamW(networks.parameters(), rate, betas=(0.9, 0.99), weight_decay=1e-4)
        return {"joint": own} | ({} if self._opponents is None else self._opponents.optimizers(rate))

    def draw(self, seed: int, step: int) -> Batch:
        """Windows and a seed."""
        return self._recipe.draw(seed, step, self._config.batch)

    def step(self, batch: Batch, step: int, optimizers: dict[str, Optimizer]) -> dict[str, float]:
        """One step of equation 13, then one of the discriminators once they take part."""
        samples, options = self._recipe.make(batch), self._options
        made = self._complete(samples, self.shape, self.flow, self.generator, unnamed=UNNAMED)
        truth, picture = completed_truth(samples), painted(made.answer, made.seen)
        shape = summed(shape_terms(made.logits, samples, options.dice))
        flow = torch.zeros_like(shape)
        if made.pairs is not None:
            weights = FlowWeights(options.pyramid, options.gradient, options.smooth, options.warping)
            flow = summed(flow_terms(made.flow, made.pairs, weights))
        terms = appearance_terms(made.answer, picture, made.seen, truth, self._generator_options, self._lpips)
        judging = self._opponents if step >= self._config.adversarial_from else None
        if judging is not None:
            opinions = judging.generator_terms(picture, samples)
            terms |= {name: getattr(options, name) * term for name, term in opinions.items()}
        appearance = summed(terms)
        total = total_loss(
            shape, flow, appearance, flow_weight=options.flow_weight, appearance_weight=options.appearance_weight
        )
        step_optimizer(optimizers["joint"], total, self._config.clip_norm)
        named = {"total": total, "shape": shape, "flow": flow, "appearance": appearance}
        figures = {name: float(term.detach()) for name, term in named.items()}
        if judging is not None:
            figures |= judging.train(truth, picture, samples, optimizers, self._config.clip_norm)
        return figures

    def _autocast(self) -> torch.autocast:
        return torch.autocast(self._device.type, torch.bfloat16, enabled=self._config.precision == "bf16")

    def _complete(
        self, samples: Samples, shape: nn.Module, flow: nn.Module, generator: nn.Module, *, unnamed: float
    ) -> Completed:
        """Figures 2 and 3 from end to end."""
        with self._autocast():
            logits = shape(shape_input(samples, unnamed=unnamed))
        amodal = completed(logits, samples.visible, samples.occluder)
        pairs = flow_pairs(samples, amodal)
        found, whole = samples.flow[:0, 0], torch.zeros_like(samples.flow)
        if pairs is not None:
            with self._autocast():
                found = flow(pairs.seen)
            each = found.view(int(pairs.chosen.sum()), -1, *found.shape[1:])
            whole[pairs.chosen] = torch.cat([torch.zeros_like(each[:, :1]), each], 1)
        hidden = amodal * samples.occluder
        carried = carry_forward(samples.frame, samples.visible, hidden, whole, samples.flow_known)
        seen = appearance_input(carried, samples.visible, hidden, amodal)
        with self._autocast():
            answer = generator(seen)
        return Completed(logits, amodal, pairs, found, seen, answer)

    def validate(self, averages: dict[str, nn.Module]) -> Validation:
        """What the stages are watched by, from end to end: the shapes are the network's, and so is the flow."""
        found: dict[str, list[float]] = {}
        rows = []
        for batches in self._watched.values():
            for batch in batches:
                torch.manual_seed(0)
                samples = self._recipe.make_watched(batch)
                with torch.no_grad():
                    networks = [averages[name] for name in self.averaged]
                    made = self._complete(samples, networks[0], networks[1], networks[2], unnamed=0.0)
                truth, picture = completed_truth(samples), painted(made.answer, made.seen)
                found.setdefault("mIoU", []).append(mean_iou(made.amodal > 0.5, samples.amodal > 0.5))
                found.setdefault("PSNR", []).append(painted_psnr(picture, truth, samples.hidden))
                if made.pairs is not None:
                    error = end_point_error(made.flow, made.pairs.truth, made.pairs.hidden)
                    found.setdefault("EPE", []).append(float(error))
                if self._lpips is not None:
                    distance = painted_lpips(self._lpips, picture, truth, samples.hidden)
                    found.setdefault("LPIPS", []).append(float(distance))
                rows.append(picture_row(samples, made.seen, picture, truth))
        figures = {name: float(np.nanmean(values)) for name, values in found.items()}
        return Validation(figures, {"pictures": np.concatenate(rows, 0)})

    def exports(self) -> tuple[Export, ...]:
        """All three averages."""
        return (
            shape_export(self.shape, self._data),
            flow_export(self.flow, self._data),
            generator_export(self.generator, self._data),
        )


def begun(kind: type[Network], file: str) -> Network:
    """A network with the weights, and of the size, that a file holds; a fresh one for an empty name.

    Raises:
        WeightsError: the file cannot be read or belongs to another network.
    """
    if not file:
        return kind()
    config, arrays = load_network(Path(file), kind.__name__)
    network = kind(**config)
    network.load_state_dict({name: torch.from_numpy(array) for name, array in arrays.items()})
    return network


def summed(terms: dict[str, Tensor]) -> Tensor:
    """The sum of weighted losses."""
    return torch.stack(list(terms.values())).sum()
