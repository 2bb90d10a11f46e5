"""A folder of two tiny clips with masks, and one without, written with OpenCV."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

SIZE = (160, 96)
FRAMES = 44


def write_footage(folder: Path) -> Path:
    """Writes ``drifting`` and ``still`` (with masks) and ``plain`` (without) as a folder without a manifest."""
    for number, name in enumerate(("drifting", "still", "plain")):
        write_clip(folder / "clips" / f"{name}.avi", speed=1.5 if name == "drifting" else 0.0, seed=number)
        if name != "plain":
            write_masks(folder / "masks" / name)
    return folder


def write_clip(file: Path, *, speed: float, seed: int, frames: int = FRAMES, cut_at: int | None = None) -> None:
    """A textured scene that moves ``speed`` pixels a frame to the left; another scene from ``cut_at`` on."""
    file.parent.mkdir(parents=True, exist_ok=True)
    writer = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"MJPG"), 25.0, SIZE)
    assert writer.isOpened()
    for index in range(frames):
        scene = seed + 50 if cut_at is not None and index >= cut_at else seed
        writer.write(textured(scene, speed * index)[..., ::-1].copy())
    writer.release()


def textured(seed: int, shift_px: float) -> np.ndarray:
    """``(H, W, 3)`` uint8 RGB: smooth noise, the same for a seed, shifted to the left."""
    rng = np.random.default_rng(seed)
    wide = cv2.resize(
        rng.uniform(30, 220, (24, 80, 3)).astype(np.float32), (400, SIZE[1]), interpolation=cv2.INTER_CUBIC
    )
    transform = np.array([[1.0, 0.0, -shift_px], [0.0, 1.0, 0.0]])
    shifted = cv2.warpAffine(wide, transform, SIZE, flags=cv2.INTER_CUBIC)
    return np.clip(shifted, 0, 255).astype(np.uint8)


def write_masks(folder: Path) -> None:
    """A disc of 36 pixels that wanders through the middle."""
    folder.mkdir(parents=True)
    for index in range(FRAMES):
        mask = np.zeros((SIZE[1], SIZE[0]), np.uint8)
        cv2.circle(mask, (50 + index, 48), 18, 255, cv2.FILLED)
        (folder / f"{index:05}.png").write_bytes(cv2.imencode(".png", mask)[1].tobytes())
