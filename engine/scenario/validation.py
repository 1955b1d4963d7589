"""Checks of a loan table against the parameters: every fault names its row (from 1) and column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.base.faults import Fault
from engine.scenario.accounts import AccountRows
from engine.scenario.loans import BLANK, CodedColumn, LoanTable
from engine.scenario.schema.fields import LARGEST

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy.typing as npt

    from engine.base.types import Floats, Wholes
    from engine.scenario.schema import Parameters

MOST_FAULTS = 100
THRESHOLD_LIMIT = 1.5


def loan_faults(parameters: Parameters, loans: LoanTable) -> list[Fault]:
    """Return what is wrong with the loans, in row order.

    Checked are unknown markets, assets and categories, an asset without an amount and the reverse,
    negative, non-finite and too large amounts, thresholds outside [0, 1.5), negative bonuses,
    collateral that its market does not list (unless the row or the account's category gives both
    threshold and bonus), rows of a stability pool's market in more than one collateral or debt asset,
    rows of one account with the same collateral that disagree on their threshold or bonus, and rows of
    one account that disagree on its category (Method, section 1). Past `MOST_FAULTS` faults a last one
    says how many more there are.

    Loans that were found right are not looked at again while the names that they are checked against
    are the same.
    """
    passed = loans.kept.get(_Passed, _Passed)
    against = _checked_against(parameters)
    if passed.against == against:
        return []
    found = sorted(_row_faults(parameters, loans), key=lambda entry: entry[0])
    if not found:
        found = sorted([*_disagreements(loans), *_different_categories(loans)], key=lambda entry: entry[0])
    faults = [fault for _, fault in found[:MOST_FAULTS]]
    if len(found) > MOST_FAULTS:
        faults.append(Fault("loans", f"{len(found) - MOST_FAULTS} more faults"))
    if not faults:
        passed.against = against
    return faults


class _Passed:
    """What some loans were checked against when no fault was found the last time, None before that."""

    __slots__ = ("against",)

    def __init__(self) -> None:
        self.against: object = None


def _checked_against(parameters: Parameters) -> object:
    """Return everything of the parameters that the checks below look at."""
    return tuple(parameters.assets), tuple(
        (
            name,
            tuple(market.collateral),
            market.rules.settlement.kind,
            tuple(
                (mode, given.assets, given.liquidation_threshold is None, given.liquidation_bonus is None)
                for mode, given in market.categories.items()
            ),
        )
        for name, market in parameters.markets.items()
    )


def _row_faults(parameters: Parameters, loans: LoanTable) -> Iterator[tuple[int, Fault]]:
    assets = {name: index for index, name in enumerate(parameters.assets)}
    markets = {name: index for index, name in enumerate(parameters.markets)}
    names = loans.account.tolist()
    if not all(names):
        for row in np.flatnonzero([not name for name in names]):
            yield _at(row, "account", "blank", "a name")
    for row in np.flatnonzero(loans.market.recoded(markets) < 0):
        yield _at(row, "market", _name(loans.market, row), "one of " + ", ".join(markets))
    for side in ("collateral", "debt"):
        yield from _side_faults(side, loans, assets)
    yield from _override_faults(loans)
    yield from _unknown_categories(parameters, loans)
    yield from _unlisted_collateral(parameters, loans, assets, markets)
    yield from _other_assets_of_pools(parameters, loans, assets, markets)


def _side_faults(side: str, loans: LoanTable, assets: Mapping[str, int]) -> Iterator[tuple[int, Fault]]:
    column: CodedColumn = getattr(loans, f"{side}_asset")
    amounts: Floats = getattr(loans, f"{side}_amount")
    codes = column.recoded(assets)
    asset_place, amount_place = f"{side}_asset", f"{side}_amount"
    amount_rule = "a number of at least 0"
    for row in np.flatnonzero(codes < BLANK):
        yield _at(row, asset_place, _name(column, row), "one of " + ", ".join(assets))
    for row in np.flatnonzero(np.isinf(amounts) | (amounts < 0)):
        yield _at(row, amount_place, f"{amounts[row]:g}", amount_rule)
    for row in np.flatnonzero((amounts > LARGEST) & ~np.isinf(amounts)):
        yield _at(row, amount_place, f"{amounts[row]:g}", f"a number of at most {LARGEST:g}")
    for row in np.flatnonzero((codes != BLANK) & np.isnan(amounts)):
        yield _at(row, amount_place, "blank", f"{amount_rule}, as the asset is given")
    for row in np.flatnonzero((codes == BLANK) & ~np.isnan(amounts)):
        yield _at(row, asset_place, "blank", "the name of an asset, as an amount is given")


def _override_faults(loans: LoanTable) -> Iterator[tuple[int, Fault]]:
    threshold, bonus = loans.liquidation_threshold, loans.liquidation_bonus
    for row in np.flatnonzero((threshold < 0) | (threshold >= THRESHOLD_LIMIT)):
        yield _at(row, "liquidation_threshold", f"{threshold[row]:g}", "at least 0 and below 1.5")
    for row in np.flatnonzero((bonus < 0) | np.isinf(bonus)):
        yield _at(row, "liquidation_bonus", f"{bonus[row]:g}", "a number of at least 0")
    for row in np.flatnonzero((bonus > LARGEST) & ~np.isinf(bonus)):
        yield _at(row, "liquidation_bonus", f"{bonus[row]:g}", f"a number of at most {LARGEST:g}")


def _unknown_categories(parameters: Parameters, loans: LoanTable) -> Iterator[tuple[int, Fault]]:
    if loans.category.is_blank:
        return
    market, category = loans.market, loans.category
    pairs = market.codes.astype(np.int64) * (len(category.names) + 1) + category.codes
    given = np.flatnonzero((category.codes != BLANK) & (market.codes != BLANK))
    for pair in np.unique(pairs[given]).tolist():
        at, name = divmod(pair, len(category.names) + 1)
        found = parameters.markets.get(market.names[at])
        if found is None or category.names[name] in found.categories:
            continue
        known = ", ".join(found.categories)
        allowed = f"one of {known}, or blank" if known else f"blank, as {market.names[at]} has no categories"
        for row in given[pairs[given] == pair]:
            yield _at(row, "category", _name(category, row), allowed)


def _unlisted_collateral(
    parameters: Parameters,
    loans: LoanTable,
    assets: Mapping[str, int],
    markets: Mapping[str, int],
) -> Iterator[tuple[int, Fault]]:
    """Find collateral that nothing gives a threshold for: a zero would be a silent default."""
    listed = np.zeros((len(markets), len(assets)), dtype=bool)
    for name, index in markets.items():
        for collateral in parameters.markets[name].collateral:
            listed[index, assets[collateral]] = True
    market, collateral_codes = loans.market.recoded(markets), loans.collateral_asset.recoded(assets)
    bespoke = ~np.isnan(loans.liquidation_threshold) & ~np.isnan(loans.liquidation_bonus)
    candidates = np.flatnonzero((market >= 0) & (collateral_codes >= 0) & ~bespoke)
    for row in candidates[~listed[market[candidates], collateral_codes[candidates]]]:
        if _is_given_in_category(parameters, loans, int(row)):
            continue
        yield _at(
            row,
            "collateral_asset",
            f"{_name(loans.collateral_asset, row)} is no collateral of {_name(loans.market, row)}",
            "an asset listed there, or a row with its own liquidation_threshold and _bonus",
        )


def _is_given_in_category(parameters: Parameters, loans: LoanTable, row: int) -> bool:
    """Whether the row's category gives both threshold and bonus for the row's collateral."""
    if loans.category.codes[row] == BLANK:
        return False
    market = parameters.markets[loans.market.names[loans.market.codes[row]]]
    category = market.categories.get(loans.category.names[loans.category.codes[row]])
    if category is None or category.liquidation_threshold is None or category.liquidation_bonus is None:
        return False
    return loans.collateral_asset.names[loans.collateral_asset.codes[row]] in category.assets


def _other_assets_of_pools(
    parameters: Parameters,
    loans: LoanTable,
    assets: Mapping[str, int],
    markets: Mapping[str, int],
) -> Iterator[tuple[int, Fault]]:
    """Find, in each stability pool's market, the first row in another asset than those before it, on either side."""
    pools = [name for name, market in parameters.markets.items() if market.rules.settlement.serves_one_pair]
    if not pools:
        return
    market = loans.market.recoded(markets)
    for name in pools:
        for side in ("collateral", "debt"):
            column: CodedColumn = getattr(loans, f"{side}_asset")
            codes = column.recoded(assets)
            rows = np.flatnonzero((market == markets[name]) & (codes >= 0))
            others = rows[codes[rows] != codes[rows[0]]] if len(rows) else rows
            if len(others):
                one = _name(column, rows[0])
                yield _at(
                    others[0],
                    f"{side}_asset",
                    f"{_name(column, others[0])}, but {one} in row {rows[0] + 1} of {name}",
                    f"{one}: a stability pool serves one collateral and one debt asset",
                )


