"""Training of VOIN's shape completion (section 3.1, equation 6), from visible masks alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.optim import AdamW, Optimizer

from models.training.data.banks import data_sets
from models.training.running.configuration import TrainingConfig, TrainingError
from models.training.running.task import Batch, Export, Validation
from models.training.running.trainer import step_optimizer
from models.training.voin.masks import mean_iou
from models.training.voin.occlusion import Samples
from models.training.voin.recipe import VoinRecipe
from models.training.voin.stages import UNNAMED, shape_input, shape_terms
from models.voin.evidence import hulls
from models.voin.shape import ShapeNetwork, completed

FAILURES = (
    "A part that no frame shows (the legs of somebody behind a wall throughout) is drawn as the class usually has it, "
    "or not at all. Classes are few (nine and unknown); the paper's 65 would need clips with masks of each."
)


SIDE_MULTIPLE_PX = 32
"""Features are a quarter of the size, and cut into eighths."""


@dataclass(frozen=True, slots=True)
class ShapeOptions:
    """The network's size, the loss, the data.

    Attributes:
        width: channels of the transformer.
        layers: of it.
        semantic: whether the class is told (Table 2).
        aligned: whether other frames' evidence is looked at.
        dice: lambda_1 of equation 6; 0 trains without (Table 2).
        clips: share of real clips among the samples.
        references: frames of a window that may come from elsewhere in the clip.
        most_stills, most_cutouts: bounds on the pictures that are read.
    """

    width: int = 56
    layers: int = 8
    semantic: bool = True
    aligned: bool = True
    dice: float = 1.0
    clips: float = 0.5
    references: int = 2
    most_stills: int = 1200
    most_cutouts: int = 4000


class VoinShapeTask:
    """The shape network in training.

    Args:
        config: of the run.
        options: network, loss, data.
        data: folder of clips, masks and stills.
        device: where.

    Raises:
        FootageError: the folder offers nothing to train on.
        TrainingError: the crops' size does not fit the network.
    """

    name = "voin-shape"
    averaged = ("shape",)

    def __init__(self, config: TrainingConfig, options: ShapeOptions, *, data: Path, device: torch.device) -> None:
        self._config, self._options, self._device, self._data = config, options, device, data
        if config.crop_px % SIDE_MULTIPLE_PX:
            raise TrainingError(
                f"The setting crop_px is {config.crop_px}; the shape network needs a multiple of {SIDE_MULTIPLE_PX}."
            )
        self._recipe = VoinRecipe(
            data,
            device,
            side_px=config.crop_px,
            frames=config.frames,
            clips=options.clips,
            references=min(options.references, config.frames - 1),
            most_stills=options.most_stills,
            most_cutouts=options.most_cutouts,
        )
        self._watched = self._recipe.watched()
        torch.manual_seed(config.seed)
        self.network = ShapeNetwork(
            width=options.width,
            layers=options.layers,
            semantic=options.semantic,
            aligned=options.aligned,
            side_px=config.crop_px,
        ).to(device)
        self.networks: dict[str, nn.Module] = {"shape": self.network}

    def optimizers(self) -> dict[str, Optimizer]:
        """AdamW."""
        return {"shape": AdamW(self.network.parameters(), self._config.learning_rate, weight_decay=1e-4)}

    def draw(self, seed: int, step: int) -> Batch:
        """Windows and a seed."""
        return self._recipe.draw(seed, step, self._config.batch)

    def step(self, batch: Batch, step: int, optimizers: dict[str, Optimizer]) -> dict[str, float]:
        """Completes the shapes of a batch and learns from them."""
        del step
        samples = self._recipe.make(batch)
        with torch.autocast(self._device.type, torch.bfloat16, enabled=self._config.precision == "bf16"):
            logits = self.network(shape_input(samples, unnamed=UNNAMED))
        terms = shape_terms(logits, samples, self._options.dice)
        total = torch.stack(list(terms.values())).sum()
        step_optimizer(optimizers["shape"], total, self._config.clip_norm)
        return {"total": float(total.detach())} | {name: float(term.detach()) for name, term in terms.items()}

    def validate(self, averages: dict[str, nn.Module]) -> Validation:
        """Mean IoU of complete masks in watched windows: ours, visible as is, and its hull inside the occluder."""
        figures: dict[str, float] = {}
        rows: list[NDArray[np.uint8]] = []
        for name, batches in self._watched.items():
            found: dict[str, list[float]] = {"": [], " visible": [], " hull": []}
            for batch in batches:
                samples = self._recipe.make_watched(batch)
                with torch.no_grad():
                    logits = averages["shape"](shape_input(samples))
                ours = completed(logits, samples.visible, samples.occluder) > 0.5
                truth = samples.amodal > 0.5
                found[""].append(mean_iou(ours, truth))
                found[" visible"].append(mean_iou(samples.visible > 0.5, truth))
                found[" hull"].append(mean_iou(hulls(samples.visible, samples.occluder), truth))
                if batch is batches[0]:
                    rows.append(shape_row(samples, ours))
            figures |= {f"mIoU{kind} {name}": float(np.mean(values)) for kind, values in found.items()}
        for kind in ("", " visible", " hull"):
            figures[f"mIoU{kind}"] = float(np.mean([figures[f"mIoU{kind} {name}"] for name in self._watched]))
        return Validation(figures, {"shapes": np.concatenate(rows, 0)})

    def exports(self) -> tuple[Export, ...]:
        """The network's average."""
        return (shape_export(self.network, self._data),)


def shape_export(network: ShapeNetwork, data: Path) -> Export:
    """What a training leaves of the shape network."""
    return Export(
        file="voin-shape",
        key="shape",
        config=network.config(),
        about="VOIN's object shape completion (section 3.1): amodal masks from visible ones over a window of frames.",
        data=data_sets(data),
        failures=FAILURES,
    )


def shape_row(samples: Samples, ours: Tensor) -> NDArray[np.uint8]:
    """Of a batch's first clip and middle frame: the frame, then the visible, true and completed mask."""
    middle = samples.frame.shape[1] // 2
    frame = samples.frame[0, middle].movedim(0, -1)
    masks = [mask[0, middle].movedim(0, -1).float() for mask in (samples.visible, samples.amodal, ours)]
    row = torch.cat([frame, *(mask.expand_as(frame) for mask in masks)], 1)
    return np.asarray((row.clamp(0, 1) * 255).round().cpu().numpy(), np.uint8)
