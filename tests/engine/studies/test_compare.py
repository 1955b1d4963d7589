"""A scenario beside proposals and beside other scenarios."""

from __future__ import annotations

import json

import numpy as np
import pytest

import engine
from engine.base.faults import BadInput
from engine.studies.known_studies import find_study
from engine.studies.pairs import Pairs, share_estimate
from engine.studies.runs import Runs
from tests.engine.studies.books import ladder

THRESHOLD = "markets.lender.collateral.WETH.liquidation_threshold"
BONUS = "markets.lender.collateral.WETH.liquidation_bonus"
DEPTH = "assets.WETH.liquidity.depth_multiplier"
FALL = {"kind": "instant", "returns": {"WETH": -0.4}}
CERTAIN = {"fall": (0.4, 0.0), "fall_within": "12s", "volatility": {"WETH": 1e-9}, "horizon": "10min"}
"""Every path is a fall of 40 % in one round."""


def change(path, value, name="Proposal"):
    return engine.Proposal(name, {path: value})


def test_that_a_proposal_that_changes_nothing_is_the_same_in_all_paths():
    scenario = ladder([12_000.0, 14_000.0, 15_500.0], bonus=0.05, shock=FALL)
    found = engine.studies.compare(scenario, proposal=change(THRESHOLD, 0.8), paths=40, horizon="20min")
    assert found.figures["same_share"] == 1.0
    assert found.figures["better_share"] == found.figures["worse_share"] == 0.0
    assert found.figures["total_loss_usd.mean.difference"] == 0.0
    assert found.figures["total_loss_usd.difference"] == 0.0
    assert found.answer.verdict[0] == "Total loss is the same in all 40 paths (to $1k)."
    assert "Proposal changes nothing." in found.answer.notes
    assert found.frame("parameters").empty


def test_that_a_higher_bonus_costs_what_the_exchange_says():
    """An account of 10 WETH at 2,000 owes 15,000; after a fall of 40 % its 12,000 repay 12,000 / (1 + b)."""
    scenario = ladder([15_000.0], bonus=0.0, shock=FALL)
    found = engine.studies.compare(scenario, proposal=change(BONUS, 0.05), paths=30, same=100, **CERTAIN)
    figures, more = found.figures, 12_000.0 / 21.0
    assert figures["total_loss_usd.before"] == pytest.approx(3_000.0)
    assert figures["total_loss_usd.difference"] == pytest.approx(more)
    assert figures["repaid_usd.difference"] == pytest.approx(-more)
    assert figures["total_loss_usd.mean.difference"] == pytest.approx(more, rel=1e-6)
    assert figures["total_loss_usd.mean.difference.low"] == pytest.approx(more, rel=1e-6)
    assert figures["total_loss_usd.var_95.difference"] == pytest.approx(more, rel=1e-6)
    assert figures["worse_share"] == 1.0
    assert figures["worse_share.low"] == pytest.approx(0.025 ** (1 / 30))
    assert "smaller in 0 % of 30 paths, larger in 100 %, the same (to $100) in 0 %" in found.answer.verdict[0]
    assert "19 % more" in found.answer.verdict[1]
    assert "But $571 less is liquidated." in found.answer.verdict[1]
    tolerant = engine.studies.compare(scenario, proposal=change(BONUS, 0.05), paths=90, same=600, **CERTAIN)
    assert tolerant.figures["same_share"] == 1.0
    assert "which counts as the same" in tolerant.answer.verdict[1]
    assert tolerant.answer.verdict[2].startswith("VaR 95 stays")
    assert tolerant.frame("results")["meaning"][0] == "the same"


def test_that_twice_the_depth_halves_what_a_sale_adds_to_a_fall():
    """On a linear curve of depth d, 10 WETH sold at 2,000 (1 - s) take the price down by 0.02 of their worth over d."""
    scenario = ladder([15_000.0], bonus=0.0, shock=FALL, liquidity={"model": "linear", "depth_2pct_usd": 4_000.0})
    found = engine.studies.compare(scenario, proposal=change(DEPTH, 2.0), paths=20, **CERTAIN)
    adds = 0.6 * 0.02 * 12_000.0 / 4_000.0
    assert found.figures["fall.WETH.before"] == pytest.approx(0.4 + adds)
    assert found.figures["fall.WETH.difference"] == pytest.approx(-adds / 2)
    assert found.figures["fall.WETH.mean.difference"] == pytest.approx(-adds / 2, rel=1e-6)
    row = found.frame("results").set_index(["over", "measure"]).loc["broad downturn", "fall.WETH"]
    assert (row["lower_share"], row["meaning"]) == (1.0, "better")


