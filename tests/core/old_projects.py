"""Project files as earlier versions wrote them: everything in JSON but the packed pixels."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

KINDS = "mask", "soft"


def as_version_2(path: Path, old: Path) -> dict[str, Any]:
    """Writes a project once more, as version 2 did, and gives its JSON."""
    with zipfile.ZipFile(path) as new:
        parts = {name: new.read(name) for name in new.namelist()}
    numbers = np.frombuffer(parts.pop("frames.bin"), "<i4").tolist()
    about = np.frombuffer(parts.pop("masks.bin"), "<i4").reshape(-1, 6).tolist()
    data: dict[str, Any] = _spelt_out(json.loads(parts.pop("project.json")), numbers)
    data["version"] = 2
    data["blobs"] = [[KINDS[kind], *rest] for kind, *rest in about]
    write(old, data, parts)
    return data


def write(path: Path, data: dict[str, Any], parts: dict[str, bytes]) -> None:
    """Writes a project of this JSON and these other parts."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.json", json.dumps(data))
        for name, part in parts.items():
            archive.writestr(name, part)


def _spelt_out(data: Any, numbers: list[int]) -> Any:
    if isinstance(data, dict) and data.keys() == {"start", "count"}:
        return numbers[data["start"] : data["start"] + data["count"]]
    if isinstance(data, dict):
        return {name: _spelt_out(each, numbers) for name, each in data.items()}
    return [_spelt_out(each, numbers) for each in data] if isinstance(data, list) else data
