"""Pictures that show what a removal did: a matte clip, a before/after clip, a contact sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from app.engine.compositing import replaced
from app.engine.export import walk
from app.engine.holes import Hole
from app.jobs.context import JobContext
from app.media.clip_reader import ClipReader
from app.media.convert import planes_from_rgb
from app.media.frame import Plane, VideoFrame
from app.media.info import MediaInfo
from app.media.settings import ExportSettings
from app.media.writer import ClipWriter

RgbImage = NDArray[np.uint8]

SHEET_COLUMNS = 6
SHEET_WIDTH_PX = 320
_OUTLINE = (255, 64, 64)
_GAP_PX = 4


def write_matte(reader: ClipReader, hole_of: Callable[[int], Hole], target: Path, context: JobContext) -> None:
    """Writes the removal's alpha as a clip: white = filled, black = the source's own pixels.

    Raises:
        UserError: the target cannot be written.
    """

    def mattes() -> Iterator[VideoFrame]:
        with closing(walk(reader, 0, len(reader))) as frames:
            for frame in frames:
                grey = np.repeat(hole_of(frame.index).full_alpha()[..., None], 3, axis=2)
                yield replaced(frame, list(planes_from_rgb(grey, frame.layout, frame.color)))

    _write(mattes(), replace(reader.info, streams=()), target, context, "Matte")


def write_side_by_side(before: ClipReader, after: ClipReader, target: Path, context: JobContext) -> None:
    """Writes source and result beside each other as one clip of twice the width.

    Raises:
        UserError: the target cannot be written.
    """
    info = before.info

    def pairs() -> Iterator[VideoFrame]:
        with (
            closing(walk(before, 0, len(before))) as old_frames,
            closing(walk(after, 0, len(after))) as new_frames,
        ):
            for old, new in zip(old_frames, new_frames, strict=True):
                yield replaced(old, [_beside(*pair) for pair in zip(old.planes, new.planes, strict=True)])

    wide = replace(info, width=2 * info.width, stored_width=2 * info.stored_width, streams=())
    _write(pairs(), wide, target, context, "Before and after")


def contact_sheet(
    before: ClipReader, after: ClipReader, hole_of: Callable[[int], Hole], *, columns: int = SHEET_COLUMNS
) -> RgbImage:
    """One picture: frames spread over the clip as they were, with the hole's outline, and as they are now.

    Returns:
        ``(H, W, 3)`` uint8 RGB.
    """
    count = len(before)
    indices = sorted({round(position * (count - 1) / max(columns - 1, 1)) for position in range(columns)})
    rows: list[list[RgbImage]] = [[], [], []]
    for index in indices:
        source = before.frame(index).rgb
        rows[0].append(_small(source))
        rows[1].append(_small(_outlined(source, hole_of(index))))
        rows[2].append(_small(after.frame(index).rgb))
    return _grid(rows)


def _write(frames: Iterator[VideoFrame], info: MediaInfo, target: Path, context: JobContext, what: str) -> None:
    settings = ExportSettings(codec="h264", quality="high", overwrite=True)
    with ClipWriter(target, info, settings) as writer:
        for frame in frames:
            context.checkpoint()
            writer.write(frame)
            context.progress(frame.index + 1, info.frame_count, what)
        writer.finish()


def _beside(left: Plane, right: Plane) -> Plane:
    joined = np.empty((left.shape[0], left.shape[1] + right.shape[1]), left.dtype)
    joined[:, : left.shape[1]], joined[:, left.shape[1] :] = left, right
    return joined


def _outlined(picture: RgbImage, hole: Hole) -> RgbImage:
    drawn = picture.copy()
    if not hole.empty:
        contours, _ = cv2.findContours(hole.full_region().astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        cv2.drawContours(drawn, contours, -1, _OUTLINE, 2)
    return drawn


def _small(picture: RgbImage) -> RgbImage:
    height = max(1, round(picture.shape[0] * SHEET_WIDTH_PX / picture.shape[1]))
    return np.asarray(cv2.resize(picture, (SHEET_WIDTH_PX, height), interpolation=cv2.INTER_AREA), np.uint8)


def _grid(rows: Sequence[Sequence[RgbImage]]) -> RgbImage:
    """Pictures of one size in rows, with gaps between them."""
    padded = [[np.pad(cell, ((0, _GAP_PX), (0, _GAP_PX), (0, 0))) for cell in row] for row in rows]
    return np.vstack([np.hstack(row) for row in padded])
