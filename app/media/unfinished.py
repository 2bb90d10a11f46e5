"""What exports were writing when their process ended: remembered beside the cache, cleared by whoever comes next.

A process that is killed leaves its partial file or folder, hidden beside the target. Each is on record, held by a lock
that dies with its process: what is on record without a held lock belongs to nobody any more.
"""

from __future__ import annotations

import json
import logging
import shutil
import uuid
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

_log = logging.getLogger(__name__)

PARTIAL = ".partial"
"""Stands in the name of everything that is being written."""


class Claim:
    """This process's hold on something that it writes.

    Args:
        record: the file that says what.
        lock: held.
        partial: what is being written.
        target: what it will become.
    """

    def __init__(self, record: Path, lock: FileLock, partial: Path, target: Path) -> None:
        self._record, self._lock = record, lock
        self._facts = {"partial": str(partial), "target": str(target)}
        self._write()

    def swaps(self, aside: Path) -> None:
        """The partial folder is whole, and takes the place of another one, which is laid into a folder meanwhile."""
        self._facts["aside"] = str(aside)
        with suppress(OSError):
            self._write()

    def release(self) -> None:
        """It took its name, or was removed."""
        with suppress(OSError):
            self._record.unlink(missing_ok=True)
        _let_go(self._lock)

    def _write(self) -> None:
        self._record.write_text(json.dumps(self._facts), encoding="utf-8")


class Unfinished:
    """What is being written by the processes of this user.

    Args:
        folder: holds the records; made if need be.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def claim(self, partial: Path, target: Path) -> Claim | None:
        """Puts something on record until its claim is released; None where no record can be kept.

        Args:
            partial: the file or folder that is written.
            target: the name that it will take.
        """
        record = self._folder / f"{uuid.uuid4().hex}.json"
        lock = FileLock(record.with_suffix(".lock"), timeout=0, thread_local=False)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock.acquire()
            return Claim(record, lock, partial.absolute(), target.absolute())
        except (OSError, Timeout) as error:
            _log.warning("what is written to %s is not on record: %s", target, error)
            return None

    def clear(self) -> None:
        """Removes what processes that are gone left half written; what cannot be removed now stays on record."""
        for record in self._folder.glob("*.json") if self._folder.is_dir() else ():
            lock = FileLock(record.with_suffix(".lock"), timeout=0, thread_local=False)
            try:
                lock.acquire()
            except (OSError, Timeout):
                continue  # its process runs
            try:
                if record.exists() and _cleared(record):  # else its process has ended well since the folder was listed
                    record.unlink(missing_ok=True)
            except (ValueError, KeyError, TypeError) as error:  # its process died while it wrote it: nothing to go by
                _log.warning("%s says nothing, and is forgotten: %s", record, error)
                with suppress(OSError):
                    record.unlink(missing_ok=True)
            except OSError as error:
                _log.warning("what %s speaks of was not cleared: %s", record, error)
            finally:
                _let_go(lock)


def _let_go(lock: FileLock) -> None:
    lock.release()
    with suppress(OSError):
        Path(lock.lock_file).unlink(missing_ok=True)


def _cleared(record: Path) -> bool:
    """Whether nothing is left of what a record speaks of."""
    facts = json.loads(record.read_text(encoding="utf-8"))
    partial, target = Path(facts["partial"]), Path(facts["target"])
    if not partial.parent.is_dir():
        return False  # a drive that is not there now
    if "aside" in facts:
        _finish_swap(partial, target, Path(facts["aside"]))
    if partial.name.startswith(".") and PARTIAL in partial.name and not partial.is_symlink():
        if partial.is_dir():
            shutil.rmtree(partial)
        else:
            partial.unlink(missing_ok=True)
    return True


def _finish_swap(partial: Path, target: Path, aside: Path) -> None:
    """A whole folder was taking another one's place: it takes it, or the other one comes back."""
    before = aside / target.name
    if not target.exists():
        if partial.is_dir():
            partial.replace(target)
        elif before.exists():
            before.replace(target)
    if aside.is_dir():
        shutil.rmtree(aside)
