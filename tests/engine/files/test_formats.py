"""Files of every format there ever was: they open, for ever, with what was saved in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.files import load_recording, load_scenario
from engine.files.migrations import CURRENT
from engine.scenario.provenance import loans_sha256

FORMATS = Path(__file__).parent / "formats"
LOANS_SHA256 = "a0e503316fccbb64efa73b2cf5512ab8d4aa059de096427bb661da873e3872a4"


def test_that_every_format_has_its_files():
    for version in range(1, CURRENT + 1):
        for ending in ("json", "cascade"):
            assert (FORMATS / f"version{version}.{ending}").is_file()


@pytest.mark.parametrize("name", ["version1.json", "version1.cascade"])
def test_that_a_file_of_version_1_opens(name):
    scenario = load_scenario(FORMATS / name)
    assert scenario.name == "version 1"
    assert scenario.parameters.stops[0].title == "The fall"
    assert scenario.parameters.markets["compound"].collateral["WETH"].liquidation_threshold == 0.825
    assert len(scenario.loans) == 21
    assert loans_sha256(scenario.loans) == LOANS_SHA256


def test_that_a_recording_of_version_1_opens():
    recording = load_recording(FORMATS / "version1.cascade")
    summary = recording.summary()
    assert summary["ended"] == "max_rounds reached"
    assert summary["rounds"] == 40
    assert summary["liquidations"] == 74
    assert summary["repaid_usd"] == pytest.approx(270048.5185185184, rel=1e-12)


def test_that_a_recording_of_the_second_format_opens_with_the_figures_of_its_settlements():
    recording = load_recording(FORMATS / "recording2.cascade")
    summary = recording.summary()
    assert summary["pool_usd"] == 1.0
    assert summary["redistributed_usd"] == pytest.approx(6085079.338898547, rel=1e-12)
    assert not recording.rounds[5].settlement_figures["auctions_running"].any()
