"""Files from the network: what has come is kept and gone on from, the content is checked, the file appears whole.

Proxies and certificates are the environment's and the system's, as ``requests`` finds them. Two programs that want the
same file take turns: the second one waits, and then finds it.
"""

from __future__ import annotations

import errno
import hashlib
import re
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import requests

Progress = Callable[[int, int], object]
"""Called with bytes that are here and bytes in all."""
Checkpoint = Callable[[], object]
"""Called often; raises to stop. What has come so far is kept."""

BLOCK_BYTES = 1 << 16
STALL_S = 30.0
BARREN_TRIES = 2
"""Connections in a row that bring nothing before it is given up."""
_TURN_S = 0.2
_CONTENT_RANGE = re.compile(r"bytes (\d+)-\d*/(\d+|\*)")


class DownloadError(RuntimeError):
    """A file cannot be fetched; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a download must turn out to be.

    Attributes:
        name: what messages call it.
        size_bytes: of the file.
        sha256: of the file, hexadecimal.
    """

    name: str
    size_bytes: int
    sha256: str

    def is_in(self, file: Path, checkpoint: Checkpoint | None = None) -> bool:
        """Whether a file is there and is this one."""
        return file.is_file() and file.stat().st_size == self.size_bytes and sha256_of(file, checkpoint) == self.sha256


def sha256_of(file: Path, checkpoint: Checkpoint | None = None) -> str:
    """The SHA-256 of a file's content, hexadecimal."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(1 << 20):
            if checkpoint is not None:
                checkpoint()
            digest.update(block)
    return digest.hexdigest()


def partial_of(target: Path) -> Path:
    """Where the part of a file lies that has come so far."""
    return target.with_name(f".{target.name}.partial")


def _nothing(*_: object) -> None:
    """Stands in where nobody watches."""


def download(
    address: str,
    target: Path,
    expected: Expected,
    *,
    progress: Progress = _nothing,
    checkpoint: Checkpoint = _nothing,
    stall_s: float = STALL_S,
) -> Path:
    """Fetches a file, unless it is there.

    Args:
        address: where it is, ``http`` or ``https``.
        target: the file; its folder is made.
        expected: what it must be.
        progress: told how far it is.
        checkpoint: raises to stop; a later call goes on from there.
        stall_s: seconds without a byte after which a connection counts as lost.

    Raises:
        DownloadError: there is no network, the server has another file or none, the disk is full, and the like.
    """
    with storing(expected.name, target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = partial_of(target)

        def watch() -> None:
            """Another process is fetching it: how far that is is how far this is."""
            with suppress(OSError):  # it may be renamed at this moment
                progress(partial.stat().st_size, expected.size_bytes)

        with taking_turns(target, checkpoint, watch):
            if expected.is_in(target, checkpoint):
                return target
            _check_room(target, expected)
            _fetch(address, partial, expected, progress, checkpoint, stall_s)
            if not expected.is_in(partial, checkpoint):
                partial.unlink()
                raise DownloadError(
                    f"What came for {expected.name} is not the expected file (SHA-256 differs) and was thrown away; "
                    "try again later, or from another network."
                )
            partial.replace(target)
    return target


@contextmanager
def storing(name: str, folder: Path) -> Iterator[None]:
    """Turns what hinders writing into a folder into a sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DownloadError(f"The disk of {folder} is full: make room for {name}, then try again.") from error
        raise DownloadError(f"{name} could not be stored in {folder}: {error.strerror or error}.") from error


