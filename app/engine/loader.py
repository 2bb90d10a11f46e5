"""The one door from the app to ``models``.

The plain data types come in at once (they need numpy only); everything that computes is imported when a job first asks
for it, so that the window and the command line start without OpenCV and torch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app import environment
from app.core.errors import UserError
from models.propagation.picture import Fill, FrameSource, HoleFrame, Picture, PicturePlane

if TYPE_CHECKING:
    from app.engine.protocols import Engine, LiveRemover
    from models.propagation.settings import PropagationSettings
    from models.tracking.protocol import MaskTracker

__all__ = [
    "ENGINES",
    "Fill",
    "FrameSource",
    "HoleFrame",
    "Picture",
    "PicturePlane",
    "fetch_weights",
    "known_weights",
    "load_engine",
    "load_tracker",
    "segment_box",
    "tracker_version",
    "tracking_scale",
]

ENGINES = ("propagate",)


def load_engine(name: str, *, delay: int = 0, frame_rate: float = 25.0) -> Engine:
    """The engine of that name.

    Args:
        name: one of ``ENGINES``.
        delay: frames of look-ahead in ``live``.
        frame_rate: pictures a second, for engines that do things "once a second".

    Raises:
        UserError: if there is no such engine.
    """
    if name not in ENGINES:
        raise UserError(f"There is no engine {name!r}: choose one of {', '.join(ENGINES)}.")
    from models.propagation.settings import PropagationSettings

    return PropagateEngine(PropagationSettings(delay=delay, frame_rate=frame_rate))


def load_tracker() -> MaskTracker:
    """A new tracker, which needs no weights."""
    from models.tracking.flow_tracker import FlowMaskTracker

    return FlowMaskTracker()


def tracker_version() -> str:
    """Names everything but pictures and prompts that a track depends on; part of every kept track's key."""
    from models.tracking.protocol import TRACKER_VERSION

    return f"flow {TRACKER_VERSION}"


def segment_box(
    view: NDArray[np.uint8], box_xywh: tuple[int, int, int, int], others: Sequence[NDArray[np.uint8]]
) -> NDArray[np.bool_]:
    """The object in a box, from one picture and a few near it; see ``models.tracking.box_start``."""
    from models.tracking.box_start import segment_moving_box

    return segment_moving_box(view, box_xywh, others)


def tracking_scale(width: int, height: int, object_px: int) -> float:
    """How much the tracker shrinks pictures of this size for an object whose longer side is known, at most 1."""
    from models.tracking.flow_tracker import scale_for

    return scale_for(width, height, object_px)


@dataclass(frozen=True, slots=True)
class PropagateEngine:
    """``--engine propagate``: the engine without networks."""

    settings: PropagationSettings

    @property
    def name(self) -> str:
        """What ``--engine`` takes."""
        return "propagate"

    @property
    def version(self) -> str:
        """Engine version and settings."""
        from models.propagation.settings import ENGINE_VERSION

        return f"{ENGINE_VERSION} {sorted(asdict(self.settings).items())}"

    @property
    def delay(self) -> int:
        """Frames of look-ahead in ``live``."""
        return self.settings.delay

    def live(self) -> LiveRemover:
        """A remover at its beginning."""
        from models.propagation.remover import LiveRemover as Remover

        return Remover(self.settings)

    def final(
        self,
        source: FrameSource,
        *,
        store: Path,
        checkpoint: Callable[[], None],
        progress: Callable[[str, int, int], None],
    ) -> Iterator[Fill]:
        """Fills of a whole range, in order of the frames (see ``Engine.final``)."""
        from models.propagation.final import fill_range

        return fill_range(source, self.settings, store=store, checkpoint=checkpoint, progress=progress)


@dataclass(frozen=True, slots=True)
class KnownWeights:
    """A file of weights that can be fetched.

    Attributes:
        name: what ``cleanplate models fetch`` calls it.
        size_bytes: of the file.
        licence: as its makers declare it.
        about: what it is for.
        here: whether it is there and whole.
        ships: whether it comes with Cleanplate; else it is fetched.
        trouble: why it cannot be used, and what to do; empty if it can.
        damaged: whether something is there that should not be, or lacks that should be (not merely not fetched).
    """

    name: str
    size_bytes: int
    licence: str
    about: str
    here: bool
    ships: bool
    trouble: str
    damaged: bool


def known_weights() -> list[KnownWeights]:
    """Every file of weights that Cleanplate knows, its content checked."""
    from models.registry import NETWORKS, WEIGHTS, NetworkWeights, Weights
    from models.weights import WeightsError, WeightsMissing, find_network, find_weights

    found = []
    entries: dict[str, NetworkWeights | Weights] = {**NETWORKS, **WEIGHTS}
    for name, weights in entries.items():
        trouble, ships = "", name in NETWORKS
        damaged = False
        try:
            if ships:
                find_network(name, shipped_weights_folder())
            else:
                find_weights(WEIGHTS[name])
        except WeightsError as error:
            trouble, damaged = str(error), ships or not isinstance(error, WeightsMissing)
        licence = WEIGHTS[name].licence if name in WEIGHTS else "Apache-2.0"
        size, about = weights.size_bytes, weights.about
        found.append(KnownWeights(name, size, licence, about, not trouble, ships, trouble, damaged))
    return found


def shipped_weights_folder() -> Path:
    """Where the weights that come with Cleanplate lie."""
    return environment.resources_dir() / "weights"


def fetch_weights(name: str) -> Path:
    """Fetches weights unless they are here.

    Raises:
        UserError: no such weights, or they cannot be fetched; the message says what to do.
    """
    from models.registry import WEIGHTS
    from models.weights import WeightsError
    from models.weights import fetch_weights as fetch

    if name not in WEIGHTS:
        raise UserError(f"There are no weights named {name!r}: choose from {', '.join(WEIGHTS)}.")
    try:
        return fetch(name)
    except WeightsError as error:
        raise UserError(str(error)) from error
