"""The clip of a workspace: what every operation asks about it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from app.core.document import ClipIdentity
from app.core.errors import UserError
from app.core.media_link import content_fingerprint
from app.engine.planning import PlannedClip
from app.engine.request import Removal
from app.media.clip_reader import ClipReader
from app.media.info import MediaInfo


class OpenClip:
    """An open clip and its ranges.

    Args:
        reader: the clip.
    """

    def __init__(self, reader: ClipReader) -> None:
        self.reader = reader

    @property
    def info(self) -> MediaInfo:
        """What the clip is."""
        return self.reader.info

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.info.width, self.info.height

    @property
    def frame_count(self) -> int:
        """Number of frames."""
        return len(self.reader)

    @property
    def rate(self) -> float:
        """Frames a second."""
        return float(self.info.rate)

    @property
    def has_fields(self) -> bool:
        """Whether frames are split into fields; of one turned on its side they lie in columns, and it stays whole."""
        return self.info.interlaced and not self.info.orientation.turns_sideways

    def planned(self) -> PlannedClip:
        """What plans need to know of it."""
        width, height = self.size
        return PlannedClip(self.info.path, self.reader.same.content, width, height, self.has_fields)

    def range(self, asked: tuple[int, int | None] | None) -> tuple[int, int]:
        """See ``Workspace.frame_range``."""
        first, asked_end = asked if asked is not None else (0, None)
        end = self.frame_count if asked_end is None else asked_end
        if first >= self.frame_count or end > self.frame_count:
            typed = f"{first}:{'' if asked_end is None else asked_end}"
            raise UserError(
                f"The range {typed} reaches beyond {self.info.path.name}: give at most 0:{self.frame_count}."
            )
        return first, end

    def range_with_masks(self, removal: Removal) -> tuple[int, int]:
        """See ``Workspace.frames_with_masks``."""
        first, end = self.range(removal.frames)
        before, after = removal.frames_around(self.rate)
        return max(0, first - before), min(self.frame_count, end + after)


def identity_of(reader: ClipReader, rate: Fraction | None) -> ClipIdentity:
    """What names a clip in a document.

    Args:
        reader: the clip.
        rate: frames a second that the user gave for a picture sequence.
    """
    info = reader.info
    return ClipIdentity(
        str(info.path.absolute()),
        _size_on_disk(info.path),
        info.width,
        info.height,
        len(reader),
        content_fingerprint(info.path),
        "" if rate is None else str(rate),
    )


def _size_on_disk(path: Path) -> int:
    """Bytes of a file, or of all files in a folder; 0 for a pattern of file names."""
    if path.is_dir():
        return sum(entry.stat().st_size for entry in path.iterdir() if entry.is_file())
    return path.stat().st_size if path.is_file() else 0
