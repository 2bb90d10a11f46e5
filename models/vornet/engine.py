"""VORNet put together from weights and settings: what the product asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from models.devices import Placement, leave_a_core_free, place
from models.flow.dis import DisFlow
from models.flow.protocol import FlowEstimator
from models.inpainting.generator import InpaintingGenerator
from models.propagation.picture import Fill, FrameSource
from models.propagation.remover import LiveRemover
from models.vornet.causal import CausalPropagation
from models.vornet.inpainter import Inpainter, PatchImageFill
from models.vornet.paper import PaperRemover, fill_range_as_published
from models.vornet.polish import GuessPolish
from models.vornet.refinement import RefinementNetwork
from models.vornet.refiner import Refiner
from models.vornet.remover import VornetRemover, fill_range_refined
from models.vornet.runner import StepRunner
from models.vornet.selection import ClosestToPrevious, PyramidDistance, perceptual_distance
from models.vornet.settings import WITHOUT_ALEXNET, VornetFiles, VornetSettings
from models.weights import WeightsError, load_network

Network = TypeVar("Network", bound=torch.nn.Module)
FINAL_LARGEST_PX = 320
"""``final`` has time for a larger crop than ``live``."""
GPU_LARGEST_PX = 512
"""A GPU has time for the picture's own pixels, in either mode."""
PAPER_LARGEST_PX = 192


def load_refinement(file: Path) -> RefinementNetwork:
    """The refinement network of a file.

    Raises:
        WeightsError: the file is none of it, or does not fit the network.
    """
    config, arrays = load_network(file, "RefinementNetwork")
    return _filled(RefinementNetwork(**config), arrays, file)


def load_generator(file: Path) -> InpaintingGenerator:
    """The inpainting generator of a file.

    Raises:
        WeightsError: the file is none of it, or does not fit the network.
    """
    config, arrays = load_network(file, "InpaintingGenerator")
    return _filled(InpaintingGenerator(**config), arrays, file)


def open_live(settings: VornetSettings, files: VornetFiles) -> VornetRemover | PaperRemover:
    """A remover at its beginning.

    Raises:
        WeightsError: the weights do not fit.
        DeviceError: CUDA is wanted and not there.
    """
    placement = place(settings.device)
    leave_a_core_free()
    fingerprint = f"{settings.described()} {placement} {files.digest}"
    if settings.candidates == "paper":
        return _open_paper(settings, files, placement, fingerprint)
    refiner = _open_refiner(settings, files, placement, settings.refiner.largest_px)
    below = LiveRemover if settings.propagation.delay else CausalPropagation
    polish = load_polish(files.inpainting) if settings.polish and files.inpainting is not None else None
    return VornetRemover(below(settings.propagation, polish), refiner, fingerprint)


def fill_finally(
    source: FrameSource,
    settings: VornetSettings,
    files: VornetFiles,
    *,
    store: Path,
    checkpoint: Callable[[], None],
    progress: Callable[[str, int, int], None],
) -> Iterator[Fill]:
    """``final``; see ``fill_range_refined``.

    Raises:
        WeightsError: the weights do not fit.
        DeviceError: CUDA is wanted and not there.
    """
    placement = place(settings.device)
    leave_a_core_free()
    if settings.candidates == "paper":
        remover = _open_paper(settings, files, placement, "")
        return fill_range_as_published(source, remover, checkpoint=checkpoint)
    refiner = _open_refiner(settings, files, placement, FINAL_LARGEST_PX)
    return fill_range_refined(source, refiner, store=store, checkpoint=checkpoint, progress=progress)


def _open_refiner(settings: VornetSettings, files: VornetFiles, placement: Placement, largest_px: int) -> Refiner:
    network = load_refinement(files.refinement)
    if network.head != "residual":
        raise WeightsError(f"{files.refinement} holds the paper's head; '--candidates paper' is for it.")
    generator = None
    if network.candidates > 2 and files.inpainting is not None:
        generator = load_generator(files.inpainting)
    runner, inpainter = _with_room(network, generator, placement)
    most = largest_px = max(settings.refiner.largest_px, largest_px)
    if runner.placement.device == "cuda":
        largest_px = max(most, GPU_LARGEST_PX)
    refiner = replace(settings.refiner, largest_px=largest_px, cpu_largest_px=most)
    moved = runner.placement.device != placement.device
    return Refiner(runner, inpainter, DisFlow(settings.propagation.preset), settings.propagation, refiner, moved=moved)


def _with_room(
    network: RefinementNetwork, generator: InpaintingGenerator | None, placement: Placement
) -> tuple[StepRunner, Inpainter | None]:
    """The networks on their device, or on the CPU where a graphics card has no room left for them."""
    try:
        return StepRunner(network, placement), None if generator is None else Inpainter(generator, placement)
    except torch.cuda.OutOfMemoryError:
        placement = place("cpu")
        return StepRunner(network, placement), None if generator is None else Inpainter(generator, placement)


def load_polish(file: Path) -> GuessPolish | None:
    """The inpainting network of a file for the engine's guesses; None if it does not begin with patches.

    It runs on the CPU, wherever the other networks do: it is asked once a second, beside a patch search that takes
    five times as long, on a thread whose calls a CUDA graph being captured on another would not bear.

    Raises:
        WeightsError: the file is none of it, or does not fit the network.
    """
    generator = load_generator(file)
    return GuessPolish(generator, place("cpu")) if generator.base == "patches" else None


def _open_paper(settings: VornetSettings, files: VornetFiles, placement: Placement, fingerprint: str) -> PaperRemover:
    network = load_refinement(files.refinement)
    if network.head != "paper":
        raise WeightsError(f"{files.refinement} holds no weights of the paper's head.")
    if files.inpainting is None:
        inpainter: Inpainter | PatchImageFill = PatchImageFill(settings.propagation.seed)
    else:
        inpainter = Inpainter(load_generator(files.inpainting), placement)
    distance = perceptual_distance().to(placement.device) if settings.perceptual else PyramidDistance()
    return PaperRemover(
        network,
        inpainter,
        ClosestToPrevious(distance),
        _estimator(settings, placement),
        placement,
        settings.propagation,
        largest_px=PAPER_LARGEST_PX,
        fingerprint=fingerprint,
        note="" if settings.perceptual else WITHOUT_ALEXNET,
    )


def _estimator(settings: VornetSettings, placement: Placement) -> FlowEstimator:
    """The flow of the paper's recipe (the paper's own, FlowNet2, is replaced)."""
    if settings.flow == "dis":
        return DisFlow(settings.propagation.preset)
    from models.flow.raft_flow import RaftFlow

    return RaftFlow.load(placement)


def _filled(network: Network, arrays: Mapping[str, NDArray[Any]], file: Path) -> Network:
    """The network with its weights; strict."""
    try:
        network.load_state_dict({name: torch.from_numpy(np.array(array)) for name, array in arrays.items()})
    except RuntimeError as error:
        raise WeightsError(f"{file} does not fit its network ({error}).") from error
    return network
