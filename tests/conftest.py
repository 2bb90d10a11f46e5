"""What every test gets: user folders of its own, an offscreen Qt, and a check that it leaves no thread behind."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from app import environment

# Read when the libraries are first imported, so it cannot wait for a fixture.
os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if sys.platform == "win32":  # where the offscreen screen looks for fonts beside Qt, which brings none
    os.environ.setdefault("QT_QPA_FONTDIR", str(Path(os.environ["WINDIR"]) / "Fonts"))

# How long an example takes says something of the machine's other work, not of the code.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

THREAD_GRACE_S = 60.0
USER_FOLDERS = ("DATA", "CACHE", "LOG")
FETCHED_WEIGHTS = environment.data_dir() / "weights"


@pytest.fixture(scope="session", autouse=True)
def folders_of_no_user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Folders for what fixtures of a module or of the session do: they run before any test has folders of its own."""
    root = tmp_path_factory.mktemp("session")
    with pytest.MonkeyPatch.context() as patch:
        for name in USER_FOLDERS:
            patch.setenv(f"CLEANPLATE_{name}_DIR", str(root / name.lower()))
        yield


@pytest.fixture(autouse=True)
def user_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that holds this test's ``data``, ``cache`` and ``log``; no test touches the user's own."""
    root = tmp_path_factory.mktemp("user")
    for name in USER_FOLDERS:
        monkeypatch.setenv(f"CLEANPLATE_{name}_DIR", str(root / name.lower()))
    return root


@pytest.fixture(autouse=True)
def quick_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests that name no engine mean the one without networks, which starts without torch; others name theirs."""
    monkeypatch.setenv(environment.ENGINE_VARIABLE, "propagate")


@pytest.fixture
def fetched_weights(user_folders: Path) -> Path:
    """This test's weights folder with what was fetched onto this machine copied into it.

    ``packaging/bootstrap.py test`` fetches it; where nobody did, the test is skipped.
    """
    target = user_folders / "data" / "weights"
    if not FETCHED_WEIGHTS.is_dir():
        pytest.skip(f"no fetched weights in {FETCHED_WEIGHTS}; 'cleanplate models fetch' gets them")
    large = shutil.ignore_patterns("sam_vit_*", ".*")
    shutil.copytree(FETCHED_WEIGHTS, target, ignore=large)
    return target


@pytest.fixture
def second_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second track's masks stay where they began: at once they agree, later they do not."""
    from second_track import stand_still

    stand_still(monkeypatch)


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


@pytest.fixture(autouse=True)
def no_real_time_is_left() -> Iterator[None]:
    """Fails a test that leaves its thread a real-time one: all later tests would run before anything else does."""
    yield
    assert sys.platform != "linux" or os.sched_getscheduler(0) == os.SCHED_OTHER
