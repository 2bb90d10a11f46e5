"""VOIN's Tables 1 and 2 in small, on composites of the validation half; its floors beside it.

Run as::

    python -m models.training.voin.tables --data DIR --networks RUN --networks RUN --out tables.json

``--networks`` names folders with what training left (``voin-shape.safetensors``, ...), several times if they lie in
several; without it only the floors are measured. LPIPS is left out where its weights are missing.

Shape (Table 2): mean IoU of whole masks: visible as is, its convex hull inside the occluder, visible masks of the
neighbours brought along by the visible object's flow, the network's, what other frames show without it, and both
joined as the product has it. Motion and picture (Table 1), both with the true shape:
end-point error in the hidden part of the smooth continuation, of the object's own shift, and ours, against DIS on the
uncovered clip; PSNR, SSIM and LPIPS in the hidden part of Telea's fill frame by frame, of propagation and smooth
colours, of the generator alone, and of all together.

``--robust`` asks figure 9's question as well: the visible masks are grown or shrunk by 1 to 8 pixels, or moved by a
tenth of the picture in every third frame, and the product's whole chain is measured against the truth.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from models.flow.dis import DisFlow
from models.perception.lpips import Lpips
from models.training.data.footage import FootageError
from models.training.data.method import Clip, Masks
from models.training.measures import picture_metrics, temporal_metrics
from models.training.rivals.baselines import fill_by_telea
from models.training.voin.composites import VoinComposite, make_composites
from models.voin.classes import CLASSES
from models.voin.completer import Completer, CompleterSettings
from models.voin.evidence import hull_inside
from models.voin.shapes import shape_walk
from models.voin.smoothing import continued_inside
from models.voin.window_engine import ObjectFrame, VoinNetworks, WindowEngine, WindowSettings
from models.voin.window_run import CompletedFrame
from models.weights import WeightsError

Figures = dict[str, float]


def shape_figures(composite: VoinComposite, networks: VoinNetworks) -> Figures:
    """Mean IoU by method, of frames in which something is hidden."""
    answers = {
        "visible": composite.visible,
        "hull": np.stack([hull_inside(*pair) for pair in zip(composite.visible, composite.occluder, strict=True)]),
        "flow-warped": flow_union(composite),
    }
    if networks.shape is not None:
        engine = WindowEngine(networks, WindowSettings(kind=CLASSES[composite.kind]))
        answers["ours"] = np.stack([each.amodal for each in _completed(engine, composite.object_frames())])
        unnamed = WindowEngine(networks)
        answers["ours, class unknown"] = np.stack(
            [each.amodal for each in _completed(unnamed, composite.object_frames())]
        )
    answers["other frames, no network"] = _walked(replace(networks, shape=None), composite)
    if networks.shape is not None:
        answers["joined, as the product"] = _walked(networks, composite)
    return {name: mask_iou(found, composite.amodal, composite.hidden) for name, found in answers.items()}


def _walked(networks: VoinNetworks, composite: VoinComposite) -> Masks:
    """Whole shapes as the product predicts them (``models.voin.shapes``), the class told."""
    walk = shape_walk(WindowEngine(networks, WindowSettings(kind=CLASSES[composite.kind])))
    done = [each for frame in composite.object_frames() for each in walk.push(frame)]
    return np.stack([shape for _, shape in done + walk.finish()])


def mask_iou(found: Masks, truth: Masks, hidden: Masks) -> float:
    """Mean intersection over union of ``(T, S, S)`` masks, over frames in which something is hidden."""
    there = hidden.any((1, 2))
    both, either = (found & truth).sum((1, 2))[there], (found | truth).sum((1, 2))[there]
    return float((both / np.maximum(either, 1)).mean())


def flow_union(composite: VoinComposite) -> Masks:
    """The floor that knows motion: what neighbours show, brought along by the visible object's flow, both ways."""
    engine = WindowEngine(VoinNetworks())
    frames = composite.object_frames()
    reachable = [frame.visible | frame.occluder for frame in frames]
    crop = engine.square(frames)
    found = composite.visible.copy()
    for step in (-1, 1):
        order = range(1, len(frames)) if step < 0 else range(len(frames) - 2, -1, -1)
        carried = composite.visible.copy()
        for at in order:
            other = at + step
            flow = engine.flow(frames[at], frames[other], (reachable[at], reachable[other]), crop)
            moved = _moved(carried[other].astype(np.float32), flow)
            carried[at] |= (moved > 0.5) & composite.occluder[at]
        found |= carried
    return found


