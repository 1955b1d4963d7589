"""Which shape a file has and which column means what: by names, and by what stands in the cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.importing.column_kinds import kinds, sample
from engine.importing.column_names import Spelling, Unit, spellings
from engine.importing.roles import DIRECTIONS, EITHER, LONG_FLAGS, ROLES, SIDES, TOKEN_ROLES, USD_ROLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.importing.choices import Shape
    from engine.importing.column_kinds import CellKind
    from engine.importing.source import Source

PARTS: dict[Shape, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "perpetuals": (
        ("account", "asset", "amount", "entry_price"),
        (
            "side",
            "margin",
            "leverage",
            "maintenance_margin",
            "account_value",
            "margin_asset",
            "margin_mode",
            "price",
            "amount_usd",
            "unrealized_profit",
            "liquidation_price",
            "market",
            "category",
        ),
    ),
    "both_sides": (
        ("account", "asset", "supplied", "borrowed"),
        (
            "is_collateral",
            "price",
            "liquidation_threshold",
            "liquidation_bonus",
            "health",
            "market",
            "category",
            "decimals",
            "collateral_usd",
            "debt_usd",
        ),
    ),
    "positions": (
        ("account", "asset", "amount"),
        (
            "side",
            "price",
            "liquidation_threshold",
            "liquidation_bonus",
            "amount_usd",
            "health",
            "market",
            "category",
            "decimals",
            "collateral_usd",
            "debt_usd",
            "is_collateral",
        ),
    ),
    "liquidation_prices": (
        ("account", "liquidation_price", "collateral_asset", "collateral_amount"),
        ("side", "price", "liquidation_threshold", "market", "category", "collateral_usd"),
    ),
    "loans": (
        ("account", "collateral_asset", "collateral_amount", "debt_asset", "debt_amount"),
        (
            "liquidation_threshold",
            "liquidation_bonus",
            "collateral_price",
            "debt_price",
            "collateral_usd",
            "debt_usd",
            "health",
            "liquidation_price",
            "entry_price",
            "market",
            "category",
            "collateral_decimals",
            "debt_decimals",
        ),
    ),
    "totals": (
        ("account", "collateral_usd", "debt_usd"),
        ("liquidation_threshold", "health", "market", "category"),
    ),
    "wide": (("account",), ("health", "market", "category", "collateral_usd", "debt_usd")),
}
"""The roles of each shape: those without which it is not one, and those that may be there."""


@dataclass(frozen=True)
class Found:
    """Columns by role, with what their names say about the unit.

    Parameters
    ----------
    columns
        Role to columns; several only for `borrowed` and `supplied`, which add up.
    units
        Column to unit.
    """

    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Match:
    column: str
    unit: Unit
    rank: int


_FEW = 20
_BETTER: dict[Unit, int] = {"tokens": 0, "": 1, "raw": 2, "eth": 3, "usd": 4}


def matches(source: Source, found: Mapping[str, CellKind] | None = None) -> dict[str, list[_Match]]:
    """Return for each role the columns whose names and cells fit it, the likeliest first."""
    cell_kinds = kinds(source) if found is None else found
    by_name: dict[str, list[tuple[str, int]]] = {}
    for entry in ROLES.values():
        for rank, name in enumerate(entry.names):
            by_name.setdefault(name, []).append((entry.name, rank))
    result: dict[str, list[_Match]] = {name: [] for name in ROLES}
    for column in source.columns:
        seen: set[str] = set()
        for spelling in _spellings(source, column):
            for role, rank in by_name.get(spelling.plain, []):
                if role not in seen and _fits(source, column, role, spelling.plain, spelling.unit, cell_kinds[column]):
                    seen.add(role)
                    result[role].append(_Match(column, spelling.unit, rank + 100 * spelling.depth))
    for role, options in result.items():
        token = role in TOKEN_ROLES
        options.sort(key=lambda match: (_BETTER[match.unit] if token else 0, match.rank))
    return result


def in_dollars(source: Source, column: str) -> bool:
    """Whether a column's cells or its name say that it is in USD: ``$5,000``, ``Size ($)``."""
    return "($" in column or any(cell.lstrip("-+( ").startswith("$") for cell in sample(source.column(column), _FEW))


