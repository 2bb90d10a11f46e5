"""Weights: those that ship, those that can be fetched, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app import environment
from app.core.errors import UserError
from app.jobs.context import JobContext


def shipped_weights_folder() -> Path:
    """Where the weights that come with Cleanplate lie."""
    return environment.resources_dir() / "weights"


def network_file(name: str, folder: Path | None = None) -> Path:
    """The file of the networks' weights called ``name``: that which ships, checked, or an unchecked one in a folder.

    Raises:
        UserError: it is not there.
    """
    from models.weights import WeightsError

    try:
        return find_network_file(name, folder)
    except WeightsError as error:
        raise UserError(str(error)) from error


def find_network_file(name: str, folder: Path | None) -> Path:
    """A verified file of weights that ship, or one of an unchecked folder.

    Raises:
        WeightsError: it is not there.
    """
    from models.registry import NETWORKS
    from models.weights import WeightsMissing, find_network

    if folder is None:
        return find_network(name, shipped_weights_folder())
    file = folder / (NETWORKS[name].file if name in NETWORKS else f"{name}.safetensors")
    if not file.is_file():
        raise WeightsMissing(f"The weights {name} are missing ({file}).")
    return file


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
    from models.registry import NETWORKS, SEGMENTER_WEIGHTS, WEIGHTS
    from models.weights import WeightsError, WeightsMissing, find_network, find_weights

    found = []
    for name, network in NETWORKS.items():
        trouble = ""
        try:
            find_network(name, shipped_weights_folder())
        except WeightsError as error:
            trouble = str(error)
        size, about = network.size_bytes, network.about
        found.append(KnownWeights(name, size, "Apache-2.0", about, not trouble, True, trouble, bool(trouble)))
    for weights in (*WEIGHTS.values(), *SEGMENTER_WEIGHTS.values()):
        trouble, damaged = "", False
        try:
            find_weights(weights)
        except WeightsError as error:
            trouble, damaged = str(error), not isinstance(error, WeightsMissing)
        size, about, licence = weights.size_bytes, weights.about, weights.licence
        found.append(KnownWeights(weights.name, size, licence, about, not trouble, False, trouble, damaged))
    return found


def usual_weights() -> tuple[str, ...]:
    """What ``cleanplate models fetch`` fetches when nothing is named: all but the gigabytes of the large SAMs."""
    from models.registry import WEIGHTS

    return (*WEIGHTS, "mobile-sam")


def fetch_weights(name: str, context: JobContext | None = None) -> Path:
    """Fetches weights, or all those of a segmenter, unless they are here; a stopped fetch is gone on from.

    Returns:
        The first file.

    Raises:
        UserError: no such weights, or they cannot be fetched; the message says what to do.
        Cancelled: the user stopped it.
    """
    from models.fetching import fetch, fetchable
    from models.weights import WeightsError

    if name not in fetchable():
        raise UserError(f"There are no weights named {name!r}: choose from {', '.join(fetchable())}.")
    watched = JobContext() if context is None else context
    try:
        return fetch(
            name,
            progress=lambda done, total: watched.progress(done >> 10, total >> 10, f"Fetching {name} (KiB)"),
            checkpoint=watched.checkpoint,
        )[0]
    except WeightsError as error:
        raise UserError(str(error)) from error