def flow_figures(composite: VoinComposite, networks: VoinNetworks) -> Figures:
    """End-point error in the hidden part, in pixels, to the frame before; the true shape is told."""
    frames = composite.object_frames(with_shape=True)
    estimator = DisFlow("medium")
    engines = {"own shift": WindowEngine(VoinNetworks())}
    if networks.flow is not None:
        engines["ours"] = WindowEngine(networks)
    errors: dict[str, list[float]] = {name: [] for name in ("smooth", *engines)}
    crop = engines["own shift"].square(frames)
    for at in range(1, len(frames)):
        hidden = composite.hidden[at]
        if not hidden.any() or not composite.visible[at].any():
            continue
        truth = estimator.flow(composite.bare[at], composite.bare[at - 1])
        found = {"smooth": smooth_flow(frames[at], frames[at - 1])}
        for name, engine in engines.items():
            amodal = composite.amodal[at], composite.amodal[at - 1]
            found[name] = engine.flow(frames[at], frames[at - 1], amodal, crop)
        for name, flow in found.items():
            apart = flow - truth
            errors[name].append(float(np.hypot(apart[..., 0], apart[..., 1])[hidden].mean()))
    return {name: float(np.mean(values)) for name, values in errors.items() if values}


def smooth_flow(here: ObjectFrame, there: ObjectFrame) -> NDArray[np.float32]:
    """The floor: the visible object's flow ``(H, W, 2)``, continued smoothly over the rest."""
    flow = torch.from_numpy(DisFlow().flow(here.view, there.view)).movedim(-1, 0)[None]
    visible = torch.from_numpy(here.visible)[None, None].float()
    found = continued_inside(flow, visible, torch.ones_like(visible))
    return np.asarray(found[0].movedim(0, -1).numpy(), np.float32)


def picture_figures(composite: VoinComposite, networks: VoinNetworks, lpips: Lpips | None) -> dict[str, Figures]:
    """PSNR, SSIM, LPIPS and flicker in the hidden part by method; the true shape is told."""
    frames = composite.object_frames(with_shape=True)
    bare = replace(networks, shape=None, generator=None)
    answers = {
        "telea": fill_by_telea(composite.frames, composite.hidden).frames,
        "propagation": np.stack([each.picture for each in _completed(WindowEngine(bare), frames)]),
    }
    if networks.generator is not None:
        alone = WindowEngine(replace(networks, shape=None))
        answers["generator alone"] = np.stack([each.picture for each in _completed(alone, frames, propagate=False)])
        answers["full"] = np.stack([each.picture for each in _completed(alone, frames)])
    return {name: scores(result, composite, lpips) for name, result in answers.items()}


SPOILS = {
    "as given": 0,
    **{f"{px} pixels too large": px for px in (1, 2, 4, 8)},
    **{f"{px} pixels too small": -px for px in (1, 2, 4, 8)},
    "grossly wrong": 0,
}
"""By name, pixels by which the visible masks are grown."""


def robust_figures(composite: VoinComposite, networks: VoinNetworks, lpips: Lpips | None) -> dict[str, Figures]:
    """Of the product's whole chain by how the visible masks are spoilt: mean IoU, and the picture in the hidden part.

    Beside it the mean IoU that the spoilt masks would have with a perfect hidden part.
    """
    found = {}
    for spoil in SPOILS:
        given = spoilt(composite, spoil)
        shapes = _walked(networks, given)
        hidden = shapes & composite.occluder
        frames = [
            replace(frame, visible=shape & ~part, amodal=shape)
            for frame, shape, part in zip(given.object_frames(), shapes, hidden, strict=True)
        ]
        done = _completed(WindowEngine(replace(networks, shape=None)), frames)
        figures = scores(np.stack([each.picture for each in done]), composite, lpips)
        perfect = (given.visible & ~composite.occluder) | composite.hidden
        found[spoil] = {
            "mIoU": mask_iou(shapes, composite.amodal, composite.hidden),
            "at best": mask_iou(perfect, composite.amodal, composite.hidden),
        } | figures
    return found


