"""The fixed split of clips into a tuning and a validation half, kept in ``validation_split.json``.

A clip, whether it serves as a background or lends its object, is in one half only. The validation half is never
tuned on and never trained on; the tuning half and every clip that the file does not name may be used for both. A
clip that the file does not name (somebody else's footage) falls into a half by a hash of its name.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Half = Literal["tuning", "validation"]
Kind = Literal["static", "rigid", "soft"]

SPLIT_FILE = Path(__file__).with_name("validation_split.json")


@dataclass(frozen=True, slots=True)
class HalfSplit:
    """What one half holds: backgrounds by name with the kind of their motion, and the clips that lend objects."""

    backgrounds: dict[str, Kind]
    objects: tuple[str, ...]

    @property
    def clips(self) -> frozenset[str]:
        """Every clip of the half."""
        return frozenset(self.backgrounds) | frozenset(self.objects)


def read_split(half: Half, file: Path = SPLIT_FILE) -> HalfSplit:
    """The named half of the split file."""
    entry = json.loads(file.read_text(encoding="utf-8"))[half]
    return HalfSplit(dict(entry["backgrounds"]), tuple(entry["objects"]))


def watched_backgrounds() -> frozenset[str]:
    """The backgrounds that trainings are watched on: no training is to see them, if it is to be judged by them."""
    return frozenset(read_split("tuning").backgrounds)


def half_of(name: str, file: Path = SPLIT_FILE) -> Half:
    """The half a clip belongs to: by the split file, else by a hash of its name."""
    if name in read_split("tuning", file).clips:
        return "tuning"
    if name in read_split("validation", file).clips:
        return "validation"
    return "tuning" if hashlib.sha256(name.encode()).digest()[0] % 2 else "validation"


def is_training_clip(name: str, file: Path = SPLIT_FILE) -> bool:
    """Whether a network may be trained on the clip: all but the validation half's."""
    return name not in read_split("validation", file).clips
