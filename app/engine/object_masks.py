"""An object's masks on their way to a removal: where they come from, and what follows for its holes."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from app.core.document import MaskOrigin
from app.core.masks import MaskBlob
from app.engine.cuts import cuts_between
from app.engine.fields import deinterlaced
from app.engine.holes import HoleSettings
from app.engine.mask_tracks import MadeMasks, MaskMemory
from app.engine.plan import Mode
from app.jobs.context import JobContext
from app.media.clip_reader import ClipReader
from app.media.frame import VideoFrame

# The soft border of a hole that the user drew himself: 2 px at 480 rows.
EXACT_BORDER_SHARE = 0.004


@dataclass(frozen=True, slots=True)
class MaskFacts:
    """What is known of the masks beside their shape.

    Attributes:
        origin: where they come from.
        lost: frames in which a tracker did not find the object.
        doubts: by frame, why a tracker may be wrong there, see ``app.engine.track_doubts``.
    """

    origin: MaskOrigin = MaskOrigin.TRACKED
    lost: tuple[int, ...] = ()
    doubts: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeinterlacedClip:
    """A clip whose interlaced frames show their first field only: what a tracker should see."""

    reader: ClipReader

    def frames(self, start: int = 0, stop: int | None = None) -> Generator[VideoFrame]:
        """Frames ``start`` to ``stop`` (exclusive) in order."""
        with closing(self.reader.frames(start, stop)) as frames:
            for frame in frames:
                yield deinterlaced(frame)


def united_tracks(
    tracks: Sequence[Mapping[int, MaskBlob]], frames: tuple[int, int], memory: MaskMemory | None = None
) -> Mapping[int, MaskBlob]:
    """The union of several objects' masks in a range of frames, made when asked for; no frame without any mask.

    Args:
        tracks: by frame, of pictures of one size.
        frames: first frame and end (exclusive).
        memory: holds what was made, for others that need the same.
    """
    return MadeMasks(tracks, frames, MaskMemory() if memory is None else memory)


def clip_cuts(reader: ClipReader, first: int, end: int, context: JobContext) -> set[int]:
    """Frames after the first, and before the end, that start a new shot; the same wherever the frames begin."""

    def told(done: int, total: int) -> None:
        context.checkpoint()
        context.progress(done, total, "Looking for cuts")

    return set(cuts_between(reader.frames, (first, end), (0, len(reader)), told)) - {first}


def holes_for(asked: HoleSettings, origin: MaskOrigin, mode: Mode, height: int) -> HoleSettings:
    """Hole settings with what the mode and the masks' origin imply.

    A causal engine gets holes without a look at later masks; drawn masks are taken at their word; boxes that are not
    tracked grow by their soft border only.
    """
    after = 0 if mode is Mode.LIVE else asked.after
    holes = replace(asked, after=after, tidy=origin is MaskOrigin.TRACKED)
    if origin is MaskOrigin.STILL and holes.dilate_px is None:
        border = round(height * EXACT_BORDER_SHARE) if holes.feather_px is None else holes.feather_px
        holes = replace(holes, dilate_px=0, feather_px=border)
    return holes
