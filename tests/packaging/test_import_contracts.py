"""The borders between rooms hold, and each contract is seen to fail when somebody crosses its border."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = {
    contract["id"]: contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
}

# contract, the file that crosses its border, the line that does it
VIOLATIONS = [
    ("app-layers", "app/core/geometry.py", "import app.media.frame"),
    ("app-layers", "app/core/geometry.py", "from app.jobs import runner"),
    ("app-layers", "app/media/frame.py", "from app import engine"),
    ("app-layers", "app/stray.py", "NEW_ROOM = True"),
    ("models-layers", "models/flow/protocol.py", "import models.propagation.picture"),
    ("models-layers", "models/propagation/picture.py", "from models.tracking import protocol"),
    ("models-layers", "models/vornet/sampling.py", "import models.tracking.protocol"),
    ("models-layers", "models/propagation/picture.py", "def late():\n    from models.vornet import sampling"),
    ("models-layers", "models/vornet/runner.py", "def late():\n    from models.losses import total"),
    ("models-layers", "models/voin/shape.py", "import models.vornet.sampling"),
    ("models-layers", "models/perception/vgg.py", "import models.flow.protocol"),
    ("models-layers", "models/sam/__init__.py", "import models.tracking.protocol"),
    ("models-layers", "models/downloads.py", "import models.registry"),
    ("training-layers", "models/training/data/split.py", "def late():\n    from models.training.vornet import cache"),
    ("training-layers", "models/training/stray.py", "NEW_ROOM = True"),
    ("models-without-app", "models/flow/protocol.py", "def late():\n    from app.core import geometry"),
    ("models-through-loader", "app/media/frame.py", "from models.propagation import picture"),
    ("models-through-loader", "app/engine/__init__.py", "import models.flow.protocol"),
    ("training-for-benchmark", "app/engine/loader/engines.py", "def late():\n    import models.training"),
    ("loader-is-one-door", "app/engine/preview.py", "def late():\n    from app.engine.loader import engines"),
    ("workspace-is-one-door", "app/cli/rendering.py", "def late():\n    from app.workspace import exporting"),
    ("training-for-benchmark", "app/cli/benchmarking.py", "def late():\n    from models.training.data import split"),
    ("benchmark-for-cli", "app/speed.py", "def late():\n    from app import benchmark"),
    ("benchmark-for-cli", "app/speed.py", "def late():\n    import app.tracking_benchmark"),
    ("benchmark-for-cli", "app/speed.py", "def late():\n    import app.clicks_benchmark"),
    ("models-through-loader", "app/clicks_benchmark.py", "import models.sam.protocol"),
    ("models-through-loader", "app/tracking_benchmark.py", "import models.tracking.cut"),
    ("models-through-loader", "app/benchmark.py", "import models.propagation.picture"),
    ("qt-in-ui", "app/core/geometry.py", "from PySide6.QtCore import QRect"),
    ("qt-in-ui", "models/flow/protocol.py", "import PySide6"),
    ("qt-in-ui", "app/workspace/workspace.py", "def late():\n    import qtawesome"),
    ("app-layers", "app/workspace/clip.py", "def late():\n    from app.ui import state"),
    ("app-layers", "app/ui/state.py", "def late():\n    from app import cli"),
    ("pyav-in-media", "app/engine/__init__.py", "from av.video.frame import VideoFrame"),
    ("pyav-in-media", "models/training/__init__.py", "import av"),
    ("torch-in-models", "app/core/geometry.py", "def late():\n    import torch.nn"),
    ("torch-in-models", "app/media/frame.py", "import onnxruntime"),
    ("torch-in-models", "app/engine/segmenting.py", "def late():\n    from onnx import helper"),
]


def lint(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    code = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    return subprocess.run(
        [sys.executable, "-c", code, "--no-cache", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "COLUMNS": "200"},
        check=False,
    )


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the code and its configuration that a test may spoil."""
    for package in ("app", "models"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_tree_keeps_every_contract() -> None:
    answer = lint(ROOT)
    assert answer.returncode == 0, answer.stdout
    assert f"{len(CONTRACTS)} kept, 0 broken" in answer.stdout


def test_every_contract_has_a_seeded_violation() -> None:
    assert {contract for contract, _, _ in VIOLATIONS} == set(CONTRACTS)


@pytest.mark.parametrize(("contract", "file", "line"), VIOLATIONS)
def test_crossing_a_border_breaks_its_contract(tree: Path, contract: str, file: str, line: str) -> None:
    with (tree / file).open("a", encoding="utf-8") as spoiled:
        spoiled.write(f"\n{line}\n")
    answer = lint(tree, "--contract", contract)
    assert answer.returncode == 1, answer.stdout + answer.stderr
    assert f"{CONTRACTS[contract]} BROKEN" in answer.stdout
