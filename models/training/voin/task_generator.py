"""Training of VOIN's gated generator against its two discriminators (section 3.3, equations 9 to 12)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.optim import AdamW, Optimizer

from models.losses.object_appearance import AppearanceWeights, content_loss
from models.losses.perceptual import crop, hole_boxes
from models.perception.lpips import Lpips
from models.training.data.banks import data_sets
from models.training.running.configuration import TrainingConfig
from models.training.running.task import Batch, Export, Validation
from models.training.running.trainer import step_optimizer
from models.training.voin.occlusion import Samples
from models.training.voin.opponents import Opponents
from models.training.voin.recipe import VoinRecipe
from models.training.voin.stages import appearance_input, carry_forward, completed_truth, estimated
from models.voin.generator import AppearanceGenerator, AppearanceInput, painted

FAILURES = "What no frame shows is made plausible at best: faces, text and limbs behind a cover come out soft."
_NOTHING_CARRIED = 0.4
"""How often propagation reaches nothing, so that the network has to paint it all."""


@dataclass(frozen=True, slots=True)
class GeneratorOptions:
    """The network, the losses, the data.

    Attributes:
        width: channels of the first layer.
        masks: hidden channels of each gate's mask branch; 0 for gates without masks (Table 4).
        reach: n of equation 4.
        outside: lambda_5 of equation 11.
        content: lambda_6 of equation 12.
        hidden: of the absolute differences in the part that is painted (ours: it is a small part of the object).
        lpips: of the painted part's crop (ours); 0 needs no AlexNet.
        patches, classes: of the discriminators' opinions, from ``adversarial_from`` on; 0 leaves one out (Table 4).
        attention: whether the class discriminator has its attention module (Table 4).
        opponents: channels of the discriminators' first layers.
        clips: share of real clips among the samples.
        most_stills, most_cutouts: bounds on the pictures that are read.
    """

    width: int = 24
    masks: int = 8
    reach: int = 2
    outside: float = 1.0
    content: float = 1.0
    hidden: float = 2.0
    lpips: float = 1.0
    patches: float = 0.01
    classes: float = 0.01
    attention: bool = True
    opponents: int = 24
    clips: float = 0.5
    most_stills: int = 1200
    most_cutouts: int = 4000

    @property
    def weights(self) -> AppearanceWeights:
        """The lambdas."""
        return AppearanceWeights(self.outside, self.content, self.patches, self.classes)


class VoinGeneratorTask:
    """The generator in training.

    Args:
        config: of the run.
        options: networks, losses, data.
        data: folder of clips, masks and stills.
        device: where.
        weights: folder of third-party weights; None for the user's.

    Raises:
        FootageError: the folder offers nothing to train on.
        WeightsError: LPIPS is wanted and its weights are missing.
    """

    name = "voin-generator"
    averaged = ("generator",)

    def __init__(
        self,
        config: TrainingConfig,
        options: GeneratorOptions,
        *,
        data: Path,
        device: torch.device,
        weights: Path | None = None,
    ) -> None:
        self._config, self._options, self._device, self._data = config, options, device, data
        self._lpips = Lpips(weights).to(device) if options.lpips > 0 else None
        self._recipe = VoinRecipe(
            data,
            device,
            side_px=config.crop_px,
            frames=config.frames,
            clips=options.clips,
            most_stills=options.most_stills,
            most_cutouts=options.most_cutouts,
        )
        self._watched = self._recipe.watched()
        torch.manual_seed(config.seed)
        self.network = AppearanceGenerator(
            width=options.width, masks=options.masks, reach=options.reach, side_px=config.crop_px
        ).to(device)
        self.networks: dict[str, nn.Module] = {"generator": self.network}
        self._opponents: Opponents | None = None
        if config.adversarial_from >= 0:
            self._opponents = Opponents(
                options.opponents, attention=options.attention, device=device, precision=self._autocast
            )
            self.networks |= self._opponents.networks

    def optimizers(self) -> dict[str, Optimizer]:
        """AdamW for each network."""
        rate = self._config.learning_rate
        own = AdamW(self.network.parameters(), rate, betas=(0.9, 0.99), weight_decay=1e-4)
        return {"generator": own} | ({} if self._opponents is None else self._opponents.optimizers(rate))

    def draw(self, seed: int, step: int) -> Batch:
        """Windows and a seed."""
        return self._recipe.draw(seed, step, self._config.batch)

    def step(self, batch: Batch, step: int, optimizers: dict[str, Optimizer]) -> dict[str, float]:
        """One step of the generator, then of the discriminators once they take part."""
        samples = self._recipe.make(batch)
        seen = generator_input(samples, carried=bool(torch.rand(()) >= _NOTHING_CARRIED))
        with self._autocast():
            answer = self.network(seen)
        truth, picture = completed_truth(samples), painted(answer, seen)
        terms = appearance_terms(answer, picture, seen, truth, self._options, self._lpips)
        judging = self._opponents if step >= self._config.adversarial_from else None
        if judging is not None:
            opinions = judging.generator_terms(picture, samples)
            terms |= {name: getattr(self._options, name) * term for name, term in opinions.items()}
        total = torch.stack(list(terms.values())).sum()
        step_optimizer(optimizers["generator"], total, self._config.clip_norm)
        figures = {"total": float(total.detach())} | {name: float(term.detach()) for name, term in terms.items()}
        if judging is not None:
            figures |= judging.train(truth, picture, samples, optimizers, self._config.clip_norm)
        return figures

    def _autocast(self) -> torch.autocast:
        return torch.autocast(self._device.type, torch.bfloat16, enabled=self._config.precision == "bf16")

    def validate(self, averages: dict[str, nn.Module]) -> Validation:
        """PSNR and LPIPS of what is painted in watched windows, and of what came in: colours continued smoothly."""
        found: dict[str, list[float]] = {}
        rows: list[NDArray[np.uint8]] = []
        for name, batches in self._watched.items():
            for batch in batches:
                torch.manual_seed(0)
                samples = self._recipe.make_watched(batch)
                seen = generator_input(samples, carried=name == "synthetic")
                with torch.no_grad():
                    picture = painted(averages["generator"](seen), seen)
                truth = completed_truth(samples)
                for kind, shown in (("", picture), (" smooth", seen.filled)):
                    found.setdefault(f"PSNR{kind}", []).append(painted_psnr(shown, truth, seen.unreached))
                    if self._lpips is not None:
                        found.setdefault(f"LPIPS{kind}", []).append(
                            float(painted_lpips(self._lpips, shown, truth, seen.unreached))
                        )
                rows.append(picture_row(samples, seen, picture, truth))
        figures = {name: float(np.nanmean(values)) for name, values in found.items()}
        return Validation(figures, {"pictures": np.concatenate(rows, 0)})

    def exports(self) -> tuple[Export, ...]:
        """The generator's average."""
        return (generator_export(self.network, self._data),)


