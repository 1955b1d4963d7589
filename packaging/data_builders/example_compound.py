"""The Compound v2 book of 9 May 2023 with 1inch liquidity: in a thin market, which opens first, and in a calm one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from example_parts import DATA, Made, paragraphs, rows

import engine
from engine.importing.book_reading import Reading, read_book
from engine.importing.choices import ImportChoices
from engine.importing.liquidity_quotes import QuotedCurve, curve_from_quotes
from engine.importing.read_source import read_source
from engine.scenario.presets import load_preset
from engine.scenario.scenario import Scenario
from engine.scenario.schema import Parameters

if TYPE_CHECKING:
    from engine.reading.recorded_run import RecordedRun

TITLE = "Compound v2, 9 May 2023"
SUMMARY = "A whole real lending market, 5,234 accounts, with WETH 40 % down in the market of a calm day."
NOTES = """
The whole Compound v2 market of 9 May 2023: 5,234 accounts that owe $552.5M, every price of that day, and WETH
falls by 40 % at once. Watch the health plot: debt that stood above 1 moves left past it, and liquidators sell
its collateral. In {rounds} rounds they repay ${repaid:.1f}M in {liquidations:,} liquidations, and their sales
turn the fall of 40 % into one of {fall:.1f} %: the shaded part of the price plot. ${bad:.1f}M of debt is left
without collateral.

Before the shock 1,069 accounts are already below 1, with $0.19M of debt in all: positions so small that
liquidating them did not pay for the gas. Here it is done, as gas is set to nothing; give
liquidators.min_profit_usd and liquidators.gas_usd values to see them left alone.

Real: positions and prices (on-chain snapshot of rtuchman/compound-risk-optimization f7b808af, Apache-2.0),
collateral factors, close factor 50 %, incentive 8 %, 2.8 % of what is seized kept by the protocol. Known flaws
of the snapshot: every deposit counts as collateral, so some health factors are too high; the prices of COMP,
SUSHI, BAT, REP, FEI and USDP are a few per cent off (of FEI and USDP more: 1.44 and 1.08); accounts with
several debts are within 0.8 %.

Liquidity: WETH and WBTC are measured, median 1inch quotes into USDC of 20 November 2023
(xenophonlabs/crvUSDrisk 7d17fa7, MIT), half a year later and a calm day, turned from average slippage into
marginal curves{fit}. WBTC_legacy is the same token as WBTC: a sale of one moves the other as much. For the
other volatile assets nothing was measured: selling $1M of UNI, COMP, LINK, AAVE or YFI, or $0.3M of BAT, ZRX,
SUSHI or REP, is assumed to move the price by 2 %. Stablecoins are taken as infinitely deep. Nothing recovers
within the run.

Compound v2 does not write off bad debt: what is left without collateral stays on the account and is reported as
bad debt (rules.bad_debt is "stay").
"""
THIN_TITLE = "Compound v2 in a thin market: a cascade"
THIN_SUMMARY = "WETH falls by 20 %; liquidators take what pays, and for a while their sales make that {worst:.0f} %."
THIN_NOTES = """
The real Compound v2 book of 9 May 2023 in a market that is under stress already, and WETH falls by 20 %.
Liquidators repay as much as pays, slice by slice. Each sale lowers the price, the oracle follows, and in the next
round a fresh slice pays again: in {at} rounds WETH is down by {worst:.1f} %, and half of that is feedback, the
shaded part of the price plot. Then sales fade faster than new ones come, health returns, and after {rounds} rounds
WETH stands at {end:.1f} % down. ${repaid:.1f}M is repaid in {liquidations} liquidations, and ${loss:.2f}M is lost in
all.

Try it with Live on. Where WETH falls by 18 % only, nothing takes it further than {calmer:.1f} %. Twice the
depth makes of 20 % no more than {deeper:.1f} %, {deepest:.1f} % at the depth of a calm day. If half of each
sale stays for good, WETH loses all its value but {left:.0f} %. If liquidators repay all or nothing (sizing),
the largest loans are too large to sell, nobody comes for them, and the fall stops at {whole:.1f} %.

Real: the book, prices, rules and the shapes of the liquidity curves; the example of the calm market says from where.
Assumed, as nobody measured it:

Depth: every volatile asset has a tenth of the depth of its calm day (depth_multiplier 0.1). Market makers leave when
prices fall; the figure is a round one for a bad day, and what you see depends on it more than on anything else.

Recovery: forced sales carry no news, so most of what they do to a price goes back as others buy: 80 %
(permanent_share 0.2), half of that within 3 rounds, 36 seconds (recovery_half_life_rounds). If 1 round is enough for
it, the fall stops at {quick:.1f} %; with 5 rounds it reaches {slow:.1f} %.

