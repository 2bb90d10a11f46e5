"""The comparison of ways to run the network."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_networks import small_network

from models.vornet.compare_devices import compare, main
from models.weights import save_network


def saved(folder: Path, answers: float) -> Path:
    network = small_network(answers=answers)
    arrays = {name: tensor.numpy() for name, tensor in network.state_dict().items()}
    save_network(folder / "small.safetensors", "RefinementNetwork", network.config(), arrays)
    return folder / "small.safetensors"


def test_float32_on_the_cpu_is_the_measure_and_half_precision_is_close(tmp_path: Path) -> None:
    compared = compare(saved(tmp_path, 0.02), sizes_px=(64,), frames=4)
    assert compared[0].way == "cpu float32" and compared[0].largest == 0
    assert all(one.same and one.milliseconds > 0 for one in compared)


def test_the_command_prints_a_line_for_each_way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(saved(tmp_path, 0.0))]) == 0  # untrained: every way gives the very same
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) >= 2 and all(line.endswith("same") and "mean 0.000" in line for line in lines)
