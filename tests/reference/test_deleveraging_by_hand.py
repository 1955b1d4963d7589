"""Who is closed against first when a margin engine's fund is empty (Method, section 7), by hand.

A long of 10 ETH at 100 with 50 of margin is bankrupt at 95; ETH falls to 40, and a short gains 60 a token.
"""

from __future__ import annotations

import pytest

from tests.engine.properties.comparing import mark_of
from tests.reference.both_engines import on_both_engines, on_engines_that_have

approx = pytest.approx


def rows(account, **legs):
    """The rows of an account: tokens by asset, negative ones owed."""
    return [
        {"account": account, "market": "m"}
        | (
            {"collateral_asset": asset, "collateral_amount": tokens}
            if tokens > 0
            else {"debt_asset": asset, "debt_amount": -tokens}
        )
        for asset, tokens in legs.items()
    ]


LONG = rows("long", ETH=10.0, USD=-950.0)
MOST_PROFIT = rows("most profit", ETH=-10.0, USD=2000.0)
"""600 on a margin of 1000."""
BEST_RETURN = rows("best return", ETH=-5.0, USD=550.0)
"""300 on a margin of 50, 6 for each; positions of 200 with 350 of equity: times 0.571 is 3.43."""
MOST_LEVERAGE = [*rows("most leverage", ETH=-5.0, BTC=10.0), *rows("most leverage", USD=560.0)]
MOST_LEVERAGE += rows("most leverage", USD=-1000.0)
"""300 on a margin of 60, 5 for each; positions of 1200 with 360 of equity: times 3.33 is 16.7."""


def closed(run, ranking, *others, btc=0.0):
    """Who was closed against, in order, with how many tokens."""
    thresholds = {asset: {"liquidation_threshold": 0.995} for asset in ("ETH", "BTC", "USD")}
    settlement = {"kind": "margin", "quote_asset": "USD"} | ({} if ranking is None else {"adl_ranking": ranking})
    result = run(
        {
            "format": "cascade-scenario/1",
            "assets": {"ETH": {"price": 100.0}, "BTC": {"price": 100.0}, "USD": {"price": 1.0}},
            "markets": {"m": {"collateral": thresholds, "rules": {"settlement": settlement}}},
            "shock": {"kind": "instant", "returns": {"ETH": -0.6, "BTC": btc}},
            "simulation": {"max_rounds": 1},
            "loans": [*LONG, *(row for account in others for row in account)],
        }
    )
    assert result["summary"]["bad_debt_usd"] == approx(0.0, abs=1e-9)
    return [(row["account"], row["repaid"]) for row in result["events"] if mark_of(row) == "deleveraged"]


ALL = (BEST_RETURN, MOST_LEVERAGE, MOST_PROFIT)


@on_both_engines
def test_that_most_profit_in_usd_is_closed_first_unless_said_otherwise(run):
    assert closed(run, None, *ALL) == [("most profit", approx(10.0))]


@on_engines_that_have("adl_ranking")
def test_that_most_profit_can_be_asked_for(run):
    assert closed(run, "profit", *ALL) == [("most profit", approx(10.0))]


@on_engines_that_have("adl_ranking")
def test_that_return_times_leverage_is_what_venues_rank_by(run):
    taken = closed(run, "profit_times_leverage", *ALL)
    assert taken == [("most leverage", approx(5.0)), ("best return", approx(5.0))]


@on_engines_that_have("adl_ranking")
def test_that_pro_rata_closes_each_by_its_share_of_the_profit(run):
    """300, 300 and 600 of profit: 2.5, 2.5 and 5 tokens, in the order of the book."""
    taken = closed(run, "pro_rata", *ALL)
    assert taken == [("best return", approx(2.5)), ("most leverage", approx(2.5)), ("most profit", approx(5.0))]


@on_engines_that_have("adl_ranking")
def test_that_what_one_cannot_take_goes_to_the_others(run):
    """Two shorts of 8: 5 each. The first has lost on BTC and has 130 of equity, gone after 130 / 55 = 2.364 tokens."""
    weak = [*rows("weak", ETH=-8.0, BTC=10.0), *rows("weak", USD=900.0), *rows("weak", USD=-950.0)]
    strong = rows("strong", ETH=-8.0, USD=1800.0)
    taken = closed(run, "pro_rata", weak, strong, btc=-0.5)
    assert taken == [("weak", approx(130 / 55)), ("strong", approx(10 - 130 / 55))]
