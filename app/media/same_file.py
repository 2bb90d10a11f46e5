"""A clip's files stay what they were when it was opened, or its new pictures would be taken for the old ones."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from app.core.errors import UserError
from app.core.file_content import WHOLE_BYTES, file_content, file_state


class ClipChanged(UserError):
    """A clip's file is not the one any more that was opened.

    Attributes:
        file: which one.
    """

    def __init__(self, file: Path, *, is_there: bool) -> None:
        super().__init__(
            f"{file} was replaced or changed while it was open; open it again."
            if is_there
            else f"{file} was moved or deleted while it was open; put it back, or open it where it is now."
        )
        self.file = file


class SameFiles:
    """The files of a clip as they were when it was opened. Safe to use from several threads.

    One that was only touched, or copied over with the same bytes, is the same (see ``file_content`` for large ones).

    Args:
        files: the video file and what it names, or the images of a sequence, in their order.

    Attributes:
        content: names what they held, wherever they lie; results are kept under it.
    """

    def __init__(self, files: Sequence[Path]) -> None:
        self._most_bytes = WHOLE_BYTES // max(1, len(files))
        self._states = {file: file_state(file) for file in files}
        self._contents = {file: file_content(file, self._most_bytes) for file in files}
        self.content = hashlib.sha256("".join(self._contents.values()).encode()).hexdigest()

    @property
    def files(self) -> list[Path]:
        """Which files."""
        return list(self._states)

    def check(self, file: Path | None = None) -> None:
        """Returns if the paths still lead to those files; call it once one is open, before its frames are used.

        Args:
            file: one of them; None for all.

        Raises:
            ClipChanged: another one is in its place, it was written anew, or is gone.
        """
        for each in self._states if file is None else [file]:
            state = file_state(each)
            if state is not None and state == self._states[each]:
                continue
            if state is None or file_content(each, self._most_bytes) != self._contents[each]:
                raise ClipChanged(each, is_there=state is not None)
            self._states[each] = state

    def check_written(self) -> None:
        """Returns if what is open already still gives what those files held; call it once frames were read from them.

        A file that another one replaced is still the old one to whoever has it open; one that was written anew is not.

        Raises:
            ClipChanged: one was written anew.
        """
        for file, known in self._states.items():
            state = file_state(file)
            if state is None or known is None or (state.device, state.inode) != (known.device, known.inode):
                continue
            if (state.size_bytes, state.written_ns) != (known.size_bytes, known.written_ns):
                self.check(file)
