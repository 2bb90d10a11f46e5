"""The machine around the program: its files, its user's folders, its log, and variables that libraries read.

Nothing here imports torch, OpenCV, PyAV or Qt: the program asks this module before it loads any of them.
"""

from __future__ import annotations

import ctypes
import importlib.util
import io
import logging
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import metadata
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO

import platformdirs

from app.core.errors import UserError

VERSION = "0.1.0"

CACHE_DIR_VARIABLE, CACHE_GB_VARIABLE = "CLEANPLATE_CACHE_DIR", "CLEANPLATE_CACHE_GB"
"""Variables that say where finished frames are kept, and how many."""
MEMORY_VARIABLE = "CLEANPLATE_PICTURES_MB"
"""Variable that says how much memory the window's pictures may take."""
DEFAULT_PICTURES_MB = 1024
HARDWARE_VARIABLE = "CLEANPLATE_HARDWARE_DECODING"
"""Variable that lets a graphics card decode for the window's screen: 1 or 0."""
DATA_DIR_VARIABLE = "CLEANPLATE_DATA_DIR"
"""Variable that says where weights, sessions and preferences are kept."""
ENGINE_VARIABLE = "CLEANPLATE_ENGINE"
"""Variable that names the engine where nobody names one."""

_APP_NAME = "cleanplate"
_TASKBAR_NAME = "Cleanplate.Window"
_M_MMAP_THRESHOLD = -3  # <malloc.h>
_LARGE_BLOCK_BYTES = 2_000_000  # less than the chroma planes of a 4K frame
_LOG_LIMIT_BYTES = 2 * 1024 * 1024
_REPORTED_PACKAGES = (
    "numpy",
    "opencv-python",
    "av",
    "torch",
    "onnxruntime-gpu",
    "onnxruntime",
    "onnx",
    "scenedetect",
    "PyPatchMatch",
    "PySide6",
)


def prepare_process() -> None:
    """Sets what must stand before a heavy library is imported; the first thing ``main`` does.

    OpenMP's threads spin after each parallel region by default, which on few cores takes the time from the encoder and
    from OpenCV's own threads; ``PASSIVE`` lets them sleep. ONNX Runtime would tell its makers where it runs, and is
    asked not to. A value the user has set is kept. A terminal that cannot show a file's name gets escapes, no error.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def give_back_large_blocks() -> None:
    """Lets large blocks of memory go back to the system as soon as they are free; only Linux's C library needs it.

    That library keeps blocks of up to 32 MB once one was freed, in pieces that decoders opened later seldom fit into:
    with 4K clips a closed decoder leaves some 200 MB behind. It costs about a tenth of a render's time at small sizes,
    so it is for clips of large pictures only.
    """
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        if hasattr(libc, "mallopt"):  # musl has none, and does it so anyway
            libc.mallopt(_M_MMAP_THRESHOLD, _LARGE_BLOCK_BYTES)


def take_own_taskbar_button() -> None:
    """Gives the window a button and an icon of its own in Windows' taskbar; without, it is one of Python's."""
    if sys.platform == "win32":
        ctypes.WinDLL("shell32").SetCurrentProcessExplicitAppUserModelID(ctypes.c_wchar_p(_TASKBAR_NAME))


def drop_opencv_qt_paths() -> None:
    """Removes the Qt variables that importing OpenCV set; call it after OpenCV's import and before QApplication.

    OpenCV's wheel for Linux points Qt at its own Qt 5 plugins, with which PySide6 cannot start. Values that do not
    point into OpenCV's folder are the user's and stay.
    """
    opencv = sys.modules.get("cv2")
    if opencv is None or opencv.__file__ is None:
        return
    folder = Path(opencv.__file__).parent
    for name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
        if folder in Path(os.environ.get(name, "")).parents:
            del os.environ[name]


def check_screen() -> None:
    """Makes sure that there is a screen to open a window on; Qt itself would end the program without a word.

    Raises:
        UserError: there is none.
    """
    on_unix = sys.platform not in ("win32", "darwin")
    if on_unix and not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        raise UserError(
            "There is no screen to open the window on (neither DISPLAY nor WAYLAND_DISPLAY is set); "
            "'cleanplate --help' lists what works without one."
        )


def check_layout() -> None:
    """Makes sure that ``models`` is this program's own and no other package of that general name.

    Raises:
        UserError: another ``models`` hides it, or it is missing.
    """
    root = Path(__file__).resolve().parent.parent
    spec = importlib.util.find_spec("models")
    if spec is None:
        raise UserError(f"The folder 'models' is missing beside {root / 'app'}; install Cleanplate again.")
    found = [Path(place).resolve() for place in spec.submodule_search_locations or ()]
    if found != [root / "models"]:
        place = found[0] if found else spec.origin
        raise UserError(
            f"Another package named 'models' ({place}) hides Cleanplate's own; "
            "run Cleanplate in an environment of its own, as packaging/bootstrap.py makes it."
        )


def resources_dir() -> Path:
    """The folder of the files that come with the program.

    It lies beside ``app`` in a clone and in a frozen bundle, and inside ``app`` where a wheel was installed.

    Raises:
        UserError: the installation has none.
    """
    return _resources_of(Path(__file__))


@cache
def _resources_of(module: Path) -> Path:
    """Looked for once: the window asks for it as well."""
    package = module.resolve().parent
    for folder in (package.parent / "resources", package / "resources"):
        # A marker, because `resources` beside an installed package may be anybody's.
        if (folder / "LICENSES.md").is_file():
            return folder
    raise UserError(f"The folder 'resources' is missing beside {package}; install Cleanplate again.")


def resource(name: str) -> Path:
    """The path of a file or folder that comes with the program, for example ``demo/README.md``.

    Raises:
        UserError: the installation lacks it.
    """
    path = resources_dir().joinpath(*name.split("/"))
    if not path.exists():
        raise UserError(f"The file {path} is missing; install Cleanplate again.")
    return path


def data_dir() -> Path:
    """Where downloaded weights live; not made here. ``CLEANPLATE_DATA_DIR`` overrides it."""
    return _user_folder(DATA_DIR_VARIABLE, platformdirs.user_data_dir(_APP_NAME, appauthor=False))


def cache_dir() -> Path:
    """Where finished patches live; not made here, free to delete. ``CLEANPLATE_CACHE_DIR`` overrides it."""
    return _user_folder(CACHE_DIR_VARIABLE, platformdirs.user_cache_dir(_APP_NAME, appauthor=False))


def cache_limit_bytes() -> int | None:
    """How much finished patches may take, from ``CLEANPLATE_CACHE_GB``; None where that says nothing sensible."""
    try:
        limit = float(os.environ.get(CACHE_GB_VARIABLE, ""))
    except ValueError:
        return None
    return int(limit * (1 << 30)) if 0 < limit < 1 << 20 else None


def picture_memory_bytes() -> int:
    """Memory that decoders, decoded frames, pictures for the screen and proxies may take together in the window."""
    try:
        wanted = int(os.environ.get(MEMORY_VARIABLE, ""))
    except ValueError:
        wanted = DEFAULT_PICTURES_MB
    return max(wanted, 64) << 20


def hardware_decoding() -> bool:
    """Whether a graphics card may decode for the window's screen."""
    return os.environ.get(HARDWARE_VARIABLE, "") == "1"


