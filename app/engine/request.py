"""What a user asks of a removal, before it is known what that means for a clip."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.engine.holes import HoleSettings
from app.engine.object_masks import MaskFacts
from app.engine.outputs import Output
from app.engine.plan import Mode, RemovalPlan
from app.media.settings import ExportSettings


@dataclass(frozen=True, slots=True)
class Removal:
    """What a user asks of a removal, beside the masks.

    Attributes:
        target: file or folder to write.
        engine: the engine's name; ``auto`` for the better one that is here.
        candidates: what VORNet's networks choose from: ``ours``, or ``paper`` for the published recipe.
        mode: how it walks.
        delay: frames of look-ahead in ``live``.
        holes: how masks become holes.
        frames: first frame and end (exclusive, None for the clip's) of what is cleaned; None for all.
        trim: whether only those frames are written.
        output: what is written: the cleaned clip, its matte, or the patches alone.
        media: codec and quality.
        references: pictures of frames retouched by hand.
        report: where the JSON report goes.
        use_cache: whether finished frames are taken from, and kept in, the result cache.
        device: ``auto``, ``cpu`` or ``cuda``, for engines with networks.
        facts: what is known of the masks beside their shape.
    """

    target: Path
    engine: str = "auto"
    candidates: str = "ours"
    mode: Mode = Mode.FINAL
    delay: int = 0
    holes: HoleSettings = field(default_factory=HoleSettings)
    frames: tuple[int, int | None] | None = None
    trim: bool = False
    output: Output = Output.RESULT
    media: ExportSettings = field(default_factory=ExportSettings)
    references: Mapping[int, Path] = field(default_factory=dict)
    report: Path | None = None
    use_cache: bool = True
    device: str = "auto"
    facts: MaskFacts = field(default_factory=MaskFacts)


def settings_for_report(removal: Removal, plan: RemovalPlan) -> dict[str, object]:
    """What was asked, and what the plan made of it, as plain data."""
    holes = plan.layers[0].holes if plan.layers else removal.holes
    reach, feather = holes.widths(plan.height)
    return {
        "engine": removal.engine,
        "candidates": removal.candidates,
        "mode": removal.mode.value,
        "delay_frames": removal.delay,
        "hole": removal.holes.shape.value,
        "dilate_px": reach,
        "feather_px": feather,
        "frames": list(plan.frames),
        "trim": removal.trim,
        "output": removal.output.value,
        "interlaced": plan.fields,
        "masks": removal.facts.origin.value,
        "frames_lost": list(removal.facts.lost),
        "references": sorted(plan.references),
        "codec": removal.media.codec,
        "quality": removal.media.quality,
        "cache": removal.use_cache,
        "device_wanted": removal.device,
    }