def _disagreements(loans: LoanTable) -> Iterator[tuple[int, Fault]]:
    """Find rows of one account with the same collateral whose own thresholds or bonuses differ.

    A blank beside a number is a disagreement too: the blank row would use the market's value.
    """
    override = ~np.isnan(loans.liquidation_threshold) | ~np.isnan(loans.liquidation_bonus)
    if not override.any():
        return
    accounts = AccountRows.of(loans)
    is_touched = np.zeros(len(accounts.first_row), dtype=np.bool_)
    is_touched[accounts.row_account[override]] = True
    asset = loans.collateral_asset.codes
    rows = np.flatnonzero((asset != BLANK) & is_touched[accounts.row_account])
    twins = _first_of_the_same(
        rows, accounts.row_account[rows].astype(np.int64) * len(loans.collateral_asset.names) + asset[rows]
    )
    for name in ("liquidation_threshold", "liquidation_bonus"):
        values = getattr(loans, name)
        mine, theirs = values[rows], values[twins]
        for place in np.flatnonzero((mine != theirs) & ~(np.isnan(mine) & np.isnan(theirs))):
            twin = f"row {twins[place] + 1} of the same account and collateral"
            yield _at(rows[place], name, _shown(mine[place]), f"{_shown(theirs[place])} as in {twin}")


