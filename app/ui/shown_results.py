"""A result view as the picture server asks for it."""

from __future__ import annotations

from dataclasses import dataclass

from app.engine.holes import Hole
from app.engine.result_view import FrameState, ResultView
from app.media.frame import VideoFrame
from app.ui.views import Making


@dataclass(frozen=True, slots=True)
class ShownResults:
    """Finished frames of one view (``pictures.Results``)."""

    view: ResultView

    def composite(self, source: VideoFrame) -> VideoFrame | None:
        """See ``pictures.Results``."""
        return self.view.composite(source)

    def hole(self, index: int) -> Hole:
        """See ``pictures.Results``."""
        return self.view.hole(index)

    def has_hole(self, index: int) -> bool:
        """See ``pictures.Results``."""
        return self.view.final.may_have_hole(index)

    def making(self, index: int) -> Making:
        """See ``pictures.Results``."""
        if index in self.view.final.references:
            return Making.RETOUCHED
        draft = self.view.live.draft and self.view.state(index) is FrameState.LIVE
        return Making.DRAFT if draft else Making.RENDERED
