"""What the user prefers, kept in one small file from one start to the next."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app import environment
from app.core.errors import UserError
from app.core.sessions import AUTOSAVE_EVERY_S
from app.engine.loader import SEGMENTERS
from app.engine.track_settings import AS_USUAL, TrackSettings

THEME_CHOICES = ("system", "dark", "light")
DEVICE_CHOICES = ("auto", "cpu")
AUTOSAVE_S = (10, 60)
"""Least and most seconds between two autosaves."""
SCALES = (100, 125, 150, 175, 200)
"""How large the window draws, in percent; the first is as the system asks for."""
CACHE_GB = (1, 500)
MEMORY_MB = (128, 65_536)
JUMPS = (5, 10, 25, 0)
"""How many frames Shift and an arrow may go; 0 is a second."""
LANGUAGES = {"en": "English", "de": "Deutsch"}
"""Names of the window's languages in themselves, by code."""
LANGUAGE_CHOICES = ("system", *LANGUAGES)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Preferences:
    """What the user prefers.

    Attributes:
        theme: ``system``, ``dark`` or ``light``.
        device: ``auto`` for a graphics card where there is one, ``cpu`` for none; from the next start on.
        cache_folder: where finished frames are kept, None for the usual place; from the next start on.
        cache_gb: how many of them; from the next start on.
        memory_mb: memory that pictures in the window may take; from the next start on.
        hardware_decoding: whether a graphics card decodes for the screen where it does so exactly; from the next start
            on.
        language: ``system``, or the code of one of ``LANGUAGES``; from the next start on.
        autosave_s: seconds between two autosaves.
        scale: size of everything in the window in percent of what the system asks for; from the next start on.
        guide: whether the next step is said on the picture.
        jump_frames: how many frames Shift and an arrow go, one of ``JUMPS``; 0 for a second.
        shortcuts: key sequences by action id, where they are others than the table's.
        segmenter: what answers clicks, one of ``SEGMENTERS``.
        stop_when_lost: whether tracking ends where it loses the object.
        look_again: whether MobileSAM, where it is here, looks again at masks while they are tracked.
        second_look: whether what was tracked is tracked a second time while nothing goes on.
    """

    theme: str = "dark"
    device: str = "auto"
    cache_folder: Path | None = None
    cache_gb: int = 4
    memory_mb: int = environment.DEFAULT_PICTURES_MB
    hardware_decoding: bool = False
    language: str = "system"
    autosave_s: int = int(AUTOSAVE_EVERY_S)
    scale: int = 100
    guide: bool = True
    jump_frames: int = 10
    shortcuts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    segmenter: str = "auto"
    stop_when_lost: bool = False
    look_again: bool = True
    second_look: bool = False

    def prepare_process(self) -> None:
        """Tells the rest of the program; before anything computes. Variables that the user has set are kept."""
        if self.cache_folder is not None:
            os.environ.setdefault(environment.CACHE_DIR_VARIABLE, str(self.cache_folder))
        os.environ.setdefault(environment.CACHE_GB_VARIABLE, str(self.cache_gb))
        os.environ.setdefault(environment.MEMORY_VARIABLE, str(self.memory_mb))
        os.environ.setdefault(environment.HARDWARE_VARIABLE, str(int(self.hardware_decoding)))
        if self.scale != SCALES[0]:
            os.environ.setdefault("QT_SCALE_FACTOR", f"{self.scale / 100:g}")
        if self.device == "cpu":
            os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")


def track_settings(preferences: Preferences) -> TrackSettings:
    """How the user prefers objects to be tracked."""
    look_again = AS_USUAL.look_again if preferences.look_again else 0
    return TrackSettings(stop_when_lost=preferences.stop_when_lost, look_again=look_again)


def preferences_file() -> Path:
    """Where they are kept."""
    return environment.data_dir() / "preferences.json"


def load(path: Path) -> Preferences:
    """The preferences in a file; what is missing, damaged or out of bounds is as at first."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Preferences()
    except (OSError, ValueError) as error:
        _log.warning("the preferences in %s cannot be read: %s", path, error)
        return Preferences()
    return _of(raw) if isinstance(raw, dict) else Preferences()


def save(path: Path, preferences: Preferences) -> None:
    """Keeps the preferences; call it in a job. The file is whole at every moment.

    Raises:
        UserError: the folder cannot be written.
    """
    plain = {
        "theme": preferences.theme,
        "device": preferences.device,
        "cache_folder": None if preferences.cache_folder is None else str(preferences.cache_folder),
        "cache_gb": preferences.cache_gb,
        "memory_mb": preferences.memory_mb,
        "hardware_decoding": preferences.hardware_decoding,
        "language": preferences.language,
        "autosave_s": preferences.autosave_s,
        "scale": preferences.scale,
        "guide": preferences.guide,
        "jump_frames": preferences.jump_frames,
        "segmenter": preferences.segmenter,
        "stop_when_lost": preferences.stop_when_lost,
        "look_again": preferences.look_again,
        "second_look": preferences.second_look,
        "shortcuts": {name: list(keys) for name, keys in preferences.shortcuts.items()},
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".partial", dir=path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(plain, file, indent=1)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError(
            f"The preferences cannot be kept in {path.parent}: {reason}; they hold until you quit."
        ) from error


def _of(raw: Mapping[str, Any]) -> Preferences:
    known = Preferences()
    folder = raw.get("cache_folder")
    if raw.get("theme") in THEME_CHOICES:
        known = replace(known, theme=raw["theme"])
    if raw.get("device") in DEVICE_CHOICES:
        known = replace(known, device=raw["device"])
    if isinstance(raw.get("hardware_decoding"), bool):
        known = replace(known, hardware_decoding=raw["hardware_decoding"])
    if raw.get("scale") in SCALES:
        known = replace(known, scale=raw["scale"])
    if raw.get("jump_frames") in JUMPS and not isinstance(raw["jump_frames"], bool):
        known = replace(known, jump_frames=raw["jump_frames"])
    switches = ("guide", "stop_when_lost", "look_again", "second_look")
    known = replace(known, **{name: raw[name] for name in switches if isinstance(raw.get(name), bool)})
    if raw.get("language") in LANGUAGE_CHOICES:
        known = replace(known, language=raw["language"])
    if raw.get("segmenter") in SEGMENTERS:
        known = replace(known, segmenter=raw["segmenter"])
    if isinstance(folder, str) and folder:
        known = replace(known, cache_folder=Path(folder))
    return replace(
        known,
        cache_gb=_bounded(raw.get("cache_gb"), CACHE_GB, known.cache_gb),
        memory_mb=_bounded(raw.get("memory_mb"), MEMORY_MB, known.memory_mb),
        autosave_s=_bounded(raw.get("autosave_s"), AUTOSAVE_S, known.autosave_s),
        shortcuts=_shortcuts_of(raw.get("shortcuts")),
    )


def _bounded(value: object, bounds: tuple[int, int], usual: int) -> int:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return min(max(int(value), bounds[0]), bounds[1]) if whole else usual  # type: ignore[call-overload]


def _shortcuts_of(raw: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(raw, dict):
        return {}
    return {
        name: tuple(keys)
        for name, keys in raw.items()
        if isinstance(keys, list) and all(isinstance(each, str) for each in keys)
    }
