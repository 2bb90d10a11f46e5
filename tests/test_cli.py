"""The command line: what it starts with, what it prints, how it ends."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from clips import Recipe, write_clip
from standin_engine import StandInEngine

import app.workspace.exporting
from app import environment
from app.cli import main
from app.cli.doors import Doors
from app.cli.progress import shown
from app.jobs.context import Progress
from app.media.images import write_image
from app.media.reader import open_clip

ROOT = Path(__file__).resolve().parent.parent
HEAVY = ("torch", "cv2", "PySide6", "av", "onnxruntime", "onnx", "scenedetect")
BOX = ("--box", "10,10,20,20", "--no-track")


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return write_clip(Recipe("libx264", "clip.mp4", times=range(8)), tmp_path)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> StandInEngine:
    """A stand-in in place of every engine."""
    standin = StandInEngine()
    monkeypatch.setattr(app.workspace.exporting, "load_engine", lambda name, **_: standin)
    return standin


@pytest.mark.parametrize(
    "arguments",
    [
        ["--version"],
        ["--help"],
        *([name, "--help"] for name in ("remove", "restore", "render", "track", "demo", "probe", "benchmark")),
    ],
    ids=" ".join,
)
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys\nfrom app.__main__ import main\n"
        f"assert main({arguments!r}) == 0\n"
        f"found = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "assert not found, found\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_help_names_every_option_of_remove(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["remove", "--help"]) == 0
    text = capsys.readouterr().out
    for option in (
        *(
            "--box",
            "--point",
            "--segmenter",
            "--no-track",
            "--hole",
            "--smooth",
            "--mask-dir",
            "--mask-threshold",
            "--mask-video",
            "--reference",
        ),
        *("--engine", "--mode", "--delay", "--dilate", "--feather", "--range", "--trim", "--codec", "--quality"),
        *("--device", "--report", "--overwrite", "--no-cache"),
    ):
        assert option in text


def test_probe_prints_json(clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["probe", str(clip), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["width"], facts["height"], facts["frame_count"], facts["codec"]) == (96, 64, 8, "h264")


def test_probe_prints_lines(clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["probe", str(clip)]) == 0
    text = capsys.readouterr().out
    assert "96x64" in text and "8, 25 a second" in text


def test_probe_tells_streams_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "rich.mov"
    with av.open(str(path), "w") as out:
        pictures = out.add_stream("mpeg4", rate=25)
        pictures.width, pictures.height, pictures.pix_fmt = 96, 64, "yuv420p"
        pictures.codec_context.sample_aspect_ratio = Fraction(4, 3)
        pictures.metadata["timecode"] = "01:00:00:00"
        sound = out.add_stream("pcm_s16le", rate=48000, layout="mono")
        for index in range(3):
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 96, 3), np.uint8))
            frame.pts, frame.time_base = index, Fraction(1, 25)
            out.mux(pictures.encode(frame))
        samples = av.AudioFrame.from_ndarray(np.zeros((1, 4800), np.int16), "s16", "mono")
        samples.sample_rate, samples.pts, samples.time_base = 48000, 0, Fraction(1, 48000)
        out.mux(sound.encode(samples))
        for stream in (pictures, sound):
            out.mux(stream.encode(None))
    assert main(["probe", str(path)]) == 0
    text = capsys.readouterr().out
    assert "pixels     4:3, shown at 2:1" in text
    assert "audio      pcm_s16le, 1 channel at 48000 Hz" in text
    assert "data       timecode" in text and "None" not in text


@pytest.mark.parametrize("mode", ["live", "final"])
def test_remove_writes_the_clip_and_the_report(
    clip: Path, engine: StandInEngine, mode: str, capsys: pytest.CaptureFixture[str]
) -> None:
    target, report = clip.with_name("out.mkv"), clip.with_name("report.json")
    arguments = ["remove", str(clip), str(target), *BOX, "--codec", "ffv1", "--mode", mode, "--report", str(report)]
    assert main(arguments) == 0
    assert "8 frames, 8 of them cleaned" in capsys.readouterr().out
    data = json.loads(report.read_text())
    assert data["settings"]["mode"] == mode and len(data["frames"]) == 8
    assert data["outside_hole"]["identical"] is True
    assert data["versions"]["engine"] == "stand-in 1"
    with open_clip(target) as result:
        assert len(result) == 8


def test_the_same_command_again_goes_on_from_the_cache(clip: Path, engine: StandInEngine) -> None:
    arguments = ["remove", str(clip), str(clip.with_name("out.mkv")), *BOX, "--mode", "live", "--overwrite"]
    assert main(arguments) == 0
    assert len(engine.stepped) == 8
    assert main(arguments) == 0
    assert len(engine.stepped) == 8
    assert main([*arguments, "--no-cache"]) == 0
    assert len(engine.stepped) == 16


def test_a_box_that_is_not_tracked_is_the_hole_with_a_soft_border(clip: Path, engine: StandInEngine) -> None:
    target, report = clip.with_name("out.mkv"), clip.with_name("report.json")
    given = ["remove", str(clip), str(target), *BOX, "--report", str(report)]
    assert main([*given, "--feather", "0"]) == 0
    assert json.loads(report.read_text())["frames"][0]["hole_px"] == 400
    assert main([*given, "--overwrite", "--dilate", "2", "--hole", "box"]) == 0
    assert json.loads(report.read_text())["settings"]["dilate_px"] == 2


@pytest.mark.parametrize("mode", ["final", "live"])
def test_masks_of_neighbours_are_united_as_far_as_asked(clip: Path, engine: StandInEngine, mode: str) -> None:
    (clip.parent / "masks").mkdir()
    for index in range(8):
        mask = np.zeros((64, 96), np.uint8)
        mask[:, 10 * index : 10 * index + 1] = 255
        write_image(clip.parent / "masks" / f"{index:05d}.png", mask)
    report = clip.with_name("report.json")
    given = ["remove", str(clip), str(clip.with_name("out.mkv")), "--mask-dir", str(clip.parent / "masks")]
    given += ["--overwrite", "--mode", mode, "--dilate", "0", "--feather", "0", "--report", str(report)]
    columns = {}
    for smooth in ((), ("--smooth", "0"), ("--smooth", "4")):
        assert main([*given, *smooth]) == 0
        columns[smooth] = json.loads(report.read_text())["frames"][4]["hole_px"] // 64
    causal = mode == "live"
    assert columns == {(): 2 if causal else 3, ("--smooth", "0"): 1, ("--smooth", "4"): 5 if causal else 8}


def test_an_engine_that_fails_ends_with_1_and_the_logs_place(
    clip: Path, engine: StandInEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    engine.fails_at = 3
    target, report = clip.with_name("out.mp4"), clip.with_name("report.json")
    with environment.file_logging():
        assert main(["remove", str(clip), str(target), *BOX, "--mode", "live", "--report", str(report)]) == 1
    said = capsys.readouterr().err
    assert len(said.strip().splitlines()) == 1 and "frame 3" in said and str(environment.log_file()) in said
    assert "Traceback" in environment.log_file().read_text()
    assert not target.exists()
    data = json.loads(report.read_text())
    assert "frame 3" in data["failure"] and data["totals"]["frames_failed"] == 1


def test_benchmark_speed_times_a_clip(clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["benchmark", "--speed", "--clip", str(clip)]) == 0
    said = capsys.readouterr().out
    assert all(f"clip.mp4  {what}: " in said for what in ("decode and encode", "live", "final"))


def test_a_clip_of_one_frame_works(tmp_path: Path, engine: StandInEngine) -> None:
    clip = write_clip(Recipe("libx264", "one.mp4", times=range(1)), tmp_path)
    assert main(["remove", str(clip), str(tmp_path / "out.mp4"), *BOX]) == 0
    with open_clip(tmp_path / "out.mp4") as result:
        assert len(result) == 1


def test_a_picture_sequence_goes_in_and_out(tmp_path: Path, engine: StandInEngine) -> None:
    (tmp_path / "shots").mkdir()
    for number in range(1001, 1007):
        write_image(tmp_path / "shots" / f"shot.{number}.png", np.full((48, 64, 3), number % 256, np.uint8))
    target = tmp_path / "clean"
    assert main(["remove", str(tmp_path / "shots"), str(target), *BOX, "--codec", "png"]) == 0
    assert sorted(path.name for path in target.iterdir()) == [f"shot.{number}.png" for number in range(1001, 1007)]


def test_track_writes_a_mask_for_every_frame(clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = clip.with_name("masks")
    given = ["track", str(clip), str(folder), "--box", "20,20,30,30@2"]
    assert main([*given, "--range", "2:6"]) == 0
    assert sorted(path.name for path in folder.iterdir()) == [f"{index:05d}.png" for index in range(2, 6)]
    said = capsys.readouterr().out
    assert "4 masks" in said and re.search(r"3 masks tracked in [\d.]+ s, [\d.]+ a second from first to last; ", said)
    assert main([*given, "--overwrite"]) == 0
    assert len(list(folder.iterdir())) == 8
    capsys.readouterr()
    assert main([*given, "--overwrite"]) == 0
    assert "none was tracked anew" in capsys.readouterr().out
    assert main([*given, "--overwrite", "--no-cache"]) == 0
    assert "7 masks tracked in" in capsys.readouterr().out
    assert main([*given, "--overwrite", "--no-cache", "--range", "2:3"]) == 0
    assert "Nothing was tracked: the frames asked for are those that are marked." in capsys.readouterr().out


@pytest.mark.parametrize("mode", ["final", "live"])
def test_a_range_comes_out_as_a_whole_removal_has_it(clip: Path, mode: str) -> None:
    given = ["--box", "20,20,30,30@2", "--no-track", "--engine", "propagate", "--mode", mode, "--codec", "ffv1"]
    whole, ranged = clip.with_name("whole.mkv"), clip.with_name("ranged.mkv")
    assert main(["remove", str(clip), str(whole), *given]) == 0
    assert main(["remove", str(clip), str(ranged), *given, "--range", "4:7", "--trim", "--no-cache"]) == 0
    with open_clip(whole) as expected, open_clip(ranged) as result:
        assert len(result) == 3
        for index, frame in enumerate(result.frames()):
            wanted = expected.frame(4 + index)
            assert all(np.array_equal(a, b) for a, b in zip(frame.planes, wanted.planes, strict=True)), index


def test_masks_from_a_folder_and_from_a_video_are_the_same(clip: Path, engine: StandInEngine, tmp_path: Path) -> None:
    (tmp_path / "masks").mkdir()
    mask = np.zeros((64, 96), np.uint8)
    mask[16:48, 32:64] = 255
    for index in range(8):
        write_image(tmp_path / "masks" / f"{index:05d}.png", mask)
    found = []
    for option, source in (("--mask-dir", tmp_path / "masks"), ("--mask-video", _video_of(mask, tmp_path))):
        report = tmp_path / "report.json"
        arguments = [str(clip), str(tmp_path / "out.mkv"), option, str(source), "--report", str(report)]
        assert main(["remove", *arguments, "--overwrite", "--dilate", "0", "--feather", "0"]) == 0
        found.append([frame["hole_px"] for frame in json.loads(report.read_text())["frames"]])
    assert found == [[32 * 32] * 8] * 2


def _video_of(mask: np.ndarray, folder: Path) -> Path:
    import av

    path = folder / "masks.mkv"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = mask.shape[1], mask.shape[0], "gray"
        for _ in range(8):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(mask, format="gray")))
        out.mux(stream.encode(None))
    return path


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KiB, where the machine lets us make one."""
    place = tmp_path / "tiny"
    place.mkdir()
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if mount is None or umount is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("making a small file system needs root on Linux")
    done = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip(f"this machine lets nobody mount: {done.stderr.decode().strip()}")
    yield place
    subprocess.run([umount, str(place)], check=True)


