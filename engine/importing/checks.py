"""What an import is checked by: totals, health, liquidation prices; ours against what the file says itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.importing.asking import Answer, Question
from engine.importing.pairing import groups
from engine.scenario.loans import BLANK

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.base.types import Floats, Wholes
    from engine.importing.asking import Notes
    from engine.importing.book_reading import Reading
    from engine.scenario.loans import CodedColumn, LoanTable
    from engine.scenario.schema import Market, Parameters

_CLOSE = 0.01
_CLOSE_PRICE = 0.02
_ABSURD = 1000.0


@dataclass(frozen=True)
class BookFigures:
    """A book's accounts in USD.

    Parameters
    ----------
    account
        Shape (accounts,): names.
    group
        Shape (rows,): the account of each loan.
    collateral_usd, weighted_usd, debt_usd
        Shape (accounts,): the last but one times the liquidation thresholds.
    held, counted, owed
        Shape (rows,): the same of each loan.
    """

    account: npt.NDArray[np.object_]
    group: Wholes
    collateral_usd: Floats
    weighted_usd: Floats
    debt_usd: Floats
    held: Floats
    counted: Floats
    owed: Floats

    @property
    def health(self) -> Floats:
        """Shape (accounts,): health factors; infinite without debt."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.debt_usd > 0, self.weighted_usd / self.debt_usd, np.inf)


def figures_of(loans: LoanTable, parameters: Parameters) -> BookFigures:
    """Return what the accounts of a book hold and owe.

    Parameters
    ----------
    loans
        The book.
    parameters
        Prices and thresholds; what they do not list counts as 0.
    """
    prices = {name: asset.price for name, asset in parameters.assets.items()}
    held = np.nan_to_num(loans.collateral_amount) * _by_name(loans.collateral_asset, prices)
    owed = np.nan_to_num(loans.debt_amount) * _by_name(loans.debt_asset, prices)
    counted = held * _thresholds(loans, parameters)
    group, first = groups(loans.account, loans.market)
    sums: list[Floats] = [
        np.bincount(group, weights=values, minlength=len(first)).astype(np.float64) for values in (held, counted, owed)
    ]
    return BookFigures(loans.account[first], group, sums[0], sums[1], sums[2], held, counted, owed)


def _by_name(column: CodedColumn, values: dict[str, float]) -> Floats:
    return np.array([*(values.get(name, 0.0) for name in column.names), 0.0])[column.codes]


def _thresholds(loans: LoanTable, parameters: Parameters) -> Floats:
    """Return the threshold of each row's collateral: its own, its category's, its market's."""
    result = np.zeros(len(loans))
    for market_code, name in enumerate(loans.market.names):
        market = parameters.markets.get(name)
        if market is None:
            continue
        mine = loans.market.codes == market_code
        listed = {asset: entry.liquidation_threshold for asset, entry in market.collateral.items()}
        result[mine] = _by_name(loans.collateral_asset, listed)[mine]
        _take_categories(loans, market, mine, result)
    own = loans.liquidation_threshold
    return np.where(np.isnan(own), result, own)


def _take_categories(loans: LoanTable, market: Market, mine: npt.NDArray[np.bool_], result: Floats) -> None:
    for code, name in enumerate(loans.category.names):
        category = market.categories.get(name)
        if category is None or category.liquidation_threshold is None:
            continue
        for place, asset in enumerate(loans.collateral_asset.names):
            if asset in category.assets:
                rows = mine & (loans.category.codes == code) & (loans.collateral_asset.codes == place)
                result[rows] = category.liquidation_threshold


def compare(reading: Reading, parameters: Parameters, notes: Notes) -> None:
    """Say what the book adds up to, and where the file's own figures differ, with the likely cause; ask if absurd.

    Parameters
    ----------
    reading
        What was read.
    parameters
        Those of the scenario that it makes.
    notes
        Gets the lines, and a question where amounts can hardly be tokens.
    """
    figures = figures_of(reading.loans, parameters)
    name = reading.source.name
    if not len(figures.account):
        return
    with_debt = int((figures.debt_usd > 0).sum())
    worst = int(np.argmin(figures.health))
    line = (
        f"{name}: {_count(len(figures.account))}, {with_debt:,} with debt; collateral "
        f"{_usd(figures.collateral_usd)}, debt {_usd(figures.debt_usd)}"
    )
    if np.isfinite(figures.health[worst]):
        below = int((figures.health < 1).sum())
        line += f"; worst health {figures.health[worst]:.4g} ({figures.account[worst]}), {below:,} below 1"
    notes.say(line)
    _ask_balance(reading, figures, notes)
    if reading.choices.constants.get("price_unit", "1") == "1":
        _compare_usd(reading, figures, notes)
    _compare_health(reading, figures, notes)
    _compare_prices(reading, figures, parameters, notes)


def _count(accounts: int) -> str:
    return "1 account" if accounts == 1 else f"{accounts:,} accounts"


def _usd(values: Floats) -> str:
    return f"{float(values.sum()):,.6g} USD"


