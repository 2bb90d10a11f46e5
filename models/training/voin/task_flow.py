"""Training of VOIN's flow completion (section 3.2, equations 7 and 8), on exact synthetic flow."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.optim import AdamW, Optimizer

from models.losses.object_flow import FlowWeights
from models.training.data.banks import data_sets
from models.training.running.configuration import TrainingConfig
from models.training.running.task import Batch, Export, Validation
from models.training.running.trainer import step_optimizer
from models.training.voin.recipe import VoinRecipe
from models.training.voin.stages import end_point_error, flow_pairs, flow_terms
from models.voin.object_flow import FlowNetwork

FAILURES = "Parts that turn about a joint behind the cover (a leg that swings) get the motion of what is near them."


@dataclass(frozen=True, slots=True)
class FlowOptions:
    """The network, the losses, the data.

    Attributes:
        guided: whether the amodal masks are told (Table 3).
        pyramid, gradient, smooth, warping: the weights of equations 7 and 8 (``FlowWeights``).
        most_stills, most_cutouts: bounds on the pictures that are read.
    """

    guided: bool = True
    pyramid: float = 1.0
    gradient: float = 1.0
    smooth: float = 0.1
    warping: float = 0.05
    most_stills: int = 1200
    most_cutouts: int = 4000

    @property
    def weights(self) -> FlowWeights:
        """The lambdas."""
        return FlowWeights(self.pyramid, self.gradient, self.smooth, self.warping)


class VoinFlowTask:
    """The flow network in training.

    Args:
        config: of the run.
        options: network, losses, data.
        data: folder of clips, masks and stills.
        device: where.

    Raises:
        FootageError: the folder offers nothing to train on.
    """

    name = "voin-flow"
    averaged = ("flow",)

    def __init__(self, config: TrainingConfig, options: FlowOptions, *, data: Path, device: torch.device) -> None:
        self._config, self._options, self._device, self._data = config, options, device, data
        self._recipe = VoinRecipe(
            data,
            device,
            side_px=config.crop_px,
            frames=max(config.frames, 2),
            clips=0.0,
            most_stills=options.most_stills,
            most_cutouts=options.most_cutouts,
        )
        self._watched = self._recipe.watched()["synthetic"]
        torch.manual_seed(config.seed)
        self.network = FlowNetwork(guided=options.guided, side_px=config.crop_px).to(device)
        self.networks: dict[str, nn.Module] = {"flow": self.network}

    def optimizers(self) -> dict[str, Optimizer]:
        """AdamW."""
        return {"flow": AdamW(self.network.parameters(), self._config.learning_rate, weight_decay=1e-4)}

    def draw(self, seed: int, step: int) -> Batch:
        """A seed: all else is made on the device."""
        return self._recipe.draw(seed, step, self._config.batch)

    def step(self, batch: Batch, step: int, optimizers: dict[str, Optimizer]) -> dict[str, float]:
        """Completes the flows of a batch and learns from them."""
        del step
        pairs = flow_pairs(self._recipe.make(batch))
        assert pairs is not None, "synthetic clips know their flow"
        with torch.autocast(self._device.type, torch.bfloat16, enabled=self._config.precision == "bf16"):
            found = self.network(pairs.seen)
        terms = flow_terms(found, pairs, self._options.weights)
        total = torch.stack(list(terms.values())).sum()
        step_optimizer(optimizers["flow"], total, self._config.clip_norm)
        figures = {name: float(term.detach()) for name, term in terms.items()}
        return {"total": float(total.detach()), **figures}

    def validate(self, averages: dict[str, nn.Module]) -> Validation:
        """End-point error in the hidden part, in pixels: ours and that of the object's own shift."""
        ours, shift = [], []
        torch.manual_seed(0)
        for batch in self._watched:
            pairs = flow_pairs(self._recipe.make_watched(batch))
            assert pairs is not None
            with torch.no_grad():
                found = averages["flow"](pairs.seen)
            ours.append(float(end_point_error(found, pairs.truth, pairs.hidden)))
            shift.append(float(end_point_error(pairs.seen.flow, pairs.truth, pairs.hidden)))
        return Validation({"EPE": float(np.mean(ours)), "EPE shift": float(np.mean(shift))})

    def exports(self) -> tuple[Export, ...]:
        """The network's average."""
        return (flow_export(self.network, self._data),)


def flow_export(network: FlowNetwork, data: Path) -> Export:
    """What a training leaves of the flow network."""
    return Export(
        file="voin-flow",
        key="flow",
        config=network.config(),
        about="VOIN's object flow completion (section 3.2): the object's motion behind what covers it.",
        data=data_sets(data),
        failures=FAILURES,
    )
