"""The mask network, and the crops that it sees."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from models.tracking.appearance import ColorModel
from models.tracking.mask_crops import SMALLEST_PX, Square, color_hint, learn_colors
from models.tracking.mask_network import MaskNetwork, Memory


@pytest.fixture(scope="module")
def network() -> MaskNetwork:
    torch.manual_seed(0)
    return MaskNetwork(width=12).eval()


@torch.inference_mode()
def test_an_untrained_network_answers_with_the_carried_mask(network: MaskNetwork) -> None:
    picture = torch.rand(2, 3, 64, 64)
    carried = torch.zeros(2, 1, 64, 64)
    carried[:, :, 16:40, 20:50] = 1
    features = network.features(picture)
    answer = network(features, network.memorise(features, carried), carried, torch.zeros_like(carried))
    assert answer.logits.shape == (2, 1, 64, 64)
    assert answer.presence.shape == (2,)
    assert torch.equal(answer.logits > 0, carried > 0.5)


@torch.inference_mode()
def test_memory_holds_every_place_of_every_template(network: MaskNetwork) -> None:
    features = network.features(torch.rand(1, 3, 64, 64))
    one = network.memorise(features, torch.ones(1, 1, 64, 64))
    two = Memory.of(one, network.memorise(features, torch.zeros(1, 1, 64, 64)))
    assert one.keys.shape[2] == 64 and two.keys.shape[2] == 128
    assert torch.equal(two.inside[0], torch.cat([torch.ones(64), torch.zeros(64)]))
    torch.testing.assert_close(one.keys.norm(dim=1), torch.ones(1, 64))


@torch.inference_mode()
def test_a_recalled_place_finds_itself_on_the_object(network: MaskNetwork) -> None:
    picture = torch.rand(1, 3, 64, 64)
    mask = torch.zeros(1, 1, 64, 64)
    mask[..., :32] = 1
    features = network.features(picture)
    found = network._recall(features, network.memorise(features, mask))
    on, off = found[0, -2], found[0, -1]
    assert bool((on[:, :4] > 0.999).all()) and bool((off[:, 4:] > 0.999).all())


def test_the_default_network_is_about_half_a_million_parameters() -> None:
    count = sum(parameter.numel() for parameter in MaskNetwork().parameters())
    assert 400_000 < count < 600_000


@pytest.mark.parametrize("place", [(20, 30, 40), (-10, -5, 50), (60, 40, 50), (-20, -20, 160)])
def test_a_square_pasted_back_is_the_picture_inside_it(place: tuple[int, int, int]) -> None:
    rng = np.random.default_rng(0)
    picture = rng.uniform(0, 1, (72, 96)).astype(np.float32)
    square = Square(*place)
    back = square.paste(square.cut(picture, square.side), picture.shape, outside=-1)
    inside = back >= 0
    np.testing.assert_allclose(back[inside], picture[inside])
    rows, columns = np.mgrid[:72, :96]
    within = (columns >= square.left) & (columns < square.left + square.side)
    within &= (rows >= square.top) & (rows < square.top + square.side)
    assert np.array_equal(inside, within)


def test_a_square_away_from_the_picture_repeats_its_border() -> None:
    picture = np.zeros((40, 40, 3), np.uint8)
    picture[:, -1] = 200
    assert (Square(50, 0, 32).cut(picture, 32) == 200).all()
    assert (Square(50, 0, 32).cut(picture, 32, outside=0) == 0)[:, 1:].all()


def test_a_square_lies_round_the_object_and_is_never_tiny() -> None:
    mask = np.zeros((100, 100), np.bool_)
    mask[50:52, 60:62] = True
    square = Square.around(mask)
    assert square.side == SMALLEST_PX
    assert square.left < 60 < square.left + square.side


def test_colours_of_the_object_count_for_it() -> None:
    view = np.full((48, 48, 3), (40, 90, 60), np.uint8)
    view[12:36, 12:36] = (200, 40, 40)
    mask = np.zeros((48, 48), np.float32)
    mask[12:36, 12:36] = 1
    model = ColorModel()
    learn_colors(model, view, mask, anchor=True)
    hint = color_hint(model, view)
    assert hint[20, 20] > 0.5 and hint[2, 2] < -0.5
