"""``--engine vornet`` through the app's one door to the models."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from panned_scene import Box, make_scene, same_fill

from app import environment
from app.core.errors import UserError
from app.engine.loader import default_engine, load_engine
from app.engine.protocols import Engine
from models.inpainting.generator import InpaintingGenerator
from models.propagation.picture import Fill
from models.registry import NETWORKS, RAFT_SMALL, NetworkWeights
from models.vornet.refinement import RefinementNetwork
from models.weights import save_network

HELD: list[Box | None] = [(30, 24, 16, 16)] * 5
"""An object that stays where it is before a camera that stays where it is: nothing behind it is ever seen."""


def saved(folder: Path, name: str, network: torch.nn.Module, config: dict[str, object], kind: str) -> None:
    arrays = {key: tensor.numpy() for key, tensor in network.state_dict().items()}
    save_network(folder / f"{name}.safetensors", kind, config, arrays)


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with small untrained networks."""
    torch.manual_seed(31)
    folder = tmp_path_factory.mktemp("weights")
    ours = RefinementNetwork(width=4, hidden=8)
    torch.nn.init.normal_(ours.decode1.weight, std=0.3)
    paper = RefinementNetwork(head="paper", candidates=1, conditions=1, width=4, hidden=8)
    generator = InpaintingGenerator(width=2)
    saved(folder, "vornet", ours, ours.config(), "RefinementNetwork")
    saved(folder, "vornet-paper", paper, paper.config(), "RefinementNetwork")
    saved(folder, "inpainting", generator, generator.config(), "InpaintingGenerator")
    return folder


def live(engine: Engine) -> list[Fill]:
    remover, scene = engine.live(), make_scene(HELD, pan=(0, 0))
    return [fill for frame in scene.frames for fill in remover.step(frame)] + remover.flush()


def final(engine: Engine, store: Path) -> list[Fill]:
    store.mkdir()
    scene = make_scene(HELD, pan=(0, 0))
    return list(engine.final(scene, store=store, checkpoint=lambda: None, progress=lambda *_: None))


@pytest.mark.parametrize("candidates", ["ours", "paper"])
def test_both_modes_of_both_recipes_fill_every_frame(weights: Path, candidates: str, tmp_path: Path) -> None:
    engine = load_engine("vornet", candidates=candidates, device="cpu", weights=weights)
    plain = load_engine("propagate")
    for fills, others in ((live(engine), live(plain)), (final(engine, tmp_path / "a"), final(plain, tmp_path / "b"))):
        assert [fill.index for fill in fills] == list(range(5))
        assert not any(same_fill(*pair) for pair in zip(fills, others, strict=True))


def test_the_same_engine_gives_the_same_fills(weights: Path) -> None:
    first, second = (live(load_engine("vornet", device="cpu", weights=weights)) for _ in range(2))
    assert all(same_fill(*pair) for pair in zip(first, second, strict=True))


def test_the_version_names_weights_candidates_and_settings(weights: Path, tmp_path: Path) -> None:
    other = RefinementNetwork(width=4, hidden=8)
    saved(tmp_path, "vornet", other, other.config(), "RefinementNetwork")
    engines = [
        load_engine("vornet", weights=weights),
        load_engine("vornet", weights=tmp_path),
        load_engine("vornet", weights=weights, candidates="paper"),
        load_engine("vornet", weights=weights, delay=3),
        load_engine("vornet", weights=weights, device="cpu"),
        load_engine("propagate"),
    ]
    assert len({engine.version for engine in engines}) == len(engines)
    assert engines[0].version == load_engine("vornet", weights=weights).version
    assert engines[3].delay == 3
    with pytest.raises(UserError, match="leave --delay out"):
        load_engine("vornet", weights=weights, candidates="paper", delay=3)


