"""Files take their names though somebody looks at them for a moment, as Windows makes them wait for."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.core.renaming import is_held, remove, rename_over

on_windows = pytest.mark.skipif(sys.platform != "win32", reason="only Windows refuses what is open")


class Refusing:
    """A system that refuses the first tries, as Windows does while somebody reads."""

    def __init__(self, patch: pytest.MonkeyPatch, times: int) -> None:
        self.left = times
        for name in ("replace", "unlink"):
            patch.setattr(Path, name, self._refusing(getattr(Path, name)))

    def _refusing(self, method: Callable[..., object]) -> Callable[..., object]:
        def refused(path: Path, *arguments: object, **options: object) -> object:
            if self.left:
                self.left -= 1
                raise PermissionError(13, "Access is denied", str(path))
            return method(path, *arguments, **options)

        return refused


def test_a_refusal_that_passes_is_waited_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    partial, target = tmp_path / "partial", tmp_path / "target"
    for file in (partial, target):
        file.write_text(file.name)
    Refusing(monkeypatch, 3)
    rename_over(partial, target, pauses_s=(0, 0, 0))
    assert target.read_text() == "partial" and not partial.exists()
    Refusing(monkeypatch, 3)
    remove(target, pauses_s=(0, 0, 0))
    assert not target.exists()


def test_one_that_stays_is_an_error_and_leaves_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    partial, target = tmp_path / "partial", tmp_path / "target"
    for file in (partial, target):
        file.write_text(file.name)
    Refusing(monkeypatch, 3)
    with pytest.raises(PermissionError):
        rename_over(partial, target, pauses_s=(0, 0))
    assert (partial.read_text(), target.read_text()) == ("partial", "target")


def test_what_nobody_has_open_is_not_held_and_what_is_missing_is_an_error_at_once(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    assert not is_held(file) and file.exists()
    with pytest.raises(FileNotFoundError):
        rename_over(tmp_path / "none", file)


@on_windows
def test_what_a_program_reads_is_held_until_it_is_closed(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    with file.open("rb"):
        assert is_held(file)
    assert not is_held(file)
