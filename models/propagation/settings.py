"""What a user or a test may set of the propagation engine."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass

from models.flow.dis import Preset
from models.propagation.picture import GRID_LIMIT_PX

ENGINE_VERSION = 18
"""Part of every result's key: raise it when the same input would give another fill (18: large pictures are looked at
from afar)."""


@dataclass(frozen=True, slots=True)
class PropagationSettings:
    """Settings of the engine without networks.

    Attributes:
        delay: frames of look-ahead in ``live`` (0 = strictly causal).
        steps: the paper's k: earlier frames that the hole is looked for in; the first is the main one, the others are
            asked only where it found nothing.
        working_width_px: flow is computed on pictures at most this wide.
        grid_limit_px: sources are mapped on a grid at most this wide (and high); colour is always sampled at full size.
        preset: DIS preset of ``live``.
        final_preset: DIS preset of ``final``, which has the time.
        membrane: whether the fill is fitted to the hole's rim in colour.
        frame_rate: frames a second, for "about once a second" of patch-based guessing.
        source_bytes: memory for source pictures before the oldest are painted into a newer one.
        seed: of every random choice.
        first_guess_px: the first patch search of a shot sees a picture at most this large (longer side). On holes that
            are never seen 256 is a tenth better in LPIPS than 128, at three times the time of a guess; what it paints
            is carried along, so that it is worth that once.
        guess_px: the same for the later searches.
    """

    delay: int = 0
    steps: tuple[int, ...] = (1, 3, 5)
    working_width_px: int = 480
    grid_limit_px: int = GRID_LIMIT_PX
    preset: Preset = "fast"
    final_preset: Preset = "medium"
    membrane: bool = True
    frame_rate: float = 25.0
    source_bytes: int = 256 << 20
    seed: int = 7
    first_guess_px: int = 256
    guess_px: int = 128

    def fingerprint(self) -> str:
        """Names the settings and the engine's version: a saved state is of use under these only."""
        facts = f"{ENGINE_VERSION} {sorted(asdict(self).items())}"
        return hashlib.blake2b(facts.encode(), digest_size=8).hexdigest()
