"""All that later frames of a completion depend on, and its way into bytes and back."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.propagation.source_map import SourceMap, Window
from models.voin.window_engine import Mask, ObjectFrame, Reference
from models.voin.window_run import Before, Shown

FORMAT = 2
Arrays = dict[str, NDArray[Any]]
_FRAME = ("view", "visible", "occluder")
_SHOWN = ("view", "known", "hidden", "amodal")


@dataclass(frozen=True, slots=True)
class Provisional:
    """What a window found for a frame that the next window sees again.

    Attributes:
        logits: ``(H, W)`` float32 of the amodal mask.
        picture: ``(H, W, 3)`` float32 in 0..255, the painted picture.
        hidden: ``(H, W)`` bool, where that was wanted.
    """

    logits: NDArray[np.float32]
    picture: NDArray[np.float32]
    hidden: Mask


@dataclass(slots=True)
class CompleterState:
    """Between two calls.

    Attributes:
        frames: those that are not answered yet, or that later windows see again.
        provisional: by index, of frames that the window before saw.
        references: of earlier parts of the shot.
        before: the last answered frame; None at a shot's beginning.
        shown: answered frames that the generator sees again, of a completion that looks at the past alone.
    """

    frames: list[ObjectFrame] = field(default_factory=list)
    provisional: dict[int, Provisional] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    before: Before | None = None
    shown: list[Shown] = field(default_factory=list)

    def packed(self, facts: dict[str, Any]) -> bytes:
        """The state as bytes, with facts that must be the same where it is loaded.

        Twins are for who looks ahead and keeps no states.
        """
        assert all(frame.twin is None for frame in self.frames), "a frame with a twin is not kept"
        arrays: Arrays = {}
        for number, frame in enumerate(self.frames):
            arrays |= {f"frame{number}.{part}": getattr(frame, part) for part in _FRAME}
            if frame.amodal is not None:
                arrays[f"frame{number}.amodal"] = frame.amodal
        for number, reference in enumerate(self.references):
            arrays |= {f"reference{number}.{part}": getattr(reference, part) for part in _FRAME}
        for index, found in self.provisional.items():
            arrays |= {f"provisional{index}.{part}": getattr(found, part) for part in Provisional.__slots__}
        for number, past in enumerate(self.shown):
            arrays |= {f"shown{number}.{part}": getattr(past, part) for part in _SHOWN}
        about = {
            "format": FORMAT,
            "facts": facts,
            "frames": [[frame.index, frame.cut] for frame in self.frames],
            "provisional": sorted(self.provisional),
            "references": [reference.index for reference in self.references],
            "before": None if self.before is None else _pack_before(self.before, arrays),
            "shown": len(self.shown),
        }
        text = np.frombuffer(json.dumps(about, sort_keys=True).encode(), np.uint8)
        stream = io.BytesIO()
        np.savez(stream, about=text, **arrays)  # type: ignore[arg-type]
        return stream.getvalue()

    @staticmethod
    def unpacked(data: bytes, facts: dict[str, Any]) -> CompleterState:
        """The state that ``packed`` wrote.

        Raises:
            ValueError: it is none, or was saved under other facts.
        """
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as kept:
                arrays = {name: kept[name] for name in kept.files}
            about = json.loads(arrays["about"].tobytes())
        except (OSError, KeyError, ValueError, TypeError, AttributeError, zipfile.BadZipFile) as error:
            raise ValueError(f"this is no state of a completion ({error})") from error
        if about.get("format") != FORMAT or about.get("facts") != json.loads(json.dumps(facts)):
            raise ValueError("this state was saved under other settings or weights")

        def three(name: str) -> list[NDArray[Any]]:
            return [arrays[f"{name}.{part}"] for part in _FRAME]

        return CompleterState(
            [
                _frame(index, three(f"frame{n}"), cut, arrays.get(f"frame{n}.amodal"))
                for n, (index, cut) in enumerate(about["frames"])
            ],
            {
                index: Provisional(*(arrays[f"provisional{index}.{part}"] for part in Provisional.__slots__))
                for index in about["provisional"]
            },
            [Reference(index, *three(f"reference{number}")) for number, index in enumerate(about["references"])],
            None if about["before"] is None else _unpack_before(about["before"], arrays),
            [Shown(*(arrays[f"shown{number}.{part}"] for part in _SHOWN)) for number in range(about["shown"])],
        )


def _frame(index: int, parts: list[NDArray[Any]], cut: bool = False, amodal: Mask | None = None) -> ObjectFrame:
    return ObjectFrame(index, parts[0], parts[1], parts[2], cut, amodal)


def _pack_before(before: Before, arrays: Arrays) -> dict[str, Any]:
    """Puts the arrays of the frame before into ``arrays``; what else is known of it."""
    arrays |= {f"before.{part}": getattr(before.frame, part) for part in _FRAME}
    arrays["before.amodal"] = before.amodal
    arrays |= {f"source{index}": view for index, view in before.sources.items()}
    window = None
    if before.map is not None:
        arrays |= {f"map.{part}": getattr(before.map, part) for part in ("label", "shift", "risk")}
        window = [getattr(before.map.window, part) for part in Window.__slots__]
    return {"index": before.frame.index, "window": window, "sources": sorted(before.sources)}


def _unpack_before(about: dict[str, Any], arrays: Arrays) -> Before:
    frame = _frame(about["index"], [arrays[f"before.{part}"] for part in _FRAME])
    found = None
    if about["window"] is not None:
        found = SourceMap(Window(*about["window"]), arrays["map.label"], arrays["map.shift"], arrays["map.risk"])
    sources = {index: arrays[f"source{index}"] for index in about["sources"]}
    return Before(frame, arrays["before.amodal"], found, sources)
