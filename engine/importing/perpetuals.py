"""Lists of perpetual positions, made into collateral and debt as section 1 of the Method says.

A long of size q, entered at e with margin M, is collateral q against debt q*e - M dollars; a short is collateral
q*e + M dollars against debt q. Where a cross account's value V is told, all its positions share its cash,
V - sum of signed size x mark.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from engine.importing.asking import Answer, Question
from engine.importing.asset_aliases import KNOWN
from engine.importing.asset_prices import DOLLARS, read_prices
from engine.importing.book_shapes import Known, Rows, known_prices, names_of, one_category
from engine.importing.column_names import plain_name
from engine.importing.maintenance_margins import maintenance_margins, shared, threshold_of_cash
from engine.importing.names import renamed
from engine.importing.perpetual_positions import PerpetualPositions
from engine.importing.perpetual_prices import price_of_profit, price_of_value
from engine.importing.raw_units import in_tokens
from engine.importing.roles import DIRECTIONS, LONG_FLAGS
from engine.importing.sides import COLLATERAL, DEBT, Sides, joined
from engine.market.cash_assets import STABLE_FROM, STABLE_TO
from engine.scenario.loans import BLANK, CodedColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from engine.base.types import Flags, Floats
    from engine.importing.cells import Cells


_SAME = 2e-3
"""Margins are rounded in exports: within this they are the same."""


def perpetuals(cells: Cells, aliases: Mapping[str, str], known: Known) -> Rows:
    """Read one row a position."""
    prices: dict[str, float] = {}
    account, market = cells.accounts(), cells.markets(known.engine)
    asset = names_of(cells, "asset", aliases, required=True)
    mark = known_prices(asset, read_prices(cells, "price", asset, prices), known)
    size = cells.numbers("amount", "a number", signed=True)
    cells.fault(np.isnan(size) & ~cells.bad, "amount", "a number")
    size = in_tokens(cells, "amount", asset, size, mark, "decimals", "amount_usd")
    mark = price_of_value(cells, asset, size, mark, prices)
    direction = _direction(cells, size)
    size = np.abs(size)
    entry = cells.numbers("entry_price", "a price above 0")
    mark = price_of_profit(cells, asset, direction * size, entry, mark, prices)
    open_ = size > 0
    cells.fault(open_ & ~(entry > 0) & ~cells.bad, "entry_price", "a price above 0")
    margin = _margin(cells, size, entry)
    category = cells.categories()
    account = _isolated(cells, account, asset, open_)
    one_category(cells, account, market, category)
    dollar = _margin_asset(cells, aliases, known)
    for code in np.unique(dollar.codes[dollar.codes != BLANK]).tolist():
        prices.setdefault(dollar.names[code], known.prices.get(dollar.names[code], 1.0))
    alone = cash = direction * -size * entry + margin
    held = np.maximum(cash, 0.0)
    told = "account_value" in cells.columns
    worth = size * np.where(np.isnan(mark), entry, mark)
    asked = maintenance_margins(cells, asset, worth, known)
    if told:
        cash, held = _cash_of_accounts(
            cells, account, direction * size, np.where(np.isnan(mark), entry, mark), alone, asked
        )
    thresholds: dict[str, float] = {}
    of_long = shared(asset, 1 - asked, open_ & (direction > 0), known, thresholds)
    of_cash = threshold_of_cash(account, market, open_ & (direction < 0), worth, asked)
    of_cash = shared(dollar, of_cash, (held > 0) & (open_ | told), known, thresholds)
    none = np.full(cells.rows, np.nan)
    rows = np.arange(cells.rows)
    one = np.ones(cells.rows)
    parts = []
    for side, which, amount, usd, threshold, entered in (
        (COLLATERAL, asset, np.where(direction > 0, size, 0.0), mark, of_long, entry),
        (DEBT, asset, np.where(direction < 0, size, 0.0), mark, none, entry),
        (COLLATERAL, dollar, held, one, of_cash, none),
        (DEBT, dollar, held - cash, one, none, none),
    ):
        sides = np.full(cells.rows, side, dtype=np.int8)
        part = Sides(rows, account, market, which, sides, amount, usd, threshold, none, category, entered)
        parts.append(part.taken((amount > 0) & (open_ | told)))
    cells.notes.say(
        f"{cells.source.name}: perpetuals: a long is its size against size x entry - margin, a short holds size x "
        f"entry + margin against its size; margin is {', '.join(dollar.names[:3])}; profit counts from the entry"
    )
    required = _required(cells, size, mark, margin)
    liquidated = cells.columns.get("liquidation_price")
    own_price = none if liquidated is None else cells.plain_numbers(liquidated[0])
    signed = np.asarray(direction * np.nan_to_num(size), dtype=np.float64)
    positions = PerpetualPositions(
        account, asset, signed, alone, cash, mark, asked, own_price, required, thresholds, dollar.names
    )
    _ask_mode(cells, positions.taken(~cells.bad))
    return Rows(joined(parts), None, prices, account, positions)


_INSTRUMENT = re.compile(
    r"(?i)^(?P<asset>[A-Z0-9]{2,10}?)[-_/ ]?(?:USDT|USDC|USD)?(?:[:][A-Z]+)?[-_ ]?(?:PERP(?:ETUAL)?|SWAP)?$"
)


def of_instrument(name: str) -> str | None:
    """Return the asset of a perpetual's name, None if it is a plain one.

    Examples
    --------
    >>> [of_instrument(name) for name in ("ETH-PERP", "BTCUSDT", "SOL/USD:USD", "ETH", "USDC")]
    ['ETH', 'BTC', 'SOL', None, None]
    """
    match = _INSTRUMENT.match(name)
    if match is None or match["asset"] == name or match["asset"].upper() not in KNOWN:
        return None
    return match["asset"].upper()


def _direction(cells: Cells, size: Floats) -> npt.NDArray[np.int64]:
    """Return 1 for longs and -1 for shorts, by side or by sign."""
    if not cells.given("side"):
        if not (size < 0).any():
            cells.notes.ask(
                Question(
                    "side",
                    f"{cells.source.name}, columns",
                    "Nothing tells longs from shorts.",
                    (
                        Answer("a column does", "--map side=COLUMN"),
                        Answer("all are long", "--constant side=long", {"constants": {"side": "long"}}),
                        Answer("all are short", "--constant side=short", {"constants": {"side": "short"}}),
                    ),
                )
            )
        return np.where(size < 0, -1, 1)
    written = cells.names("side")
    name = plain_name(cells.columns["side"][0].rpartition(".")[2]) if "side" in cells.columns else ""
    known = {**DIRECTIONS, **LONG_FLAGS.get(name, {})}
    meaning = np.array([*(known.get(name.lower(), 0) for name in written.names), 0], dtype=np.int64)
    direction = meaning[written.codes]
    cells.fault((direction == 0) & ~cells.bad, "side", "long or short")
    cells.fault((direction > 0) & (size < 0) & ~cells.bad, "amount", "a size of at least 0, as the position is long")
    return direction


def _margin(cells: Cells, size: Floats, entry: Floats) -> Floats:
    """Return the margin of each position: the column's, or size x entry / leverage."""
    by_leverage = np.full(cells.rows, np.nan)
    if cells.given("leverage"):
        leverage = cells.numbers("leverage", "a number above 0")
        with np.errstate(divide="ignore", invalid="ignore"):
            by_leverage = np.where(leverage > 0, size * entry / leverage, np.nan)
    if cells.given("margin"):
        return _or_by_leverage(cells, cells.numbers("margin"), by_leverage, size > 0)
    if cells.given("leverage"):
        cells.notes.say(f"{cells.source.name}: margin is size x entry / leverage")
        cells.fault(np.isnan(by_leverage) & (size > 0) & ~cells.bad, "leverage", "a number above 0")
    return by_leverage


