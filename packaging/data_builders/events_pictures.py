"""The pictures of the page on real events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events_canvas import Bars, Canvas, Line, Panel
from events_lending import OCTOBER_ROUNDS, column
from events_maker import HOUR, HOURS, START, by_hour, cumulated, gas_by_hour

from cascade_gui.theme.tokens import LIGHT

if TYPE_CHECKING:
    from pathlib import Path

    from events_lending import May2021, October2025
    from events_maker import BlackThursday


def draw(day: BlackThursday, may: May2021, october: October2025, folder: Path) -> None:
    """Write every picture into a folder."""
    _auctions(day, folder / "events-auctions.png")
    _example(day, folder / "events-example.png")
    _may(may, folder / "events-may-2021.png")
    _october(october, folder / "events-october-2025.png")


def _black_canvas() -> Canvas:
    names = ("00:00 UTC", "06:00", "12:00", "18:00", "13 March, 00:00", "06:00")
    return Canvas(0, HOURS, [(6 * number, name) for number, name in enumerate(names)])


def _auctions(day: BlackThursday, path: Path) -> None:
    steps = [((update.time - START) / HOUR, update.price) for update in day.oracle]
    steps = [(x, price) for x, price in steps if x < HOURS]
    lows = [((update.time - START) / HOUR, update.price) for update in day.oracle if update.new_low]
    gas = [0.0 if value is None else value for value in gas_by_hour(day.auctions)]
    panels = [
        Panel(
            "Maker's oracle, USD for an ETH",
            90,
            200,
            (100, 150, 200),
            lines=(
                Line(steps, LIGHT.accent, "what the oracle published", (3.2, 188), step=True),
                *(Line([low], LIGHT.amber, dots=True) for low in lows[1:]),
                Line([lows[0]], LIGHT.amber, "a new low since midnight", (17.2, 112), dots=True),
            ),
        ),
        Panel(
            "ETH in the auctions begun in each hour",
            0,
            36000,
            (0, 10000, 20000, 30000),
            bars=(
                Bars(by_hour(day.auctions), LIGHT.categories[3], "all auctions", (16.2, 30500)),
                Bars(
                    by_hour([a for a in day.auctions if a.near_zero]),
                    LIGHT.vermilion,
                    "won below 1 DAI for an ETH",
                    (16.2, 25500),
                ),
            ),
        ),
        Panel(
            "Gas price, gwei: median of the auctions begun in each hour",
            0,
            320,
            (0, 100, 200, 300),
            bars=(Bars(gas, LIGHT.violet),),
        ),
    ]
    _black_canvas().save(panels, path)


def _example(day: BlackThursday, path: Path) -> None:
    real, model = by_hour(day.auctions), day.example
    shares = [[100 * value / sum(values) for value in values] for values in (real, model)]
    ends = [[100 * value for value in cumulated(values)] for values in (real, model)]
    panels = [
        Panel(
            "Share of all ETH in each hour, %",
            0,
            36,
            (0, 10, 20, 30),
            lines=(
                Line(list(enumerate(shares[0])), LIGHT.vermilion, "auctions begun", (16.2, 9), step=True),
                Line(list(enumerate(shares[1])), LIGHT.accent, "seized in the example", (23.3, 29), step=True),
            ),
        ),
        Panel(
            "The same, added up, %",
            0,
            105,
            (0, 50, 100),
            lines=(
                Line([(n + 1, v) for n, v in enumerate(ends[0])], LIGHT.vermilion, "auctions begun", (15.4, 55)),
                Line([(n + 1, v) for n, v in enumerate(ends[1])], LIGHT.accent, "the example", (17.2, 22)),
            ),
        ),
    ]
    _black_canvas().save(panels, path)


def _may(may: May2021, path: Path) -> None:
    places = [(number + 0.5) / 3 for number in range(72)]
    outside = column(may.alone, "undisturbed.WETH", 72).tolist()
    colours = (LIGHT.vermilion, LIGHT.amber, LIGHT.green)
    names = [(14.6, 680.0), (15.2, 1700.0), (6.2, 2250.0)]
    lines = [Line(list(zip(places, outside, strict=True)), LIGHT.text, "the real path", (15.0, 3040.0), width=2)]
    for (depth, recording), colour, at in zip(may.with_impact.items(), colours, names, strict=True):
        values = column(recording, "market.WETH", 72).tolist()
        name = f"with sales, ${depth / 1e6:.0f}M for 2 %"
        lines.insert(0, Line(list(zip(places, values, strict=True)), colour, name, at))
    repaid = (may.repaid_by_hour(may.alone)[:24] / 1e6).tolist()
    top = 50 * (int(max(repaid)) // 50 + 1)
    panels = [
        Panel("ETH on 19 May 2021, USD: open, low and close of each hour", 500, 3600, (1000, 2000, 3000), lines=lines),
        Panel(
            "Repaid in each hour, $M, synthetic book, sales move no price",
            0,
            top,
            range(0, top + 1, 100 if top > 150 else 50),
            bars=(Bars(repaid, LIGHT.accent),),
        ),
    ]
    Canvas(0, 24, [(hour, f"{hour:02d}:00" + " UTC" * (hour == 0)) for hour in range(0, 24, 3)]).save(panels, path)


def _october(october: October2025, path: Path) -> None:
    plain, flat = october.runs[""], october.runs["wick"]
    places = [(number + 0.5) / 3 for number in range(OCTOBER_ROUNDS)]

    def points(name: str, run: str = "") -> list[tuple[float, float]]:
        values = column(october.runs[run], name, OCTOBER_ROUNDS).tolist()
        return list(zip(places, values, strict=True))

    repaid = (column(plain, "repaid_usd", OCTOBER_ROUNDS) / 1e6).tolist()
    closes = (column(flat, "repaid_usd", OCTOBER_ROUNDS) / 1e6).tolist()
    high = 10 * (int(max(repaid)) // 10 + 1)
    panels = [
        Panel(
            "ETH, 10 October 2025, USD: open, low and close of each hour",
            3100,
            4500,
            (3200, 3600, 4000, 4400),
            lines=(
                Line(points("market.WETH"), LIGHT.vermilion, "with the sales of the example", (8.0, 3250)),
                Line(points("undisturbed.WETH"), LIGHT.text, "the real path", (8.4, 4080)),
            ),
        ),
        Panel(
            "Repaid in each round of 20 minutes, $M",
            0,
            high,
            range(0, high + 1, 10),
            bars=(
                Bars(repaid, LIGHT.accent, "as bundled", (8.0, 0.75 * high), each=1 / 3),
                Bars(closes, LIGHT.amber, "with the hours' lows left out", (8.0, 0.6 * high), each=1 / 3),
            ),
        ),
    ]
    Canvas(0, 14, [(hour, f"{(14 + hour) % 24:02d}:00" + " UTC" * (hour == 0)) for hour in range(0, 14, 2)]).save(
        panels, path
    )
