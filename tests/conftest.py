"""What every test gets: user folders of its own, an offscreen Qt, and a check that it leaves no thread behind."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

# Read when the libraries are first imported, so it cannot wait for a fixture.
os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

THREAD_GRACE_S = 10.0


@pytest.fixture(autouse=True)
def user_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that holds this test's ``data``, ``cache`` and ``log``; no test touches the user's own."""
    root = tmp_path_factory.mktemp("user")
    for name in ("DATA", "CACHE", "LOG"):
        monkeypatch.setenv(f"CLEANPLATE_{name}_DIR", str(root / name.lower()))
    return root


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    """Fails a test that ends while a thread it started still runs."""
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before and not thread.daemon]
    for thread in left:
        thread.join(THREAD_GRACE_S)
    alive = [thread.name for thread in left if thread.is_alive()]
    assert not alive, f"threads left behind: {alive}"
