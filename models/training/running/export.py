"""What a training leaves behind: half-precision weights as safetensors, and a card that says where they come from."""

from __future__ import annotations

import hashlib
import platform
from pathlib import Path

import torch
from torch import nn

from models.training.running.configuration import TrainingConfig
from models.training.running.task import Export
from models.training.running.trainer import Outcome
from models.weights import save_network


def export_network(
    folder: Path, export: Export, network: nn.Module, config: TrainingConfig, outcome: Outcome, command: str
) -> Path:
    """Writes ``FILE.safetensors`` (float16) and ``FILE.md`` into ``folder``; returns the weights' file.

    Args:
        folder: made if it is not there.
        export: which network, and what the card says of it.
        network: its averaged weights.
        config: of the training.
        outcome: of the run: steps, time, figures.
        command: what was typed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {name: tensor.float().cpu().numpy() for name, tensor in network.state_dict().items()}
    target = folder / f"{export.file}.safetensors"
    save_network(target, type(network).__name__, export.config, arrays)
    count = sum(array.size for array in arrays.values())
    card = folder / f"{export.file}.md"
    partial = card.with_name(card.name + ".partial")
    partial.write_text(_card(export, config, outcome, command, count, target.read_bytes()), encoding="utf-8")
    partial.replace(card)
    return target


def machine() -> str:
    """The machine in words: processor, and accelerator where there is one."""
    if torch.cuda.is_available():
        return f"{torch.cuda.get_device_name()}, torch {torch.__version__}"
    return f"{_processor()}, {torch.get_num_threads()} thread(s), torch {torch.__version__}"


def _processor() -> str:
    lines = Path("/proc/cpuinfo")
    if lines.is_file():
        for line in lines.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _card(export: Export, config: TrainingConfig, outcome: Outcome, command: str, parameters: int, data: bytes) -> str:
    figures = "\n".join(f"| {name} | {value:.4f} |" for name, value in outcome.figures.items())
    restricted = "NON-COMMERCIAL" in export.data.upper()
    freedom = (
        "Some of these sets are for non-commercial use only; no version without them exists." if restricted else ""
    )
    arguments = ", ".join(f"{name}={value!r}" for name, value in export.config.items())
    return f"""# {export.file}

{export.about}

| | |
| --- | --- |
| network | `{arguments}` |
| parameters | {parameters:,}, float16, {len(data):,} bytes |
| SHA-256 | `{hashlib.sha256(data).hexdigest()}` |
| steps | {outcome.step:,} of {config.steps:,} |
| hours | {outcome.seconds / 3600:.2f} |
| machine | {machine()} |
| command of the last run | `{command}` |
| settings of the last run | `{config.text()}` |

## Data

{export.data}

{freedom}

## Figures while training, on watched clips

These clips were not trained on, but the training was watched on them; they are not the validation half.

| figure | value |
| --- | --- |
{figures}

## Known failures

{export.failures}
"""
