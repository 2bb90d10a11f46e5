"""How fast masks are tracked, as a command says it: the time in which they are found, and nothing else."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

Answer = TypeVar("Answer")


@dataclass(slots=True)
class Pace:
    """What was tracked so far; masks that were kept from an earlier run count for nothing.

    Attributes:
        masks: how many were tracked, those of the anchors' own frames aside.
        seconds: from the first to the last, without the time that goes by between two answers elsewhere.
    """

    masks: int = 0
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        """Masks a second; 0 before the first."""
        return self.masks / self.seconds if self.seconds else 0.0

    def timed(self, answers: Iterable[Answer]) -> Iterator[Answer]:
        """Passes answers on as they are found, and counts them and the time that each took."""
        found = iter(answers)
        while True:
            began = time.perf_counter()
            try:
                answer = next(found)
            except StopIteration:
                return
            finally:
                self.seconds += time.perf_counter() - began
            self.masks += 1
            yield answer
