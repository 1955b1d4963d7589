"""Examples of margin engines: an insurance fund that empties, and a short squeeze."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from example_parts import Made, loan, scenario
from example_settlements import figure
from example_small import DOLLAR

import engine
from engine.scenario.presets import load_preset

if TYPE_CHECKING:
    from engine.reading.recorded_run import RecordedRun

FUND_NOTES = """
An exchange of perpetual futures. A long of one BTC is written as collateral of one BTC against a debt in USDC, a
short as collateral in USDC against a debt of BTC; what collateral exceeds debt by is the margin. Below a
maintenance margin of 2 % a position is closed at the market, what is left of its margin goes to the insurance fund,
and the fund pays for positions that end below zero. At most $15M of positions are closed in a round.

Look at the plot Insurance fund: BTC gaps down by 10 % in two rounds, and the longs that are closed take it to
${low:,.0f}, {low_fall:.1f} % below the start. Those whose turn comes late have no margin left. The fund of $2M pays
for them and is as good as empty after round {empty}. From then on what it cannot pay is taken from the winners:
profitable shorts are closed against the losers at the price at which these have nothing left, most profitable
first. In this run that is ${adl:.1f}M of positions in {deleveraged} accounts, which keep what they have won and no
longer win with the market. They do not sell into it either: the fall ends there.

Rules are those of the preset "Perpetual margin engine". The book is invented: {longs} longs of up to 20 times
leverage against {shorts} shorts of up to 5 times (seed 21), of equal open interest, entered at the first price. Put
$20M into the field Insurance fund and run again: nobody is deleveraged, and BTC falls further. Or untick
Auto-deleveraging: then lenders lose instead.
"""
SQUEEZE_NOTES = """
Shorts owe the asset. When it rises and their margin goes below maintenance, the engine must buy it back, in the
same thin market for all of them: the price goes up, and the next shorts fall due. {shorts} shorts of SOL with 1.5
to 12 times leverage stand against {longs} calm longs. SOL rises by 10 % in five rounds, and {count} shorts have to
be bought back, at most $6M in a round. The purchases take SOL to ${top:,.0f} in round {peak}, {top_rise:.1f} %
above the start: {feedback:.0f} % of the rise is feedback.

Look at the price plot, in which the shaded part is what the purchases added, and at the plot Insurance fund: at
first it takes the margin that is left of those who are closed; then SOL runs ahead of the closings, and of $3M that
it had ${left:.1f}M remain.

