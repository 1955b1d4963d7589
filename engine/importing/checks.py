"""What an import is checked by: totals, health, liquidation prices; ours against what the file says itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.importing.asking import Answer, Question
from engine.importing.comparison import compare_own
from engine.importing.numbers import usd_text
from engine.importing.pairing import groups
from engine.scenario.loans import BLANK

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.base.types import Floats, Wholes
    from engine.importing.asking import Notes
    from engine.importing.book_reading import Reading
    from engine.scenario.loans import CodedColumn, LoanTable
    from engine.scenario.schema import Market, Parameters

_ABSURD = 1000.0


@dataclass(frozen=True)
class BookFigures:
    """A book's accounts in USD.

    Parameters
    ----------
    account, market
        Shape (accounts,): names.
    group
        Shape (rows,): the account of each loan.
    collateral_usd, weighted_usd, debt_usd
        Shape (accounts,): the last but one times the liquidation thresholds.
    held, counted, owed
        Shape (rows,): the same of each loan.
    """

    account: npt.NDArray[np.object_]
    market: tuple[str, ...]
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
    names = (*loans.market.names, "")
    markets = tuple(names[code] for code in loans.market.codes[first].tolist())
    return BookFigures(loans.account[first], markets, group, sums[0], sums[1], sums[2], held, counted, owed)


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
    compare_own(reading, figures, parameters, notes)


def _count(accounts: int) -> str:
    return "1 account" if accounts == 1 else f"{accounts:,} accounts"


def _usd(values: Floats) -> str:
    return usd_text(float(values.sum()))


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
