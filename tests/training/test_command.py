"""What the commands that prepare training data share."""

from __future__ import annotations

import os
from collections.abc import Generator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from models.training.data import command
from models.training.data.command import TIME_UP, each, run_printing
from models.training.data.footage import FootageError


def lines(closed: list[bool], count: int = 3) -> Generator[str]:
    try:
        yield from (f"line {number}" for number in range(count))
    finally:
        closed.append(True)


def test_all_is_done_where_there_is_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_printing(lines([])) == 0
    assert capsys.readouterr().out == "line 0\nline 1\nline 2\n"


def test_when_the_time_is_up_the_work_ends_after_its_first_line(capsys: pytest.CaptureFixture[str]) -> None:
    closed: list[bool] = []
    assert run_printing(lines(closed), minutes=0) == TIME_UP
    assert capsys.readouterr().out == "line 0\n" and closed == [True]


def test_unusable_footage_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> Generator[str]:
        yield "line 0"
        raise FootageError("It cannot be used.")

    assert run_printing(broken()) == 2
    assert capsys.readouterr().err == "It cannot be used.\n"


def touched(folder: Path, number: int) -> str:
    (folder / f"{number}").touch()
    return f"{number} {os.getpid()}"


@pytest.mark.parametrize("workers", [1, 2])
def test_lines_come_in_the_jobs_order(workers: int, tmp_path: Path) -> None:
    found = [line.split() for line in each(partial(touched, tmp_path), range(9), workers)]
    assert [int(number) for number, _ in found] == list(range(9))
    assert (int(found[0][1]) == os.getpid()) == (workers == 1)


def test_who_stops_listening_waits_for_what_was_begun_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    class Counting(ProcessPoolExecutor):
        def submit(self, *given: object, **named: object) -> object:  # type: ignore[override]
            asked.append(1)
            return super().submit(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(command, "ProcessPoolExecutor", Counting)
    work = each(partial(touched, tmp_path), range(1000), 2)
    assert next(work).startswith("0 ")
    work.close()
    assert len(asked) == 5 and len(list(tmp_path.iterdir())) <= 5
