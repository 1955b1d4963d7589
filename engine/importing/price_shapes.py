"""Books that tell what an account owes by another figure: its liquidation price, or its totals in USD."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.importing.asking import Answer, Question
from engine.importing.asset_prices import read_prices
from engine.importing.book_shapes import Known, Rows, known_prices, names_of, one_category
from engine.importing.column_names import words
from engine.importing.raw_units import in_tokens
from engine.importing.roles import DIRECTIONS, SIDES
from engine.importing.sides import COLLATERAL, DEBT, Sides, joined
from engine.scenario.loans import BLANK, CodedColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.base.types import Floats, Wholes
    from engine.importing.cells import Cells

BY_PRICE = "by-price"
"""The constant side of books in which those above the price are meant as shorts."""
BASKET = "BASKET"


def liquidation_prices(cells: Cells, aliases: Mapping[str, str], known: Known) -> Rows:
    """Read positions with the price at which they are liquidated; their debt is what makes the health factor 1 there.

    A long owes ``amount * price * threshold`` dollars. A short owes the amount, and holds
    ``amount * price / threshold`` dollars. A position whose liquidation price is above the price is no
    long: without a side it is asked about.
    """
    prices: dict[str, float] = {}
    account, market = cells.accounts(), cells.markets(known.market)
    asset = names_of(cells, "collateral_asset", aliases, required=True)
    price = read_prices(cells, "price", asset, prices)
    now = known_prices(asset, price, known)
    amount = cells.numbers("collateral_amount", "a number", signed=True)
    cells.fault(np.isnan(amount) & ~cells.bad, "collateral_amount", "a number")
    amount = in_tokens(cells, "collateral_amount", asset, amount, now, "decimals", "collateral_usd")
    at = cells.numbers("liquidation_price", "a price of at least 0")
    none = np.isnan(at) | (at == 0)
    threshold = _thresholds(cells, asset, known)
    direction = _directions(cells, amount, at, now)
    amount = np.abs(amount)
    _check_direction(cells, direction, at, now)
    dollar = cells.choices.constants.get("debt_asset", known.dollar)
    prices.setdefault(dollar, 1.0)
    if none.any():
        count = int(none.sum())
        cells.notes.say(f"{cells.where('liquidation_price')}: {count:,} without a liquidation price: they owe nothing")
    owed = np.where(none, 0.0, np.where(direction > 0, amount * at * threshold, amount))
    held = np.where(direction > 0, amount, amount * at / threshold)
    category = cells.categories()
    one_category(cells, account, market, category)
    rows = np.arange(cells.rows)
    dollars = CodedColumn(np.zeros(cells.rows, dtype=np.int32), (dollar,))
    own = np.where(direction > 0, np.nan, threshold)
    blank = np.full(cells.rows, np.nan)
    one = np.ones(cells.rows)
    parts = []
    for sign, first, second in ((1, asset, dollars), (-1, dollars, asset)):
        for side, which, tokens in ((COLLATERAL, first, held), (DEBT, second, owed)):
            sides = np.full(cells.rows, side, dtype=np.int8)
            worth = one if which is dollars else now
            terms = own if side == COLLATERAL else blank
            part = Sides(rows, account, market, which, sides, tokens, worth, terms, blank, category)
            parts.append(part.taken((direction == sign) & (tokens > 0)))
    return Rows(joined(parts), None, prices, account)


def _thresholds(cells: Cells, asset: CodedColumn, known: Known) -> Floats:
    own = cells.thresholds()
    by_name = np.array([*(known.thresholds.get(name, np.nan) for name in asset.names), np.nan], dtype=np.float64)
    threshold = np.where(np.isnan(own), by_name[asset.codes], own)
    lacking = np.isnan(threshold) & (asset.codes != BLANK)
    names = sorted({asset.names[code] for code in asset.codes[lacking].tolist()})
    if names:
        cells.notes.ask(
            Question(
                "liquidation_threshold",
                cells.source.name,
                f"What is the liquidation threshold of {', '.join(names[:6])}? A debt follows from its liquidation "
                "price only with it.",
                (
                    Answer("for all rows", "--constant liquidation_threshold=0.8"),
                    Answer("a table", "--params PARAMS.csv"),
                    Answer("those of a protocol", "--preset NAME"),
                ),
            )
        )
    cells.fault((threshold == 0) & ~cells.bad, "liquidation_threshold", "a threshold above 0")
    return np.where(np.isnan(threshold) | (threshold == 0), 1.0, threshold)


def _directions(cells: Cells, amount: Floats, at: Floats, now: Floats) -> Wholes:
    """Return 1 for longs and -1 for shorts: by side, by sign; without either all are longs until shown otherwise."""
    if cells.choices.constants.get("side") == BY_PRICE:
        cells.notes.say(f"{cells.source.name}: positions whose liquidation price is above the price are shorts")
        return np.where((at > now) | (amount < 0), -1, 1)
    if cells.given("side"):
        written = cells.names("side")
        words_of = {**DIRECTIONS, **{word: 1 - 2 * side for word, side in SIDES.items()}}
        meaning = np.array([*(words_of.get(name.lower(), 0) for name in written.names), 0], dtype=np.int64)
        direction = meaning[written.codes]
        cells.fault((direction == 0) & ~cells.bad, "side", "long or short")
        return direction
    if (amount < 0).any():
        cells.notes.say(f"{cells.where('collateral_amount')}: negative amounts are read as shorts")
    return np.where(amount < 0, -1, 1)


def _check_direction(cells: Cells, direction: Wholes, at: Floats, now: Floats) -> None:
    """Ask about longs that are liquidated above the price, and shorts below it: one of the three is wrong."""
    with np.errstate(invalid="ignore"):
        wrong_longs = (direction > 0) & (at > now) & ~cells.bad
        wrong_shorts = (direction < 0) & (at < now) & (at > 0) & ~cells.bad
    told = cells.given("side")
    for wrong, what, above in ((wrong_longs, "long", "above"), (wrong_shorts, "short", "below")):
        if not wrong.any():
            continue
        if told or what == "short":
            cells.fault(wrong, "liquidation_price", f"one that is not {above} the price, as the position is {what}")
            continue
        row = int(np.flatnonzero(wrong)[0])
        cells.notes.ask(
            Question(
                "side",
                cells.source.place(row, cells.columns["liquidation_price"][0]),
                f"The liquidation price {at[row]:g} is above the price {now[row]:g}{_others(int(wrong.sum()))}: "
                "a short?",
                (
                    Answer("a column tells long from short", "--map side=COLUMN"),
                    Answer(
                        "those above the price are shorts",
                        f"--constant side={BY_PRICE}",
                        {"constants": {"side": BY_PRICE}},
                    ),
                ),
            )
        )


def _others(count: int) -> str:
    return "" if count == 1 else f", as in {count - 1:,} more rows"


def totals(cells: Cells, aliases: Mapping[str, str], known: Known) -> Rows:
    """Read accounts with what they hold and owe in USD: one basket asset at 1 USD, with the row's threshold.

    Where a column tells a part of it by asset (``weth_collateral_usd`` beside ``total_collateral_usd``), that part is
    that asset, in tokens at its price, and the basket is the rest.
    """
    account, market = cells.accounts(), cells.markets(known.market)
    prices: dict[str, float] = {}
    held, owed = cells.numbers("collateral_usd"), cells.numbers("debt_usd")
    threshold, category = cells.thresholds(), cells.categories()
    one_category(cells, account, market, category)
    if not cells.given("liquidation_threshold"):
        _ask_threshold(cells)
    rows = np.arange(cells.rows)
    parts: list[Sides] = []
    rest = {COLLATERAL: held, DEBT: owed}
    for side, word in ((COLLATERAL, "collateral"), (DEBT, "debt")):
        for column, name in _by_asset(cells, word, aliases, known):
            usd = np.nan_to_num(cells.plain_numbers(column))
            price = known.prices[name]
            too_much = usd > rest[side] * (1 + 1e-6) + 0.01
            cells.fault(too_much & ~cells.bad, f"{word}_usd", f"at least the part that is {name}")
            rest[side] = np.maximum(rest[side] - usd, 0.0)
            cells.notes.say(f"{cells.source.name}, column {column}: that part of the {word} is {name} at {price:g} USD")
            parts.append(_part(rows, account, market, name, side, usd / price, price, threshold, category))
    basket = cells.choices.constants.get("asset", BASKET)
    dollar = cells.choices.constants.get("debt_asset", known.dollar)
    for side, name in ((COLLATERAL, basket), (DEBT, dollar)):
        if (rest[side] > 0).any():
            prices[name] = 1.0
        parts.append(_part(rows, account, market, name, side, rest[side], 1.0, threshold, category))
    cells.notes.say(f"{cells.source.name}: totals are read as a basket, {basket}, at 1 USD against {dollar}")
    kept = [part.taken(part.amount > 0) for part in parts]
    return Rows(joined(kept), None, prices, account)


def _part(  # noqa: PLR0913, PLR0917 - the columns of a position
    rows: Wholes,
    account: Any,
    market: CodedColumn,
    name: str,
    side: int,
    amount: Floats,
    price: float,
    threshold: Floats,
    category: CodedColumn,
) -> Sides:
    coded = CodedColumn(np.zeros(len(rows), dtype=np.int32), (name,))
    none = np.full(len(rows), np.nan)
    own = threshold if side == COLLATERAL else none
    return Sides(
        rows,
        account,
        market,
        coded,
        np.full(len(rows), side, dtype=np.int8),
        amount,
        np.full(len(rows), price),
        own,
        none,
        category,
    )


def _by_asset(cells: Cells, word: str, aliases: Mapping[str, str], known: Known) -> list[tuple[str, str]]:
    """Return the columns that tell a part by asset, with the asset: ``weth_collateral_usd``, WETH."""
    spelled = {name.lower(): name for name in known.prices} | {name.lower(): asset for name, asset in aliases.items()}
    found = []
    for column in cells.source.columns:
        parts = words(column)
        if len(parts) == 3 and parts[1:] == [word, "usd"] and parts[0] in spelled:
            found.append((column, spelled[parts[0]]))
    return found


def _ask_threshold(cells: Cells) -> None:
    cells.notes.ask(
        Question(
            "liquidation_threshold",
            f"{cells.source.name}, columns",
            "Totals in USD say nothing without the accounts' liquidation threshold.",
            (
                Answer("a column tells", "--map liquidation_threshold=COLUMN"),
                Answer("the same for all", "--constant liquidation_threshold=0.8"),
                Answer("health x debt / collateral", '--scale liquidation_threshold="HEALTH * DEBT / COLLATERAL"'),
            ),
        )
    )
