"""Every file stands in a room, and the page that describes the rooms names them all."""

from __future__ import annotations

import tomllib

import pytest

from tests.shared import ROOT

LOOSE = {
    "engine": {"__init__.py", "__main__.py", "api.py", "version.py"},
    "cascade_gui": {"__init__.py", "__main__.py", "app.py"},
}


def rooms(package):
    return {folder.name for folder in (ROOT / package).iterdir() if (folder / "__init__.py").is_file()}


@pytest.mark.parametrize("package", LOOSE)
def test_that_nothing_stands_loose_in_a_package(package):
    assert {file.name for file in (ROOT / package).glob("*.py")} == LOOSE[package]


@pytest.mark.parametrize("package", LOOSE)
def test_that_every_room_has_its_place_in_the_layers(package):
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = " ".join(
        layer for contract in settings["contracts"] if contract["type"] == "layers" for layer in contract["layers"]
    )
    missing = {room for room in rooms(package) if f"{package}.{room}" not in layers.replace("|", " ").split()}
    assert not missing


@pytest.mark.parametrize("package", LOOSE)
def test_that_the_page_on_architecture_names_every_room(package):
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert not {room for room in rooms(package) if room not in page}
