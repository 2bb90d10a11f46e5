"""Where networks run, and in which precision."""

from __future__ import annotations

import importlib.util
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import torch

_MOST_THREADS = 6
_CUDA_DRIVER = "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"
Wanted = Literal["auto", "cpu", "cuda"]


class DeviceError(RuntimeError):
    """The device that is wanted is not there."""


@dataclass(frozen=True, slots=True)
class Placement:
    """A device and a precision.

    Attributes:
        device: ``cpu`` or ``cuda``.
        precision: of weights and features: ``float32``, ``bfloat16`` or ``float16``. Warps, softmaxes and what is
            kept from frame to frame stay float32.
    """

    device: Literal["cpu", "cuda"] = "cpu"
    precision: Literal["float32", "bfloat16", "float16"] = "float32"

    @property
    def dtype(self) -> torch.dtype:
        """The precision as torch names it."""
        import torch

        found = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
        return found[self.precision]

    def __str__(self) -> str:
        return f"{self.device} {self.precision}"


def place(wanted: Wanted = "auto") -> Placement:
    """The device to use: CUDA in half precision where there is one, else the CPU, in bfloat16 where it has it.

    Args:
        wanted: ``cpu`` leaves a GPU alone; ``cuda`` insists on one.

    Raises:
        DeviceError: ``cuda`` is wanted and torch sees none.
    """
    import torch

    if wanted != "cpu" and torch.cuda.is_available():
        return Placement("cuda", "float16")
    if wanted == "cuda":
        raise DeviceError("torch sees no CUDA device here")
    return Placement("cpu", "bfloat16" if cpu_has_bfloat16() else "float32")


def has_cuda_driver() -> bool:
    """Whether the driver that CUDA needs is installed; asked of the system, so that torch need not be imported."""
    import ctypes

    try:
        ctypes.CDLL(_CUDA_DRIVER)
    except OSError:
        return False
    return True


def driver_cuda() -> tuple[int, int] | None:
    """The version of CUDA that the driver knows (major, minor); None without a driver.

    Programs of the same major version run with any minor one.
    """
    import ctypes

    version = ctypes.c_int()
    try:
        library = ctypes.CDLL(_CUDA_DRIVER)
        failed = library.cuDriverGetVersion(ctypes.byref(version))
    except (OSError, AttributeError):
        return None
    return None if failed else (version.value // 1000, version.value % 1000 // 10)


def why_not_cuda() -> str:
    """Why networks run on the CPU, as a sentence with a next step; empty where they run on a graphics card."""
    import torch

    if torch.version.cuda is None:
        return "This torch was built without CUDA; the README says how to install one with it."
    driver, needed = driver_cuda(), int(torch.version.cuda.split(".")[0])
    if driver is not None and driver[0] < needed:  # before torch is asked: it would warn
        return f"The NVIDIA driver is too old for this torch (CUDA {torch.version.cuda}): update the driver."
    if os.environ.get("CUDA_VISIBLE_DEVICES") in ("", "-1"):
        return "Graphics cards are hidden from it (CUDA_VISIBLE_DEVICES, or the choice in Preferences)."
    if torch.cuda.is_available():
        return ""
    return "There is no NVIDIA graphics card with a working driver here."


def map_torch() -> bool:
    """Maps torch's libraries into the process without importing torch; whether that was done here.

    An import holds Python's lock while the system maps and links a library, for a fifth of a second with torch's: long
    enough for a window to hang. Called through ctypes, the system's own ``dlopen`` holds no lock. Linux only, and only
    a courtesy: whatever does not work here is left to the import.
    """
    spec = None if "torch" in sys.modules else importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        return False
    return _mapped(Path(spec.origin).parent / "lib")


def _mapped(folder: Path) -> bool:
    """Whether the libraries of torch's folder were mapped, in the order and with the visibility of its own import."""
    if sys.platform == "linux":
        import ctypes

        dlopen = ctypes.CDLL(None).dlopen
        dlopen.restype, dlopen.argtypes = ctypes.c_void_p, (ctypes.c_char_p, ctypes.c_int)
        order = (("libtorch_global_deps.so", os.RTLD_GLOBAL), ("libtorch_cpu.so", os.RTLD_LOCAL))
        return all(bool(dlopen(str(folder / name).encode(), os.RTLD_NOW | scope)) for name, scope in order)
    else:
        return False


def described() -> str:
    """Where networks run, for people: the device's name, its memory, the precision."""
    import torch

    found = place()
    if found.device != "cuda":
        return f"CPU, {found.precision}, {torch.get_num_threads()} threads"
    facts = torch.cuda.get_device_properties(0)
    return f"{facts.name}, {facts.total_memory / (1 << 30):.0f} GiB, {found.precision} (CUDA {torch.version.cuda})"


def device_name() -> str:
    """The graphics card's name, or ``CPU``."""
    import torch

    return torch.cuda.get_device_name(0) if place().device == "cuda" else "CPU"


def cpu_has_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 itself; elsewhere it would be slower than float32."""
    import torch

    capabilities: dict[str, bool | int | str] = getattr(torch.cpu, "get_capabilities", dict)()
    return any(bool(capabilities.get(name)) for name in ("avx512_bf16", "amx_bf16"))


def leave_a_core_free() -> None:
    """Keeps torch from taking the core that decoding and encoding need, and from more threads than small crops feed.

    It holds for the whole process.
    """
    import torch

    cores = os.cpu_count() or 1
    torch.set_num_threads(max(1, min(_MOST_THREADS, cores - 1)))
