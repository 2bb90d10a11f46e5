"""VOIN over whole clips: in windows, blended, resumed exactly, with bounded memory; and from the past alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from hidden_scene import disc, exact_flow, frame

from models.devices import Placement
from models.voin.completer import Completer, CompleterSettings, OnlineCompleter
from models.voin.crops import SquareCrop
from models.voin.generator import AppearanceGenerator
from models.voin.object_flow import FlowNetwork
from models.voin.shape import ShapeInput, ShapeNetwork
from models.voin.window_engine import ObjectFrame, VoinNetworks, WindowEngine, WindowSettings
from models.voin.window_run import CompletedFrame
from models.weights import save_network

SETTINGS = CompleterSettings(window=6, overlap=2, references=1, reference_every=4, reach=8)
SMALL = WindowSettings(side_px=32)


class _KnowsAll(ShapeNetwork):
    """A shape network that says yes wherever the occluder is: the tests' scenes cut it down to the disc."""

    def forward(self, seen: ShapeInput) -> torch.Tensor:
        return torch.full_like(seen.visible, 5.0)


class _TrueFlow:
    """Flow of the scene: the frames' indices are told by a pixel."""

    def flow(self, from_view: np.ndarray, to_view: np.ndarray) -> np.ndarray:
        return exact_flow(int(from_view[0, 0, 0]), int(to_view[0, 0, 0]))


def told(index: int, *, cut: bool = False) -> ObjectFrame:
    """The scene's frame with an occluder that ends at the disc's rim, and its index in the corner."""
    plain = frame(index, cut=cut)
    view = plain.view.copy()
    view[0, 0] = index
    return ObjectFrame(index, view, plain.visible, plain.occluder & disc(index)[1], cut=cut)


def networks() -> VoinNetworks:
    torch.manual_seed(0)
    shape = ShapeNetwork(width=8, first=4, embedded=4, layers=1)
    generator = AppearanceGenerator(width=4, masks=2)
    torch.nn.init.normal_(generator.last.weight, std=0.2)
    return VoinNetworks(shape.eval(), FlowNetwork(widths=(4, 8)).eval(), generator.eval())


def exact_engine() -> WindowEngine:
    known = VoinNetworks(_KnowsAll(width=8, first=4, layers=1).eval())
    return WindowEngine(known, WindowSettings(side_px=64), estimator=_TrueFlow())


def run(
    engine: WindowEngine, frames: list[ObjectFrame], settings: CompleterSettings = SETTINGS
) -> list[CompletedFrame]:
    completer = Completer(engine, settings)
    done = [each for one in frames for each in completer.push(one)]
    return done + completer.finish()


@pytest.mark.parametrize("count", [1, 2, 5, 6, 7, 13])
def test_every_frame_comes_back_once_and_in_order(count: int) -> None:
    done = run(WindowEngine(networks(), SMALL), [told(index) for index in range(count)])
    assert [each.index for each in done] == list(range(count))


def test_nothing_changes_outside_the_hidden_part() -> None:
    frames = [told(index) for index in range(9)]
    for given, found in zip(frames, run(WindowEngine(networks(), SMALL), frames), strict=True):
        assert np.array_equal(found.picture[~found.hidden], given.view[~found.hidden])
        assert not (found.hidden & given.visible).any() and not (found.hidden & ~given.occluder).any()
        assert np.array_equal(found.amodal, given.visible | found.hidden)
        assert not (found.reached & ~found.hidden).any()


def test_with_a_perfect_shape_and_flow_the_disc_comes_back_as_it_is() -> None:
    done = run(exact_engine(), [told(index) for index in range(16)])
    for found in done:
        assert np.array_equal(found.amodal, disc(found.index)[1])
    middle = done[9]
    assert middle.hidden.sum() > 200 and middle.reached.sum() > 0.9 * middle.hidden.sum()
    truth = disc(9)[0].astype(int)
    assert np.abs(middle.picture.astype(int) - truth)[middle.reached].mean() < 3


