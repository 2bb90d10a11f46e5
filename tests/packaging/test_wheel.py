"""The wheel contains the program, its resources and its licences, and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy of the tree; setuptools leaves its traces in the copy."""
    source = tmp_path_factory.mktemp("source") / "cleanplate"
    skipped = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "out", "build", "dist")
    shutil.copytree(ROOT, source, ignore=skipped)
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"),
            *("--wheel-dir", str(out), str(source)),
        ],
        check=True,
    )
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel unpacked, as it lies in site-packages."""
    folder = tmp_path_factory.mktemp("site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def files_under(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_the_wheel_has_every_module_and_every_resource(installed: Path) -> None:
    found = files_under(installed)
    modules = {
        path.relative_to(ROOT).as_posix() for package in ("app", "models") for path in (ROOT / package).rglob("*.py")
    }
    resources = {f"app/resources/{name}" for name in files_under(ROOT / "resources")}
    assert modules <= found
    assert resources <= found
    assert "app/resources/demo/SPORTS2D-LICENSE.txt" in found


def test_the_wheel_has_every_data_file_that_lies_beside_the_code(installed: Path) -> None:
    data = {
        path.relative_to(ROOT).as_posix()
        for package in ("app", "models")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc"}
    }
    assert data <= files_under(installed)


def test_the_wheel_brings_nothing_that_could_hide_another_package(installed: Path) -> None:
    top = {path.name for path in installed.iterdir() if not path.name.endswith(".dist-info")}
    assert top == {"app", "models"}


def test_the_wheel_carries_the_licences_and_the_command(installed: Path) -> None:
    found = files_under(installed)
    (metadata,) = [name.rpartition("/")[0] for name in found if name.endswith(".dist-info/METADATA")]
    assert f"{metadata}/licenses/LICENSE" in found
    assert f"{metadata}/licenses/resources/LICENSES.md" in found
    entry_points = (installed / metadata / "entry_points.txt").read_text(encoding="utf-8")
    assert "cleanplate = app.__main__:main" in entry_points


def test_resources_are_found_in_an_installed_wheel(installed: Path, tmp_path: Path) -> None:
    code = "from app import environment as e; e.check_layout(); print(e.resource('demo/README.md'))"
    answer = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(answer.stdout.strip()) == installed.resolve() / "app" / "resources" / "demo" / "README.md"


def test_the_package_list_names_every_package_once() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    real = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for package in ("app", "models")
        for path in (ROOT / package).rglob("__init__.py")
    }
    assert sorted(listed) == sorted(real | {"app.resources"})


def test_every_folder_with_code_is_a_package() -> None:
    for package in ("app", "models"):
        for module in (ROOT / package).rglob("*.py"):
            assert (module.parent / "__init__.py").is_file(), f"{module.parent} would not be installed"
