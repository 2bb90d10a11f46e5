"""What brings hidden objects back: VOIN's networks, or what stands in for them where they are missing or no better."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from app.core.errors import UserError
from app.engine.loader.networks import networks_for_the_user, prepare_networks
from app.engine.loader.weights import find_network_file, shipped_weights_folder
from models.propagation.picture import Fill, FrameSource

if TYPE_CHECKING:
    from app.engine.protocols import Engine, FinalWork, LiveRemover
    from models.voin.shapes import ShapeWalk
    from models.voin.window_engine import WindowEngine

RESTORER = "voin"
NETWORK_NAMES = ("shape", "flow", "generator")
_ALL_MISSING = "No network helped to restore: shapes, motion and colours come from what other frames show."
_SHAPE_ALONE = (
    "Only whole shapes had a network's help: hidden parts move as what is seen of the object does, and what no frame "
    "shows of it is a smooth continuation of its colours."
)
_STAND_INS = {
    "shape": "No network helped with whole shapes: they come from what other frames show.",
    "flow": "No network helped with motion: hidden parts move as what is seen of the object does.",
    "generator": "No network helped to paint: what no frame shows is a smooth continuation of colours.",
}


def restored_kinds() -> tuple[str, ...]:
    """What ``--class`` takes: the kinds of objects that the networks know by name."""
    from models.voin.classes import CLASSES, UNKNOWN

    return tuple(name for name in CLASSES if name != UNKNOWN)


def load_restorer(kind: str = "", *, device: str = "auto", weights: Path | None = None) -> Restorer:
    """What restores an object of a kind.

    Args:
        kind: one of ``restored_kinds()``, or empty for unknown.
        device: ``auto``, ``cpu`` or ``cuda``: where networks run.
        weights: a folder of weights to take instead of those that ship, unchecked: for trying out a training's result.

    Raises:
        UserError: there is no such kind, or weights are damaged.
    """
    if kind and kind not in restored_kinds():
        raise UserError(f"There is no class {kind!r}: choose one of {', '.join(restored_kinds())}, or leave it out.")
    found = {name: _network_file(name, weights) for name in NETWORK_NAMES}
    files = {name: file for name, file in found.items() if file is not None}
    return Restorer(kind, device, files, {name: _digest_of(file) for name, file in files.items()})


def _digest_of(file: Path) -> str:
    """What tells a file from others; read once while it stays as it is, for every view of results asks."""
    about = file.stat()
    return _digest(file, about.st_size, about.st_mtime_ns)


@cache
def _digest(file: Path, _size: int, _changed_ns: int) -> str:
    from models.downloads import sha256_of

    return sha256_of(file)[:24]


def _network_file(name: str, folder: Path | None) -> Path | None:
    """A network's file; None where it is not here, or no better than what stands in for it.

    Raises:
        UserError: it is here and damaged.
    """
    from models.registry import NETWORKS
    from models.weights import WeightsError, WeightsMissing

    full = f"voin-{name}"
    known = NETWORKS.get(full)
    if folder is None and (known is None or not known.preferred):
        return None
    try:
        return _checked_file(full, folder, _state_of(full, folder))
    except WeightsMissing:
        return None
    except WeightsError as error:
        raise UserError(str(error)) from error


def _state_of(name: str, folder: Path | None) -> tuple[int, int] | None:
    """What changes when a network's file does; None where there is none."""
    from models.registry import NETWORKS

    file = (folder or shipped_weights_folder()) / (NETWORKS[name].file if name in NETWORKS else f"{name}.safetensors")
    try:
        about = file.stat()
    except OSError:
        return None
    return about.st_size, about.st_mtime_ns


@cache
def _checked_file(name: str, folder: Path | None, _state: tuple[int, int] | None) -> Path:
    """See ``find_network_file``; a file that is as it was is not read again, for every view of results asks."""
    return find_network_file(name, folder)


@dataclass(frozen=True, slots=True)
class Restorer:
    """VOIN as an engine: its plans are ``RestorationPlan``s. Also predicts whole shapes.

    Attributes:
        kind: of the object, empty for unknown.
        wanted_device: ``auto``, ``cpu`` or ``cuda``.
        files: of the networks, by those of ``NETWORK_NAMES`` that are not stood in for.
        digests: what tells these files from others.
    """

    kind: str
    wanted_device: str
    files: Mapping[str, Path]
    digests: Mapping[str, str]

    @property
    def name(self) -> str:
        """As in reports."""
        return RESTORER

    @property
    def version(self) -> str:
        """Names everything but pictures and masks that a fill depends on."""
        from models.voin.version import RESTORER_VERSION

        return f"{RESTORER_VERSION} {self.kind} {sorted(self.digests.items())}"

    @property
    def device(self) -> str:
        """Device and precision of the networks; ``cpu`` where there are none."""
        if not self.files:
            return "cpu"
        prepare_networks()
        from models.devices import place

        with networks_for_the_user():
            return str(place(self.wanted_device))  # type: ignore[arg-type]

    @property
    def remarks(self) -> tuple[str, ...]:
        """What stands in for networks that are not here or no better: one sentence where that is the usual."""
        missing = tuple(name for name in NETWORK_NAMES if name not in self.files)
        if missing == NETWORK_NAMES:
            return (_ALL_MISSING,)
        if missing == NETWORK_NAMES[1:]:
            return (_SHAPE_ALONE,)
        return tuple(_STAND_INS[name] for name in missing)

    @property
    def delay(self) -> int:
        """None: ``live`` looks at the past alone."""
        return 0

    def live(self) -> LiveRemover:
        """A restorer at its beginning, which looks at the past alone."""
        from models.voin.completer import ONLINE
        from models.voin.restorer import Restorer as Walk

        return Walk(self._windows(), ONLINE, online=True)

    def final(self, source: FrameSource, **work: Unpack[FinalWork]) -> Iterator[Fill]:
        """Fills of a whole range, in order of the frames (see ``Engine.final``)."""
        from models.voin.completer import CompleterSettings
        from models.voin.restorer import restore_range

        return restore_range(source, self._windows(), CompleterSettings(), **work)

    def shapes(self) -> ShapeWalk:
        """A walk that predicts whole shapes, at its beginning."""
        from models.voin.shapes import shape_walk

        return shape_walk(self._windows())

    def _windows(self) -> WindowEngine:
        prepare_networks()
        from models.devices import Placement, place
        from models.voin.window_engine import VoinNetworks, WindowEngine, WindowSettings

        with networks_for_the_user():
            where = place(self.wanted_device) if self.files else Placement()  # type: ignore[arg-type]
            networks = VoinNetworks.read(self.files, where.device)
            return WindowEngine(networks, WindowSettings(kind=self.kind or None), where)


def as_engine(restorer: Restorer) -> Engine:
    """The restorer where an engine is asked for: mypy checks here that it is one."""
    return restorer
