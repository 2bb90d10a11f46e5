"""An open clip as the window uses it: the workspace, when each frame is shown, and frames for the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.media.cache import FrameCache
from app.media.frame import VideoFrame
from app.workspace import Workspace

DECODED_BYTES = 256 << 20


@dataclass(frozen=True)
class OpenClip:
    """An open clip.

    Attributes:
        workspace: its objects and what is done with them.
        times_s: when each frame begins, in seconds from the first.
        end_s: when the last one ends.
        frames: decoded frames that were shown lately.
    """

    workspace: Workspace
    times_s: Sequence[float]
    end_s: float
    frames: FrameCache

    def frame(self, index: int) -> VideoFrame:
        """One frame, decoded if it was not shown lately. Never on the GUI thread."""
        return self.frames.get_or_make(index, lambda: self.workspace.reader.frame(index))

    def close(self) -> None:
        """Closes the file. No job may use the clip any more."""
        self.frames.clear()
        self.workspace.close()


def opened(path: Path) -> OpenClip:
    """Opens a clip; call it in a job.

    Raises:
        UserError: it cannot be read.
    """
    workspace = Workspace.open(path)
    reader = workspace.reader
    base = reader.info.time_base
    starts = [float((int(tick) - int(reader.timestamps[0])) * base) for tick in reader.timestamps]
    last = float(int(reader.durations[-1]) * base) or float(1 / reader.info.rate)
    return OpenClip(workspace, starts, starts[-1] + last, FrameCache(DECODED_BYTES))
