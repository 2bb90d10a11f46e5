"""What an export writes of a removal: the cleaned clip, its matte, or only the patches on a transparent ground."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum

import numpy as np

from app.core.errors import UserError
from app.engine.compositing import replaced, touched_samples
from app.engine.holes import OPAQUE, Alpha, Hole
from app.engine.removal import Filled, composited
from app.engine.seams import SeamSettings
from app.media.convert import planes_from_rgb
from app.media.export_plan import ExportPlan
from app.media.frame import Plane, VideoFrame
from app.media.info import MediaInfo


class Output(Enum):
    """What is written."""

    RESULT = "result"
    """The cleaned clip."""
    MATTE = "matte"
    """Where something is filled, and how much: white is filled, black the source's own pixels."""
    PATCH = "patch"
    """The filled pixels alone, with the matte as straight alpha: laid over the source they give the result."""


def output_info(info: MediaInfo, output: Output) -> MediaInfo:
    """The clip that a writer is told it gets: without sound and the like where these would only be a burden."""
    if output is Output.RESULT:
        return info
    bare = replace(info, streams=(), chapters=())
    if output is Output.MATTE:
        return bare
    return replace(bare, layout=replace(info.layout, alpha=True), stored_layout=replace(info.stored_layout, alpha=True))


def check_output(plan: ExportPlan, output: Output) -> None:
    """Refuses patches where the target cannot hold transparency.

    Raises:
        UserError: with what can.
    """
    if output is Output.PATCH and not plan.setup.pixels.layout.alpha:
        raise UserError(
            f"{plan.setup.codec.title} holds no transparency, but patches need it: choose ProRes 4444, FFV1 or a PNG "
            "sequence."
        )


def output_frame(filled: Filled, seam: SeamSettings, output: Output) -> VideoFrame:
    """A frame of the output."""
    if output is Output.RESULT:
        return composited(filled, seam)
    alpha = filled.whole_hole.full_alpha()
    if output is Output.MATTE:
        grey = np.repeat(alpha[..., None], 3, axis=2)
        return replaced(filled.frame, list(planes_from_rgb(grey, filled.frame.layout, filled.frame.color)))
    return _patch(filled, seam)


def _patch(filled: Filled, seam: SeamSettings) -> VideoFrame:
    """The fill at full strength in the hole, black elsewhere, with the hole's alpha in place of the clip's own."""
    frame, hole = filled.frame, filled.whole_hole
    filled_in = composited(replace(filled, hole=_opaque(filled.hole)), seam)
    region, by_field = hole.full_region(), any(len(layer.fills) == 2 for layer in filled.layers)
    layout = frame.layout
    colours = len(frame.planes) - layout.alpha
    black = planes_from_rgb(
        np.zeros((frame.height, frame.width, 3), np.uint8), replace(layout, alpha=False), frame.color
    )
    planes: list[Plane] = [
        np.where(touched_samples(region, *shifts, by_field=by_field), own, empty)
        for own, empty, shifts in zip(filled_in.planes[:colours], black, layout.plane_shifts, strict=False)
    ]
    top = (1 << layout.bits) - 1
    opacity = np.rint(patch_alpha(filled).astype(np.float32) * np.float32(top / OPAQUE))
    planes.append(opacity.astype(np.uint8) if layout.bits <= 8 else opacity.astype(np.uint16))
    return replace(replaced(frame, planes), layout=replace(layout, alpha=True))


def patch_alpha(filled: Filled) -> Alpha:
    """How much of a patch covers the source, ``(H, W)`` uint8: the hole's alpha, and all where an object is restored.

    A restored object is soft over what is filled, so that the patch shows both there.
    """
    alpha = filled.whole_hole.full_alpha()
    for layer in filled.over:
        alpha[layer.hole.full_region()] = OPAQUE
    return alpha


def _opaque(hole: Hole) -> Hole:
    return replace(hole, alpha=np.where(hole.region, np.uint8(OPAQUE), np.uint8(0)))
