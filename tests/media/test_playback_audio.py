"""Sound for playback: exact to the sample from any time on, silence where there is none."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from clips import Recipe, write_clip

from app.media.audio import AudioReader, open_audio
from app.media.images import write_image
from app.media.reader import open_clip

RATE = 48000


def tone(first: int, count: int) -> np.ndarray:
    """A sweep whose every stretch differs: the place in it can be told to the sample."""
    t = np.arange(first, first + count) / RATE
    return 0.4 * np.sin(2 * np.pi * (200 * t + 400 * t * t))


def write_sound(
    path: Path, *, codec: str = "pcm_s16le", offset: int = 0, gap: range = range(0), seconds: int = 2
) -> Path:
    """A clip of grey pictures with the sweep; its sound starts ``offset`` samples late and has a gap."""
    with av.open(str(path), "w") as container:
        video = container.add_stream("mpeg4", rate=25)
        sound = container.add_stream(codec, rate=RATE)
        assert isinstance(video, VideoStream) and isinstance(sound, AudioStream)
        video.width = video.height = 16
        video.pix_fmt = "yuv420p"
        sound.layout = "stereo"
        for index in range(25 * seconds):
            frame = av.VideoFrame.from_ndarray(np.full((16, 16, 3), index, np.uint8), format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, 25)
            container.mux(video.encode(frame))
        for first in range(0, RATE * seconds - offset, 1000):
            if first in gap:
                continue
            samples = np.repeat((tone(first + offset, 1000) * 32767).astype(np.int16)[None], 2, axis=0)
            block = av.AudioFrame.from_ndarray(samples.T.reshape(1, -1).copy(), format="s16", layout="stereo")
            block.sample_rate, block.pts, block.time_base = RATE, first + offset, Fraction(1, RATE)
            container.mux(sound.encode(block))
        container.mux(video.encode(None))
        container.mux(sound.encode(None))
    return path


def sound_of(path: Path) -> AudioReader:
    with open_clip(path) as clip:
        reader = open_audio(clip.info)
    assert reader is not None
    return reader


def from_time(reader: AudioReader, start_s: float, count: int, **options: int) -> np.ndarray:
    found: list[np.ndarray] = []
    for block in reader.blocks(start_s, **options):
        assert block.time_s == pytest.approx(start_s + sum(map(len, found)) / options.get("rate", RATE))
        found.append(block.samples)
        if sum(map(len, found)) >= count:
            break
    return np.concatenate(found)[:count]


@pytest.mark.parametrize("start_s", [0.0, 0.5, 1.23456])
def test_sound_begins_at_the_asked_time_to_the_sample(tmp_path: Path, start_s: float) -> None:
    reader = sound_of(write_sound(tmp_path / "clip.mov"))
    assert reader.channels == 2 and reader.sample_rate == RATE
    found = from_time(reader, start_s, 9000)
    assert found.shape == (9000, 2) and found.dtype == np.float32
    assert np.abs(found[:, 0] - tone(round(start_s * RATE), 9000)).max() < 0.002


def test_what_comes_before_the_sound_and_gaps_in_it_are_silence(tmp_path: Path) -> None:
    reader = sound_of(write_sound(tmp_path / "clip.mkv", offset=12000, gap=range(20000, 30000)))
    found = from_time(reader, 0.1, 60000)[:, 0]
    truth = tone(4800, 60000)
    assert (found[: 12000 - 4800] == 0).all()
    assert np.abs(found[12000 - 4800 : 32000 - 4800] - truth[12000 - 4800 : 32000 - 4800]).max() < 0.01
    assert (found[32100 - 4800 : 41900 - 4800] == 0).all()
    assert np.abs(found[42100 - 4800 :] - truth[42100 - 4800 :]).max() < 0.01


def test_coded_sound_is_in_time_after_a_seek(tmp_path: Path) -> None:
    reader = sound_of(write_sound(tmp_path / "clip.mp4", codec="aac"))
    found, truth = from_time(reader, 1.0, 8192)[:, 0], tone(RATE, 8192)
    shifts = range(-40, 41)
    best = max(shifts, key=lambda shift: float(np.dot(found[100:-100], np.roll(truth, shift)[100:-100])))
    assert abs(best) <= 2


def test_sound_is_given_at_the_rate_and_channels_of_the_device(tmp_path: Path) -> None:
    reader = sound_of(write_sound(tmp_path / "clip.mkv"))
    found = from_time(reader, 0.5, 4410, rate=44100, channels=1)
    t = 0.5 + np.arange(4410) / 44100
    assert found.shape == (4410, 1)
    assert np.abs(found[50:, 0] - (0.4 * np.sin(2 * np.pi * (200 * t + 400 * t * t)))[50:]).max() < 0.02


def test_the_last_block_ends_with_the_sound(tmp_path: Path) -> None:
    reader = sound_of(write_sound(tmp_path / "clip.mov"))
    blocks = list(reader.blocks(1.99, block=300))
    assert [len(block.samples) for block in blocks] == [300, 180]
    assert list(reader.blocks(5.0)) == [] and reader.duration_s == pytest.approx(2.0, abs=0.05)


def test_a_clip_without_sound_has_none(tmp_path: Path) -> None:
    with open_clip(write_clip(Recipe("ffv1", "mute.mkv", times=range(3)), tmp_path)) as clip:
        assert open_audio(clip.info) is None
    (tmp_path / "shot").mkdir()
    write_image(tmp_path / "shot" / "1.png", np.zeros((8, 8, 3), np.uint8))
    with open_clip(tmp_path / "shot") as sequence:
        assert open_audio(sequence.info) is None
