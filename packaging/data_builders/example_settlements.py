"""Examples of settlements in lending: an absorbed inventory, a stability pool, a debt asset above its peg."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from example_parts import Made, loan, scenario
from example_small import DOLLAR, rules

import engine
from engine.scenario.presets import load_preset

if TYPE_CHECKING:
    from engine.reading.recorded_run import RecordedRun

ABSORB_NOTES = """
Compound III takes an account over as a whole: it pays all debt, credits the owner with 95 % of what the collateral
is worth, and holds the collateral as its own. It sells only while its cash reserves are below the target of $5M, to
whoever pays the oracle's price less 2.5 %, and buyers come only while selling on at the market earns them more than
that. So liquidating and selling are two things, and time may lie between them.

Look at the plot Inventory: WETH and WBTC fall over ten rounds, {count} accounts are absorbed, the inventory grows
to ${most:.1f}M (round {peak}) and the cash reserves fall to {lowest} with it, as the protocol has paid the debts.
Then buyers take the inventory at up to $2.5M a round, the price they push down comes back in between, and the cash
returns. After round {sold} the inventory is sold, and the reserves have gone from $2.0M to {end}: the penalty of 5
% has to pay for the discount and for the fall of what lay in the inventory meanwhile, and does not: suppliers lose
${lost:.1f}M.

Rules and collateral parameters are those of the preset Compound III. The book is invented: {accounts} accounts
(seed 3), $2M of reserves, most of each sale's impact halving every two rounds. Give it $10M of reserves under
Safety and the sales stop early: {kept} of collateral stay with the protocol, and so does their risk.
"""
POOL_NOTES = """
Liquity has no liquidators that sell. A stability pool of ${pool:.0f}M that others have put in pays the debt of
whoever falls below 110 %, and takes the collateral; depositors sell a third of what they get. When the pool is
empty, debt and collateral are given to all other borrowers in proportion to their collateral, and who takes over a
debt of 1 against collateral of at most 1.1 is himself nearer to 110 % than before.

Look at the plot Stability pool: ETH falls by 35 % over twenty rounds, the pool pays in {rounds} rounds and is empty
in round {empty}; from then on ${passed:.1f}M of debt is passed on. {count} loans are closed; {by_passing} of them
would have stayed above 110 % without the debts of others. Select an account in the loan book and step: its debt and
its collateral grow without anything it did.

Rules and threshold are those of the preset Liquity v1. The book is invented: {accounts} loans (seed 11) and the
pool's size. Put $20M into the field Pool and run again: nobody takes over anything.
"""
PEG_NOTES = """
The debt is a dollar that must be bought. Liquidators repay DAI and have to get it first (liquidators.buy_debt), in
a market in which ${depth:.1f}M moves its price by 2 %. Each liquidation sells WETH and buys DAI, so the debt of
everybody grows while the collateral falls: a deleveraging spiral, as at Maker in March 2020, when DAI stood well
above a dollar.

WETH falls by 30 % at once. With DAI fixed at a dollar there are {plain} liquidations; here there are {count}, WETH
ends {fall:.1f} % down, and DAI reaches {top:.3f} dollars in round {peak}. Look at the price of DAI (choose it in
the title of the price plot), and select an account: its debt in dollars grows with it. A third of each impact is
permanent, the rest halves every three rounds.

