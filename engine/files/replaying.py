"""Carries a book through the rounds of a recording that was read, and refuses figures that are no run's.

What a run does follows from its scenario, so a recording can be wrong in two ways. It can contradict itself or its
scenario: amounts that nobody held, sums that its liquidations do not have, prices that the shock does not give. That is
found here, in a moment. Or it can be a run of other rules: an older version's, or one that somebody made up with care.
That only a run can tell (`engine.reading.agreement`); until then a recording that came with a file is unverified.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.base.faults import BadInput
from engine.market.shocks import undisturbed_prices
from engine.recording.in_usd import seized_and_repaid_usd
from engine.settlement.marks import DELEVERAGED, REDISTRIBUTED

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.base.types import Floats, Ints
    from engine.kernels import EventColumns
    from engine.reading.recorded_run import RecordedRun
    from engine.recording.records import Round

RELATIVE = 1e-9
"""How far a sum may be off, relative to the amounts in it: runs add up in another order than this does."""


def replay(recording: RecordedRun, events: EventColumns, rounds: list[Round], where: str) -> None:
    """Publish the rounds one by one, carrying the book's amounts along for the keyframes.

    Parameters
    ----------
    recording
        Without rounds yet; its tables of bad debts and marks are filled.
    events
        The liquidations of all rounds.
    rounds
        What to publish. Their rows are known to fit the tables.
    where
        The file, for faults.

    Raises
    ------
    BadInput
        If amounts, sums or prices are not what the scenario and the other tables give.
    """
    bad_debts = recording.bad_debt_columns.arrays
    _check_prices(recording, rounds, where)
    sums = _Sums(recording, events, rounds, where)
    collateral = np.array(recording.book.collateral_amount)
    debt = np.array(recording.book.debt_amount)
    for step in rounds:
        part = slice(step.first_event, step.last_event)
        growth, per_collateral = np.array(step.collateral_growth), np.array(step.debt_per_collateral)
        grows = bool((growth != 1.0).any() or per_collateral.any())
        place = f"{where}, recording, round {step.number}"
        for legs, before, taken, amounts, name in (
            (events.collateral_leg, events.collateral_before, events.seized, collateral, "collateral"),
            (events.debt_leg, events.debt_before, events.repaid, debt, "debt"),
        ):
            if step.last_event > step.first_event:
                _check_taken(legs[part], before[part], taken[part], amounts, f"{place}: {name}", grows=grows)
            # in numpy the last assignment to a leg stands, which is the round's last event of it
            amounts[legs[part]] = before[part] - taken[part]
        if grows:
            from engine.settlement.stability_pool.redistribution import redistribute_nb

            redistribute_nb(recording.book.legs, collateral, debt, growth, per_collateral)
        bad = slice(step.first_bad_debt, step.last_bad_debt)
        debt[bad_debts.debt_leg[bad]] = bad_debts.after[bad]
        sums.check(step)
        recording.append(step, collateral, debt)


def check_finite(table: dict[str, npt.NDArray[np.generic]], place: str, *, may_be_infinite: tuple[str, ...] = (),
                 may_be_nan: tuple[str, ...] = ()) -> None:  # fmt: skip
    """Refuse numbers in columns that no run gives.

    Raises
    ------
    BadInput
        If a column holds NaN or infinity, other than those that may.
    """
    for name, values in table.items():
        if values.dtype.kind != "f":
            continue
        wrong = (np.isinf(values) & (name not in may_be_infinite)) | (np.isnan(values) & (name not in may_be_nan))
        if wrong.any():
            raise BadInput.at(f"{place}, column {name}", "nan or infinite", "finite numbers")


def _check_prices(recording: RecordedRun, rounds: list[Round], where: str) -> None:
    """Refuse other prices than those of the scenario before the run, and than its shock's without liquidations."""
    parameters = recording.scenario.parameters
    given = undisturbed_prices(parameters)
    names = recording.book.asset_names
    for step in rounds:
        place = f"{where}, recording, round {step.number}"
        expected = given.at(step.number)
        _equal(step.undisturbed, expected, expected, f"{place}, undisturbed price", names)
        if step.number == 0:
            _equal(step.market, given.start, given.start, f"{place}, market price", names)
        for kind in ("market_before", "market", "oracle"):
            prices = getattr(step, kind)
            if not (prices > 0.0).all():
                at = int(np.argmin(prices > 0.0))
                raise BadInput.at(f"{place}, {kind} of {names[at]}", f"{prices[at]:g}", "above 0")
    if rounds[-1].number > parameters.simulation.max_rounds:
        raise BadInput.at(f"{where}, recording", f"{rounds[-1].number} rounds",
                          f"at most {parameters.simulation.max_rounds}, the scenario's max_rounds")  # fmt: skip


def _check_taken(legs: Ints, before: Floats, taken: Floats, amounts: Floats, place: str, *,
                 grows: bool) -> None:  # fmt: skip
    """Refuse a round in which a leg held another amount before a liquidation than what is recorded, or less is left.

    Parameters
    ----------
    legs
        Of each event of the round, in order of service.
    before, taken
        What it held and what was taken, tokens.
    amounts
        Of all legs at the start of the round.
    grows
        Whether accounts got something by a redistribution meanwhile.
    """
    order = np.argsort(legs, kind="stable")
    legs, before, taken = legs[order], before[order], taken[order]
    expected = amounts[legs]
    again = np.flatnonzero(legs[1:] == legs[:-1]) + 1
    expected[again] = before[again - 1] - taken[again - 1]
    size = np.abs(amounts[legs])
    off = before - expected
    wrong = (off < -RELATIVE * size) | ((off > RELATIVE * size) & (not grows))
    if wrong.any():
        at = int(np.argmax(wrong))
        raise BadInput.at(f"{place} before a liquidation", f"{before[at]:g}", f"{expected[at]:g}, what was left of it")
    wrong = (taken < 0.0) | (taken > before + RELATIVE * size)
    if wrong.any():
        at = int(np.argmax(wrong))
        raise BadInput.at(f"{place} taken by a liquidation", f"{taken[at]:g}", f"0 to {before[at]:g}, what there was")


