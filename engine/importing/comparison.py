"""A book's figures beside those that its file tells itself: where they differ, and what that points to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from engine.base.types import Flags, Floats, Wholes
    from engine.importing.asking import Notes
    from engine.importing.book_reading import Reading
    from engine.importing.checks import BookFigures
    from engine.scenario.schema import Parameters

_CLOSE = 0.01
_CLOSE_PRICE = 0.02
_POWER = 0.004
"""So near to a power of ten is one number another in raw units: 1 %."""


_MOST_TRIED = 50


def compare_own(reading: Reading, figures: BookFigures, parameters: Parameters, notes: Notes) -> None:
    """Say where the file's own USD, health and liquidation prices agree with ours, and where they differ.

    Parameters
    ----------
    reading
        What was read.
    figures
        Its accounts in USD.
    parameters
        Those of the scenario that it makes.
    notes
        Gets the lines; differences are noted as such.
    """
    if reading.choices.constants.get("price_unit", "1") == "1":
        _compare_usd(reading, figures, notes)
    _compare_health(reading, figures, notes)
    _compare_prices(reading, figures, parameters, notes)


def _compare_usd(reading: Reading, figures: BookFigures, notes: Notes) -> None:
    """Say where the file's own USD differ from its amounts at the prices that are used."""
    if reading.shape in {"totals", "liquidation_prices"}:
        return
    read = set(figures.account.tolist())
    for side, by_account in (("collateral", figures.collateral_usd), ("debt", figures.debt_usd)):
        own = reading.own.usd.get(f"{side}_usd")
        if own is None:
            continue
        compared, of_which = np.ones(len(figures.account), dtype=np.bool_), ""
        theirs = own.total
        if own.lacking or reading.left_out or reading.choices.where:
            told = read - own.lacking
            compared = np.array([name in told for name in figures.account.tolist()], dtype=np.bool_)
            theirs = own.of(told)
            if own.lacking & read:
                of_which = f" in the accounts for which it is told whole, {len(told):,} of {len(read):,}"
        mine, weighted = float(by_account[compared].sum()), float(figures.weighted_usd[compared].sum())
        if theirs <= 0 or mine <= 0 or abs(mine / theirs - 1) <= _CLOSE:
            continue
        notes.differ(
            f"{reading.source.name}: the file's own {side} is {theirs:,.6g} USD, ours {mine:,.6g} "
            f"({(mine / theirs - 1) * 100:+.3g} %){of_which}: {_why_other_usd(reading, side, mine, weighted, theirs)}"
        )


def _why_other_usd(reading: Reading, side: str, mine: float, weighted: float, theirs: float) -> str:
    if side == "collateral" and abs(weighted / theirs - 1) <= _CLOSE:
        return "it is the collateral times the thresholds"
    if side == "collateral" and theirs < mine and not reading.own.total_usd("debt_usd"):
        return "some supplies are no collateral there, or prices are of another time"
    if side == "collateral" and theirs < mine:
        return f"it may be of another time, or times thresholds (of {theirs / mine:.2f} on average)"
    return "prices or amounts are of another time"


def _compare_health(reading: Reading, figures: BookFigures, notes: Notes) -> None:
    """Say how many accounts have another health in the file, and what that points to."""
    own = reading.own.health
    keys = zip(figures.account.tolist(), figures.market, strict=True)
    theirs = np.array([own.get(key, own.get((key[0], ""), np.nan)) for key in keys], dtype=np.float64)
    ours = figures.health
    told = ~np.isnan(theirs) & np.isfinite(ours)
    nothing, free = told & (theirs == 0) & (ours > 0), told & np.isinf(theirs)
    _say_extremes(reading, figures, nothing, free, notes)
    both = told & (theirs > 0) & ~free
    agrees = int((told & (theirs == 0) & (ours == 0)).sum())
    ratio = ours[both] / theirs[both]
    apart = np.abs(ratio - 1) > _CLOSE
    name = reading.source.name
    if not apart.any():
        agrees += len(ratio)
        if agrees:
            notes.say(f"{name}: health agrees with the file's own in {agrees:,} {_accounts(agrees)}")
        return
    place = int(np.argmax(np.abs(np.log(np.maximum(ratio, 1e-300)))))
    account = figures.account[both][place]
    same = bool(apart.all()) and float(np.std(ratio)) < 0.01 * abs(float(np.mean(ratio)))
    places = np.flatnonzero(both)[apart]
    cause = _other_price(reading, figures, theirs, places, int(np.flatnonzero(both)[place])) or (
        f"all by the factor {float(np.mean(ratio)):.4g}: a price, or the thresholds as a whole"
        if same and len(ratio) > 1
        else "prices, thresholds, or supplies that do not count; its figures may be of another time"
        + _fitting(reading, figures, theirs, int(np.flatnonzero(both)[place]))
    )
    notes.differ(
        f"{name}: health differs from the file's own by more than 1 % in {int(apart.sum()):,} of "
        f"{len(ratio):,} {_accounts(len(ratio))} (most in {account}: ours {ours[both][place]:.4g}, the file's "
        f"{theirs[both][place]:.4g}): {cause}"
    )


def _accounts(count: int) -> str:
    return "account" if count == 1 else "accounts"


