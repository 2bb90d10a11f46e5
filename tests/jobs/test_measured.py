"""Calls in processes of their own."""

from __future__ import annotations

import pytest

from app.jobs.measured import run_measured

BIG_BYTES = 64 * 1024 * 1024


def allocate(size_bytes: int) -> int:
    return sum(bytearray(b"\1") * size_bytes) if size_bytes else 0


def fail() -> None:
    raise ValueError("as expected")


def test_the_result_comes_with_time_and_peak_memory() -> None:
    small, large = run_measured(allocate, 0), run_measured(allocate, BIG_BYTES)
    assert large.value == BIG_BYTES and large.seconds > 0
    assert small.peak_bytes is not None and large.peak_bytes is not None, "Linux, macOS and Windows all count it"
    assert large.peak_bytes - small.peak_bytes > 0.8 * BIG_BYTES


def test_an_error_in_the_process_comes_through() -> None:
    with pytest.raises(ValueError, match="as expected"):
        run_measured(fail)
