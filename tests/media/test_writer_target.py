"""The result appears whole or not at all, and every refusal is one sentence."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from export_clips import Sound, export, frames_of, make_clip

from app.core.errors import UserError
from app.core.file_names import objection
from app.media.reader import open_clip
from app.media.target import write_error
from app.media.writer import ClipWriter, ExportSettings


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    return make_clip(folder / "in.mp4", sounds=[Sound("aac")])


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def left_in(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_nothing_but_the_result_is_left(source: Path, out: Path) -> None:
    export(source, out / "a.mp4")
    assert left_in(out) == ["a.mp4"]
    assert (out / "a.mp4").stat().st_mode & 0o777 == 0o666 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_an_existing_target_needs_overwrite(source: Path, out: Path) -> None:
    (out / "a.mp4").write_bytes(b"precious")
    with pytest.raises(UserError, match="--overwrite"):
        export(source, out / "a.mp4")
    assert (out / "a.mp4").read_bytes() == b"precious" and left_in(out) == ["a.mp4"]
    export(source, out / "a.mp4", overwrite=True)
    assert len(frames_of(out / "a.mp4")) == 10 and left_in(out) == ["a.mp4"]


def test_an_existing_target_stays_until_the_new_one_is_whole(source: Path, out: Path) -> None:
    (out / "a.mp4").write_bytes(b"precious")
    with open_clip(source) as reader, ClipWriter(out / "a.mp4", reader.info, ExportSettings(overwrite=True)) as writer:
        writer.write(reader.frame(0))
        assert (out / "a.mp4").read_bytes() == b"precious"
    assert (out / "a.mp4").read_bytes() == b"precious" and left_in(out) == ["a.mp4"]


def test_a_target_that_appears_meanwhile_is_not_replaced(source: Path, out: Path) -> None:
    with open_clip(source) as reader, ClipWriter(out / "a.mp4", reader.info, ExportSettings()) as writer:
        for frame in reader.frames():
            writer.write(frame)
        (out / "a.mp4").write_bytes(b"precious")
        with pytest.raises(UserError, match="appeared"):
            writer.finish()
    assert (out / "a.mp4").read_bytes() == b"precious" and left_in(out) == ["a.mp4"]


def test_the_source_is_never_replaced(source: Path) -> None:
    before = source.read_bytes()
    with pytest.raises(UserError, match="its own source"):
        export(source, source, overwrite=True)
    link = source.parent / "link.mp4"
    link.hardlink_to(source)
    with pytest.raises(UserError, match="its own source"):
        export(source, link, overwrite=True)
    assert source.read_bytes() == before


def test_a_sequences_own_folder_is_never_replaced(source: Path, out: Path) -> None:
    export(source, out / "pictures", codec="png")
    with pytest.raises(UserError, match="its own source"):
        export(out / "pictures", out / "pictures", codec="png", overwrite=True)
    assert len(left_in(out / "pictures")) == 10


@pytest.mark.parametrize(
    ("target", "settings", "says"),
    [
        ("missing/a.mp4", {}, "does not exist"),
        ("a.avi", {}, "AVI keeps no time stamps"),
        ("a.txt", {}, "names no format"),
        ("a.mov", {"codec": "ffv1"}, "cannot be written into QuickTime"),
        ("a.mkv", {"codec": "dnxhr"}, "cannot be written into Matroska"),
        ("a.mp4", {"codec": "nonsense"}, "no codec named 'nonsense'"),
        ("a.mp4", {"codec": "h264", "quality": "perfect"}, "no quality named 'perfect'"),
        ("a.mov", {"codec": "prores_hq", "quality": "lossless"}, "cannot be written at quality 'lossless'"),
        ("a.png", {}, "go into a folder"),
        ("a.mp4", {"codec": "png"}, "into a folder, not into a.mp4"),
        ("folder.mp4", {}, "it is a folder"),
        ("file", {"codec": "png"}, "it is a file"),
        ("pictures", {"codec": "png", "start_number": -1}, "give 0 or more"),
        ("a.mp4", {"codec": "h264", "extra": (("crf", "abc"),)}, "H.264"),
    ],
)
def test_targets_and_settings_that_cannot_be(
    source: Path, out: Path, target: str, settings: dict[str, object], says: str
) -> None:
    (out / "folder.mp4").mkdir()
    (out / "file").write_bytes(b"x")
    before = left_in(out)
    with pytest.raises(UserError) as caught:
        export(source, out / target, **settings)
    assert says in str(caught.value) and "\n" not in str(caught.value)
    assert left_in(out) == before


def test_a_folder_without_permission_gets_a_sentence(source: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refuse)  # root may write everywhere, so the system is played
    with pytest.raises(UserError, match="permission denied; choose a folder"):
        export(source, out / "a.mp4")


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, RuntimeError])
@pytest.mark.parametrize(("target", "codec"), [("a.mp4", None), ("a.mkv", "ffv1"), ("pictures", "png")])
def test_an_abort_leaves_nothing(
    source: Path, out: Path, interrupt: type[BaseException], target: str, codec: str | None
) -> None:
    def work() -> None:
        with (
            open_clip(source) as reader,
            ClipWriter(out / target, reader.info, ExportSettings(codec=codec)) as writer,
        ):
            for index in range(5):
                writer.write(reader.frame(index))
            raise interrupt

    with pytest.raises(interrupt):
        work()
    assert left_in(out) == []


def test_an_export_without_frames_is_refused(source: Path, out: Path) -> None:
    def work() -> None:
        with open_clip(source) as reader, ClipWriter(out / "a.mp4", reader.info, ExportSettings()) as writer:
            writer.finish()

    with pytest.raises(UserError, match="nothing was written"):
        work()
    assert left_in(out) == []


def test_a_folder_with_other_things_is_never_replaced(source: Path, out: Path) -> None:
    (out / "notes.txt").write_text("precious")
    for overwrite in (False, True):
        with pytest.raises(UserError, match=r"exists already|other things than pictures"):
            export(source, out, codec="png", overwrite=overwrite)
    assert (out / "notes.txt").read_text() == "precious" and left_in(out.parent) == ["out", "source"]


def test_a_sequence_replaces_a_sequence_whole(source: Path, out: Path) -> None:
    export(source, out / "pictures", codec="png")
    with pytest.raises(UserError, match="--overwrite"):
        export(source, out / "pictures", codec="png")
    export(source, out / "pictures", codec="png", overwrite=True, start=0, stop=3)
    assert left_in(out / "pictures") == ["00000.png", "00001.png", "00002.png"] and left_in(out) == ["pictures"]


def test_a_folder_that_fills_meanwhile_is_not_replaced(source: Path, out: Path) -> None:
    (out / "pictures").mkdir()
    with open_clip(source) as reader, ClipWriter(out / "pictures", reader.info, ExportSettings(codec="png")) as writer:
        for frame in reader.frames():
            writer.write(frame)
        (out / "pictures" / "mine.png").write_bytes(b"precious")
        with pytest.raises(UserError, match="appeared"):
            writer.finish()
    assert left_in(out / "pictures") == ["mine.png"] and left_in(out) == ["pictures"]


_LIMITED = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
sys.path[:0] = [{root!r}, {tests!r}]
from pathlib import Path
from export_clips import export
from app.core.errors import UserError
from app.core.file_names import objection
resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))
try:
    export(Path({source!r}), Path({target!r}), codec={codec!r})
except UserError as error:
    print(error)
    sys.exit(2)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on a file's size")
@pytest.mark.parametrize(("target", "codec"), [("a.mkv", "ffv1"), ("a.mp4", "ffv1"), ("a.mov", "prores_hq")])
def test_a_file_that_cannot_grow_leaves_nothing(source: Path, out: Path, target: str, codec: str) -> None:
    script = _LIMITED.format(
        root=str(Path(__file__).parents[2]), tests=str(Path(__file__).parent), source=str(source),
        target=str(out / target), codec=codec,
    )  # fmt: skip
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 2, done.stderr
    assert "grew larger" in done.stdout and left_in(out) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Path:
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)]
    try:
        made = subprocess.run(mount, capture_output=True, timeout=120, check=False).returncode == 0
    except OSError:
        made = False
    if not made:
        pytest.skip("this machine does not let a test mount a small file system")
    yield place  # type: ignore[misc]
    subprocess.run(["umount", str(place)], capture_output=True, timeout=120, check=False)


@pytest.mark.parametrize(("target", "codec"), [("a.mkv", "ffv1"), ("a.mov", "prores_hq"), ("pictures", "tiff")])
def test_a_full_disk_gets_a_sentence_and_leaves_nothing(
    source: Path, small_disk: Path, target: str, codec: str
) -> None:
    with pytest.raises(UserError, match="disk is full"):
        export(source, small_disk / target, codec=codec)
    assert left_in(small_disk) == []


@pytest.mark.parametrize(
    ("number", "says"),
    [(errno.ENOSPC, "disk is full"), (errno.EFBIG, "grew larger"), (errno.EROFS, "read-only")],
)
def test_disk_errors_have_sentences(number: int, says: str) -> None:
    sentence: Callable[[], str] = lambda: str(write_error(Path("a.mp4"), OSError(number, os.strerror(number))))  # noqa: E731
    assert says in sentence().lower() and "a.mp4" in sentence()


@pytest.mark.skipif(sys.platform != "win32", reason="only Windows refuses to replace what is open")
def test_a_target_that_a_program_has_open_is_refused_before_anything_is_computed(source: Path, out: Path) -> None:
    export(source, out / "a.mp4")
    with (out / "a.mp4").open("rb"), pytest.raises(UserError, match="another program has it open"):
        export(source, out / "a.mp4", overwrite=True)
    assert left_in(out) == ["a.mp4"] and len(frames_of(out / "a.mp4")) == 10


def test_a_name_that_the_system_does_not_take_is_refused_before_anything_is_computed(
    source: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.media.target.objection", lambda name: objection(name, "win32"))
    for name in ("NUL.mp4", "out:1.mp4"):
        with pytest.raises(UserError, match=r"Cannot write .*Windows.*another name"):
            export(source, out / name)
    assert left_in(out) == []


@pytest.mark.skipif(sys.platform != "linux", reason="a folder of Linux in which nothing can be made")
def test_a_folder_that_takes_no_files_is_named(source: Path) -> None:
    with pytest.raises(UserError, match="Cannot write into /proc: no such file or directory; choose a folder"):
        export(source, Path("/proc/a.mp4"))
