"""What is declared in pyproject.toml is what the program imports, no less and no more."""

from __future__ import annotations

import importlib.metadata
import re
import sys
import tomllib

from tests.architecture.imports import PACKAGES, imports, modules
from tests.shared import ROOT

FOR_DEVELOPERS = {"test", "benchmark"}
"""Extras that people who only use the program never install."""

COMES_WITH = {"shiboken6": "pyside6-essentials"}
"""Packages that are half of another one, by which they are declared."""


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared() -> set[str]:
    """The packages that the program asks for, also in extras for those who use it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [lines for extra, lines in project["optional-dependencies"].items() if extra not in FOR_DEVELOPERS]
    lines = [line for group in [project["dependencies"], *extras] for line in group]
    return {plain(re.split(r"[^\w.-]", line)[0]) for line in lines}


def imported() -> dict[str, str]:
    """The packages that the program imports, at the top of a file or in a function, each with a module that does."""
    packages = importlib.metadata.packages_distributions()
    found: dict[str, str] = {}
    for module, file in modules().items():
        for name, _ in imports(file):
            top = name.partition(".")[0]
            if top in PACKAGES or top in sys.stdlib_module_names:
                continue
            package = plain(packages[top][0]) if top in packages else f"{top} (not installed)"
            found.setdefault(COMES_WITH.get(package, package), module)
    return found


def test_that_every_declared_package_is_imported_by_the_program():
    assert declared() - imported().keys() == set()


def test_that_every_imported_package_is_declared():
    undeclared = {package: module for package, module in imported().items() if package not in declared()}
    assert undeclared == {}
