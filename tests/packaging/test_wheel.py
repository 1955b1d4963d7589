"""What is built can be used without the checkout."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.shared import RESOURCES, ROOT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    pytest.importorskip("hatchling", reason="hatchling builds the wheel; packaging/dev.py installs it")
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_that_a_wheel_holds_the_program_and_its_resources_and_no_more(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    folders = {name.split("/")[0] for name in names}
    assert {folder for folder in folders if not folder.endswith(".dist-info")} == {"engine", "cascade_gui"}
    shipped = {name.removeprefix("cascade_gui/resources/") for name in names if "/resources/" in name}
    assert shipped == {
        path.relative_to(RESOURCES).as_posix()
        for path in RESOURCES.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_that_a_wheel_finds_its_own_resources(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    asked = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from engine.base.resource_files import resource_root; print(resource_root())"
    )
    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (answer.stdout.strip(), answer.stderr) == (str(tmp_path / "cascade_gui" / "resources"), "")
