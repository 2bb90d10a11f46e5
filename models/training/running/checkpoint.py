"""Checkpoints: all that a run needs to go on to the step, in parts of bounded size.

A machine that is lent for minutes may hand back only files of a limited size, so the bytes are cut into parts; a
small JSON file, written last, names them, their total hash and the step. An interrupted write leaves the one before.
"""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import torch

from models.training.running.configuration import TrainingError

INDEX = "checkpoint.json"
PART_BYTES = 15 << 20
FORMAT = 1


def save_checkpoint(folder: Path, state: dict[str, Any], *, step: int, part_bytes: int = PART_BYTES) -> None:
    """Writes ``state`` (tensors, numbers, texts, in dictionaries and lists) and removes the one before.

    Args:
        folder: of the run; made if it is not there.
        state: what ``load_checkpoint`` gives back.
        step: named in the index, so that it can be read without loading all.
        part_bytes: size of the largest part.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stream = io.BytesIO()
    torch.save(state, stream)
    data = stream.getbuffer()
    names = []
    for number, start in enumerate(range(0, len(data), part_bytes)):
        name = f"checkpoint-{step:08d}.{number:03d}"
        _write(folder / name, data[start : start + part_bytes])
        names.append(name)
    index = {"format": FORMAT, "step": step, "parts": names, "sha256": hashlib.sha256(data).hexdigest()}
    _write(folder / INDEX, json.dumps(index, indent=1).encode())
    for old in folder.glob("checkpoint-*"):
        if old.name not in names:
            old.unlink()


def load_checkpoint(folder: Path, device: torch.device) -> dict[str, Any] | None:
    """The state in ``folder``, its tensors on ``device``; None if the folder holds no checkpoint.

    Raises:
        TrainingError: a part is missing or damaged, or another version of this program wrote it.
    """
    file = folder / INDEX
    if not file.is_file():
        return None
    try:
        index = json.loads(file.read_bytes())
        data = b"".join((folder / name).read_bytes() for name in index["parts"])
        intact = index["format"] == FORMAT and hashlib.sha256(data).hexdigest() == index["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrainingError(f"The checkpoint in {folder} cannot be read ({error}); resume from another.") from error
    if not intact:
        raise TrainingError(f"The checkpoint in {folder} is damaged or of another version; resume from another.")
    state: dict[str, Any] = torch.load(io.BytesIO(data), map_location=device, weights_only=True)
    return state


def _write(file: Path, data: bytes | memoryview) -> None:
    partial = file.with_name(file.name + ".partial")
    partial.write_bytes(data)
    partial.replace(file)
