"""The page on real events tells what its script computes from the data, and where the data is from."""

from __future__ import annotations

import csv
import re
import struct
import subprocess
import sys

import pytest

import engine
from engine.base.resource_files import resource_path
from engine.files.examples import find_example
from tests.shared import ROOT, SHARED, needs_shared

PICTURES = ("events-auctions.png", "events-example.png", "events-may-2021.png", "events-october-2025.png")
SOURCES = (
    "ethernian/maker-auctions fb93a01",
    "wanderindev/crypto-bot 2535e55",
    "0xknxwledge/group-m-finm33150-final 64385d3",
    "th3nolo/aave-v3-data",
    "rtuchman/compound-risk-optimization f7b808af",
    "xenophonlabs/crvUSDrisk 7d17fa7",
)


@pytest.fixture(scope="module")
def page():
    return resource_path("help", "real-events.md").read_text(encoding="utf-8")


@needs_shared
def test_that_every_figure_of_the_page_is_what_the_script_computes():
    done = subprocess.run(
        [sys.executable, "packaging/data_builders/make_events_report.py", "--check"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@needs_shared
def test_that_the_near_zero_bids_are_those_of_the_data(page):
    """Counted here again, without the script."""
    path = SHARED / "data" / "maker_eth_a_auctions_2019-11_2020-04.csv"
    with path.open(encoding="utf-8", newline="") as file:
        cheap = [row for row in csv.DictReader(file) if float(row["price_dai_per_eth"]) < 1]
    taken = sum(float(row["collateral_seized"]) for row in cheap)
    assert (len(cheap), round(taken, 2)) == (1461, 62842.93)
    assert "1,461 auctions" in page
    assert "62,842.93 ETH" in page


def test_that_the_page_tells_the_figures_of_the_bundled_examples(page):
    black = engine.run(find_example("black-thursday").load()).summary()
    october = engine.run(find_example("october-2025").load()).summary()
    assert f"{black['rounds']} rounds of an hour, {black['liquidations']:,} liquidations" in page
    assert f"${black['repaid_usd'] / 1e6:.1f}M repaid" in page
    assert f"| as bundled | {october['repaid_usd'] / 1e6:.1f} |" in page


def test_that_the_page_names_its_sources_and_says_what_it_leaves_out(page):
    for source in SOURCES:
        assert source in page
    assert page.count("**What misses, and why**") == 3
    assert page.count("**synthetic book**") == 2


def test_that_the_page_has_no_figure_left_blank(page):
    assert re.findall(r"\{\w+\}", page) == []


def test_that_the_pictures_are_there_described_and_fit_the_window(page):
    shown = re.findall(r"!\[(.+)\]\((.+)\)", page)
    assert tuple(name for _, name in shown) == PICTURES
    for description, name in shown:
        assert len(description) > 40
        data = resource_path("help", name).read_bytes()
        width, height = struct.unpack(">II", data[16:24])
        assert data[:8] == b"\x89PNG\r\n\x1a\n"
        assert 600 < width <= 750
        assert 300 < height < 700
