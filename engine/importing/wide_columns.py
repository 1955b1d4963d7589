"""Books with a column or a group of columns for each token: ``weth_supply, weth_debt, usdc_supply, usdc_debt``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from engine.importing.asking import Answer, Question
from engine.importing.asset_aliases import KNOWN
from engine.importing.asset_prices import read_prices
from engine.importing.book_shapes import Known, Rows, known_prices, one_category
from engine.importing.column_kinds import kinds
from engine.importing.column_names import words
from engine.importing.raw_units import in_tokens
from engine.importing.recognition import Found, matches
from engine.importing.sides import COLLATERAL, DEBT, Sides, joined
from engine.scenario.loans import CodedColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.importing.cells import Cells
    from engine.importing.source import Source

_ROLES: dict[str, str] = {
    **dict.fromkeys(
        (
            "supply",
            "supplied",
            "deposit",
            "deposits",
            "deposited",
            "collateral",
            "coll",
            "balance",
            "amountsupplied",
            "supplybalance",
            "supplyamount",
            "collateralamount",
        ),
        "supplied",
    ),
    **dict.fromkeys(
        (
            "debt",
            "borrow",
            "borrowed",
            "borrows",
            "loan",
            "variabledebt",
            "stabledebt",
            "borrowbalance",
            "debtamount",
            "borrowamount",
            "debtbalance",
        ),
        "borrowed",
    ),
    **dict.fromkeys(("price", "priceusd", "usdprice"), "price"),
    **dict.fromkeys(("eth", "priceeth", "priceineth"), "price_eth"),
    **dict.fromkeys(("liqthreshold", "liquidationthreshold", "threshold", "lt", "lltv"), "liquidation_threshold"),
    **dict.fromkeys(("liqbonus", "liquidationbonus", "bonus"), "liquidation_bonus"),
    **dict.fromkeys(("amount", "position", "net", "size"), "amount"),
}
_NO_TOKEN = frozenset(
    {
        "total",
        "health",
        "user",
        "account",
        "collateral",
        "debt",
        "borrow",
        "supply",
        "loan",
        "deposit",
        "position",
        "net",
        "sum",
        "block",
        "margin",
        "liquidation",
        "liq",
        "max",
        "min",
        "avg",
        "current",
        "asset",
        "token",
        "market",
        "entry",
        "mark",
        "oracle",
        "spot",
        "base",
        "quote",
        "target",
        "initial",
        "all",
        "other",
        "variable",
        "stable",
        "borrowed",
        "supplied",
        "usd",
        "collateralized",
    }
)
_PREFIXED = re.compile(r"^(?P<role>variabledebt|stabledebt|debt|supply)_?(?P<asset>[a-z0-9.]+)$")
_LOWER = {name.lower() for name in KNOWN}
Groups = dict[str, dict[str, list[str]]]


def groups_of_tokens(source: Source, given: Mapping[str, str]) -> Groups:
    """Return the columns of each token by role; empty if the file has no such groups.

    Parameters
    ----------
    source
        The file.
    given
        Role to column as the user says, ``{asset}_supply`` for the columns of all tokens.
    """
    patterns = {role: pattern for role, pattern in given.items() if "{asset}" in pattern}
    if patterns:
        return _by_pattern(source, patterns)
    found: Groups = {}
    cell_kinds = kinds(source)
    for column in source.columns:
        if cell_kinds[column] == "name":
            continue
        for asset, role in _readings(column):
            found.setdefault(asset, {}).setdefault(role, []).append(column)
    return _plausible(_without_prefixes(found)) or _named_like_tokens(source, given)


def _by_pattern(source: Source, patterns: Mapping[str, str]) -> Groups:
    found: Groups = {}
    for role, pattern in patterns.items():
        before, _, after = pattern.partition("{asset}")
        shape = re.compile(f"^{re.escape(before)}(?P<asset>.+?){re.escape(after)}$")
        for column in source.columns:
            match = shape.match(column)
            if match is not None:
                found.setdefault(match["asset"], {}).setdefault(role, []).append(column)
    return {asset: roles for asset, roles in found.items() if {"supplied", "borrowed", "amount"} & set(roles)}


def _readings(column: str) -> list[tuple[str, str]]:
    """Return the token and role that a column's name may tell, in one or the other order."""
    lower = column.lower()
    match = _PREFIXED.match(lower)
    if match is not None and _ROLES[match["role"]] and match["asset"] in _LOWER - _NO_TOKEN:
        return [(match["asset"], _ROLES[match["role"]])]
    parts = [part for part in re.split(r"[_\s.\-:/]+", column) if part]
    if len(parts) < 2:
        parts = words(column)
    if len(parts) < 2:
        return []
    found = []
    for asset, rest in ((parts[0], parts[1:]), (parts[-1], parts[:-1])):
        role = _ROLES.get("".join(rest).lower())
        if role is not None and asset.lower() not in _NO_TOKEN and not asset.isdigit():
            found.append((asset, role))
    return found[:1]


