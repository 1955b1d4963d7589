"""The rows of a book by market and collateral: those that looking at each row finds."""

from __future__ import annotations

import numpy as np

from engine.importing.collateral_rows import CollateralRows
from engine.scenario.loans import LoanTable


def test_that_pairs_and_their_terms_are_those_of_the_rows():
    random = np.random.default_rng(5)
    records = []
    for number in range(200):
        record = {"account": f"a{number}", "market": f"m{random.integers(5)}"}
        if random.random() < 0.9:
            record["collateral_asset"] = f"T{random.integers(4)}"
        if random.random() < 0.9:
            record["liquidation_threshold"] = round(float(random.random()), 3)
        records.append(record)
    rows = CollateralRows(LoanTable.from_records(records))
    pairs = {(each["market"], each["collateral_asset"]) for each in records if "collateral_asset" in each}
    assert len(rows.pairs) == len(pairs)
    assert set(rows.pairs) == pairs
    for market, asset in pairs:
        own = [
            each.get("liquidation_threshold", np.nan)
            for each in records
            if (each["market"], each.get("collateral_asset")) == (market, asset)
        ]
        assert np.array_equal(rows.own_terms(market, asset, "liquidation_threshold"), own, equal_nan=True)
        first = None if np.isnan(own).any() else own[0]
        assert rows.own_term(market, asset, "liquidation_threshold") == first


def test_that_a_book_without_collateral_has_no_pairs():
    rows = CollateralRows(LoanTable.from_records([{"account": "a", "market": "m"}]))
    assert rows.pairs == []
    assert rows.own_term("m", "WETH", "liquidation_bonus") is None