Liquidators: each repays what earns most (sizing "best"), if it earns anything after ${gas:.0f} of gas: half a million
units for a liquidation and its sale, at 54 gwei and the book's price of ether. It does not pay to come for {small:,}
accounts, which owe ${small_debt:.2f}M in all.
"""
GAS_USD = 50.0
STABLE = ("USDC", "USDT", "DAI", "TUSD", "USDP", "SAI", "FEI")
ASSUMED_DEPTH = dict.fromkeys(("UNI", "COMP", "LINK", "AAVE", "YFI"), 1e6) | dict.fromkeys(
    ("BAT", "ZRX", "SUSHI", "REP"), 3e5
)


def quoted(asset: str, quote: str) -> QuotedCurve:
    """Turn the 1inch quotes of one asset into a curve."""
    chosen = [row for row in rows("oneinch_slippage_2023-11-20.csv") if (row["asset"], row["quote"]) == (asset, quote)]
    sizes = [float(row["size_usd"]) for row in chosen]
    return curve_from_quotes(sizes, [float(row["slippage"]) for row in chosen], where=f"quotes of {asset}")


def make() -> Made:
    """Make the example."""
    source = read_source(DATA / "compound_v2_2023-05-09_positions.csv")
    result = read_book(source, ImportChoices(market="compound"))
    curves = {asset: quoted(asset, "USDC") for asset in ("WETH", "WBTC")}
    curves["WBTC_legacy"] = curves["WBTC"]
    assets = {}
    for name, price in _by_collateral(result).items():
        assets[name] = {"price": price, "liquidity": {"model": "infinite"}}
        if name in curves:
            points = [list(point) for point in curves[name].points]
            assets[name] = {"price": price, "liquidity": {"model": "curve", "points": points}}
        elif name not in STABLE:
            depth = {"model": "exponential", "depth_2pct_usd": ASSUMED_DEPTH[name]}
            assets[name] = {"price": price, "liquidity": depth}
    worst = max(curve.worst_miss for curve in curves.values())
    fit = f" that earn every quote to within {100 * worst:.2f} % of its size"
    preset = load_preset("compound-v2").to_dict()
    data = {
        "format": "cascade-scenario/1",
        "name": TITLE,
        "assets": assets,
        "cross_impact": [
            {"from": "WBTC", "to": "WBTC_legacy", "share": 1.0},
            {"from": "WBTC_legacy", "to": "WBTC", "share": 1.0},
        ],
        "markets": {"compound": {"collateral": preset["collateral"], "rules": preset["rules"]}},
        "shock": {"kind": "instant", "returns": {"WETH": -0.4}},
    }
    outcome = engine.run(Scenario.checked(Parameters.from_dict(data), result.loans)).summary()
    data["notes"] = paragraphs(
        NOTES.format(
            fit=fit,
            rounds=outcome["rounds"],
            liquidations=outcome["liquidations"],
            repaid=outcome["repaid_usd"] / 1e6,
            fall=40 * outcome["amplification"]["WETH"],
            bad=outcome["bad_debt_usd"] / 1e6,
        )
    )
    return Made("compound.cascade", TITLE, SUMMARY, Scenario.checked(Parameters.from_dict(data), result.loans))


def make_thin(calm: Made) -> Made:
    """Make the example of the same book in a thin market that recovers, with liquidators who take slices."""
    scenario = calm.scenario
    volatile = [name for name, asset in scenario.parameters.assets.items() if asset.liquidity.model != "infinite"]

    def of_all(**liquidity: float) -> dict[str, Any]:
        return {f"assets.{name}.liquidity.{key}": value for name in volatile for key, value in liquidity.items()}

    thin = scenario.with_values(
        of_all(depth_multiplier=0.1, permanent_share=0.2, recovery_half_life_rounds=3.0)
        | {"liquidators.sizing": "best", "liquidators.min_profit_usd": 0.0, "liquidators.gas_usd": GAS_USD}
        | {"shock.returns.WETH": -0.2}
    )

    def fall(**values: Any) -> float:
        return 100 * max(falls(engine.run(thin.with_values(values))))

    recording = engine.run(thin)
    outcome, course = recording.summary(), falls(recording)
    half_stays = falls(engine.run(thin.with_values(of_all(permanent_share=0.5))))
    worst = 100 * max(course)
    notes = THIN_NOTES.format(
        at=course.index(max(course)), worst=worst, end=100 * course[-1], gas=GAS_USD,
        rounds=outcome["rounds"], liquidations=outcome["liquidations"], repaid=outcome["repaid_usd"] / 1e6,
        loss=outcome["total_loss_usd"] / 1e6, small=outcome["liquidatable_left"],
        small_debt=outcome["liquidatable_left_debt_usd"] / 1e6,
        calmer=fall(**{"shock.returns.WETH": -0.18}), deeper=fall(**of_all(depth_multiplier=0.2)),
        deepest=fall(**of_all(depth_multiplier=1.0)), left=100 * (1 - half_stays[-1]),
        quick=fall(**of_all(recovery_half_life_rounds=1.0)), slow=fall(**of_all(recovery_half_life_rounds=5.0)),
        whole=fall(**{"liquidators.sizing": "whole"}),
    )  # fmt: skip
    data = thin.parameters.to_dict() | {"name": THIN_TITLE, "notes": paragraphs(notes)}
    made = Scenario.checked(Parameters.from_dict(data), thin.loans)
    return Made("compound-thin.cascade", THIN_TITLE, THIN_SUMMARY.format(worst=worst), made)


def falls(recording: RecordedRun) -> list[float]:
    """Return by how much WETH stands below its first price at the end of each round, round 0 included."""
    place = list(recording.book.asset_names).index("WETH")
    prices = [float(step.market[place]) for step in recording.rounds]
    return [1.0 - price / prices[0] for price in prices]


def _by_collateral(result: Reading) -> dict[str, float]:
    """Return the prices, the assets with the most collateral first."""
    loans = result.loans
    names = loans.collateral_asset.values()
    worth = dict.fromkeys(result.prices, 0.0)
    for name, amount in zip(names, loans.collateral_amount.tolist(), strict=True):
        if name is not None:
            worth[name] += amount * result.prices[name]
    return {name: result.prices[name] for name in sorted(worth, key=lambda name: -worth[name])}
