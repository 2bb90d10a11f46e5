"""The engines that fill holes, by their names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from app import environment
from app.core.errors import UserError
from app.engine.loader.networks import networks_for_the_user, prepare_networks
from app.engine.loader.weights import find_network_file
from models.propagation.picture import Fill, FrameSource

if TYPE_CHECKING:
    from app.engine.protocols import Engine, FinalWork, LiveRemover
    from models.propagation.settings import PropagationSettings
    from models.vornet.settings import VornetFiles, VornetSettings

ENGINES = ("vornet", "propagate")
CANDIDATES = ("ours", "paper", "paper-raft")
"""What VORNet's networks choose from; ``paper-raft`` is ``paper`` with RAFT-small's flow, from the user's own copy."""
DRAFT_WIDTH_PX = 320
DRAFT_GUESS_PX = 96


def default_engine() -> str:
    """The engine that fills where none is named: the one of ``CLEANPLATE_ENGINE``, else the better one.

    That is VORNet where its weights ship and are better than nothing, else ``propagate``.
    """
    from models.registry import NETWORKS

    wanted = os.environ.get(environment.ENGINE_VARIABLE, "auto")
    if wanted != "auto":
        return wanted
    weights = NETWORKS.get("vornet")
    return "vornet" if weights is not None and weights.preferred else "propagate"


def load_engine(
    name: str,
    *,
    delay: int = 0,
    frame_rate: float = 25.0,
    device: str = "auto",
    candidates: str = "ours",
    weights: Path | None = None,
) -> Engine:
    """The engine of that name.

    Args:
        name: one of ``ENGINES``, or ``auto`` for ``default_engine()``.
        delay: frames of look-ahead in ``live``.
        frame_rate: pictures a second, for engines that do things "once a second".
        device: ``auto``, ``cpu`` or ``cuda``: where networks run.
        candidates: one of ``CANDIDATES``: what VORNet's networks choose from.
        weights: a folder of weights to take instead of those that ship, unchecked: for trying out a training's result.

    Raises:
        UserError: there is no such engine, or its weights are not there, or do not go with the other options.
    """
    if name == "auto":
        name = default_engine() if candidates == "ours" and weights is None else "vornet"
    if name not in ENGINES:
        raise UserError(f"There is no engine {name!r}: choose one of {', '.join(ENGINES)}.")
    if candidates not in CANDIDATES:
        raise UserError(f"There are no candidates {candidates!r}: choose one of {', '.join(CANDIDATES)}.")
    from models.propagation.settings import PropagationSettings

    propagation = PropagationSettings(delay=delay, frame_rate=frame_rate)
    if name == "propagate":
        if candidates != "ours":
            raise UserError(f"--candidates {candidates} is for --engine vornet; propagate has no networks to choose.")
        return PropagateEngine(propagation)
    return _vornet(propagation, device, candidates, weights)


def load_draft_engine(*, delay: int = 0, frame_rate: float = 25.0) -> Engine:
    """The engine of drafts, which has no networks and looks at motion and sources more coarsely.

    Args:
        delay: frames of look-ahead in ``live``.
        frame_rate: pictures a second.
    """
    from models.propagation.settings import PropagationSettings

    return PropagateEngine(
        PropagationSettings(
            delay=delay,
            frame_rate=frame_rate,
            working_width_px=DRAFT_WIDTH_PX,
            grid_limit_px=2 * DRAFT_WIDTH_PX,
            final_preset="fast",
            guess_px=DRAFT_GUESS_PX,
        )
    )


def _vornet(propagation: PropagationSettings, device: str, candidates: str, weights: Path | None) -> Engine:
    """VORNet, once it is clear that its weights are there.

    Raises:
        UserError: they are not.
    """
    from models.registry import LPIPS_ALEXNET, RAFT_SMALL
    from models.vornet.settings import VornetFiles, VornetSettings
    from models.weights import WeightsError, WeightsMissing, find_own_copy, is_fetched

    if candidates != "ours" and propagation.delay:
        raise UserError(f"--candidates {candidates} is strictly one frame after another: leave --delay out.")
    refinement = "vornet" if candidates == "ours" else "vornet-paper"
    try:
        try:
            inpainting: Path | None = find_network_file("inpainting", weights)
        except WeightsMissing:
            inpainting = None  # the engine's own guesses, or patches, stand in for it
        files = VornetFiles.of(find_network_file(refinement, weights), inpainting)
        perceptual = candidates == "ours" or is_fetched(LPIPS_ALEXNET)
        settings = VornetSettings(
            propagation,
            candidates="ours" if candidates == "ours" else "paper",
            device=device,  # type: ignore[arg-type]
            flow="raft-small" if candidates == "paper-raft" else "dis",
            perceptual=perceptual,
        )
    except WeightsError as error:
        raise UserError(f"{error} Meanwhile, --engine propagate needs none.") from error
    if settings.flow == "raft-small":
        try:
            find_own_copy(RAFT_SMALL)
        except WeightsError as error:
            raise UserError(f"{error} Meanwhile, --candidates paper goes without.") from error
    return VornetEngine(settings, files)


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
    def device(self) -> str:
        """The CPU."""
        return "cpu"

    @property
    def remarks(self) -> tuple[str, ...]:
        """Nothing."""
        return ()

    @property
    def delay(self) -> int:
        """Frames of look-ahead in ``live``."""
        return self.settings.delay

    def live(self) -> LiveRemover:
        """A remover at its beginning."""
        from models.propagation.remover import LiveRemover as Remover

        return Remover(self.settings)

    def final(self, source: FrameSource, **work: Unpack[FinalWork]) -> Iterator[Fill]:
        """Fills of a whole range, in order of the frames (see ``Engine.final``)."""
        from models.propagation.final import fill_range

        return fill_range(source, self.settings, **work)


@dataclass(frozen=True, slots=True)
class VornetEngine:
    """``--engine vornet``: ``propagate``, refined by networks; or the paper's recipe."""

    settings: VornetSettings
    files: VornetFiles

    @property
    def name(self) -> str:
        """What ``--engine`` takes."""
        return "vornet"

    @property
    def version(self) -> str:
        """Engine version, settings and weights.

        The device counts as it was asked for. What was rendered on a graphics card under ``auto`` is found again where
        there is none, and the other way round: the two differ by less than anybody sees
        (``models.vornet.compare_devices`` measures it). Who names a device gets that one's results only.
        """
        return f"{self.settings.described()} {self.files.digest}"

    @property
    def device(self) -> str:
        """Device and precision of the networks."""
        prepare_networks()
        from models.devices import place

        with networks_for_the_user():
            return str(place(self.settings.device))

    @property
    def remarks(self) -> tuple[str, ...]:
        """Says what stands in for missing weights."""
        from models.vornet.settings import WITHOUT_ALEXNET

        return () if self.settings.perceptual else (f"{WITHOUT_ALEXNET}.",)

    @property
    def delay(self) -> int:
        """Frames of look-ahead in ``live``; the paper's recipe has none."""
        return self.settings.propagation.delay

    def live(self) -> LiveRemover:
        """A remover at its beginning."""
        prepare_networks()
        from models.vornet.engine import open_live

        with networks_for_the_user():
            return open_live(self.settings, self.files)

    def final(self, source: FrameSource, **work: Unpack[FinalWork]) -> Iterator[Fill]:
        """Fills of a whole range, in order of the frames (see ``Engine.final``)."""
        prepare_networks()
        from models.vornet.engine import fill_finally

        with networks_for_the_user():
            return fill_finally(source, self.settings, self.files, **work)
