"""Reading a loan book: what it was taken for, what was done, what must be asked, and the loans it makes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from engine.base.faults import BadInput, Fault
from engine.importing.asking import Answer, Notes, Question
from engine.importing.asset_aliases import resolved
from engine.importing.asset_prices import ask_prices, ask_unit
from engine.importing.book_shapes import Known, Rows, both_sides, loans, positions
from engine.importing.cells import Cells
from engine.importing.choices import ImportChoices
from engine.importing.decimal_sign import decimal_comma
from engine.importing.filters import passing
from engine.importing.formulas import columns_of, evaluated
from engine.importing.known_scales import with_scales
from engine.importing.left_out import say_in_part
from engine.importing.note_rows import without_notes
from engine.importing.other_lists import looks_like
from engine.importing.own_figures import OwnFigures
from engine.importing.perpetuals import of_instrument, perpetuals
from engine.importing.price_shapes import liquidation_prices, totals
from engine.importing.prices_of_worth import take_prices_of_worth
from engine.importing.recognition import PARTS, Found, assigned, matches, missing, recognised
from engine.importing.repeated_names import TWICE
from engine.importing.roles import ROLES
from engine.importing.rows_taken import finished
from engine.importing.total_rows import without_totals
from engine.importing.vaults import with_vaults
from engine.importing.wide_columns import groups_of_tokens, in_ether, wide
from engine.scenario.loans import LoanTable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from engine.base.types import Wholes
    from engine.importing.choices import Shape
    from engine.importing.perpetual_positions import PerpetualPositions
    from engine.importing.source import Source

_READERS: dict[str, Callable[[Cells, Mapping[str, str], Known], Rows]] = {
    "loans": loans,
    "positions": positions,
    "both_sides": both_sides,
    "liquidation_prices": liquidation_prices,
    "totals": totals,
    "wide": wide,
    "perpetuals": perpetuals,
}
_WORDS: dict[Shape, str] = {"liquidation_prices": "liquidation_price", "perpetuals": "entry_price"}
"""The column without which nothing says that a file has this shape."""
_ROWS: dict[Shape, str] = {
    "loans": "a loan, collateral and debt side by side",
    "positions": "one side of one asset",
    "both_sides": "an asset of an account, supplied and borrowed",
    "totals": "an account with totals in USD",
    "liquidation_prices": "an account with its liquidation price",
    "perpetuals": "a perpetual position",
}
_ASSET_ROLES = ("asset", "collateral_asset", "debt_asset", "margin_asset")


@dataclass(frozen=True)
class Reading:
    """What was read from a book.

    Parameters
    ----------
    source
        The file, with the rows that pass the filters.
    choices
        What the user said.
    shape
        What a row was taken for; None if that is asked.
    columns
        Role to columns.
    unused
        The columns that mean nothing here.
    loans
        The rows that are right, as loans.
    prices
        USD of each asset that the file gives a price for.
    notes
        What was said, asked and found wrong.
    own
        The file's own health, USD values and liquidation prices, to compare ours with.
    rows, bad_rows
        Rows in the file, and how many of them are wrong.
    left_out
        Accounts left out because a row of theirs is wrong.
    aliases
        Names of assets in the file that stand for another.
    aside
        Positions in the file of the wrong rows and the others of their accounts.
    is_refused
        Whether what is wrong is the file as it is mapped, whatever becomes of wrong rows.
    marked
        Where wrong rows are taken with marks: loan row, column and text of each cell that holds no value.
    wrong_rows
        What is wrong with the first rows that are wrong, by their positions in the file.
    perpetuals
        The right positions, where they are perpetuals.
    as_read
        By column, its first cells as what they were read, as `Cells` keeps them.
    """

    source: Source
    choices: ImportChoices
    shape: Shape | None
    columns: Mapping[str, tuple[str, ...]]
    unused: tuple[str, ...]
    loans: LoanTable
    prices: Mapping[str, float]
    notes: Notes
    own: OwnFigures
    rows: int = 0
    bad_rows: int = 0
    left_out: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    aside: Wholes = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    is_refused: bool = False
    marked: tuple[tuple[int, str, str], ...] = ()
    wrong_rows: Mapping[int, str] = field(default_factory=dict)
    perpetuals: PerpetualPositions | None = None
    as_read: Mapping[str, tuple[str | float, ...]] = field(default_factory=dict)

    def preview(self, rows: int = 20) -> list[dict[str, object]]:
        """Return the first loans as they will be, blank cells left out."""
        kept = np.arange(min(rows, len(self.loans)))
        return self.loans.taken(kept).to_records()


def read_book(
    source: Source, choices: ImportChoices | None = None, *, known: Known | None = None, assets: Iterable[str] = ()
) -> Reading:
    """Read a book as its user says, find out the rest, and ask what cannot be found out.

    Parameters
    ----------
    source
        The file.
    choices
        What the user says; nothing by default.
    known
        Prices and thresholds from elsewhere.
    assets
        Assets that are known elsewhere: names of the file are matched with them.

    Returns
    -------
    Reading
        Whose notes hold questions and faults; its loans are complete once both are empty.

    Raises
    ------
    BadInput
        If a choice does not fit the file: a column that is not there, a formula that cannot be read.
    """
    choices = choices or ImportChoices()
    notes = Notes()
    source.say_opening(notes)
    known = known or Known()
    _check_choices(source, choices)
    whole = source
    if choices.where:
        kept = passing(source, choices.where, comma=choices.decimal == "comma")
        notes.say(f"{source.name}: {int(kept.sum()):,} of {len(source):,} rows pass {' and '.join(choices.where)}")
        source = source.taken(kept)
    if not len(source) and not source.faults:
        raise BadInput.at(source.name, "no row", "rows below the column names that pass the filters")
    choices = with_vaults(source, choices, notes)
    shape, found = _shape(source, choices, notes)
    if shape is None:
        return _nothing(source, choices, notes)
    source = without_notes(without_totals(source, found, choices, notes), notes)
    choices = _with_account(source, choices, found, notes)
    _ask_missing(source, choices, shape, found, notes)
    choices = with_scales(source, choices, found, notes)
    used = _used_columns(source, choices, found, shape)
    flaws = source.flaws_of([*used, *(name for name in source.flaws if any(name in text for text in choices.where))])
    flaws = [fault for fault in flaws if not _is_chosen(fault, source, choices)]
    if flaws:
        notes.faults.extend(flaws)
        return replace(_nothing(source, choices, notes, shape, found), is_refused=True)
    comma = decimal_comma(source, _number_columns(source, choices, found, shape), choices.decimal, notes)
    cells = Cells(source, found, choices, notes, comma=comma)
    if notes.questions:
        return _nothing(source, choices, notes, shape, found)
    aliases = _aliases(cells, shape, assets, known, choices, notes)
    rows = _READERS[shape](cells, aliases, known)
    take_prices_of_worth(cells, shape, rows, known)
    prices = _in_usd(cells, shape, rows, choices, notes)
    notes.faults.extend(cells.faults())
    unused = tuple(column for column in source.columns if column not in used)
    if unused:
        more = f" and {len(unused) - 8} more" if len(unused) > 8 else ""
        notes.say(f"{source.name}: not used: {', '.join(unused[:8])}{more}")
    own = OwnFigures.of(cells, shape, rows.owner, aliases)
    if choices.where and "account" in found.columns:
        own = own.without(say_in_part(whole, found.columns["account"][0], choices, notes))
    reading = Reading(
        source,
        choices,
        shape,
        found.columns,
        unused,
        LoanTable.empty(),
        prices,
        notes,
        own,
        len(source) + len(source.faults),
        int(cells.bad.sum()) + len(source.faults),
        aliases=aliases,
        perpetuals=None if rows.perpetuals is None else rows.perpetuals.taken(~cells.bad),
        as_read=cells.as_read,
    )
    return finished(reading, cells, rows, aliases)


def _is_chosen(fault: Fault, source: Source, choices: ImportChoices) -> bool:
    """Whether what is wrong is a name that stands there twice, of a column that the user has chosen himself."""
    if TWICE not in fault.found:
        return False
    chosen = [name for name in source.columns if fault in source.flaws.get(name, ())]
    return set(chosen) <= {*choices.columns.values(), choices.decimals_column}


def _check_choices(source: Source, choices: ImportChoices) -> None:
    """Refuse roles and columns that there are not."""
    known = ", ".join(source.columns)
    faults = [
        Fault(f"{kind} {role}", "no such role", "one of " + ", ".join([*ROLES, *extra]))
        for kind, roles, extra in (
            ("map", choices.columns, ()),
            ("scale", choices.scale, ()),
            ("constant", choices.constants, ("price_unit", "reserve_order", "totals", "markets")),
        )
        for role in roles
        if role not in ROLES and role not in extra
    ]
    faults += [
        Fault(f"map {role}", f"{source.name} has no column {column!r}", "one of " + known)
        for role, column in choices.columns.items()
        if column and column not in source.columns and "{asset}" not in column
    ]
    if choices.decimals_column is not None and choices.decimals_column not in source.columns:
        faults.append(Fault("decimals", f"{source.name} has no column {choices.decimals_column!r}", "one of " + known))
    for role, formula in choices.scale.items():
        plain = formula.strip().lstrip("*/×")
        columns_of(plain, source.columns, f"scale {role}")
        evaluated(plain, lambda _: np.ones(1), 1, f"scale {role}")
    if faults:
        raise BadInput(faults)


def _shape(source: Source, choices: ImportChoices, notes: Notes) -> tuple[Shape | None, Found]:
    given = {role: column for role, column in choices.columns.items() if "{asset}" not in column}
    filled = {**choices.constants, **choices.scale}
    if choices.shape is not None:
        return choices.shape, assigned(matches(source), choices.shape, given)
    possible = recognised(source, given, filled)
    if not possible and groups_of_tokens(source, choices.columns):
        return "wide", assigned(matches(source), "wide", given)
    other = looks_like(source) if not choices.columns else None
    if other is not None:
        raise BadInput.at(source.name, other)
    if possible:
        shape = next(iter(possible))
        return shape, possible[shape]
    _ask_shape(source, notes)
    return None, Found()


def _ask_shape(source: Source, notes: Notes) -> None:
    found = matches(source)
    shapes: list[Shape] = ["loans", "positions", "both_sides", "totals", "liquidation_prices", "perpetuals"]
    lacking = {shape: missing(assigned(found, shape, {}).columns, shape) for shape in shapes}

    def unlikely(shape: Shape) -> tuple[bool, float]:
        """Sort those last whose own word, that others do not have, stands nowhere."""
        return _WORDS.get(shape) in lacking[shape], len(lacking[shape]) / len(PARTS[shape][0])

    best = sorted(shapes, key=unlikely)[:3]
    columns = ", ".join(source.columns[:12]) + (" ..." if len(source.columns) > 12 else "")
    answers = tuple(
        Answer(
            f"{_ROWS[shape]}: needs {', '.join(lacking[shape]) or 'nothing more'}",
            f"--shape {shape} " + " ".join(f"--map {role}=COLUMN" for role in lacking[shape]),
            {"shape": shape},
        )
        for shape in best
    )
    notes.ask(Question("shape", f"{source.name}, columns", f"What is a row? The columns are {columns}.", answers))


def _with_account(source: Source, choices: ImportChoices, found: Found, notes: Notes) -> ImportChoices:
    """Name the account of a file that has a single row and no column for it."""
    if "account" in found.columns or "account" in choices.constants or len(source) != 1:
        return choices
    notes.say(f"{source.name}: no column names the account; its only row is account 'a1'")
    return choices.changed(constants={"account": "a1"})


def _ask_missing(source: Source, choices: ImportChoices, shape: Shape, found: Found, notes: Notes) -> None:
    """Ask for what the shape needs and no column, constant or formula gives."""
    given = {*found.columns, *choices.constants, *choices.scale}
    if shape == "wide" and not groups_of_tokens(source, choices.columns):
        pattern = Answer("by a pattern of names", '--map "supplied={asset}_supply" --map "borrowed={asset}_debt"')
        notes.ask(Question("shape", f"{source.name}, columns", "No columns are of tokens.", (pattern,)))
    needed = [role for role in missing(found.columns, shape) if role not in given]
    if shape == "loans":
        for side in ("collateral", "debt"):
            if f"{side}_amount" not in given and f"{side}_asset" not in given:
                needed = [role for role in needed if not role.startswith(side)]
    for role in needed:
        label = ROLES[role].label.lower()
        ways = [Answer("a column tells", f"--map {role}=COLUMN")]
        if ROLES[role].kind != "number":
            ways.insert(0, Answer("the same in all rows", f"--constant {role}=NAME"))
        else:
            ways.append(Answer("worked out of columns", f"--scale {role}=FORMULA"))
        columns = ", ".join(source.columns[:12]) + (" ..." if len(source.columns) > 12 else "")
        notes.ask(
            Question(role, f"{source.name}, {role}", f"No column is the {label} (columns: {columns}).", tuple(ways))
        )


def _used_columns(source: Source, choices: ImportChoices, found: Found, shape: Shape) -> set[str]:
    used = {column for columns in found.columns.values() for column in columns}
    used |= {
        column
        for formula in choices.scale.values()
        for column in columns_of(formula.strip().lstrip("*/×"), source.columns, "scale")
    }
    if shape == "wide":
        used |= {
            column
            for roles in groups_of_tokens(source, choices.columns).values()
            for columns in roles.values()
            for column in columns
        }
    return used | ({choices.decimals_column} if choices.decimals_column else set())


def _number_columns(source: Source, choices: ImportChoices, found: Found, shape: Shape) -> list[str]:
    tokens = groups_of_tokens(source, choices.columns) if shape == "wide" else {}
    numbers = [column for roles in tokens.values() for columns in roles.values() for column in columns]
    numbers += [column for role, columns in found.columns.items() if ROLES[role].kind == "number" for column in columns]
    for formula in choices.scale.values():
        numbers += columns_of(formula.strip().lstrip("*/×"), source.columns, "scale")
    return list(dict.fromkeys(numbers))


def _aliases(
    cells: Cells, shape: Shape, assets: Iterable[str], known: Known, choices: ImportChoices, notes: Notes
) -> dict[str, str]:
    names = [name for role in _ASSET_ROLES if cells.given(role) for name in cells.names(role).names]
    names += list(groups_of_tokens(cells.source, choices.columns)) if shape == "wide" else []
    given = dict(choices.alias)
    if shape == "perpetuals":
        instruments = {name: base for name in names if name not in given and (base := of_instrument(name)) is not None}
        given |= instruments
        if instruments:
            notes.say(f"{cells.source.name}: instruments are of their assets: {', '.join(list(instruments)[:4])}")
    targets = dict.fromkeys([*assets, *known.prices, *known.thresholds])
    return resolved(names, targets, given, cells.source.name, notes)


def _in_usd(cells: Cells, shape: Shape, rows: Rows, choices: ImportChoices, notes: Notes) -> dict[str, float]:
    """Return the file's prices in USD, which may stand there in another unit."""
    role = next((role for role in ("price", "collateral_price", "debt_price") if role in cells.columns), None)
    ether = shape == "wide" and role is None and in_ether(cells.source, choices.columns)
    if role is None and not ether:
        return rows.prices
    where, unit_of = (f"{cells.source.name}, columns", "eth") if role is None else (cells.where(role), cells.unit(role))
    unit = ask_unit(rows.prices, where, unit_of, choices.constants.get("price_unit"), notes)
    prices = rows.prices if unit == 1.0 else {name: price * unit for name, price in rows.prices.items()}
    ask_prices(prices, where, choices, notes)
    return prices


def _nothing(
    source: Source, choices: ImportChoices, notes: Notes, shape: Shape | None = None, found: Found | None = None
) -> Reading:
    columns = {} if found is None else found.columns
    return Reading(source, choices, shape, columns, (), LoanTable.empty(), {}, notes, OwnFigures(), len(source))
