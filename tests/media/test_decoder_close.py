"""A decoder that is closed while its threads have something to log does not stop the program."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from export_clips import make_clip

# In a process of its own: a deadlock holds the GIL, and no test could end it.
CLOSES_OFTEN = """
import sys
from pathlib import Path
import av.logging
from app.media.decoder import StreamDecoder
av.logging.set_level(av.logging.DEBUG)
av.logging.set_libav_level(av.logging.DEBUG)
for _ in range(40):
    decoder = StreamDecoder(Path(sys.argv[1]), 0, 4)
    assert decoder.next_frame() is not None
    decoder.close()
"""


def test_closing_waits_for_threads_that_log(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "in.mp4", options={"g": "5"})
    command = [sys.executable, "-c", CLOSES_OFTEN, str(clip)]
    done = subprocess.run(command, timeout=240, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
