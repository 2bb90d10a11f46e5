"""The trainings by name: what each needs, and its settings on a GPU and on a CPU."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from models.training.inpainting.task import InpaintingOptions, InpaintingTask
from models.training.masks.task import MaskOptions, MaskTask
from models.training.running.configuration import TrainingConfig
from models.training.running.task import TrainingTask
from models.training.voin.task_flow import FlowOptions, VoinFlowTask
from models.training.voin.task_generator import GeneratorOptions, VoinGeneratorTask
from models.training.voin.task_joint import JointOptions, VoinJointTask
from models.training.voin.task_shape import ShapeOptions, VoinShapeTask
from models.training.vornet.task import VornetOptions, VornetTask


@dataclass(frozen=True, slots=True)
class Sources:
    """Folders: what is trained on, what the training is watched on, third-party weights (None: the user's folder)."""

    data: Path
    watch: Path | None
    weights: Path | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One training.

    Attributes:
        defaults: its settings on a device.
        options: its own settings.
        make: builds the task.
    """

    defaults: Callable[[torch.device], TrainingConfig]
    options: Any
    make: Callable[[TrainingConfig, Any, Sources, torch.device], TrainingTask]


def _vornet_defaults(device: torch.device) -> TrainingConfig:
    if device.type == "cpu":
        return TrainingConfig(
            steps=5000, batch=4, frames=4, crop_px=112, learning_rate=5e-4, workers=0, threads=1, validate_every=500
        )
    return TrainingConfig(steps=15_000, batch=48, frames=6, crop_px=128, learning_rate=4e-4, workers=8)


def _make_vornet(
    config: TrainingConfig, options: VornetOptions, sources: Sources, device: torch.device
) -> TrainingTask:
    return VornetTask(
        config,
        options,
        cache=sources.data,
        watch=sources.watch,
        device=device,
        weights=sources.weights,
    )


def _inpainting_defaults(device: torch.device) -> TrainingConfig:
    if device.type == "cpu":
        return TrainingConfig(
            steps=6000, batch=4, crop_px=128, learning_rate=2e-4, workers=0, threads=1, validate_every=500
        )
    return TrainingConfig(steps=13_000, batch=48, crop_px=192, learning_rate=2e-4, workers=1, adversarial_from=7000)


def _make_inpainting(
    config: TrainingConfig, options: InpaintingOptions, sources: Sources, device: torch.device
) -> TrainingTask:
    return InpaintingTask(config, options, data=sources.data, device=device, weights=sources.weights)


def _mask_defaults(device: torch.device) -> TrainingConfig:
    if device.type == "cpu":
        return TrainingConfig(
            steps=8000,
            batch=8,
            frames=2,
            crop_px=128,
            learning_rate=1e-3,
            averaging=0.998,
            workers=0,
            threads=1,
            validate_every=500,
        )
    return TrainingConfig(
        steps=13_000, batch=32, frames=4, crop_px=192, learning_rate=1e-3, workers=12, validate_every=2000
    )


def _make_masks(config: TrainingConfig, options: MaskOptions, sources: Sources, device: torch.device) -> TrainingTask:
    return MaskTask(config, options, data=sources.data, device=device)


def _voin_defaults(
    device: torch.device, *, steps: int, batch: int, rate: float, adversarial_from: int
) -> TrainingConfig:
    """VOIN's stages: as many samples as ten minutes of a large GPU see, or a few on a CPU."""
    if device.type == "cpu":
        return TrainingConfig(
            steps=steps // 3,
            batch=4,
            frames=4,
            crop_px=96,
            learning_rate=rate,
            adversarial_from=adversarial_from if adversarial_from < 0 else adversarial_from // 3,
            workers=0,
            threads=1,
            validate_every=250,
        )
    return TrainingConfig(
        steps=steps,
        batch=batch,
        frames=6,
        crop_px=128,
        learning_rate=rate,
        adversarial_from=adversarial_from,
        workers=8,
        validate_every=500,
    )


def _shape_defaults(device: torch.device) -> TrainingConfig:
    return _voin_defaults(device, steps=6000, batch=32, rate=5e-4, adversarial_from=-1)


def _flow_defaults(device: torch.device) -> TrainingConfig:
    return _voin_defaults(device, steps=5000, batch=16, rate=5e-4, adversarial_from=-1)


def _generator_defaults(device: torch.device) -> TrainingConfig:
    return _voin_defaults(device, steps=7000, batch=16, rate=3e-4, adversarial_from=4000)


def _joint_defaults(device: torch.device) -> TrainingConfig:
    return _voin_defaults(device, steps=2000, batch=12, rate=5e-5, adversarial_from=0)


def _make_shape(config: TrainingConfig, options: ShapeOptions, sources: Sources, device: torch.device) -> TrainingTask:
    return VoinShapeTask(config, options, data=sources.data, device=device)


def _make_flow(config: TrainingConfig, options: FlowOptions, sources: Sources, device: torch.device) -> TrainingTask:
    return VoinFlowTask(config, options, data=sources.data, device=device)


def _make_generator(
    config: TrainingConfig, options: GeneratorOptions, sources: Sources, device: torch.device
) -> TrainingTask:
    return VoinGeneratorTask(config, options, data=sources.data, device=device, weights=sources.weights)


def _make_joint(config: TrainingConfig, options: JointOptions, sources: Sources, device: torch.device) -> TrainingTask:
    return VoinJointTask(config, options, data=sources.data, device=device, weights=sources.weights)


TASKS: dict[str, Entry] = {
    "inpainting": Entry(_inpainting_defaults, InpaintingOptions(), _make_inpainting),
    "masks": Entry(_mask_defaults, MaskOptions(), _make_masks),
    "voin-flow": Entry(_flow_defaults, FlowOptions(), _make_flow),
    "voin-generator": Entry(_generator_defaults, GeneratorOptions(), _make_generator),
    "voin-joint": Entry(_joint_defaults, JointOptions(), _make_joint),
    "voin-shape": Entry(_shape_defaults, ShapeOptions(), _make_shape),
    "vornet": Entry(_vornet_defaults, VornetOptions(), _make_vornet),
    "vornet-paper": Entry(_vornet_defaults, VornetOptions(head="paper", guard=0.0), _make_vornet),
}