def _or_by_leverage(cells: Cells, margin: Floats, by_leverage: Floats, open_: Flags) -> Floats:
    """Return margins, where a file has none or 0 for an open position as by its leverage.

    Exchanges tell the margin of isolated positions, and 0 for the others: without one there would be no position.
    """
    nothing = open_ & (margin == 0)
    if "account_value" not in cells.columns:
        cells.fault(
            nothing & np.isnan(by_leverage) & ~cells.bad, "margin", "a margin above 0, or the position's leverage"
        )
    if (nothing & ~np.isnan(by_leverage)).any():
        count = int((nothing & ~np.isnan(by_leverage)).sum())
        which = "1 position" if count == 1 else f"{count:,} positions"
        cells.notes.say(f"{cells.where('margin')}: 0 for {which}, whose margin is taken as size x entry / leverage")
    return np.where(np.isnan(margin) | nothing, by_leverage, margin)


def _required(cells: Cells, size: Floats, mark: Floats, margin: Floats) -> Flags:
    """Return which cross positions have as margin what they require at the mark; it is said, as accounts hold more."""
    nothing = np.zeros(cells.rows, dtype=np.bool_)
    if not all(role in cells.columns for role in ("margin", "leverage", "margin_mode")) or cells.given("account_value"):
        return nothing
    mode = cells.names("margin_mode")
    cross = np.array([*(name.lower().startswith("cross") for name in mode.names), False])[mode.codes]
    leverage, entry = (cells.plain_numbers(cells.columns[role][0]) for role in ("leverage", "entry_price"))
    with np.errstate(divide="ignore", invalid="ignore"):
        found = cross & (np.abs(margin * leverage / (size * mark) - 1) < _SAME) & (np.abs(mark / entry - 1) > _SAME)
    if found.any():
        cells.notes.say(
            f"{cells.where('margin')}: of cross positions it is value / leverage at the mark, what they require; their "
            "accounts are taken to hold that and their profit, a column of account values would tell it "
            "(--map account_value=COLUMN)"
        )
    return np.asarray(found)


