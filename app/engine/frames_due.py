"""What of an export is rendered already, and what is not."""

from __future__ import annotations

from dataclasses import dataclass

from app.engine.result_view import FrameState, ResultView


@dataclass(frozen=True, slots=True)
class FramesDue:
    """Frames of an export.

    Attributes:
        with_hole: frames in which something is filled.
        missing: of these, frames that have to be rendered still.
        stale: of those, frames whose result is of an older state of the document.
        previewed: of those, frames that Live has shown, while the export looks both ways in time.
    """

    with_hole: int
    missing: int
    stale: int
    previewed: int


def frames_due(view: ResultView, *, live: bool) -> FramesDue:
    """Counts the frames of a view's range (a few file look-ups for each frame).

    Args:
        view: the document's results.
        live: whether the export goes forward once, so that only frames that were rendered so will do.
    """
    wanted = FrameState.LIVE if live else FrameState.FINAL
    states = view.states(*view.range)
    with_hole = states != FrameState.NOTHING
    missing = with_hole & (states != wanted)
    stale, previewed = (int((missing & (states == each)).sum()) for each in (FrameState.STALE, FrameState.LIVE))
    return FramesDue(int(with_hole.sum()), int(missing.sum()), stale, previewed)
