"""A book laid out by health, so that a run touches only what can become liquidatable.

The index is kept with the loans and reused by every run on them: a run borrows the arrays that it changes and gives
them back, and only what it touched is put back to what it was. Under other parameters the accounts stay where they
are; what a changed threshold, price or trigger moves is worked out anew (`HealthIndex.under`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine import kernels
from engine.book.order import Order
from engine.book.workspace import Workspace
from engine.market.oracles import first_prices
from engine.market.rules import compile_rules

if TYPE_CHECKING:
    from engine.base.columns import Memory
    from engine.base.types import Floats
    from engine.book.book import Book
    from engine.scenario.scenario import Scenario
    from engine.scenario.schema import Parameters

_LEVELS = np.exp([0.02, 0.1, 0.4])  # falls of health at which is looked how many accounts are due
_MIXED = 4  # so many times as many accounts stand in blocks that are due as are due themselves


class HealthIndex:
    """The accounts of a book in the order in which falling prices reach them, their legs contiguous.

    Results of a run do not depend on the order. One index may serve runs on several threads; it does not change.

    Parameters
    ----------
    book
        What it is of.
    order
        Its accounts in the order of the index.
    due
        (n,) due values in this order, at the prices and the dust of `basis`.
    basis
        What the due values depend on beside the book.
    is_sorted
        Whether the order was made for these due values.

    Attributes
    ----------
    legs, places, left, most_debts, memory
        See `engine.book.order.Order`.
    most_threshold
        The largest threshold of any collateral, at least 1.
    """

    def __init__(self, book: Book, order: Order, due: Floats, basis: Basis, *, is_sorted: bool = True) -> None:
        self.book = book
        self.order = order
        self.basis = basis
        self.legs = order.legs(book.terms)
        self.places = order.places
        self.left = order.left
        self.most_debts = order.most_debts
        self.is_sorted = is_sorted
        self.most_threshold = float(np.nanmax(book.terms[:, kernels.THRESHOLD], initial=1.0))
        # Nothing writes to these two, but kernels that could are compiled for arrays that may be written to.
        self._due = due
        self._block_due = np.zeros(-(-len(book) // kernels.BLOCK), dtype=np.float32)
        kernels.block_due_nb(self._due, self._block_due)

    @classmethod
    def of(cls, scenario: Scenario, book: Book) -> HealthIndex:
        """Lay a scenario's book out by health at its first oracle prices."""
        basis = Basis.of(scenario.parameters)
        due = np.empty(len(book))
        none = np.zeros(0, dtype=np.bool_)
        kernels.due_nb(
            book.legs, book.collateral_amount, book.debt_amount, basis.rules, basis.prices, basis.dust,
            True, none, none, due,
        )  # fmt: skip
        order, due = Order.of(book, due)
        return cls(book, order, due, basis)

    def under(self, scenario: Scenario, book: Book, basis: Basis | None = None) -> HealthIndex:
        """Return the index of the same loans under other parameters; this one where these change nothing in it.

        Parameters
        ----------
        scenario, book
            The scenario and its book.
        basis
            That of its parameters, if it is known.

        Raises
        ------
        ValueError
            If the book is one of other loans, or of other assets or markets.
        """
        if book.layout is not self.book.layout:
            message = "the index belongs to another book"
            raise ValueError(message)
        basis = Basis.of(scenario.parameters) if basis is None else basis
        everything = basis.dust != self.basis.dust
        terms, prices = self._moved(book, basis)
        if not (everything or terms.any() or prices.any()):
            if np.array_equal(book.terms, self.book.terms, equal_nan=True):
                return self
            return HealthIndex(book, self.order, self._due, basis, is_sorted=self.is_sorted)
        due = self._due.copy()
        kernels.due_nb(
            self.order.legs(book.terms), self.order.collateral, self.order.debt, basis.rules, basis.prices, basis.dust,
            everything, terms, prices, due,
        )  # fmt: skip
        return HealthIndex(book, self.order, due, basis, is_sorted=False)

    def sorted_anew(self) -> HealthIndex:
        """Return an index of the same book in the order of this one's due values."""
        due = np.empty(len(self.book))
        due[self.places.account] = self._due
        order, due = Order.of(self.book, due)
        return HealthIndex(self.book, order, due, self.basis)

    @property
    def is_mixed(self) -> bool:
        """Whether accounts that are due soon stand among many that are not, since other parameters have moved them."""
        for level in () if self.is_sorted else _LEVELS:
            in_blocks = kernels.BLOCK * np.count_nonzero(self._block_due <= level)
            if in_blocks > _MIXED * (np.count_nonzero(self._due <= level) + kernels.BLOCK):
                return True
        return False

    @property
    def memory(self) -> Memory:
        """What recordings of its runs leave, for those of the next."""
        return self.order.memory

    @property
    def fresh(self) -> kernels.UntouchedBook:
        """The book before a run."""
        return kernels.UntouchedBook(self.order.collateral, self.order.debt, self._due, self._block_due)

    def borrow(self) -> Workspace:
        """Return a workspace with the amounts of the book, for a run that starts at the index's prices."""
        try:
            workspace = self.order.spare.pop()
        except IndexError:
            return Workspace.new(self.order, self._due, self._block_due)
        if workspace.fresh_due is not self._due:
            workspace.due[:] = self._due
            workspace.block_due[:] = self._block_due
            workspace.fresh_due = self._due
        return workspace

    def give_back(self, workspace: Workspace) -> None:
        """Take a workspace back that no run uses any more."""
        kernels.restore_nb(
            self.legs, workspace.touched, self.order.collateral, self.order.debt, self._due, self._block_due,
            workspace.collateral, workspace.debt, workspace.due, workspace.block_due, workspace.since,
            workspace.last_liquidated, workspace.bad,
        )  # fmt: skip
        self.order.spare.append(workspace)

    def in_book(self, collateral: Floats, debt: Floats) -> tuple[Floats, Floats]:
        """Return copies of amounts that stand in the order of the index in the order of the book."""
        ordered = np.empty_like(collateral), np.empty_like(debt)
        ordered[0][self.order.collateral_leg] = collateral
        ordered[1][self.order.debt_leg] = debt
        return ordered

    def _moved(self, book: Book, basis: Basis) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Return for which terms (T,) and which assets' prices (K,) due values are others than those of the index."""
        mine, others = self.book.terms[:, kernels.THRESHOLD], book.terms[:, kernels.THRESHOLD]
        moved = (mine != others) & ~(np.isnan(mine) & np.isnan(others))  # of terms that no leg is on, there may be none
        has_other_trigger = self.basis.rules["at_or_below"] != basis.rules["at_or_below"]
        return moved | has_other_trigger[book.layout.sources.market], self.basis.prices != basis.prices


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """What of the parameters due values depend on, beside the terms.

    Parameters
    ----------
    prices
        (K,) the oracle prices before round 1.
    dust
        USD that count as none.
    rules
        The markets' rules, of which the trigger matters.
    """

    prices: Floats
    dust: float
    rules: kernels.Rules

    @classmethod
    def of(cls, parameters: Parameters) -> Basis:
        """Return that of some parameters."""
        return cls(first_prices(parameters), float(parameters.simulation.dust_usd), compile_rules(parameters))
