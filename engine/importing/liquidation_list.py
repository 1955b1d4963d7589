"""A list of real liquidations, read to be laid beside a run: who, when, how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.base.faults import BadInput, Fault
from engine.importing.column_names import plain_name
from engine.importing.decimal_sign import decimal_comma
from engine.importing.names import accounts as account_names
from engine.importing.names import trimmed
from engine.importing.numbers import numbers_from_column
from engine.importing.raw_units import LARGEST_WHOLE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    import numpy.typing as npt

    from engine.base.types import Floats
    from engine.importing.asking import Notes
    from engine.importing.source import Source


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


COLUMNS: dict[str, tuple[str, ...]] = {
    "account": _split(
        "account useraddress user borrower borroweraddress liquidateduser liquidatee violator owner wallet accountid "
        "address trader urn"
    ),
    "time": _split("timestamp time blocktimestamp datetime date blocktime evtblocktime block blocknumber round"),
    "debt_asset": _split(
        "debtasset debtsymbol loansymbol repaidasset repayasset repaidsymbol principalsymbol borrowsymbol borrowasset "
        "debttoken loanasset"
    ),
    "collateral_asset": _split(
        "collateralasset collateralsymbol seizedasset seizedsymbol collateraltoken liquidatedcollateralasset"
    ),
    "repaid_usd": _split(
        "repaidusd repaidassetsusd repaidamountusd debtrepaidusd amountrepaidusd debttocoverusd repayamountusd repayusd"
    ),
    "seized_usd": _split(
        "seizedusd seizedassetsusd seizedamountusd collateralseizedusd liquidatedcollateralusd "
        "liquidatedcollateralamountusd amountusd"
    ),
    "repaid": _split("repaid repaidassets repaidamount repayamount debttocover amountrepaid debtrepaid"),
    "seized": _split("seized seizedassets seizedamount liquidatedcollateralamount seizeamount collateralseized"),
    "bad_debt_usd": _split("baddebtusd baddebtassetsusd"),
}
"""What a column can mean, and the names that are taken for it, without case and signs."""


@dataclass(frozen=True)
class LiquidationList:
    """Real liquidations.

    Parameters
    ----------
    name
        The file.
    account
        Shape (rows,): who was liquidated.
    time
        Shape (rows,): when, as the file writes it; "" where it does not say.
    repaid_usd, seized_usd
        Shape (rows,), USD of debt repaid and collateral seized; NaN where the file does not say.
    bad_debt_usd
        USD of bad debt in all; None where no column says.
    columns
        The column of each role that was found.
    """

    name: str
    account: npt.NDArray[np.object_]
    time: npt.NDArray[np.object_]
    repaid_usd: Floats
    seized_usd: Floats
    bad_debt_usd: float | None
    columns: Mapping[str, str]

    def __len__(self) -> int:
        return len(self.account)


def read_liquidations(
    source: Source,
    prices: Mapping[str, float],
    notes: Notes,
    columns: Mapping[str, str] | None = None,
    decimal: str | None = None,
) -> LiquidationList:
    """Read a list of liquidations.

    Parameters
    ----------
    source
        The file: a row is a liquidation.
    prices
        USD by asset, for lists that tell amounts in tokens only.
    notes
        Gets what was done.
    columns
        Role to column, as the user says; one of `COLUMNS`.
    decimal
        ``comma`` or ``point``, where the user says it.

    Raises
    ------
    Unanswered
        If the decimal sign is not certain.
    BadInput
        If no column names the account, none tells USD, a cell is no number, or amounts are in raw units.
    """
    found = _columns(source, columns or {})
    if "account" not in found:
        allowed = "a column account, user or borrower, or --map account=COLUMN"
        raise BadInput.at(
            f"{source.name}, columns", f"none is who was liquidated ({', '.join(source.columns)})", allowed
        )
    faults = [*source.faults, *source.flaws_of(found.values())]
    numbers = [
        column for role, column in found.items() if role not in {"account", "time", "debt_asset", "collateral_asset"}
    ]
    comma = decimal_comma(source, numbers, decimal, notes)
    notes.refuse()
    read = {role: _numbers(source, found[role], comma, faults) for role in found if found[role] in numbers}
    names, blank, _ = account_names(source.column(found["account"]))
    who = found["account"]
    faults += [Fault(source.place(row, who), "blank", "who was liquidated") for row in np.flatnonzero(blank).tolist()]
    if faults:
        raise BadInput(faults)
    usd = {part: _usd(source, part, found, read, prices, notes) for part in ("repaid", "seized")}
    if np.isnan(usd["repaid"]).all() and np.isnan(usd["seized"]).all():
        allowed = "a column repaid_usd or seized_usd (--map repaid_usd=COLUMN), or amounts with their asset"
        raise BadInput.at(f"{source.name}, columns", f"none tells how much ({', '.join(source.columns)})", allowed)
    time = np.full(len(source), "", dtype=object)
    if "time" in found:
        time[:] = [cell or "" for cell in trimmed(source.column(found["time"])).to_pylist()]
    _say_repeats(source, names, time, usd, notes)
    unused = [column for column in source.columns if column not in found.values()]
    if unused:
        notes.say(f"{source.name}: not used: {', '.join(unused[:8])}" + (" ..." if len(unused) > 8 else ""))
    bad = float(np.nansum(read["bad_debt_usd"])) if "bad_debt_usd" in read else None
    return LiquidationList(source.name, names, time, usd["repaid"], usd["seized"], bad, found)


def _columns(source: Source, given: Mapping[str, str]) -> dict[str, str]:
    for role, column in given.items():
        if role not in COLUMNS:
            raise BadInput.at(f"map {role}", "no such role", "one of " + ", ".join(COLUMNS))
        if column and column not in source.columns:
            raise BadInput.at(
                f"map {role}", f"{source.name} has no column {column!r}", "one of " + ", ".join(source.columns)
            )
    found = {role: column for role, column in given.items() if column}
    by_name = {plain_name(column): column for column in reversed(source.columns)}
    by_name = {plain_name(column.rpartition(".")[2]): column for column in reversed(source.columns)} | by_name
    for role, wanted in COLUMNS.items():
        free = [by_name[name] for name in wanted if name in by_name and by_name[name] not in found.values()]
        if role not in given and free:
            found[role] = free[0]
    return found


def _numbers(source: Source, column: str, comma: bool, faults: list[Fault]) -> Floats:
    values, wrong = numbers_from_column(source.column(column), decimal_comma=comma)
    marked = values < 0
    marked[wrong] = True
    for row in np.flatnonzero(marked).tolist():
        shown = source.shown_cell(column, row)
        faults.append(Fault(source.place(row, column), repr(shown), "a number of at least 0"))
    return values


def _usd(
    source: Source, part: str, found: dict[str, str], read: dict[str, Floats], prices: Mapping[str, float], notes: Notes
) -> Floats:
    """Return the USD of a part: as the file says, else its tokens at the scenario's prices."""
    if f"{part}_usd" in read:
        return read[f"{part}_usd"]
    asset = "debt_asset" if part == "repaid" else "collateral_asset"
    if part not in read or asset not in found:
        return np.full(len(source), np.nan)
    amounts = read[part]
    if np.nanmax(amounts, initial=0.0) > LARGEST_WHOLE:
        where = f"{source.name}, column {found[part]}"
        raise BadInput.at(
            where, f"amounts up to {np.nanmax(amounts):.3g}: raw units", f"tokens, or a column {part}_usd"
        )
    spelled = {name.lower(): price for name, price in prices.items()}
    listed = [str(name or "") for name in trimmed(source.column(found[asset])).to_pylist()]
    unknown = sorted({name for name in listed if name and name.lower() not in spelled})
    if unknown:
        where = f"{source.name}, column {found[asset]}"
        raise BadInput.at(where, f"no price for {', '.join(unknown[:6])}", f"assets of the scenario, or {part}_usd")
    notes.say(f"{source.name}: USD of {found[part]} are at the scenario's prices before the shock")
    return np.asarray(amounts * np.array([spelled.get(name.lower(), np.nan) for name in listed]))


def _say_repeats(source: Source, names: Any, time: Any, usd: dict[str, Floats], notes: Notes) -> None:
    keys = list(zip(names.tolist(), time.tolist(), usd["repaid"].tolist(), usd["seized"].tolist(), strict=True))
    written = [tuple(str(part) for part in key) for key in keys]
    again = len(written) - len(set(written))
    if again:
        rows = "1 row repeats" if again == 1 else f"{again:,} rows repeat"
        notes.say(f"{source.name}: {rows} another exactly (account, time, amounts), and count again")
