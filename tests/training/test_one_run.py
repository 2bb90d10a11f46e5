"""A run on a lent machine: what it makes first, what it goes on with, what comes home."""

from __future__ import annotations

import importlib
import io
import json
import tarfile
from pathlib import Path

import pytest
from small_footage import write_footage

from models.training import one_run
from models.training.one_run import Amounts, hand_back, preparations, prepare, training
from models.training.running.checkpoint import INDEX, load_checkpoint, save_checkpoint
from models.training.tasks import TASKS
from models.training.train import choose_device


@pytest.mark.parametrize("network", sorted(TASKS))
def test_what_is_made_first_is_asked_of_commands_that_know_it(network: str, capsys: pytest.CaptureFixture[str]) -> None:
    for module, *options in preparations(network, Path("carry"), Path("work"), Amounts(workers=2)):
        with pytest.raises(SystemExit, match="0"):
            importlib.import_module(module).main(["--help"])
        known = capsys.readouterr().out
        assert all(option in known for option in options if option.startswith("--"))
    first = [command[0] for command in preparations(network, Path("carry"), Path("work"), Amounts())]
    assert ("models.training.vornet.cache" in first) == network.startswith("vornet")


def test_what_was_made_is_not_made_again(tmp_path: Path) -> None:
    (tmp_path / "in.json").write_text("[1]")
    copies = [["json.tool", str(tmp_path / "in.json"), str(tmp_path / name)] for name in ("one", "two")]
    prepare(copies[:1], tmp_path / "work")
    assert json.loads((tmp_path / "one").read_text()) == [1]
    (tmp_path / "one").unlink()
    prepare(copies, tmp_path / "work")
    assert not (tmp_path / "one").exists() and (tmp_path / "two").exists()


def test_a_run_does_not_train_on_what_could_not_be_made(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="could not be made"):
        prepare([["json.tool", str(tmp_path / "nothing.json")]], tmp_path / "work")
    assert not (tmp_path / "work" / one_run.DONE).exists()


def test_what_could_not_be_made_in_time_is_gone_on_with_in_the_next_run(tmp_path: Path) -> None:
    data, work = write_footage(tmp_path / "data"), tmp_path / "work"
    asked = ["models.training.vornet.cache", "--data", str(data), "--out", str(work / "cache"), "--workers", "1"]
    commands = [[*asked, "--takes", "1", "--size", "160x96", "--frames", "4"]]
    assert prepare(commands, work, minutes=0.0) == 1
    first = {file.name: file.stat().st_mtime_ns for file in (work / "cache").glob("*.npz")}
    assert len(first) == 1 and not (work / one_run.DONE).read_text()
    assert prepare(commands, work) == 0
    whole = {file.name: file.stat().st_mtime_ns for file in (work / "cache").glob("*.npz")}
    assert len(whole) == 3 and first.items() <= whole.items()
    assert (work / one_run.DONE).read_text().splitlines() == [" ".join(commands[0])]


def test_making_ready_gets_half_of_the_minutes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    allowed: list[float] = []
    trained: list[list[str]] = []

    def cut_short(commands: object, work: Path, minutes: float) -> int:
        allowed.append(minutes)
        return 1

    monkeypatch.setattr(one_run, "prepare", cut_short)
    monkeypatch.setattr("models.training.train.main", lambda asked: trained.append(asked) or 0)
    folders = ["--carry", str(tmp_path / "carry"), "--back", str(tmp_path / "back"), "--work", str(tmp_path / "work")]
    assert one_run.main(["vornet", *folders, "--minutes", "600"]) == 0
    assert 295 < allowed[0] <= 300
    left = float(trained[0][trained[0].index("--minutes") + 1])
    assert 590 < left < 600  # what making ready left over is trained in
    assert "next run goes on" in capsys.readouterr().out


def test_a_run_goes_on_from_what_was_packed_or_from_what_the_machine_kept(tmp_path: Path) -> None:
    carry, work = tmp_path / "carry", tmp_path / "work"
    save_checkpoint(carry / "runs" / "masks", {"step": 3}, step=3)
    asked = training("masks", carry, work, minutes=1.5, more=["--steps", "1"])
    assert asked[asked.index("--resume") + 1] == str(work / "runs" / "masks") and asked[-2:] == ["--steps", "1"]
    assert load_checkpoint(work / "runs" / "masks", choose_device("cpu")) == {"step": 3}
    save_checkpoint(work / "runs" / "masks", {"step": 9}, step=9)
    training("masks", carry, work, minutes=1.5, more=[])
    assert load_checkpoint(work / "runs" / "masks", choose_device("cpu")) == {"step": 9}


def test_what_comes_home_is_small_files_that_join_to_all_runs(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "work" / "runs" / "masks", {"text": "x" * 40_000}, step=5)
    files = hand_back(tmp_path / "work", tmp_path / "back", part_bytes=16_000)
    assert len(files) > 2 and all(file.stat().st_size <= 16_000 for file in files)
    with tarfile.open(fileobj=io.BytesIO(b"".join(file.read_bytes() for file in sorted(files)))) as archive:
        archive.extractall(tmp_path / "home", filter="data")
    assert json.loads((tmp_path / "home" / "runs" / "masks" / INDEX).read_text())["step"] == 5


def test_a_run_that_could_not_begin_hands_nothing_back_and_says_why(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "carry" / "data").mkdir(parents=True)
    folders = ["--carry", str(tmp_path / "carry"), "--back", str(tmp_path / "back"), "--work", str(tmp_path / "work")]
    assert one_run.main(["masks", *folders]) == 2
    assert "carry" in capfd.readouterr().out
    assert not (tmp_path / "back").exists()


def test_a_name_that_is_no_training_is_refused_before_anything_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        one_run.main(["vornett", "--carry", str(tmp_path), "--back", str(tmp_path / "back")])
    assert "vornett" in capsys.readouterr().err
