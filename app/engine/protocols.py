"""What removal asks of an engine: a live remover that goes forward once, and a final pass over a whole shot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol, TypedDict, Unpack, runtime_checkable

from app.engine.loader import Fill, FrameSource, HoleFrame


class LiveRemover(Protocol):
    """Goes forward through consecutive pictures and never looks further ahead than its delay."""

    def step(self, frame: HoleFrame) -> list[Fill]:
        """Takes the next picture and gives the fills that are ready, oldest first (none at first with a delay)."""
        ...

    def foresee(self, *frames: HoleFrame) -> None:
        """Names the pictures that come after the next one stepped to, in order; a hint that must change no answer."""
        ...

    def flush(self) -> list[Fill]:
        """Gives the fills that still wait for pictures which will not come."""
        ...

    def save_state(self) -> bytes:
        """Everything that later fills depend on."""
        ...

    def load_state(self, state: bytes) -> None:
        """Goes on where ``save_state`` was called.

        Raises:
            ValueError: the bytes are no state, or one of another version or of other settings.
        """
        ...


class Unpainted(Protocol):
    """A picture whose fill is decided but for its colours."""

    @property
    def index(self) -> int:
        """The picture's."""
        ...

    def render(self) -> Fill:
        """The fill; on any thread, while the remover goes on."""
        ...


@runtime_checkable
class AheadRemover(LiveRemover, Protocol):
    """A live remover that can go on to the next picture before the colours of the last one are made."""

    def begin(self, frame: HoleFrame) -> Sequence[Unpainted]:
        """As ``step``, but the colours are left to the caller."""
        ...


class FinalWork(TypedDict):
    """What a pass over a whole range is given beside the range.

    Attributes:
        store: an empty folder for temporary data.
        checkpoint: called at least once a frame; raises ``Cancelled`` when the user stops the work.
        progress: called with the name of a pass, its pictures done and its pictures in all.
    """

    store: Path
    checkpoint: Callable[[], None]
    progress: Callable[[str, int, int], None]


class Engine(Protocol):
    """One way of filling holes."""

    @property
    def name(self) -> str:
        """What ``--engine`` takes."""
        ...

    @property
    def version(self) -> str:
        """Names everything but the pictures and holes that a fill depends on; part of every result's key."""
        ...

    @property
    def device(self) -> str:
        """Where it computes here, for the report: ``cpu``, or device and precision of its networks.

        Raises:
            UserError: it was asked for a device that is not there.
        """
        ...

    @property
    def remarks(self) -> tuple[str, ...]:
        """Sentences that the user should read about how it works here."""
        ...

    @property
    def delay(self) -> int:
        """Pictures of look-ahead in ``live``."""
        ...

    def live(self) -> LiveRemover:
        """A remover at its beginning."""
        ...

    def final(self, source: FrameSource, **work: Unpack[FinalWork]) -> Iterator[Fill]:
        """Fills of a whole range, in order of the frames; ``source`` is the range and is walked several times."""
        ...
