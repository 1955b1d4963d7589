"""Who imports whom in the program, read from the sources: at the top of a file, or late, inside a function."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tests.shared import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACKAGES = ("engine", "cascade_gui")


def modules() -> dict[str, Path]:
    """Every module of the program, with its file."""
    files = (file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py")))
    return {".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file for file in files}


def imports(file: Path) -> Iterator[tuple[str, bool]]:
    """The dotted names that a file imports, and whether inside a function; what is only for types is left out."""
    yield from _below(ast.parse(file.read_text(encoding="utf-8")), is_late=False)


def _below(node: ast.AST, *, is_late: bool) -> Iterator[tuple[str, bool]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        if isinstance(child, ast.Import):
            yield from ((alias.name, is_late) for alias in child.names)
        elif isinstance(child, ast.ImportFrom) and child.module:
            yield from ((f"{child.module}.{alias.name}", is_late) for alias in child.names)
        yield from _below(child, is_late=is_late or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef))


def module_of(name: str, known: dict[str, Path]) -> str | None:
    """The module of the program that a dotted name stands in; None for a library."""
    while name and name not in known:
        name = name.rpartition(".")[0]
    return name or None
