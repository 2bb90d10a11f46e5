"""The size of an export is known about before it starts."""

from __future__ import annotations

from pathlib import Path

import pytest
from clips import Recipe, write_clip

from app.core.errors import Cancelled, UserError
from app.media.reader import open_clip
from app.media.settings import ExportSettings
from app.media.size_estimate import WritingEstimate, estimated_writing
from app.media.writer import ClipWriter


def go_on() -> None:
    """Never stops."""


@pytest.mark.parametrize(("name", "codec"), [("out.mkv", "ffv1"), ("out.mp4", "h264"), ("pictures", "png")])
@pytest.mark.parametrize("count", [4, 90])
def test_the_estimate_is_near_what_is_written(tmp_path: Path, name: str, codec: str, count: int) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    settings = ExportSettings(codec=codec, quality=None if codec != "h264" else "high")
    source = write_clip(Recipe("ffv1", "clip.mkv", times=range(count), size=(192, 128)), tmp_path)
    with open_clip(source) as clip:
        asked = estimated_writing(clip, tmp_path / name, settings, (0, count), scratch=scratch, checkpoint=go_on)
        assert not (tmp_path / name).exists() and not any(scratch.iterdir())
        with ClipWriter(tmp_path / name, clip.info, settings) as writer:
            for frame in clip.frames():
                writer.write(frame)
            writer.finish()
    written = tmp_path / name
    size = sum(file.stat().st_size for file in (written.iterdir() if written.is_dir() else [written]))
    assert asked.size_bytes == pytest.approx(size, rel=0.35) and asked.seconds > 0


@pytest.mark.parametrize("codec", ["ffv1", "h264"])
def test_a_first_figure_is_told_after_a_few_pictures(tmp_path: Path, codec: str) -> None:
    looks: list[int] = []
    told: list[tuple[int, WritingEstimate]] = []
    settings = ExportSettings(codec=codec, quality=None if codec != "h264" else "high")
    source = write_clip(Recipe("ffv1", "clip.mkv", times=range(90), size=(192, 128)), tmp_path)
    with open_clip(source) as clip:
        asked = estimated_writing(
            clip,
            tmp_path / "out.mkv",
            settings,
            (0, 90),
            scratch=tmp_path,
            checkpoint=lambda: looks.append(1),
            on_rough=lambda rough: told.append((len(looks), rough)),
        )
    ((looked_at, rough),) = told
    assert looked_at * 8 < len(looks)
    assert 0.3 * asked.size_bytes < rough.size_bytes < 3 * asked.size_bytes and rough.seconds > 0


def test_an_estimate_can_be_stopped_and_says_what_cannot_be(tmp_path: Path) -> None:
    def stop() -> None:
        raise Cancelled

    with open_clip(write_clip(Recipe("ffv1", "clip.mkv", times=range(9)), tmp_path)) as clip:
        with pytest.raises(Cancelled):
            estimated_writing(clip, tmp_path / "o.mkv", ExportSettings(), (0, 9), scratch=tmp_path, checkpoint=stop)
        with pytest.raises(UserError):
            estimated_writing(
                clip, tmp_path / "o.mp4", ExportSettings(codec="nothing"), (0, 9), scratch=tmp_path, checkpoint=go_on
            )
    assert [path.name for path in tmp_path.iterdir()] == ["clip.mkv"]
