"""Figures of rounds that recordings of earlier releases lack, worked out of their liquidations."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.recording.in_usd import seized_and_repaid_usd
from engine.recording.records import Marks

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from engine.book.book import Book
    from engine.recording.records import Round


def with_what_deleveraging_took(
    rounds: list[Round],
    events: Mapping[str, npt.NDArray[Any]],
    marks: Mapping[str, npt.NDArray[Any]],
    book: Book,
    *,
    told: bool,
) -> list[Round]:
    """Return rounds with what deleveraged traders lost, which is in what borrowers lost.

    Parameters
    ----------
    rounds
        As they were recorded: the loss of borrowers is that of liquidated accounts alone.
    events, marks
        The columns of `engine.recording.records.Events` and of the marks of their rows.
    book
        Whose accounts these are.
    told
        Whether the recording has it: then they are right as they are.
    """
    if told:
        return rounds
    found = []
    for step in rounds:
        rows = Marks(marks["row"], marks["mark"]).part(step.first_mark, step.last_mark).deleveraged()
        if not len(rows):
            found.append(step)
            continue
        seized, repaid = seized_and_repaid_usd(
            book, events["collateral_leg"][rows], events["seized"][rows], events["debt_leg"][rows],
            events["repaid"][rows], step.oracle[np.newaxis], 0,
        )  # fmt: skip
        lost = np.bincount(book.market[events["account"][rows]], seized - repaid, len(book.market_names))
        lost.setflags(write=False)
        figures = MappingProxyType({**step.settlement_figures, "deleveraged_taken_usd": lost})
        whole = step.borrower_loss_usd + float(lost.sum())
        found.append(replace(step, settlement_figures=figures, borrower_loss_usd=whole))
    return found
