"""The result cache keeps what it was given, notices damage, and stays within its bounds."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.engine.loader import Fill
from app.engine.results import Key, ResultCache, chain, pack_fill, unpack_fill


def some_fill(bits: int = 10) -> Fill:
    random = np.random.default_rng(3)
    dtype = np.uint8 if bits == 8 else np.uint16
    planes = tuple(random.integers(0, 1 << bits, size).astype(dtype) for size in ((13, 22), (7, 11), (7, 11), (13, 22)))
    seen = random.random((13, 22)) > 0.5
    return Fill(7, 4, 2, 22, 13, planes, seen, ~seen, ("static camera", "source dropped"))


def key(number: int) -> Key:
    return Key("patch", chain(b"", str(number).encode()))


@pytest.mark.parametrize("bits", [8, 10, 16])
def test_a_fill_comes_back_exactly(bits: int) -> None:
    fill = some_fill(bits)
    back = unpack_fill(pack_fill(fill))
    assert (back.index, back.left, back.top, back.width, back.height) == (7, 4, 2, 22, 13)
    for ours, theirs in zip(fill.planes, back.planes, strict=True):
        assert theirs.dtype == ours.dtype and np.array_equal(ours, theirs)
    assert np.array_equal(back.seen, fill.seen) and np.array_equal(back.guessed, fill.guessed)
    assert back.seen.dtype == np.bool_ and back.notes == fill.notes


def test_how_much_of_a_fill_is_its_own_comes_back(tmp_path: Path) -> None:
    fill = some_fill()
    alphas = tuple(np.random.default_rng(4).integers(0, 256, plane.shape).astype(np.uint8) for plane in fill.planes)
    cache = ResultCache(tmp_path)
    cache.keep(key(1), replace(fill, alphas=alphas))
    back = cache.get_fill(key(1))
    assert back is not None and back.unlikely is None
    assert all(np.array_equal(ours, theirs) for ours, theirs in zip(alphas, back.alphas, strict=True))
    assert np.array_equal(back.guessed, fill.guessed)
    assert unpack_fill(pack_fill(fill)).alphas == ()
    doubtful = unpack_fill(pack_fill(replace(fill, alphas=alphas, unlikely=fill.seen)))
    assert doubtful.unlikely is not None and np.array_equal(doubtful.unlikely, fill.seen)
    assert all(np.array_equal(ours, theirs) for ours, theirs in zip(alphas, doubtful.alphas, strict=True))


def test_records_outlive_the_cache_object(tmp_path: Path) -> None:
    ResultCache(tmp_path).put(key(1), b"one")
    again = ResultCache(tmp_path)
    assert again.has(key(1)) and again.get(key(1)) == b"one"
    assert not again.has(key(2)) and again.get(key(2)) is None


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "other"])
def test_a_damaged_record_counts_as_missing(tmp_path: Path, damage: str) -> None:
    cache = ResultCache(tmp_path)
    cache.put(key(1), b"payload" * 50)
    (path,) = (path for path in tmp_path.rglob("*.patch"))
    data = path.read_bytes()
    broken = {"cut": data[:-5], "flip": data[:-1] + bytes([data[-1] ^ 1]), "empty": b"", "other": b"x" * 500}
    path.write_bytes(broken[damage])
    assert cache.get(key(1)) is None
    assert not cache.has(key(1))


def test_a_record_that_cannot_be_read_counts_as_missing(tmp_path: Path) -> None:
    (tmp_path / key(1).name).mkdir(parents=True)
    assert ResultCache(tmp_path).get(key(1)) is None


def test_the_records_used_longest_ago_are_dropped(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path, max_bytes=10_000)
    for number in range(9):
        cache.put(key(number), bytes(1_000))
        os.utime(tmp_path / key(number).name, (number, number))
    assert cache.get(key(0)) is not None  # used just now
    cache.put(key(9), bytes(1_000))
    assert cache.get(key(0)) is not None and cache.get(key(9)) is not None
    assert cache.get(key(1)) is None
    assert sum(path.stat().st_size for path in tmp_path.rglob("*.patch")) <= 10_000


def test_a_dropped_record_is_gone(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path)
    cache.put(key(1), b"one")
    cache.drop(key(1))
    cache.drop(key(1))
    assert not cache.has(key(1))


def test_a_record_that_windows_keeps_because_somebody_reads_it_stops_no_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = ResultCache(tmp_path, max_bytes=3000)
    read, others = key(100), [key(number) for number in range(6)]
    cache.put(read, bytes(1000))
    unlink = Path.unlink

    def refused(path: Path, missing_ok: bool = False) -> None:
        if path == tmp_path / read.name:
            raise PermissionError(13, "The process cannot access the file")
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", refused)
    for other in others:
        cache.put(other, bytes(1000))
    assert cache.has(read) and cache.has(others[-1]) and not cache.has(others[0])


def test_a_failed_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> Path:
        raise OSError("no")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="no"):
        ResultCache(tmp_path).put(key(1), b"one")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_chain_tells_the_same_facts_in_another_order_apart() -> None:
    assert chain(b"", b"a", b"bc") != chain(b"", b"ab", b"c")
    assert chain(chain(b"", b"a"), b"b") != chain(chain(b"", b"b"), b"a")
