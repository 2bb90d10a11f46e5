"""A result view as the picture server asks for it."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.document import Document
from app.engine.holes import Hole
from app.engine.result_view import FrameState, ResultView
from app.media.frame import VideoFrame
from app.ui.views import Making


@dataclass(frozen=True, slots=True)
class ShownResults:
    """Finished frames of one view (``views.Results``)."""

    view: ResultView

    @property
    def document(self) -> Document:
        """See ``views.Results``."""
        return self.view.document

    def composite(self, source: VideoFrame) -> VideoFrame | None:
        """See ``views.Results``; where a change has put a frame out of date, it is shown as it was before."""
        finished = self.view.composite(source)
        return self.view.outdated(source) if finished is None else finished

    def hole(self, index: int) -> Hole:
        """See ``views.Results``."""
        return self.view.hole(index)

    def has_hole(self, index: int) -> bool:
        """See ``views.Results``; outside in and out nothing is filled."""
        first, end = self.view.range
        return first <= index < end and self.view.may_have_hole(index)

    def making(self, index: int) -> Making:
        """See ``views.Results``."""
        if index in self.view.final.references:
            return Making.RETOUCHED
        state = self.view.state(index)
        if state is FrameState.STALE:
            return Making.OUTDATED
        return Making.DRAFT if self.view.live.draft and state is FrameState.LIVE else Making.RENDERED