def _spellings(source: Source, column: str) -> list[Spelling]:
    """Return the ways to read a column's name; cells such as $5,000 say that it is in USD."""
    found = spellings(column)
    if not in_dollars(source, column):
        return found
    in_usd = [Spelling(f"{each.plain.removesuffix('usd')}usd", "usd", each.depth) for each in found]
    return [*in_usd, *(Spelling(each.plain, "usd", each.depth) for each in found)]


def _fits(source: Source, column: str, role: str, plain: str, unit: Unit, kind: CellKind) -> bool:
    """Whether a column that is called like a role can be it."""
    if not _unit_fits(role, plain, unit, kind):
        return False
    if role == "side" and plain in LONG_FLAGS:
        return any(cell.lower() in LONG_FLAGS[plain] for cell in sample(source.column(column)))
    if role == "side":
        return any(cell.lower() in SIDES or cell.lower() in DIRECTIONS for cell in sample(source.column(column)))
    wanted = ROLES[role].kind
    if wanted == "any" or kind == "blank":
        return role != "account" or plain not in EITHER or kind == "name"
    if wanted == "name":
        return kind == "name"
    return kind == "number" or (plain not in EITHER and unit == "" and role in TOKEN_ROLES)


def _unit_fits(role: str, plain: str, unit: Unit, kind: CellKind) -> bool:
    """Whether what a name says about the unit is one that the role can have."""
    if role in USD_ROLES:
        return kind != "name" and (unit == "usd" or not (plain in EITHER or plain.startswith("total")))
    if role == "leverage":
        return unit == ""  # what stands beside it in a group, as leverage.rawUsd, is another thing
    if role in TOKEN_ROLES or role in {"margin", "maintenance_margin"}:
        return unit not in {"usd", "eth"} or (unit == "usd" and role not in TOKEN_ROLES)
    is_name = ROLES[role].kind == "name" or role in {"account", "market", "category"}
    return not (is_name and unit in {"usd", "eth", "raw"})


def assigned(found: Mapping[str, list[_Match]], shape: Shape, given: Mapping[str, str]) -> Found:
    """Return the columns of one shape's roles; no column has two.

    Parameters
    ----------
    found
        As `matches` returns it.
    shape
        The shape.
    given
        Role to column, as the user said; these columns are taken for nothing else. An empty name says that no column
        is it.
    """
    required, optional = PARTS[shape]
    columns: dict[str, tuple[str, ...]] = {role: (column,) for role, column in given.items() if column}
    units: dict[str, Unit] = {}
    taken = set(given.values())
    for role in (*required, *optional, *(["time"] if shape != "totals" else [])):
        if role in columns:
            for match in found[role]:
                if match.column == columns[role][0]:
                    units[match.column] = match.unit
            continue
        if role in given:
            continue
        free = [match for match in found[role] if match.column not in taken]
        if not free:
            continue
        chosen = free[:1]
        if role in {"supplied", "borrowed"}:
            chosen = [free[0], *(match for match in free[1:] if _adds_up(free[0].column, match.column))]
        columns[role] = tuple(match.column for match in chosen)
        taken |= {match.column for match in chosen}
        units |= {match.column: match.unit for match in chosen}
    if shape == "liquidation_prices":
        _with_plain_names(columns, units, found, taken)
    if shape == "perpetuals" and "asset" not in columns and "market" in columns:
        columns["asset"] = columns.pop("market")
    _with_usd_amounts(columns, units, shape)
    return Found(columns, units)


