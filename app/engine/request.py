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
"""So far before the first frame that is wanted ``live`` begins."""
LOOK_FRAMES = 250
"""So far round a range masks are looked for, so that ``final`` sees there what the objects hide in it."""


def run_up_frames(rate: float) -> int:
    """With so many frames before the first that is wanted ``live`` begins, at so many frames a second."""
    return round(RUN_UP_S * rate)


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
        inputs: other files and folders that it is made from, beside the clip: nothing that is written replaces them.
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
    inputs: tuple[Path, ...] = ()
    report: Path | None = None
    use_cache: bool = True
    device: str = "auto"
    facts: MaskFacts = field(default_factory=MaskFacts)

    @property
    def read_from(self) -> tuple[Path, ...]:
        """All files and folders that it is made from, beside the clip."""
        return (*self.inputs, *self.references.values())

    def frames_around(self, rate: float) -> tuple[int, int]:
        """Of how many frames before and behind the range masks are of use; these frames are not cleaned.

        ``live`` gets a run-up, ``final`` as much as helps at a bearable price.

        Args:
            rate: frames a second.
        """
        if self.frames is None:
            return 0, 0
        return (run_up_frames(rate), 0) if self.mode is Mode.LIVE else (LOOK_FRAMES, LOOK_FRAMES)


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
        "frames_looked_at": list(_looked_at(removal, plan)),
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
    first, start = _looked_at(removal, plan)[0], plan.cleaned_frames[0]
    if removal.mode is not Mode.LIVE or first == start:
        return []
    return [f"Frames {first} to {start - 1}, before the range, were looked at for what it hides; they are unchanged."]


def _looked_at(removal: Removal, plan: RemovalPlan) -> tuple[int, int]:
    """What the engine may look at: in ``live`` nothing behind the range but what a delay needs."""
    first, end = plan.cleaned_frames
    if removal.mode is Mode.LIVE:
        return plan.live_start(first), min(end + removal.delay, plan.looked_at[1])
    return plan.looked_at
