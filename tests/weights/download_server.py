"""A server on this machine that serves one file, well or badly."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CONTENT = bytes(range(256)) * 8000


@dataclass
class Behaviour:
    """How the server answers.

    Attributes:
        content: the file.
        status: another answer than the file, 0 for none.
        stops_after: bytes after which each connection is closed; None for never.
        stalls_after: bytes after which nothing more comes, until ``go_on`` is set.
        knows_ranges: whether it goes on from the middle.
        requests: path and range of every request.
        waiting: set while it stalls.
    """

    content: bytes = CONTENT
    status: int = 0
    stops_after: int | None = None
    stalls_after: int | None = None
    knows_ranges: bool = True
    requests: list[tuple[str, str]] = field(default_factory=list)
    waiting: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)


class DownloadServer:
    """Serves until it is closed.

    Attributes:
        behaviour: how; may be changed between requests.
        address: of the file.
    """

    def __init__(self) -> None:
        self.behaviour = Behaviour()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer._answer(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Nothing is printed."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}/weights.bin"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def close(self) -> None:
        self.behaviour.go_on.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        behaviour = self.behaviour
        asked = request.headers.get("Range", "")
        behaviour.requests.append((request.path, asked))
        if behaviour.status:
            request.send_error(behaviour.status)
            return
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked and behaviour.knows_ranges else 0
        rest, total = behaviour.content[start:], len(behaviour.content)
        request.send_response(206 if start else 200)
        if start:
            request.send_header("Content-Range", f"bytes {start}-{total - 1}/{total}")
        request.send_header("Content-Length", str(len(rest)))
        request.end_headers()
        if behaviour.stalls_after is not None and start <= behaviour.stalls_after:
            request.wfile.write(rest[: behaviour.stalls_after - start])
            request.wfile.flush()
            behaviour.waiting.set()
            behaviour.go_on.wait(60)
            request.close_connection = True
            return
        request.wfile.write(rest if behaviour.stops_after is None else rest[: behaviour.stops_after])
        request.close_connection = True
