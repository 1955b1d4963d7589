"""Black Thursday with the auctions that Maker has had since: keepers who cannot keep up."""

from __future__ import annotations

from typing import Any

import numpy as np
from example_crashes import BLACK_HOURS, published_prices, vaults
from example_parts import Made, scenario

import engine
from engine.scenario.presets import load_preset

ROUND_SECONDS = 90
ROUNDS_AN_HOUR = 3600 // ROUND_SECONDS
TAKES_A_ROUND = 1
NOTES = """
What if Maker had had its present auctions on 12 March 2020? Since 2021 each vault that falls below its ratio is
auctioned at a price that begins 10 % above the oracle's and falls by 1 % every 90 seconds, until somebody takes the
collateral, or the part of it that pays the debt and 13 % on top. After two hours without a taker, or below 45 %, it
begins anew. A round is 90 seconds here, one step.

Look at the plot Auctions. The blue line is what is asked for all lots that run, the other what they would fetch at
the market: each hour the oracle's new price starts auctions above the market, and they fall through it. Who takes
one must send a transaction, and on that day the chain was full: at most {takes} auction can be taken in a round. So
up to {most} auctions run at once (round {peak}), lots are taken long after they have become a bargain, and takers
gain ${profit:.1f}M. ${bad:.2f}M of debt is left, of which the penalties that others paid cover a part and Maker's
stakeholders ${lost:.2f}M. Clear the field "Liquidations a round" and run again: all {count:,} lots are taken as
soon as it pays, takers gain ${free_profit:.1f}M, and {free_bad}. It is the queue that makes bids low, not the
auction.

Real: the oracle's path, which runs an hour behind the market and moves once an hour (ethernian/maker-auctions
fb93a01, ISC, read on-chain), and the auction's parameters (preset Maker Liquidations 2.0, of 2025; its dust limit
is left out). Synthetic: the {vaults} vaults, which are those of the example Black Thursday, drawn so that each new
low endangers as much ETH as was auctioned then; between the hours the market goes in a straight line. Assumed: a
depth of $15M for 2 %, each impact halving in 15 minutes, $50 of gas, and how many transactions get through. The
auctions of the day itself were others, with rising bids, and 1,461 of them were won below 1 DAI for an ETH: see
Help > Real events.
"""


def auctions() -> Made:
    """Put the vaults and the oracle of 12 March 2020 under Maker's falling-price auctions."""
    title = "Black Thursday with auctions"
    summary = "Maker's falling-price auctions on the real oracle path, with keepers who cannot keep up."
    published = published_prices()
    loans, _auctioned, count = vaults(published)
    preset = load_preset("maker-liquidations-2").to_dict()
    settlement = {
        **preset["rules"]["settlement"],
        "curve": {"kind": "stairstep", "cut": 0.99, "step_rounds": 1},
        "reset_rounds": 7200 // ROUND_SECONDS,
    }
    close = {**preset["rules"]["close"], "min_leftover_usd": 0.0}

    def build(notes: str, takes: int | None = TAKES_A_ROUND) -> Any:
        return scenario(
            title,
            notes,
            loans,
            assets={
                "ETH": {
                    "price": published[1],
                    "liquidity": {
                        "model": "exponential",
                        "depth_2pct_usd": 15e6,
                        "permanent_share": 0,
                        "recovery_half_life_rounds": ROUNDS_AN_HOUR // 4,
                    },
                    "oracle": {
                        "kind": "threshold",
                        "deviation": 10.0,
                        "heartbeat_rounds": ROUNDS_AN_HOUR,
                        "delay_rounds": ROUNDS_AN_HOUR,
                    },
                },
                "DAI": {"price": 1.0, "liquidity": {"model": "infinite"}},
            },
            markets={
                "maker": {
                    "collateral": {"ETH": {"liquidation_threshold": 1 / 1.5}},
                    "rules": {**preset["rules"], "close": close, "settlement": settlement},
                }
            },
            shock={"kind": "path", "returns": {"ETH": _path(published)}},
            liquidators={"min_profit_usd": 0, "gas_usd": 50, "max_liquidations_per_round": takes},
            simulation={"round_seconds": ROUND_SECONDS, "max_rounds": 5000},
        )

    run, free = engine.run(build("")), engine.run(build("", None))
    summary_of, summary_free = run.summary(), free.summary()
    free_bad = summary_free["bad_debt_usd"]
    running = [int(step.settlement_figures["auctions_running"][0]) for step in run.rounds]
    notes = NOTES.format(
        takes=TAKES_A_ROUND,
        most=max(running),
        peak=running.index(max(running)),
        profit=summary_of["liquidator_profit_usd"] / 1e6,
        bad=summary_of["bad_debt_usd"] / 1e6,
        lost=summary_of["lender_loss_usd"] / 1e6,
        count=summary_of["liquidations"],
        free_profit=summary_free["liquidator_profit_usd"] / 1e6,
        free_bad="no debt is left" if free_bad < 1 else f"${free_bad / 1e6:.2f}M of debt is left",
        vaults=count,
    )
    return Made("black-thursday-auctions.cascade", title, summary, build(notes))


def _path(published: list[float]) -> list[float]:
    """Return the market's change since the start by round: straight, on a logarithmic scale, from hour to hour.

    What the oracle published at an hour is the market's price of the hour before.
    """
    hours = np.arange(BLACK_HOURS + 1)
    logs = np.log(np.array(published[1 : BLACK_HOURS + 2]) / published[1])
    at = np.arange(1, BLACK_HOURS * ROUNDS_AN_HOUR + 1) / ROUNDS_AN_HOUR
    return [round(float(change), 6) for change in np.expm1(np.interp(at, hours, logs))]
