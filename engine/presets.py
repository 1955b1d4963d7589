"""Bundled rules of real protocols: how each liquidates, its collateral parameters, where they come from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.faults import BadInput
from engine.resource_files import resource_path
from engine.scenario.schema import Collateral, Market, Rules

if TYPE_CHECKING:
    from collections.abc import Mapping


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
    """

    name: str
    title: str
    summary: str
    source: str
    date: str
    leaves_out: str
    rules: Mapping[str, Any]
    collateral: Mapping[str, Mapping[str, float]]

    def market(self, assets: Mapping[str, Any] | None = None) -> Market:
        """Return a market with these rules and the collateral parameters of the given assets (all if None)."""
        chosen = {
            asset: Collateral(**entry) for asset, entry in self.collateral.items() if assets is None or asset in assets
        }
        return Market(collateral=chosen, rules=Rules(**self.rules))

    def to_dict(self) -> dict[str, Any]:
        """Return the preset as its file holds it."""
        return {
            "name": self.name,
            "title": self.title,
            "summary": self.summary,
            "source": self.source,
            "date": self.date,
            "leaves_out": self.leaves_out,
            "rules": dict(self.rules),
            "collateral": {asset: dict(entry) for asset, entry in self.collateral.items()},
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
    return Preset(name=name, **data)


def all_presets() -> list[Preset]:
    """Read every preset."""
    return [load_preset(name) for name in preset_names()]