Rules as the preset "Perpetual margin engine", with a maintenance margin of 5 % for SOL: a short is liquidatable
when its USDC are worth less than 1.05 times the SOL that it owes, so the threshold of USDC is 1 / 1.05. Invented
numbers (seed 8): $4M move the price by 2 %, and six tenths of each impact halve every three rounds.
"""
Position = tuple[str, float, float]
"""Side, size in tokens, leverage."""


def perpetuals() -> list[Made]:
    """Return the two examples."""
    return [fund(), squeeze()]


def fund() -> Made:
    """Empty an insurance fund, then deleverage."""
    title = "Perpetuals: the insurance fund empties"
    summary = "Longs end below zero, the fund pays until it is empty, then winning shorts are closed against them."
    price = 60_000.0
    random = np.random.Generator(np.random.PCG64(21))
    positions = _side(random, "long", 110, 2.2, (3.0, 20.0)) + _side(random, "short", 60, 2.8, (1.2, 5.0))
    loans = _book("exchange", "BTC", price, _balanced(positions))

    def build(notes: str) -> Any:
        return scenario(
            title,
            notes,
            loans,
            assets={
                "BTC": {
                    "price": price,
                    "liquidity": {
                        "model": "exponential",
                        "depth_2pct_usd": 12e6,
                        "permanent_share": 0.6,
                        "recovery_half_life_rounds": 2,
                    },
                },
                "USDC": DOLLAR,
            },
            markets={"exchange": _engine(("BTC", "USDC"), insurance_usd=2e6)},
            shock={"kind": "instant", "returns": {"BTC": -0.1}, "over_rounds": 2},
            liquidators={"capacity_usd_per_round": 15e6},
        )

    run = engine.run(build(""))
    left, closed = figure(run, "reserve_usd"), figure(run, "deleveraged_usd")
    low = min(float(step.market[0]) for step in run.rounds)
    notes = FUND_NOTES.format(
        low=low,
        low_fall=100 * (1 - low / price),
        empty=int(np.flatnonzero(left < 0.01 * left[0])[0]),
        adl=closed.sum() / 1e6,
        deleveraged=_deleveraged_accounts(run),
        longs=110,
        shorts=60,
    )
    return Made("perpetuals.json", title, summary, build(notes))


def squeeze() -> Made:
    """Buy shorts back, which pushes the price up."""
    title = "A short squeeze"
    summary = "Shorts that must be bought back push the price up, and the next shorts with it."
    price = 150.0
    random = np.random.Generator(np.random.PCG64(8))
    positions = _side(random, "short", 130, 7.6, (1.5, 12.0)) + _side(random, "long", 40, 8.6, (1.5, 3.0))
    loans = _book("exchange", "SOL", price, positions)
    market = _engine(("SOL", "USDC"), insurance_usd=3e6)
    market["collateral"]["USDC"]["liquidation_threshold"] = 1 / 1.05

    def build(notes: str) -> Any:
        return scenario(
            title,
            notes,
            loans,
            assets={
                "SOL": {
                    "price": price,
                    "liquidity": {
                        "model": "exponential",
                        "depth_2pct_usd": 4e6,
                        "permanent_share": 0.4,
                        "recovery_half_life_rounds": 3,
                    },
                },
                "USDC": DOLLAR,
            },
            markets={"exchange": market},
            shock={"kind": "instant", "returns": {"SOL": 0.1}, "over_rounds": 5},
            liquidators={"capacity_usd_per_round": 6e6},
        )

    run = engine.run(build(""))
    prices = np.array([float(step.market[0]) for step in run.rounds])
    top = int(prices.argmax())
    rise = prices[top] / price - 1
    outside = float(run.rounds[top].undisturbed[0]) / price - 1
    notes = SQUEEZE_NOTES.format(
        shorts=130,
        longs=40,
        count=run.summary()["liquidations"],
        top=prices[top],
        top_rise=100 * rise,
        feedback=100 * (1 - outside / rise),
        peak=top,
        left=float(figure(run, "reserve_usd")[-1]) / 1e6,
    )
    return Made("short-squeeze.json", title, summary, build(notes))


def _engine(assets: tuple[str, ...], insurance_usd: float) -> dict[str, Any]:
    """Return a market with the rules of the plain margin engine."""
    preset = load_preset("perpetual-margin").to_dict()
    settlement = {**preset["rules"]["settlement"], "insurance_usd": insurance_usd}
    return {
        "collateral": {name: preset["collateral"][name] for name in assets},
        "rules": {**preset["rules"], "settlement": settlement},
    }


def _side(
    random: np.random.Generator, side: str, count: int, size: float, leverage: tuple[float, float]
) -> list[Position]:
    """Draw positions: sizes lognormal about exp(size), leverage between two bounds, small ones more likely."""
    low, high = leverage
    return [
        (side, float(np.exp(random.normal(size, 1.0))), low + (high - low) * float(random.beta(1.3, 1.8)))
        for _ in range(count)
    ]


def _balanced(positions: list[Position]) -> list[Position]:
    """Scale the shorts so that they are as large as the longs together."""
    longs = sum(size for side, size, _ in positions if side == "long")
    shorts = sum(size for side, size, _ in positions if side == "short")
    return [(side, size * (longs / shorts if side == "short" else 1.0), leverage) for side, size, leverage in positions]


def _book(market: str, asset: str, price: float, positions: list[Position]) -> list[dict[str, Any]]:
    """Write positions entered at `price` as loans: margin is the size over the leverage."""
    rows = []
    for number, (side, size, leverage) in enumerate(positions, 1):
        held = round(size, 3)
        worth = held * price
        name = f"{side[0].upper()}-{number:03d}"  # short, so that a narrow table shows it whole
        if side == "long":
            rows.append(loan(name, market, (asset, held), ("USDC", round(worth * (1 - 1 / leverage), 2))))
        else:
            rows.append(loan(name, market, ("USDC", round(worth * (1 + 1 / leverage), 2)), (asset, held)))
    return rows


def _deleveraged_accounts(run: RecordedRun) -> int:
    """Return how many accounts were closed against others."""
    from engine.settlement.marks import DELEVERAGED

    marked = run.marks.row[run.marks.mark == DELEVERAGED]
    return len(set(run.events.account[marked].tolist()))