Invented numbers throughout: {accounts} loans (seed 5) at one protocol, with the close factor and bonus of many. To
compare, set the curve of DAI to "Infinite" and run again.
"""


def settlements() -> list[Made]:
    """Return the three examples."""
    return [absorbed(), pool(), above_the_peg()]


def absorbed() -> Made:
    """Compound III: accounts are absorbed, and the collateral waits for buyers."""
    title = "Compound III: an inventory for sale"
    summary = "Whole accounts are taken over; their collateral is sold later, at a discount, while reserves are low."
    preset = load_preset("compound-v3").to_dict()
    prices = {"WETH": 2400.0, "WBTC": 62_000.0}
    ceiling = {name: preset["collateral"][name]["max_ltv"] for name in prices}
    random = np.random.Generator(np.random.PCG64(3))
    loans = []
    accounts = 160
    for number in range(accounts):
        asset = "WETH" if random.random() < 0.7 else "WBTC"
        worth = float(np.exp(random.normal(14.2, 1.0)))
        share = float(random.uniform(0.35, 0.97)) * ceiling[asset]
        loans.append(
            loan(
                f"c-{number + 1:03d}",
                "comet",
                (asset, round(worth / prices[asset], 4)),
                ("USDC", round(worth * share, 2)),
            )
        )
    recovering = {"permanent_share": 0.15, "recovery_half_life_rounds": 2}

    def build(notes: str, reserve_usd: float = 2e6) -> Any:
        return scenario(
            title,
            notes,
            loans,
            assets={
                "WETH": {
                    "price": prices["WETH"],
                    "liquidity": {"model": "exponential", "depth_2pct_usd": 8e6, **recovering},
                },
                "WBTC": {
                    "price": prices["WBTC"],
                    "liquidity": {"model": "exponential", "depth_2pct_usd": 10e6, **recovering},
                },
                "USDC": DOLLAR,
            },
            markets={
                "comet": {
                    "collateral": {name: preset["collateral"][name] for name in prices},
                    "rules": {
                        **preset["rules"],
                        "settlement": {**preset["rules"]["settlement"], "buyers_usd_per_round": 2.5e6},
                    },
                    "safety": {"reserve_usd": reserve_usd},
                }
            },
            shock={"kind": "instant", "returns": {"WETH": -0.28, "WBTC": -0.2}, "over_rounds": 10},
            simulation={"max_rounds": 1000},
        )

    run, rich = engine.run(build("")), engine.run(build("", 10e6))
    inventory, cash = figure(run, "inventory_usd"), figure(run, "cash_reserves_usd")
    notes = ABSORB_NOTES.format(
        count=run.summary()["liquidations"],
        most=inventory.max() / 1e6,
        peak=int(inventory.argmax()),
        lowest=signed(cash.min()),
        sold=int(np.flatnonzero(inventory > 1)[-1]),
        end=signed(cash[-1]),
        kept=signed(figure(rich, "inventory_usd")[-1]),
        lost=run.summary()["lender_loss_usd"] / 1e6,
        accounts=accounts,
    )
    return Made("compound-iii.json", title, summary, build(notes))


def pool() -> Made:
    """Liquity: the pool drains, then debt goes to the other borrowers."""
    title = "Liquity: the pool runs dry"
    summary = "A stability pool pays until it is empty; after that, debt and collateral go to the other borrowers."
    preset = load_preset("liquity-v1").to_dict()
    price = 3000.0
    size = 8e6
    random = np.random.Generator(np.random.PCG64(11))
    loans = []
    accounts = 140
    for number in range(accounts):
        amount = float(np.exp(random.normal(4.3, 0.9)))
        ratio = 1.25 + 1.6 * float(random.beta(1.2, 2.2))
        loans.append(
            loan(
                f"t-{number + 1:03d}",
                "liquity",
                ("ETH", round(amount, 3)),
                ("LUSD", round(amount * price / ratio, 2)),
            )
        )

    def build(notes: str, size: float = size) -> Any:
        settlement = {**preset["rules"]["settlement"], "pool_usd": size, "sell_share": 0.3333}
        return scenario(
            title,
            notes,
            loans,
            assets={
                "ETH": {"price": price, "liquidity": {"model": "exponential", "depth_2pct_usd": 5e6}},
                "LUSD": DOLLAR,
            },
            markets={
                "liquity": {
                    "collateral": {"ETH": preset["collateral"]["ETH"]},
                    "rules": {**preset["rules"], "settlement": settlement},
                }
            },
            shock={"kind": "instant", "returns": {"ETH": -0.35}, "over_rounds": 20},
        )

    run = engine.run(build(""))
    left, passed = figure(run, "pool_usd"), figure(run, "redistributed_usd")
    before = _above_before(run)
    notes = POOL_NOTES.format(
        pool=size / 1e6,
        rounds=int((np.diff(left) < 0).sum()),
        empty=int(np.flatnonzero(left <= 1)[0]),
        passed=passed.sum() / 1e6,
        count=run.summary()["liquidations"],
        by_passing=before,
        accounts=accounts,
    )
    return Made("liquity.json", title, summary, build(notes))


def _above_before(run: RecordedRun) -> int:
    """Return how many loans were closed that the last oracle price alone would have left above the threshold."""
    book = run.book
    lowest = min(float(step.oracle[0]) for step in run.rounds)
    closed = sorted(set(run.events.account[run.events.repaid > 0].tolist()))
    threshold = book.collateral_threshold
    return sum(bool(book.collateral_amount[at] * lowest * threshold[at] >= book.debt_amount[at]) for at in closed)


def above_the_peg() -> Made:
    """Show that debt which has to be bought goes above its peg."""
    title = "A debt asset above its peg"
    summary = "Liquidators must buy the stablecoin they repay: it goes above a dollar, and everybody's debt grows."
    depth = 1.5e6
    random = np.random.Generator(np.random.PCG64(5))
    loans = []
    accounts = 120
    for number in range(accounts):
        amount = float(np.exp(random.normal(4.9, 0.9)))
        ltv = float(random.uniform(0.3, 0.74))
        loans.append(
            loan(f"v-{number + 1:03d}", "lender", ("WETH", round(amount, 3)), ("DAI", round(amount * 1800 * ltv, 2)))
        )
    recovering = {"permanent_share": 0.3333, "recovery_half_life_rounds": 3}

    def build(notes: str, dai: dict[str, Any]) -> Any:
        return scenario(
            title,
            notes,
            loans,
            assets={
                "WETH": {
                    "price": 1800.0,
                    "liquidity": {"model": "exponential", "depth_2pct_usd": 8e6, **recovering},
                },
                "DAI": {"price": 1.0, "liquidity": dai},
            },
            markets={
                "lender": {
                    "collateral": {"WETH": {"liquidation_threshold": 0.8, "liquidation_bonus": 0.08}},
                    "rules": rules(close={"kind": "fraction", "close_factor": 0.5, "full_close_health": 0.95}),
                }
            },
            shock={"kind": "instant", "returns": {"WETH": -0.3}},
            liquidators={"buy_debt": True, "capacity_usd_per_round": 3e6},
        )

    thin = {"model": "exponential", "depth_2pct_usd": depth, **recovering}
    run = engine.run(build("", thin))
    dai = np.array([float(step.market[1]) for step in run.rounds])
    notes = PEG_NOTES.format(
        depth=depth / 1e6,
        plain=engine.run(build("", {"model": "infinite"})).summary()["liquidations"],
        count=run.summary()["liquidations"],
        fall=100 * (1 - float(run.rounds[-1].market[0]) / 1800.0),
        top=dai.max(),
        peak=int(dai.argmax()),
        accounts=accounts,
    )
    return Made("above-the-peg.json", title, summary, build(notes, thin))


def figure(run: RecordedRun, name: str) -> Any:
    """Return a figure of the first market, [rounds]."""
    by_market = (getattr(step, name) if hasattr(step, name) else step.settlement_figures[name] for step in run.rounds)
    return np.array([float(values[0]) for values in by_market])


def signed(usd: float) -> str:
    """Write millions of dollars, below zero with a minus before the sign."""
    return f"{'-' if usd < 0 else ''}${abs(usd) / 1e6:.1f}M"
