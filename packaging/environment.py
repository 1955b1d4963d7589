"""The .venv beside the sources: made once, and again when what it should hold has changed."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import system_libraries
from console import SetUpError, say

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
CONSTRAINTS = ROOT / "packaging" / "constraints.txt"
STAMP = VENV / "cascade-setup.json"
# "cpython-311": packages built for one serve every patch release of it.
PYTHON_KIND = str(sys.implementation.cache_tag)


def ready(*extras: str) -> str:
    """Make sure that .venv holds the pinned packages and Cascade itself.

    Parameters
    ----------
    *extras : str
        Names of optional dependencies in pyproject.toml; those of an earlier call stay installed.

    Returns
    -------
    str
        The path of the environment's Python.

    Raises
    ------
    SetUpError
        Where the environment cannot be made; the message says what is missing.
    """
    python = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    wanted = fingerprint()
    works = _starts(python)
    done, installed = _stamp() if works else ("", set[str]())
    if done == wanted and installed.issuperset(extras):
        return str(python)
    STAMP.unlink(missing_ok=True)
    if not works:
        _make_venv()
    names = sorted(installed.union(extras))
    say("Installing the pinned packages into .venv; the first time this takes some minutes.")
    # What builds packages comes first, pinned like the rest, and builds without an environment of
    # its own, into which pip would take whatever is newest.
    _pip(python, "hatchling", "setuptools")
    project = f"{ROOT}[{','.join(names)}]" if names else str(ROOT)
    _pip(python, "--no-build-isolation", "--editable", project)
    STAMP.write_text(json.dumps({"fingerprint": wanted, "extras": names}), encoding="utf-8")
    return str(python)


def fingerprint() -> str:
    """Hash what decides the content of .venv: the Python, the pins, what the project asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    parts = [
        PYTHON_KIND,
        CONSTRAINTS.read_text(encoding="utf-8"),
        json.dumps([project["project"], project["build-system"], project["tool"]["hatch"]]),
        (ROOT / "engine" / "version.py").read_text(encoding="utf-8"),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def clean(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the process's environment without what would lead Python away from .venv.

    Parameters
    ----------
    extra : mapping of str to str, optional
        Variables to set on top.
    """
    away = {"PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV"}
    kept = {name: value for name, value in os.environ.items() if name not in away}
    return kept | {"PYTHONNOUSERSITE": "1"} | dict(extra or {})


def _stamp() -> tuple[str, set[str]]:
    """Return the fingerprint and the extras of the last installation that came to its end."""
    try:
        found = json.loads(STAMP.read_text(encoding="utf-8"))
        return str(found["fingerprint"]), set(found["extras"])
    except (OSError, ValueError, KeyError, TypeError):
        return "", set()


def _starts(python: Path) -> bool:
    """Whether the environment is there and of the kind of Python that runs this."""
    asked = "import sys, pip; print(sys.implementation.cache_tag)"
    try:
        answer = subprocess.run([python, "-c", asked], capture_output=True, text=True, env=clean(), check=False)
    except OSError:
        return False
    return answer.returncode == 0 and answer.stdout.strip() == PYTHON_KIND


def _make_venv() -> None:
    if importlib.util.find_spec("ensurepip") is None:
        # Debian and Ubuntu keep this part of Python in a package of its own.
        version = "{}.{}".format(*sys.version_info)
        system_libraries.install_packages(["python3-venv", f"python{version}-venv"], "Python's venv")
    say(f"Making {VENV}")
    if subprocess.call([sys.executable, "-m", "venv", "--clear", str(VENV)], env=clean()) != 0:
        raise SetUpError(
            f"{sys.executable} cannot make a virtual environment: install its venv module"
            " (on Debian and Ubuntu: sudo apt-get install python3-venv) and try again."
        )


def _pip(python: Path, *what: str) -> None:
    """Install with the machine's own pip configuration, which knows where packages come from."""
    command = [str(python), "-m", "pip", "install", "--constraint", str(CONSTRAINTS), *what]
    if subprocess.call(command, env=clean(), cwd=ROOT) != 0:
        raise SetUpError(f"pip could not install: {' '.join(command)}")