def test_a_full_disk_gets_one_sentence_and_leaves_nothing(
    tmp_path: Path, tiny_disk: Path, engine: StandInEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    noisy = write_clip(Recipe("rawvideo", "noisy.mov", "rgb24", size=(320, 240), times=range(8)), tmp_path)
    assert main(["remove", str(noisy), str(tiny_disk / "out.mkv"), *BOX, "--codec", "ffv1"]) == 2
    said = capsys.readouterr().err.strip()
    assert "disk is full" in said and len(said.splitlines()) == 1
    assert list(tiny_disk.iterdir()) == []


def test_a_folder_that_cannot_be_written_gets_one_sentence(
    clip: Path, engine: StandInEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("/proc is Linux's")
    assert main(["remove", str(clip), "/proc/out.mp4", *BOX]) == 2
    said = capsys.readouterr().err.strip()
    assert "/proc" in said and len(said.splitlines()) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize(("mode", "sent"), [("live", "SIGINT"), ("final", "SIGINT"), ("live", "SIGTERM")])
def test_ctrl_c_and_kill_leave_no_half_file_and_say_how_to_go_on(tmp_path: Path, mode: str, sent: str) -> None:
    clip = write_clip(Recipe("libx264", "clip.mp4", times=range(30)), tmp_path)
    code = f"""
import os, signal, sys
sys.path[:0] = [{str(ROOT / "tests" / "engine")!r}]
import app.workspace.exporting
from app.engine.results import ResultCache
from standin_engine import StandInEngine
app.workspace.exporting.load_engine = lambda name, **_: StandInEngine()
kept = ResultCache.put
def put_and_interrupt(self, key, payload):
    kept(self, key, payload)
    ResultCache.put = kept
    os.kill(os.getpid(), signal.{sent})
ResultCache.put = put_and_interrupt
from app.__main__ import main
sys.exit(main({["remove", str(clip), str(tmp_path / "out.mp4"), *BOX, "--mode", mode]!r}))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 130, done.stderr
    assert "not written" in done.stderr and "same command again" in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["clip.mp4"]


def test_progress_without_a_terminal_is_a_line_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr("app.cli.progress.time.monotonic", lambda: now[0])
    with shown("Removing") as report:
        for done in range(1, 61):
            now[0] += 1.0
            report(Progress(done, 60, "Writing"))
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "Writing: 15 of 60, 1.0 a second" and len(lines) == 4
    with shown("Removing") as report:
        now[0] += 100.0
        report(Progress(7, None))
    assert capsys.readouterr().err == "Removing: 7\n"


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_in_a_terminal_names_no_frames_where_bytes_are_counted() -> None:
    out = _Terminal()
    with shown("Fetching", stream=out) as report:
        for done in range(1, 6):
            report(Progress(done, 9, "Fetching weights (KiB)"))
            time.sleep(0.02)
    assert "5/9" in out.getvalue() and " a second" in out.getvalue() and "frames" not in out.getvalue()


def test_the_signal_handler_is_put_back(clip: Path, engine: StandInEngine) -> None:
    before = signal.getsignal(signal.SIGINT)
    assert main(["remove", str(clip), str(clip.with_name("out.mp4")), *BOX]) == 0
    assert signal.getsignal(signal.SIGINT) is before


def test_a_reference_that_changes_nothing_is_named(
    clip: Path, engine: StandInEngine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_clip(clip) as reader:
        write_image(tmp_path / "painted.png", reader.frame(0).rgb)
    painted = ("--reference", f"1={tmp_path / 'painted.png'}", "--reference", f"6={tmp_path / 'painted.png'}")
    assert main(["remove", str(clip), str(tmp_path / "out.mkv"), *BOX, *painted, "--range", "0:4"]) == 0
    said = capsys.readouterr().out
    assert "The reference of frame 6 was not used: it lies outside the range." in said
    assert "frame 1" not in said


def test_what_is_wrong_with_the_source_is_told(
    engine: StandInEngine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = write_clip(Recipe("libx264", "wiped.mp4", times=range(12)), tmp_path)
    data = bytearray(source.read_bytes())
    start = data.find(b"mdat") - 4
    end = start + int.from_bytes(data[start : start + 4], "big")
    data[end - 400 : end] = bytes(400)
    source.write_bytes(data)
    assert main(["remove", str(source), str(tmp_path / "out.mp4"), *BOX]) == 0
    assert "About the source: the last" in capsys.readouterr().out


def test_a_cache_folder_that_cannot_be_made_is_named(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("CLEANPLATE_CACHE_DIR", str(tmp_path / "file"))
    for how in (("--no-track",), ()):
        assert main(["remove", str(clip), str(tmp_path / "out.mkv"), "--box", "10,10,20,20", *how]) == 2
        said = capsys.readouterr().err
        assert "cannot be used" in said and "name another one in CLEANPLATE_CACHE_DIR." in said


def test_a_file_in_a_commands_place_is_opened(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So do file managers start a program."""
    monkeypatch.setattr(environment, "check_screen", lambda: None)
    opened: list[Path | None] = []
    doors = Doors(lambda file: opened.append(file) or 0, lambda clips: None)
    assert main([str(clip)], doors) == 0 and main([], doors) == 0
    assert opened == [clip, None]


def test_what_is_neither_a_command_nor_a_file_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["remvoe"]) == 2
    assert "remvoe" in capsys.readouterr().err
