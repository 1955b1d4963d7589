"""How many rows of a file come in with an import, and how many are wrong, in one line that adds up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from cascade_gui.loan_table.editing import counted
from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from engine.importing.build import BookImport
    from engine.scenario.schema import Parameters


def told_of_rows(made: BookImport, wrong: str) -> str:
    """Return what can be imported, what is wrong and what is missing.

    Parameters
    ----------
    made
        What was read.
    wrong
        What becomes of wrong rows, see `engine.importing.choices.ImportChoices`.
    """
    reading = made.reading
    loans = counted(_tr("{0} loan row"), _tr("{0} loan rows"), len(reading.loans))
    if reading.is_refused:
        return _tr("This cannot be imported with these columns: read others under Columns, or none.")
    if reading.bad_rows:
        return _with_wrong_rows(made, wrong, loans)
    if made.wrong:
        faults = counted(_tr("{0} thing is wrong"), _tr("{0} things are wrong"), len(made.wrong))
        return _tr("{0} can be imported; {1}.").format(loans, faults)
    if made.scenario is None:
        return _tr("{0}; what is outlined in amber is missing.").format(loans)
    return _of_right_rows(made, made.scenario.parameters, loans)


_FEW = 4


def _of_right_rows(made: BookImport, parameters: Parameters, loans: str) -> str:
    """Say what is still to be known of a book in which no row is wrong."""
    if made.notes.differences:
        return _tr("{0} can be imported; figures of the file itself differ, see Done and checked.").format(loans)
    unpaid = [each.asset for each in made.assets if each.bonus.origin == "assumed" and not each.bonus.value]
    kinds = {market.rules.settlement.kind for market in parameters.markets.values()}
    if unpaid and "liquidator" in kinds:
        text = _tr("{0} can be imported. A bonus of 0 % is assumed for {1}: nobody is paid to liquidate it.")
        return text.format(loans, ", ".join(unpaid[:_FEW]) + (" …" if len(unpaid) > _FEW else ""))
    return _tr("{0} can be imported; nothing is wrong.").format(loans)


def _with_wrong_rows(made: BookImport, wrong: str, loans: str) -> str:
    """Say of which rows of the file the loan rows are made, and what becomes of the others."""
    reading = made.reading
    bad, rows = numbers.count(reading.bad_rows), numbers.count(reading.rows)
    one = reading.bad_rows == 1
    if wrong == "mark":
        text = _tr("{0} can be imported; {1} of {2} rows in the file comes in marked as wrong.")
        many = _tr("{0} can be imported; {1} of {2} rows in the file come in marked as wrong.")
    elif wrong == "leave-out-accounts":
        text = _tr("{0} can be imported; {1} of {2} rows in the file is wrong and stays out with its account.")
        many = _tr("{0} can be imported; {1} of {2} rows in the file are wrong and stay out with their accounts.")
    else:
        text = _tr("{1} of {2} rows in the file is wrong; without the accounts of wrong rows {0} can be imported.")
        many = _tr("{1} of {2} rows in the file are wrong; without the accounts of wrong rows {0} can be imported.")
    told = (text if one else many).format(loans, bad, rows)
    if any(terms.missing for terms in made.assets):
        told = _tr("{0} What is outlined in amber is missing.").format(told)
    return told


def _tr(text: str) -> str:
    return QCoreApplication.translate("ImportDialog", text)
