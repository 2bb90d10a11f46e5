"""The face of every clip that is read, whether a video file or a folder of images."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from app.media.frame import VideoFrame
from app.media.info import MediaInfo
from app.media.same_file import SameFiles


class ClipReader(ABC):
    """A clip's frames. Use as a context manager; ``frame`` and ``frames`` may be called from several threads."""

    info: MediaInfo
    timestamps: NDArray[np.int64]
    """Presentation time of every frame in ticks of ``info.time_base``."""
    durations: NDArray[np.int64]
    """Duration of every frame in ticks."""
    same: SameFiles
    """The files as they were when the clip was opened; ``same.content`` names their bytes."""

    def __len__(self) -> int:
        """Number of frames."""
        return len(self.timestamps)

    @abstractmethod
    def frame(self, index: int) -> VideoFrame:
        """Decode one frame.

        Args:
            index: place in presentation order, from 0.

        Raises:
            IndexError: if there is no such frame.
            UserError: if the file changed or broke off since it was opened.
        """

    @abstractmethod
    def frames(self, start: int = 0, stop: int | None = None) -> Generator[VideoFrame]:
        """Decode frames ``start`` to ``stop`` (exclusive, the end if None) in order, each once.

        Every call has a decoder of its own, so several walks and ``frame`` do not disturb each other. Close a walk that
        is left early.

        Raises:
            IndexError: if the range does not lie in the clip.
            UserError: as ``frame``.
        """

    def decoding_start(self, index: int) -> int:
        """The frame from which decoding has to begin to give frame ``index``; itself where every frame stands alone."""
        return self._checked_index(index)

    @abstractmethod
    def close(self) -> None:
        """Let go of the file."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _checked_range(self, start: int, stop: int | None) -> tuple[int, int]:
        stop = len(self) if stop is None else stop
        if not 0 <= start <= stop <= len(self):
            raise IndexError(f"frames {start} to {stop} of a clip of {len(self)}")
        return start, stop

    def _checked_index(self, index: int) -> int:
        if not 0 <= index < len(self):
            raise IndexError(f"frame {index} of a clip of {len(self)}")
        return index
