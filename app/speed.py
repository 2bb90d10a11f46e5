"""``cleanplate benchmark --speed``: frames a second and peak memory of the whole product, decode to encode.

Beside each mode stands the speed of decoding and encoding alone. Every run has a process of its own.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from app import environment
from app.core.document import Action, MaskOrigin
from app.core.edits import SetTrack
from app.core.errors import UserError
from app.core.masks import MaskBlob
from app.core.object_edits import ChangeObject
from app.engine.holes import HoleSettings
from app.engine.loader import RESTORER, load_engine
from app.engine.object_masks import MaskFacts
from app.engine.plan import Mode
from app.engine.request import Removal
from app.jobs.context import JobContext
from app.jobs.measured import run_measured
from app.media.reader import open_clip
from app.media.settings import ExportSettings
from app.media.writer import ClipWriter
from app.workspace import Workspace

DEMO_CLIP = "demo/sports2d_walk_pan_854x480.mp4"
SIZES = ((432, 240), (854, 480), (1920, 1080))
MIN_FRAMES = 8
HOLE_SHARE = 0.06  # of the picture
HOLE_ASPECT = 1.8  # height over width: a person
HOLE_PERIOD_FRAMES = 180
POLE_PERIOD_FRAMES = 50
RATE = Fraction(30)
COPY = "decode and encode"
X264 = ExportSettings(codec="h264", quality="high", overwrite=True, extra=(("preset", "medium"),))


@dataclass(frozen=True, slots=True)
class SpeedOptions:
    """What is timed.

    Attributes:
        sizes: (width, height) of the clips made from the demo clip; ignored if ``clips`` are given.
        frames: length of those clips; the demo clip is played to and fro.
        modes: modes of the engine.
        clips: clips to take instead.
        engine: the engine's name; ``auto`` for the one that fills where none is named, ``voin`` for restorations.
    """

    sizes: tuple[tuple[int, int], ...] = SIZES
    frames: int = 250
    modes: tuple[Mode, ...] = (Mode.LIVE, Mode.FINAL)
    clips: tuple[Path, ...] = ()
    engine: str = "auto"


@dataclass(frozen=True, slots=True)
class SpeedResult:
    """One run: ``what`` is a mode's name or ``COPY``."""

    clip: str
    width: int
    height: int
    frames: int
    what: str
    seconds: float
    peak_bytes: int | None

    @property
    def frames_per_second(self) -> float:
        """Of the run, opening and closing the files included."""
        return self.frames / self.seconds


def run_speed(options: SpeedOptions, console: Console) -> list[SpeedResult]:
    """Times every mode on every clip, prints the table and returns the figures.

    Raises:
        UserError: a clip cannot be read, or there is no room for the results.
    """
    if options.frames < MIN_FRAMES:
        raise UserError(f"{options.frames} frames are too few to time; ask for {MIN_FRAMES} or more.")
    engine = RESTORER if options.engine == RESTORER else load_engine(options.engine).name
    results: list[SpeedResult] = []
    with tempfile.TemporaryDirectory(prefix="cleanplate-speed-", ignore_cleanup_errors=True) as scratch:
        clips = options.clips or (None,) * len(options.sizes)
        sizes = options.sizes if not options.clips else ((0, 0),) * len(options.clips)
        for clip, size in zip(clips, sizes, strict=True):
            source = clip or make_clip(Path(scratch), size, options.frames)
            results += _time_clip(source, Path(scratch), options, console)
            if clip is None:
                source.unlink()
    _print_results(results, engine, console)
    return results


def _time_clip(source: Path, scratch: Path, options: SpeedOptions, console: Console) -> list[SpeedResult]:
    with open_clip(source) as reader:
        width, height, frames = reader.info.width, reader.info.height, len(reader)
    target = scratch / "timed.mp4"
    runs = [(COPY, run_measured(copy_clip, source, target))]
    for mode in options.modes:
        if options.engine == RESTORER:
            runs.append((mode.value, run_measured(restore_in_clip, source, target, mode)))
        else:
            runs.append((mode.value, run_measured(remove_from_clip, source, target, mode, options.engine)))
    results = []
    for what, run in runs:
        result = SpeedResult(source.name, width, height, frames, what, run.seconds, run.peak_bytes)
        results.append(result)
        line = f"{source.name}  {what}: {result.frames_per_second:.1f} frames/s"
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    return results


def copy_clip(source: Path, target: Path) -> None:
    """Decodes and encodes again, nothing else."""
    with open_clip(source) as reader, ClipWriter(target, reader.info, X264) as writer:
        for frame in reader.frames():
            writer.write(frame)
        writer.finish()


def remove_from_clip(source: Path, target: Path, mode: Mode, engine: str) -> None:
    """Removes a moving ellipse of 6 % of the picture, as ``cleanplate remove`` would; nothing comes from a cache."""
    with Workspace.open(source) as workspace:
        size = workspace.info.width, workspace.info.height
        masks = {index: MaskBlob.from_array(_ellipse(index, *size)) for index in range(workspace.frame_count)}
        removal = Removal(
            target=target,
            mode=mode,
            engine=engine,
            holes=HoleSettings(dilate_px=0, feather_px=0),
            media=X264,
            use_cache=False,
            facts=MaskFacts(MaskOrigin.DRAWN),
        )
        object_id = workspace.add_object()
        workspace.perform(SetTrack.imported(workspace.document, object_id, masks))
        workspace.remove(removal)(JobContext())