def test_a_version_is_told_without_loading_torch(weights: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from app.engine.loader import load_engine
load_engine("vornet", weights=Path({str(weights)!r})).version
sys.exit("torch" in sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_without_weights_it_says_so_and_names_the_other_engine(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"vornet .*--engine propagate"):
        load_engine("vornet", weights=tmp_path)
    with pytest.raises(UserError, match="--candidates paper is for --engine vornet"):
        load_engine("propagate", candidates="paper")
    with pytest.raises(UserError, match="ours, paper, paper-raft"):
        load_engine("vornet", candidates="both")
    with pytest.raises(UserError, match=r"raft-small\.pth; who has .* may put it there.*--candidates paper goes"):
        load_engine("vornet", candidates="paper-raft")


def test_the_papers_recipe_takes_raft_where_the_user_has_it(weights: Path, fetched_weights: Path) -> None:
    if not (fetched_weights / RAFT_SMALL.file).is_file():
        pytest.skip(f"no {RAFT_SMALL.file} in the weights folder")
    engines = [
        load_engine("vornet", candidates=name, device="cpu", weights=weights) for name in ("paper", "paper-raft")
    ]
    by_dis, by_raft = (live(engine) for engine in engines)
    assert engines[0].version != engines[1].version
    assert same_fill(by_dis[0], by_raft[0])  # nothing has moved yet
    assert not any(same_fill(*pair) for pair in zip(by_dis[2:], by_raft[2:], strict=True))


def test_weights_of_another_network_are_refused_when_the_work_begins(weights: Path, tmp_path: Path) -> None:
    (tmp_path / "vornet.safetensors").write_bytes((weights / "vornet-paper.safetensors").read_bytes())
    engine = load_engine("vornet", weights=tmp_path, device="cpu")
    with pytest.raises(UserError, match="the paper's head"):
        engine.live()
    (tmp_path / "vornet.safetensors").write_bytes((weights / "inpainting.safetensors").read_bytes())
    with pytest.raises(UserError, match="InpaintingGenerator"):
        load_engine("vornet", weights=tmp_path, device="cpu").live()


def test_it_tells_where_it_computes_and_what_stands_in_for_missing_weights(weights: Path) -> None:
    assert load_engine("vornet", weights=weights, device="cpu").device.startswith("cpu ")
    assert load_engine("vornet", weights=weights).remarks == load_engine("propagate").remarks == ()
    (sentence,) = load_engine("vornet", weights=weights, candidates="paper").remarks  # nothing is fetched in a test
    assert "models fetch lpips-alexnet" in sentence
    assert load_engine("propagate").device == "cpu"


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_gpu_that_is_not_there_is_refused(weights: Path) -> None:
    with pytest.raises(UserError, match="Leave it out"):
        assert load_engine("vornet", weights=weights, device="cuda").device
    with pytest.raises(UserError, match=r"--device cuda.*Leave it out"):
        load_engine("vornet", weights=weights, device="cuda").live()


def test_the_default_is_vornet_only_where_its_weights_ship_and_are_better(
    weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(environment.ENGINE_VARIABLE)
    for name in list(NETWORKS):
        monkeypatch.delitem(NETWORKS, name)
    assert default_engine() == "propagate" and load_engine("auto").name == "propagate"
    file = weights / "vornet.safetensors"
    entry = NetworkWeights("vornet", file.name, file.stat().st_size, loader_hash(file), "RefinementNetwork", "a test")
    monkeypatch.setattr("app.engine.loader.weights.shipped_weights_folder", lambda: weights)
    monkeypatch.setitem(NETWORKS, "vornet", entry)
    assert default_engine() == "propagate" and load_engine("vornet").name == "vornet"
    preferred = NetworkWeights(
        "vornet", file.name, entry.size_bytes, entry.sha256, entry.network, "a test", preferred=True
    )
    monkeypatch.setitem(NETWORKS, "vornet", preferred)
    assert load_engine("auto").name == "vornet"
    monkeypatch.setenv(environment.ENGINE_VARIABLE, "propagate")
    assert load_engine("auto").name == "propagate"
    monkeypatch.setenv(environment.ENGINE_VARIABLE, "warp")
    with pytest.raises(UserError, match="no engine 'warp'"):
        load_engine("auto")


def loader_hash(file: Path) -> str:
    from hashlib import sha256

    return sha256(file.read_bytes()).hexdigest()
