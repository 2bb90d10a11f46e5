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
# What Qt loads only to show a window on an X display (the xcb plugin's own needs); the command line runs without.
_WINDOW_PACKAGES = {
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor", "libxcb-cursor0"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm", "xcb-util-wm", "libxcb-icccm4"),
    "libxcb-image.so.0": ("libxcb-image0", "xcb-util-image", "xcb-util-image", "libxcb-image0"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms", "libxcb-keysyms1"),
    "libxcb-render-util.so.0": ("libxcb-render-util0", *("xcb-util-renderutil",) * 2, "libxcb-render-util0"),
    "libxcb-util.so.1": ("libxcb-util1", "xcb-util", "xcb-util", "libxcb-util1"),
    "libxcb-randr.so.0": ("libxcb-randr0", "libxcb", "libxcb", "libxcb-randr0"),
    "libxcb-render.so.0": ("libxcb-render0", "libxcb", "libxcb", "libxcb-render0"),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb", "libxcb", "libxcb-shape0"),
    "libxcb-shm.so.0": ("libxcb-shm0", "libxcb", "libxcb", "libxcb-shm0"),
    "libxcb-sync.so.1": ("libxcb-sync1", "libxcb", "libxcb", "libxcb-sync1"),
    "libxcb-xfixes.so.0": ("libxcb-xfixes0", "libxcb", "libxcb", "libxcb-xfixes0"),
    "libxcb-xkb.so.1": ("libxcb-xkb1", "libxcb", "libxcb", "libxcb-xkb1"),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11", "libxkbcommon-x11-0"),
    "libX11-xcb.so.1": ("libx11-xcb1", "libX11-xcb", "libx11", "libX11-xcb1"),
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


def missing_window_libraries() -> list[str]:
    """The sonames that Qt lacks for a window on an X display, though everything else works."""
    if not sys.platform.startswith("linux"):
        return []
    return [name for name in _WINDOW_PACKAGES if not _loads(name)]


def libraries_in(error_text: str) -> list[str]:
    """The sonames that a failed import names (``libGL.so.1: cannot open shared object file``)."""
    return sorted(set(re.findall(r"(lib[\w.+-]+\.so[.\d]*): cannot open shared object file", error_text)))


def what_to_install(libraries: list[str], os_release: str | None = None) -> str:
    """One sentence that names the missing libraries and the command that installs them.

    Args:
        libraries: sonames.
        os_release: text of ``/etc/os-release``; read from this machine by default.
    """
    names = ", ".join(libraries)
    plural = "libraries" if len(libraries) > 1 else "library"
    return f"The system {plural} {names} cannot be loaded; {_steps(libraries, os_release)}, then start again."


def what_the_window_needs(libraries: list[str], os_release: str | None = None) -> str:
    """The same for libraries that only the window needs: nothing to stop for.

    Args:
        libraries: sonames.
        os_release: text of ``/etc/os-release``; read from this machine by default.
    """
    names = ", ".join(libraries)
    return f"A window needs {names} (the command line can do without): {_steps(libraries, os_release)}."


def _steps(libraries: list[str], os_release: str | None) -> str:
    """What to do about missing libraries."""
    family = _family(_read_os_release() if os_release is None else os_release)
    packages = {**_PACKAGES, **_WINDOW_PACKAGES}
    known = [packages[name][_FAMILIES.index(family)] for name in libraries if family and name in packages]
    unknown = [name for name in libraries if not family or name not in packages]
    steps = []
    if known:
        them = "them" if len(libraries) > 1 else "it"
        steps.append(f"install {them} with '{_INSTALL[family]} {' '.join(dict.fromkeys(known))}'")
    if unknown:
        steps.append(f"install the package of your system that contains {', '.join(unknown)}")
    return " and ".join(steps)


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
