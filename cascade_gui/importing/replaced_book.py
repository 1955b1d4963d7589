"""What becomes of the open scenario where an imported book takes the place of its loans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from engine.market.cash_assets import stable_names
from engine.scenario.schema import InstantShock, Parameters

if TYPE_CHECKING:
    from engine.scenario.loans import LoanTable

_USUAL_FALL: Final = -0.3


@dataclass(frozen=True, slots=True)
class MovedShock:
    """A shock that had to move, because no loan of the new book has any of its assets.

    Parameters
    ----------
    asset
        Where it moved to: in which most collateral stands, of those that are not stable.
    size
        What that moves by: the largest move of the open shock, a fall of 30 % where that was of another kind.
    over_rounds
        Over how many rounds.
    is_same_kind
        Whether the open shock moved prices by given shares too; else it is given up.
    """

    asset: str
    size: float
    over_rounds: int
    is_same_kind: bool


def shock_of(parameters: Parameters, loans: LoanTable) -> MovedShock | None:
    """Return where the shock of a scenario has to move, so that it reaches a book; None where it reaches it already.

    It stays where there is none, where a loan has collateral or debt in one of its assets, and where there is nowhere
    to go: no collateral whose price is not stable.

    Parameters
    ----------
    parameters
        Of the scenario, with the prices of the book's assets.
    loans
        The book.
    """
    used = {*_used(loans.collateral_asset), *_used(loans.debt_asset)}
    shocked = _shocked(parameters.shock)
    if not shocked or shocked & used:
        return None
    stable = stable_names(parameters)
    worth = {
        name: float(np.nansum(loans.collateral_amount[loans.collateral_asset.codes == place] * asset.price))
        for place, name in enumerate(loans.collateral_asset.names)
        if name not in stable and (asset := parameters.assets.get(name)) is not None
    }
    if not any(worth.values()):
        return None
    largest_held, shock = max(worth, key=lambda name: worth[name]), parameters.shock
    if not isinstance(shock, InstantShock):
        return MovedShock(largest_held, _USUAL_FALL, 1, is_same_kind=False)
    largest = float(max(shock.returns.values(), key=abs)) or _USUAL_FALL
    return MovedShock(largest_held, largest, int(shock.over_rounds), is_same_kind=True)


def as_new_scenario(parameters: Parameters, moved: MovedShock | None, name: str, notes: str) -> Parameters:
    """Return the parameters of a scenario whose book was replaced: a name and notes of its own, no stops, a shock.

    Parameters
    ----------
    parameters
        With what the import gives them; rules, prices and curves stay.
    moved
        Where the shock moves, see `shock_of`.
    name, notes
        Of the new scenario.
    """
    data: dict[str, Any] = parameters.to_dict() | {"name": name, "notes": notes, "stops": []}
    if moved is not None:
        returns = {moved.asset: moved.size}
        data["shock"] = {"kind": "instant", "returns": returns, "over_rounds": moved.over_rounds}
    return Parameters.from_dict(data)


def _used(column: Any) -> set[str]:
    return {column.names[code] for code in np.unique(column.codes).tolist() if code >= 0}


def _shocked(shock: Any) -> set[str]:
    """Return the assets that a shock of any kind is about."""
    if hasattr(shock, "moving"):
        return set(shock.moving)
    return set(getattr(shock, "returns", None) or getattr(shock, "usd", {}))
