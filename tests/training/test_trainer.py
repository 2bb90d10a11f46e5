"""The trainer: resuming is exact, limits are kept, failures are said."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from rich.console import Console
from torch import nn
from torch.optim import AdamW, Optimizer

from models.training.running.averages import WeightAverage
from models.training.running.checkpoint import INDEX, load_checkpoint, save_checkpoint
from models.training.running.configuration import TrainingConfig, TrainingError, apply_overrides, read_overrides
from models.training.running.curves import draw_curves
from models.training.running.run_log import RunLog
from models.training.running.task import Batch, Export, Validation
from models.training.running.trainer import Trainer, step_optimizer

CPU = torch.device("cpu")
CONFIG = TrainingConfig(steps=6, learning_rate=0.05, warmup=2, workers=2, log_every=1, validate_every=3, averaging=0.9)


class FittingTask:
    """A small network with dropout that fits a line: random numbers, two optimisers, a batch for every step."""

    name = "fitting"
    averaged = ("generator",)

    def __init__(self, *, width: int = 4, scale: float = 1.0, opponent: bool = True) -> None:
        torch.manual_seed(0)
        layers = (nn.Linear(2, width), nn.Dropout(0.3), nn.Linear(width, 1))
        self.networks: dict[str, nn.Module] = {"generator": nn.Sequential(*layers)}
        if opponent:
            self.networks["discriminator"] = nn.Linear(1, 1)
        self._scale = scale
        self.drawn: list[int] = []

    def optimizers(self) -> dict[str, Optimizer]:
        return {name: AdamW(network.parameters(), 0.1) for name, network in self.networks.items()}

    def draw(self, seed: int, step: int) -> Batch:
        self.drawn.append(step)
        x = torch.from_numpy(np.random.default_rng([seed, step]).normal(size=(8, 2))).float()
        return {"x": x, "y": x.sum(1, keepdim=True)}

    def step(self, batch: Batch, step: int, optimizers: dict[str, Optimizer]) -> dict[str, float]:
        answer = self.networks["generator"](batch["x"])
        loss = (answer - batch["y"]).square().mean() * self._scale
        step_optimizer(optimizers["generator"], loss, 1.0)
        if "discriminator" in optimizers:
            other = self.networks["discriminator"](answer.detach()).square().mean()
            step_optimizer(optimizers["discriminator"], other, 1.0)
        return {"total": float(loss.detach())}

    def validate(self, averages: dict[str, nn.Module]) -> Validation:
        value = float(averages["generator"](torch.ones(1, 2)))
        return Validation({"answer": value}, {"grey": np.full((4, 4, 3), 128, np.uint8)})

    def exports(self) -> tuple[Export, ...]:
        return ()


def _trainer(task: FittingTask, folder: Path, config: TrainingConfig = CONFIG) -> Trainer:
    return Trainer(task, config, folder, CPU, Console(quiet=True))


def _same(first: nn.Module, second: nn.Module) -> bool:
    pairs = zip(first.state_dict().values(), second.state_dict().values(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


def test_six_steps_equal_three_a_resume_and_three_more(tmp_path: Path) -> None:
    straight = _trainer(FittingTask(), tmp_path / "straight")
    straight.run()
    _trainer(FittingTask(), tmp_path / "broken").run(steps=3)
    torch.manual_seed(12345)  # whatever happened in between
    task = FittingTask()
    resumed = _trainer(task, tmp_path / "broken")
    assert resumed.step == 3
    outcome = resumed.run()
    assert outcome.finished and outcome.step == 6
    assert min(task.drawn) == 3
    for name in ("generator", "discriminator"):
        assert _same(straight.task.networks[name], task.networks[name])
    assert _same(straight.averages["generator"].network, resumed.averages["generator"].network)
    logs = [
        [
            {key: value for key, value in json.loads(line).items() if not key.startswith("run/steps")}
            for line in (tmp_path / which / "log.jsonl").read_text().splitlines()
        ]
        for which in ("straight", "broken")
    ]
    assert logs[0] == logs[1]


def test_a_step_really_moves_the_weights_and_the_average_lags(tmp_path: Path) -> None:
    task, fresh = FittingTask(), FittingTask()
    trainer = _trainer(task, tmp_path)
    trainer.run()
    assert not _same(task.networks["generator"], fresh.networks["generator"])
    assert not _same(trainer.averages["generator"].network, task.networks["generator"])


def test_a_run_without_time_takes_one_step_and_keeps_it(tmp_path: Path) -> None:
    outcome = _trainer(FittingTask(), tmp_path).run(minutes=0.0)
    assert outcome.step == 1 and not outcome.finished
    assert json.loads((tmp_path / INDEX).read_text())["step"] == 1


def test_a_run_leaves_curves_and_validation_pictures(tmp_path: Path) -> None:
    outcome = _trainer(FittingTask(), tmp_path).run()
    assert set(outcome.figures) == {"answer"} and "total" in outcome.losses
    for name in ("curves.png", "validation-grey.png"):
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")


def test_losses_that_are_no_numbers_end_the_run(tmp_path: Path) -> None:
    config = TrainingConfig(steps=100, workers=0, log_every=1000, validate_every=0)
    trainer = _trainer(FittingTask(scale=float("nan")), tmp_path, config)
    before = {name: value.clone() for name, value in trainer.task.networks["generator"].state_dict().items()}
    with pytest.raises(TrainingError, match="no numbers"):
        trainer.run()
    after = trainer.task.networks["generator"].state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_another_network_s_checkpoint_is_refused(tmp_path: Path) -> None:
    _trainer(FittingTask(), tmp_path).run(steps=1)
    with pytest.raises(TrainingError, match="another network"):
        _trainer(FittingTask(width=5), tmp_path)


def test_a_discriminator_may_join_later(tmp_path: Path) -> None:
    _trainer(FittingTask(opponent=False), tmp_path).run(steps=2)
    trainer = _trainer(FittingTask(), tmp_path)
    assert trainer.step == 2
    assert trainer.run().finished


def test_a_checkpoint_survives_in_parts_and_a_damaged_one_is_refused(tmp_path: Path) -> None:
    state = {"weights": torch.arange(5000.0), "step": 7, "names": ["a", "b"]}
    save_checkpoint(tmp_path, {"old": 1}, step=1)
    save_checkpoint(tmp_path, state, step=7, part_bytes=4096)
    parts = sorted(tmp_path.glob("checkpoint-*"))
    assert len(parts) > 3 and all(part.stat().st_size <= 4096 for part in parts)
    loaded = load_checkpoint(tmp_path, CPU)
    assert loaded is not None and loaded["step"] == 7 and torch.equal(loaded["weights"], state["weights"])
    parts[1].write_bytes(b"x" * 4096)
    with pytest.raises(TrainingError, match="damaged"):
        load_checkpoint(tmp_path, CPU)
    parts[1].unlink()
    with pytest.raises(TrainingError, match="cannot be read"):
        load_checkpoint(tmp_path, CPU)


def test_an_empty_folder_holds_no_checkpoint(tmp_path: Path) -> None:
    assert load_checkpoint(tmp_path, CPU) is None


def test_the_log_forgets_what_came_after_the_checkpoint(tmp_path: Path) -> None:
    log = RunLog(tmp_path, 0)
    for step in (1, 2, 3):
        log.add(step, {"loss/total": float(step)})
    log.close()
    assert RunLog(tmp_path, 2).last("loss/") == {"total": 2.0}


def test_tensorboard_shows_the_log_without_what_came_after_the_checkpoint(tmp_path: Path) -> None:
    events = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    log = RunLog(tmp_path, 0)
    for step in (1, 2, 3):
        log.add(step, {"loss": 10.0 - step})
    log.add_validation(2, Validation({"psnr": 30.0}, {"grey": np.full((4, 4, 3), 128, np.uint8)}))
    log.close()
    resumed = RunLog(tmp_path, 2)
    resumed.add(3, {"loss": 0.5})
    resumed.close()
    shown = events.EventAccumulator(str(tmp_path / "tensorboard"))
    shown.Reload()
    assert [(event.step, event.value) for event in shown.Scalars("loss")] == [(1, 9.0), (2, 8.0), (3, 0.5)]
    assert [(event.step, event.value) for event in shown.Scalars("validation/psnr")] == [(2, 30.0)]
    assert [(event.step, event.width) for event in shown.Images("grey")] == [(2, 4)]


def test_an_average_of_a_constant_is_that_constant() -> None:
    network = nn.Linear(2, 2)
    average = WeightAverage(network, 0.99)
    start = average.network.state_dict()["weight"].clone()
    with torch.no_grad():
        network.weight.fill_(3.0)
    average.update(network, 0)
    # Early on little is kept: a tenth after the first step.
    assert torch.allclose(average.network.state_dict()["weight"], 0.1 * start + 0.9 * 3.0)
    for step in range(1, 2000):
        average.update(network, step)
    assert torch.allclose(average.network.state_dict()["weight"], torch.full((2, 2), 3.0), atol=1e-3)


def test_the_learning_rate_rises_then_falls_to_its_share() -> None:
    config = TrainingConfig(steps=1000, learning_rate=1.0, warmup=100, final_rate=0.1)
    assert config.rate(0) == pytest.approx(0.01)
    assert config.rate(99) > 0.97
    assert config.rate(500) == pytest.approx(0.55, abs=0.01)
    assert config.rate(1000) == config.rate(5000) == pytest.approx(0.1)


def test_settings_come_from_a_file_and_from_pairs(tmp_path: Path) -> None:
    file = tmp_path / "run.toml"
    file.write_text('batch = 3\nprecision = "fp32"\n')
    chosen = read_overrides(file, ["batch=5", "learning_rate=1", "width=7"])
    config, rest = apply_overrides(TrainingConfig(), chosen)
    assert (config.batch, config.precision, config.learning_rate) == (5, "fp32", 1.0)
    assert rest == {"width": 7}


@pytest.mark.parametrize(
    ("pairs", "said"),
    [(["batch"], "key=value"), (["batch=many"], "batch"), (["crop_px=100"], "multiple of 16"), (["steps=0"], "steps")],
)
def test_a_wrong_setting_is_named(pairs: list[str], said: str) -> None:
    with pytest.raises(TrainingError, match=said):
        apply_overrides(TrainingConfig(), read_overrides(None, pairs))


def test_an_unreadable_file_of_settings_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"missing\.toml"):
        read_overrides(tmp_path / "missing.toml", [])


def test_curves_show_a_point_where_the_value_is() -> None:
    rising = draw_curves({"loss": [(step, float(step)) for step in range(100)]})
    flat = draw_curves({"loss": [(step, 1.0) for step in range(100)], "other": [(0, float("nan"))]})
    assert rising.shape[1] < flat.shape[1]  # two panels are wider than one
    assert not np.array_equal(rising, flat[:, : rising.shape[1]])
    ink = (rising != 255).any(axis=2)
    left, right = ink[40:190, 80:120], ink[40:190, 370:400]
    assert np.argwhere(left)[:, 0].mean() > np.argwhere(right)[:, 0].mean()
