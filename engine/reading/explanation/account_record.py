"""How explanations are worked out of a recording (see `engine.reading.explanation.explanation`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine import kernels
from engine.book.terms import category_of_threshold
from engine.market.congestion import latency_rounds
from engine.market.rules import compile_policy, compile_rules
from engine.reading.explanation.explanation import (
    HealthWorking,
    HistoryEntry,
    LiquidationPrice,
    Outcome,
    Term,
)
from engine.reading.explanation.liquidation_prices import liquidation_prices
from engine.reading.liquidatable import congesting
from engine.settlement.marks import DELEVERAGED, REDISTRIBUTED

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.base.types import Floats
    from engine.reading.cursor import Cursor
    from engine.reading.recorded_run import RecordedRun


class Amounts(NamedTuple):
    """Tokens on one account's legs."""

    collateral: Floats
    debt: Floats


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """One account in a recording, at one round.

    Parameters
    ----------
    recording, account, number
        What is asked about.
    before, after
        The account's amounts at the start and at the end of the round.
    rows, bad_rows
        The account's rows among the events and among the bad debts, of all rounds recorded when it was made.
    """

    recording: RecordedRun
    account: int
    number: int
    before: Amounts
    after: Amounts
    rows: npt.NDArray[np.int64]
    bad_rows: npt.NDArray[np.int64]

    @classmethod
    def of(cls, recording: RecordedRun, account: int, number: int, cursor: Cursor) -> AccountRecord:
        """Gather an account's record."""
        rows = np.flatnonzero(recording.events.account == account)
        bad_rows = np.flatnonzero(recording.bad_debts.account == account)
        cursor.seek(number)
        after = _amounts(recording, account, cursor)
        record = cls(recording, account, number, after, after, rows, bad_rows)
        before = record.undone(after, number, cursor) if number else after
        return cls(recording, account, number, before, after, rows, bad_rows)

    @property
    def market(self) -> int:
        """The account's market."""
        return int(self.recording.book.market[self.account])

    @property
    def dust(self) -> float:
        """Debt and collateral up to this many USD count as none."""
        return float(self.recording.scenario.parameters.simulation.dust_usd)

    def undone(self, amounts: Amounts, number: int, cursor: Cursor | None = None) -> Amounts:
        """Return the amounts at the start of round `number`, given those at its end; a cursor may be moved for it."""
        if number in self.recording.redistributions:  # that a round of these gave and took cannot be told from its rows
            cursor = self.recording.cursor() if cursor is None else cursor
            return _amounts(self.recording, self.account, cursor.seek(number - 1))
        book, step = self.recording.book, self.recording.rounds[number]
        collateral, debt = amounts.collateral.copy(), amounts.debt.copy()
        first_collateral = book.collateral_start[self.account]
        first_debt = book.debt_start[self.account]
        bad_debts, events = self.recording.bad_debts, self.recording.events
        for row in self.bad_rows[_between(self.bad_rows, step.first_bad_debt, step.last_bad_debt)]:
            debt[bad_debts.debt_leg[row] - first_debt] = bad_debts.before[row]
        for row in self.rows[_between(self.rows, step.first_event, step.last_event)][::-1]:
            collateral[events.collateral_leg[row] - first_collateral] = events.collateral_before[row]
            debt[events.debt_leg[row] - first_debt] = events.debt_before[row]
        return Amounts(collateral, debt)

    def working(self, amounts: Amounts, number: int) -> HealthWorking:
        """Return the terms of the health factor at the oracle prices of a round."""
        book, prices = self.recording.book, self.recording.rounds[number].oracle
        legs = _legs(book.collateral_start, self.account)
        sources = book.collateral_terms[legs]
        thresholds = book.terms[sources, kernels.THRESHOLD].tolist()
        parameters = self.recording.scenario.parameters
        categories = [category_of_threshold(parameters, book.layout, source) for source in sources.tolist()]
        collateral = tuple(
            _term(book.asset_names, asset, amount, prices, threshold, category)
            for asset, amount, threshold, category in zip(
                book.collateral_asset[legs], amounts.collateral, thresholds, categories, strict=True
            )
        )
        debt_legs = range(book.debt_start[self.account], book.debt_start[self.account + 1])
        debt = tuple(
            _term(book.asset_names, book.debt_asset[leg], amount, prices, None)
            for leg, amount in zip(debt_legs, amounts.debt, strict=True)
        )
        backing, held, owed = 0.0, 0.0, 0.0  # added in the order of the kernels, for the same bits
        for term in collateral:
            held += term.value
            backing += term.weighted
        for term in debt:
            owed += term.value
        return HealthWorking(collateral, debt, backing, held, owed, backing / owed if owed > 0.0 else np.inf)

    @property
    def congesting(self) -> int:
        """By how many accounts the round's gas and latency are set."""
        return congesting(self.recording, self.number)

    @property
    def latency(self) -> int:
        """How many rounds liquidators take to come, as things are in the round."""
        return latency_rounds(self.recording.scenario.parameters.liquidators, self.congesting)

    @property
    def policy(self) -> kernels.Policy:
        """What liquidators do in the round."""
        return compile_policy(self.recording.scenario.parameters, self.congesting)

    def is_left_alone(self, working: HealthWorking) -> bool:
        """Whether an account in this state owes too little for a liquidator."""
        least = self.recording.scenario.parameters.liquidators.min_debt_usd
        return least is not None and working.debt_usd < least

    def is_liquidatable(self, working: HealthWorking) -> bool:
        """Whether an account in this state can be liquidated."""
        equal_too = self.recording.scenario.parameters.markets[
            self.recording.book.market_names[self.market]
        ].rules.trigger
        return bool(
            kernels.is_liquidatable_nb(
                working.backing, working.collateral_usd, working.debt_usd, equal_too == "at_or_below", self.dust
            )
        )

    def waited(self) -> int:
        """Return for how many rounds in a row, this one included, the account has been liquidatable."""
        count, amounts = 0, self.before
        for number in range(self.number, 0, -1):
            if not self.is_liquidatable(self.working(amounts, number)):
                break
            count += 1
            if number > 1:
                amounts = self.undone(amounts, number - 1)
        return count

    def liquidation_prices(self, working: HealthWorking) -> tuple[LiquidationPrice, ...]:
        """Return the liquidation prices of the account, with their working."""
        market = self.recording.book.market_names[self.market]
        return liquidation_prices(self.recording.scenario.parameters, market, working)

    def danger(self) -> tuple[float | None, bool]:
        """Return below which health liquidations are toxic, and whether a full close would leave bad debt."""
        book = self.recording.book
        legs = kernels.Legs(
            collateral_start=np.array([0, len(self.after.collateral)], dtype=np.int64),
            collateral_asset=book.collateral_asset[_legs(book.collateral_start, self.account)],
            collateral_terms=book.collateral_terms[_legs(book.collateral_start, self.account)],
            terms=book.terms,
            debt_start=np.array([0, len(self.after.debt)], dtype=np.int64),
            debt_asset=book.debt_asset[_legs(book.debt_start, self.account)],
            market=book.market[self.account : self.account + 1],
        )
        for array in legs:
            array.setflags(write=False)  # the kernels were compiled for a book's read-only arrays
        _, held, owed, _, _, _, _, threshold, bonus = kernels.picked_nb(
            legs,
            self.after.collateral.copy(),
            self.after.debt.copy(),
            compile_rules(self.recording.scenario.parameters),
            np.array(self.recording.rounds[self.number].oracle),
            kernels.unsigned(0),
        )
        if held <= self.dust or owed <= self.dust:
            return None, owed > self.dust
        settlement = self.recording.scenario.parameters.markets[book.market_names[self.market]].rules.settlement
        if not settlement.by_liquidators:  # accounts are closed whole, without a bonus
            return None, held < owed and settlement.leaves_bad_debt
        return float(threshold * (1.0 + bonus)), bool(held < owed * (1.0 + bonus))

    def history(self) -> tuple[HistoryEntry, ...]:
        """Return the account's liquidations and bad debt of all rounds."""
        book, rounds = self.recording.book, self.recording.rounds
        events = self.recording.events
        ends = np.array([step.last_event for step in rounds])
        entries: list[HistoryEntry] = []
        pair = (-1, -1)
        marked = self.recording.marks
        own = np.isin(marked.row, self.rows)
        marks = dict(zip(marked.row[own].tolist(), marked.mark[own].tolist(), strict=True))
        for row in self.rows.tolist():
            number = int(np.searchsorted(ends, row, side="right"))
            leg, debt_leg = int(events.collateral_leg[row]), int(events.debt_leg[row])
            oracle = rounds[number].oracle
            repaid = float(events.repaid[row] * oracle[book.debt_asset[debt_leg]])
            seized = float(events.seized[row] * oracle[book.collateral_asset[leg]])
            mark = marks.get(row, 0)
            is_further = (leg, debt_leg) > pair or mark == REDISTRIBUTED  # a further pair of one liquidation
            outcome = Outcome.DELEVERAGED if mark == DELEVERAGED else Outcome.LIQUIDATED
            if entries and entries[-1].round == number and is_further and entries[-1].outcome is outcome:
                last = entries.pop()
                repaid, seized = last.repaid_usd + repaid, last.seized_usd + seized
            pair = (leg, debt_leg)
            entries.append(
                HistoryEntry(
                    number, outcome, repaid, seized, 0.0,
                    float(events.health_before[row]), float(events.health_after[row]),
                )
            )  # fmt: skip
        bad_rounds = np.searchsorted(np.array([step.last_bad_debt for step in rounds]), self.bad_rows, side="right")
        entries += [entry for number in np.unique(bad_rounds).tolist() if (entry := self.bad_debt(number)) is not None]
        return tuple(entries)

    def bad_debt(self, number: int) -> HistoryEntry | None:
        """Return the account's debt that became bad in a round; None if none did."""
        step, book, bad_debts = self.recording.rounds[number], self.recording.book, self.recording.bad_debts
        rows = self.bad_rows[_between(self.bad_rows, step.first_bad_debt, step.last_bad_debt)]
        if not len(rows):
            return None
        usd = 0.0  # added in the order of the legs
        for row in rows.tolist():
            usd += float(bad_debts.before[row] * step.oracle[book.debt_asset[bad_debts.debt_leg[row]]])
        stays = bool((bad_debts.after[rows] == bad_debts.before[rows]).any())
        outcome = Outcome.BAD_DEBT_STAYS if stays else Outcome.WRITTEN_OFF
        return HistoryEntry(number, outcome, 0.0, 0.0, usd, None, None)


def _term(
    names: tuple[str, ...],
    asset: np.int32,
    amount: np.float64,
    prices: Floats,
    threshold: float | None,
    category: str | None = None,
) -> Term:
    price = float(prices[asset])
    return Term(names[asset], float(amount), price, float(amount) * price, threshold, category)


def _legs(start: npt.NDArray[np.int64], account: int) -> slice:
    return slice(int(start[account]), int(start[account + 1]))


def _amounts(recording: RecordedRun, account: int, cursor: Cursor) -> Amounts:
    book = recording.book
    return Amounts(
        cursor.collateral_amount[_legs(book.collateral_start, account)].copy(),
        cursor.debt_amount[_legs(book.debt_start, account)].copy(),
    )


def _between(rows: npt.NDArray[np.int64], first: int, last: int) -> slice:
    return slice(int(np.searchsorted(rows, first)), int(np.searchsorted(rows, last)))
