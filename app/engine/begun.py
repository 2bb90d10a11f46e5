"""Which renders of a clip were ever begun: results of no other can be in the cache, so none is looked for.

A name hashes what all frames of its walk add. Making the names of 200,000 frames of 20 objects takes minutes, and
telling that nothing was rendered there takes two small records.
"""

from __future__ import annotations

from app.engine.live_chain import noted_starts
from app.engine.results import ResultCache
from app.engine.shots import MOST_WALKS, noted_walks


class BegunRenders:
    """What is noted of the renders of one clip.

    Args:
        cache: finished results.
        identity: of the clip.
    """

    def __init__(self, cache: ResultCache, identity: str) -> None:
        self._cache, self._identity = cache, identity
        self.walks: frozenset[tuple[int, int]] | None = frozenset()
        """What ``final`` began to walk (first, end); None if that was so often that nobody knows."""
        self._starts: dict[int, int] = {}
        self.read()

    def read(self) -> bool:
        """Looks again; whether anything was begun, or went further, meanwhile."""
        before = self.walks, self._starts
        walks = noted_walks(self._cache, self._identity)
        self.walks = None if len(walks) >= MOST_WALKS else frozenset(walks)
        self._starts = noted_starts(self._cache, self._identity)
        return before != (self.walks, self._starts)

    @property
    def starts(self) -> tuple[int, ...]:
        """Frames at which live renders began, the latest first."""
        return tuple(self._starts)

    def reach(self, start: int) -> int:
        """End (exclusive) of the frames that live renders from a frame on may have come to; 0 if there was none."""
        return self._starts.get(start, 0)

    def has_walk(self, walked: tuple[int, int]) -> bool:
        """Whether ``final`` may have walked these frames (first, end): if it was too long ago, nobody knows."""
        return self.walks is None or walked in self.walks
