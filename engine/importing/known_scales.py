"""Amounts that protocols keep in parts: receipts x exchange rate, stored debts x index / the account's index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.importing.asking import Answer, Question
from engine.importing.column_names import plain_name
from engine.importing.numbers import numbers_from_column

if TYPE_CHECKING:
    from engine.importing.asking import Notes
    from engine.importing.choices import ImportChoices
    from engine.importing.recognition import Found
    from engine.importing.source import Source

_RAY = 1e27


def with_scales(source: Source, choices: ImportChoices, found: Found, notes: Notes) -> ImportChoices:
    """Return the choices with the formulas that the columns' names leave no doubt about.

    Parameters
    ----------
    source, found
        The file, and its columns by role.
    choices
        What the user says; his formulas stand.
    notes
        Gets the formulas, and the question where a rate is missing or of another size.
    """
    for role in ("supplied", "borrowed", "amount", "collateral_amount", "debt_amount"):
        columns = found.columns.get(role, ())
        if role in choices.scale or not columns:
            continue
        formula = _formula(source, columns, notes)
        if formula is not None:
            notes.say(f"{source.name}: {role} is {formula}")
            choices = choices.changed(scale={role: formula})
    return choices


def _formula(source: Source, columns: tuple[str, ...], notes: Notes) -> str | None:
    name = plain_name(columns[0].rpartition(".")[2])
    if name in {"ctokenbalance", "vtokenbalance", "jtokenbalance"}:
        return _times(source, columns[0], ("exchangerate", "exchangeratestored", "exchangeratecurrent"), notes)
    if name.startswith("stored"):
        index = _column(source, ("borrowindex", "marketborrowindex"))
        own = _column(source, ("accountborrowindex", "borrowerindex", "userborrowindex", "interestindex"))
        if index is None or own is None:
            _ask_rate(source, columns[0], "the market's borrow index and the account's", notes)
            return None
        return f"[{columns[0]}] * [{index}] / [{own}]"
    if name.startswith("scaled"):
        wanted = ("liquidityindex",) if "atoken" in name or "supply" in name else ("variableborrowindex", "borrowindex")
        return _times(source, columns[0], wanted, notes)
    return None


def _times(source: Source, column: str, wanted: tuple[str, ...], notes: Notes) -> str | None:
    rate = _column(source, wanted)
    if rate is None:
        _ask_rate(source, column, f"its rate ({wanted[0]})", notes)
        return None
    values, _ = numbers_from_column(source.column(rate))
    largest = float(np.nanmax(values, initial=0.0, where=~np.isnan(values)))
    if 0 < largest <= 1e6:
        return f"[{column}] * [{rate}]"
    if 0.5 * _RAY < largest < 100 * _RAY and "index" in plain_name(rate):
        return f"[{column}] * [{rate}] / 1e27"
    notes.ask(
        Question(
            "scale",
            f"{source.name}, column {rate}",
            f"A rate of {largest:.3g} is in raw units: by what is it divided?",
            (
                Answer(
                    "by 10 to the 18th plus the decimals of the asset less 8, on Compound v2",
                    f'--scale ROLE="[{column}] * [{rate}] / 1e28"',
                ),
            ),
        )
    )
    return None


def _column(source: Source, wanted: tuple[str, ...]) -> str | None:
    by_name: dict[str, str] = {}
    for column in reversed(source.columns):
        by_name[plain_name(column.rpartition(".")[2])] = column
    return next((by_name[name] for name in wanted if name in by_name), None)


def _ask_rate(source: Source, column: str, lacking: str, notes: Notes) -> None:
    notes.ask(
        Question(
            "scale",
            f"{source.name}, column {column}",
            f"This is no amount of tokens without {lacking}.",
            (
                Answer("columns tell", f'--scale ROLE="[{column}] * RATE"'),
                Answer("it is one", f'--scale ROLE="[{column}] * 1"'),
            ),
        )
    )
