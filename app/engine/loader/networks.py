"""What every network needs before it runs: torch brought in gently, a device, and its troubles said as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.core.errors import UserError


def prepare_networks() -> None:
    """Brings in what networks run on without holding up the other threads; before anything imports torch."""
    from models.devices import map_torch

    map_torch()


def sees_cuda(device: str) -> bool:
    """Whether torch sees a GPU; torch is not imported where there is no driver for one."""
    from models.devices import has_cuda_driver, place

    if device == "cpu" or (device == "auto" and not has_cuda_driver()):
        return False
    prepare_networks()
    with networks_for_the_user():
        return place(device).device == "cuda"  # type: ignore[arg-type]


@contextmanager
def networks_for_the_user() -> Iterator[None]:
    """Turns what hinders the networks from starting into a sentence."""
    from models.devices import DeviceError
    from models.weights import WeightsError

    try:
        yield
    except WeightsError as error:
        raise UserError(f"{error} Meanwhile, --engine propagate needs no weights.") from error
    except DeviceError as error:
        raise UserError(f"The networks cannot run with --device cuda: {error}. Leave it out to use the CPU.") from error
