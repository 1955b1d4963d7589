"""Nothing appears and nothing gets lost: tokens and debt, round by round, to 1e-9 (Method, section 9)."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from engine.settlement.marks import REDISTRIBUTED

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.reading.recorded_run import RecordedRun

    Floats = npt.NDArray[np.float64]

RELATIVE = 1e-9


def check_conservation(recording: RecordedRun) -> None:
    """Assert, for every round of a recording, that

    - initial collateral = still held + seized, by asset;
    - initial debt = left + repaid + written off, by asset;
    - what is left in USD by market is what the accounts hold, at oracle prices;
    - bad debt = what the reserve paid + what the lenders lost, by market that liquidators settle; only a protocol
      that absorbs accounts has a reserve below zero, and its lenders lose what that changes by, and debt that never
      had collateral;
    - the round's figures are the sums of its events;
    - what liquidators got = sold + kept + still to be sold, where nobody else trades.

    What a stability pool passes on stays in the book: it is held and owed by other accounts of the market.
    """
    book, rounds = recording.book, recording.rounds
    events, bad = recording.events, recording.bad_debts
    assets, markets = len(book.asset_names), len(book.market_names)
    collateral_market = np.repeat(book.market, np.diff(book.collateral_start))
    debt_market = np.repeat(book.market, np.diff(book.debt_start))
    held_first = np.bincount(book.collateral_asset, book.collateral_amount, assets)
    owed_first = np.bincount(book.debt_asset, book.debt_amount, assets)
    seized, repaid, written_off, received, sold = (np.zeros(assets) for _ in range(5))
    cursor = recording.cursor()
    policy = recording.scenario.parameters.liquidators
    kinds = np.array([market.rules.settlement.kind for market in recording.scenario.parameters.markets.values()])
    by_liquidators, absorbs = kinds == "liquidator", kinds == "absorb"
    others_trade = not np.isin(kinds, ("liquidator", "auction")).all()
    mark = np.zeros(len(events), dtype=np.int8)
    mark[recording.marks.row] = recording.marks.mark
    for before, step in itertools.pairwise(rounds):
        place = f"round {step.number}"
        whole = np.arange(step.first_event, step.last_event)
        part = whole[mark[whole] != REDISTRIBUTED]
        of_collateral = book.collateral_asset[events.collateral_leg[part]]
        of_debt = book.debt_asset[events.debt_leg[part]]
        seized_now = np.bincount(of_collateral, events.seized[part], assets)
        repaid_now = np.bincount(of_debt, events.repaid[part], assets)
        to_protocol = np.bincount(of_collateral, events.to_protocol[part], assets)
        gone = slice(step.first_bad_debt, step.last_bad_debt)
        of_bad = book.debt_asset[bad.debt_leg[gone]]
        written_off += np.bincount(of_bad, bad.before[gone] - bad.after[gone], assets)
        seized += seized_now
        repaid += repaid_now
        received += seized_now - to_protocol
        sold += step.sold
        cursor.seek(step.number)
        held, owed = cursor.collateral_amount, cursor.debt_amount
        assert (held >= 0).all(), f"{place}: negative collateral"
        assert (owed >= 0).all(), f"{place}: negative debt"
        equal(np.bincount(book.collateral_asset, held, assets) + seized, held_first, held_first, f"{place}: collateral")
        equal(
            np.bincount(book.debt_asset, owed, assets) + repaid + written_off, owed_first, owed_first, f"{place}: debt"
        )

        held_usd = np.bincount(collateral_market, held * step.oracle[book.collateral_asset], markets)
        owed_usd = np.bincount(debt_market, owed * step.oracle[book.debt_asset], markets)
        most = (held_first + owed_first) @ step.oracle * np.ones(markets)
        equal(step.collateral_left_usd, held_usd, most, f"{place}: collateral left in USD")
        equal(step.debt_left_usd, owed_usd, most, f"{place}: debt left in USD")
        paid = before.reserve_usd - step.reserve_usd
        assert (paid[by_liquidators] >= 0).all(), f"{place}: the reserve grew"
        assert (step.reserve_usd[~absorbs] >= 0).all(), f"{place}: negative reserve"
        equal(
            (paid + step.lender_loss_usd)[by_liquidators],
            step.bad_debt_usd[by_liquidators],
            (step.bad_debt_usd + before.reserve_usd)[by_liquidators],
            f"{place}: who bears the bad debt",
        )
        below = np.maximum(-step.reserve_usd, 0) - np.maximum(-before.reserve_usd, 0)
        assert (step.lender_loss_usd >= below - RELATIVE * most).all(), f"{place}: a loss that nobody bears"
        bare = np.bincount(book.market[bad.account[gone]], bad.before[gone] * step.oracle[of_bad], markets)
        lost = step.lender_loss_usd - below - bare
        assert (lost[absorbs] <= RELATIVE * most[absorbs]).all(), f"{place}: a loss that nobody made"
        # where inventory is sold at a loss, lenders may lose more
        more = (step.lender_loss_usd > step.bad_debt_usd + RELATIVE * most) & ~absorbs
        assert not more.any(), f"{place}: lost more than was bad"
        own = whole[mark[whole] == 0]
        of_collateral = book.collateral_asset[events.collateral_leg[own]]
        of_debt = book.debt_asset[events.debt_leg[own]]
        event_market = book.market[events.account[own]]
        repaid_usd = np.bincount(event_market, events.repaid[own] * step.oracle[of_debt], markets)
        seized_usd = np.bincount(event_market, events.seized[own] * step.oracle[of_collateral], markets)
        equal(step.repaid_usd, repaid_usd, most, f"{place}: repaid in USD")
        equal(step.seized_usd, seized_usd, most, f"{place}: seized in USD")
        equal(
            np.array([step.borrower_loss_usd]),
            np.array(
                [
                    seized_usd.sum()
                    - repaid_usd.sum()
                    - step.settlement_figures["credited_usd"].sum()
                    + step.settlement_figures["deleveraged_taken_usd"].sum()
                ]
            ),
            most[:1],
            f"{place}: borrower loss",
        )
        if others_trade:
            continue
        if policy.buy_debt and by_liquidators.all():
            equal(step.bought, repaid_now, owed_first, f"{place}: bought")
        elif not policy.buy_debt:
            assert not step.bought.any(), f"{place}: bought without buy_debt"
        waiting = received * policy.sell_share - sold
        assert (waiting >= -RELATIVE * held_first).all(), f"{place}: sold more than was received"
        if policy.sell_over_rounds == 1:
            equal(waiting, np.zeros(assets), held_first, f"{place}: still to be sold")
    if recording.ended == "no more liquidations" and not others_trade:
        equal(sold, received * policy.sell_share, held_first, "at the end: still to be sold")
    cursor.seek(0)
    assert (cursor.collateral_amount == book.collateral_amount).all(), "stepping back does not lead to the first book"
    assert (cursor.debt_amount == book.debt_amount).all(), "stepping back does not lead to the first book"


def equal(a: Floats, b: Floats, size: Floats, what: str) -> None:
    """Assert equality to 1e-9 of the size of the amounts that were added up."""
    off = np.abs(a - b) > RELATIVE * np.maximum(np.abs(size), np.maximum(np.abs(a), np.abs(b)))
    assert not off.any(), f"{what}: {a[off]} against {b[off]}"
