"""The live engine's state as bytes: saved between sessions, loaded for an exact resume. Plain arrays, no pickles."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import astuple
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.propagation.colour_relation import ColourRelation
from models.propagation.holeflow import HoleFlow
from models.propagation.observation import Observation, Scale
from models.propagation.picture import Picture, PicturePlane
from models.propagation.source_map import SourceMap, Window
from models.propagation.store import SourcePicture

FORMAT = 5
_PARTS = ("hole", "zone", "avoid", "clear", "grey", "blurred", "exact_hole")
_DAMAGED = (OSError, EOFError, KeyError, TypeError, ValueError, NotImplementedError, zipfile.BadZipFile, zlib.error)
"""What NumPy and the zip layer raise on bytes that are no archive, or a damaged one."""


class StateWriter:
    """Collects named arrays and small values."""

    def __init__(self) -> None:
        self._arrays: dict[str, NDArray[Any]] = {}
        self._values: dict[str, Any] = {"format": FORMAT}

    def value(self, name: str, value: Any) -> None:
        """Keeps something JSON can hold."""
        self._values[name] = value

    def array(self, name: str, array: NDArray[Any]) -> None:
        """Keeps an array; masks are packed."""
        if array.dtype == bool:
            self._values[f"{name}.shape"] = array.shape
            array = np.packbits(array)
        self._arrays[name] = array

    def map(self, name: str, source_map: SourceMap | None) -> None:
        """Keeps a source map, or that there is none."""
        self.value(name, None if source_map is None else astuple(source_map.window))
        if source_map is not None:
            for part in ("label", "shift", "risk"):
                self.array(f"{name}.{part}", getattr(source_map, part))

    def motion(self, name: str, motion: HoleFlow | None) -> None:
        """Keeps a completed flow (not its homography, which nobody asks for later)."""
        self.value(name, motion is not None)
        if motion is not None:
            self.array(f"{name}.flow", motion.flow)
            self.array(f"{name}.error", motion.error)
            self.value(f"{name}.light", motion.light)

    def planes(self, name: str, planes: tuple[PicturePlane, ...]) -> None:
        """Keeps native planes."""
        self.value(name, [[plane.shift_x, plane.shift_y] for plane in planes])
        for number, plane in enumerate(planes):
            self.array(f"{name}.{number}", plane.samples)

    def observation(self, name: str, here: Observation, *, whole: bool) -> None:
        """Keeps a frame; ``whole`` with its picture, else only what later frames ask of it."""
        about = {"index": here.index, "window": astuple(here.window), "bits": here.picture.bits, "step": here.step}
        self.value(name, about)
        for part in _PARTS:
            self.array(f"{name}.{part}", getattr(here, part))
        if whole:
            self.array(f"{name}.view", here.picture.view)
            self.planes(f"{name}.planes", here.picture.planes)

    def relation(self, name: str, relation: tuple[int, ColourRelation] | None) -> None:
        """Keeps how planes and view go together, and since which frame."""
        self.value(name, None if relation is None else [relation[0], relation[1].peak])
        if relation is not None:
            self.array(f"{name}.to_planes", relation[1].to_planes)
            self.array(f"{name}.to_view", relation[1].to_view)

    def finish(self) -> bytes:
        """Everything as one block, not deflated: that would halve it and take twenty times as long."""
        text = np.frombuffer(json.dumps(self._values).encode(), np.uint8)
        stream = io.BytesIO()
        np.savez(stream, **{"/values": text}, **self._arrays)  # type: ignore[arg-type]
        return stream.getvalue()


class StateReader:
    """Reads what a ``StateWriter`` wrote.

    Raises:
        ValueError: the bytes are no state, or of another version of the engine.
    """

    def __init__(self, state: bytes) -> None:
        try:
            kept = np.load(io.BytesIO(state), allow_pickle=False)
            self._arrays: dict[str, NDArray[Any]] = dict(kept)
            self._values: dict[str, Any] = json.loads(self._arrays.pop("/values").tobytes())
        except _DAMAGED as error:
            raise ValueError(f"this is no saved state of the propagation engine ({error})") from error
        if self._values.get("format") != FORMAT:
            raise ValueError(f"the saved state has format {self._values.get('format')}, this engine reads {FORMAT}")

    def value(self, name: str) -> Any:
        """A small value."""
        return self._values[self._present(name, self._values)]

    def array(self, name: str) -> NDArray[Any]:
        """An array."""
        array = self._arrays[self._present(name, self._arrays)]
        shape = self._values.get(f"{name}.shape")
        if shape is None:
            return array
        return np.asarray(np.unpackbits(array, count=int(np.prod(shape))).reshape(shape).astype(bool))

    @staticmethod
    def _present(name: str, where: Mapping[str, object]) -> str:
        if name not in where:
            raise ValueError(f"the saved state of the propagation engine lacks {name!r}")
        return name

    def map(self, name: str) -> SourceMap | None:
        """A source map, if there was one."""
        window = self.value(name)
        if window is None:
            return None
        label, shift, risk = (self.array(f"{name}.{part}") for part in ("label", "shift", "risk"))
        return SourceMap(Window(*window), label, shift, risk)

    def motion(self, name: str) -> HoleFlow | None:
        """A completed flow, if there was one."""
        if not self.value(name):
            return None
        return HoleFlow(self.array(f"{name}.flow"), None, self.array(f"{name}.error"), self.value(f"{name}.light"))

    def planes(self, name: str) -> tuple[PicturePlane, ...]:
        """Native planes."""
        shifts = self.value(name)
        return tuple(PicturePlane(self.array(f"{name}.{n}"), x, y) for n, (x, y) in enumerate(shifts))

    def observation(self, name: str, *, whole: bool) -> Observation:
        """A frame; without its picture unless it was kept ``whole``."""
        about = self.value(name)
        view = self.array(f"{name}.view") if whole else np.zeros((0, 0, 3), np.uint8)
        planes = self.planes(f"{name}.planes") if whole else ()
        picture = Picture(about["index"], view, planes, about["bits"])
        parts = {part: self.array(f"{name}.{part}") for part in _PARTS}
        return Observation(picture=picture, window=Window(*about["window"]), step=about["step"], **parts)

    def relation(self, name: str) -> tuple[int, ColourRelation] | None:
        """How planes and view go together, and since which frame, if it was known."""
        kept = self.value(name)
        if kept is None:
            return None
        index, peak = kept
        return index, ColourRelation(self.array(f"{name}.to_planes"), self.array(f"{name}.to_view"), peak)


def write_sources(out: StateWriter, pictures: dict[int, SourcePicture]) -> None:
    """Keeps a store's sources."""
    out.value("sources", [[label, astuple(picture.window)] for label, picture in pictures.items()])
    for label, picture in pictures.items():
        out.planes(f"source.{label}", picture.planes)


def read_sources(kept: StateReader) -> dict[int, SourcePicture]:
    """The sources of a store."""
    return {
        label: SourcePicture(Window(*window), kept.planes(f"source.{label}")) for label, window in kept.value("sources")
    }


def write_scale(out: StateWriter, scale: Scale) -> None:
    """Keeps the clip's sizes."""
    out.value("scale", astuple(scale))


def read_scale(kept: StateReader) -> Scale:
    """The clip's sizes."""
    return Scale(*kept.value("scale"))
