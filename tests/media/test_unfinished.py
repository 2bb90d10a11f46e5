"""What a killed process was writing goes when the next export begins, and nothing else does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from app.media import unfinished
from app.media.target import Target, unfinished_targets
from app.media.unfinished import Unfinished

ROOT = Path(__file__).resolve().parents[2]
KILLED = """
import os, signal, sys
from pathlib import Path
from app.media.target import Target
target = Target(Path(sys.argv[1]), (), folder=sys.argv[2] == "folder", overwrite=True)
file = target.partial / "00000.png" if sys.argv[2] == "folder" else target.partial
file.write_bytes(b"half")
print(target.partial, flush=True)
sys.stdin.readline()
"""


def begun(path: Path, kind: str) -> tuple[subprocess.Popen[str], Path]:
    """A process that is writing a target, and its partial file or folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path), kind],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_what_a_killed_export_was_writing_goes_with_the_next(tmp_path: Path, kind: str) -> None:
    process, partial = begun(tmp_path / "out.mkv", kind)
    running = Target(tmp_path / "other.mkv", (), folder=False, overwrite=False)
    assert partial.exists(), "its process runs"
    kill(process)
    (tmp_path / ".mine.partial").write_bytes(b"precious")
    Target(tmp_path / "another.mkv", (), folder=False, overwrite=False).discard()
    assert sorted(file.name for file in tmp_path.iterdir()) == [".mine.partial", running.partial.name]
    running.discard()


def test_what_was_finished_or_given_up_is_no_longer_on_record(tmp_path: Path, user_folders: Path) -> None:
    for end in (Target.commit, Target.discard):
        end(Target(tmp_path / f"{end.__name__}.mkv", (), folder=False, overwrite=False))
    assert [file.name for file in tmp_path.iterdir()] == ["commit.mkv"]
    assert not list((user_folders / "cache" / "unfinished").iterdir())


def abandoned(tmp_path: Path, *, swapping: bool) -> tuple[Path, Path, Path]:
    """A target, its partial and the folder that the one before it was laid into, of a process that is gone."""
    target, partial, aside = tmp_path / "pictures", tmp_path / ".pictures.x.partial", tmp_path / ".pictures.y.old"
    for folder in (target, partial, aside):
        folder.mkdir()
    (target / "1.png").write_bytes(b"before")
    (partial / "1.png").write_bytes(b"whole")
    claim = unfinished_targets().claim(partial, target)
    assert claim is not None
    if swapping:
        claim.swaps(aside)
    claim._lock.release()
    return target, partial, aside


def test_a_whole_folder_takes_its_place_where_the_process_died_between(tmp_path: Path) -> None:
    target, partial, aside = abandoned(tmp_path, swapping=True)
    target.replace(aside / "pictures")
    unfinished_targets().clear()
    assert (target / "1.png").read_bytes() == b"whole"
    assert not partial.exists() and not aside.exists()


def test_the_folder_before_stays_where_the_process_died_sooner(tmp_path: Path) -> None:
    target, partial, aside = abandoned(tmp_path, swapping=True)
    unfinished_targets().clear()
    assert (target / "1.png").read_bytes() == b"before"
    assert not partial.exists() and not aside.exists()


def test_a_drive_that_is_not_there_keeps_its_record(tmp_path: Path) -> None:
    drive = tmp_path / "drive"
    drive.mkdir()
    target, partial, _ = abandoned(drive, swapping=False)
    away = drive.rename(tmp_path / "away")
    unfinished_targets().clear()
    away.rename(drive)
    unfinished_targets().clear()
    assert target.exists() and not partial.exists()


def test_a_record_that_cannot_be_read_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "x.json").write_text("nonsense")
    Unfinished(tmp_path / "records").clear()
    assert not list((tmp_path / "records").iterdir()), "nor is it looked at again"
    (tmp_path / "a file").write_bytes(b"")
    assert Unfinished(tmp_path / "a file").claim(tmp_path / ".a.partial", tmp_path / "a") is None


def test_an_export_that_ends_while_another_begins_is_nothing_to_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    records = Unfinished(tmp_path / "records")
    claim = records.claim(tmp_path / ".a.partial", tmp_path / "a")
    assert claim is not None

    def late_lock(*arguments: Any, **named: Any) -> FileLock:
        claim.release()
        return FileLock(*arguments, **named)

    monkeypatch.setattr(unfinished, "FileLock", late_lock)
    records.clear()
    assert not caplog.records
    assert not list((tmp_path / "records").iterdir())
