"""Runs a function in a process of its own and says how long it took and how much memory the process needed at most."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Generic, ParamSpec, TypeVar

_MAXRSS_UNIT_BYTES = 1 if platform.system() == "Darwin" else 1024

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Measured(Generic[Result]):
    """What a measured call gave.

    Attributes:
        value: the function's result.
        seconds: the call itself, without starting the process and importing.
        peak_bytes: most memory the process ever held, imports and arguments included; None where the system has no
            count of it.
    """

    value: Result
    seconds: float
    peak_bytes: int | None


def run_measured(
    function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Measured[Result]:
    """Calls ``function`` in a fresh process (arguments and result are pickled); its exceptions come through.

    A fresh process for each call: the high-water mark of memory never falls again.
    """
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_call, function, args, kwargs).result()


def _call(function: Callable[..., Result], args: tuple[object, ...], kwargs: dict[str, object]) -> Measured[Result]:
    start = time.perf_counter()
    value = function(*args, **kwargs)
    return Measured(value, time.perf_counter() - start, peak_memory_bytes())


def peak_memory_bytes() -> int | None:
    """Most memory this process ever held in RAM; None where the system has no count of it."""
    status = Path("/proc/self/status")
    if status.is_file():
        # getrusage would count what the process was before exec, too: the parent's size.
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
        return None
    try:
        import resource
    except ImportError:  # Windows
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _MAXRSS_UNIT_BYTES
