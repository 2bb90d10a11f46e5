"""One frame as a picture: the source, the result, its matte, or its patch on a transparent ground."""

from __future__ import annotations

from enum import Enum

import numpy as np

from app.core.errors import UserError
from app.engine.outputs import Output, output_frame, patch_alpha
from app.engine.removal import composited
from app.engine.result_view import ResultView
from app.media.convert import deep_view
from app.media.frame import VideoFrame
from app.media.images import Image


class Still(Enum):
    """What a picture shows of a frame."""

    RESULT = "result"
    SOURCE = "source"
    MATTE = "matte"
    PATCH = "patch"

    @property
    def needs_result(self) -> bool:
        """Whether the frame has to be rendered for it."""
        return self in (Still.RESULT, Still.PATCH)


def still_image(view: ResultView, source: VideoFrame, still: Still) -> Image:
    """A frame as a picture; clips of more than 8 bits give 16.

    Args:
        view: the results that count.
        source: the clip's frame.
        still: what to show of it.

    Returns:
        ``(H, W, 3)`` RGB; for a matte ``(H, W)`` uint8, white where it is filled; for a patch ``(H, W, 4)`` with
        straight alpha.

    Raises:
        UserError: the frame is not rendered and has to be.
    """
    if still is Still.SOURCE:
        return deep_view(source)
    if still is Still.MATTE:
        return view.hole(source.index).full_alpha()
    filled = view.filled(source)
    if filled is None:
        raise UserError(
            f"Frame {source.index} is not rendered yet: switch on Live or render the range first, or export the source."
        )
    if still is Still.RESULT:
        return deep_view(composited(filled, view.final.seam))
    colours = deep_view(output_frame(filled, view.final.seam, Output.PATCH))
    alpha = patch_alpha(filled)
    if colours.dtype == np.uint8:
        return np.dstack([colours.astype(np.uint8), alpha])
    return np.dstack([colours.astype(np.uint16), alpha.astype(np.uint16) * np.uint16(257)])
