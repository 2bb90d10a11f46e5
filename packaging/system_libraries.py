"""Which system libraries the wheels load but do not contain, and which package brings each on which system.

Part of the bootstrap script: standard library only, and readable by a Python too old to run the program.
"""

from __future__ import annotations

import ctypes
import re
import sys
from pathlib import Path

# soname: (Debian and its children, Fedora and its, Arch and its, SUSE and its)
_FAMILIES = ("debian", "fedora", "arch", "suse")
_PACKAGES = {
    "libGL.so.1": ("libgl1", "libglvnd-glx", "libglvnd", "Mesa-libGL1"),
    "libEGL.so.1": ("libegl1", "libglvnd-egl", "libglvnd", "Mesa-libEGL1"),
    "libgthread-2.0.so.0": ("libglib2.0-0", "glib2", "glib2", "libgthread-2_0-0"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2", "glib2", "libglib-2_0-0"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon", "libxkbcommon", "libxkbcommon0"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs", "dbus", "libdbus-1-3"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig", "fontconfig", "fontconfig"),
    "libfreetype.so.6": ("libfreetype6", "freetype", "freetype2", "libfreetype6"),
    "libX11.so.6": ("libx11-6", "libX11", "libx11", "libX11-6"),
    "libstdc++.so.6": ("libstdc++6", "libstdc++", "gcc-libs", "libstdc++6"),
    "libz.so.1": ("zlib1g", "zlib", "zlib", "libz1"),
}
_INSTALL = {
    "debian": "sudo apt-get install",
    "fedora": "sudo dnf install",
    "arch": "sudo pacman -S",
    "suse": "sudo zypper install",
}
_RELATIVES = {
    "debian": ("debian", "ubuntu", "linuxmint", "raspbian", "pop"),
    "fedora": ("fedora", "rhel", "centos", "rocky", "almalinux"),
    "arch": ("arch", "manjaro"),
    "suse": ("suse", "opensuse"),
}


def missing_libraries() -> list[str]:
    """The sonames that this machine cannot load; always empty away from Linux, where the wheels contain everything."""
    if not sys.platform.startswith("linux"):
        return []
    return [name for name in _PACKAGES if not _loads(name)]


def libraries_in(error_text: str) -> list[str]:
    """The sonames that a failed import names (``libGL.so.1: cannot open shared object file``)."""
    return sorted(set(re.findall(r"(lib[\w.+-]+\.so[.\d]*): cannot open shared object file", error_text)))


def what_to_install(libraries: list[str], os_release: str | None = None) -> str:
    """One sentence that names the missing libraries and the command that installs them.

    Args:
        libraries: sonames.
        os_release: text of ``/etc/os-release``; read from this machine by default.
    """
    family = _family(_read_os_release() if os_release is None else os_release)
    names = ", ".join(libraries)
    plural = "libraries" if len(libraries) > 1 else "library"
    known = [_PACKAGES[name][_FAMILIES.index(family)] for name in libraries if family and name in _PACKAGES]
    unknown = [name for name in libraries if not family or name not in _PACKAGES]
    steps = []
    if known:
        steps.append(f"install it with '{_INSTALL[family]} {' '.join(dict.fromkeys(known))}'")
    if unknown:
        steps.append(f"install the package of your system that contains {', '.join(unknown)}")
    return f"The system {plural} {names} cannot be loaded; {' and '.join(steps)}, then start again."


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _read_os_release() -> str:
    for path in (Path("/etc/os-release"), Path("/usr/lib/os-release")):
        if path.is_file():
            return path.read_text(encoding="utf-8", errors="replace")
    return ""


def _family(os_release: str) -> str:
    """One of the four families, or an empty string."""
    fields = dict(re.findall(r'^(ID|ID_LIKE)="?([^"\n]*)"?$', os_release, flags=re.MULTILINE))
    words = f"{fields.get('ID', '')} {fields.get('ID_LIKE', '')}".lower().replace("-", " ").split()
    for word in words:
        for family, relatives in _RELATIVES.items():
            if word in relatives:
                return family
    return ""
