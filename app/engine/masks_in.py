"""Masks that come from files: one image a frame, or a video of masks.

A mask's value is its alpha, where it has one that says anything, else its brightest channel. Above the threshold a
pixel is removed; the values below it are the mask's soft edge, kept as feather.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.core.edits import counted
from app.core.errors import UserError
from app.core.masks import MaskBlob
from app.core.soft_edge import SoftEdge
from app.media.frame import VideoFrame
from app.media.images import Image, list_images, read_image
from app.media.reader import open_clip

Value = NDArray[np.float32]
Soft = NDArray[np.uint8]
Checkpoint = Callable[[], None]
Progress = Callable[[int, int], None]

DEFAULT_THRESHOLD = 0.5
_FAINTEST_IMAGE = 0.02
"""Values up to this are nothing: they are what resizing and dithering leave behind."""
_FAINTEST_VIDEO = 0.08
"""Lossy codecs leave more."""


class MaskCountError(UserError):
    """There are neither as many masks as the clip has frames, nor as many as the range.

    Attributes:
        count: how many masks there are.
    """

    def __init__(self, sentence: str, count: int) -> None:
        super().__init__(sentence)
        self.count = count


@dataclass(frozen=True, slots=True)
class MasksWanted:
    """What a clip needs of the masks for it.

    Attributes:
        width, height: size of the clip's pictures.
        frame_count: frames of the clip.
        frames: first frame and end (exclusive) in which something is removed.
        threshold: 0 to 1; a pixel whose value is above is removed.
        looked_at: first frame and end (exclusive) of a longer range whose masks are read as well if they are there.
    """

    width: int
    height: int
    frame_count: int
    frames: tuple[int, int]
    threshold: float = DEFAULT_THRESHOLD
    looked_at: tuple[int, int] | None = None

    def read_of(self, count: int) -> tuple[int, int]:
        """First frame and end (exclusive) of the masks that are read of ``count``, see ``first_of``."""
        return self.looked_at if self.looked_at is not None and count == self.frame_count else self.frames

    def first_of(self, count: int, what: str) -> int:
        """The frame that the first of ``count`` masks is for: one mask a frame of the clip, or of the range.

        Raises:
            MaskCountError: neither.
        """
        in_range = self.frames[1] - self.frames[0]
        if count == self.frame_count:
            return 0
        if count == in_range:
            return self.frames[0]
        in_it = f" ({in_range} in the range)" if in_range != self.frame_count else ""
        wanted = f"{counted(self.frame_count, 'frame')}{in_it}"
        raise MaskCountError(
            f"{what} has {count} {'mask' if count == 1 else 'masks'}, but the clip has {wanted}: give one mask for "
            "every frame.",
            count,
        )


@dataclass(frozen=True, slots=True)
class ImportedMasks:
    """Masks read from files.

    Attributes:
        masks: by frame, for every frame wanted, and those looked at as well.
        soft: the masks' soft borders, for frames that have one.
    """

    masks: Mapping[int, MaskBlob]
    soft: Mapping[int, SoftEdge]


def read_mask(path: Path, width: int, height: int, threshold: float = DEFAULT_THRESHOLD) -> MaskBlob:
    """One mask from an image.

    Raises:
        UserError: it cannot be read, is of another size, or has nothing above the threshold.
    """
    value = value_of_image(read_image(path))
    _check_size(value.shape[1], value.shape[0], width, height, str(path))
    mask = MaskBlob.from_array(np.asarray(value > threshold))
    if mask.is_empty:
        raise UserError(f"The mask {path} is empty: nothing in it is brighter than {threshold:.0%}.")
    return mask


def read_mask_folder(
    folder: Path, wanted: MasksWanted, *, checkpoint: Checkpoint | None = None, progress: Progress | None = None
) -> ImportedMasks:
    """Masks from a folder of images, sorted by name as people count, one a frame.

    Raises:
        UserError: no folder, no image, wrong count or size (both numbers are said), or an image that cannot be read.
    """
    paths = list_images(folder)
    first = wanted.first_of(len(paths), f"The folder {folder}")

    def values() -> Iterator[tuple[int, Value]]:
        for index in range(*wanted.read_of(len(paths))):
            path = paths[index - first]
            value = value_of_image(read_image(path))
            _check_size(value.shape[1], value.shape[0], wanted.width, wanted.height, str(path))
            yield index, value

    return _imported(values(), wanted.read_of(len(paths)), wanted.threshold, _FAINTEST_IMAGE, checkpoint, progress)


def read_mask_video(
    path: Path, wanted: MasksWanted, *, checkpoint: Checkpoint | None = None, progress: Progress | None = None
) -> ImportedMasks:
    """Masks from a video, one a frame.

    Raises:
        UserError: it cannot be read, or has the wrong count or size (both numbers are said).
    """
    with open_clip(path) as clip:
        _check_size(clip.info.width, clip.info.height, wanted.width, wanted.height, str(path))
        first = wanted.first_of(len(clip), str(path))
        read = wanted.read_of(len(clip))

        def values() -> Iterator[tuple[int, Value]]:
            with closing(clip.frames(read[0] - first, read[1] - first)) as frames:
                for frame in frames:
                    yield frame.index + first, value_of_frame(frame)

        return _imported(values(), read, wanted.threshold, _FAINTEST_VIDEO, checkpoint, progress)


def value_of_image(image: Image) -> Value:
    """``(H, W)`` float32, 0 to 1: the alpha where it says anything, else the brightest channel."""
    full = np.float32(255 if image.dtype == np.uint8 else 65535)
    if image.ndim == 2:
        return np.asarray(image, np.float32) / full
    if image.shape[2] == 4 and int(image[..., 3].min()) < full:
        return image[..., 3].astype(np.float32) / full
    return np.asarray(image[..., :3].max(axis=2), np.float32) / full


def value_of_frame(frame: VideoFrame) -> Value:
    """The same of a video's frame."""
    if frame.layout.alpha:
        alpha = frame.planes[-1]
        full = np.float32((1 << frame.layout.bits) - 1)
        if int(alpha.min()) < full:
            return alpha.astype(np.float32) / full
    return np.asarray(frame.rgb.max(axis=2), np.float32) / np.float32(255)


