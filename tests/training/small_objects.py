"""Tiny clips with objects and a few cut-outs, for VOIN's trainings."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from small_footage import SIZE, textured, write_footage


def write_objects(folder: Path) -> Path:
    """Clips as ``write_footage`` has them, three cut-out people in ``stills/ccp``, two plain stills."""
    write_footage(folder)
    for part in ("ccp/img", "ccp/mask", "plain"):
        (folder / "stills" / part).mkdir(parents=True)
    mask = np.zeros((SIZE[1], SIZE[0]), np.uint8)
    mask[10:80, 40:80] = 1
    for index in range(3):
        picture = cv2.imencode(".png", textured(10 + index, 0)[..., ::-1])[1].tobytes()
        (folder / f"stills/ccp/img/{index}.png").write_bytes(picture)
        (folder / f"stills/ccp/mask/{index}.png").write_bytes(cv2.imencode(".png", mask)[1].tobytes())
        (folder / f"stills/plain/{index}.png").write_bytes(picture)
    return folder
