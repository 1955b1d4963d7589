"""What keeps the scenario from running, said over the plots with what can be done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cascade_gui.window.repairs import repairs
from cascade_gui.wording.parameter_names import row_of, said

if TYPE_CHECKING:
    from cascade_gui.document.document import Document
    from cascade_gui.loan_table.editing import LoanEditor
    from cascade_gui.window.banner import Banner
    from engine.base.faults import Fault


class FaultsShown(QObject):
    """Keeps the banner at what the document's faults are.

    Parameters
    ----------
    document
        Whose faults.
    editor
        Changes its loans.
    banner
        Where they stand.
    """

    def __init__(self, document: Document, editor: LoanEditor, banner: Banner) -> None:
        super().__init__(banner)
        self._document = document
        self._editor = editor
        self._banner = banner
        document.faults_changed.connect(self.show)

    def show(self) -> None:
        """Say what is wrong now, and offer what can be done about it."""
        faults = self._document.faults()
        offered = repairs(self._document, self._editor) if any(_can_be_repaired(fault) for fault in faults) else []
        self._banner.set_faults(tuple(self.said(fault) for fault in faults), offered)

    def said(self, fault: Fault) -> str:
        """Return a fault in one line, in words, with the account of a row: the table may be sorted."""
        loans, row = self._document.loans, row_of(fault)
        account = None if row is None or row >= len(loans) else loans.value(row, "account")
        return said(self._document.parameters, fault, str(account or ""))


def _can_be_repaired(fault: Fault) -> bool:
    return fault.where.startswith("loans") or (fault.where.startswith("assets.") and fault.where.endswith(".price"))
