"""Training of the mask propagator: windows of moved stills first, then those of clips with masks as well.

As a tracker uses it: the template and the picture before with its given mask are in memory; each answer is carried on
by flow into the next picture and remembered as the last template, so that the network meets its own mistakes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import AdamW, Optimizer

from models.tracking.mask_network import MaskAnswer, MaskNetwork, Memory
from models.training.data.footage import FootageError
from models.training.data.split import is_training_clip
from models.training.masks.stills import StillWindows
from models.training.masks.windows import LEAST_SHARE, WATCHED, ClipWindows, Window, as_batch
from models.training.running.configuration import TrainingConfig
from models.training.running.task import Batch, Export, Validation
from models.training.running.trainer import FRACTION, step_optimizer

WATCH_SEED = 20190616
WATCHED_WINDOWS = 12
"""A clip."""
SHOWN = 8
_EMPTY_MEMORY = 0.15
"""How often the picture before is left out of memory, as after a long absence."""


@dataclass(frozen=True, slots=True)
class MaskOptions:
    """The network's size, and the losses' weights.

    Attributes:
        width: channels of its first layer.
        stills_until: share of the steps with stills alone; afterwards ``clips`` of the samples are clips'.
        clips: see above.
        cross_entropy: of the pixels.
        overlap: one minus the soft intersection over union, where the object is there.
        presence: of the presence score.
    """

    width: int = 24
    stills_until: float = 0.25
    clips: float = 0.6
    cross_entropy: float = 1.0
    overlap: float = 1.0
    presence: float = 0.1


class MaskTask:
    """The mask network in training.

    Args:
        config: of the run; ``frames`` is how many pictures are followed in one step.
        options: network and losses.
        data: folder of clips, masks and stills.
        device: where.

    Raises:
        FootageError: the folder offers nothing to train on.
    """

    name = "masks"
    averaged = ("network",)

    def __init__(self, config: TrainingConfig, options: MaskOptions, *, data: Path, device: torch.device) -> None:
        self._config, self._options, self._device = config, options, device
        self._data = data
        self._stills = StillWindows(data)
        self._clips = ClipWindows(data, without=WATCHED)
        self._watched = self._watch(data)
        torch.manual_seed(config.seed)
        self.network = MaskNetwork(width=options.width).to(device)
        self.networks: dict[str, nn.Module] = {"network": self.network}

    def optimizers(self) -> dict[str, Optimizer]:
        """AdamW."""
        return {"network": AdamW(self.network.parameters(), self._config.learning_rate, weight_decay=1e-4)}

    def draw(self, seed: int, step: int) -> Batch:
        """Windows of stills, and of clips once it is their time."""
        cv2.setNumThreads(1)
        rng = np.random.default_rng((seed * FRACTION + step) % (1 << 63))
        clips = self._options.clips if step >= self._options.stills_until * self._config.steps else 0.0
        windows = []
        for _ in range(self._config.batch):
            source = self._clips if rng.random() < clips else self._stills
            windows.append(source.draw(rng, self._config.crop_px, self._config.frames))
        return as_batch(windows)

    def step(self, batch: Batch, step: int, optimizers: dict[str, Optimizer]) -> dict[str, float]:
        """Follows the object through the windows and learns from every answer."""
        del step
        with_last = bool(torch.rand(()) >= _EMPTY_MEMORY)
        answers = self._follow(self.network, batch, with_last=with_last)
        truth = batch["masks"][:, 2:, None]
        losses: dict[str, Tensor] = {}
        parts = [self._losses(answer, truth[:, index]) for index, answer in enumerate(answers)]
        for name in parts[0]:
            losses[name] = torch.stack([part[name] for part in parts]).mean()
        total = torch.stack([getattr(self._options, name) * loss for name, loss in losses.items()]).sum()
        step_optimizer(optimizers["network"], total, self._config.clip_norm)
        return {"total": float(total.detach())} | {name: float(loss.detach()) for name, loss in losses.items()}

    def _losses(self, answer: MaskAnswer, truth: Tensor) -> dict[str, Tensor]:
        """Of one answer against ``(B, 1, S, S)``."""
        there = (truth.mean((1, 2, 3)) > LEAST_SHARE).float()
        found = answer.logits.sigmoid()
        both = (found * truth).sum((1, 2, 3))
        either = (found + truth - found * truth).sum((1, 2, 3))
        return {
            "cross_entropy": functional.binary_cross_entropy_with_logits(answer.logits, truth),
            "overlap": ((1 - both / either.clamp(min=1)) * there).sum() / there.sum().clamp(min=1),
            "presence": functional.binary_cross_entropy_with_logits(answer.presence, there),
        }

    def _follow(self, network: nn.Module, batch: Batch, *, with_last: bool) -> list[MaskAnswer]:
        """The answers of all pictures after the given one."""
        assert isinstance(network, MaskNetwork)
        count, shown = batch["pictures"].shape[:2]
        with torch.autocast(self._device.type, torch.bfloat16, enabled=self._config.precision == "bf16"):
            pictures = batch["pictures"].float().div(255).flatten(0, 1)
            features = network.features(pictures.contiguous(memory_format=torch.channels_last))
            each = [features.of(count, shown, index) for index in range(shown)]
            anchor = network.memorise(each[0], batch["masks"][:, 0, None])
            last = batch["given"][:, None]
            answers: list[MaskAnswer] = []
            for index in range(2, shown):
                memory = Memory.of(anchor, network.memorise(each[index - 1], last)) if with_last else anchor
                carried = carried_over(last, batch["flows"][:, index - 2])
                answer = network(each[index], memory, carried, batch["colors"][:, index - 2, None])
                answers.append(answer)
                last = answer.logits.detach().sigmoid()
        return answers

    def _watch(self, data: Path) -> dict[str, list[Window]]:
        """Windows that are not trained on: of stills and of each watched clip the folder has."""
        rng = np.random.default_rng(WATCH_SEED)
        size, frames = self._config.crop_px, max(self._config.frames, 3)
        watched = {"stills": [self._stills.draw(rng, size, frames) for _ in range(2 * WATCHED_WINDOWS)]}
        for name in WATCHED:
            try:
                clip = ClipWindows(data, names=(name,))
            except FootageError:  # the folder does not have it
                continue
            watched[name] = [clip.draw(rng, size, frames) for _ in range(WATCHED_WINDOWS)]
        return watched

    def validate(self, averages: dict[str, nn.Module]) -> Validation:
        """Mean overlap J in watched windows, against carrying the given mask by flow; and of the presence score."""
        figures: dict[str, float] = {}
        rows: list[NDArray[np.uint8]] = []
        for name, windows in self._watched.items():
            batch = {key: value.to(self._device) for key, value in as_batch(windows).items()}
            with torch.no_grad():
                answers = self._follow(averages["network"], batch, with_last=True)
            truth = batch["masks"][:, 2:] > 0.5
            found = torch.stack([answer.logits[:, 0] > 0 for answer in answers], 1)
            there = truth.float().mean((2, 3)) > LEAST_SHARE
            figures[f"J {name}"] = float(overlaps(found, truth)[there].mean())
            figures[f"J carried {name}"] = float(overlaps(self._carried(batch), truth)[there].mean())
            present = torch.stack([answer.presence > 0 for answer in answers], 1)
            figures[f"presence right {name}"] = float((present == there).float().mean())
            rows.append(_picture(batch["pictures"][0, -1], found[0, -1], truth[0, -1]))
        names = [name for name in self._watched if name != "stills"]
        if names:
            figures["J clips"] = float(np.mean([figures[f"J {name}"] for name in names]))
            figures["J carried clips"] = float(np.mean([figures[f"J carried {name}"] for name in names]))
        return Validation(figures, {"windows": np.concatenate(rows[:SHOWN], 0)})

    def _carried(self, batch: Batch) -> Tensor:
        """``(B, T, S, S)`` bool: the given masks pushed on by flow alone."""
        last, pushed = batch["given"][:, None], []
        for index in range(batch["flows"].shape[1]):
            last = carried_over(last, batch["flows"][:, index])
            pushed.append(last[:, 0] > 0.5)
        return torch.stack(pushed, 1)

    def exports(self) -> tuple[Export, ...]:
        """The network's average."""
        return (
            Export(
                file="masks",
                key="network",
                config=self.network.config(),
                about="The mask propagator: carries an object's mask into the next picture, from templates in memory.",
                data=_sets_trained_on(self._data),
                failures="Objects like their surroundings, thin parts, several alike beside each other.",
            ),
        )


