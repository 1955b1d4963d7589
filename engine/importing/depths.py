"""A 2 % depth for assets of which nobody tells one: a proposal from a small table, marked as an assumption."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from engine.base.resource_files import resource_path


@dataclass(frozen=True, slots=True)
class ProposedDepth:
    """What an asset's depth may be.

    Parameters
    ----------
    asset
        The asset.
    depth_2pct_usd
        The sale in USD that moves its price down by 2 %.
    basis
        Where the number comes from, in words.
    """

    asset: str
    depth_2pct_usd: float
    basis: str


def proposed_depth(asset: str) -> ProposedDepth | None:
    """Return a proposal for an asset's 2 % depth, by asset where it was measured, else by class.

    Parameters
    ----------
    asset
        Its name.

    Returns
    -------
    ProposedDepth or None
        None for what is no token: the dollar that accounts are kept in, a basket of unknown assets.

    Examples
    --------
    >>> proposed_depth("WETH").depth_2pct_usd, proposed_depth("USD")
    (23900000.0, None)
    """
    table = _table()
    if asset in table["none"]:
        return None
    measured: dict[str, float] = table["measured"]["assets"]
    if asset in measured:
        return ProposedDepth(asset, float(measured[asset]), f"measured {table['measured']['date']}")
    *classes, last = table["classes"]
    for entry in classes:
        like = entry.get("like", {}).get(asset)
        if like is not None:
            return ProposedDepth(asset, float(measured[like]), f"as {like}, measured {table['measured']['date']}")
        if asset in entry.get("assets", ()):
            return ProposedDepth(asset, float(entry["depth_2pct_usd"]), f"{entry['name']}, {entry['basis']}")
    return ProposedDepth(asset, float(last["depth_2pct_usd"]), f"{last['name']}, {last['basis']}")


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(resource_path("depths.json").read_text(encoding="utf-8"))
    return table