def test_later_frames_of_the_window_show_what_earlier_ones_hide() -> None:
    done = run(exact_engine(), [told(index) for index in range(4, 16)])
    first_hidden = next(each for each in done if each.hidden.sum() > 60)
    assert first_hidden.reached.sum() > 0.5 * first_hidden.hidden.sum()
    online = OnlineCompleter(exact_engine())
    same = [online.step(told(index)) for index in range(4, first_hidden.index + 1)][-1]
    assert same.reached.sum() < first_hidden.reached.sum()


def test_a_saved_state_goes_on_exactly() -> None:
    frames = [told(index) for index in range(15)]
    engine = WindowEngine(networks(), SMALL)
    whole = run(engine, frames)
    for stop in (3, 7, 11):
        first, second = Completer(engine, SETTINGS), Completer(engine, SETTINGS)
        done = [each for one in frames[:stop] for each in first.push(one)]
        second.load_state(first.save_state())
        done += [each for one in frames[stop:] for each in second.push(one)] + second.finish()
        for one, other in zip(done, whole, strict=True):
            assert np.array_equal(one.picture, other.picture) and np.array_equal(one.amodal, other.amodal)


def test_a_state_of_other_settings_or_weights_is_refused() -> None:
    saved = Completer(WindowEngine(networks(), SMALL), SETTINGS).save_state()
    with pytest.raises(ValueError, match="other settings"):
        Completer(WindowEngine(networks(), SMALL)).load_state(saved)
    with pytest.raises(ValueError, match="other settings or weights"):
        Completer(WindowEngine(VoinNetworks(), SMALL), SETTINGS).load_state(saved)
    with pytest.raises(ValueError, match="no state"):
        Completer(WindowEngine(networks(), SMALL), SETTINGS).load_state(b"nonsense")


def test_memory_does_not_grow_with_the_clip() -> None:
    completer = Completer(exact_engine(), SETTINGS)
    sizes = []
    for index in range(30):
        completer.push(told(index % 20) if index < 20 else ObjectFrame(index, *_parts(told(15))))
        if index >= SETTINGS.window and (index - SETTINGS.window) % 4 == 3:
            sizes.append(len(completer.save_state()))
    assert max(sizes) < 1.7 * min(sizes)


