"""Every bad input ends with one sentence for the user and exit code 2, and leaves no file behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from clips import Recipe, write_clip

from app.cli import main
from app.media.images import write_image

BOX = ("--box", "10,10,20,20", "--no-track")
FRAMES = 6
WIDTH, HEIGHT = 96, 64


@dataclass(frozen=True)
class Inputs:
    """A folder with a good clip and every kind of bad file."""

    folder: Path

    @property
    def clip(self) -> str:
        return self("clip.mp4")

    @property
    def out(self) -> str:
        return self("out.mp4")

    def __call__(self, name: str) -> str:
        return str(self.folder / name)


def small_clip(folder: Path, name: str, **changes: object) -> Path:
    settings: dict[str, object] = {"codec": "libx264", "name": name, "times": range(FRAMES), **changes}
    return write_clip(Recipe(**settings), folder)  # type: ignore[arg-type]


def sound_only(path: Path) -> None:
    with av.open(str(path), "w") as out:
        track = out.add_stream("aac", rate=48000)
        for first in range(0, 8192, 1024):
            frame = av.AudioFrame.from_ndarray(np.zeros((2, 1024), np.float32), format="fltp", layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = 48000, first, Fraction(1, 48000)
            out.mux(track.encode(frame))
        out.mux(track.encode(None))


def masks(folder: Path, count: int, size: tuple[int, int] = (WIDTH, HEIGHT), value: int = 255) -> None:
    folder.mkdir()
    mask = np.zeros((size[1], size[0]), np.uint8)
    mask[10:20, 10:30] = value
    for index in range(count):
        write_image(folder / f"{index:05d}.png", mask)


def no_pictures(path: Path) -> None:
    """A valid file with a video stream and not one packet in it."""
    with av.open(str(path), "w", format="nut") as out:
        stream = out.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        out.start_encoding()


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    """Files that no test changes."""
    folder = tmp_path_factory.mktemp("inputs")
    clip = small_clip(folder, "clip.mp4")
    small_clip(folder, "short.mp4", times=range(3))
    small_clip(folder, "large.mp4", size=(192, 128))
    (folder / "empty.mp4").write_bytes(b"")
    (folder / "truncated.mp4").write_bytes(clip.read_bytes()[: clip.stat().st_size // 2])
    (folder / "list.mp4").write_text("ffconcat version 1.0\nfile '/etc/hostname'\n")
    small_clip(folder, "listed.mp4")
    (folder / "clips.ffconcat").write_text("ffconcat version 1.0\nfile clip.mp4\nfile 'listed.mp4'\n")
    (folder / "text.mp4").write_text("This is not a film. " * 200)
    moving = cv2.Animation()
    moving.frames = [np.full((HEIGHT, WIDTH, 4), 40 * value, np.uint8) for value in range(FRAMES)]
    moving.durations = np.full(FRAMES, 40)
    assert cv2.imwriteanimation(str(folder / "moving.webp"), moving)
    (folder / "moving.mp4").write_bytes((folder / "moving.webp").read_bytes())
    (folder / "text.png").write_text("This is not a picture.")
    (folder / "noise.mp4").write_bytes(np.random.default_rng(1).bytes(20_000))
    sound_only(folder / "sound.m4a")
    no_pictures(folder / "none.nut")
    (folder / "nothing").mkdir()
    (folder / "words").mkdir()
    (folder / "words" / "a.txt").write_text("a")
    masks(folder / "masks", FRAMES)
    masks(folder / "few_masks", FRAMES - 2)
    masks(folder / "large_masks", FRAMES, (192, 128))
    masks(folder / "black_masks", FRAMES, value=0)
    masks(folder / "broken_masks", FRAMES)
    (folder / "mask.png").write_bytes((folder / "masks" / "00000.png").read_bytes())
    small_clip(folder, "matte.mp4")
    (folder / "broken_masks" / "00003.png").write_text("no")
    write_image(folder / "picture.png", np.zeros((HEIGHT, WIDTH, 3), np.uint8))
    write_image(folder / "large.png", np.zeros((128, 192, 3), np.uint8))
    (folder / "taken.mp4").write_bytes(b"precious")
    (folder / "taken.txt").write_text("precious")
    return Inputs(folder)


Arguments = Callable[[Inputs], tuple[str, ...]]

BAD: dict[str, tuple[Arguments, str]] = {
    # the clip
    "missing file": (lambda i: ("remove", i("nowhere.mp4"), i.out, *BOX), r"nowhere\.mp4"),
    "empty file": (lambda i: ("remove", i("empty.mp4"), i.out, *BOX), "empty"),
    "truncated file": (lambda i: ("remove", i("truncated.mp4"), i.out, *BOX), r"truncated\.mp4"),
    "text renamed .mp4": (lambda i: ("remove", i("text.mp4"), i.out, *BOX), r"text\.mp4"),
    "list of other files": (lambda i: ("remove", i("list.mp4"), i.out, *BOX), "is a text file"),
    "noise renamed .mp4": (lambda i: ("remove", i("noise.mp4"), i.out, *BOX), r"noise\.mp4"),
    "animated WebP": (
        lambda i: ("remove", i("moving.webp"), i.out, *BOX),
        r"moving\.webp is an animated WebP.*convert",
    ),
    "animated WebP renamed .mp4": (lambda i: ("probe", i("moving.mp4")), r"moving\.mp4 is an animated WebP"),
    "animated WebP as a mask": (
        lambda i: ("track", i.clip, i("tracked"), "--mask", i("moving.webp")),
        r"moving\.webp is an animated WebP",
    ),
    "sound only": (lambda i: ("remove", i("sound.m4a"), i.out, *BOX), r"sound\.m4a"),
    "no pictures, zero duration": (lambda i: ("remove", i("none.nut"), i.out, *BOX), r"none\.nut"),
    "empty folder": (lambda i: ("remove", i("nothing"), i.out, *BOX), "nothing"),
    "folder without pictures": (lambda i: ("remove", i("words"), i.out, *BOX), "words"),
    "probe of text": (lambda i: ("probe", i("text.mp4")), r"text\.mp4"),
    # what to remove
    "nothing to remove": (lambda i: ("remove", i.clip, i.out), "what to remove"),
    "two kinds of masks": (lambda i: ("remove", i.clip, i.out, *BOX[:2], "--mask-dir", i("masks")), "give one"),
    "box of words": (lambda i: ("remove", i.clip, i.out, "--box", "left,top"), "X,Y,W,H"),
    "box of three numbers": (lambda i: ("remove", i.clip, i.out, "--box", "1,2,3"), "X,Y,W,H"),
    "box without area": (lambda i: ("remove", i.clip, i.out, "--box", "1,2,0,5"), "at least 1"),
    "box outside the picture": (lambda i: ("remove", i.clip, i.out, "--box", "500,10,20,20"), "96x64"),
    "box after the last frame": (
        lambda i: ("remove", i.clip, i.out, "--box", "1,2,9,9@99"),
        "frame 99 .* last frame is 5",
    ),
    "box at a negative frame": (lambda i: ("remove", i.clip, i.out, "--box", "1,2,9,9@-4"), "count from 0"),
    "two boxes of a frame": (
        lambda i: ("remove", i.clip, i.out, *BOX, "--box", "40,10,20,20"),
        "10,10,20,20 and 40,10,20,20 are both for frame 0",
    ),
    "two masks of a frame": (
        lambda i: ("track", i.clip, i("tracked"), "--mask", i("picture.png"), "--mask", f"{i('large.png')}@0"),
        "both for frame 0",
    ),
    "box outside, not tracked": (lambda i: ("remove", i.clip, i.out, "--box", "0,70,9,9", "--no-track"), "outside"),
    "no-track without a box": (lambda i: ("remove", i.clip, i.out, "--mask-dir", i("masks"), "--no-track"), "no --box"),
    "threshold for a box": (lambda i: ("remove", i.clip, i.out, *BOX, "--mask-threshold", "40"), "mask-threshold"),
    "threshold above 100": (
        lambda i: ("remove", i.clip, i.out, "--mask-dir", i("masks"), "--mask-threshold", "140"),
        "0 to 100",
    ),
    "mask folder missing": (lambda i: ("remove", i.clip, i.out, "--mask-dir", i("nowhere")), "nowhere"),
    "mask folder empty": (lambda i: ("remove", i.clip, i.out, "--mask-dir", i("nothing")), "nothing"),
    "mask folder without pictures": (lambda i: ("remove", i.clip, i.out, "--mask-dir", i("words")), "words"),
    "too few masks": (lambda i: ("remove", i.clip, i.out, "--mask-dir", i("few_masks")), "4.*6|6.*4"),
    "masks of another size": (lambda i: ("remove", i.clip, i.out, "--mask-dir", i("large_masks")), "192x128.*96x64"),
    "a mask that is no picture": (lambda i: ("remove", i.clip, i.out, "--mask-dir", i("broken_masks")), "00003"),
    "a clip as mask folder": (lambda i: ("remove", i.clip, i.out, "--mask-dir", i.clip), r"clip\.mp4"),
    "masks that are all black": (lambda i: ("remove", i.clip, i.out, "--mask-dir", i("black_masks")), "nothing"),
    "mask video too short": (lambda i: ("remove", i.clip, i.out, "--mask-video", i("short.mp4")), "3.*6|6.*3"),
    "mask video of another size": (
        lambda i: ("remove", i.clip, i.out, "--mask-video", i("large.mp4")),
        "192x128.*96x64",
    ),
    "mask video that is none": (lambda i: ("remove", i.clip, i.out, "--mask-video", i("text.mp4")), r"text\.mp4"),
    "first mask missing": (lambda i: ("remove", i.clip, i.out, "--mask", i("nowhere.png")), "nowhere"),
    "first mask of another size": (lambda i: ("remove", i.clip, i.out, "--mask", i("large.png")), "192x128.*96x64"),
    # references
    "reference of words": (lambda i: ("remove", i.clip, i.out, *BOX, "--reference", "here.png"), "FRAME=PNG"),
    "reference missing": (lambda i: ("remove", i.clip, i.out, *BOX, "--reference", f"2={i('no.png')}"), r"no\.png"),
    "reference that is text": (lambda i: ("remove", i.clip, i.out, *BOX, "--reference", f"2={i('text.png')}"), "text"),
    "reference of another size": (
        lambda i: ("remove", i.clip, i.out, *BOX, "--reference", f"2={i('large.png')}"),
        "192x128.*96x64",
    ),
    "reference after the end": (
        lambda i: ("remove", i.clip, i.out, *BOX, "--reference", f"6={i('picture.png')}"),
        "frame 6, .* last frame is 5",
    ),
    "reference at a negative frame": (
        lambda i: ("remove", i.clip, i.out, *BOX, "--reference", f"-1={i('picture.png')}"),
        "count from 0",
    ),
    "two references for a frame": (
        lambda i: ("remove", i.clip, i.out, *BOX, *["--reference", f"1={i('picture.png')}"] * 2),
        "two references",
    ),
    # what is wrong with the input is said before what is wrong with the target
    "box of words, target exists": (lambda i: ("remove", i.clip, i("taken.mp4"), "--box", "left,top"), "X,Y,W,H"),
    "box outside, target exists": (lambda i: ("remove", i.clip, i("taken.mp4"), "--box", "500,10,20,20"), "96x64"),
    "mask missing, target exists": (lambda i: ("remove", i.clip, i("taken.mp4"), "--mask", i("no.png")), r"no\.png"),
    "no mask folder, target exists": (lambda i: ("remove", i.clip, i("taken.mp4"), "--mask-dir", i("no")), "no masks"),
    "reference missing, target exists": (
        lambda i: ("remove", i.clip, i("taken.mp4"), *BOX, "--reference", f"2={i('no.png')}"),
        r"no\.png",
    ),
    # range, mode, engine, hole
    "range of words": (lambda i: ("remove", i.clip, i.out, *BOX, "--range", "all"), "A:B"),
    "range of one number": (lambda i: ("remove", i.clip, i.out, *BOX, "--range", "3"), "A:B"),
    "range without a frame": (lambda i: ("remove", i.clip, i.out, *BOX, "--range", "3:3"), "no frame"),
    "range backwards": (lambda i: ("remove", i.clip, i.out, *BOX, "--range", "4:2"), "no frame"),
    "range beyond the end": (lambda i: ("remove", i.clip, i.out, *BOX, "--range", "2:99"), "2:99 .* at most 0:6"),
    "range after the end": (lambda i: ("remove", i.clip, i.out, *BOX, "--range", "6:"), "6: .* at most 0:6"),
    "trim without a range": (lambda i: ("remove", i.clip, i.out, *BOX, "--trim"), "--range"),
    "delay in final": (lambda i: ("remove", i.clip, i.out, *BOX, "--delay", "3"), "--mode live"),
    "negative delay": (lambda i: ("remove", i.clip, i.out, *BOX, "--mode", "live", "--delay", "-1"), "delay"),
    "unknown engine": (lambda i: ("remove", i.clip, i.out, *BOX, "--engine", "magic"), "magic.*propagate"),
    "paper without networks": (
        lambda i: ("remove", i.clip, i.out, *BOX, "--engine", "propagate", "--candidates", "paper"),
        "--candidates paper is for --engine vornet",
    ),
    "unknown candidates": (lambda i: ("remove", i.clip, i.out, *BOX, "--candidates", "both"), "ours, paper"),
    "unknown mode": (lambda i: ("remove", i.clip, i.out, *BOX, "--mode", "slow"), "mode"),
    "unknown device": (lambda i: ("remove", i.clip, i.out, *BOX, "--device", "tpu"), "device"),
    "unknown hole": (lambda i: ("remove", i.clip, i.out, *BOX, "--hole", "star"), "hole"),
    "negative dilation": (lambda i: ("remove", i.clip, i.out, *BOX, "--dilate", "-2"), "negative"),
    "negative feather": (lambda i: ("remove", i.clip, i.out, *BOX, "--feather", "-2"), "negative"),
    "smoothing beyond the window's": (lambda i: ("remove", i.clip, i.out, *BOX, "--smooth", "6"), "smooth"),
    "dilation of words": (lambda i: ("remove", i.clip, i.out, *BOX, "--dilate", "much"), "dilate"),
    "endless frame rate": (
        lambda i: ("remove", i.clip, i.out, *BOX, "--rate", "1e999999999"),
        "frames a second",
    ),
    "frame rate of words": (lambda i: ("remove", i.clip, i.out, *BOX, "--rate", "fast"), "frames a second"),
    # the target
    "unknown codec": (lambda i: ("remove", i.clip, i.out, *BOX, "--codec", "divx"), "divx.*h264"),
    "unknown quality": (lambda i: ("remove", i.clip, i.out, *BOX, "--quality", "superb"), "superb"),
    "quality that the codec has not": (
        lambda i: ("remove", i.clip, i("out.mov"), *BOX, "--codec", "prores_hq", "--quality", "lossless"),
        "ProRes",
    ),
    "codec that the container cannot hold": (
        lambda i: ("remove", i.clip, i("out.webm"), *BOX, "--codec", "h264"),
        "WebM|webm",
    ),
    "unknown container": (lambda i: ("remove", i.clip, i("out.xyz"), *BOX), "xyz"),
    "picture sequence into a file": (lambda i: ("remove", i.clip, i.out, *BOX, "--codec", "png"), "folder"),
    "target exists": (lambda i: ("remove", i.clip, i("taken.mp4"), *BOX), "--overwrite"),
    "target is the source": (lambda i: ("remove", i.clip, i.clip, *BOX, "--overwrite"), "source"),
    "target is a folder": (lambda i: ("remove", i.clip, i("nothing"), *BOX, "--codec", "h264"), "folder|container"),
    "target folder missing": (lambda i: ("remove", i.clip, i("no/out.mp4"), *BOX), "does not exist"),
    "target in a file": (lambda i: ("remove", i.clip, i("taken.txt/out.mp4"), *BOX), "folder"),
    "report is the source": (lambda i: ("remove", i.clip, i.out, *BOX, "--report", i.clip), "another name"),
    "target is a clip of the list": (
        lambda i: ("remove", i("clips.ffconcat"), i("listed.mp4"), *BOX, "--overwrite"),
        "its own source listed.mp4",
    ),
    "report is a clip of the list": (
        lambda i: ("remove", i("clips.ffconcat"), i.out, *BOX, "--report", i("listed.mp4"), "--overwrite"),
        "is read for it",
    ),
    "target is the mask video": (
        lambda i: ("remove", i.clip, i("matte.mp4"), "--mask-video", i("matte.mp4"), "--overwrite"),
        "its own source matte.mp4",
    ),
    "target is the mask folder": (
        lambda i: ("remove", i.clip, i("masks"), "--mask-dir", i("masks"), "--codec", "png", "--overwrite"),
        "its own source masks",
    ),
    "report is the object's mask": (
        lambda i: ("remove", i.clip, i.out, "--mask", f"{i('mask.png')}@2", "--report", i("mask.png"), "--overwrite"),
        "is read for it",
    ),
    "report is a reference": (
        lambda i: (
            *("remove", i.clip, i.out, *BOX, "--reference", f"2={i('picture.png')}"),
            *("--report", i("picture.png"), "--overwrite"),
        ),
        "is read for it",
    ),
    "report is one of the masks": (
        lambda i: (
            *("remove", i.clip, i.out, "--mask-dir", i("masks")),
            *("--report", i("masks/00002.png"), "--overwrite"),
        ),
        "is read for it",
    ),
    "whole shapes over the masks": (
        lambda i: (
            *("restore", i.clip, i.out, "--object-masks", i("masks"), "--occluder-masks", i("few_masks")),
            *("--save-amodal", i("masks"), "--overwrite"),
        ),
        "which is read",
    ),
    "report is the target": (lambda i: ("remove", i.clip, i.out, *BOX, "--report", i.out), "another name"),
    "report is a folder": (lambda i: ("remove", i.clip, i.out, *BOX, "--report", i("nothing")), "folder"),
    "report folder missing": (lambda i: ("remove", i.clip, i.out, *BOX, "--report", i("no/r.json")), "does not exist"),
    "report replaces something": (lambda i: ("remove", i.clip, i.out, *BOX, "--report", i("taken.txt")), "overwrite"),
    # the other commands
    "tracking nothing": (lambda i: ("track", i.clip, i("tracked")), "--box or --mask"),
    "tracking a box and a mask": (
        lambda i: ("track", i.clip, i("tracked"), "--box", "1,1,9,9", "--mask", i("picture.png")),
        "give one",
    ),
    "tracking an empty mask": (lambda i: ("track", i.clip, i("tracked"), "--mask", i("picture.png")), "empty"),
    "tracking from after the end": (
        lambda i: ("track", i.clip, i("tracked"), "--mask", f"{i('picture.png')}@9"),
        "frame 9, .* last frame is 5",
    ),
    "tracking text": (lambda i: ("track", i("text.mp4"), i("tracked"), "--box", "1,1,9,9"), r"text\.mp4"),
    "masks into a full folder": (lambda i: ("track", i.clip, i("masks"), "--box", "1,1,9,9"), "--overwrite"),
    "masks into a file": (lambda i: ("track", i.clip, i("taken.txt"), "--box", "1,1,9,9"), "folder"),
    "masks and shadow into one folder": (
        lambda i: ("track", i.clip, i("tracked"), "--box", "1,1,9,9", "--shadow", i("nothing/../tracked")),
        "would both go to .*--shadow another folder",
    ),
    "whole shapes into the result": (
        lambda i: (
            *("restore", i.clip, i.out, "--object-masks", i("masks"), "--occluder-masks", i("masks")),
            *("--save-amodal", i.out),
        ),
        "--save-amodal and OUT are both",
    ),
    "a class without a name": (
        lambda i: (
            *("restore", i.clip, i.out, "--object-masks", i("masks"), "--occluder-masks", i("masks"), "--class", ""),
        ),
        "--class is empty",
    ),
    "candidates where nothing is removed": (
        lambda i: (
            *("restore", i.clip, i.out, "--object-masks", i("masks"), "--occluder-masks", i("masks")),
            *("--candidates", "paper"),
        ),
        "--remove-occluder",
    ),
    "demo with an unknown segmenter": (
        lambda i: ("demo", "--out", i("demo"), "--segmenter", "magic"),
        "no segmenter 'magic'",
    ),
    "starts without tracking": (
        lambda i: ("benchmark", "--out", i("results"), "--start", "box", "--check"),
        "--start and --check work only with --tracking",
    ),
    "networks that are nowhere": (
        lambda i: ("benchmark", "--out", i("results"), "--method", "telea", "--weights", i("no")),
        "no is not a folder",
    ),
    "demo into a file": (lambda i: ("demo", "--out", i("taken.txt")), "is a file"),
    "benchmark of an unknown method": (
        lambda i: ("benchmark", "--out", i("nothing"), "--method", "magic"),
        "magic.*telea",
    ),
    "speed of too few frames": (lambda i: ("benchmark", "--speed", "--frames", "2"), "too few"),
    "speed of composites": (
        lambda i: ("benchmark", "--speed", "--data", i("nothing"), "--count", "2"),
        "--data, --count and --speed do not go together: leave them",
    ),
    "rate of a video": (lambda i: ("remove", i.clip, i.out, "--box", "1,1,9,9", "--rate", "12"), "times of its own"),
    "results that are none": (
        lambda i: ("benchmark", "--out", i("results"), "--method", "telea", "--beside", i("text.png")),
        "text.png cannot be shown beside",
    ),
    "tracking without truth": (lambda i: ("benchmark", "--tracking"), "--data"),
    "tracking of composites": (
        lambda i: ("benchmark", "--tracking", "--data", i("nothing"), "--hole", "box"),
        "--hole and --tracking do not go together",
    ),
    "tracking in an empty folder": (
        lambda i: ("benchmark", "--tracking", "--data", i("nothing"), "--out", i("results")),
        "nothing holds no video clip",
    ),
    "speed of text": (lambda i: ("benchmark", "--speed", "--clip", i("text.mp4")), r"text\.mp4"),
    "length of a clip to time": (lambda i: ("benchmark", "--speed", "--clip", i.clip, "--frames", "9"), "leave it out"),
    "clips to compare on": (lambda i: ("benchmark", "--clip", i.clip), "--clip works only with --speed"),
    # the command line itself
    "unknown command": (lambda i: ("erase", i.clip), "erase"),
    "unknown option": (lambda i: ("remove", i.clip, i.out, "--fast"), "fast"),
    "no target": (lambda i: ("remove", i.clip), "OUT"),
    "no clip": (lambda i: ("remove", "", i.out, *BOX), "'IN'.*empty"),
    "standard input": (lambda i: ("remove", "-", i.out, *BOX), "'IN'.*standard input"),
    "standard output": (lambda i: ("remove", i.clip, "-", *BOX), "'OUT'.*standard input and output"),
    "a name that is too long": (lambda i: ("remove", i.clip, i("x" * 300 + ".mp4"), *BOX), "too long"),
    "a name that leaves no room": (lambda i: ("remove", i.clip, i("x" * 250 + ".mp4"), *BOX), "shorter name"),
    "nothing about weights": (lambda i: ("models",), "models list"),
    "unknown weights": (lambda i: ("models", "fetch", "everything"), "everything"),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_input_gets_one_sentence_and_exit_code_2(
    good: Inputs, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments, expected = BAD[kind]
    before = sorted(path.name for path in good.folder.iterdir())
    assert main(list(arguments(good))) == 2
    said = capsys.readouterr().err
    assert_one_sentence(said, expected)
    assert sorted(path.name for path in good.folder.iterdir()) == before


def assert_one_sentence(said: str, expected: str) -> None:
    lines = said.strip().splitlines()
    assert len(lines) == 1, said
    assert lines[0].startswith("cleanplate: ") and lines[0].endswith((".", "?", "!")), said
    assert "Traceback" not in said and "Error:" not in said
    import re

    assert re.search(expected, lines[0]), said
