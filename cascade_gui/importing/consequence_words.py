"""What an answer makes of a book, in a line beside it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from cascade_gui.loan_table.editing import counted
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from engine.importing.consequences import Consequence, Side


_LARGEST: Final = 1e15
"""More tokens than there can be are written with their power of ten."""


def in_numbers(found: Consequence | None) -> str:
    """Return what an answer makes of a book; empty where that was not looked for.

    Parameters
    ----------
    found
        As the engine has found it.
    """
    if found is None:
        return ""
    if found.refusal:
        return found.refusal
    if not found.accounts:
        return _further(found)
    said = _tr("{0}: collateral {1}, debt {2}").format(
        counted(_tr("{0} account"), _tr("{0} accounts"), found.accounts), _amount(found.collateral), _amount(found.debt)
    )
    if found.differs:
        said = _tr("{0}; figures of the file itself differ").format(said)
    further = _further(found)
    return f"{said}; {further}" if further else said


def _amount(side: Side) -> str:
    if side.asset is None:
        return _tr("none")
    if side.usd is not None:
        return numbers.money(side.usd)
    few = numbers.compact if abs(side.tokens) < _LARGEST else partial(numbers.exponent, digits=3)
    return f"{few(side.tokens)} {side.asset}"


def _further(found: Consequence) -> str:
    if not found.asks:
        return ""
    return counted(_tr("{0} question is open then"), _tr("{0} questions are open then"), found.asks)


def _tr(text: str) -> str:
    return QCoreApplication.translate("consequences", text)
