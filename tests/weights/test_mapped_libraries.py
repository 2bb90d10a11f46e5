"""torch's libraries are mapped before torch is imported, and torch works on them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = """
import sys
from models.devices import map_torch
mapped = map_torch()
assert "torch" not in sys.modules
libraries = open("/proc/self/maps").read()
assert "libtorch_cpu" in libraries
import torch
assert float(torch.ones(3).sum()) == 3 and not map_torch()
assert torch.nn.functional.conv2d(torch.ones(1, 1, 4, 4), torch.ones(1, 1, 3, 3)).tolist() == [[[[9, 9], [9, 9]]]]
print(mapped)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="libraries are mapped ahead on Linux only")
def test_torch_works_on_libraries_that_were_mapped_before() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "True"), done.stderr
