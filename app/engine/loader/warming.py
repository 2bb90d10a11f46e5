"""What is brought in before it is needed, and where networks will run."""

from __future__ import annotations

from dataclasses import dataclass

from app.engine.loader.engines import default_engine
from app.engine.loader.networks import prepare_networks


@dataclass(frozen=True, slots=True)
class ComputePlace:
    """Where networks run.

    Attributes:
        name: of the graphics card, or ``CPU``.
        reason: why no graphics card is used, as a sentence; empty if one is.
    """

    name: str
    reason: str


def certain_place() -> ComputePlace | None:
    """Where networks run, if that is certain without torch: without a driver, on the CPU. Quick."""
    from models.devices import has_cuda_driver

    if default_engine() != "vornet":
        return ComputePlace("CPU", "The engine that is used needs no graphics card.")
    return None if has_cuda_driver() else ComputePlace("CPU", "There is no NVIDIA driver here.")


def device_described() -> str:
    """Where networks run, for people; imports torch, so call it in a job."""
    prepare_networks()
    from models.devices import described

    return described()


def warm_up() -> ComputePlace:
    """Imports what tracking and the default engine need: seconds that would otherwise be spent when they begin.

    Returns:
        Where networks run.
    """
    import scenedetect  # noqa: F401

    import models.propagation.remover

    if default_engine() == "vornet":
        prepare_networks()
        import models.vornet.engine  # noqa: F401
    place = certain_place()
    if place is not None:
        return place
    from models.devices import device_name, why_not_cuda

    return ComputePlace(device_name(), why_not_cuda())
