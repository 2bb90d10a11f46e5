"""Object shape completion: what goes in, what comes out, what is not looked at."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from models.voin.classes import CLASSES, REAL_CLASSES, class_index
from models.voin.evidence import CARRIED, CHANNELS
from models.voin.patch_attention import attend
from models.voin.shape import SHIPPED, ShapeInput, ShapeNetwork, completed

SIDE = 32


def small(**changes: object) -> ShapeNetwork:
    torch.manual_seed(3)
    settings: dict[str, object] = {"width": 8, "first": 4, "embedded": 4, "layers": 2, "splits": (1, 2)}
    network = ShapeNetwork(**(settings | changes))  # type: ignore[arg-type]
    torch.nn.init.normal_(network.residual.weight)  # it begins with zeros: nothing would matter
    return network


def window(frames: int = 3, batch: int = 1) -> ShapeInput:
    torch.manual_seed(4)
    visible, occluder = torch.zeros(2, batch, frames, 1, SIDE, SIDE)
    visible[..., 8:24, 4:16] = 1
    occluder[..., 4:28, 16:24] = 1
    pictures = torch.rand(batch, frames, 3, SIDE, SIDE)
    present = torch.ones(batch, frames, dtype=torch.bool)
    evidence = torch.zeros(batch, frames, CHANNELS, SIDE, SIDE)
    evidence[:, :, 0, 8:16, 16:20] = 1
    return ShapeInput(pictures, visible, occluder, present, torch.ones(batch, dtype=torch.int64), evidence)


def test_logits_come_at_full_size_for_every_frame() -> None:
    assert small()(window(4, 2)).shape == (2, 4, 1, SIDE, SIDE)


def test_any_number_of_frames_and_any_fitting_size_goes() -> None:
    seen = window(1)
    assert small()(seen).shape[1] == 1


def test_a_frame_that_does_not_count_changes_nothing_in_the_others() -> None:
    network, seen = small(), window()
    seen.present[0, 1] = False
    before = network(seen)
    seen.pictures[0, 1], seen.visible[0, 1], seen.occluder[0, 1] = 0.3, 1.0, 0.0
    after = network(seen)
    assert torch.equal(after[0, [0, 2]], before[0, [0, 2]])


def test_what_the_occluder_shows_is_not_looked_at() -> None:
    network, seen = small(), window()
    before = network(seen)
    seen.pictures[seen.visible.expand_as(seen.pictures) == 0] = 0.9
    assert torch.equal(network(seen), before)
    seen.pictures[0, 1, :, 10, 10] += 0.5
    assert not torch.equal(network(seen), before)


def test_the_class_matters_unless_semantics_are_off() -> None:
    seen = window()
    other = replace(seen, classes=torch.tensor([2]))
    assert not torch.equal(small()(seen), small()(other))
    plain = small(semantic=False)
    assert torch.equal(plain(seen), plain(other))


def test_untrained_it_says_what_other_frames_say_and_else_the_hull() -> None:
    network, seen = ShapeNetwork(width=8, first=4, layers=1, splits=(1, 2)), window(1)
    seen.evidence.zero_()
    seen.evidence[..., CARRIED, 4:20, 16:24] = 1
    seen.evidence[..., 0, 20:28, 16:20] = 1
    seen.evidence[..., 3, 4:8, 16:24] = 1
    with torch.no_grad():
        found = network(seen)[0, 0, 0] > 0
    wanted = torch.zeros(SIDE, SIDE, dtype=torch.bool)
    wanted[8:20, 16:24] = wanted[20:28, 16:20] = True
    assert torch.equal(found, wanted)


def test_the_evidence_matters_unless_it_is_off() -> None:
    seen = window()
    other = replace(seen, evidence=torch.zeros_like(seen.evidence))
    assert not torch.equal(small()(seen), small()(other))
    plain = small(aligned=False)
    assert torch.equal(plain(seen), plain(other))


def test_every_parameter_gets_a_gradient() -> None:
    network = small()
    network(window()).sum().backward()
    missing = [name for name, p in network.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0]
    assert not missing


def test_it_is_built_again_from_its_configuration() -> None:
    network = small(semantic=False)
    again = ShapeNetwork(**network.config())
    again.load_state_dict(network.state_dict())
    assert torch.equal(again(window()), network(window()))


def test_the_object_grows_behind_its_occluder_only_and_never_shrinks() -> None:
    seen = window()
    logits = torch.full_like(seen.visible, 9.0)
    full = completed(logits, seen.visible, seen.occluder)
    assert full[seen.visible > 0].min() == 1
    assert full[seen.occluder > 0].min() > 0.99
    assert full[(seen.visible + seen.occluder) == 0].max() == 0
    assert torch.equal(completed(-logits * 99, seen.visible, seen.occluder), seen.visible)


def test_the_shipped_size_has_eight_layers_and_fits() -> None:
    network = ShapeNetwork(**SHIPPED)  # type: ignore[arg-type]
    assert len(network.layers) == 8
    assert sum(p.numel() for p in network.parameters()) * 2 < 1.7 * 2**20


def test_classes_are_named_and_unknown_is_the_default() -> None:
    assert class_index(None) == class_index("unknown") == 0
    assert CLASSES[class_index("dog")] == "dog" and len(CLASSES) == REAL_CLASSES + 1
    with pytest.raises(ValueError, match="no class 'dragon'"):
        class_index("dragon")


def test_features_keep_their_scale_through_encoder_and_decoder() -> None:
    torch.manual_seed(6)
    network = ShapeNetwork()
    features = network.encoder(torch.randn(2, 5 + CHANNELS, 64, 64))
    assert 0.3 < float(features.detach().square().mean().sqrt()) < 3
    assert 0.2 < float(network.decoder(torch.randn(2, network.width, 16, 16)).detach().square().mean().sqrt()) < 3


def test_attention_is_counted_in_single_precision_under_autocast() -> None:
    torch.manual_seed(7)
    query = 300 * torch.randn(1, 4, 512)
    usable = torch.ones(1, 4, dtype=torch.bool)
    exact = attend(query, query, torch.eye(4)[None], usable)
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(attend(query, query, torch.eye(4)[None], usable), exact)
