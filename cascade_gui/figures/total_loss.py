"""What total loss is made of, and who bears it, in words: the same under the figures and in the summary of a run."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication

from cascade_gui.wording import numbers


def made_of(total: float, bad: float) -> tuple[str, ...]:
    """Say of which two parts a total loss is the sum, the longest first; nothing where there is none.

    Parameters
    ----------
    total, bad
        The total loss and the part of it that is bad debt, USD.
    """
    beyond = _beyond(total, bad)
    if not total > 0:
        return ()
    if not bad > 0:
        return (_tr("debt not covered by collateral"), _tr("uncovered debt"))
    shown = numbers.money(bad), numbers.money(beyond)
    alone = _tr("bad debt {0}")
    if not beyond > 0 or numbers.money(total) == shown[0]:
        return (alone.format(shown[0]),)
    texts = (_tr("bad debt {0} + {1} not covered by collateral"), _tr("bad debt {0} + {1} uncovered"))
    # The bad debt is what the total is beside it: the shorter ones name the part that is not in its name.
    shorter = (_tr("bad debt + {1} uncovered"), _tr("of it {1} uncovered"), _tr("{1} uncovered"))
    return tuple(text.format(*shown) for text in (*texts, *shorter))


def sum_in_full(total: float, bad: float) -> list[str]:
    """Return the sum with what its parts are, a line each."""
    return [
        _tr("Total loss = bad debt + debt that is not covered by collateral."),
        _tr("Bad debt, of accounts that have nothing left: {0}").format(numbers.money_in_full(bad)),
        _tr("Uncovered, owed by others beyond all they hold at market prices: {0}").format(
            numbers.money_in_full(_beyond(total, bad))
        ),
        _tr("(The shortfall of full closes in the plot of health is another sum: at oracle prices, the bonus paid.)"),
    ]


def _beyond(total: float, bad: float) -> float:
    """Return what of a total loss is no bad debt, without what rounding leaves of it."""
    return 0.0 if math.isclose(total, bad, rel_tol=1e-9, abs_tol=1e-6) else total - bad


def of_borrowers() -> str:
    """Say how the loss of borrowers and the total loss go together."""
    return _tr("It is not in the total loss: that is debt which is not paid back, this is collateral taken for debt.")


def of_lenders() -> str:
    """Say how the loss of lenders and the total loss go together."""
    return _tr(
        "Of the total loss, lenders bear bad debt so far as no reserve pays for it; uncovered debt becomes "
        "theirs only when it turns bad."
    )


def at_which_prices() -> str:
    """Say why what lenders lost is another sum than the bad debt that is still owed."""
    return _tr(
        "It counts bad debt at the oracle prices of the round in which it turned bad; the bad debt still owed in the "
        "plot of health is at the prices of the shown round, before reserves."
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("TotalLoss", text)
