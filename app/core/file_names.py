"""Names that cannot be files' or folders' on Windows, where most of them fail late or mean something else."""

from __future__ import annotations

import sys
from pathlib import PurePosixPath, PureWindowsPath

_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in "123456789¹²³")})
_NOT_IN_NAMES = frozenset('<>:"|?*\\/')


def is_device(name: str) -> bool:
    """Whether Windows takes a name for a device's, whatever its ending: ``NUL``, ``con.png``."""
    return name.split(".")[0].rstrip().casefold() in _DEVICES


def objection(name: str, platform: str = sys.platform) -> str:
    """Why a system takes no file or folder of this name, as the end of a sentence; empty where it does.

    Args:
        name: without folders.
        platform: as ``sys.platform``.
    """
    if platform != "win32" or name == "..":
        return ""
    if is_device(name):
        return f"{name.split('.')[0]} is a device's name on Windows"
    found = sorted({letter for letter in name if letter in _NOT_IN_NAMES or ord(letter) < 32})
    if found:
        wrong = " ".join(letter if letter.isprintable() else repr(letter) for letter in found)
        return f"Windows takes no {wrong} in names"
    return "Windows takes no name that ends in a dot or a space" if name.endswith((".", " ")) else ""


def last_part(path: str) -> str:
    """The name at the end of a path that may come from another system: a project made there."""
    foreign = PureWindowsPath(path)
    return foreign.name if foreign.drive else PurePosixPath(path).name