def _without_prefixes(found: Groups) -> Groups:
    """Put ``aweth_balance`` to weth where weth has columns too, or is known."""
    result: Groups = {}
    for asset, roles in found.items():
        bare = asset[1:] if asset[:1] in {"a", "c", "v"} and len(asset) > 2 else ""
        known = bare and (bare in found or (bare.lower() in _LOWER and asset.lower() not in _LOWER))
        target = result.setdefault(bare if known else asset, {})
        for role, columns in roles.items():
            target.setdefault(role, []).extend(columns)
    return result


def _plausible(found: Groups) -> Groups:
    """Return the tokens that have an amount; none unless there are two, or a known one."""
    kept = {asset: roles for asset, roles in found.items() if {"supplied", "borrowed", "amount"} & set(roles)}
    several = len(kept) > 1 and sum(len(roles) for roles in kept.values()) > 2
    return kept if several or any(asset.lower() in _LOWER for asset in kept) else {}


def _named_like_tokens(source: Source, given: Mapping[str, str]) -> Groups:
    """Return columns that are called like tokens, of signed amounts, in a file that has accounts."""
    cell_kinds = kinds(source)
    named = [column for column in source.columns if column.lower() in _LOWER and cell_kinds[column] == "number"]
    has_account = "account" in given or matches(source)["account"]
    return {column: {"amount": [column]} for column in named} if named and has_account else {}


def wide(cells: Cells, aliases: Mapping[str, str], known: Known) -> Rows:
    """Read one row an account, with a group of columns for each token."""
    account, market = cells.accounts(), cells.markets(known.market)
    category = cells.categories()
    one_category(cells, account, market, category)
    prices: dict[str, float] = {}
    parts: list[Sides] = []
    tokens = groups_of_tokens(cells.source, cells.choices.columns)
    for name, roles in tokens.items():
        asset = CodedColumn(np.zeros(cells.rows, dtype=np.int32), (aliases.get(name, name),))
        columns = {role: tuple(listed) for role, listed in roles.items() if role != "price_eth"}
        units = {column: "" for listed in roles.values() for column in listed}
        if "price_eth" in roles:
            columns.setdefault("price", tuple(roles["price_eth"][:1]))
        mine = cells.of(Found(columns, units))  # type: ignore[arg-type] # no unit is one
        price = read_prices(mine, "price", asset, prices)
        worth = known_prices(asset, price, known)
        threshold, bonus = mine.thresholds(), mine.bonuses()
        blank = np.full(cells.rows, np.nan)
        for side, role in ((COLLATERAL, "supplied"), (DEBT, "borrowed"), (COLLATERAL, "amount"), (DEBT, "amount")):
            if role not in columns:
                continue
            values = mine.numbers(role, signed=role == "amount")
            amount = in_tokens(mine, role, asset, values, worth, "decimals", "amount_usd")
            amount = -amount if (role, side) == ("amount", DEBT) else amount
            own, gain = (threshold, bonus) if side == COLLATERAL else (blank, blank)
            sides = Sides(
                np.arange(cells.rows),
                account,
                market,
                asset,
                np.full(cells.rows, side, dtype=np.int8),
                amount,
                price,
                own,
                gain,
                category,
            )
            parts.append(sides.taken(amount > 0))
    names = ", ".join([*tokens][:6])
    cells.notes.say(f"{cells.source.name}: a group of columns for each of {len(tokens)} tokens: {names}")
    _say_signs(cells, tokens, parts)
    return Rows(joined(parts), None, prices, account)


def _say_signs(cells: Cells, tokens: Groups, parts: list[Sides]) -> None:
    """Say that negative amounts are debt, or ask what amounts are if none is negative."""
    if not any("amount" in roles for roles in tokens.values()):
        return
    if any(len(part) and int(part.side[0]) == DEBT for part in parts):
        cells.notes.say(f"{cells.source.name}: negative amounts are read as debt")
        return
    cells.notes.ask(
        Question(
            "side",
            f"{cells.source.name}, columns",
            "Nothing tells collateral from debt.",
            (Answer("columns do", '--map "supplied={asset}_supply" --map "borrowed={asset}_debt"'),),
        )
    )


def in_ether(source: Source, given: Mapping[str, str]) -> bool:
    """Whether the prices of the tokens are in ETH, as their columns' names say."""
    return any("price_eth" in roles and "price" not in roles for roles in groups_of_tokens(source, given).values())