def _with_plain_names(
    columns: dict[str, tuple[str, ...]], units: dict[str, Unit], found: Mapping[str, list[_Match]], taken: set[str]
) -> None:
    """Take an asset and an amount for those of the collateral, where no column is called that."""
    for role, plain in (("collateral_asset", "asset"), ("collateral_amount", "amount")):
        free = [match for match in found[plain] if match.column not in taken]
        if role not in columns and free:
            columns[role], units[free[0].column] = (free[0].column,), free[0].unit
            taken.add(free[0].column)


_IN_USD = {"amount": "amount_usd", "collateral_amount": "collateral_usd", "debt_amount": "debt_usd",
           "supplied": "collateral_usd", "borrowed": "debt_usd"}  # fmt: skip


def _with_usd_amounts(columns: dict[str, tuple[str, ...]], units: dict[str, Unit], shape: Shape) -> None:
    """Take what stands there in USD for the amounts, where there are assets but no amounts in tokens."""
    if shape not in {"positions", "loans", "both_sides"} or any(role in columns for role in _IN_USD):
        return
    if "asset" not in columns and not {"collateral_asset", "debt_asset"} <= set(columns):
        return
    for role, in_usd in _IN_USD.items():
        if role in PARTS[shape][0] and in_usd in columns:
            columns[role] = columns.pop(in_usd)
            units[columns[role][0]] = "usd"


def _adds_up(first: str, other: str) -> bool:
    """Whether two columns of debt are its variable and its stable part."""
    one, two = first.lower(), other.lower()
    return ("variable" in one and "stable" in two) or ("stable" in one and "variable" in two)


def missing(columns: Mapping[str, object], shape: Shape) -> list[str]:
    """Return the roles that a shape needs and has no column for."""
    return [role for role in PARTS[shape][0] if role not in columns]


def recognised(source: Source, given: Mapping[str, str], constants: Mapping[str, str]) -> dict[Shape, Found]:
    """Return the shapes that the file can have, the likeliest first, with their columns.

    A shape can be it if nothing that it needs is missing but what can be a constant: the account, the assets.
    """
    found = matches(source)
    result: dict[Shape, Found] = {}
    for shape in ("perpetuals", "both_sides", "positions", "liquidation_prices", "loans", "totals"):
        if shape == "liquidation_prices" and found["debt_amount"]:
            continue  # what is owed stands there, and need not be worked out
        if shape == "positions" and found["liquidation_price"] and not _tells_sides(source, found):
            continue  # its debt is what the liquidation price says
        option = assigned(found, shape, {role: column for role, column in given.items() if _belongs(role, shape)})
        if _possible(shape, option, constants, set(given)):
            result[shape] = option
    return result


def _tells_sides(source: Source, found: Mapping[str, list[_Match]]) -> bool:
    """Whether a column says which rows are collateral and which debt, and not which are long and short."""
    return any(
        cell.lower() in SIDES
        for match in found["side"][:1]
        for cell in sample(source.column(match.column), _FEW)
        if cell.lower() not in DIRECTIONS
    )


def _belongs(role: str, shape: Shape) -> bool:
    return role in PARTS[shape][0] or role in PARTS[shape][1] or role == "time"


_LEFT_TO_ASK = frozenset({"account", "asset", "collateral_asset", "debt_asset"})


def _possible(shape: Shape, option: Found, constants: Mapping[str, str], given: set[str]) -> bool:
    has = {*option.columns, *constants}
    lacking = set(missing(option.columns, shape)) - set(constants)
    if any(not _belongs(role, shape) for role in given):
        return False
    if shape == "loans":
        amounts = {"collateral_amount", "debt_amount"} & has
        return bool(amounts) and lacking <= _LEFT_TO_ASK and ("debt_amount" in has or "liquidation_price" not in has)
    if shape == "positions":
        return not lacking - {"account"} and "supplied" not in has
    if shape == "perpetuals":
        return not lacking - {"account"} and bool({"margin", "leverage", "account_value"} & has)
    return not lacking - {"account"}
