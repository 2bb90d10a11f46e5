"""Trains a network, or goes on with it, for so many minutes.

Run as::

    python -m models.training.train vornet --data CACHE --watch WATCH --out RUN --minutes 9
    python -m models.training.train inpainting --data DIR --out RUN --minutes 9 --resume RUN

A run goes on from the checkpoint in ``--resume`` (by default in ``--out``), whoever wrote it. It writes there: the
checkpoint, ``log.jsonl``, ``curves.png``, ``validation-*.png``, TensorBoard's file, and the averaged weights as
``NAME.safetensors`` with a card. Every setting can be given in a TOML file or as ``--set key=value``.
"""

from __future__ import annotations

import argparse
import math
import shlex
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import torch
from rich.console import Console

from models.training.data.footage import FootageError
from models.training.running.checkpoint import INDEX
from models.training.running.configuration import TrainingError, apply_overrides, read_overrides
from models.training.running.export import export_network
from models.training.running.task import TrainingTask
from models.training.running.trainer import Trainer
from models.training.tasks import TASKS, Sources
from models.weights import WeightsError, load_network


def main(arguments: list[str] | None = None) -> int:
    """Trains; returns the exit code: 0 when the run ended as it should, 2 for a mistake in what was asked."""
    given = sys.argv[1:] if arguments is None else arguments
    options = _parser().parse_args(given)
    console = Console()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # asked to end: as with Ctrl-C, the checkpoint is written
    try:
        train(options, console, _command(given))
    except (TrainingError, FootageError, WeightsError) as error:
        console.print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
        return 2
    return 0


def train(options: argparse.Namespace, console: Console, command: str) -> None:
    """One run.

    Args:
        options: as ``_parser`` describes them.
        console: progress and sentences go there.
        command: what the cards of the weights say made them.

    Raises:
        TrainingError, FootageError, WeightsError: what was asked cannot be done.
    """
    began = time.monotonic()
    device = choose_device(options.device)
    chosen = read_overrides(options.config, options.set)
    entry = TASKS[options.network]
    config, rest = apply_overrides(entry.defaults(device), chosen)
    settings, unknown = apply_overrides(entry.options, rest)
    if unknown:
        known = sorted(field.name for which in (config, settings) for field in fields(which))
        raise TrainingError(f"There is no setting {', '.join(unknown)}; {options.network} has {', '.join(known)}.")
    folder = options.resume or options.out
    sources = Sources(options.data, options.watch, options.weights)
    task: TrainingTask = entry.make(config, settings, sources, device)
    if options.start is not None and not (folder / INDEX).is_file():
        begin_with(task, options.start)
    trainer = Trainer(task, config, folder, device, console)
    made_ready = (time.monotonic() - began) / 60  # clips and stills are read by then
    outcome = trainer.run(minutes=options.minutes - made_ready, steps=options.steps)
    console.print(
        f"{options.network}: step {outcome.step} of {config.steps} after {outcome.seconds / 3600:.2f} h in all.",
        highlight=False,
    )
    for export in task.exports():
        network = trainer.averages[export.key].network
        file = export_network(folder, export, network, config, outcome, command)
        console.print(f"Written: {file.name} and {file.stem}.md in {folder}", highlight=False, soft_wrap=True)


def begin_with(task: TrainingTask, file: Path) -> None:
    """Gives a task's first network the weights of a file, as trainings leave them and as they ship.

    Raises:
        WeightsError: the file holds none of that network.
        TrainingError: they are of another size.
    """
    export = task.exports()[0]
    network = task.networks[export.key]
    config, arrays = load_network(file, type(network).__name__)
    try:
        network.load_state_dict({name: torch.from_numpy(array) for name, array in arrays.items()})
    except RuntimeError as error:
        settings = ", ".join(f"{name}={value}" for name, value in config.items())
        raise TrainingError(f"{file} holds a network of other settings ({settings}); set those.") from error


def choose_device(name: str | None) -> torch.device:
    """The device of that name; without one, a GPU where there is one.

    Raises:
        TrainingError: torch does not have it.
    """
    try:
        device = torch.device(name or ("cuda" if torch.cuda.is_available() else "cpu"))
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise TrainingError(f"The device {name} cannot be used ({error}); leave --device out.") from error
    return device


def _command(arguments: Sequence[str]) -> str:
    """The command without the folders of whoever typed it."""
    parts = []
    for part in arguments:
        key, equals, value = part.rpartition("=")  # of a setting only the value is a file
        parts.append(f"{key}{equals}{Path(value).name}" if "/" in value else part)
    return shlex.join(["python", "-m", "models.training.train", *parts])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="train", description="Train a network, or go on with it.")
    parser.add_argument("network", choices=sorted(TASKS))
    parser.add_argument("--data", type=Path, required=True, help="vornet: a cache of candidates; else clips and stills")
    parser.add_argument("--watch", type=Path, help="folder of clips to watch the training on (training.vornet.watch)")
    parser.add_argument("--weights", type=Path, help="folder of third-party weights for the losses")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--out", type=Path, help="folder of the run; goes on where it holds a checkpoint")
    where.add_argument("--resume", type=Path, help="the same, said plainly")
    parser.add_argument("--start", type=Path, help="weights to begin with, where the run has no checkpoint yet")
    parser.add_argument("--minutes", type=float, default=math.inf, help="stop cleanly after so long, reading included")
    parser.add_argument("--steps", type=int, help="stop cleanly after so many steps of this run")
    parser.add_argument("--device", help="cpu, cuda, cuda:1...; by default a GPU where there is one")
    parser.add_argument("--config", type=Path, help="TOML file of settings")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="one setting; may be repeated")
    return parser


if __name__ == "__main__":
    sys.exit(main())
