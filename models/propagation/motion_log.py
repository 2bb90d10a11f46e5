"""Holes and background motion of a whole range, on disk: what the backward walk of ``final`` reads instead of video."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load, save

from models.propagation.holeflow import HoleFlow
from models.propagation.observation import Observation, Scale
from models.propagation.picture import BoolMask
from models.propagation.source_map import Window

_MARGIN_PX = 2


@dataclass(frozen=True, slots=True)
class LoggedFlow:
    """A completed flow, cropped to the hole, in half precision (0.01 px at 20 px of motion)."""

    window: Window
    flow: NDArray[np.float16]
    error: NDArray[np.float16]
    light: float

    def expanded(self, scale: Scale) -> HoleFlow:
        """On the whole motion grid again; zero outside the crop, where nobody looks."""
        flow = np.zeros((scale.motion_height, scale.motion_width, 2), np.float32)
        error = np.zeros((scale.motion_height, scale.motion_width), np.float32)
        flow[self.window.slices], error[self.window.slices] = self.flow, self.error
        return HoleFlow(flow, None, error, self.light)


@dataclass(frozen=True, slots=True)
class LoggedFrame:
    """One frame of the log.

    Attributes:
        index: of the frame in the clip.
        cut: whether a shot starts here.
        window, zone: as in ``Observation``.
        blocked: window round all pixels that may not serve as source, and those pixels in it.
        to_previous, to_next: the background's flow to the neighbours, if there is a hole and a neighbour.
    """

    index: int
    cut: bool
    window: Window
    zone: BoolMask
    blocked: tuple[Window, BoolMask]
    to_previous: LoggedFlow | None
    to_next: LoggedFlow | None

    def with_next(self, motion: HoleFlow, scale: Scale) -> LoggedFrame:
        """The frame with its flow to the next one."""
        return replace(self, to_next=_crop(motion, self.window, scale))

    def clear(self, scale: Scale) -> BoolMask:
        """``(H, W)`` bool: pixels that may serve as source."""
        out = np.ones((scale.height, scale.width), bool)
        window, blocked = self.blocked
        out[window.slices] = ~blocked
        return out


def log_frame(here: Observation, to_previous: HoleFlow | None, *, cut: bool, scale: Scale) -> LoggedFrame:
    """A frame as the log keeps it, its flow to the next one still missing."""
    from models.propagation.source_map import window_of

    blocked = ~here.clear
    tight = window_of(blocked)
    flow = None if to_previous is None else _crop(to_previous, here.window, scale)
    return LoggedFrame(here.index, cut, here.window, here.zone, (tight, blocked[tight.slices]), flow, None)


def _crop(motion: HoleFlow, window: Window, scale: Scale) -> LoggedFlow:
    factor = scale.factor
    left, top = int(window.left / factor[0]), int(window.top / factor[1])
    width, height = int(np.ceil(window.width / factor[0])) + 1, int(np.ceil(window.height / factor[1])) + 1
    small = Window(left, top, width, height).grown(_MARGIN_PX, scale.motion_height, scale.motion_width)
    flow, error = motion.flow[small.slices].astype(np.float16), motion.error[small.slices].astype(np.float16)
    return LoggedFlow(small, flow, error, motion.light)


class MotionLog:
    """Frames by position in the range, one file each.

    Args:
        folder: an existing folder that belongs to the log's owner.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def append(self, frame: LoggedFrame) -> None:
        """Adds the next frame."""
        arrays: dict[str, NDArray[np.generic]] = {
            "index": np.array([frame.index, int(frame.cut)]),
            "window": _numbers(frame.window),
            "zone": np.packbits(frame.zone),
            "blocked_window": _numbers(frame.blocked[0]),
            "blocked": np.packbits(frame.blocked[1]),
        }
        for name, flow in (("previous", frame.to_previous), ("next", frame.to_next)):
            if flow is not None:
                arrays |= {
                    f"{name}_window": _numbers(flow.window),
                    f"{name}_flow": flow.flow,
                    f"{name}_error": flow.error,
                    f"{name}_light": np.array(flow.light),
                }
        self._file(self._count).write_bytes(save(arrays))  # not save_file: a full disk is an OSError
        self._count += 1

    def read(self, position: int) -> LoggedFrame:
        """The frame at a position, from 0."""
        kept = load(self._file(position).read_bytes())
        window, blocked_window = _window(kept["window"]), _window(kept["blocked_window"])
        flows = [_read_flow(kept, name) for name in ("previous", "next")]
        index, cut = (int(value) for value in kept["index"])
        return LoggedFrame(
            index,
            bool(cut),
            window,
            _unpack(kept["zone"], window),
            (blocked_window, _unpack(kept["blocked"], blocked_window)),
            flows[0],
            flows[1],
        )

    def _file(self, position: int) -> Path:
        return self.folder / f"motion_{position:08d}.safetensors"


def _read_flow(kept: Mapping[str, NDArray[Any]], name: str) -> LoggedFlow | None:
    if f"{name}_flow" not in kept:
        return None
    flow, error, light = (kept[f"{name}_{part}"] for part in ("flow", "error", "light"))
    return LoggedFlow(_window(kept[f"{name}_window"]), flow, error, float(light))


def _numbers(window: Window) -> NDArray[np.int64]:
    return np.array([window.left, window.top, window.width, window.height], np.int64)


def _window(numbers: NDArray[np.int64]) -> Window:
    return Window(*(int(number) for number in numbers))


def _unpack(packed: NDArray[np.uint8], window: Window) -> BoolMask:
    bits = np.unpackbits(packed, count=window.width * window.height)
    return bits.reshape(window.height, window.width).astype(bool)
