"""Where a result goes: a temporary file beside the target that takes its name only when it is whole.

What a killed process left of one is cleared when the next is made, see ``unfinished``.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from pathlib import Path

from app import environment
from app.core.errors import UserError
from app.core.file_names import objection
from app.core.renaming import is_held, rename_over
from app.media.codecs import SEQUENCE_EXTENSIONS
from app.media.listed import with_listed
from app.media.unfinished import PARTIAL, Unfinished

_DISK_ERRORS = frozenset(
    {
        *(errno.ENOSPC, errno.EFBIG, errno.EIO, errno.EROFS, errno.EACCES, errno.ENOENT),
        getattr(errno, "EDQUOT", errno.ENOSPC),
    }
)


def check_target(path: Path, sources: tuple[Path, ...], *, folder: bool, overwrite: bool) -> None:
    """Checks that something can be written there; nothing is made.

    Args:
        path: the file, or the folder of a picture sequence.
        sources: files that must not be overwritten, nor what they name if they are lists of clips.
        folder: whether the target is a folder.
        overwrite: whether an existing target is replaced.

    Raises:
        UserError: it exists, is a source, or its folder is missing or cannot be written.
    """
    reason = objection(path.name)
    if reason:
        raise UserError(f"Cannot write {path.name}: {reason}; give another name.")
    for source in with_listed(sources):
        if path.exists() and source.exists() and path.samefile(source):
            raise UserError(f"The result would replace its own source {source.name}; give it another name.")
    if not path.parent.is_dir():
        raise UserError(f"Cannot write {path.name}: the folder {path.parent} does not exist; make it first.")
    if not os.access(path.parent, os.W_OK):
        raise _no_entry(path.parent, os.strerror(errno.EACCES).lower())
    if path.exists() and path.is_dir() != folder:
        kind = "a file, but pictures go into a folder" if folder else "a folder, not a file"
        raise UserError(f"Cannot write {path}: it is {kind}; give another name.")
    occupied = any(path.iterdir()) if path.is_dir() else path.exists()
    if occupied and not overwrite:
        raise UserError(f"{path} exists already; add --overwrite to replace it, or give another name.")
    if path.is_file() and is_held(path):
        raise _held(path)
    if path.is_dir():
        other = next((each for each in path.iterdir() if each.suffix.lower() not in SEQUENCE_EXTENSIONS), None)
        if other is not None:
            raise UserError(f"{path} holds other things than pictures ({other.name}); give a folder of its own.")


class Target:
    """A file or folder that appears whole or not at all.

    ``partial`` is where to write; ``commit`` gives it the target's name, ``discard`` removes it.
    """

    def __init__(self, path: Path, sources: tuple[Path, ...], *, folder: bool, overwrite: bool) -> None:
        """Check that the target can be written and make the temporary file or folder beside it.

        Args:
            path: the file, or the folder of a picture sequence.
            sources: files that must not be overwritten.
            folder: whether the target is a folder.
            overwrite: whether an existing target is replaced.

        Raises:
            UserError: it exists, is a source, or its folder is missing or cannot be written.
        """
        self.path = path
        self._folder = folder
        self._overwrite = overwrite
        check_target(path, sources, folder=folder, overwrite=overwrite)
        unfinished = unfinished_targets()
        unfinished.clear()
        self.partial = self._make_partial()
        self._claim = unfinished.claim(self.partial, path)

    def _make_partial(self) -> Path:
        stem, ending = self.path.stem, self.path.suffix
        try:
            if self._folder:
                return Path(tempfile.mkdtemp(prefix=f".{self.path.name}.", suffix=PARTIAL, dir=self.path.parent))
            handle, name = tempfile.mkstemp(prefix=f".{stem}.", suffix=f"{PARTIAL}{ending}", dir=self.path.parent)
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG or (error.errno == errno.ENOENT and os.name == "nt"):
                raise UserError(f"Cannot write {self.path}: that is too long; give it a shorter name.") from error
            raise _no_entry(self.path.parent, _reason(error)) from error
        os.close(handle)
        return Path(name)

    def commit(self) -> None:
        """Flush to the disk and take the target's name.

        Raises:
            UserError: the disk is full, or the target appeared meanwhile.
        """
        try:
            if self._folder:
                self._commit_folder()
            else:
                self._commit_file()
        except OSError as error:
            raise write_error(self.path, error) from error
        self._let_go()

    def _commit_file(self) -> None:
        _flush(self.partial)
        self.partial.chmod(0o666 & ~_umask())
        if self.path.exists() and not self._overwrite:
            raise self._appeared()
        rename_over(self.partial, self.path)
        _flush(self.path.parent)

    def _commit_folder(self) -> None:
        for file in sorted(self.partial.iterdir()):
            _flush(file)
        self.partial.chmod(0o777 & ~_umask())
        if self.path.is_dir() and not self._overwrite and any(self.path.iterdir()):
            raise self._appeared()
        aside: Path | None = None
        if self.path.exists():
            aside = Path(tempfile.mkdtemp(prefix=f".{self.path.name}.", suffix=".old", dir=self.path.parent))
            if self._claim is not None:
                self._claim.swaps(aside)
            rename_over(self.path, aside / self.path.name)
        try:
            rename_over(self.partial, self.path)
        except OSError:
            if aside is not None:
                rename_over(aside / self.path.name, self.path)
                aside.rmdir()
            raise
        _flush(self.path.parent)
        if aside is not None:
            shutil.rmtree(aside)

    def _appeared(self) -> UserError:
        return UserError(f"{self.path} appeared while it was being written; nothing was replaced.")

    def discard(self) -> None:
        """Remove what was written."""
        if self._folder:
            shutil.rmtree(self.partial, ignore_errors=True)
        else:
            self.partial.unlink(missing_ok=True)
        self._let_go()

    def _let_go(self) -> None:
        if self._claim is not None:
            self._claim.release()
            self._claim = None


def unfinished_targets() -> Unfinished:
    """What this user's exports are writing."""
    return Unfinished(environment.cache_dir() / "unfinished")


def is_disk_error(error: OSError) -> bool:
    """Whether the disk, not the encoder, refused."""
    return error.errno in _DISK_ERRORS


def write_error(target: Path, error: OSError) -> UserError:
    """The sentence for a write that failed."""
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return UserError(f"The disk is full: {target.name} could not be written, nothing of it was left; make room.")
    if error.errno == errno.EFBIG:
        return UserError(f"{target.name} grew larger than the disk or the system allows; nothing of it was left.")
    if isinstance(error, PermissionError) and target.is_file() and is_held(target):
        return _held(target)
    return UserError(f"Cannot write {target}: {_reason(error)}.")


def _no_entry(folder: Path, reason: str) -> UserError:
    return UserError(f"Cannot write into {folder}: {reason}; choose a folder that can be written.")


def _held(target: Path) -> UserError:
    return UserError(f"Cannot replace {target}: another program has it open; close it there, or give another name.")


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _flush(path: Path) -> None:
    """Ask the system to put a file (or, where it can, a folder's entries) on the disk."""
    if path.is_dir() and os.name == "nt":
        return  # Windows cannot open a folder
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
