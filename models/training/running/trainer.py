"""One loop for every network: batches, steps, averages, logs, validations, checkpoints, a limit of time.

Resuming is exact: a batch depends on the seed and its step's number alone, torch's random numbers are sown anew from
both before every step, and all that has a state (networks, averages, optimisers) lies in the checkpoint. Six steps
without a break and three, a resume, and three more leave the same weights.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from torch.optim import Optimizer

from models.training.running.averages import WeightAverage
from models.training.running.checkpoint import load_checkpoint, save_checkpoint
from models.training.running.configuration import TrainingConfig, TrainingError
from models.training.running.run_log import NO_TENSORBOARD, RunLog
from models.training.running.task import Batch, TrainingTask, Validation

MOST_FAILURES = 20
"""Steps in a row with a loss that is no number before a run gives up."""
OPPONENT = "discriminator"
"""Networks and optimisers whose names begin so may join a training later; they get a learning rate of their own."""
FRACTION = 0x9E3779B97F4A7C15
"""Odd and far from any pattern (the golden ratio): spreads seeds of neighbouring steps."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did.

    Attributes:
        step: steps of the training so far, over all runs.
        seconds: of the training so far, over all runs.
        finished: whether all steps are done.
        losses: the last logged ones.
        figures: of the last validation, over all runs.
    """

    step: int
    seconds: float
    finished: bool
    losses: dict[str, float]
    figures: dict[str, float]


class Trainer:
    """Runs a task in a folder, where it left off.

    Args:
        task: what is trained.
        config: how.
        folder: of the run: checkpoint, log, curves, pictures.
        device: where.
        console: progress and sentences go there.

    Raises:
        TrainingError: the folder's checkpoint cannot be read or belongs to another network.
    """

    def __init__(
        self, task: TrainingTask, config: TrainingConfig, folder: Path, device: torch.device, console: Console
    ) -> None:
        self.task = task
        self.config = config
        self.folder = folder
        self.device = device
        self.console = console
        self.step = 0
        self.seconds = 0.0
        if config.threads:
            torch.set_num_threads(config.threads)
        self.optimizers = task.optimizers()
        self.averages = {name: WeightAverage(task.networks[name], config.averaging) for name in task.averaged}
        self._resume()

    def _resume(self) -> None:
        # On the CPU, whatever the device: networks and optimisers copy it to where they are, and the optimisers' own
        # counters stay where reading them costs no wait for a GPU.
        state = load_checkpoint(self.folder, torch.device("cpu"))
        if state is None:
            return
        try:
            fresh = {name for name in self.task.networks if name.startswith(OPPONENT)} - set(state["networks"])
            for name, network in self.task.networks.items():
                if name not in fresh:
                    network.load_state_dict(state["networks"][name])
            for name, average in self.averages.items():
                average.network.load_state_dict(state["averages"][name])
            for name, optimizer in self.optimizers.items():
                if name not in fresh:
                    optimizer.load_state_dict(state["optimizers"][name])
        except (KeyError, RuntimeError, ValueError) as error:
            raise TrainingError(
                f"The checkpoint in {self.folder} belongs to another network ({error}); name another --out."
            ) from error
        self.step, self.seconds = int(state["step"]), float(state["seconds"])
        self.console.print(f"Resumed {self.task.name} at step {self.step} from {self.folder}.", highlight=False)

    def save(self) -> None:
        """Writes the checkpoint."""
        state: dict[str, Any] = {
            "networks": {name: network.state_dict() for name, network in self.task.networks.items()},
            "averages": {name: average.network.state_dict() for name, average in self.averages.items()},
            "optimizers": {name: optimizer.state_dict() for name, optimizer in self.optimizers.items()},
            "config": asdict(self.config),
            "step": self.step,
            "seconds": self.seconds,
        }
        save_checkpoint(self.folder, state, step=self.step)

    def run(self, *, minutes: float = math.inf, steps: int | None = None) -> Outcome:
        """Trains until all steps are done, the time is up, or Ctrl-C; writes a checkpoint in each case.

        Args:
            minutes: of this run, validations and the last checkpoint included as far as they can be foreseen.
            steps: of this run at most.

        Raises:
            TrainingError: the losses are no numbers any more.
        """
        began = time.monotonic()
        deadline = began + 60 * minutes
        last = self.config.steps if steps is None else min(self.step + steps, self.config.steps)
        log = RunLog(self.folder, self.step)
        if not log.tensorboard:
            self.console.print(f"{NO_TENSORBOARD}.", highlight=False)
        try:
            with self._progress() as progress:
                bar = progress.add_task(self.task.name, total=self.config.steps, completed=self.step, said="")
                self._loop(last, deadline, log, lambda said: progress.update(bar, completed=self.step, said=said))
        except KeyboardInterrupt:
            self.console.print("Stopped; the checkpoint is being written.", highlight=False)
        finally:
            self.save()
            log.close()
        return Outcome(
            self.step, self.seconds, self.step >= self.config.steps, log.last("loss/"), log.last("validation/")
        )

    def validate(self) -> Validation:
        """The task's validation of the averaged networks."""
        with torch.no_grad():
            return self.task.validate({name: average.network for name, average in self.averages.items()})

    def _loop(self, last: int, deadline: float, log: RunLog, say: Any) -> None:
        saved = time.monotonic()
        noted = self.step, saved
        validated = 0.0  # seconds that the last validation took
        failures = 0
        sums: dict[str, list[float]] = {}
        for batch in self._batches(last):
            started = time.monotonic()
            losses = self._train(batch)
            failures = 0 if all(math.isfinite(value) for value in losses.values()) else failures + 1
            if failures >= MOST_FAILURES:
                raise TrainingError(
                    f"The losses are no numbers since {failures} steps (step {self.step}: {losses}); "
                    "lower the learning rate and resume from an older checkpoint."
                )
            self.step += 1
            self.seconds += time.monotonic() - started
            for name, value in losses.items():
                sums.setdefault(name, []).append(value)
            if self.step % self.config.log_every == 0 or self.step == last:
                means = {f"loss/{name}": sum(values) / len(values) for name, values in sums.items()}
                sums = {}
                rate = (self.step - noted[0]) / max(time.monotonic() - noted[1], 1e-9)
                noted = self.step, time.monotonic()
                log.add(self.step, {**means, "run/rate": self.config.rate(self.step), "run/steps_per_s": rate})
                say("  ".join(f"{name.removeprefix('loss/')} {value:.4f}" for name, value in means.items()))
            now = time.monotonic()
            if (
                self.config.validate_every
                and self.step % self.config.validate_every == 0
                and now + validated < deadline
            ):
                log.add_validation(self.step, self.validate())
                validated = time.monotonic() - now
            if time.monotonic() - saved > self.config.save_every_s:
                self.save()
                log.draw()
                saved = time.monotonic()
            if time.monotonic() + (time.monotonic() - started) >= deadline:
                break

    def _train(self, batch: Batch) -> dict[str, float]:
        """One step: random numbers, learning rates, the task's step, the averages."""
        torch.manual_seed((self.config.seed * FRACTION + self.step) % (1 << 63))
        for name, optimizer in self.optimizers.items():
            factor = self.config.discriminator_rate if name.startswith(OPPONENT) else 1.0
            for group in optimizer.param_groups:
                group["lr"] = self.config.rate(self.step) * factor
        on_device = {name: tensor.to(self.device, non_blocking=True) for name, tensor in batch.items()}
        losses = self.task.step(on_device, self.step, self.optimizers)
        for name, average in self.averages.items():
            average.update(self.task.networks[name], self.step)
        return losses

    def _batches(self, last: int) -> Iterator[Batch]:
        """The batches of the coming steps, prepared ahead on threads."""
        if self.config.workers <= 0:
            for step in range(self.step, last):
                yield self.task.draw(self.config.seed, step)
            return
        pool = ThreadPoolExecutor(self.config.workers, "batches")
        waiting: deque[Future[Batch]] = deque()
        coming = iter(range(self.step, last))
        try:
            for step in coming:
                waiting.append(pool.submit(self.task.draw, self.config.seed, step))
                if len(waiting) > self.config.workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    @contextmanager
    def _progress(self) -> Iterator[Progress]:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[said]}"),
        )
        with Progress(*columns, console=self.console, refresh_per_second=2) as progress:
            yield progress


def step_optimizer(optimizer: Optimizer, loss: torch.Tensor, clip_norm: float) -> None:
    """Backward, gradients shortened to ``clip_norm``, one step; nothing moves where the gradients are no numbers."""
    optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    norm = torch.nn.utils.clip_grad_norm_(parameters, clip_norm)
    if bool(torch.isfinite(norm)):
        optimizer.step()
