"""What travels to a training machine: enough to train, nothing of the validation half, within the limit."""

from __future__ import annotations

import json
import subprocess
from importlib import metadata
from pathlib import Path

import pytest
from small_footage import write_footage

from models.registry import LPIPS_ALEXNET
from models.training import pack
from models.training.data.split import read_split
from models.training.pack import Parcel, collect, fitted
from models.training.running.checkpoint import save_checkpoint
from models.training.running.configuration import TrainingError


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = write_footage(tmp_path / "data")
    validation = next(iter(read_split("validation").backgrounds))
    (folder / "clips" / f"{validation}.avi").write_bytes(b"0" * 1000)
    for index in range(10):
        still = folder / "stills" / "plain" / f"{index}.png"
        still.parent.mkdir(parents=True, exist_ok=True)
        still.write_bytes(b"1" * 1000)
    entries = [{"name": name, "kind": "video", "file": f"clips/{name}.avi"} for name in ("plain", "still", validation)]
    (folder / "manifest.json").write_text(json.dumps(entries))
    return folder


def _sizes(parcels: list[Parcel]) -> int:
    return sum(parcel.source.stat().st_size for parcel in parcels)


def test_everything_but_the_validation_half_travels(data: Path, fetched_weights: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    save_checkpoint(run, {"step": 3}, step=3)
    (run / "log.jsonl").write_text("")
    out = tmp_path / "carry"
    arguments = ["--data", str(data), "--out", str(out), "--weights", str(fetched_weights), "--run", str(run)]
    arguments.append("--no-wheels")
    assert pack.main(arguments) == 0
    names = {file.name for file in out.rglob("*")}
    validation = next(iter(read_split("validation").backgrounds))
    assert {"plain.avi", "still.avi", LPIPS_ALEXNET.file, "checkpoint.json", "0.png"} <= names
    assert f"{validation}.avi" not in names
    kept = json.loads((out / "data" / "manifest.json").read_text())
    assert [entry["name"] for entry in kept] == ["plain", "still"]
    assert pack.main(arguments) == 0  # a folder that was packed before is packed anew


def test_weights_to_begin_with_travel_without_their_run(
    data: Path, fetched_weights: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    left, out = tmp_path / "run" / "voin-shape.safetensors", tmp_path / "carry"
    left.parent.mkdir()
    left.write_bytes(b"shape")
    (left.parent / "checkpoint-00000003.000").write_bytes(b"much")
    asked = ["--data", str(data), "--out", str(out), "--weights", str(fetched_weights), "--no-wheels"]
    assert pack.main([*asked, "--start", str(left)]) == 0
    assert (out / "start" / left.name).read_bytes() == b"shape"
    assert not list(out.rglob("checkpoint*"))
    assert pack.main([*asked, "--start", str(tmp_path / "nothing.safetensors")]) == 2
    assert "nothing.safetensors" in capsys.readouterr().err


def test_stills_are_left_behind_evenly_to_fit(data: Path, fetched_weights: Path) -> None:
    parcels = collect(data, fetched_weights, [])
    whole = _sizes(parcels)
    assert fitted(parcels, whole) == parcels
    fewer = fitted(parcels, whole - 3500)
    assert whole - 5000 < _sizes(fewer) <= whole - 3500
    gone = sorted(int(parcel.source.stem) for parcel in parcels if parcel.still and parcel not in fewer)
    assert len(gone) == 4 and gone[-1] - gone[0] > 3
    with pytest.raises(TrainingError, match="too large"):
        fitted(parcels, 1000)


def test_then_clips_that_no_training_is_watched_on_stay_behind(
    data: Path, fetched_weights: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    watched = next(iter(read_split("tuning").backgrounds))
    (data / "clips" / f"{watched}.avi").write_bytes(b"2" * 200_000)
    entries = json.loads((data / "manifest.json").read_text())
    entries.append({"name": watched, "kind": "video", "file": f"clips/{watched}.avi"})
    (data / "manifest.json").write_text(json.dumps(entries))
    parcels = collect(data, fetched_weights, [])
    clips = {parcel.clip for parcel in parcels if parcel.clip}
    assert clips == {"plain", "still"}
    room = _sizes([parcel for parcel in parcels if not parcel.still]) - 1000
    asked = ["--data", str(data), "--out", str(tmp_path / "carry"), "--weights", str(fetched_weights), "--no-wheels"]
    assert pack.main([*asked, "--limit-mib", str(room / (1 << 20))]) == 0
    assert "10 stills and 1 clips stayed behind" in capsys.readouterr().out
    packed = {file.stem for file in (tmp_path / "carry" / "data" / "clips").iterdir()}
    (gone,) = clips - packed
    assert packed == clips - {gone} | {watched} and not (tmp_path / "carry" / "data" / "masks" / gone).exists()
    kept = json.loads((tmp_path / "carry" / "data" / "manifest.json").read_text())
    assert {entry["name"] for entry in kept} == packed
    least = _sizes([parcel for parcel in parcels if not parcel.still and not parcel.clip])
    assert _sizes(fitted(parcels, least)) == least
    with pytest.raises(TrainingError, match=r"1 bytes too large: pack fewer runs"):
        fitted(parcels, least - 1)


def test_a_folder_with_other_files_is_not_emptied(
    data: Path, fetched_weights: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "precious.txt").write_text("x")
    assert pack.main(["--data", str(data), "--out", str(mine), "--weights", str(fetched_weights)]) == 2
    assert (mine / "precious.txt").is_file() and "other files" in capsys.readouterr().err


def test_the_small_packages_come_in_the_installed_versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def answer(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        return subprocess.CompletedProcess(command, len(asked) - 1, "", "no network")

    monkeypatch.setattr(pack.subprocess, "run", answer)
    pack.fetch_wheels(tmp_path / "wheels")
    assert f"rich=={metadata.version('rich')}" in asked[0]
    with pytest.raises(TrainingError, match="no network"):
        pack.fetch_wheels(tmp_path / "wheels")


def test_a_run_without_a_checkpoint_is_named(data: Path, fetched_weights: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no checkpoint"):
        collect(data, fetched_weights, [tmp_path / "nothing"])