def _ask_balance(reading: Reading, figures: BookFigures, notes: Notes) -> None:
    """Ask where debt is a thousand times the collateral in most accounts, or the other way round with whole numbers."""
    loans, decimals = reading.loans, reading.choices.decimals
    both = (figures.debt_usd > 0) & (figures.collateral_usd > 0)
    if not both.any():
        return
    ratio = float(np.median(figures.debt_usd[both] / figures.collateral_usd[both]))
    side, asset, amount = "debt", loans.debt_asset, loans.debt_amount
    if ratio < 1:
        side, asset, amount, ratio = "collateral", loans.collateral_asset, loans.collateral_amount, 1 / ratio / 100
    given = amount[amount > 0]
    if ratio < _ABSURD or not (given == np.floor(given)).all() or given.max() < 1e6:
        return
    largest = asset.names[asset.codes[int(np.nanargmax(np.nan_to_num(amount)))]]
    if largest in decimals or asset.codes.max() == BLANK:
        return
    notes.ask(
        Question(
            "decimals",
            f"{reading.source.name}, {side}",
            f"In most accounts the {side} is out of all proportion (up to {given.max():.3g} {largest}): raw units?",
            (
                Answer("its decimals", f"--decimals {largest}=N"),
                Answer("amounts are tokens", f"--decimals {largest}=0", {"decimals": {largest: 0}}),
            ),
        )
    )


def _compare_usd(reading: Reading, figures: BookFigures, notes: Notes) -> None:
    """Say where the file's own USD differ from its amounts at the prices that are used."""
    ours = {"collateral": float(figures.collateral_usd.sum()), "debt": float(figures.debt_usd.sum())}
    own = reading.own.usd
    if reading.shape in {"totals", "liquidation_prices"} or reading.left_out:
        return
    for side, mine in ours.items():
        theirs = own.get(f"{side}_usd", 0.0)
        if theirs <= 0 or mine <= 0 or abs(mine / theirs - 1) <= _CLOSE:
            continue
        cause = "prices or amounts are of another time"
        weighted = float(figures.weighted_usd.sum())
        if side == "collateral" and abs(weighted / theirs - 1) <= _CLOSE:
            cause = "it is the collateral times the thresholds"
        elif side == "collateral" and theirs < mine and not reading.own.usd.get("debt_usd"):
            cause = "some supplies are no collateral there, or prices are of another time"
        elif side == "collateral" and theirs < mine:
            cause = f"it may be of another time, or times thresholds (of {theirs / mine:.2f} on average)"
        notes.say(
            f"{reading.source.name}: the file's own {side} is {theirs:,.6g} USD, ours {mine:,.6g} "
            f"({(mine / theirs - 1) * 100:+.3g} %): {cause}"
        )


def _compare_health(reading: Reading, figures: BookFigures, notes: Notes) -> None:
    """Say how many accounts have another health in the file, and what that points to."""
    own = reading.own.health
    if not own:
        return
    theirs = np.array([own.get(name, np.nan) for name in figures.account.tolist()])
    ours = figures.health
    told = ~np.isnan(theirs) & np.isfinite(ours)
    if not told.any():
        return
    ratio = ours[told] / theirs[told]
    apart = np.abs(ratio - 1) > _CLOSE
    if not apart.any():
        notes.say(f"{reading.source.name}: health agrees with the file's own in {int(told.sum()):,} accounts")
        return
    place = int(np.argmax(np.abs(np.log(np.maximum(ratio, 1e-300)))))
    account = figures.account[told][place]
    same = bool(apart.all()) and float(np.std(ratio)) < 0.01 * abs(float(np.mean(ratio)))
    fits = _fitting_price(reading, figures, account, float(theirs[told][place]))
    cause = (
        f"all by the factor {float(np.mean(ratio)):.4g}: a price, or the thresholds as a whole"
        if same and len(ratio) > 1
        else f"prices, thresholds, or supplies that do not count; its figures may be of another time{fits}"
    )
    notes.say(
        f"{reading.source.name}: health differs from the file's own by more than 1 % in {int(apart.sum()):,} of "
        f"{int(told.sum()):,} accounts (most in {account}: ours {ours[told][place]:.4g}, the file's "
        f"{theirs[told][place]:.4g}): {cause}"
    )


def _fitting_price(reading: Reading, figures: BookFigures, account: str, health: float) -> str:
    """Return at which price of an account's only collateral the file's own health would be right, in words."""
    rows = np.flatnonzero((figures.account[figures.group] == account) & (figures.held > 0))
    if len(rows) != 1:
        return ""
    loans = reading.loans
    row = int(rows[0])
    asset = loans.collateral_asset.names[loans.collateral_asset.codes[row]]
    threshold = figures.counted[row] / figures.held[row]
    if threshold <= 0:
        return ""
    debt = float(figures.debt_usd[figures.group[row]])
    price = health * debt / (float(loans.collateral_amount[row]) * threshold)
    return f"; it fits {asset} at {price:.4g} USD"


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
    notes.say(
        f"{reading.source.name}: liquidation prices differ by more than 2 % in {len(apart):,} of {len(pairs):,} "
        f"positions (most in {account}, {name}: ours {shown}, the file's {theirs:.6g}): {cause}"
    )
