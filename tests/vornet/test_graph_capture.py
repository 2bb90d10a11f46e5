"""What a CUDA graph asks of a step, seen without a GPU."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
import torch
from small_networks import small_network
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from models.vornet.rollout import refine_step
from models.vornet.runner import BufferedStep

HIDDEN_SIDE = 8  # the LSTM works on an eighth of the crop


class OnOneDevice(TorchDispatchMode):
    """Fails on what a capture does not bear: a tensor of the CPU's among the device's, a value brought back."""

    def __torch_dispatch__(
        self, func: Any, types: Sequence[type], args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        answer = func(*args, **(kwargs or {}))
        tensors = [each for each in (*args, answer) if isinstance(each, Tensor)]
        assert all(tensor.device.type == "meta" for tensor in tensors), func
        assert "_local_scalar_dense" not in str(func)
        return answer


def step_inputs(device: str) -> tuple[Tensor, ...]:
    side = 64
    pictures = [torch.rand(1, channels, side, side, device=device) for channels in (3, 3, 4)]
    state = [torch.rand(1, channels, HIDDEN_SIDE, HIDDEN_SIDE, device=device) for channels in state_channels()]
    return (*pictures, torch.rand(1, side, side, 2, device=device), pictures[0].clone(), *state)


def state_channels() -> tuple[int, int]:
    with torch.inference_mode():
        first = refine_step(
            small_network(answers=0), torch.rand(1, 3, 64, 64), torch.rand(1, 3, 64, 64), torch.rand(1, 4, 64, 64), None
        )
    return first.state.hidden.shape[1], first.state.cell.shape[1]


def test_a_step_stays_on_its_device_and_waits_for_no_value() -> None:
    network = small_network(answers=0.2).eval().to("meta", torch.float16)
    inputs = step_inputs("meta")
    with torch.inference_mode(), OnOneDevice():
        picture, _ = BufferedStep(network, inputs, capture=False)(inputs)
    assert picture.shape == (1, 3, 64, 64)


def test_threads_beside_a_capture_may_use_the_card(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Mapping[str, Any]] = []

    class Stream:
        def wait_stream(self, other: Stream) -> None:
            """There is nothing to wait for."""

    class Graph:
        def replay(self) -> None:
            """The outputs of the capture stay."""

    @contextmanager
    def graph(captured: Graph, **how: Any) -> Any:
        asked.append(how)
        yield

    @contextmanager
    def stream(side: Stream) -> Any:
        yield

    stand_ins: dict[str, Callable[..., Any]] = {
        "Stream": Stream, "CUDAGraph": Graph, "graph": graph, "stream": stream, "current_stream": Stream
    }  # fmt: skip
    for name, stand_in in stand_ins.items():
        monkeypatch.setattr(torch.cuda, name, stand_in)
    network, inputs = small_network(answers=0.2).eval(), step_inputs("cpu")
    with torch.inference_mode():
        expected = BufferedStep(network, inputs, capture=False)(inputs)[0]
        assert torch.equal(BufferedStep(network, inputs, capture=True)(inputs)[0], expected)
    assert asked == [{"capture_error_mode": "thread_local"}]