def _first_of_the_same(rows: npt.NDArray[np.intp], key: Wholes) -> npt.NDArray[np.intp]:
    """Return for each row the first one with the same key; rows ascend."""
    if (key[1:] > key[:-1]).all():
        return rows
    order = np.argsort(key, kind="stable")
    begins = np.ones(len(rows), dtype=np.bool_)
    begins[1:] = key[order][1:] != key[order][:-1]
    first = np.empty_like(rows)
    first[order] = rows[order][begins][np.cumsum(begins) - 1]
    return first


def _different_categories(loans: LoanTable) -> Iterator[tuple[int, Fault]]:
    """Find rows whose category is not that of the first row of the same account; blank is another than a name."""
    if loans.category.is_blank:
        return
    accounts = AccountRows.of(loans)
    first_row = accounts.first_row[accounts.row_account]
    for row in np.flatnonzero(loans.category.codes != loans.category.codes[first_row]):
        twin = int(first_row[row])
        allowed = f"{_name(loans.category, twin)} as in row {twin + 1} of the same account"
        yield _at(row, "category", _name(loans.category, row), allowed)


def _shown(value: float) -> str:
    return "blank" if np.isnan(value) else f"{value:g}"


def _name(column: CodedColumn, row: int | np.integer[Any]) -> str:
    code = column.codes[row]
    return "blank" if code == BLANK else repr(column.names[code])


def _at(row: int | np.integer[Any], column: str, found: str, allowed: str) -> tuple[int, Fault]:
    return int(row), Fault(f"loans row {int(row) + 1}, {column}", found, allowed)
