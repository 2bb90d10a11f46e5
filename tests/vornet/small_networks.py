"""What the tests of VORNet's engine share."""

from __future__ import annotations

import torch

from models.devices import Placement
from models.flow.dis import DisFlow
from models.inpainting.generator import InpaintingGenerator
from models.propagation.remover import LiveRemover
from models.propagation.settings import PropagationSettings
from models.vornet.causal import CausalPropagation
from models.vornet.inpainter import Inpainter
from models.vornet.refinement import RefinementNetwork
from models.vornet.refiner import Refiner
from models.vornet.remover import VornetRemover
from models.vornet.runner import StepRunner
from models.vornet.settings import RefinerSettings


def small_network(*, answers: float, candidates: int = 3) -> RefinementNetwork:
    """A small residual head whose last layer is random, ``answers`` large; 0 leaves it as it starts."""
    torch.manual_seed(11)
    network = RefinementNetwork(width=8, hidden=16, candidates=candidates)
    if answers:
        torch.nn.init.normal_(network.decode1.weight, std=answers)
    return network


def make_remover(
    *,
    answers: float = 0.2,
    delay: int = 0,
    skip: bool = False,
    largest_px: int = 96,
    inpaint: bool = True,
    grid_limit_px: int = 960,
) -> VornetRemover:
    """A remover at its beginning, on small random networks."""
    torch.manual_seed(12)
    placement = Placement()
    settings = PropagationSettings(delay=delay, grid_limit_px=grid_limit_px)
    inpainter = Inpainter(InpaintingGenerator(width=4), placement) if inpaint else None
    refiner = Refiner(
        StepRunner(small_network(answers=answers), placement),
        inpainter,
        DisFlow(settings.preset),
        settings,
        RefinerSettings(largest_px=largest_px, skip=skip),
    )
    below = LiveRemover if delay else CausalPropagation
    return VornetRemover(below(settings), refiner, f"{answers} {delay} {skip} {largest_px}")
