"""VOIN's four trainings: they learn, resume to the step, alternate, and leave weights that are read again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from rich.console import Console
from small_objects import write_objects

from models.training.running.configuration import TrainingConfig, TrainingError
from models.training.running.export import export_network
from models.training.running.task import TrainingTask
from models.training.running.trainer import Trainer
from models.training.tasks import TASKS
from models.training.voin.masks import mean_iou
from models.training.voin.task_flow import FlowOptions, VoinFlowTask
from models.training.voin.task_generator import GeneratorOptions, VoinGeneratorTask
from models.training.voin.task_joint import JointOptions, VoinJointTask, begun
from models.training.voin.task_shape import ShapeOptions, VoinShapeTask
from models.voin.generator import AppearanceGenerator
from models.voin.object_flow import FlowNetwork
from models.voin.shape import ShapeNetwork
from models.weights import WeightsError, save_network

CPU = torch.device("cpu")
CONFIG = TrainingConfig(
    steps=4, batch=2, crop_px=32, frames=2, learning_rate=1e-3, warmup=1, workers=0, precision="fp32", log_every=1,
    validate_every=4, adversarial_from=1,
)  # fmt: skip
Make = Callable[[TrainingConfig], TrainingTask]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_objects(tmp_path_factory.mktemp("objects"))


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Small networks as the stages leave them."""
    folder = tmp_path_factory.mktemp("stages")
    torch.manual_seed(0)
    networks = {
        "shape": ShapeNetwork(width=8, first=4, embedded=4, layers=1),
        "flow": FlowNetwork(widths=(4, 8)),
        "generator": AppearanceGenerator(width=4, masks=2),
    }
    files = {}
    for name, network in networks.items():
        files[name] = str(folder / f"{name}.safetensors")
        arrays = {key: tensor.numpy() for key, tensor in network.state_dict().items()}
        save_network(Path(files[name]), type(network).__name__, network.config(), arrays)
    return files


@pytest.fixture
def makers(data: Path, stages: dict[str, str]) -> dict[str, Make]:
    shape = ShapeOptions(width=8, layers=1)
    painting = GeneratorOptions(width=4, masks=2, lpips=0.0, opponents=2)
    joint = JointOptions(**stages, lpips=0.0, opponents=2)
    return {
        "voin-shape": lambda config: VoinShapeTask(config, shape, data=data, device=CPU),
        "voin-flow": lambda config: VoinFlowTask(config, FlowOptions(), data=data, device=CPU),
        "voin-generator": lambda config: VoinGeneratorTask(config, painting, data=data, device=CPU),
        "voin-joint": lambda config: VoinJointTask(config, joint, data=data, device=CPU),
    }


WATCHED = {"voin-shape": "mIoU hull", "voin-flow": "EPE shift", "voin-generator": "PSNR smooth", "voin-joint": "mIoU"}


@pytest.mark.parametrize("name", sorted(WATCHED))
def test_training_resumes_to_the_step(makers: dict[str, Make], name: str, tmp_path: Path) -> None:
    make = makers[name]
    whole = Trainer(make(CONFIG), CONFIG, tmp_path / "whole", CPU, Console(quiet=True))
    outcome = whole.run()
    assert outcome.finished and np.isfinite(outcome.figures[WATCHED[name]])
    for _ in range(2):
        part = Trainer(make(CONFIG), CONFIG, tmp_path / "parts", CPU, Console(quiet=True))
        part.run(steps=2)
    for trained, other in ((whole.averages, part.averages), (whole.task.networks, part.task.networks)):
        for key in trained:
            one, two = (
                (each.network if hasattr(each, "decay") else each).state_dict() for each in (trained[key], other[key])
            )
            assert all(torch.equal(one[entry], two[entry]) for entry in one), key