def _is_isolated(cells: Cells) -> Flags:
    """Return which positions have a margin of their own, as a column or the user says."""
    if not cells.given("margin_mode"):
        return np.zeros(cells.rows, dtype=np.bool_)
    mode = cells.names("margin_mode")
    words = [name.lower() for name in mode.names]
    return np.array([*(word.startswith("isol") or word == "fixed" for word in words), False])[mode.codes]


def _ask_mode(cells: Cells, positions: PerpetualPositions) -> None:
    """Ask whether positions of one account share their margins, where nothing says so.

    An account's value is that of all its positions; and the file's own liquidation prices may fit the one or the other.
    """
    if cells.given("margin_mode") or cells.given("account_value") or not positions.several.any():
        return
    alone, together, told = positions.fitting_modes()
    if 2 * together > told and together >= alone:
        cells.notes.say(
            f"{cells.source.name}: positions of one account share their margins, as the file's own liquidation prices "
            f"do in {together:,} of {told:,} positions"
        )
        return
    text = "Some accounts have several positions: do these share their margins?"
    if 2 * alone > told:
        text = (
            f"In {alone:,} of {told:,} positions of accounts with several the file's liquidation price is that of the "
            "position with its own margin: do they share their margins?"
        )
    cross, isolated = ({"constants": {"margin_mode": mode}} for mode in ("cross", "isolated"))
    cells.notes.ask(
        Question(
            "margin_mode",
            f"{cells.source.name}, positions",
            text,
            (
                Answer("no, each has its own (isolated)", "--constant margin_mode=isolated", isolated),
                Answer("yes (cross margin)", "--constant margin_mode=cross", cross),
                Answer("a column tells", "--map margin_mode=COLUMN"),
            ),
        )
    )


def _isolated(
    cells: Cells, account: npt.NDArray[np.object_], asset: CodedColumn, open_: Flags
) -> npt.NDArray[np.object_]:
    """Return accounts with isolated positions as accounts of their own, where the account has other positions too."""
    alone = _is_isolated(cells) & open_
    if not alone.any():
        return account
    counts: dict[str, int] = {}
    for name in account[open_].tolist():
        counts[name] = counts.get(name, 0) + 1
    split = np.array([counts.get(name, 0) > 1 for name in account.tolist()], dtype=np.bool_) & alone
    if not split.any():
        return account
    names = (*asset.names, "")
    result = account.copy()
    for row in np.flatnonzero(split).tolist():
        result[row] = f"{account[row]} {names[asset.codes[row]]}"
    cells.notes.say(
        f"{cells.source.name}: {int(split.sum()):,} isolated positions are accounts of their own: {result[split][0]}"
    )
    return result


def _margin_asset(cells: Cells, aliases: Mapping[str, str], known: Known) -> CodedColumn:
    """Return what each position's margin is paid in; what is not worth about a dollar is a fault.

    Such a contract gains in its own asset, by 1/price, which section 1 of the Method does not have.
    """
    if not cells.given("margin_asset"):
        return renamed(CodedColumn(np.zeros(cells.rows, dtype=np.int32), (known.margin_asset,)), aliases)
    column = names_of(cells, "margin_asset", aliases)
    dollars = [
        name.upper() in DOLLARS or STABLE_FROM <= known.prices.get(name, 0.0) <= STABLE_TO for name in column.names
    ]
    other = ~np.array([*dollars, True])[column.codes]
    cells.fault(
        other & ~cells.bad, "margin_asset", "a dollar, such as USDC: contracts with margin in coins are not read"
    )
    blank = column.codes == BLANK
    if not blank.any():
        return column
    names = (*column.names, known.margin_asset)
    return CodedColumn(np.where(blank, len(names) - 1, column.codes).astype(np.int32), names)


def _cash_of_accounts(
    cells: Cells, account: npt.NDArray[np.object_], signed: Floats, mark: Floats, alone: Floats, asked: Floats
) -> tuple[Floats, Floats]:
    """Return the cash of each account on its first row, as its value tells, and how much of it is held against shorts.

    Where an account has less cash than its shorts and their maintenance margins are worth, it holds these and owes the
    difference, as if each short had its own cash: the margin that shorts are asked for would not count else. Isolated
    positions keep their margin.
    """
    value = cells.numbers("account_value", "a number", signed=True)
    isolated = _is_isolated(cells)
    result = np.where(isolated, alone, 0.0)
    needed = np.where(isolated | ~(signed < 0), 0.0, np.nan_to_num(-signed * mark * (1 + asked)))
    held = np.where(isolated, np.maximum(alone, 0.0), 0.0)
    first: dict[str, int] = {}
    for row, name in enumerate(account.tolist()):
        if isolated[row]:
            continue
        if name not in first:
            first[name] = row
            result[row] = value[row]
        elif not np.isclose(value[row], value[first[name]], rtol=1e-6, equal_nan=True):
            cells.fault(np.arange(cells.rows) == row, "account_value", "the same value in all rows of an account")
        result[first[name]] -= np.nan_to_num(signed[row] * mark[row])
        held[first[name]] += needed[row]
    cells.notes.say(f"{cells.source.name}: cross accounts hold their value less what their positions are worth as cash")
    return result, np.maximum(held, result)
