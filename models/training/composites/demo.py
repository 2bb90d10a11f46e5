"""Composites from the two demo clips alone, so that anyone can repeat a small table without other footage.

Backgrounds are stretches of the still and of the panning clip. Objects are the walker, cut from the still clip by her
difference to its median picture and mirrored, and a textured ball drawn by formula.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from models.training.composites.building import DEFAULT_SIZE, SEED, Composite
from models.training.data import svor
from models.training.data.footage import FootageClip, FootageError, covered, list_footage, read_clip
from models.training.data.split import Kind

STILL_CLIP, PAN_CLIP = "sports2d_walk_960x540", "sports2d_walk_pan_854x480"
STRETCHES = (0, 38, 76)  # first frames; the clips have 125
FRAMES = 48
WALKER_FRAMES = slice(26, 72)  # she is in the open, clear of the tree and of the shed's corner
WALKER_REGION = (slice(0.42, 1.0), slice(0.30, 0.86))  # of the height and width: without the man on the roof
DIFFERENCE = 22.0  # grey levels
BALL_FRAMES, BALL_PX = 24, 120


def demo_composites(folder: Path, *, size: tuple[int, int] = DEFAULT_SIZE) -> Iterator[Composite]:
    """Builds the six demo composites from the folder that holds the demo clips.

    Raises:
        FootageError: a clip is missing.
    """
    footage = list_footage(folder)
    clips: list[tuple[str, Kind]] = [(STILL_CLIP, "static"), (PAN_CLIP, "rigid")]
    for name, _ in clips:
        if name not in footage:
            raise FootageError(f"{folder} lacks the demo clip {name}.mp4; install Cleanplate again.")
    objects = {"walker": cut_out_walker(footage[STILL_CLIP]), "ball": draw_ball()}
    for which, (name, kind) in enumerate(clips):
        for index, start in enumerate(STRETCHES):
            object_name = tuple(objects)[(which + index) % len(objects)]
            truth = covered(read_clip(footage[name], start=start, count=FRAMES), size)
            cutout = objects[object_name]
            placement = svor.place(cutout, len(truth), size, np.random.default_rng([SEED, which, index]))
            frames, masks = svor.paste(truth, cutout, placement)
            title = f"{name}-{start:03}"
            yield Composite(f"{title}+{object_name}", title, object_name, kind, frames, truth, masks)


def cut_out_walker(clip: FootageClip) -> svor.Cutout:
    """The walker of the still clip, mirrored.

    Raises:
        FootageError: she is not found (another clip under that name).
    """
    pictures = read_clip(clip)
    plate = np.median(pictures[::4], axis=0).astype(np.float32)
    walking = pictures[WALKER_FRAMES]
    masks = np.stack([_differs(picture, plate) for picture in walking])
    cutout = svor.cut_out(np.ascontiguousarray(walking[:, :, ::-1]), np.ascontiguousarray(masks[:, :, ::-1]))
    if cutout is None:
        raise FootageError(f"No walker stands out in {clip.file}; is it the demo clip?")
    return cutout


def _differs(picture: NDArray[np.uint8], plate: NDArray[np.float32]) -> NDArray[np.bool_]:
    """``(H, W)`` bool: the largest connected part of the region that differs from the plate, holes filled."""
    rows, columns = picture.shape[:2]
    region = tuple(
        slice(round(side.start * length), round(side.stop * length))
        for side, length in zip(WALKER_REGION, (rows, columns), strict=True)
    )
    difference = np.abs(cv2.GaussianBlur(picture.astype(np.float32) - plate, (0, 0), 1.5)).max(axis=2)
    differing = np.zeros((rows, columns), np.uint8)
    differing[region] = difference[region] > DIFFERENCE
    closed = cv2.morphologyEx(differing, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9)))
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5)))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(opened)
    if count < 2:
        return np.zeros((rows, columns), np.bool_)
    largest = (labels == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))).astype(np.uint8)
    outlines, _ = cv2.findContours(largest, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(largest, outlines, -1, 1, cv2.FILLED)
    return np.asarray(largest > 0, np.bool_)


def draw_ball() -> svor.Cutout:
    """A rolling ball with stripes and speckles, lit from above."""
    y, x = np.mgrid[0:BALL_PX, 0:BALL_PX].astype(np.float64) / (BALL_PX - 1) * 2.8 - 1.4  # the ball's radius is 1
    radius = np.hypot(x, y)
    mask = radius < 1.0
    depth = np.sqrt(np.clip(1.0 - radius**2, 0.0, None))
    pictures = []
    for angle in np.linspace(0.0, 2 * np.pi, BALL_FRAMES, endpoint=False):
        across = x * np.cos(angle) + y * np.sin(angle)
        along = -x * np.sin(angle) + y * np.cos(angle)
        stripes = 0.5 + 0.5 * np.sin(9 * across + 3 * along**2)
        speckles = 0.5 + 0.5 * np.sin(31 * across) * np.sin(27 * along)
        light = 0.35 + 0.65 * np.clip(depth * 0.7 - y * 0.5, 0.0, 1.0)
        red, green, blue = 210 * stripes + 30, 120 * speckles + 40, 190 * (1 - stripes) + 30
        pictures.append(np.stack([red, green, blue], axis=2) * light[..., None])
    frames = np.clip(np.rint(np.stack(pictures)), 0, 255).astype(np.uint8)
    cutout = svor.cut_out(frames, np.broadcast_to(mask, (BALL_FRAMES, *mask.shape)).copy())
    assert cutout is not None
    return cutout