def test_that_rows_are_single_runs_of_each():
    liquidity = {"model": "exponential", "depth_2pct_usd": 20_000.0}
    scenario = ladder([12_000.0, 14_000.0, 15_000.0], bonus=0.05, liquidity=liquidity, shock=FALL, name="Today")
    other = ladder([9_000.0, 15_500.0], bonus=0.08, liquidity=liquidity, shock=FALL, name="Smaller")
    found = engine.studies.compare(
        scenario, other=other, proposal=[change(THRESHOLD, 0.7, "Lower")], paths=4, horizon="20min",
        depeg="USDC=0.9:0.02",
    )  # fmt: skip
    frame = found.frame()
    assert frame["scenario"].value_counts().to_dict() == {"Today": 9, "Smaller": 9, "Lower": 9}
    for row in range(len(frame)):
        summary = engine.run(found.open(row)).summary()
        for name in ("repaid_usd", "total_loss_usd", "rounds", "liquidations"):
            assert frame[name][row] == pytest.approx(summary[name], rel=1e-9), (row, name)
    by = frame.set_index(["scenario", "class"])["total_loss_usd"]
    for prefix, name in (("", "Smaller"), ("alternative_2.", "Lower")):
        for kind, begins in (("broad downturn", ""), ("broken correlation", "broken_correlation.")):
            change_of = by[name, kind].mean() - by["Today", kind].mean()
            mean = found.figures[f"{prefix}{begins}total_loss_usd.mean.difference"]
            assert mean == pytest.approx(change_of, abs=1e-9), (name, kind)
    listed = found.frame("differences")
    assert listed["total_loss_usd.difference"].abs().is_monotonic_decreasing
    assert len(listed) == 16


def test_that_prices_move_alike_in_scenarios_that_begin_at_others():
    scenario = ladder([15_000.0], shock=FALL)
    data = ladder([30_000.0], shock=FALL).to_dict()
    data["assets"]["WETH"]["price"] = 4_000.0
    data["assets"] = {"PEPE": {"price": 7.0}, **data["assets"]}
    found = engine.studies.compare(scenario, other=engine.from_dict(data), paths=10, horizon="20min", same=0)
    rows = found.frame()
    today, twice = (rows[(rows["scenario"] == name) & (rows["path"] == 3)] for name in ("today", "another scenario"))
    assert today["fall.WETH"].tolist() == pytest.approx(twice["fall.WETH"].tolist())
    assert 2 * today["repaid_usd"].iloc[-1] == pytest.approx(twice["repaid_usd"].iloc[-1])
    parameters = found.frame("parameters").set_index("path")
    assert parameters.loc["assets", "today"] != parameters.loc["assets", "another scenario"]
    assert "loans" in parameters.index


def test_that_the_critical_fall_is_told_of_both():
    """One account that is liquidatable after a fall of 25 %, or with a threshold of 0.7 after 1 - 0.6 / 0.7."""
    liquidity = {"model": "exponential", "depth_2pct_usd": 400.0}
    scenario = ladder([12_000.0], bonus=0.0, liquidity=liquidity, shock=FALL)
    found = engine.studies.compare(scenario, proposal=change(THRESHOLD, 0.7), critical="WETH", paths=0)
    assert found.figures["critical_shock.before"] == pytest.approx(-0.25, abs=1e-4)
    assert found.figures["critical_shock.after"] == pytest.approx(0.6 / 0.7 - 1, abs=1e-4)
    assert "A fall of WETH of 14.3 % instead of 25.0 % doubles itself" in " ".join(found.answer.verdict)
    row = found.frame("results").set_index("measure").loc["critical_shock"]
    assert row["meaning"] == "worse"


def test_that_a_search_that_was_stopped_tells_no_critical_fall():
    scenario = ladder([12_000.0], bonus=0.0, shock=FALL)
    study = find_study("compare")
    settings = study.settings({"proposal": change(THRESHOLD, 0.7), "critical": "WETH", "paths": 10})
    runs = Runs(progress=lambda done, _: runs.stop() if done >= 3 else None)
    found = study.make(scenario, settings, runs)
    assert found.stopped
    assert "critical_shock.before" not in found.figures
    assert not any("doubles" in line for line in found.answer.verdict)
    assert "The search for the critical fall of WETH was stopped before it was through." in found.answer.notes
    assert found.answer.verdict, "what was run to its end is told"


def test_that_without_paths_the_own_shock_is_the_verdict():
    found = engine.studies.compare(ladder([15_000.0], shock=FALL), proposal=change(BONUS, 0.05), paths=0)
    assert found.answer.verdict == (
        "In one run of the scenario's own shock total loss is $571 larger (19 %): $3.57k instead of $3k.",
        "$571 less is liquidated: $11.4k instead of $12k.",
    )
    assert "better_share" not in found.figures
    assert len(found.frame()) == 2


