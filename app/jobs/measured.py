"""Runs a function in a process of its own and says how long it took and how much memory the process needed at most."""

from __future__ import annotations

import ctypes
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Generic, ParamSpec, TypeVar

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
    if sys.platform == "win32":
        return _peak_working_set_bytes()
    elif sys.platform == "linux":
        # getrusage would count what the process was before exec, too: the parent's size.
        for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
        return None
    else:
        import resource

        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most * 1024


if sys.platform == "win32":

    class _MemoryCounters(ctypes.Structure):
        """``PROCESS_MEMORY_COUNTERS`` of psapi.h."""

        _fields_ = (
            ("size_bytes", ctypes.c_uint32),
            ("page_faults", ctypes.c_uint32),
            ("peak_working_set_bytes", ctypes.c_size_t),
            ("working_set_bytes", ctypes.c_size_t),
            ("peak_paged_pool_bytes", ctypes.c_size_t),
            ("paged_pool_bytes", ctypes.c_size_t),
            ("peak_nonpaged_pool_bytes", ctypes.c_size_t),
            ("nonpaged_pool_bytes", ctypes.c_size_t),
            ("page_file_bytes", ctypes.c_size_t),
            ("peak_page_file_bytes", ctypes.c_size_t),
        )

    def _peak_working_set_bytes() -> int | None:
        """Windows' own count; None if it does not answer."""
        counters = _MemoryCounters(size_bytes=ctypes.sizeof(_MemoryCounters))
        kernel = ctypes.WinDLL("kernel32")
        kernel.GetCurrentProcess.restype = ctypes.c_void_p
        answer = kernel.K32GetProcessMemoryInfo
        answer.argtypes = (ctypes.c_void_p, ctypes.POINTER(_MemoryCounters), ctypes.c_uint32)
        if not answer(kernel.GetCurrentProcess(), ctypes.byref(counters), counters.size_bytes):
            return None
        return int(counters.peak_working_set_bytes)