def spoilt(composite: VoinComposite, spoil: str) -> VoinComposite:
    """The composite with visible masks of which ``spoil`` (one of ``SPOILS``) says what is wrong; the cover's stay."""
    by = SPOILS[spoil]
    kernel = np.ones((2 * abs(by) + 1,) * 2, np.uint8)
    visible = composite.visible.copy()
    for at, mask in enumerate(composite.visible):
        plain = mask.astype(np.uint8)
        if spoil == "grossly wrong":
            visible[at] = np.roll(mask, mask.shape[1] // 10, axis=1) if at % 3 == 1 else mask
        else:
            visible[at] = (cv2.dilate(plain, kernel) if by > 0 else cv2.erode(plain, kernel)) > 0
    return replace(composite, visible=visible)


def scores(result: Clip, composite: VoinComposite, lpips: Lpips | None) -> Figures:
    """Of filled frames ``(T, S, S, 3)``, inside the hidden part."""
    truth, hidden = composite.truth, composite.hidden
    figures = {
        "PSNR": float(picture_metrics.psnr_of(picture_metrics.squared_errors(result, truth, hidden)).mean()),
        "SSIM": picture_metrics.ssim(result, truth, hidden),
        "flicker": temporal_metrics.flicker(result, truth, hidden),
    }
    if lpips is not None:
        windows = picture_metrics.crop_windows(hidden)
        figures["LPIPS"] = float(
            np.mean([lpips(result[at][window][None], truth[at][window][None])[0] for at, window in windows.items()])
        )
    return figures


def _completed(engine: WindowEngine, frames: Sequence[ObjectFrame], *, propagate: bool = True) -> list[CompletedFrame]:
    completer = Completer(engine, CompleterSettings(propagate=propagate))
    done = [each for frame in frames for each in completer.push(frame)]
    return done + completer.finish()


def _moved(picture: NDArray[np.float32], flow: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width = picture.shape
    xs, ys = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    moved = cv2.remap(picture, xs + flow[..., 0], ys + flow[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    return np.asarray(moved, np.float32)


def load_networks(folders: Sequence[Path]) -> VoinNetworks:
    """The networks of several folders together; of two of a kind the later folder's."""
    found = VoinNetworks()
    for folder in folders:
        loaded = VoinNetworks.load(folder)
        found = VoinNetworks(
            loaded.shape or found.shape, loaded.flow or found.flow, loaded.generator or found.generator
        )
    return found


def measure(
    composites: Sequence[VoinComposite], networks: VoinNetworks, lpips: Lpips | None, *, robust: bool = False
) -> dict[str, Figures]:
    """Every figure by row and name, the mean over the composites; ``robust`` adds figure 9's rows."""
    rows: dict[str, dict[str, list[float]]] = {}

    def note(row: str, figures: Figures) -> None:
        for name, value in figures.items():
            rows.setdefault(row, {}).setdefault(name, []).append(value)

    for composite in composites:
        for name, value in shape_figures(composite, networks).items():
            note(f"shape: {name}", {"mIoU": value})
        for name, value in flow_figures(composite, networks).items():
            note(f"flow: {name}", {"EPE": value})
        for name, figures in picture_figures(composite, networks, lpips).items():
            note(f"picture: {name}", figures)
        if robust:
            for name, figures in robust_figures(composite, networks, lpips).items():
                note(f"masks {name}", figures)
    return {row: {name: float(np.mean(values)) for name, values in found.items()} for row, found in rows.items()}


def show(console: Console, rows: dict[str, Figures], clips: int) -> None:
    """Prints the table."""
    columns = ("mIoU", "at best", "EPE", "PSNR", "SSIM", "LPIPS", "flicker")
    table = Table("", *columns, title=f"VOIN on {clips} composites")
    for row, figures in rows.items():
        table.add_row(row, *(f"{figures[name]:.4f}" if name in figures else "" for name in columns))
    console.print(table)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures and prints; returns the exit code."""
    parser = argparse.ArgumentParser(prog="voin_tables", description="VOIN's Tables 1 and 2 in small.")
    parser.add_argument("--data", type=Path, required=True, help="folder of clips, masks and stills")
    parser.add_argument("--networks", type=Path, action="append", default=[], help="folder of weights; may be repeated")
    parser.add_argument("--group", choices=("validation", "watched"), default="validation")
    parser.add_argument("--takes", type=int, default=2, help="composites of each clip")
    parser.add_argument("--frames", type=int, default=24)
    parser.add_argument("--side", type=int, default=240, help="of the square frames, in pixels")
    parser.add_argument("--most", type=int, default=99, help="so many clips at most")
    parser.add_argument("--robust", action="store_true", help="with visible masks that are wrong, too (figure 9)")
    parser.add_argument("--weights", type=Path, help="folder of third-party weights; by default the user's")
    parser.add_argument("--out", type=Path, help="the figures as JSON")
    options = parser.parse_args(arguments)
    console = Console(stderr=False, width=110)
    try:
        networks = load_networks(options.networks)
        composites = list(
            make_composites(
                options.data,
                options.group,
                takes=options.takes,
                frames=options.frames,
                side_px=options.side,
                most=options.most,
            )
        )
    except (FootageError, WeightsError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    try:
        lpips = Lpips(options.weights)
    except WeightsError as error:
        sys.stderr.write(f"LPIPS is left out: {error}\n")
        lpips = None
    rows = measure(composites, networks, lpips, robust=options.robust)
    show(console, rows, len(composites))
    if options.out is not None:
        options.out.write_text(json.dumps({"composites": len(composites), "rows": rows}, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
