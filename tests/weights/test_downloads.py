"""Downloads from a server on this machine that also fails in every way that servers do."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import threading
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from download_server import CONTENT, DownloadServer

from models.downloads import BLOCK_BYTES, DownloadError, Expected, download, partial_of, sha256_of

EXPECTED = Expected("the-weights", len(CONTENT), sha256(CONTENT).hexdigest())
THIRD, HALF = 10 * BLOCK_BYTES, 16 * BLOCK_BYTES


@pytest.fixture
def server() -> Iterator[DownloadServer]:
    opened = DownloadServer()
    yield opened
    opened.close()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "made" / "weights.bin"


class Stopped(Exception):
    """What a test's checkpoint raises."""


def works(server: DownloadServer, target: Path) -> bool:
    """Whether a try without disturbance gives the file."""
    kept = server.behaviour
    kept.go_on.set()
    kept.status, kept.stops_after, kept.stalls_after, kept.content = 0, None, None, CONTENT
    return download(server.address, target, EXPECTED).read_bytes() == CONTENT and not partial_of(target).exists()


def test_a_file_is_fetched_once_with_progress_to_the_end(server: DownloadServer, target: Path) -> None:
    told: list[tuple[int, int]] = []
    assert download(server.address, target, EXPECTED, progress=lambda *at: told.append(at)) == target
    assert target.read_bytes() == CONTENT and sha256_of(target) == EXPECTED.sha256
    assert told[0] == (0, len(CONTENT)) and told[-1] == (len(CONTENT), len(CONTENT)) and told == sorted(told)
    download(server.address, target, EXPECTED)
    assert len(server.behaviour.requests) == 1


def test_a_broken_connection_is_gone_on_from_where_it_broke(server: DownloadServer, target: Path) -> None:
    server.behaviour.stops_after = THIRD
    assert download(server.address, target, EXPECTED).read_bytes() == CONTENT
    ranges = [asked for _, asked in server.behaviour.requests]
    assert ranges[0] == "" and ranges[1] == f"bytes={THIRD}-" and len(ranges) == 4


def test_a_server_without_ranges_begins_again(server: DownloadServer, target: Path) -> None:
    server.behaviour.knows_ranges = False
    target.parent.mkdir()
    partial_of(target).write_bytes(CONTENT[:HALF])
    assert download(server.address, target, EXPECTED).read_bytes() == CONTENT


def test_a_missing_file_and_a_busy_server_are_named(server: DownloadServer, target: Path) -> None:
    server.behaviour.status = 404
    with pytest.raises(DownloadError, match=r"127\.0\.0\.1:\d+ answers 404 .* the-weights: it may have moved"):
        download(server.address, target, EXPECTED)
    server.behaviour.status = 503
    with pytest.raises(DownloadError, match=r"answers 503 .*try again later"):
        download(server.address, target, EXPECTED)
    assert not target.exists() and works(server, target)


def test_another_content_is_thrown_away(server: DownloadServer, target: Path) -> None:
    server.behaviour.content = CONTENT[:-1] + b"!"
    with pytest.raises(DownloadError, match=r"the-weights is not the expected file \(SHA-256 differs\)"):
        download(server.address, target, EXPECTED)
    assert not target.exists() and not partial_of(target).exists() and works(server, target)


@pytest.mark.parametrize("content", [b"<html>log in first</html>", CONTENT + b"more"])
def test_a_file_of_another_size_is_refused_before_it_comes(
    server: DownloadServer, target: Path, content: bytes
) -> None:
    server.behaviour.content = content
    with pytest.raises(DownloadError, match="another file than the expected the-weights"):
        download(server.address, target, EXPECTED)
    assert not target.exists() and works(server, target)


def test_a_server_that_says_no_more_says_what_is_kept(server: DownloadServer, target: Path) -> None:
    server.behaviour.stalls_after = HALF
    with pytest.raises(DownloadError, match=r"has stopped coming; .*1\.0 of 2\.0 MB are kept"):
        download(server.address, target, EXPECTED, stall_s=0.2)
    assert partial_of(target).stat().st_size == HALF
    assert works(server, target) and server.behaviour.requests[-1][1] == f"bytes={HALF}-"


def test_a_stop_is_heard_while_nothing_comes_and_what_came_is_kept(server: DownloadServer, target: Path) -> None:
    server.behaviour.stalls_after = HALF

    def checkpoint() -> None:
        if server.behaviour.waiting.is_set():
            raise Stopped

    with pytest.raises(Stopped):
        download(server.address, target, EXPECTED, checkpoint=checkpoint, stall_s=20)
    assert not target.exists() and works(server, target)


def test_without_a_network_it_says_so(server: DownloadServer, target: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/weights.bin"
        with pytest.raises(DownloadError, match="the-weights cannot be fetched, its server cannot be reached"):
            download(address, target, EXPECTED)
    assert works(server, target)


def test_proxies_of_the_environment_are_used(
    server: DownloadServer, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", server.address.rsplit("/", 1)[0])
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    far = "http://weights.invalid/weights.bin"
    assert download(far, target, EXPECTED).read_bytes() == CONTENT
    assert server.behaviour.requests == [(far, "")]
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{unused.getsockname()[1]}")
        with pytest.raises(DownloadError, match="The proxy cannot be reached"):
            download(far, target.with_name("other.bin"), EXPECTED)


def test_a_disk_without_room_is_named_before_anything_comes(
    server: DownloadServer, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage("/")
    with monkeypatch.context() as patch:
        patch.setattr("models.downloads.shutil.disk_usage", lambda _folder: usage._replace(free=1000))
        with pytest.raises(DownloadError, match=r"needs 2 MB in .* make room, then try again"):
            download(server.address, target, EXPECTED)
    assert server.behaviour.requests == [] and works(server, target)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full, which is a disk that is always full")
@pytest.mark.skipif(sys.platform != "linux", reason="the file that is always full is Linux's")
def test_a_disk_that_fills_up_is_named(server: DownloadServer, target: Path) -> None:
    target.parent.mkdir()
    partial_of(target).symlink_to("/dev/full")
    with pytest.raises(DownloadError, match=r"The disk of .* is full: make room for the-weights"):
        download(server.address, target, EXPECTED)
    partial_of(target).unlink()
    assert works(server, target)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_named(server: DownloadServer, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(DownloadError, match="could not be stored"):
        download(server.address, tmp_path / "weights.bin", EXPECTED)
    tmp_path.chmod(0o700)


def test_two_at_once_fetch_it_once(server: DownloadServer, target: Path) -> None:
    server.behaviour.stalls_after = HALF
    errors: list[BaseException] = []

    def fetch(checkpoint_seen: threading.Event) -> None:
        try:
            download(server.address, target, EXPECTED, checkpoint=checkpoint_seen.set)
        except BaseException as error:  # noqa: BLE001
            errors.append(error)

    first_seen, second_seen = threading.Event(), threading.Event()
    first = threading.Thread(target=fetch, args=(first_seen,))
    first.start()
    assert server.behaviour.waiting.wait(60)
    second = threading.Thread(target=fetch, args=(second_seen,))
    second.start()
    assert second_seen.wait(60)
    server.behaviour.stalls_after = None
    server.behaviour.go_on.set()
    first.join(60)
    second.join(60)
    assert errors == [] and target.read_bytes() == CONTENT
    assert [asked for _, asked in server.behaviour.requests] == ["", f"bytes={HALF}-"]
