"""What a user or a test may set of VORNet. Light: importing this loads no torch."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from models.devices import Wanted
from models.propagation.settings import PropagationSettings

VORNET_VERSION = 3
"""Part of every result's key: raise it when the same input and weights would give another fill (2: the decoder's
grid is taken off; 3: it is summed in another order)."""
Candidates = Literal["ours", "paper"]
Flow = Literal["dis", "raft-small"]
WITHOUT_ALEXNET = (
    "AlexNet is missing ('cleanplate models fetch lpips-alexnet'): candidates were selected by differences of colour"
)


@dataclass(frozen=True, slots=True)
class RefinerSettings:
    """What a user or a test may set of the refinement.

    Attributes:
        largest_px: longest side of the networks' crop: time goes with its square.
        cpu_largest_px: the same where the networks have to leave a graphics card that has no room for them.
        skip: whether frames that fit already go by without the networks.
    """

    largest_px: int = 256
    cpu_largest_px: int = 256
    skip: bool = True


@dataclass(frozen=True, slots=True)
class VornetFiles:
    """Verified files of weights.

    Attributes:
        refinement: of the head that is used.
        inpainting: of the generator; None where there is none: then the engine's own guesses stand in for it, and
            patches in the paper's recipe.
        digest: names their contents.
    """

    refinement: Path
    inpainting: Path | None
    digest: str

    @staticmethod
    def of(refinement: Path, inpainting: Path | None = None) -> VornetFiles:
        """The files, their contents named."""
        digest = hashlib.blake2b(digest_size=12)
        for file in (refinement, inpainting):
            digest.update(b"-" if file is None else file.read_bytes())
        return VornetFiles(refinement, inpainting, digest.hexdigest())


@dataclass(frozen=True, slots=True)
class VornetSettings:
    """What a user or a test may set.

    Attributes:
        propagation: of the engine below.
        refiner: of the refinement in ``live``.
        candidates: ``ours``, or ``paper`` for the published recipe.
        device: where the networks run.
        flow: of the paper's recipe: ``dis``, or ``raft-small`` where the user has its weights (meant for a GPU).
        perceptual: whether the paper's selection has its AlexNet; without, a pyramid of differences stands in.
        polish: whether the inpainting network goes over the engine's guesses in ``live``. Off: the refinement weights
            that ship were trained without it, and on the validation half the two together soften grass and asphalt.
    """

    propagation: PropagationSettings = field(default_factory=PropagationSettings)
    refiner: RefinerSettings = field(default_factory=RefinerSettings)
    candidates: Candidates = "ours"
    device: Wanted = "auto"
    flow: Flow = "dis"
    perceptual: bool = True
    polish: bool = False

    def described(self) -> str:
        """Everything an answer depends on beside pictures, holes and weights."""
        facts = {**asdict(self), "propagation": self.propagation.fingerprint()}
        return f"vornet {VORNET_VERSION} {sorted(facts.items())}"
