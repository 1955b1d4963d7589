"""Accounts that a change of a risk parameter touches, as tables: what they hold and owe, and how far they are now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from engine.studies.accounts import account_of_legs

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.base.types import Flags, Floats, Ints, Wholes
    from engine.reading.round_view import RoundView
    from engine.studies.outcome import Columns

LIQUIDATABLE: Final = "liquidatable"
NEAR: Final = "within 5 %"


def account_table(view: RoundView, after: RoundView, chosen: Flags, dust: Flags, status: str) -> Columns:
    """Return accounts, those that owe most first.

    Parameters
    ----------
    view, after
        Before a run, today and with the change.
    chosen, dust
        (n,) which accounts, and which of all owe too little to matter.
    status
        What the change makes of them: `LIQUIDATABLE` or `NEAR`.

    Returns
    -------
    dict
        With what each holds and owes most of (``collateral``, ``debt``), how far all that it holds may fall today until
        its health is 1 (``to_liquidation``, a share), and its health before and after.
    """
    order = np.flatnonzero(chosen)
    order = order[np.argsort(-view.debt_usd[order], kind="stable")]
    book, state = view.book, view.state
    names = np.array(book.asset_names, dtype=object)
    held = state.collateral_amount * view.prices[book.collateral_asset]
    owed = state.debt_amount * view.prices[book.debt_asset]
    return {
        "account": book.account_names[order],
        "market": np.array(book.market_names, dtype=object)[book.market[order]],
        "collateral": _largest(names, book.collateral_start, book.collateral_asset, held)[order],
        "collateral_usd": view.collateral_usd[order],
        "debt": _largest(names, book.debt_start, book.debt_asset, owed)[order],
        "debt_usd": view.debt_usd[order],
        "health.before": view.health[order],
        "health.after": after.health[order],
        "to_liquidation": 1.0 - 1.0 / view.health[order],
        "status": np.full(len(order), status, dtype=object),
        "dust": dust[order],
    }


def _largest(names: npt.NDArray[Any], start: Wholes, assets: Ints, worth: Floats) -> npt.NDArray[Any]:
    """Return (n,) the name of the asset of which each account has most, with how many others; empty without any."""
    count = len(start) - 1
    found = np.full(count, "", dtype=object)
    accounts = account_of_legs(start)
    there = np.flatnonzero(worth > 0.0)
    order = there[np.lexsort((worth[there], accounts[there]))]  # of each account the largest last
    found[accounts[order]] = names[assets[order]]
    others = np.bincount(accounts[order], minlength=count) - 1
    more = others > 0
    found[more] = [f"{name} + {number}" for name, number in zip(found[more], others[more], strict=True)]
    return found
