"""What the repository as a whole promises."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys

import pytest

from tests.shared import ROOT

PACKAGING = ROOT / "packaging"


def files_of_the_project() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("this is not a clone, so there is no list of the project's files")
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_that_the_folder_packaging_is_no_package():
    assert not list(PACKAGING.rglob("__init__.py"))


def test_that_the_library_packaging_is_found_before_the_folder():
    spec = importlib.util.find_spec("packaging")
    assert spec is not None
    assert spec.origin is not None
    assert not spec.origin.startswith(str(ROOT / "packaging"))
    assert str(PACKAGING) not in sys.path


def test_that_no_file_names_the_host_of_a_package_index():
    host = re.compile(rb"pypi\.org|pythonhosted|--(?:extra-)?index-url|--find-links|registry\.npmjs")
    named = [name for name in files_of_the_project() if host.search((ROOT / name).read_bytes())]
    assert [name for name in named if name != "tests/packaging/test_sources.py"] == []


def imports_of(file):
    imported = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            imported.add(node.module.split(".")[0])
    return imported


def modules_of_the_set_up() -> set[str]:
    """What dev.py reads, directly or not; the scripts beside it that make data are not part of the set-up."""
    found, left = set(), {"dev"}
    while left:
        name = left.pop()
        found.add(name)
        left |= {
            other for other in imports_of(PACKAGING / f"{name}.py") if (PACKAGING / f"{other}.py").exists()
        } - found
    return found


def test_that_the_set_up_needs_nothing_but_python():
    modules = modules_of_the_set_up()
    assert len(modules) > 3
    outside = {
        name: imports_of(PACKAGING / f"{name}.py") - sys.stdlib_module_names - modules for name in sorted(modules)
    }
    assert {name: others for name, others in outside.items() if others} == {}


def test_that_an_older_python_can_read_the_start_of_the_set_up():
    source = (PACKAGING / "dev.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 4))
    assert "__future__" not in source


def test_that_the_engine_imports_no_qt():
    asked = (
        "import sys, pkgutil, importlib, engine\n"
        "for module in pkgutil.walk_packages(engine.__path__, 'engine.'):\n"
        "    if not module.name.endswith('__main__'): importlib.import_module(module.name)\n"
        "print([n for n in sys.modules if n.split('.')[0] in\n"
        "    {'PySide6', 'shiboken6', 'pyqtgraph', 'cascade_gui'}])"
    )
    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (answer.stdout.strip(), answer.stderr) == ("[]", "")


def test_that_importing_the_engine_reads_no_heavy_library():
    asked = (
        "import sys, engine, engine.scenario\n"
        "print([n for n in sys.modules if n in {'numba', 'pandas', 'pyarrow', 'scipy', 'rich', 'PIL'}])"
    )
    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (answer.stdout.strip(), answer.stderr) == ("[]", "")


def test_that_no_module_has_grown_too_long_to_be_read_at_a_sitting():
    modules = [path for folder in ("engine", "cascade_gui", "packaging") for path in (ROOT / folder).rglob("*.py")]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in modules}
    assert {name: lines for name, lines in lengths.items() if lines > 450} == {}
