"""A stand-in engine and synthetic frames: what the engine room needs of models and media, without either."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from app.core.masks import MaskBlob
from app.engine.holes import HoleSettings
from app.engine.loader import Fill, FrameSource, HoleFrame
from app.engine.plan import HoleLayer, Mode, RemovalPlan
from app.media.convert import rgb_view
from app.media.frame import ColorTags, Family, PlaneLayout, VideoFrame

WIDTH, HEIGHT = 96, 64


def whole_fill(frame: HoleFrame, value: int) -> Fill:
    """A fill of the whole picture with one value; an empty hole gets an empty fill."""
    none = np.zeros((0, 0), bool)
    picture = frame.picture
    if not frame.hole.any():
        return Fill(picture.index, 0, 0, 0, 0, tuple(plane.samples[:0, :0] for plane in picture.planes), none, none)
    if frame.reference:
        planes = tuple(plane.samples.copy() for plane in picture.planes)
    else:
        planes = tuple(np.full_like(plane.samples, value) for plane in picture.planes)
    height, width = frame.hole.shape
    return Fill(picture.index, 0, 0, width, height, planes, frame.hole, np.zeros_like(frame.hole), ("stand-in",))


class CountingRemover:
    """Fills with the number of pictures since the last cut: the state that a resume must carry."""

    def __init__(self, engine: StandInEngine) -> None:
        self._engine = engine
        self._count = 0
        self._held: deque[Fill] = deque()

    def step(self, frame: HoleFrame) -> list[Fill]:
        self._engine.stepped.append(frame.picture.index)
        if frame.picture.index == self._engine.fails_at:
            raise ArithmeticError("no more numbers")
        self._count = 0 if frame.cut else self._count + 1
        self._held.append(whole_fill(frame, self._count % 256))
        return [self._held.popleft()] if len(self._held) > self._engine.delay else []

    def foresee(self, *frames: HoleFrame) -> None:
        """Only remembers the hint."""
        self._engine.foreseen.append([frame.picture.index for frame in frames])

    def flush(self) -> list[Fill]:
        rest = list(self._held)
        self._held.clear()
        return rest

    def save_state(self) -> bytes:
        return self._count.to_bytes(4, "little")

    def load_state(self, state: bytes) -> None:
        if len(state) != 4:
            raise ValueError("this is no state")
        self._count = int.from_bytes(state, "little")


@dataclass
class StandInEngine:
    """Implements the engine's protocol and remembers what it was asked."""

    delay: int = 0
    version: str = "1"
    fails_at: int | None = None
    stepped: list[int] = field(default_factory=list)
    foreseen: list[list[int]] = field(default_factory=list)
    shots: list[tuple[int, int]] = field(default_factory=list)
    name: str = "stand-in"
    remarks: tuple[str, ...] = ()
    device: str = "cpu"

    def live(self) -> CountingRemover:
        return CountingRemover(self)

    def final(
        self,
        source: FrameSource,
        *,
        store: Path,
        checkpoint: Callable[[], None],
        progress: Callable[[str, int, int], None],
    ) -> Iterator[Fill]:
        assert store.is_dir()
        walked = [(frame.picture.index, frame.cut) for frame in source.walk()]
        assert len(walked) == len(source)
        assert [cut for _, cut in walked] == [position == 0 for position in range(len(walked))]
        self.shots.append((walked[0][0], walked[-1][0] + 1))
        for position, frame in enumerate(source.walk()):
            checkpoint()
            if frame.picture.index == self.fails_at:
                raise ArithmeticError("no more numbers")
            progress("fill", position, len(source))
            yield whole_fill(frame, (len(source) - position) % 256)


def synthetic_frame(index: int, *, scene: int = 0, interlaced: bool = False) -> VideoFrame:
    """A textured 4:2:0 frame; frames of one scene show the same, slowly brightening."""
    random = np.random.default_rng(scene)
    blocks = random.integers(16, 200, (HEIGHT // 8, WIDTH // 8)).astype(np.uint8)
    luma = np.kron(blocks, np.ones((8, 8), np.uint8)) + np.uint8(index % 20)
    chroma = [np.kron(random.integers(90, 160, (8, 12)), np.ones((4, 4), int)).astype(np.uint8) for _ in range(2)]
    for plane in (luma, *chroma):
        plane.flags.writeable = False
    layout = PlaneLayout(Family.YUV, 8, 1, 1, False)
    return VideoFrame(
        index, index, 1, layout, (luma, *chroma), ColorTags(), interlaced, top_field_first=True, to_rgb=rgb_view
    )


def moving_mask(index: int) -> MaskBlob:
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[20:40, 10 + index % 40 : 26 + index % 40] = True
    return MaskBlob.from_array(mask)


def make_plan(count: int, mode: Mode, *, holes_at: range | None = None, **changes: object) -> RemovalPlan:
    """A plan over ``count`` frames with a moving object in some of them."""
    settings = {
        "source": Path("clip"),
        "identity": "clip",
        "width": WIDTH,
        "height": HEIGHT,
        "frames": (0, count),
        "mode": mode,
    }
    masks = {index: moving_mask(index) for index in (range(count) if holes_at is None else holes_at)}
    holes = HoleSettings(dilate_px=2, feather_px=0, after=0 if mode is Mode.LIVE else 1)
    settings["layers"] = (HoleLayer(changes.pop("masks", masks), changes.pop("holes", holes)),)  # type: ignore[arg-type]
    return RemovalPlan(**{**settings, **changes})  # type: ignore[arg-type]
