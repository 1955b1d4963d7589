"""The Compound v2 book of 9 May 2023 with 1inch liquidity: the example that opens first."""

from __future__ import annotations

from example_parts import DATA, Made, paragraphs, rows

import engine
from engine.importing.liquidity_quotes import QuotedCurve, curve_from_quotes
from engine.importing.mapping import ColumnMapping
from engine.importing.read_source import read_source
from engine.importing.shapes import ImportResult, convert
from engine.scenario.presets import load_preset
from engine.scenario.scenario import Scenario
from engine.scenario.schema import Parameters

TITLE = "Compound v2, 9 May 2023"
SUMMARY = "A whole real lending market, 5,234 accounts, with WETH 40 % down."
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
    result = convert(source, ColumnMapping("tidy", {name: name for name in source.columns}, market="compound"))
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


def _by_collateral(result: ImportResult) -> dict[str, float]:
    """Return the prices, the assets with the most collateral first."""
    loans = result.loans
    names = loans.collateral_asset.values()
    worth = dict.fromkeys(result.prices, 0.0)
    for name, amount in zip(names, loans.collateral_amount.tolist(), strict=True):
        if name is not None:
            worth[name] += amount * result.prices[name]
    return {name: result.prices[name] for name in sorted(worth, key=lambda name: -worth[name])}
