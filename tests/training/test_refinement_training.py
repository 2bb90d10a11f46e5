"""From footage to a trained refinement network: clips, candidates, batches, task, weights, command line."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from rich.console import Console
from small_footage import textured, write_footage

from models.training import train
from models.training.data.footage import FootageError
from models.training.data.split import read_split
from models.training.data.training_clips import boxes_of, make_clip, training_footage
from models.training.running.configuration import TrainingConfig, TrainingError, apply_overrides, read_overrides
from models.training.running.trainer import Trainer
from models.training.vornet import cache, watch, windows
from models.training.vornet.cache import CacheOptions, build_cache
from models.training.vornet.candidates import MODES, CandidateClip, compute_candidates, read_candidates
from models.training.vornet.task import VornetOptions, VornetTask, weights_by_ease, with_first_guess
from models.training.vornet.watch import Watch, refine_clip
from models.training.vornet.windows import CandidateStore, draw_windows, to_batch
from models.vornet.refinement import RefinementNetwork
from models.vornet.rollout import roll_out
from models.weights import load_network

CPU = torch.device("cpu")
SIZE = (160, 96)
CONFIG = TrainingConfig(
    steps=4, batch=2, crop_px=64, frames=3, learning_rate=1e-2, warmup=1, workers=0, precision="fp32", log_every=1
)
SMALL = VornetOptions(width=4, hidden=8, lpips=0.0)


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_footage(tmp_path_factory.mktemp("footage"))


@pytest.fixture(scope="module")
def candidates(footage: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("candidates")
    lines = list(build_cache(CacheOptions(footage, folder, takes=1, size=SIZE, frames=6)))
    assert len(lines) == 3
    return folder


def test_no_clip_of_the_validation_half_is_trained_on(footage: Path, tmp_path: Path) -> None:
    name = next(iter(read_split("validation").backgrounds))
    for source in (footage / "clips").iterdir():
        (tmp_path / source.name).write_bytes(source.read_bytes())
    (tmp_path / f"{name}.avi").write_bytes((footage / "clips" / "plain.avi").read_bytes())
    masks = tmp_path / "masks" / "still"
    masks.mkdir(parents=True)
    for mask in (footage / "masks" / "still").iterdir():
        (masks / mask.name).write_bytes(mask.read_bytes())
    found = training_footage(tmp_path, without=frozenset({"plain"}))
    assert {clip.name for clip in found.backgrounds} == {"drifting", "still"}


def test_a_training_clip_keeps_the_paper_s_limits(footage: Path) -> None:
    found = training_footage(footage)
    background = next(clip for clip in found.backgrounds if clip.name == "plain")
    takes = [make_clip(found, background, take, size=SIZE, frames=15) for take in range(6)]
    for clip in takes:
        assert clip is not None
        assert clip.frames.shape == clip.truth.shape == (15, SIZE[1], SIZE[0], 3)
        changed = (clip.frames != clip.truth).any(axis=3)
        assert not changed[~clip.holes].any()
        assert 0 < clip.holes.mean() < 0.5
    again = make_clip(found, background, 2, size=SIZE, frames=15)
    assert again is not None and takes[2] is not None and np.array_equal(again.frames, takes[2].frames)
    assert not np.array_equal(takes[0].holes, takes[1].holes)  # type: ignore[union-attr]


def test_a_folder_without_objects_cannot_be_trained_on(footage: Path, tmp_path: Path) -> None:
    (tmp_path / "plain.avi").write_bytes((footage / "clips" / "plain.avi").read_bytes())
    with pytest.raises(FootageError, match="to train on"):
        training_footage(tmp_path)


def test_boxes_enclose_masks() -> None:
    masks = np.zeros((2, 8, 9), np.bool_)
    masks[0, 2, 3] = masks[0, 5, 7] = True
    boxes = boxes_of(masks)
    assert boxes[0].sum() == 4 * 5 and boxes[0, 2:6, 3:8].all() and not boxes[1].any()


def _moving_clip() -> CandidateClip:
    """A scene that moves two pixels a frame to the left, with a hole that stands still."""
    rng = np.random.default_rng(0)
    wide = rng.integers(40, 200, (24, 40, 3)).astype(np.uint8).repeat(4, 0).repeat(4, 1)
    truth = np.stack([wide[:, 2 * t : 2 * t + 128] for t in range(8)])
    holes = np.zeros(truth.shape[:3], np.bool_)
    holes[:, 40:56, 50:70] = True
    frames = truth.copy()
    frames[holes] = 255
    return compute_candidates("moving", frames, truth, holes)


def test_candidates_equal_the_truth_outside_the_holes_and_say_what_was_seen() -> None:
    clip = _moving_clip()
    for mode in MODES:
        fill = clip.fills[mode]
        assert np.array_equal(fill.frames[~clip.holes], clip.truth[~clip.holes])
        assert not fill.seen[~clip.holes].any() and not fill.risk[~clip.holes].any()
        assert (fill.risk[clip.holes & ~fill.seen] == 255).all()
    # Causally nothing is seen at first; what comes in from the right is, as the scene moves on.
    live = clip.fills["live"]
    assert not live.seen[0].any() and live.seen[5].sum() > 0
    assert clip.fills["final"].seen[0].sum() > 0


def test_candidates_carry_the_background_s_flow_to_the_frame_before() -> None:
    clip = _moving_clip()
    assert not clip.flow[0].any()
    inside = clip.flow[3][clip.holes[3]].astype(np.float32)
    assert np.abs(inside - np.array([2.0, 0.0])).mean() < 0.3


def test_candidates_survive_their_file(tmp_path: Path) -> None:
    clip = _moving_clip()
    read = read_candidates(clip.save(tmp_path))
    assert read.name == clip.name and read.nbytes == clip.nbytes
    for first, second in ((read.truth, clip.truth), (read.holes, clip.holes), (read.flow, clip.flow)):
        assert np.array_equal(first, second)
    assert np.array_equal(read.fills["final"].risk, clip.fills["final"].risk)
    broken = tmp_path / "broken.npz"
    broken.write_bytes(b"nothing")
    with pytest.raises(FootageError, match="broken"):
        read_candidates(broken)


def test_a_cache_is_not_computed_twice(footage: Path, candidates: Path) -> None:
    lines = build_cache(CacheOptions(footage, candidates, takes=1, size=SIZE, frames=6))
    assert all(line.endswith("is there") for line in lines)


def test_a_cache_can_be_made_from_stills_alone(tmp_path: Path) -> None:
    for index in range(3):
        still = tmp_path / "stills" / "plain" / f"{index}.png"
        still.parent.mkdir(parents=True, exist_ok=True)
        still.write_bytes(cv2.imencode(".png", textured(index, 0.0))[1].tobytes())
    out = tmp_path / "cache"
    arguments = ["--data", str(tmp_path), "--out", str(out), "--synthetic", "2", "--size", "96x64", "--frames", "3"]
    assert cache.main(arguments) == 0
    clips = [read_candidates(file) for file in sorted(out.glob("*.npz"))]
    assert len(clips) == 2
    for clip in clips:
        assert clip.truth.shape[0] == 3 and clip.holes.any()
        assert np.array_equal(
            clip.fills["live"].frames[0][~clip.holes[0]], clip.fills["final"].frames[0][~clip.holes[0]]
        )
    assert "not known" in (out / "sources.txt").read_text()
    before = {file.name: file.stat().st_mtime_ns for file in out.glob("*.npz")}
    assert cache.main(arguments) == 0
    assert {file.name: file.stat().st_mtime_ns for file in out.glob("*.npz")} == before


def test_an_empty_cache_is_named(tmp_path: Path) -> None:
    with pytest.raises(FootageError, match=r"models\.training\.vornet\.cache"):
        CandidateStore(tmp_path)


def test_a_batch_depends_on_seed_and_step_alone(candidates: Path) -> None:
    store = CandidateStore(candidates)
    sizes = {"batch": 3, "frames": 4, "crop_px": 64}
    first, other = draw_windows(store, 1, 5, **sizes), draw_windows(store, 1, 6, **sizes)
    again = draw_windows(CandidateStore(candidates), 1, 5, **sizes)
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["truth"], other["truth"])


def test_a_batch_is_consistent(candidates: Path) -> None:
    batch = to_batch(draw_windows(CandidateStore(candidates), 0, 0, batch=6, frames=4, crop_px=64))
    assert batch["propagated"].shape == (6, 4, 3, 64, 64) and batch["flow"].shape == (6, 4, 2, 64, 64)
    outside = 1 - batch["hole"]
    assert torch.equal(batch["propagated"] * outside, batch["truth"] * outside)
    assert torch.equal(batch["seen"] + batch["guessed"], batch["hole"])
    assert not (batch["risk"] * outside).any()
    assert float(batch["risk"][batch["guessed"] > 0].mean()) > 0.9  # less than 1 at the rims of shrunken holes


def test_a_shrunken_window_shows_the_whole_hole_and_shrinks_its_flow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _moving_clip().save(tmp_path)
    monkeypatch.setattr(windows, "SHRUNKEN_SHARE", 1.0)
    monkeypatch.setattr(windows, "SMALLEST_SHRINK", 0.5)
    store = CandidateStore(tmp_path)
    for step in range(6):
        batch = to_batch(draw_windows(store, 0, step, batch=1, frames=3, crop_px=32))
        # 20 pixels of hole do not fit into a crop of 32 with its jitter: it is shrunk as far as that may go, by half.
        assert 8 * 10 <= float(batch["hole"][0, 0].sum()) <= 10 * 12
        assert abs(abs(float(batch["flow"][0, 1, 0].mean())) - 1.0) < 0.2
        outside = 1 - batch["hole"]
        assert torch.equal(batch["propagated"] * outside, batch["truth"] * outside)


def test_a_mirrored_batch_has_mirrored_flow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _moving_clip().save(tmp_path)
    monkeypatch.setattr(windows, "SHRUNKEN_SHARE", 0.0)
    store = CandidateStore(tmp_path)
    means = set()
    for step in range(12):
        batch = to_batch(draw_windows(store, 3, step, batch=1, frames=2, crop_px=64))
        means.add(round(float(batch["flow"][0, 1, 0].mean())))
    assert means == {-2, 2}


def test_a_step_lowers_the_loss_and_resumes_exactly(candidates: Path, tmp_path: Path) -> None:
    def trained(folder: Path, runs: tuple[int, ...]) -> Trainer:
        for steps in runs:
            task = VornetTask(CONFIG, SMALL, cache=candidates, watch=None, device=CPU)
            trainer = Trainer(task, CONFIG, folder, CPU, Console(quiet=True))
            trainer.run(steps=steps)
        return trainer

    straight, broken = trained(tmp_path / "straight", (4,)), trained(tmp_path / "broken", (2, 2))
    pairs = zip(
        straight.task.networks["generator"].state_dict().values(),
        broken.task.networks["generator"].state_dict().values(),
        strict=True,
    )
    assert all(torch.equal(first, second) for first, second in pairs)
    batch = straight.task.draw(0, 0)
    optimizers = straight.optimizers
    losses = [straight.task.step(batch, 0, optimizers)["total"] for _ in range(25)]
    assert losses[-1] < losses[0]


def test_the_discriminators_take_part_from_their_step_on(candidates: Path, tmp_path: Path) -> None:
    config = TrainingConfig(
        steps=3, batch=1, crop_px=64, frames=3, workers=0, precision="fp32", log_every=1, adversarial_from=2
    )
    task = VornetTask(config, SMALL, cache=candidates, watch=None, device=CPU)
    assert set(task.networks) == {"generator", "discriminator spatial", "discriminator temporal"}
    Trainer(task, config, tmp_path, CPU, Console(quiet=True)).run()
    entries = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert ["loss/spatial" in entry for entry in entries] == [False, False, True]


def test_the_paper_s_head_learns_from_a_first_guess_and_its_own_past(candidates: Path) -> None:
    settings = replace(SMALL, head="paper", guard=0.0, width=8)
    task = VornetTask(CONFIG, settings, cache=candidates, watch=None, device=CPU)
    raw = task.draw(0, 0)
    batch = with_first_guess(to_batch(raw))
    assert torch.equal(batch["inpainted"][:, 0], batch["propagated"][:, 0])
    inside = batch["hole"][:, 1:].expand(-1, -1, 3, -1, -1) > 0
    assert bool((batch["inpainted"][:, 1:][inside] == 0.5).all())
    assert torch.equal(batch["frame"] * (1 - batch["hole"]), batch["truth"] * (1 - batch["hole"]))
    optimizers = task.optimizers()
    losses = [task.step(raw, 0, optimizers)["total"] for _ in range(40)]
    assert losses[-1] < 0.7 * losses[0]
    (export,) = task.exports()
    assert task.name == export.file == "vornet-paper" and export.config["head"] == "paper"


def test_the_paper_s_losses_are_settings_that_exist() -> None:
    file = Path(train.__file__).with_name("paper.toml")
    config, rest = apply_overrides(TrainingConfig(), read_overrides(file, []))
    options, unknown = apply_overrides(VornetOptions(), rest)
    assert not unknown and config.adversarial_from > 0
    assert (options.perceptual, options.spatial, options.temporal, options.form) == (1.0, 1.0, 0.01, "log")


def test_an_untrained_network_is_watched_to_equal_propagate(tmp_path: Path) -> None:
    clip = _moving_clip()
    clip.save(tmp_path)
    network = RefinementNetwork(head="residual", candidates=2, conditions=4, width=4, hidden=8).eval()
    rolled = partial(roll_out, network)
    assert np.array_equal(refine_clip(rolled, clip, "live", CPU), clip.fills["live"].frames)
    figures = Watch(tmp_path, None, frames=4, device=CPU).validate(rolled).figures
    assert figures["live PSNR gain dB"] == figures["final worst PSNR gain dB"] == 0.0
    assert figures["live flicker / propagate"] == 1.0


def test_the_command_trains_resumes_and_leaves_weights_with_a_card(
    candidates: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = ["width=4", "hidden=8", "lpips=0", "batch=1", "frames=2", "crop_px=64", "steps=3", "validate_every=0"]
    arguments = ["vornet", "--data", str(candidates), "--device", "cpu"]
    arguments += [part for setting in settings for part in ("--set", setting)]
    run = tmp_path / "run"
    assert train.main([*arguments, "--out", str(run), "--steps", "2"]) == 0
    assert train.main([*arguments, "--resume", str(run), "--minutes", "5"]) == 0
    said = capsys.readouterr().out
    assert "Resumed vornet at step 2" in said and "step 3 of 3" in said
    config, arrays = load_network(run / "vornet.safetensors", "RefinementNetwork")
    assert config["width"] == 4 and all(np.isfinite(array).all() for array in arrays.values())
    network = RefinementNetwork(**config)
    network.load_state_dict({name: torch.from_numpy(array) for name, array in arrays.items()})
    card = (run / "vornet.md").read_text()
    assert "3 of 3" in card and str(tmp_path) not in card


def test_a_run_can_begin_with_the_weights_of_another(
    candidates: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = ["hidden=8", "lpips=0", "batch=1", "frames=2", "crop_px=64", "validate_every=0", "learning_rate=1e-12"]
    arguments = ["vornet", "--data", str(candidates), "--device", "cpu", "--steps", "1"]
    arguments += [part for setting in settings for part in ("--set", setting)]
    first, second = tmp_path / "first", tmp_path / "second"
    assert train.main([*arguments, "--out", str(first), "--set", "width=4", "--set", "seed=5"]) == 0
    begun = ["--out", str(second), "--start", str(first / "vornet.safetensors")]
    assert train.main([*arguments, *begun, "--set", "width=4"]) == 0
    one, other = (load_network(run / "vornet.safetensors", "RefinementNetwork")[1] for run in (first, second))
    assert all(np.allclose(one[name], other[name], atol=1e-5) for name in one)
    assert train.main([*arguments, *begun[2:], "--out", str(tmp_path / "third"), "--set", "width=6"]) == 2
    assert "other settings" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--set", "colour=3"], "no setting colour"),
        (["--set", "batch=0"], "batch"),
        (["--device", "nowhere"], "nowhere"),
    ],
)
def test_a_mistake_is_one_sentence(
    arguments: list[str], said: str, candidates: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train.main(["vornet", "--data", str(candidates), "--out", str(tmp_path), *arguments]) == 2
    shown = capsys.readouterr().out
    assert said in shown and "Traceback" not in shown


def test_the_cache_s_and_the_watch_s_commands_name_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = str(tmp_path / "missing")
    assert cache.main(["--data", missing, "--out", str(tmp_path)]) == 2
    assert watch.main(["--composites", missing, "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("missing") == 2


def test_a_wrong_precision_is_refused() -> None:
    with pytest.raises(TrainingError, match="precision"):
        TrainingConfig(precision="fp8")  # type: ignore[arg-type]


def test_an_easy_frame_counts_for_what_is_left_to_do_in_it() -> None:
    weights = weights_by_ease(torch.tensor([0.1, 0.04, 0.4, 0.0]))
    assert weights.tolist() == pytest.approx([1.0, 2.0, 0.12 / 0.42, 6.0])
