"""Every package that gets installed is pinned, and its licence is written down."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from models.npm import NODE_PACKAGE
from models.registry import SEGMENTER_WEIGHTS, WEIGHTS, NpmWeights

ROOT = Path(__file__).resolve().parents[2]
# torch's own builds for Linux pin these themselves, and they differ from build to build.
OF_TORCH = ("nvidia-", "cuda-", "triton")


def pins() -> dict[str, str]:
    """Canonical name to pinned version."""
    found = {}
    for line in (ROOT / "packaging" / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            requirement = Requirement(line)
            (specifier,) = requirement.specifier
            assert specifier.operator == "==", line
            found[canonicalize_name(requirement.name)] = specifier.version
    return found


def needed() -> set[str]:
    """Canonical names of all that the project needs here, directly or through another package."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting = [Requirement(line) for line in project["dependencies"] + project["optional-dependencies"]["dev"]]
    found: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        requirement = waiting.pop()
        name, extras = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if (name, extras) in found or name.startswith(OF_TORCH):
            continue
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        found.add((name, extras))
        for line in metadata.requires(name) or ():
            needs = Requirement(line)
            wanted = needs.marker is None or any(needs.marker.evaluate({"extra": extra}) for extra in {"", *extras})
            if wanted:
                needs.marker = None
                waiting.append(needs)
    return {name for name, _ in found}


def test_every_needed_package_is_pinned() -> None:
    assert needed() <= set(pins())


def test_torch_is_the_version_that_everything_was_tested_with() -> None:
    assert pins()["torch"] == "2.13.0"


def test_every_pinned_package_has_its_licence_written_down() -> None:
    text = (ROOT / "resources" / "LICENSES.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([\w.-]+) \| (\d\S*) \| .+ \|$", text, flags=re.MULTILINE))
    listed = {canonicalize_name(name): version for name, version in rows.items()}
    in_words = {"onnxruntime", "colorama"}
    for name, version in pins().items():
        if name in in_words:
            assert f"`{name}` {version}" in text
        else:
            assert listed.get(name) == version, f"{name} {version}"
    assert set(listed) <= set(pins())


def test_all_weights_have_their_source_and_licence_written_down() -> None:
    text = (ROOT / "resources" / "LICENSES.md").read_text(encoding="utf-8")
    for weights in WEIGHTS.values():
        package, _, version = weights.package.partition("==")
        (row,) = re.findall(rf"^\| `{weights.name}` \| .+$", text, flags=re.MULTILINE)
        assert f"`{package}` {version}" in row
        assert weights.licence in row
    for segmenter in SEGMENTER_WEIGHTS.values():
        (row,) = re.findall(rf"^\| .*`{segmenter.name}`.* \| .+$", text, flags=re.MULTILINE)
        assert segmenter.licence in row
        if isinstance(segmenter, NpmWeights):
            package, _, version = segmenter.package.partition("@")
            assert f"`{package}` {version}" in row
    package, _, version = NODE_PACKAGE.partition("==")
    assert f"`{package}` {version}" in text


def test_every_demo_file_is_listed_with_its_source_and_its_licence() -> None:
    readme = (ROOT / "resources" / "demo" / "README.md").read_text(encoding="utf-8")
    for file in (ROOT / "resources" / "demo").iterdir():
        assert file.name == "README.md" or f"`{file.name}`" in readme
    assert "`sports2d` 0.8.34" in readme
    licence = (ROOT / "resources" / "demo" / "SPORTS2D-LICENSE.txt").read_text(encoding="utf-8")
    assert licence.startswith("BSD 3-Clause License")
