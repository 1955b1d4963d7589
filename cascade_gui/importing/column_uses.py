"""What each column of a file is taken for, and what changes when it is taken for something else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from engine.importing.formulas import columns_of
from engine.importing.recognition import PARTS, matches
from engine.importing.roles import ROLES
from engine.importing.wide_columns import groups_of_tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.importing.asking import Question
    from engine.importing.book_reading import Reading

Kind = Literal["read", "asked", "check", "filter", "formula", "decimals", "none"]
_CHECKS: Final = frozenset(
    {"health", "collateral_usd", "debt_usd", "amount_usd", "liquidation_price", "unrealized_profit"}
)


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """What one column is taken for.

    Parameters
    ----------
    column
        Its name.
    kind
        ``read`` into the book, ``asked`` about, a ``check`` of what comes out, part of a ``filter`` or a ``formula``,
        the number of ``decimals``, or ``none``: passed over.
    role
        Its role, or the role that the formula is for; "" without one.
    token
        The token of a column of tokens, which are taken together by the pattern of their names.
    values
        Its first cells as what they are read; none of a check.
    """

    column: str
    kind: Kind
    role: str = ""
    token: str = ""
    values: tuple[str | float, ...] = ()


def column_uses(reading: Reading, questions: Sequence[Question]) -> list[ColumnUse]:
    """Return what each column of a file is taken for, in the file's order.

    Parameters
    ----------
    reading
        The file as it is read now.
    questions
        What is open.
    """
    held = {column: role for role, columns in reading.columns.items() for column in columns}
    tokens = tokens_of(reading)
    return [
        _use(reading, questions, held.get(column, ""), tokens.get(column), column) for column in reading.source.columns
    ]


def tokens_of(reading: Reading) -> dict[str, tuple[str, str]]:
    """Return token and role of each column of tokens, in files that have groups of them."""
    if reading.shape != "wide":
        return {}
    groups = groups_of_tokens(reading.source, reading.choices.columns)
    return {
        column: (token, role)
        for token, roles in groups.items()
        for role, columns in roles.items()
        for column in columns
    }


def _use(
    reading: Reading, questions: Sequence[Question], role: str, token: tuple[str, str] | None, column: str
) -> ColumnUse:
    choices = reading.choices
    values = reading.as_read.get(column, ())
    place = f"{reading.source.name}, column {column}"
    is_asked = any(each.where == place or each.where.startswith(f"{place},") for each in questions)
    if token is not None:
        return ColumnUse(column, "asked" if is_asked else "read", token[1], token[0], values)
    if role:
        is_check = _is_check(reading, role)
        kind: Kind = "asked" if is_asked else "check" if is_check else "read"
        return ColumnUse(column, kind, role, values=() if is_check else values)
    for target, formula in choices.scale.items():
        if column in columns_of(formula.strip().lstrip("*/×"), reading.source.columns, "scale"):
            return ColumnUse(column, "formula", target)
    if column == choices.decimals_column:
        return ColumnUse(column, "decimals")
    if any(re.search(rf"(?<!\w){re.escape(column)}(?!\w)", text) for text in choices.where):
        return ColumnUse(column, "filter")
    return ColumnUse(column, "asked" if is_asked else "none")


def _is_check(reading: Reading, role: str) -> bool:
    """Whether a role is only compared with what comes out, in this shape."""
    if role == "liquidation_price":
        return reading.shape != "liquidation_prices"
    if role in {"collateral_usd", "debt_usd"} and reading.shape in {"totals", "liquidation_prices"}:
        return False
    return role in _CHECKS


def possible_roles(reading: Reading) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the roles that a file's columns can have: those that it needs, and the others."""
    if reading.shape is None:
        return (), tuple(ROLES)
    required, optional = PARTS[reading.shape]
    return required, (*optional, *(["time"] if reading.shape != "totals" else []))


def taken_for(reading: Reading, column: str, role: str | None) -> dict[str, str]:
    """Return the change of roles that takes a column for one of them, or passes it over.

    Parameters
    ----------
    reading
        The file as it is read now.
    column
        The column.
    role
        Its new role; None passes it over.

    Returns
    -------
    dict[str, str]
        Role to column, an empty name for no column, as `ImportChoices.columns` has them. The role that the column had
        is not given to another one, and a column that is passed over is not taken for the next role that fits it.
    """
    change: dict[str, str] = {}
    for old, columns in reading.columns.items():
        if column in columns and old != role:
            change[old] = next((other for other in columns if other != column), "")
    if role is not None:
        return {**change, role: column}
    possible = {each for group in possible_roles(reading) for each in group}
    for other, fitting in matches(reading.source).items():
        if other in possible and other not in reading.columns and any(match.column == column for match in fitting):
            change[other] = ""
    return change
