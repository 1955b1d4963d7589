"""Conservation of tokens (Method, section 9), checked in every round of every run that any test makes."""

from __future__ import annotations

from functools import wraps

import numpy as np
import pytest

from engine.recording.recording import Recording
from engine.settlement.marks import REDISTRIBUTED

RELATIVE = 1e-9
ROUNDING = 1e-22


def check(recording: Recording, collateral, debt) -> None:
    """Fail unless what is left, seized, repaid and written off add up to what there was, and the USD left agree."""
    book, step = recording.book, recording.rounds[-1]
    events, bad_debts = recording.events, recording.bad_debts
    assets = len(book.asset_names)
    gone = np.ones(len(events), dtype=bool)  # what was redistributed is held and owed by other accounts
    gone[recording.marks.row[recording.marks.mark == REDISTRIBUTED]] = False

    def by_asset(codes, amounts):
        return np.bincount(codes, amounts, assets)

    held_first = by_asset(book.collateral_asset, book.collateral_amount)
    held = by_asset(book.collateral_asset, collateral)
    seized = by_asset(book.collateral_asset[events.collateral_leg[gone]], events.seized[gone])
    np.testing.assert_allclose(held + seized, held_first, rtol=RELATIVE, err_msg=f"collateral, round {step.number}")
    owed_first = by_asset(book.debt_asset, book.debt_amount)
    owed = by_asset(book.debt_asset, debt)
    repaid = by_asset(book.debt_asset[events.debt_leg[gone]], events.repaid[gone])
    written_off = by_asset(book.debt_asset[bad_debts.debt_leg], bad_debts.before - bad_debts.after)
    np.testing.assert_allclose(
        owed + repaid + written_off, owed_first, rtol=RELATIVE, err_msg=f"debt, round {step.number}"
    )
    for start, codes, amounts, first, reported in (
        (book.collateral_start, book.collateral_asset, collateral, book.collateral_amount, step.collateral_left_usd),
        (book.debt_start, book.debt_asset, debt, book.debt_amount, step.debt_left_usd),
    ):
        market = np.repeat(book.market, np.diff(start))
        left, least = np.bincount(market, amounts * step.oracle[codes], len(book.market_names)), 1e-12
        if len(first):  # what rounding leaves of what there was, where a price is beyond all measure
            least += ROUNDING * float((first * step.oracle[codes]).max())
        np.testing.assert_allclose(reported, left, rtol=RELATIVE, atol=least, err_msg=f"USD left, round {step.number}")
    assert (collateral >= 0).all(), "a negative collateral"
    assert (debt >= 0).all(), "a negative debt"


@pytest.fixture(autouse=True)
def conserved(monkeypatch):
    """Check conservation whenever a round is recorded."""
    append = Recording.append

    @wraps(append)
    def append_and_check(recording, step, collateral, debt, index=None):
        append(recording, step, collateral, debt, index)
        check(recording, *(index.in_book(collateral, debt) if index is not None else (collateral, debt)))

    monkeypatch.setattr(Recording, "append", append_and_check)
