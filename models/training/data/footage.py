"""A folder of clips and masks, read with OpenCV only (a training machine may lack PyAV).

Two layouts are understood. With a ``manifest.json`` (a list of entries with ``name``, ``kind``, ``file`` and, for a
clip with masks, ``masks``: a printf pattern relative to the folder) that file decides. Without one, every video file
of the folder (or of its ``clips`` sub-folder) is a clip named after its file, and ``masks/NAME/*.png``, sorted, are
its masks. Mask pixels above zero are the object.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

CUT_DIFFERENCE = 10.0  # mean grey levels between two frames
CUT_RATIO = 3.0  # times the median difference round it
VIDEO_SUFFIXES = frozenset({".mp4", ".mov", ".mkv", ".webm", ".avi", ".m4v"})

Clip = NDArray[np.uint8]
Masks = NDArray[np.bool_]


class FootageError(ValueError):
    """A folder, clip or mask cannot be used; the message says which one and what to do."""


@dataclass(frozen=True, slots=True)
class FootageClip:
    """One clip of a folder.

    Attributes:
        name: unique within the folder; the split file speaks of clips by this name.
        file: the video.
        masks: the object's masks in frame order, empty where the clip has none.
    """

    name: str
    file: Path
    masks: tuple[Path, ...] = ()


def list_footage(data: Path) -> dict[str, FootageClip]:
    """The clips of a folder by name, in alphabetical order.

    Raises:
        FootageError: the folder is missing, its manifest is unreadable, or it holds no clip.
    """
    if not data.is_dir():
        raise FootageError(f"{data} is not a folder; name a folder that holds clips and masks.")
    manifest = data / "manifest.json"
    clips = _from_manifest(manifest) if manifest.is_file() else _from_files(data)
    if not clips:
        raise FootageError(f"{data} holds no video clip; put clips there, and masks in masks/NAME/*.png.")
    return {clip.name: clip for clip in sorted(clips, key=lambda clip: clip.name)}


def _from_manifest(manifest: Path) -> list[FootageClip]:
    folder = manifest.parent
    try:
        entries = [entry for entry in json.loads(manifest.read_bytes()) if entry.get("kind") == "video"]
        return [
            FootageClip(str(entry["name"]), folder / entry["file"], _mask_files(folder / entry["masks"]))
            if entry.get("masks")
            else FootageClip(str(entry["name"]), folder / entry["file"])
            for entry in entries
        ]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise FootageError(f"{manifest} is not a readable list of clips ({error}); mend or remove it.") from error


def _from_files(data: Path) -> list[FootageClip]:
    folder = data / "clips" if (data / "clips").is_dir() else data
    files = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in VIDEO_SUFFIXES and path.is_file()]
    return [FootageClip(path.stem, path, _mask_files(data / "masks" / path.stem / "*.png")) for path in files]


def _mask_files(pattern: Path) -> tuple[Path, ...]:
    return tuple(sorted(pattern.parent.glob("*.png"))) if pattern.parent.is_dir() else ()


def count_frames(clip: FootageClip) -> int:
    """Frames that the container promises; 0 if the file does not open."""
    capture = cv2.VideoCapture(str(clip.file))
    try:
        return max(int(capture.get(cv2.CAP_PROP_FRAME_COUNT)), 0) if capture.isOpened() else 0
    finally:
        capture.release()


def read_clip(clip: FootageClip, *, start: int = 0, count: int | None = None) -> Clip:
    """Decodes ``(T, H, W, 3)`` uint8 RGB frames ``start`` to ``start + count`` (fewer where the clip ends).

    Raises:
        FootageError: nothing could be decoded.
    """
    capture = cv2.VideoCapture(str(clip.file))
    frames: list[NDArray[np.uint8]] = []
    try:
        for _ in range(start):
            if not capture.grab():
                break
        while count is None or len(frames) < count:
            decoded, picture = capture.read()
            if not decoded:
                break
            frames.append(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB).astype(np.uint8, copy=False))
    finally:
        capture.release()
    if not frames:
        raise FootageError(f"{clip.file} has no decodable frame from {start} on; replace or remove the clip.")
    return np.stack(frames)


def read_masks(clip: FootageClip, size: tuple[int, int]) -> Masks:
    """``(T, H, W)`` bool masks, True = the object, scaled to ``size`` = (width, height) by nearest neighbour.

    Raises:
        FootageError: a mask cannot be read.
    """
    masks = []
    for path in clip.masks:
        mask = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_GRAYSCALE)
        if mask is None:
            raise FootageError(f"{path} is not a readable picture; replace the mask.")
        if (mask.shape[1], mask.shape[0]) != size:
            mask = cv2.resize(mask, size, interpolation=cv2.INTER_NEAREST)
        masks.append(mask > 0)
    return np.stack(masks) if masks else np.zeros((0, size[1], size[0]), np.bool_)


def covered(frames: Clip, size: tuple[int, int]) -> Clip:
    """Scales frames ``(T, H, W, 3)`` to cover ``size`` = (width, height) and cuts out the middle."""
    width, height = size
    rows, columns = frames.shape[1:3]
    scale = max(width / columns, height / rows)
    scaled_width, scaled_height = max(round(columns * scale), width), max(round(rows * scale), height)
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    left, top = (scaled_width - width) // 2, (scaled_height - height) // 2
    result = np.empty((len(frames), height, width, 3), np.uint8)
    for index, frame in enumerate(frames):
        whole = cv2.resize(frame, (scaled_width, scaled_height), interpolation=interpolation)
        result[index] = whole[top : top + height, left : left + width]
    return result


def longest_shot(frames: Clip) -> Clip:
    """The longest stretch of ``(T, H, W, 3)`` uint8 frames without a cut or the jump of a looped clip."""
    start, end = longest_shot_span(frames)
    return frames[start:end]


def longest_shot_span(frames: Clip) -> tuple[int, int]:
    """First frame and end of that stretch."""
    small = [cv2.resize(frame, (64, 36), interpolation=cv2.INTER_AREA).astype(np.float32) for frame in frames]
    jumps = np.array([float(np.abs(later - earlier).mean()) for earlier, later in itertools.pairwise(small)])
    cuts = [0]
    for index, jump in enumerate(jumps):
        around = np.median(jumps[max(index - 8, 0) : index + 9])
        if jump > max(CUT_DIFFERENCE, CUT_RATIO * float(around)):
            cuts.append(index + 1)
    cuts.append(len(frames))
    return max(itertools.pairwise(cuts), key=lambda shot: shot[1] - shot[0])
