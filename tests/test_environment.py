"""The environment: folders, resources, the log, and variables that libraries read."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import warnings
from importlib import metadata
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from app import environment
from app.core.errors import UserError

ROOT = Path(__file__).resolve().parents[1]


def test_openmp_threads_sleep_unless_the_user_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    environment.prepare_process()
    assert os.environ["OMP_WAIT_POLICY"] == "PASSIVE"
    monkeypatch.setenv("OMP_WAIT_POLICY", "ACTIVE")
    environment.prepare_process()
    assert os.environ["OMP_WAIT_POLICY"] == "ACTIVE"


def test_no_library_reports_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORT_DISABLE_TELEMETRY")
    environment.prepare_process()
    assert os.environ["ORT_DISABLE_TELEMETRY"] == "1"


def test_a_terminal_without_unicode_shows_escapes() -> None:
    code = "from app.environment import prepare_process; prepare_process(); print('caf\\u00e9')"
    shown = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout == "caf\\xe9\n"


def test_opencvs_qt_paths_are_dropped_and_the_users_stay(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    opencv = ModuleType("cv2")
    opencv.__file__ = str(tmp_path / "cv2" / "__init__.py")
    monkeypatch.setitem(sys.modules, "cv2", opencv)
    monkeypatch.setenv("QT_QPA_PLATFORM_PLUGIN_PATH", str(tmp_path / "cv2" / "qt" / "plugins"))
    monkeypatch.setenv("QT_QPA_FONTDIR", str(tmp_path / "fonts of the user"))
    environment.drop_opencv_qt_paths()
    assert "QT_QPA_PLATFORM_PLUGIN_PATH" not in os.environ
    assert os.environ["QT_QPA_FONTDIR"] == str(tmp_path / "fonts of the user")


def test_nothing_is_dropped_before_opencv_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "cv2", raising=False)
    monkeypatch.setenv("QT_QPA_PLATFORM_PLUGIN_PATH", "plugins")
    environment.drop_opencv_qt_paths()
    assert os.environ["QT_QPA_PLATFORM_PLUGIN_PATH"] == "plugins"


def test_the_real_opencv_leaves_no_qt_paths_behind() -> None:
    code = (
        "import cv2, os; from app.environment import drop_opencv_qt_paths as d; d();"
        "print([n for n in os.environ if n.startswith('QT_QPA_') and n != 'QT_QPA_PLATFORM'])"
    )
    clean = {name: value for name, value in os.environ.items() if not name.startswith("QT_QPA_")}
    shown = subprocess.run([sys.executable, "-c", code], env=clean, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_models_is_our_own() -> None:
    environment.check_layout()


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (None, "is missing"),
        (SimpleNamespace(submodule_search_locations=["/elsewhere/models"], origin=None), "hides Cleanplate's own"),
        (SimpleNamespace(submodule_search_locations=None, origin="/elsewhere/models.py"), "models.py"),
    ],
    ids=["missing", "another package", "another module"],
)
def test_another_models_package_is_named(monkeypatch: pytest.MonkeyPatch, found: object, words: str) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: found)
    with pytest.raises(UserError, match=words):
        environment.check_layout()


def test_resources_are_those_of_the_clone() -> None:
    assert environment.resources_dir() == ROOT / "resources"
    assert environment.resource("demo/sports2d_walk_pan_854x480.mp4").is_file()


def test_a_missing_resource_is_named() -> None:
    with pytest.raises(UserError, match=r"nothing\.bin is missing"):
        environment.resource("demo/nothing.bin")


def test_resources_of_another_program_are_not_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "resources").mkdir()
    monkeypatch.setattr(environment, "__file__", str(tmp_path / "app" / "environment.py"))
    with pytest.raises(UserError, match="'resources' is missing"):
        environment.resources_dir()


def test_user_folders_follow_the_variables_and_are_not_made(user_folders: Path) -> None:
    assert environment.data_dir() == user_folders / "data"
    assert environment.cache_dir() == user_folders / "cache"
    assert environment.log_file() == user_folders / "log" / "cleanplate.log"
    assert list(user_folders.iterdir()) == []


def test_user_folders_have_a_place_of_their_own_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATA", "CACHE", "LOG"):
        monkeypatch.delenv(f"CLEANPLATE_{name}_DIR")
    folders = {environment.data_dir(), environment.cache_dir(), environment.log_dir()}
    assert len(folders) == 3
    assert all(folder.is_absolute() and "cleanplate" in str(folder) for folder in folders)


def test_what_the_program_logs_reaches_the_file() -> None:
    with environment.file_logging():
        logging.getLogger("app.engine").info("tracking für %s", "clip.mp4")
        logging.getLogger("models.flow").info("flow")
        logging.getLogger("library").info("chatter")
        logging.getLogger("library").warning("trouble")
    lines = environment.log_file().read_text(encoding="utf-8").splitlines()
    assert [line.partition(": ")[2] for line in lines] == ["tracking für clip.mp4", "flow", "trouble"]
    assert f" {os.getpid()} INFO app.engine: " in lines[0]


def test_python_warnings_reach_the_file_and_not_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        with environment.file_logging():
            warnings.warn("an old call", DeprecationWarning, stacklevel=1)
    assert "an old call" in environment.log_file().read_text(encoding="utf-8")
    assert "an old call" not in capsys.readouterr().err


def test_logging_ends_with_its_block() -> None:
    before = list(logging.getLogger().handlers), logging.getLogger("app").level
    with environment.file_logging():
        pass
    assert (list(logging.getLogger().handlers), logging.getLogger("app").level) == before
    logging.getLogger("app").warning("afterwards")
    assert not environment.log_file().exists()


def test_a_long_log_is_rotated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "_LOG_LIMIT_BYTES", 1000)
    with environment.file_logging():
        for number in range(100):
            logging.getLogger("app").info("record %d", number)
    files = sorted(path.name for path in environment.log_dir().iterdir())
    assert files == ["cleanplate.log", "cleanplate.log.1"]
    assert environment.log_file().stat().st_size <= 1000
    assert "record 99" in environment.log_file().read_text(encoding="utf-8")


def test_a_log_that_cannot_be_renamed_grows_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(source: str, target: str) -> None:
        raise PermissionError("another process has it open")

    monkeypatch.setattr(environment, "_LOG_LIMIT_BYTES", 1000)
    with environment.file_logging(), monkeypatch.context() as patched:
        patched.setattr(os, "rename", refuse)
        for number in range(100):
            logging.getLogger("app").info("record %d", number)
    text = environment.log_file().read_text(encoding="utf-8")
    assert "record 0\n" in text
    assert "record 99\n" in text


def test_a_log_folder_that_cannot_be_made_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("CLEANPLATE_LOG_DIR", str(tmp_path / "file" / "log"))
    with environment.file_logging():
        logging.getLogger("app").error("unheard")
    assert not environment.log_file().exists()
    assert capsys.readouterr().err == ""


def test_versions_name_what_is_installed_and_import_nothing() -> None:
    found = environment.versions()
    assert found["cleanplate"] == environment.VERSION
    assert found["python"] == ".".join(map(str, sys.version_info[:3]))
    assert found["torch"] == metadata.version("torch")
    assert {"numpy", "av", "opencv-python", "system"} <= found.keys()


def test_the_version_is_the_packages() -> None:
    assert f'version = "{environment.VERSION}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