def log_dir() -> Path:
    """Where the log file lies; not made here. ``CLEANPLATE_LOG_DIR`` overrides it."""
    return _user_folder("CLEANPLATE_LOG_DIR", platformdirs.user_log_dir(_APP_NAME, appauthor=False))


def log_file() -> Path:
    """The log file. It does not exist where nothing was logged yet or its folder cannot be written."""
    return log_dir() / "cleanplate.log"


@contextmanager
def file_logging() -> Iterator[None]:
    """Writes what the program logs to ``log_file`` until the block ends.

    The program's own loggers are heard from INFO up, those of its libraries from WARNING up. Python's warnings go there
    too and not to the user's terminal.
    """
    handler = _LogFileHandler(
        log_file(), maxBytes=_LOG_LIMIT_BYTES, backupCount=1, encoding="utf-8", errors="backslashreplace", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"))
    own = [logging.getLogger(name) for name in ("app", "models")]
    levels = [logger.level for logger in own]
    for logger in own:
        logger.setLevel(logging.INFO)
    logging.getLogger().addHandler(handler)
    logging.captureWarnings(True)
    try:
        yield
    finally:
        logging.captureWarnings(False)
        logging.getLogger().removeHandler(handler)
        handler.close()
        for logger, level in zip(own, levels, strict=True):
            logger.setLevel(level)


def versions() -> dict[str, str]:
    """Versions for reports: the program, Python, the system, and the installed libraries; none is imported."""
    found = {
        "cleanplate": VERSION,
        "python": platform.python_version(),
        "system": platform.platform(),
    }
    for name in _REPORTED_PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue  # the other platform's onnxruntime, or a bundle without metadata
    return found


class _LogFileHandler(RotatingFileHandler):
    """A rotating log that never gets in the program's way.

    The folder is made with the first record. A folder that cannot be written means no log, and a file that cannot be
    renamed, because a second Cleanplate has it open on Windows, grows on.
    """

    def _open(self) -> TextIO:  # type: ignore[override]  # the base class names the wrapper's concrete type
        try:
            Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
            return super()._open()
        except OSError:
            return open(os.devnull, "a", encoding="utf-8")  # noqa: PTH123 - the handler closes it

    def rotate(self, source: str, dest: str) -> None:
        try:
            super().rotate(source, dest)
        except PermissionError:
            return


def _user_folder(variable: str, default: str) -> Path:
    return Path(os.environ.get(variable) or default).expanduser().absolute()
