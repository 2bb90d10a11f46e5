"""Pictures that show what a removal did: a matte clip, a before/after clip, a contact sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from app.engine.compositing import replaced
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


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown: source and result of one removal.

    Attributes:
        before: the source.
        after: the result, whose first frame is the source's frame ``first``.
        first: see above.
        hole_of: the hole of a frame of the source.
    """

    before: ClipReader
    after: ClipReader
    first: int
    hole_of: Callable[[int], Hole]

    @property
    def end(self) -> int:
        """Frame of the source after the last one shown."""
        return self.first + len(self.after)


def write_matte(shown: Shown, target: Path, context: JobContext) -> None:
    """Writes the removal's alpha as a clip: white = filled, black = the source's own pixels.

    Raises:
        UserError: the target cannot be written.
    """

    def mattes() -> Iterator[VideoFrame]:
        with closing(shown.before.frames(shown.first, shown.end)) as frames:
            for frame in frames:
                grey = np.repeat(shown.hole_of(frame.index).full_alpha()[..., None], 3, axis=2)
                yield replaced(frame, list(planes_from_rgb(grey, frame.layout, frame.color)))

    _write(mattes(), shown, replace(shown.before.info, streams=()), target, context)


def write_side_by_side(shown: Shown, target: Path, context: JobContext) -> None:
    """Writes source and result beside each other as one clip of twice the width.

    Raises:
        UserError: the target cannot be written.
    """
    info = shown.before.info

    def pairs() -> Iterator[VideoFrame]:
        with (
            closing(shown.before.frames(shown.first, shown.end)) as old_frames,
            closing(shown.after.frames(0, len(shown.after))) as new_frames,
        ):
            for old, new in zip(old_frames, new_frames, strict=True):
                yield replaced(old, [_beside(*pair) for pair in zip(old.planes, new.planes, strict=True)])

    wide = replace(info, width=2 * info.width, stored_width=2 * info.stored_width, streams=())
    _write(pairs(), shown, wide, target, context)


def contact_sheet(shown: Shown, *, columns: int = SHEET_COLUMNS) -> RgbImage:
    """One picture: frames spread over the clip as they were, with the hole's outline, and as they are now.

    Returns:
        ``(H, W, 3)`` uint8 RGB.
    """
    count = len(shown.after)
    places = sorted({round(position * (count - 1) / max(columns - 1, 1)) for position in range(columns)})
    rows: list[list[RgbImage]] = [[], [], []]
    for place in places:
        source = shown.before.frame(shown.first + place).rgb
        rows[0].append(_small(source))
        rows[1].append(_small(_outlined(source, shown.hole_of(shown.first + place))))
        rows[2].append(_small(shown.after.frame(place).rgb))
    return _grid(rows)


def _write(frames: Iterator[VideoFrame], shown: Shown, info: MediaInfo, target: Path, context: JobContext) -> None:
    settings = ExportSettings(codec="h264", quality="high", overwrite=True)
    with ClipWriter(target, info, settings, start=shown.first, stop=shown.end) as writer:
        for frame in frames:
            context.checkpoint()
            writer.write(frame)
            context.progress(frame.index + 1 - shown.first, len(shown.after), target.name)
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
