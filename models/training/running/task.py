"""What the trainer asks of a task: networks, optimisers, batches, one step, a validation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.optim import Optimizer

Batch = dict[str, Tensor]


@dataclass(frozen=True, slots=True)
class Validation:
    """What a validation found.

    Attributes:
        figures: by name.
        pictures: by name, ``(H, W, 3)`` uint8 RGB, a few, to look at.
    """

    figures: dict[str, float]
    pictures: dict[str, NDArray[np.uint8]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Export:
    """One network that a training leaves behind.

    Attributes:
        file: name of the weights' file without its ending.
        key: of the network among the task's.
        config: its constructor's arguments, by which it is built again.
        about: what it is, for the card.
        data: the sets it was trained on with their licences, for the card.
        failures: what it is known to do badly, for the card.
    """

    file: str
    key: str
    config: dict[str, object]
    about: str
    data: str
    failures: str


class TrainingTask(Protocol):
    """One network, or a network and its discriminators, in training."""

    @property
    def name(self) -> str:
        """What the command line calls it."""
        ...

    @property
    def networks(self) -> dict[str, nn.Module]:
        """All that is trained, by name, on the device."""
        ...

    @property
    def averaged(self) -> tuple[str, ...]:
        """Names of the networks of which an average over time is kept."""
        ...

    def optimizers(self) -> dict[str, Optimizer]:
        """Fresh optimisers of the networks' parameters, by name.

        One whose name begins with ``discriminator`` gets the discriminators' learning rate.
        """
        ...

    def draw(self, seed: int, step: int) -> Batch:
        """The batch of a step, on the CPU: a function of seed and step alone. May run on another thread."""
        ...

    def step(self, batch: Batch, step: int, optimizers: dict[str, Optimizer]) -> dict[str, float]:
        """Trains on one batch, already on the device, and returns the losses by name."""
        ...

    def validate(self, averages: dict[str, nn.Module]) -> Validation:
        """Tries the averaged networks on what they are not trained on."""
        ...

    def exports(self) -> tuple[Export, ...]:
        """What is written at the end of a run."""
        ...
