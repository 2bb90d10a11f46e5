"""What a user asks of a removal, before it is known what that means for a clip."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.engine.holes import HoleSettings
from app.engine.object_masks import MaskFacts
from app.engine.outputs import Output
from app.engine.plan import Mode, RemovalPlan
from app.engine.track_doubts import doubtful_frames
from app.media.settings import ExportSettings

RUN_UP_S = 2.0
"""So far before its range ``live`` may begin to look."""


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
        look_around: whether the engine may see frames outside the range, see ``frames_around``; they are not cleaned.
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
    look_around: bool = False

    def frames_around(self, rate: float) -> tuple[int, int]:
        """How many frames before and behind the range the engine may see.

        ``live`` gets a run-up of ``RUN_UP_S`` seconds: what it has not seen before, it can only guess. ``final`` gets
        what the holes at the range's ends depend on.

        Args:
            rate: frames a second.
        """
        if not self.look_around or self.frames is None:
            return 0, 0
        return (round(RUN_UP_S * rate), 0) if self.mode is Mode.LIVE else self.holes.window


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
        "frames": list(plan.cleaned_frames),
        "frames_looked_at": list(plan.frames),
        "trim": removal.trim,
        "output": removal.output.value,
        "interlaced": plan.fields,
        "masks": removal.facts.origin.value,
        "frames_lost": [index for index in removal.facts.lost if plan.is_cleaned(index)],
        "references": sorted(plan.references),
        "codec": removal.media.codec,
        "quality": removal.media.quality,
        "cache": removal.use_cache,
        "device_wanted": removal.device,
    }


def notes_for_report(removal: Removal, plan: RemovalPlan) -> list[str]:
    """Sentences about what was asked and changes nothing, or more than its words say."""
    doubtful = doubtful_frames([index for index in removal.facts.doubts if plan.is_cleaned(index)])
    return [*_unused_references(removal, plan), *_run_up(removal, plan), *doubtful]


def _unused_references(removal: Removal, plan: RemovalPlan) -> list[str]:
    """A sentence for each reference that changes nothing: outside the range, or of a frame without a hole."""
    sentences = []
    for frame in sorted(removal.references):
        if not plan.is_cleaned(frame):
            sentences.append(f"The reference of frame {frame} was not used: it lies outside the range.")
        elif not plan.may_have_hole(frame):
            sentences.append(f"The reference of frame {frame} was not used: nothing is removed there.")
    return sentences


def _run_up(removal: Removal, plan: RemovalPlan) -> list[str]:
    """A sentence about the frames before the range that ``live`` looks at."""
    first, start = plan.frames[0], plan.cleaned_frames[0]
    if removal.mode is not Mode.LIVE or first == start:
        return []
    return [f"Frames {first} to {start - 1}, before the range, were looked at for what it hides; they are unchanged."]
