"""Bundled rules of real protocols: how each liquidates, its collateral parameters, where they come from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.base.faults import BadInput
from engine.base.resource_files import resource_path
from engine.scenario.schema import Category, Collateral, Market, Rules

if TYPE_CHECKING:
    from collections.abc import Mapping


MISSING = {
    "crvUSD": "Its collateral is sold and bought back continuously as the price moves through bands (LLAMMA), with no "
    "health factor below which a liquidation begins. Rules here need such a trigger, so it cannot be told honestly.",
}
"""Protocols that people look for and that no rules here describe: why not."""


@dataclass(frozen=True, slots=True)
class Preset:
    """The rules of one protocol.

    Parameters
    ----------
    name
        How commands call it: ``compound-v2``.
    title
        How people call it: ``Compound v2``.
    summary
        How it liquidates, in a sentence or two.
    source
        Where rules and numbers were read.
    date
        As of when the numbers hold.
    leaves_out
        What the real protocol does that these rules do not.
    rules
        A market's ``rules`` as in a scenario file.
    collateral
        A market's ``collateral`` as in a scenario file; may be empty.
    categories
        A market's ``categories`` as in a scenario file; mostly empty.
    category_numbers
        The categories by the numbers that exports of the protocol give for them; mostly empty.
    """

    name: str
    title: str
    summary: str
    source: str
    date: str
    leaves_out: str
    rules: Rules
    collateral: Mapping[str, Collateral]
    categories: Mapping[str, Category]
    category_numbers: Mapping[str, str]

    def market(self, assets: Mapping[str, Any] | None = None) -> Market:
        """Return a market with these rules, and the collateral and categories of the given assets (None: all)."""
        chosen = {asset: entry for asset, entry in self.collateral.items() if assets is None or asset in assets}
        return Market(collateral=chosen, rules=self.rules, categories=self.categories_of(assets))

    def categories_of(self, assets: Mapping[str, Any] | None = None) -> dict[str, Category]:
        """Return the categories of the given assets (None: all); one of which no asset is given is left out."""
        found: dict[str, Category] = {}
        for name, category in self.categories.items():
            chosen = tuple(asset for asset in category.assets if assets is None or asset in assets)
            if chosen:
                found[name] = category.model_copy(update={"assets": chosen})
        return found

    def rules_for(self, rules: Rules) -> Rules:
        """Return these rules with what a market with `rules` has of its own: its pool, its insurance fund, its buyers.

        They are kept where both settle in the same way; elsewhere they are as the preset has them.
        """
        old = rules.settlement
        if type(old) is not type(self.rules.settlement):
            return self.rules
        kept = {name: getattr(old, name) for name in old.own_amounts}
        return self.rules.model_copy(update={"settlement": self.rules.settlement.model_copy(update=kept)})

    def to_dict(self) -> dict[str, Any]:
        """Return the preset as plain values, every default of its rules written out."""
        texts = ("name", "title", "summary", "source", "date", "leaves_out")
        return {
            **{text: getattr(self, text) for text in texts},
            "rules": self.rules.model_dump(mode="json"),
            "collateral": {asset: entry.model_dump(mode="json") for asset, entry in self.collateral.items()},
            "categories": {name: entry.model_dump(mode="json") for name, entry in self.categories.items()},
            "category_numbers": dict(self.category_numbers),
        }


def preset_names() -> list[str]:
    """Return the names of all presets, in alphabetical order."""
    return sorted(path.stem for path in resource_path("presets").glob("*.json"))


def load_preset(name: str) -> Preset:
    """Read a preset.

    Raises
    ------
    BadInput
        If there is none of that name.
    """
    names = preset_names()
    if name not in names:
        raise BadInput.at("preset", f"no preset {name!r}", "one of " + ", ".join(names))
    data = json.loads(resource_path("presets", f"{name}.json").read_text(encoding="utf-8"))
    rules = Rules.model_validate(data.pop("rules"))
    collateral = {asset: Collateral.model_validate(entry) for asset, entry in data.pop("collateral").items()}
    categories = {mode: Category.model_validate(entry) for mode, entry in data.pop("categories", {}).items()}
    numbers = data.pop("category_numbers", {})
    return Preset(
        name=name, rules=rules, collateral=collateral, categories=categories, category_numbers=numbers, **data
    )


def load_presets() -> tuple[Preset, ...]:
    """Read every preset, in alphabetical order of their names."""
    return tuple(load_preset(name) for name in preset_names())
