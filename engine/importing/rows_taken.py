"""Which rows of a book are taken: what becomes of wrong ones, of repeats, and of several times."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from engine.importing.asking import Answer, Question
from engine.importing.column_names import plain_name
from engine.importing.filters import times_of
from engine.importing.left_out import say_empty, say_with_wrong_row, with_wrong_row
from engine.importing.marked_rows import Mark, with_marks
from engine.importing.repeats import repeated_rows, rows_at_several_times

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.base.types import Flags, Wholes
    from engine.importing.book_reading import Reading
    from engine.importing.book_shapes import Rows
    from engine.importing.cells import Cells
    from engine.scenario.loans import LoanTable


def finished(reading: Reading, cells: Cells, rows: Rows, aliases: Mapping[str, str]) -> Reading:
    """Return a reading with its loans: without accounts that have a wrong row, or with those rows marked.

    Parameters
    ----------
    reading
        What was read, but for the loans.
    cells
        The file, and what is wrong with it.
    rows
        What a shape made of it.
    aliases
        Names of assets that stand for another.
    """
    with_wrong, left_out = with_wrong_row(rows, cells.bad)
    keep = ~cells.bad & ~with_wrong
    table = loans_of(rows, keep)
    repeats = repeated_rows(rows, keep)
    notes, choices = reading.notes, reading.choices
    _ask_time(reading, cells, rows, keep)
    _ask_account(reading, cells, rows, keep)
    _ask_market(reading, cells, rows, keep)
    if len(repeats):
        _about_repeats(reading, repeats)
        if choices.repeats == "once":
            keep[repeats] = False
            table = loans_of(rows, keep)
    say_empty(reading.source, rows, keep, notes)
    marked: tuple[Mark, ...] = ()
    if choices.wrong == "leave-out-accounts":
        say_with_wrong_row(reading.source, left_out, notes)
    elif choices.wrong == "mark" and cells.bad.any():
        table, marked = with_marks(cells, rows, keep | with_wrong, aliases)
    aside = np.flatnonzero(with_wrong | cells.bad)
    return replace(reading, loans=table, left_out=left_out, marked=marked, aside=aside, wrong_rows=cells.wrong_rows())


_FEW = 10_000
_IDS = frozenset({"id", "key", "positionid", "loanid", "position", "loan"})


def _ask_account(reading: Reading, cells: Cells, rows: Rows, keep: Flags) -> None:
    """Look whether accounts have both sides; where none has, the column may name something else."""
    sides, notes = rows.sides, reading.notes
    if sides is None or reading.shape not in {"positions", "both_sides"} or "account" not in cells.columns:
        return
    kept = keep[sides.row]
    for most in (_FEW, len(sides)):  # in a large book its first rows tell mostly
        holders, debtors = (set(sides.account[:most][kept[:most] & (sides.side[:most] == side)]) for side in (0, 1))
        if holders & debtors:
            return
    if not holders or not debtors:
        return
    column = cells.columns["account"][0]
    unique = len(holders) + len(debtors) == int(kept.sum()) > 2
    if unique and plain_name(column.rpartition(".")[2]) in _IDS and "account" not in reading.choices.columns:
        notes.ask(
            Question(
                "account",
                f"{reading.source.name}, column {column}",
                "Each row would be an account of its own, none with both collateral and debt: what names the account?",
                (
                    Answer("another column", "--map account=COLUMN"),
                    Answer("this one", f"--map account={column}", {"columns": {"account": column}}),
                ),
            )
        )
    else:
        notes.say(f"{reading.source.name}: no account has both collateral and debt: is {column} the account?")


def _ask_market(reading: Reading, cells: Cells, rows: Rows, keep: Flags) -> None:
    """Ask about markets of one asset each: in them debt would stand without its collateral."""
    sides = rows.sides
    by_rows = reading.shape in {"positions", "both_sides"}
    if sides is None or not by_rows or "market" not in cells.columns or cells.choices.market is not None:
        return
    if cells.choices.constants.get("markets") == "apart":
        return
    kept = keep[sides.row]
    for most in (_FEW, len(sides)):
        rows_of_side = [np.flatnonzero(kept[:most] & (sides.side[:most] == side)) for side in (0, 1)]
        held, owed = (
            set(zip(sides.account[at].tolist(), sides.market.codes[at].tolist(), strict=True)) for at in rows_of_side
        )
        if held & owed:
            return
    both = {account for account, _ in held} & {account for account, _ in owed}
    if not both:
        return
    count = "1 account has" if len(both) == 1 else f"{len(both):,} accounts have"
    reading.notes.ask(
        Question(
            "market",
            f"{reading.source.name}, column {cells.columns['market'][0]}",
            f"{count} collateral and debt, and none has both in one market. Are these markets of single assets, in all "
            "of which collateral counts?",
            (
                Answer("yes, all rows are of one market", "--map market=", {"columns": {"market": ""}}),
                Answer("no, they are apart", "--constant markets=apart", {"constants": {"markets": "apart"}}),
            ),
        )
    )


def _ask_time(reading: Reading, cells: Cells, rows: Rows, keep: Flags) -> None:
    """Ask which of an account's rows hold, if they are of several times."""
    source, choices = reading.source, reading.choices
    column = cells.columns.get("time", ("",))[0]
    if not column or choices.repeats == "keep":
        return
    again = rows_at_several_times(rows, keep, times_of(source.column(column)))
    if not len(again):
        return
    account = cells.columns.get("account", ("",))[0]
    newest, latest = f"newest {column}", f"newest {column} by {account}"
    ways = [Answer("the latest time there is", f'--where "{newest}"', {"where": (*choices.where, newest)})]
    if account:
        ways.append(Answer("each account's latest", f'--where "{latest}"', {"where": (*choices.where, latest)}))
    ways.append(Answer("all rows count", "--repeats keep", {"repeats": "keep"}))
    what = "1 row has" if len(again) == 1 else f"{len(again):,} rows have"
    text = f"{what} the account, asset and side of another at another time: which hold?"
    reading.notes.ask(Question("time", source.place(int(again[0]), column), text, tuple(ways)))


def loans_of(rows: Rows, keep: Flags) -> LoanTable:
    """Return the loans that some rows of a file make."""
    if rows.loans is not None:
        return rows.loans if keep.all() else rows.loans.taken(keep)
    assert rows.sides is not None
    return rows.sides.taken(keep[rows.sides.row]).loans()


def _about_repeats(reading: Reading, repeats: Wholes) -> None:
    source, choices, notes = reading.source, reading.choices, reading.notes
    first = source.place(int(repeats[0]))
    what = "1 row repeats" if len(repeats) == 1 else f"{len(repeats):,} rows repeat"
    if choices.repeats is not None:
        done = "kept, and counted again" if choices.repeats == "keep" else "taken once"
        notes.say(f"{source.name}: {what} another exactly: {done}")
        return
    notes.ask(
        Question(
            "repeats",
            first,
            f"{what} another exactly (account, asset, side, amount).",
            (
                Answer("they are taken once", "--repeats once", {"repeats": "once"}),
                Answer("each counts", "--repeats keep", {"repeats": "keep"}),
            ),
        )
    )
