"""Lets imports be what they are without PySide6, which reads the source of every module that is imported after it.

It looks for its own name there, to know which modules may choose other spellings of Qt's names (``__feature__``). No
module here does, and Python keeps all that was read: with the engine's libraries that is 20 million letters in 1,200
files, 50 MB and 0.3 s, in turns that the window waits for. PySide6 6.11 does this; it can go when PySide6 stops to.
"""

from __future__ import annotations

import sys
from types import ModuleType

import PySide6.QtCore  # noqa: F401 - brings what is looked for here

_READER = "_mod_uses_pyside"


def read_no_sources() -> None:
    """From now on imports read no source that they do not compile."""
    feature = sys.modules.get("shibokensupport.feature")
    if feature is not None and hasattr(feature, _READER):
        setattr(feature, _READER, _says_no)


def _says_no(_module: ModuleType) -> bool:
    return False
