"""Our own weights: written, recognised, listed, checked."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from app.cli.commands import cleanplate
from app.core.errors import UserError
from app.engine import loader
from models.registry import NETWORKS, WEIGHTS, NetworkWeights
from models.weights import WeightsError, find_network, load_network, save_network

LARGEST_BYTES = 16 << 20


def stored(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = folder / "tiny.safetensors"
    save_network(file, "Tiny", {"width": 3}, {"layer.weight": np.array([[0.5, -2.0]], np.float32)})
    content = file.read_bytes()
    entry = NetworkWeights("tiny", file.name, len(content), sha256(content).hexdigest(), "Tiny", "a test")
    monkeypatch.setitem(NETWORKS, "tiny", entry)
    return file


def test_a_network_is_read_as_it_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored(tmp_path, monkeypatch)
    config, arrays = load_network(find_network("tiny", tmp_path), "Tiny")
    assert config == {"width": 3} and list(tmp_path.iterdir()) == [tmp_path / "tiny.safetensors"]
    assert arrays["layer.weight"].dtype == np.float32 and arrays["layer.weight"].tolist() == [[0.5, -2.0]]


def test_another_networks_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = stored(tmp_path, monkeypatch)
    with pytest.raises(WeightsError, match="weights of Tiny, not of Large"):
        load_network(file, "Large")
    file.write_bytes(b"no tensors")
    with pytest.raises(WeightsError, match="cannot be read"):
        load_network(file, "Tiny")


def test_a_changed_or_missing_file_says_to_install_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = stored(tmp_path, monkeypatch)
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(WeightsError, match=r"SHA-256 differs.*install"):
        find_network("tiny", tmp_path)
    file.unlink()
    with pytest.raises(WeightsError, match=r"missing.*install"):
        find_network("tiny", tmp_path)
    with pytest.raises(WeightsError, match="comes without"):
        find_network("unheard-of", tmp_path)


def test_the_weights_that_ship_are_whole_have_cards_and_stay_small() -> None:
    folder = loader.shipped_weights_folder()
    files = [find_network(name, folder) for name in NETWORKS]
    assert all(file.with_suffix(".md").is_file() for file in files)
    assert sum(file.stat().st_size for file in files) <= LARGEST_BYTES


def test_models_verify_tells_whole_missing_and_damaged_files_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(tmp_path, monkeypatch)
    for name in list(NETWORKS):
        if name != "tiny":
            monkeypatch.delitem(NETWORKS, name)
    monkeypatch.setattr("app.engine.loader.weights.shipped_weights_folder", lambda: tmp_path)
    answer = CliRunner().invoke(cleanplate, ["models", "verify"])
    assert answer.exit_code == 0 and "tiny: whole" in answer.output and "models fetch vgg16" in answer.output
    (tmp_path / "tiny.safetensors").write_bytes(b"broken")
    answer = CliRunner().invoke(cleanplate, ["models", "verify"])
    assert isinstance(answer.exception, UserError) and "Not usable: tiny" in str(answer.exception)
    assert "tiny " in CliRunner().invoke(cleanplate, ["models", "list"]).output


def test_fetching_all_asks_only_for_what_does_not_ship(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored(tmp_path, monkeypatch)
    asked: list[str] = []
    monkeypatch.setattr(loader, "fetch_weights", lambda name, _context: asked.append(name) or tmp_path)
    assert CliRunner().invoke(cleanplate, ["models", "fetch"]).exit_code == 0
    assert asked == [*WEIGHTS, "mobile-sam"]