@contextmanager
def taking_turns(target: Path, checkpoint: Checkpoint, watch: Callable[[], None] = _nothing) -> Iterator[None]:
    """Holds a lock beside a file that dies with the process; whoever else wants the file waits, and may give up.

    Args:
        target: the file.
        checkpoint: raises to give up.
        watch: called now and then while somebody else has the lock.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(target.with_name(f".{target.name}.lock"))
    while True:
        checkpoint()
        try:
            lock.acquire(timeout=_TURN_S)
            break
        except Timeout:
            watch()
    try:
        yield
    finally:
        lock.release()


def _check_room(target: Path, expected: Expected) -> None:
    partial = partial_of(target)
    missing = expected.size_bytes - (partial.stat().st_size if partial.exists() else 0)
    free = shutil.disk_usage(target.parent).free
    if free < missing:
        raise DownloadError(
            f"{expected.name} needs {missing / 1e6:.0f} MB in {target.parent}, and there are {free / 1e6:.0f} MB left "
            "on that disk: make room, then try again."
        )


def _fetch(
    address: str, partial: Path, expected: Expected, progress: Progress, checkpoint: Checkpoint, stall_s: float
) -> None:
    """Completes the partial file; a connection that was lost is made again, as long as bytes keep coming."""
    from requests import RequestException

    barren = 0
    while (here := _usable(partial, expected)) < expected.size_bytes:
        checkpoint()
        try:
            _receive(address, partial, expected, progress, checkpoint, stall_s)
        except RequestException as error:
            barren = 0 if _usable(partial, expected) > here else barren + 1
            if barren == BARREN_TRIES or not _usable(partial, expected):
                raise DownloadError(_lost(error, partial, expected)) from error


def _usable(partial: Path, expected: Expected) -> int:
    """How much of the file is here; what is longer than the file is thrown away."""
    if not partial.exists():
        return 0
    if partial.stat().st_size > expected.size_bytes:
        partial.unlink()
        return 0
    return partial.stat().st_size


def _receive(
    address: str, partial: Path, expected: Expected, progress: Progress, checkpoint: Checkpoint, stall_s: float
) -> None:
    """One connection's worth of the file, appended to what is here.

    Raises:
        DownloadError: the server answers with something else.
        requests.RequestException: the connection fails, or ends early.
    """
    from requests import ConnectionError as LostConnection

    here = _usable(partial, expected)
    with closing(_polled(_answer(address, here, expected, stall_s), checkpoint)) as blocks:
        here = int.from_bytes(next(blocks), "big")
        with partial.open("ab" if here else "wb") as out:
            progress(here, expected.size_bytes)
            for block in blocks:
                here += len(block)
                if here > expected.size_bytes:
                    raise DownloadError(_another_file("The server", expected))
                out.write(block)
                progress(here, expected.size_bytes)
    if here < expected.size_bytes:
        raise LostConnection("the connection ended early")


def _answer(address: str, here: int, expected: Expected, stall_s: float) -> Iterator[bytes]:
    """From which byte on the server sends the file, as eight bytes; then what it sends."""
    import requests

    headers = {"Accept-Encoding": "identity"}  # else lengths and ranges would be those of packed bytes
    if here:
        headers["Range"] = f"bytes={here}-"
    with requests.get(address, headers=headers, stream=True, timeout=stall_s) as answer:
        yield _start_of(answer, here, expected).to_bytes(8, "big")
        yield from answer.iter_content(BLOCK_BYTES)


def _polled(blocks: Iterator[bytes], checkpoint: Checkpoint) -> Generator[bytes, None, None]:
    """The same blocks, read by a thread, so that a checkpoint is passed several times a second however slow they are.

    When the caller stops early the thread ends with the block that it waits for.
    """
    passed: Queue[bytes | Exception | None] = Queue(maxsize=8)
    stopped = Event()

    def read() -> None:
        try:
            for block in blocks:
                _put(passed, block, stopped)
                if stopped.is_set():
                    return
            _put(passed, None, stopped)
        except Exception as error:  # noqa: BLE001 - handed to whoever reads
            _put(passed, error, stopped)

    Thread(target=read, name="download", daemon=True).start()
    try:
        while True:
            checkpoint()
            try:
                block = passed.get(timeout=_TURN_S)
            except Empty:
                continue
            if isinstance(block, Exception):
                raise block
            if block is None:
                return
            yield block
    finally:
        stopped.set()


def _put(passed: Queue[bytes | Exception | None], block: bytes | Exception | None, stopped: Event) -> None:
    """Waits for room, unless nobody reads any more."""
    while not stopped.is_set():
        try:
            passed.put(block, timeout=_TURN_S)
            return
        except Full:
            continue


def _start_of(answer: requests.Response, here: int, expected: Expected) -> int:
    """From which byte on the answer holds the file; checks that it is an answer at all.

    Raises:
        DownloadError: it is not, or of another file.
    """
    server = urlsplit(answer.url).netloc or "The server"
    total = str(expected.size_bytes)
    if answer.status_code == 206:
        found = _CONTENT_RANGE.fullmatch(answer.headers.get("Content-Range", ""))
        if found is None or int(found[1]) != here or found[2] not in ("*", total):
            raise DownloadError(_another_file(server, expected))
        return here
    if answer.status_code == 416:  # its file is shorter than what is here
        raise DownloadError(_another_file(server, expected))
    if not answer.ok:
        busy = answer.status_code >= 500 or answer.status_code == 429
        advice = "try again later" if busy else "it may have moved, or a proxy keeps it from you"
        raise DownloadError(f"{server} answers {answer.status_code} ({answer.reason}) for {expected.name}: {advice}.")
    if answer.headers.get("Content-Length", total) != total:
        raise DownloadError(_another_file(server, expected))
    return 0


def _another_file(server: str, expected: Expected) -> str:
    return (
        f"{server} sends another file than the expected {expected.name} (its size differs); a network that asks you to "
        "log in first answers like that: log in, or try another one."
    )


def _lost(error: Exception, partial: Path, expected: Expected) -> str:
    """Says how a connection failed."""
    from requests.exceptions import ProxyError, SSLError, Timeout
    from urllib3.exceptions import ReadTimeoutError

    here = partial.stat().st_size if partial.exists() else 0
    kept = ""
    if here:
        kept = f" {here / 1e6:.1f} of {expected.size_bytes / 1e6:.1f} MB are kept: try again to go on from there."
    stalled = isinstance(error, Timeout) or any(isinstance(each, ReadTimeoutError) for each in error.args)
    if isinstance(error, ProxyError):
        return f"The proxy cannot be reached to fetch {expected.name}; check its settings and try again.{kept}"
    if isinstance(error, SSLError):
        return f"The server of {expected.name} is not trusted (its certificate is refused); check date and network."
    if stalled:
        return f"{expected.name} has stopped coming; check the network and try again.{kept}"
    if here:
        return f"The connection broke while {expected.name} was fetched.{kept}"
    return f"{expected.name} cannot be fetched, its server cannot be reached: check the network and try again."