def _sets_trained_on(data: Path) -> str:
    """The stills and the clips with masks that are trained on, with their sources and licences, a line each."""
    manifest = data / "manifest.json"
    if not manifest.is_file():
        return f"Clips and stills of a folder without a manifest ({data.name}); their licences are not known here."
    lines = []
    for entry in json.loads(manifest.read_bytes()):
        name = str(entry["name"])
        used = entry.get("masks") and is_training_clip(name) and name not in WATCHED
        if used or entry["kind"] != "video":
            lines.append(f"- {name} ({entry.get('source', '?')}): {entry.get('licence', 'not stated')}")
    return "\n".join(lines)


def carried_over(mask: Tensor, flow: Tensor) -> Tensor:
    """``(B, 1, S, S)`` the last mask brought along ``flow`` ``(B, 2, S, S)``, pixels from the new one to it."""
    size = mask.shape[-1]
    axis = torch.arange(size, device=mask.device, dtype=torch.float32) + 0.5
    x = (axis[None, None, :] + flow[:, 0].float()) * (2 / size) - 1
    y = (axis[None, :, None] + flow[:, 1].float()) * (2 / size) - 1
    return functional.grid_sample(mask.float(), torch.stack([x, y], -1), align_corners=False)


def overlaps(found: Tensor, truth: Tensor) -> Tensor:
    """J of masks ``(..., S, S)`` bool; 1 where both are empty."""
    both = (found & truth).sum((-2, -1)).float()
    either = (found | truth).sum((-2, -1)).float()
    return torch.where(either > 0, both / either.clamp(min=1), torch.ones_like(both))


def _picture(view: Tensor, found: Tensor, truth: Tensor) -> NDArray[np.uint8]:
    """Picture, found mask and true mask side by side."""
    masks = [mask[None].expand(3, -1, -1).to(torch.uint8) * 255 for mask in (found, truth)]
    return np.asarray(torch.cat([view, *masks], 2).movedim(0, -1).cpu().numpy(), np.uint8)