def soft_edge(value: Value, threshold: float, faintest: float) -> Soft | None:
    """A mask's soft matte, 255 where it is above the threshold; None where nothing is soft."""
    mask = value > threshold
    if threshold <= faintest:
        return None
    below = np.clip((value - faintest) / np.float32(threshold - faintest), 0, 1)
    soft = np.rint(below * 254).astype(np.uint8)
    soft[mask] = 255
    return soft if bool(np.any((soft > 0) & ~mask)) else None


def _imported(
    values: Iterator[tuple[int, Value]],
    frames: tuple[int, int],
    threshold: float,
    faintest: float,
    checkpoint: Checkpoint | None,
    progress: Progress | None,
) -> ImportedMasks:
    masks: dict[int, MaskBlob] = {}
    soft: dict[int, SoftEdge] = {}
    for index, value in values:
        if checkpoint:
            checkpoint()
        mask = np.asarray(value > threshold)
        masks[index] = MaskBlob.from_array(mask)
        matte = soft_edge(value, threshold, faintest)
        edge = None if matte is None else SoftEdge.of(matte, mask)
        if edge is not None:
            soft[index] = edge
        if progress:
            progress(len(masks), frames[1] - frames[0])

    return ImportedMasks(masks, soft)


def _check_size(width: int, height: int, clip_width: int, clip_height: int, name: str) -> None:
    if (width, height) != (clip_width, clip_height):
        raise UserError(
            f"The mask {name} is {width}x{height}, but the clip is {clip_width}x{clip_height}: give masks of the same "
            "size."
        )