def generator_input(samples: Samples, *, carried: bool) -> AppearanceInput:
    """Samples with their true flow carried along (if asked for), as an estimated one would."""
    flow = estimated(samples.flow.flatten(0, 1)).view_as(samples.flow)
    follows = samples.flow_known * float(carried)
    brought = carry_forward(samples.frame, samples.visible, samples.hidden, flow, follows)
    return appearance_input(brought, samples.visible, samples.hidden, samples.amodal)


def appearance_terms(
    answer: Tensor,
    picture: Tensor,
    seen: AppearanceInput,
    truth: Tensor,
    options: GeneratorOptions,
    lpips: Lpips | None,
) -> dict[str, Tensor]:
    """Equation 11 with its weight, and two terms of our own that look at the painted part."""
    terms = {"content": options.content * content_loss(answer, truth, seen.amodal, options.outside)}
    if options.hidden > 0:
        apart = (answer - truth).abs() * seen.unreached
        terms["hidden"] = options.hidden * apart.sum() / (seen.unreached.sum() * 3).clamp(min=1.0)
    if lpips is not None:
        terms["lpips"] = options.lpips * painted_lpips(lpips, picture, truth, seen.unreached)
    return terms


def painted_lpips(lpips: Lpips, picture: Tensor, truth: Tensor, where: Tensor) -> Tensor:
    """LPIPS of the painted part's crop in the two frames of each clip in which it is largest; a scalar."""
    sizes = where.sum((2, 3, 4))
    chosen = sizes.topk(min(2, sizes.shape[1]), 1).indices
    rows = torch.arange(len(sizes), device=sizes.device)[:, None]
    flat = [tensor[rows, chosen].flatten(0, 1).float() for tensor in (picture, truth, where)]
    boxes = hole_boxes(flat[2])
    with torch.no_grad():
        wanted = lpips.maps(crop(flat[1], boxes))
    return lpips.apart(lpips.maps(crop(flat[0], boxes).clamp(0, 1)), wanted).mean()


def painted_psnr(picture: Tensor, truth: Tensor, where: Tensor) -> float:
    """Decibels of the painted part of all clips together; no number where nothing is painted."""
    count = float(where.sum()) * 3
    error = float(((picture - truth).square() * where).sum())
    return float("nan") if count == 0 else float(-10 * np.log10(max(error / count, 1e-6)))


def generator_export(network: AppearanceGenerator, data: Path) -> Export:
    """What a training leaves of the generator."""
    return Export(
        file="voin-generator",
        key="generator",
        config=network.config(),
        about="VOIN's occlusion-aware gated generator (section 3.3.1): paints what propagation does not reach.",
        data=data_sets(data),
        failures=FAILURES,
    )


def picture_row(samples: Samples, seen: AppearanceInput, picture: Tensor, truth: Tensor) -> NDArray[np.uint8]:
    """Of a batch's first clip and middle frame: what is given, what came in, what is painted, the truth."""
    middle = picture.shape[1] // 2
    shown = [each[0, middle].movedim(0, -1).float() for each in (samples.frame, seen.filled, picture, truth)]
    return np.asarray((torch.cat(shown, 1).clamp(0, 1) * 255).round().cpu().numpy(), np.uint8)
