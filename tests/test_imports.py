"""What starting the program loads, and a layout of folders that hides no other package."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HEAVY = {
    "PySide6",
    "av",
    "cv2",
    "onnx",
    "onnxruntime",
    "patchmatch",
    "qtawesome",
    "scenedetect",
    "segment_anything",
    "torch",
}


def loaded_by(code: str) -> set[str]:
    """Top-level modules that a fresh Python has loaded after running ``code``."""
    report = "; import sys; sys.stderr.write(' '.join({name.partition('.')[0] for name in sys.modules}))"
    ended = subprocess.run([sys.executable, "-c", code + report], capture_output=True, text=True, check=True)
    return set(ended.stderr.split())


@pytest.mark.parametrize(
    "module", ["app.__main__", "app.environment", "app.jobs.runner", "app.jobs.pipeline", "app.engine.loader"]
)
def test_the_programs_start_loads_no_heavy_library(module: str) -> None:
    assert loaded_by(f"import {module}") & HEAVY == set()


@pytest.mark.parametrize("folder", ["packaging", "resources", "tests"])
def test_folders_with_general_names_are_no_packages(folder: str) -> None:
    assert not list((ROOT / folder).rglob("__init__.py"))


def test_packaging_is_still_the_library() -> None:
    from packaging import version

    assert Path(version.__file__).parent != ROOT / "packaging"


def test_test_files_have_names_of_their_own() -> None:
    names = Counter(path.name for path in (ROOT / "tests").rglob("test_*.py"))
    assert [name for name, times in names.items() if times > 1] == []