def _parts(one: ObjectFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return one.view, one.visible, one.occluder


def test_windows_that_overlap_are_blended() -> None:
    engine = WindowEngine(networks(), SMALL)
    frames = [told(index) for index in range(10)]
    blended, separate = (
        run(engine, frames, CompleterSettings(window=6, overlap=overlap, references=0)) for overlap in (2, 0)
    )
    assert any(
        not np.array_equal(one.picture, other.picture) for one, other in zip(blended[4:], separate[4:], strict=True)
    )


def test_a_cut_forgets_what_was_before() -> None:
    engine = WindowEngine(networks(), SMALL)
    before = [told(index) for index in range(5)]
    after = [told(10, cut=True), told(11), told(12)]
    together, alone = run(engine, [*before, *after]), run(engine, after)
    assert [each.index for each in together] == [0, 1, 2, 3, 4, 10, 11, 12]
    for one, other in zip(together[5:], alone, strict=True):
        assert np.array_equal(one.picture, other.picture)
    online = OnlineCompleter(engine)
    for each in before:
        online.step(each)
    assert np.array_equal(online.step(after[0]).picture, OnlineCompleter(engine).step(after[0]).picture)


def test_online_answers_at_once_and_from_the_past_alone() -> None:
    engine = WindowEngine(networks(), SMALL)
    one, other = OnlineCompleter(engine), OnlineCompleter(engine)
    frames = [told(index) for index in range(12)]
    answers = [one.step(each) for each in frames]
    assert [each.index for each in answers] == list(range(12))
    for each in frames[:8]:
        last = other.step(each)
    assert np.array_equal(last.picture, answers[7].picture)


def test_without_networks_the_object_stays_as_it_is_seen() -> None:
    for found in run(WindowEngine(VoinNetworks(), SMALL), [told(index) for index in range(7)]):
        assert not found.hidden.any() and np.array_equal(found.picture, told(found.index).view)


def test_a_shape_that_was_drawn_by_hand_is_taken_as_it_is() -> None:
    drawn = [replace(told(index), amodal=disc(index)[1]) for index in range(9)]
    engine = WindowEngine(replace(networks(), shape=None), SMALL)
    for found in run(engine, drawn):
        assert np.array_equal(found.amodal, disc(found.index)[1])
        assert found.hidden.sum() == (disc(found.index)[1] & ~told(found.index).visible).sum()
    saved = Completer(engine, SETTINGS)
    for each in drawn[:3]:
        saved.push(each)
    again = Completer(engine, SETTINGS)
    again.load_state(saved.save_state())
    assert all(np.array_equal(found.amodal, disc(found.index)[1]) for found in again.finish())


def test_a_frame_without_the_object_passes_unchanged() -> None:
    plain = told(3)
    empty = ObjectFrame(3, plain.view, np.zeros_like(plain.visible), np.zeros_like(plain.occluder))
    (found,) = run(WindowEngine(networks(), SMALL), [empty])
    assert np.array_equal(found.picture, plain.view)


def test_half_precision_gives_nearly_the_same() -> None:
    frames = [told(index) for index in range(4)]
    half = WindowEngine(networks(), SMALL, Placement("cpu", "bfloat16"))
    for one, other in zip(run(WindowEngine(networks(), SMALL), frames), run(half, frames), strict=True):
        assert (one.amodal != other.amodal).mean() < 0.02
        assert (
            np.abs(one.picture.astype(int) - other.picture)[one.hidden & other.hidden].sum()
            < 6 * 3 * (one.hidden & other.hidden).sum() + 1
        )


def test_networks_are_read_as_training_leaves_them(tmp_path) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    made = networks()
    assert made.flow is not None
    arrays = {key: tensor.numpy() for key, tensor in made.flow.state_dict().items()}
    save_network(tmp_path / "voin-flow.safetensors", "FlowNetwork", made.flow.config(), arrays)
    found = VoinNetworks.load(tmp_path)
    assert found.shape is None and found.generator is None and found.flow is not None
    assert found.flow.config() == made.flow.config()


def test_windows_must_go_forward() -> None:
    with pytest.raises(ValueError, match="cannot overlap"):
        CompleterSettings(window=4, overlap=4)


def test_a_square_is_cut_and_put_back_in_its_place() -> None:
    picture = np.zeros((40, 60), np.float32)
    picture[10:20, 30:40] = 1
    crop = SquareCrop.around(picture > 0, 2.0)
    assert crop == SquareCrop(25, 5, 20)
    assert np.array_equal(crop.put_back(crop.cut(picture, 20), (40, 60)), picture)
    outside = SquareCrop(50, -10, 20)
    assert outside.cut(picture, 10).shape == (10, 10) and outside.inside(40, 60) == SquareCrop(40, 0, 20)
    assert SquareCrop(80, 80, 20).cut(picture, 8).sum() == 0


def test_a_network_sees_squares_of_the_size_it_was_trained_on() -> None:
    sizes = []

    class Looks(_KnowsAll):
        def forward(self, seen: ShapeInput) -> torch.Tensor:
            sizes.append(seen.visible.shape[-1])
            return super().forward(seen)

    frames = [told(index) for index in range(3)]
    run(WindowEngine(VoinNetworks(Looks(width=8, first=4, layers=1, side_px=64))), frames)
    run(WindowEngine(VoinNetworks(Looks(width=8, first=4, layers=1, side_px=64)), SMALL), frames)
    assert sizes == [64, 32]
