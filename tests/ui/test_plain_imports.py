"""With Qt loaded an import reads no source of modules."""

from __future__ import annotations

import subprocess
import sys


def printed_by(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_an_import_after_the_windows_keeps_no_source() -> None:
    count = "import linecache; print(sum('colorsys' in name for name in linecache.cache))"
    assert printed_by(f"import app.ui, colorsys; {count}") == "0"
    assert printed_by(f"import PySide6.QtCore, colorsys; {count}") == "1", "PySide6 reads them no more: take this away"