@pytest.mark.parametrize("name", ["voin-generator", "voin-joint"])
def test_discriminators_join_when_it_is_time_and_step_in_turn(makers: dict[str, Make], name: str) -> None:
    task = makers[name](CONFIG)
    optimizers = task.optimizers()
    before = {key: {k: v.clone() for k, v in n.state_dict().items()} for key, n in task.networks.items()}

    def moved(key: str) -> bool:
        return any(
            not torch.equal(before[key][k], v) for k, v in task.networks[key].state_dict().items() if "_u" not in k
        )

    early = task.step(task.draw(0, 0), 0, optimizers)
    opponents = [key for key in task.networks if key.startswith("discriminator")]
    assert len(opponents) == 2 and not any(moved(key) for key in opponents) and "discriminator classes" not in early
    late = task.step(task.draw(0, 1), 1, optimizers)
    assert all(moved(key) for key in task.networks) and "discriminator classes" in late
    assert all(p.requires_grad for key in opponents for p in task.networks[key].parameters())


def test_without_adversarial_steps_there_are_no_discriminators(makers: dict[str, Make]) -> None:
    config = replace(CONFIG, adversarial_from=-1)
    assert list(makers["voin-generator"](config).networks) == ["generator"]


def test_the_shape_network_learns(makers: dict[str, Make]) -> None:
    config = replace(CONFIG, learning_rate=5e-3)
    task = makers["voin-shape"](config)
    optimizers = task.optimizers()
    batch = task.draw(0, 0)
    torch.manual_seed(1)
    losses = [task.step(batch, 0, optimizers)["total"] for _ in range(30)]
    assert losses[-1] < 0.6 * losses[0]


def test_the_stages_weights_begin_the_joint_training(makers: dict[str, Make], stages: dict[str, str]) -> None:
    task = makers["voin-joint"](CONFIG)
    wanted = begun(ShapeNetwork, stages["shape"]).state_dict()
    assert all(torch.equal(wanted[name], tensor) for name, tensor in task.networks["shape"].state_dict().items())
    assert [export.file for export in task.exports()] == ["voin-shape", "voin-flow", "voin-generator"]
    with pytest.raises(WeightsError, match="not of FlowNetwork"):
        begun(FlowNetwork, stages["shape"])


def test_gradients_of_the_picture_reach_the_shape(makers: dict[str, Make]) -> None:
    task = makers["voin-joint"](replace(CONFIG, adversarial_from=-1, batch=4))
    assert isinstance(task, VoinJointTask)
    torch.manual_seed(2)
    samples = task._recipe.make(task.draw(0, 3))
    made = task._complete(samples, task.shape, task.flow, task.generator, unnamed=0.0)
    (made.seen.unreached.sum() + made.answer.sum()).backward()
    grads = [p.grad for p in task.shape.parameters() if p.grad is not None]
    assert grads and any(bool(grad.abs().sum() > 0) for grad in grads)


@pytest.mark.parametrize("name", sorted(WATCHED))
def test_what_is_left_behind_is_read_again(makers: dict[str, Make], name: str, tmp_path: Path) -> None:
    task = makers[name](CONFIG)
    trainer = Trainer(task, CONFIG, tmp_path / "run", CPU, Console(quiet=True))
    outcome = trainer.run(steps=1)
    for export in task.exports():
        file = export_network(tmp_path, export, trainer.averages[export.key].network, CONFIG, outcome, "train")
        kind = {"shape": ShapeNetwork, "flow": FlowNetwork, "generator": AppearanceGenerator}[export.key]
        assert begun(kind, str(file)).config() == export.config  # type: ignore[type-var]
        assert "Known failures" in file.with_suffix(".md").read_text(encoding="utf-8")


def test_a_size_that_does_not_fit_the_patches_is_named(data: Path) -> None:
    with pytest.raises(TrainingError, match="multiple of 32"):
        VoinShapeTask(replace(CONFIG, crop_px=48), ShapeOptions(), data=data, device=CPU)


def test_every_stage_can_be_named_on_the_command_line() -> None:
    assert set(WATCHED) <= set(TASKS)
    for name in WATCHED:
        defaults = TASKS[name].defaults(CPU)
        assert defaults.crop_px % 32 == 0 and defaults.steps > 100


def test_mean_iou_leaves_out_frames_without_the_object() -> None:
    truth = torch.zeros(1, 3, 1, 4, 4, dtype=torch.bool)
    truth[0, :2] = True
    found = truth.clone()
    found[0, 0, 0, :2] = False
    assert mean_iou(found, truth) == pytest.approx(0.75)
