"""How far prices may fall until accounts can be liquidated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.reading.round_view import stable_assets
from engine.studies.accounts import account_of_legs, sum_by_account

if TYPE_CHECKING:
    from engine.base.types import Flags, Floats, Ints
    from engine.reading.round_view import RoundView


@dataclass(frozen=True, slots=True)
class Moves:
    """What a fall of all assets but the stable ones does to accounts.

    Parameters
    ----------
    distance
        (n,) how far they may fall together until health is 1: 1 - 1 / health where only such assets are held against
        stable debt. Infinite where no fall short of 100 % does it, below 0 for accounts that can be liquidated.
    only_collateral
        (n,) the one asset of those that an account holds, -1 where there are several or none.
    owes_moving
        (n,) whether an account owes any of them.
    """

    distance: Floats
    only_collateral: Ints
    owes_moving: Flags

    def falls_with(self, asset: int) -> Flags:
        """Return (n,) for which accounts a fall of one asset alone decides, those apart that no fall reaches."""
        decided: Flags = (self.only_collateral == asset) & ~self.owes_moving & np.isfinite(self.distance)
        return decided


def moves_of(view: RoundView) -> Moves:
    """Return how far prices may fall.

    With collateral c counted at its threshold and debt d, each split into what moves and what is stable, health is 1
    at the fall x for which (1 - x) c_moving + c_stable = (1 - x) d_moving + d_stable.
    """
    book, state = view.book, view.state
    stable = stable_assets(view.scenario)
    moves = np.array([name not in stable for name in book.asset_names], dtype=bool)
    counted = state.collateral_amount * view.prices[book.collateral_asset] * book.collateral_threshold
    held = sum_by_account(book.collateral_start, counted)
    held_moving = sum_by_account(book.collateral_start, np.where(moves[book.collateral_asset], counted, 0.0))
    due = state.debt_amount * view.prices[book.debt_asset]
    owed = sum_by_account(book.debt_start, due)
    owed_moving = sum_by_account(book.debt_start, np.where(moves[book.debt_asset], due, 0.0))
    margin, slope = held - owed, held_moving - owed_moving
    distance = np.full(len(book), np.inf)
    np.divide(margin, slope, out=distance, where=(slope > 0.0) & (owed > 0.0))
    distance[(margin < 0.0) & (slope <= 0.0) & (owed > 0.0)] = -np.inf
    distance[distance >= 1.0] = np.inf
    return Moves(distance, _only(book.collateral_start, book.collateral_asset, counted, moves), owed_moving > 0.0)


def _only(start: Any, asset: Any, worth: Floats, moves: Flags) -> Ints:
    """Return (n,) the one asset that moves and that an account holds, -1 where there are several or none."""
    accounts = account_of_legs(start)
    counts = moves[asset] & (worth > 0.0)
    number = np.bincount(accounts[counts], minlength=len(start) - 1)
    found = np.full(len(start) - 1, -1, dtype=np.int32)
    found[accounts[counts]] = asset[counts]
    found[number != 1] = -1
    return found
