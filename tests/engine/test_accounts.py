"""One row an account: what became of it, and what changed against another run."""

from __future__ import annotations

import numpy as np
import pytest

import engine
from engine.files.examples import find_example
from tests.engine.books import row, scenario

LOANS = [
    row("safe", 10.0, 100.0),
    row("near", 1.0, 70.0),
    row("far", 1.0, 60.0),
    row("under", 1.0, 90.0),
    row("idle", 1.0),
]


def run(drop, loans=LOANS, **parts):
    return engine.run(scenario(loans, drop=drop, **parts))


def column(frame, name):
    return dict(zip(frame["account"], frame[name], strict=True))


def test_that_every_account_has_one_row_with_what_became_of_it():
    frame = run(-0.2).accounts_frame()
    assert frame["account"].tolist() == [loan["account"] for loan in LOANS]
    status = column(frame, "status")
    assert (status["safe"], status["far"], status["idle"]) == ("healthy", "healthy", "no debt")
    assert status["under"] == "bad debt"
    assert column(frame, "rounds_liquidated")["near"] > 0
    assert np.isnan(column(frame, "first_liquidated")["far"])
    assert column(frame, "collateral_usd")["safe"] == 1000.0
    assert column(frame, "collateral_usd_end")["safe"] == pytest.approx(800.0)


def test_that_accounts_are_told_against_the_run_before():
    mild, deep = run(-0.2), run(-0.3)
    change = column(deep.accounts_frame(mild), "change")
    assert (change["safe"], change["far"], change["idle"]) == ("", "new", "")
    assert column(mild.accounts_frame(deep), "change")["far"] == "gone"
    assert set(column(mild.accounts_frame(mild), "change").values()) == {"", "same"}


def test_that_more_and_less_are_told_by_what_was_repaid():
    half = run(-0.2, rules={"close": {"kind": "fraction", "close_factor": 0.2}}, simulation={"max_rounds": 1})
    whole = run(-0.2, rules={"close": {"kind": "fraction", "close_factor": 0.5}}, simulation={"max_rounds": 1})
    assert column(whole.accounts_frame(half), "change")["near"] == "more"
    assert column(half.accounts_frame(whole), "change")["near"] == "less"


def test_that_an_account_the_run_before_does_not_have_is_new_and_its_columns_there_are_blank():
    without = run(-0.3, [loan for loan in LOANS if loan["account"] != "near"])
    frame = run(-0.3).accounts_frame(without)
    assert column(frame, "change")["near"] == "new"
    assert np.isnan(column(frame, "repaid_usd_before")["near"])
    assert len(without.accounts_frame(run(-0.3))) == len(LOANS) - 1


def test_that_accounts_of_the_same_name_in_two_markets_are_two():
    markets = {"n": {"collateral": {"ETH": {"liquidation_threshold": 0.8, "liquidation_bonus": 0.1}}}}
    loans = [row("a", 1.0, 70.0), row("a", 1.0, 10.0, market="n")]
    recording = engine.run(scenario(loans, drop=-0.2, markets=markets))
    frame = recording.accounts_frame(recording)
    assert frame[["market", "change"]].to_numpy().tolist() == [["m", "same"], ["n", ""]]


@pytest.mark.parametrize(
    "name", ["teaching-book", "two-protocols", "liquity", "perpetuals", "black-thursday-auctions", "short-squeeze"]
)
def test_that_the_rows_add_up_to_the_figures_of_the_run(name):
    recording = engine.run(find_example(name).load())
    frame, summary = recording.accounts_frame(), recording.summary()
    assert frame["bad_debt_usd"].sum() == pytest.approx(summary["bad_debt_usd"])
    assert frame["repaid_usd"].sum() == pytest.approx(summary["repaid_usd"])
    assert frame["seized_usd"].sum() == pytest.approx(summary["seized_usd"])
