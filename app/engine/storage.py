"""Where jobs keep what they make on the way: finished results, and temporary data that a crash may leave behind."""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from pathlib import Path

from app import environment
from app.core.errors import UserError
from app.engine.results import DEFAULT_MAX_BYTES, ResultCache

OLD_SCRATCH_S = 7 * 24 * 3600


def result_cache() -> ResultCache:
    """Finished frames of all clips."""
    limit = environment.cache_limit_bytes() or DEFAULT_MAX_BYTES
    return ResultCache(environment.cache_dir() / "results", max_bytes=limit)


def scratch_folder() -> Path:
    """The folder for temporary data, made if need be.

    Raises:
        UserError: it cannot be made.
    """
    folder = environment.cache_dir() / "work"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        clear_old_scratch(folder)
    except OSError as error:
        raise UserError(
            f"The folder for temporary data {folder} cannot be used ({(error.strerror or str(error)).lower()}): name "
            "another one in CLEANPLATE_CACHE_DIR."
        ) from error
    return folder


def clear_old_scratch(folder: Path) -> None:
    """Removes temporary data that crashed runs left behind more than a week ago."""
    oldest = time.time() - OLD_SCRATCH_S
    for entry in folder.iterdir():
        with suppress(FileNotFoundError):  # another Cleanplate's, which has just ended
            if entry.is_dir() and entry.stat().st_mtime < oldest:
                shutil.rmtree(entry, ignore_errors=True)
