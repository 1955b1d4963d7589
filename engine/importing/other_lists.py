"""What a file is that is no loan book: liquidations, bad debts, prices, parameters; told in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.importing.column_kinds import kinds
from engine.importing.column_names import plain_name, words
from engine.importing.recognition import matches

if TYPE_CHECKING:
    from engine.importing.source import Source

_OF_LIQUIDATIONS = frozenset({"seized", "seize", "liquidator", "repaid", "repay", "liquidated"})


def looks_like(source: Source) -> str | None:
    """Return what a file seems to be, in words, and where it belongs; None if it may be a book.

    Parameters
    ----------
    source
        The file.
    """
    named = {column: words(column) for column in source.columns}
    every = {word for parts in named.values() for word in parts}
    seized = sorted(column for column, parts in named.items() if set(parts) & _OF_LIQUIDATIONS)
    if len(every & _OF_LIQUIDATIONS) >= 2:
        return (
            f"this looks like a list of liquidations ({', '.join(seized[:4])}), not a book: lay it beside a run "
            "(cascade compare, or File > Compare with real liquidations), or make a path of its prices"
        )
    if any(plain_name(column).endswith("baddebt") for column in source.columns):
        found = matches(source)
        if not found["collateral_amount"] and not found["debt_amount"] and not found["amount"]:
            columns = ", ".join(source.columns[:3])
            return f"this looks like a list of bad debts ({columns}), not a book: {_bad_debts(source)}"
    return _prices_or_parameters(source)


def _bad_debts(source: Source) -> str:
    return f"{len(source):,} accounts, none with what it holds"


def _prices_or_parameters(source: Source) -> str | None:
    found = matches(source)
    cell_kinds = kinds(source)
    accounts = [match for match in found["account"] if cell_kinds[match.column] != "blank"]
    numbers = [column for column in source.columns if cell_kinds[column] == "number"]
    amounts = any(found[role] for role in ("amount", "collateral_amount", "debt_amount", "supplied", "borrowed"))
    if found["time"] and not accounts and not amounts and not found["asset"]:
        others = [column for column in numbers if column != found["time"][0].column]
        if others and len(others) + len(found["time"]) >= len(source.columns) and len(others) <= 400:
            return f"this looks like a list of prices ({', '.join(others[:4])}), not a book: use --path"
    terms = found["liquidation_threshold"] or found["liquidation_bonus"]
    if (
        found["asset"]
        and terms
        and not amounts
        and not any(plain_name(match.column) not in {"address", "id", "market", "key"} for match in accounts)
    ):
        return "this looks like a table of risk parameters, not a book: use --params"
    return None