class _Sums:
    """Compares the figures of rounds with the sums of their liquidations."""

    def __init__(self, recording: RecordedRun, events: EventColumns, rounds: list[Round], where: str) -> None:
        book = recording.book
        self._book, self._where = book, where
        self._markets, self._assets = len(book.market_names), len(book.asset_names)
        self._events = events
        self._bad = recording.bad_debt_columns.arrays
        self._mark = np.zeros(rounds[-1].last_event, dtype=np.int8)
        marks, count = recording.mark_columns.arrays, rounds[-1].last_mark
        self._mark[marks.row[:count]] = marks.mark[:count]
        self._held = self._by_market_and_asset(
            np.repeat(book.market, np.diff(book.collateral_start)), book.collateral_asset, book.collateral_amount
        )
        self._owed = self._by_market_and_asset(
            np.repeat(book.market, np.diff(book.debt_start)), book.debt_asset, book.debt_amount
        )
        self._most = self._held.sum(axis=0) + self._owed.sum(axis=0)
        self._seen = np.zeros(len(book), dtype=np.bool_)

    def check(self, step: Round) -> None:
        """Take a round into account and compare what it says."""
        book, events, place = self._book, self._events, f"{self._where}, recording, round {step.number}"
        whole = slice(step.first_event, step.last_event)
        size = float(self._most @ step.oracle) * np.ones(self._markets)
        mark, account = self._mark[whole], events.account[whole]
        of_collateral = book.collateral_asset[events.collateral_leg[whole]]
        of_debt = book.debt_asset[events.debt_leg[whole]]
        market, seized, repaid = book.market[account], events.seized[whole], events.repaid[whole]
        left = mark != REDISTRIBUTED  # what is redistributed stays in the market
        self._held -= self._by_market_and_asset(market[left], of_collateral[left], seized[left])
        self._owed -= self._by_market_and_asset(market[left], of_debt[left], repaid[left])
        gone = slice(step.first_bad_debt, step.last_bad_debt)
        bad = self._bad
        before, after = bad.before[gone], bad.after[gone]
        if not ((after >= 0.0) & (after <= before)).all():
            raise BadInput.at(f"{place}, bad debts", "more after than before, or below 0", "0 to what was owed")
        written_off = before - after
        self._owed -= self._by_market_and_asset(
            book.market[bad.account[gone]], book.debt_asset[bad.debt_leg[gone]], written_off
        )
        own = mark == 0
        seized_each, repaid_each = seized_and_repaid_usd(
            book, events.collateral_leg[whole], seized, events.debt_leg[whole], repaid, step.oracle[np.newaxis], 0
        )
        repaid_usd = self._by_market(market[own], repaid_each[own])
        seized_usd = self._by_market(market[own], seized_each[own])
        for name, found, expected in (
            ("collateral_left_usd", step.collateral_left_usd, self._held @ step.oracle),
            ("debt_left_usd", step.debt_left_usd, self._owed @ step.oracle),
            ("repaid_usd", step.repaid_usd, repaid_usd),
            ("seized_usd", step.seized_usd, seized_usd),
        ):
            _equal(found, expected, size, f"{place}, {name}", book.market_names)
        figures = step.settlement_figures
        lost = seized_usd.sum() - repaid_usd.sum() - figures["credited_usd"].sum()
        others = mark == DELEVERAGED
        of_markets = self._by_market(market[others], (seized_each - repaid_each)[others])
        place_of_taken = f"{place}, deleveraged_taken_usd"
        _equal(figures["deleveraged_taken_usd"], of_markets, size, place_of_taken, book.market_names)
        lost += of_markets.sum()
        _equal(np.array([step.borrower_loss_usd]), np.array([lost]), size[:1], f"{place}, borrower_loss_usd", ("all",))
        liquidated = np.unique(account[mark != DELEVERAGED])
        new = int((~self._seen[liquidated]).sum())
        self._seen[liquidated] = True
        if step.accounts_liquidated != new:
            raise BadInput.at(f"{place}, accounts_liquidated", str(step.accounts_liquidated), str(new))

    def _by_market(self, market: Ints, usd: Floats) -> Floats:
        """Return (M,) the sums of USD."""
        sums: Floats = np.bincount(market, usd, self._markets).astype(np.float64)
        return sums

    def _by_market_and_asset(self, market: Ints, asset: Ints, amount: Floats) -> Floats:
        """Return (M, K) the sums of amounts."""
        if not len(amount):
            return np.zeros((self._markets, self._assets))
        both = market.astype(np.int64) * self._assets + asset
        sums: Floats = np.bincount(both, amount, self._markets * self._assets).astype(np.float64)
        return sums.reshape(self._markets, self._assets)


def _equal(found: Floats, expected: Floats, size: Floats, place: str, names: npt.ArrayLike) -> None:
    """Refuse figures that differ by more than rounding; `size` is that of the amounts that were added up."""
    room = RELATIVE * np.maximum(np.abs(size), np.maximum(np.abs(found), np.abs(expected)))
    wrong = ~(np.abs(found - expected) <= room)
    if wrong.any():
        at = int(np.argmax(wrong))
        name = np.asarray(names)[at]
        raise BadInput.at(f"{place} of {name}", f"{found[at]:.10g}", f"{expected[at]:.10g}, which the scenario and the "
                          "liquidations give (the recording is of something else, or was changed)")  # fmt: skip
