"""What Qt needs from a Linux system, and the virtual screen that tests run on."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

from console import SetUpError, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SIZE = "1920x1080x24"


class Library(NamedTuple):
    """A shared library by the name Qt loads it under, and the packages that hold it."""

    name: str
    debian: str
    fedora: str


OFFSCREEN = (
    Library("libEGL.so.1", "libegl1", "libglvnd-egl"),
    Library("libGL.so.1", "libgl1", "libglvnd-glx"),
    Library("libxkbcommon.so.0", "libxkbcommon0", "libxkbcommon"),
    Library("libdbus-1.so.3", "libdbus-1-3", "dbus-libs"),
    Library("libfontconfig.so.1", "libfontconfig1", "fontconfig"),
    Library("libfreetype.so.6", "libfreetype6", "freetype"),
    Library("libglib-2.0.so.0", "libglib2.0-0", "glib2"),
    Library("libX11.so.6", "libx11-6", "libX11"),
)
SCREEN = (
    Library("libX11-xcb.so.1", "libx11-xcb1", "libX11-xcb"),
    Library("libxkbcommon-x11.so.0", "libxkbcommon-x11-0", "libxkbcommon-x11"),
    Library("libxcb-cursor.so.0", "libxcb-cursor0", "xcb-util-cursor"),
    Library("libxcb-icccm.so.4", "libxcb-icccm4", "xcb-util-wm"),
    Library("libxcb-image.so.0", "libxcb-image0", "xcb-util-image"),
    Library("libxcb-keysyms.so.1", "libxcb-keysyms1", "xcb-util-keysyms"),
    Library("libxcb-render-util.so.0", "libxcb-render-util0", "xcb-util-renderutil"),
    Library("libxcb-randr.so.0", "libxcb-randr0", "libxcb"),
    Library("libxcb-shape.so.0", "libxcb-shape0", "libxcb"),
    Library("libxcb-xkb.so.1", "libxcb-xkb1", "libxcb"),
)


def missing(libraries: Sequence[Library]) -> list[Library]:
    """Return those that this system cannot load; a process of its own tries, and keeps none."""
    tried = (
        "import ctypes, sys\nfor name in sys.argv[1:]:\n    try: ctypes.CDLL(name)\n    except OSError: print(name)\n"
    )
    names = [library.name for library in libraries]
    answer = subprocess.run([sys.executable, "-c", tried, *names], capture_output=True, text=True, check=True)
    absent = set(answer.stdout.split())
    return [library for library in libraries if library.name in absent]


def provide(libraries: Sequence[Library], *, virtual_screen: bool = False) -> None:
    """Install what of Qt's needs is missing, or name the command that would.

    Parameters
    ----------
    libraries : sequence of Library
        What has to be there.
    virtual_screen : bool, default False
        Whether Xvfb has to be there too.

    Raises
    ------
    SetUpError
        Where something is missing and may not be installed from here.
    """
    if not sys.platform.startswith("linux"):
        return
    absent = missing(libraries)
    debian = {library.debian for library in absent}
    fedora = {library.fedora for library in absent}
    if virtual_screen and shutil.which("Xvfb") is None:
        debian.add("xvfb")
        fedora.add("xorg-x11-server-Xvfb")
    if debian:
        names = [library.name for library in absent] or ["Xvfb"]
        install_packages(sorted(debian), f"Qt's {', '.join(names)}", sorted(fedora))


def install_packages(debian: Sequence[str], needed: str, fedora: Sequence[str] = ()) -> None:
    """Install system packages where this user may, else say how.

    Parameters
    ----------
    debian, fedora : sequence of str
        The packages' names on Debian and Ubuntu, and on Fedora.
    needed : str
        What they are wanted for, as it reads in a message.

    Raises
    ------
    SetUpError
        Where they could not be installed; the message holds the command to type.
    """
    if shutil.which("apt-get"):
        steps = [
            ["apt-get", "update"],
            [
                "env",
                "DEBIAN_FRONTEND=noninteractive",
                "apt-get",
                "-o",
                "DPkg::Lock::Timeout=300",  # a system that installs something else just now is waited for
                "install",
                "-y",
                "--no-install-recommends",
                *debian,
            ],
        ]
        by_hand = f"sudo apt-get install {' '.join(debian)}"
    elif shutil.which("dnf") and fedora:
        steps = [["dnf", "install", "-y", *fedora]]
        by_hand = f"sudo dnf install {' '.join(fedora)}"
    else:
        raise SetUpError(f"This system lacks {needed}: install it with the system's package manager.")
    prefix = _as_administrator()
    if prefix is None:
        raise SetUpError(f"This system lacks {needed}. Type: {by_hand}")
    say(f"Installing {needed}: {by_hand}")
    # An update that fails for one source of many need not stop the installation.
    results = [subprocess.call([*prefix, *step], stdin=subprocess.DEVNULL) for step in steps]
    if results[-1] != 0:
        raise SetUpError(f"{needed} could not be installed. Type: {by_hand}")


def _as_administrator() -> list[str] | None:
    """Return what to put before a command to run it as root unasked, or None where that fails."""
    if os.geteuid() == 0:
        return []
    asks_nothing = ["sudo", "-n"]
    if shutil.which("sudo") and subprocess.call([*asks_nothing, "true"], stderr=subprocess.DEVNULL) == 0:
        return asks_nothing
    return None


@contextlib.contextmanager
def virtual_screen() -> Iterator[dict[str, str]]:
    """Start Xvfb on a free display for the duration of a `with`.

    Yields
    ------
    dict of str to str
        The variables that send Qt there; none on macOS and Windows, which have their own screen.
    """
    if not sys.platform.startswith("linux"):
        yield {}
        return
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-screen", "0", SIZE, "-nolisten", "tcp", "-noreset"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        if server.stdout is None or not (number := server.stdout.readline().strip()):
            raise RuntimeError(f"Xvfb did not start (exit status {server.wait()}).")
        yield {"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb", "WAYLAND_DISPLAY": ""}
    finally:
        server.terminate()
        server.wait()
