"""What an import takes for each asset, and where from: price, threshold, bonus, 2 % depth; and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from engine.importing.maintenance_margins import ROLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.importing.around import Around
    from engine.importing.book_reading import Reading
    from engine.importing.choices import ImportChoices
    from engine.importing.filling import Filling
    from engine.importing.perpetual_positions import PerpetualPositions

Origin = Literal[
    "typed", "table", "book", "preset", "scenario", "assumed", "none", "missing", "several", "curve", "rules",
]  # fmt: skip
"""Where a value comes from. ``none``: there is none and none is needed; ``several``: it differs between markets;
``rules``: the market's rules make it, whatever is listed."""
_COLUMNS: dict[str, Literal["liquidation_threshold", "liquidation_bonus"]] = {
    "threshold": "liquidation_threshold",
    "bonus": "liquidation_bonus",
}
TERMS = ("price", "threshold", "bonus", "depth")


@dataclass(frozen=True, slots=True)
class Term:
    """One value of an asset.

    Parameters
    ----------
    value
        USD, or a fraction; None where there is none, or no single one.
    origin
        Where it comes from.
    basis
        Of a depth that is assumed, where the number comes from, in words.
    """

    value: float | None
    origin: Origin
    basis: str = ""


@dataclass(frozen=True, slots=True)
class AssetTerms:
    """What is taken for one asset of a book.

    Parameters
    ----------
    asset
        Its name in the scenario.
    names
        What the file calls it, where that is another name.
    is_collateral
        Whether some account holds it as collateral; thresholds and bonuses are of collateral only.
    price, threshold, bonus, depth
        Its values; a depth of None means that sales do not move its price.
    is_perpetual
        Whether its perpetuals are in the book: its threshold is then 1 less their maintenance margin, of long and
        short positions alike.
    """

    asset: str
    names: tuple[str, ...]
    is_collateral: bool
    price: Term
    threshold: Term
    bonus: Term
    depth: Term
    is_perpetual: bool = False

    @property
    def missing(self) -> tuple[str, ...]:
        """Which of `TERMS` are needed and missing."""
        return tuple(name for name in TERMS if getattr(self, name).origin == "missing")


def asset_terms(reading: Reading, filling: Filling) -> tuple[AssetTerms, ...]:
    """Return what an import takes for each asset of a book, in the order of the book's names.

    Parameters
    ----------
    reading
        The book.
    filling
        The scenario that it is filled in to.
    """
    around, choices = filling.around, filling.choices
    pairs: dict[str, list[str]] = {}
    for market, asset in filling.held.pairs:
        pairs.setdefault(asset, []).append(market)
    perpetuals = () if reading.perpetuals is None else reading.perpetuals.assets
    return tuple(
        AssetTerms(
            name,
            tuple(old for old, new in reading.aliases.items() if new == name and old != name),
            name in pairs,
            _price(name, reading, filling, around, choices),
            _margin(name, reading.perpetuals, reading.columns, filling)
            if reading.perpetuals is not None
            else _share(name, "threshold", pairs.get(name, []), filling),
            _share(name, "bonus", pairs.get(name, []) if reading.perpetuals is None else [], filling),
            _depth(name, filling, around, choices),
            name in perpetuals,
        )
        for name in filling.used
    )


def _price(name: str, reading: Reading, filling: Filling, around: Around, choices: ImportChoices) -> Term:
    value = filling.parameters["assets"].get(name, {}).get("price")
    if value is None:
        return Term(None, "missing")
    if name in choices.prices:
        return Term(value, "typed")
    if any(row.asset == name and row.price is not None for row in around.table):
        return Term(value, "table")
    return Term(value, "book" if name in reading.prices else "scenario")


def _share(name: str, term: Literal["threshold", "bonus"], markets: list[str], filling: Filling) -> Term:
    """Return an asset's threshold or bonus over the markets in which it is collateral."""
    if not markets:
        return Term(None, "none")
    made = [] if term == "threshold" else [filling.bonus_of_rules(market, name) for market in markets]
    of_rules = [each for each in made if each is not None]
    if of_rules and len(of_rules) == len(made):
        values = {each.value for each in of_rules}
        return Term(values.pop() if len(values) == 1 else None, "rules", f"from {of_rules[0].by}")
    key = _COLUMNS[term]
    relying = [
        market
        for market in markets
        if (market, name) in filling.relying and filling.held.own_term(market, name, key) is None
    ]
    if not relying:
        return Term(None, "book")
    listed = [filling.parameters["markets"][market]["collateral"].get(name, {}).get(key) for market in relying]
    if term == "threshold" and None in listed:
        return Term(None, "missing")
    return _told_share(name, term, listed, filling)


def _margin(name: str, positions: PerpetualPositions, columns: Mapping[str, object], filling: Filling) -> Term:
    """Return 1 less the maintenance margin of an asset's perpetuals."""
    if name not in positions.assets:
        return Term(None, "none")
    if name in positions.lacking:
        return Term(None, "missing")
    told = positions.margins_of(name)
    if len(told) > 1:
        return Term(None, "book")
    origin: Origin = "book"
    if name in filling.choices.thresholds:
        origin = "typed"
    elif any(row.asset == name and "liquidation_threshold" in row.collateral for row in filling.around.table):
        origin = "table"
    elif ROLE not in columns:
        origin = "preset" if filling.around.preset is not None else "scenario"
    return Term(round(1 - told[0], 12), origin)


def _told_share(name: str, term: Literal["threshold", "bonus"], values: list[float | None], filling: Filling) -> Term:
    """Return the threshold or bonus that markets have for an asset, and where they have it from."""
    choices, around = filling.choices, filling.around
    value: float | None = values[0]
    origin: Origin = "scenario" if around.template is not None else "book"
    if name in (choices.thresholds if term == "threshold" else choices.bonuses):
        origin = "typed"
    elif len(set(values)) > 1:
        value, origin = None, "several"
    elif value is None:
        value, origin = 0.0, "assumed"
    elif any(row.asset == name and f"liquidation_{term}" in row.collateral for row in around.table):
        origin = "table"
    elif around.preset is not None and name in around.preset.collateral:
        origin = "preset"
    return Term(value, origin)


def _depth(name: str, filling: Filling, around: Around, choices: ImportChoices) -> Term:
    liquidity = filling.parameters["assets"].get(name, {}).get("liquidity") or {"model": "infinite"}
    if name in choices.depths:
        return Term(choices.depths[name], "typed")
    proposal = filling.proposals.get(name)
    if proposal is not None:
        return Term(proposal.depth_2pct_usd, "assumed", proposal.basis)
    if "depth_2pct_usd" in liquidity:
        told = any(row.asset == name and row.depth_2pct_usd is not None for row in around.table)
        return Term(float(liquidity["depth_2pct_usd"]), "table" if told else "scenario")
    return Term(None, "none" if liquidity["model"] == "infinite" else "curve")