def test_that_neither_threads_nor_more_paths_change_a_path():
    scenario = ladder([12_000.0, 14_000.0, 15_000.0], bonus=0.05, shock=FALL)
    given = {"proposal": change(THRESHOLD, 0.7), "horizon": "10min"}
    many = engine.studies.compare(scenario, paths=40, threads=2, **given).frame()
    few = engine.studies.compare(scenario, paths=7, **given).frame()
    for name in ("today", "Proposal"):
        one, other = (each[(each["scenario"] == name)].head(8).reset_index(drop=True) for each in (many, few))
        assert one.equals(other)


def test_that_intervals_hold_the_truth_as_often_as_they_say():
    """Of lognormal losses with and without a factor, and of the share in which the second is larger."""
    drawn = np.random.default_rng(5).lognormal(size=(2, 2_000, 400))
    held, shares = [], []
    for one, other in zip(*drawn, strict=True):
        pairs = Pairs(one, 0.9 * one + 0.1 * other)
        figures = pairs.mean_figures("loss")
        held.append(figures["loss.mean.difference.low"] <= 0.0 <= figures["loss.mean.difference.high"])
        share = share_estimate(pairs.shares(0.0)[1], len(pairs))
        shares.append(share.low <= 0.5 <= share.high)
    assert 0.93 <= np.mean(held) <= 0.97
    assert 0.94 <= np.mean(shares) <= 0.98  # exact: never less than 95 %, but for the chance of 2,000 draws


def test_that_settings_are_kept_with_what_was_proposed():
    scenario = ladder([15_000.0], shock=FALL, name="Today")
    found = engine.studies.compare(scenario, proposal=change(BONUS, 0.05), other=scenario, paths=0).to_dict()
    assert json.loads(json.dumps(found["settings"]))["proposal"] == [change(BONUS, 0.05).to_dict()]
    assert found["settings"]["other"][0]["name"] == "Today"
    assert found["verdict"]
    assert {row["scenario"] for row in found["rows"]} == {"Today", "Today (2)", "Proposal"}


def test_that_an_answer_comes_back_with_its_scenario_and_its_rows_open(tmp_path):
    liquidity = {"model": "exponential", "depth_2pct_usd": 20_000.0}
    scenario = ladder([12_000.0, 14_000.0], bonus=0.05, liquidity=liquidity, shock=FALL)
    other = ladder([9_000.0], shock=FALL, name="Other")
    found = engine.studies.compare(
        scenario, other=other, proposal=[change(THRESHOLD, 0.7), change("shock.returns.WETH", -0.5, "Deeper")], paths=3,
        horizon="10min",
    )  # fmt: skip
    engine.save(scenario, tmp_path / "book.cascade", studies=[found])
    again = engine.load_studies(tmp_path / "book.cascade")["compare"]
    assert again.answer.verdict == found.answer.verdict
    frame = again.frame()
    for row in range(len(frame)):
        if frame["scenario"][row] == "Other":
            with pytest.raises(BadInput, match="not there any more"):
                again.open(row)
            continue
        summary = engine.run(again.open(row)).summary()
        assert frame["repaid_usd"][row] == pytest.approx(summary["repaid_usd"], rel=1e-9), row


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "nothing to compare with"),
        ({"proposal": {"format": "cascade-proposal/1", "name": "Empty", "changes": {}}}, "at least one PATH"),
        ({"proposal": change("markets.aave.rules.trigger", "below")}, "not in this scenario"),
        ({"proposal": change(THRESHOLD, 80)}, "80"),
        ({"proposal": "nowhere.json"}, "nowhere.json: there is no such file"),
        ({"other": "nowhere.cascade"}, "nowhere.cascade: there is no such file"),
        ({"other": 5}, "other"),
        ({"proposal": change(BONUS, 0.1), "critical": "DOGE"}, "USDC, WETH, WBTC"),
        ({"proposal": change(BONUS, 0.1), "paths": -1}, "paths"),
        ({"proposal": change(BONUS, 0.1), "horizon": "1s"}, "at least one round"),
        ({"proposal": change("simulation.round_seconds", 60)}, "paths 0"),
    ],
)
def test_that_bad_input_names_its_place(settings, said):
    with pytest.raises(BadInput) as error:
        engine.studies.compare(ladder([15_000.0], shock=FALL), **settings)
    assert said in str(error.value)
    assert "\n" not in str(error.value)
