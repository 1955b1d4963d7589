from __future__ import annotations

import numpy as np
import pytest

from engine.importing.build import import_book
from engine.importing.choices import ImportChoices
from engine.importing.depths import proposed_depth
from engine.importing.parameter_tables import read_liquidity
from tests.shared import SHARED, needs_shared

BOOK = "account,collateral_asset,collateral_amount,debt_asset,debt_amount,collateral_price,debt_price,lt\n"


def imported(tmp_path, text, **choices):
    path = tmp_path / "book.csv"
    path.write_text(text)
    return import_book(path, ImportChoices(**choices))


def test_that_a_book_without_depth_gets_one_that_is_said_to_be_assumed(tmp_path):
    made = imported(tmp_path, BOOK + "a,WETH,10,DAI,9000,2000,1,0.8\nb,SOMETHING,10,USD,9,2,1,0.8\n")
    assets = made.scenario.parameters.assets
    assert assets["WETH"].liquidity.depth_2pct_usd == 23.9e6
    assert assets["SOMETHING"].liquidity.depth_2pct_usd == 3e5
    assert assets["USD"].liquidity.model == "infinite"
    said = " ".join(made.notes.said)
    assert "2 % depths are assumed" in said
    assert "WETH 23,900,000 USD (measured 2023-11-20)" in said
    assert "infinite liquidity, their sale moves no price: USD" in said


def test_that_depth_none_leaves_prices_unmoved_and_says_so(tmp_path):
    made = imported(tmp_path, BOOK + "a,WETH,10,DAI,9000,2000,1,0.8\n", depth="none")
    assert {asset.liquidity.model for asset in made.scenario.parameters.assets.values()} == {"infinite"}
    assert "infinite liquidity, their sale moves no price: WETH, DAI" in " ".join(made.notes.said)


def test_that_a_depth_that_is_told_is_kept(tmp_path):
    params = tmp_path / "params.csv"
    params.write_text("asset,price,lt,depth_2pct_usd\nWETH,2000,0.8,5M\nDAI,1,,\n")
    text = "account,collateral_asset,collateral_amount,debt_asset,debt_amount\na,WETH,10,DAI,9000\n"
    made = imported(tmp_path, text, params=str(params))
    assert made.scenario.parameters.assets["WETH"].liquidity.depth_2pct_usd == 5e6


@pytest.mark.parametrize(("asset", "usd"), [("ETH", 23.9e6), ("cbBTC", 6.52e6), ("rETH", 9.75e6), ("LINK", 1e6)])
def test_that_what_was_not_measured_is_as_its_class(asset, usd):
    assert proposed_depth(asset).depth_2pct_usd == usd


@needs_shared
@pytest.mark.parametrize("asset", ["WETH", "WBTC", "wstETH"])
def test_that_the_measured_depths_are_those_of_their_source(asset, tmp_path):
    lines = (SHARED / "data" / "oneinch_slippage_2023-11-20.csv").read_text().splitlines()
    path = tmp_path / "quotes.csv"
    path.write_text("\n".join([lines[0], *(line for line in lines if line.startswith(f"{asset},USDC,"))]))
    points = np.array(read_liquidity(path)[asset]["points"])
    depth = np.interp(0.02, [0, *points[:, 0]], [0, *points[:, 1]])
    assert proposed_depth(asset).depth_2pct_usd == pytest.approx(depth, rel=2e-3)
