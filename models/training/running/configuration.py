"""Settings of a training run: a frozen dataclass, a TOML file over it, and ``key=value`` pairs over both."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Precision = Literal["bf16", "fp32"]
Settings = TypeVar("Settings", bound="DataclassInstance")


class TrainingError(RuntimeError):
    """A training run cannot start or go on; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """What a run does, for any network; what only one network knows is in its task's own options.

    Attributes:
        steps: of the whole training, over all runs; the learning rate falls towards it.
        batch: samples a step.
        crop_px: side of the square that a sample shows, a multiple of 16.
        frames: consecutive frames of a sample, where the network is recurrent.
        learning_rate: at its highest.
        discriminator_rate: of the discriminators, as a multiple of it.
        warmup: steps in which the learning rate rises from zero.
        final_rate: what is left of the learning rate at the end, as a share.
        adversarial_from: step from which the discriminators take part; -1 for never.
        clip_norm: gradients longer than this are shortened.
        averaging: decay a step of the averaged weights, which are the ones exported.
        precision: of the networks' arithmetic; losses are always float32.
        seed: of everything drawn.
        threads: of torch on the CPU; 0 leaves it alone.
        workers: threads that prepare batches ahead.
        log_every: steps between lines of the log.
        validate_every: steps between validations; 0 for none.
        save_every_s: seconds between checkpoints; one is always written at the end of a run.
    """

    steps: int = 20_000
    batch: int = 16
    crop_px: int = 128
    frames: int = 6
    learning_rate: float = 2e-4
    discriminator_rate: float = 2.0
    warmup: int = 200
    final_rate: float = 0.05
    adversarial_from: int = -1
    clip_norm: float = 1.0
    averaging: float = 0.999
    precision: Precision = "bf16"
    seed: int = 0
    threads: int = 0
    workers: int = 2
    log_every: int = 20
    validate_every: int = 1000
    save_every_s: float = 120.0

    def __post_init__(self) -> None:
        """Raises ``TrainingError`` for values that no run can have."""
        positive = ("steps", "batch", "crop_px", "frames", "learning_rate", "clip_norm", "log_every", "save_every_s")
        for name in positive:
            if getattr(self, name) <= 0:
                raise TrainingError(f"The setting {name} is {getattr(self, name)}; it has to be above zero.")
        if self.crop_px % 16:
            raise TrainingError(f"The setting crop_px is {self.crop_px}; it has to be a multiple of 16.")
        if self.precision not in ("bf16", "fp32"):
            raise TrainingError(f"The setting precision is '{self.precision}'; choose bf16 or fp32.")

    def rate(self, step: int) -> float:
        """The learning rate at a step: a rise, then half a cosine down to ``final_rate`` of it."""
        import math

        rise = min((step + 1) / max(self.warmup, 1), 1.0)
        done = min(step / self.steps, 1.0)
        fall = self.final_rate + (1 - self.final_rate) * 0.5 * (1 + math.cos(math.pi * done))
        return self.learning_rate * rise * fall

    def text(self) -> str:
        """One line of JSON, for logs and cards."""
        return json.dumps(asdict(self), sort_keys=True)


def read_overrides(file: Path | None, pairs: Sequence[str]) -> dict[str, Any]:
    """Settings from a TOML file and from ``key=value`` texts, the latter winning; values are typed as in TOML.

    Raises:
        TrainingError: the file cannot be read, or a text is no pair.
    """
    chosen: dict[str, Any] = {}
    if file is not None:
        try:
            chosen |= tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise TrainingError(f"{file} is no readable TOML file ({error}); mend it or leave it out.") from error
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise TrainingError(f"'{pair}' is no setting; write it as key=value.")
        try:
            chosen[key] = tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            chosen[key] = value  # a bare word
    return chosen


def apply_overrides(defaults: Settings, chosen: dict[str, Any]) -> tuple[Settings, dict[str, Any]]:
    """A settings dataclass with those of ``chosen`` that it knows, and what it does not know.

    Raises:
        TrainingError: a value is of another type than the default.
    """
    known = {field.name: getattr(defaults, field.name) for field in fields(defaults)}
    mine: dict[str, Any] = {}
    for key, value in chosen.items():
        if key not in known:
            continue
        if isinstance(known[key], float) and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if isinstance(known[key], tuple) and isinstance(value, list):
            value = tuple(value)
        if type(value) is not type(known[key]):
            raise TrainingError(f"The setting {key} is {value!r}; it has to be like {known[key]!r}.")
        mine[key] = value
    return replace(defaults, **mine), {key: value for key, value in chosen.items() if key not in known}
