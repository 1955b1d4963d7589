"""What each answer to an open question of an import would make of the book, in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from engine.base.faults import BadInput
from engine.importing.asking import Unanswered
from engine.importing.build import import_book
from engine.scenario.loans import BLANK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.base.types import Floats
    from engine.importing.build import BookImport
    from engine.importing.choices import ImportChoices
    from engine.importing.source import Source
    from engine.scenario.loans import CodedColumn
    from engine.scenario.scenario import Scenario

MOST_ROWS: Final = 100_000
"""Of longer files each answer would take longer to try than a person takes to read it."""


@dataclass(frozen=True, slots=True)
class Side:
    """All collateral of a book, or all debt.

    Parameters
    ----------
    usd
        What it is worth, None where an asset has no price.
    asset, tokens
        The asset of which there is most, by worth where prices are known, and how much; no asset where there is none.
    """

    usd: float | None
    asset: str | None
    tokens: float


@dataclass(frozen=True, slots=True)
class Consequence:
    """What an answer makes of a book.

    Parameters
    ----------
    accounts
        How many there are.
    collateral, debt
        What they hold and owe.
    asks
        How many questions are open then.
    refusal
        What is wrong with it then; empty where it can be read.
    differs
        Whether figures of the file itself then differ.
    """

    accounts: int = 0
    collateral: Side = Side(None, None, 0.0)
    debt: Side = Side(None, None, 0.0)
    asks: int = 0
    refusal: str = ""
    differs: bool = False


def consequence_of(
    source: Source, choices: ImportChoices, changes: Sequence[Mapping[str, Any]], template: Scenario | None = None
) -> Consequence | None:
    """Return what a book would be if a question were answered so, None for files that are too long to try.

    Parameters
    ----------
    source
        The file.
    choices
        What has been chosen so far.
    changes
        The fields of `ImportChoices` that the answer sets, and before them those of answers that it goes with.
    template
        The scenario that gives everything else, as for `import_book`.

    A known answer: ``8.000`` is a debt of $8,000 with a decimal comma and of $8 with a point
    (tests/engine/importing/test_consequences.py).
    """
    if len(source) > MOST_ROWS:
        return None
    for change in changes:
        choices = choices.changed(**change)
    try:
        made = import_book(source, choices, template=template)
    except Unanswered as open_:
        return Consequence(asks=len(open_.questions))
    except BadInput as refused:
        return Consequence(refusal=str(refused.faults[0]))
    return _told(made)


def _told(made: BookImport) -> Consequence:
    loans = made.reading.loans
    prices = {terms.asset: terms.price.value for terms in made.assets}
    wrong = [*made.notes.faults, *made.wrong]
    refused = str(wrong[0]) if wrong and not made.assets else ""
    return Consequence(
        len(set(zip(loans.account.tolist(), loans.market.codes.tolist(), strict=True))),
        _side(loans.collateral_asset, loans.collateral_amount, prices),
        _side(loans.debt_asset, loans.debt_amount, prices),
        len(made.notes.questions),
        refused,
        bool(made.notes.differences),
    )


def _side(assets: CodedColumn, amounts: Floats, prices: Mapping[str, Any]) -> Side:
    given = (assets.codes != BLANK) & np.isfinite(amounts) & (amounts != 0.0)
    if not given.any():
        return Side(0.0, None, 0.0)
    tokens = np.bincount(assets.codes[given], amounts[given], len(assets.names))
    each = np.array([_price(prices.get(name)) for name in assets.names])
    there = np.flatnonzero(tokens)
    worth = tokens * each
    known = bool(np.isfinite(worth[there]).all())
    most = int(there[(worth if known else tokens)[there].argmax()])
    return Side(float(worth[there].sum()) if known else None, assets.names[most], float(tokens[most]))


def _price(value: Any) -> float:
    return float(value) if isinstance(value, (int, float)) else float("nan")