def _say_extremes(reading: Reading, figures: BookFigures, nothing: Flags, free: Flags, notes: Notes) -> None:
    """Say where the file's own health is 0, or that of an account without debt, and ours is neither."""
    name = reading.source.name
    if nothing.any():
        account = str(figures.account[nothing][0])
        count = int(nothing.sum())
        of_0 = [
            column
            for column, told in reading.own.prices.items()
            if any(value == 0 and key[0] == account for key, value in told.items())
        ]
        cause = f"its price in column {of_0[0]} is 0, too" if of_0 else "it may not have been worked out there"
        notes.differ(
            f"{name}: the file's own health is 0 in {count:,} {_accounts(count)} with collateral "
            f"({account}: ours {figures.health[nothing][0]:.4g}): {cause}"
        )
    if free.any():
        count, account = int(free.sum()), figures.account[free][0]
        notes.differ(
            f"{name}: by the file's own health {count:,} {_accounts(count)} that {'has' if count == 1 else 'have'} "
            f"debt here would have none ({account}: {figures.debt_usd[free][0]:,.6g} USD): its figures are of another "
            "time, or leave a part out"
        )


def _only_collateral(figures: BookFigures, place: int) -> int | None:
    """Return the row of an account's only collateral, None if it has several or none that counts."""
    rows = np.flatnonzero((figures.group == place) & (figures.held > 0))
    return int(rows[0]) if len(rows) == 1 and figures.counted[rows[0]] > 0 else None


def _price_of(reading: Reading, figures: BookFigures, row: int, place: int, health: float) -> float:
    """Return the price of an account's only collateral at which a health would be right."""
    threshold = figures.counted[row] / figures.held[row]
    return float(health * figures.debt_usd[place] / (reading.loans.collateral_amount[row] * threshold))


def _other_price(reading: Reading, figures: BookFigures, theirs: Floats, places: Wholes, worst: int) -> str:
    """Return which column of prices the file's own health was worked out with, in words; "" if none fits.

    A column fits where its numbers, but for a power of ten, are the prices at which each of these healths is right, in
    USD or in what is owed: protocols keep prices in raw units.
    """
    loans = reading.loans
    few = dict.fromkeys([worst, *places[:_MOST_TRIED].tolist()])
    rows = {place: row for place in few if (row := _only_collateral(figures, place)) is not None}
    if worst not in rows:
        return ""
    owed_at = {place: _price_of_debt(reading, figures, place) for place in rows}
    for column, told in reading.own.prices.items():
        fits = 0
        for place, row in rows.items():
            asset = loans.collateral_asset.names[loans.collateral_asset.codes[row]]
            value = told.get((figures.account[place], asset), np.nan)
            price = _price_of(reading, figures, row, place, float(theirs[place]))
            tens = np.log10(value / np.array([price, price / owed_at[place]])) if value > 0 else np.array([np.nan])
            fits += bool((np.abs(tens - np.round(tens)) < _POWER).any())
        if fits == len(rows):
            row = rows[worst]
            asset = loans.collateral_asset.names[loans.collateral_asset.codes[row]]
            price = _price_of(reading, figures, row, worst, float(theirs[worst]))
            ours = figures.held[row] / loans.collateral_amount[row]
            return (
                f"the file's is worked out with the price in column {column}, of {asset} {price:.4g} USD and ours "
                f"{ours:.4g}; --price {asset}={price:.6g} takes it"
            )
    return ""


def _price_of_debt(reading: Reading, figures: BookFigures, place: int) -> float:
    """Return the price of an account's only debt asset; NaN where there are several."""
    rows = np.flatnonzero((figures.group == place) & (figures.owed > 0))
    prices = figures.owed[rows] / reading.loans.debt_amount[rows]
    return float(prices[0]) if len(set(reading.loans.debt_asset.codes[rows].tolist())) == 1 else float("nan")


def _fitting(reading: Reading, figures: BookFigures, theirs: Floats, place: int) -> str:
    """Return at which price of an account's only collateral the file's own health would be right, in words."""
    row = _only_collateral(figures, place)
    if row is None:
        return ""
    asset = reading.loans.collateral_asset.names[reading.loans.collateral_asset.codes[row]]
    return f"; it fits {asset} at {_price_of(reading, figures, row, place, float(theirs[place])):.4g} USD"


def _compare_prices(reading: Reading, figures: BookFigures, parameters: Parameters, notes: Notes) -> None:
    """Say where the file's liquidation prices are others than ours, all else held."""
    own = reading.own.liquidation_prices
    if not own:
        return
    loans = reading.loans
    pairs: list[tuple[str, str, float, float]] = []
    for asset, moved, sign in ((loans.collateral_asset, figures.counted, 1), (loans.debt_asset, figures.owed, -1)):
        mine = moved > 0
        weighted, debt = figures.weighted_usd[figures.group], figures.debt_usd[figures.group]
        rest = debt - weighted + moved if sign > 0 else weighted - debt + moved
        with np.errstate(divide="ignore", invalid="ignore"):
            share = rest / moved
        for row in np.flatnonzero(mine).tolist():
            name = asset.names[asset.codes[row]]
            theirs = own.get((loans.account[row], name))
            if theirs is not None:
                price = parameters.assets[name].price
                pairs.append((loans.account[row], name, float(share[row]) * price, theirs))
    apart = [pair for pair in pairs if abs(pair[2] / pair[3] - 1) > _CLOSE_PRICE]
    if not pairs:
        return
    if not apart:
        notes.say(f"{reading.source.name}: liquidation prices agree with the file's own in {len(pairs):,} positions")
        return
    account, name, ours, theirs = max(apart, key=lambda pair: abs(pair[2] / pair[3] - 1))
    shown = f"{ours:.6g}" if ours > 0 else "none"
    cause = "other thresholds, or accounts that hold more than is listed"
    if reading.perpetuals is not None:
        cause = reading.perpetuals.why_other(account, name, theirs)
    notes.differ(
        f"{reading.source.name}: liquidation prices differ by more than 2 % in {len(apart):,} of {len(pairs):,} "
        f"positions (most in {account}, {name}: ours {shown}, the file's {theirs:.6g}): {cause}"
    )