def restore_in_clip(source: Path, target: Path, mode: Mode) -> None:
    """Brings back what a swinging pole hides of that ellipse in every frame, as ``cleanplate restore`` would.

    Predicting the whole shape is part of it; nothing comes from a cache.
    """
    with Workspace.open(source) as workspace:
        size = workspace.info.width, workspace.info.height
        whole = [_ellipse(index, *size) for index in range(workspace.frame_count)]
        poles = [_pole(index, *size) for index in range(workspace.frame_count)]
        ids = [workspace.add_object(name) for name in ("object", "pole")]
        seen = [mask & ~pole for mask, pole in zip(whole, poles, strict=True)]
        for which, masks in zip(ids, (seen, poles), strict=True):
            blobs = {index: MaskBlob.from_array(mask) for index, mask in enumerate(masks)}
            workspace.perform(SetTrack.imported(workspace.document, which, blobs))
        workspace.perform(ChangeObject.of(workspace.document, ids[1], action=Action.KEEP))
        workspace.perform(workspace.restore(ids[0], ids[1:]))
        workspace.perform(workspace.predicted(workspace.predict_amodal(ids[0])(JobContext())))
        removal = Removal(target=target, mode=mode, engine="propagate", media=X264, use_cache=False)
        workspace.remove(removal)(JobContext())


def _pole(index: int, width: int, height: int) -> NDArray[np.bool_]:
    """``(H, W)`` bool: an upright pole that covers about a third of the ellipse, swinging from side to side on it."""
    columns = np.flatnonzero(_ellipse(index, width, height).any(0))
    across = len(columns)
    center = (columns[0] + columns[-1]) / 2 + 0.25 * across * np.sin(2 * np.pi * index / POLE_PERIOD_FRAMES)
    x = np.arange(width)
    return np.repeat((np.abs(x - center) <= across / 6)[None], height, axis=0)


def _ellipse(index: int, width: int, height: int) -> NDArray[np.bool_]:
    """``(H, W)`` bool: an upright ellipse that swings from side to side."""
    half_width = np.sqrt(HOLE_SHARE * width * height / (np.pi * HOLE_ASPECT))
    half_height = min(HOLE_ASPECT * half_width, height / 2 - 1)
    swing = np.sin(2 * np.pi * index / HOLE_PERIOD_FRAMES)
    center_x = width / 2 + swing * (width / 2 - half_width - 1)
    mask = np.zeros((height, width), np.bool_)
    left, top = max(0, int(center_x - half_width)), max(0, int(height / 2 - half_height))
    y, x = np.ogrid[top : height - top, left : min(width, int(center_x + half_width) + 2)]
    inside = ((x - center_x) / half_width) ** 2 + ((y - height / 2) / half_height) ** 2 <= 1.0
    mask[y, x] = inside
    return mask


def make_clip(folder: Path, size: tuple[int, int], frames: int) -> Path:
    """An H.264 clip of ``size`` = (width, height), made from the demo clip, played to and fro."""
    import cv2

    pictures = folder / "pictures"
    pictures.mkdir()
    with open_clip(environment.resource(DEMO_CLIP)) as demo:
        views = [cv2.resize(frame.rgb, size, interpolation=cv2.INTER_CUBIC) for frame in demo.frames()]
    for index in range(frames):
        there = index % (2 * len(views) - 2)
        view = views[min(there, 2 * len(views) - 2 - there)]
        encoded, data = cv2.imencode(".jpg", cv2.cvtColor(view, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 95])
        assert encoded
        (pictures / f"{index:05}.jpg").write_bytes(data.tobytes())
    target = folder / f"{size[0]}x{size[1]}.mp4"
    with open_clip(pictures, rate=RATE) as reader, ClipWriter(target, reader.info, X264) as writer:
        for frame in reader.frames():
            writer.write(frame)
        writer.finish()
    for picture in pictures.iterdir():
        picture.unlink()
    pictures.rmdir()
    return target


def _print_results(results: Sequence[SpeedResult], engine: str, console: Console) -> None:
    what = "a third hidden of an object of 6 %" if engine == RESTORER else "hole of 6 % of the picture"
    title = f"Whole product with {engine}: H.264 in, x264 medium out, {what}"
    table = Table(title=title, title_justify="left")
    for name in ("clip", "size", "frames", "what", "frames/s", "peak MB"):
        table.add_column(name, justify="left" if name in {"clip", "what"} else "right")
    for result in results:
        memory = "-" if result.peak_bytes is None else f"{result.peak_bytes / 1e6:.0f}"
        size = f"{result.width}x{result.height}"
        speed = f"{result.frames_per_second:.1f}"
        table.add_row(result.clip, size, str(result.frames), result.what, speed, memory)
    console.print(table)
