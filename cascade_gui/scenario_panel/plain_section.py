"""The sections that are nothing but rows: liquidators, simulation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascade_gui.scenario_panel.field_list import FieldList, entries
from cascade_gui.scenario_panel.heading import Foldable

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from cascade_gui.document.document import Document
    from cascade_gui.theme import Tokens


class PlainSection(Foldable):
    """A section of rows for one group of the scenario.

    Parameters
    ----------
    document
        Where the parameters are.
    title
        The heading.
    group
        The group's key, ``liquidators``.
    """

    def __init__(self, document: Document, title: str, group: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self._document = document
        self._group = group
        self.reads = (group,)
        self._fields = FieldList(document)
        self.rows.addWidget(self._fields)

    def refresh(self) -> None:
        """Show the parameters as they are now."""
        parameters = self._document.parameters
        self._fields.show_entries(entries(parameters, self._group, getattr(parameters, self._group)))

    def refresh_values(self) -> None:
        """Show the values as they are now; there are no other rows."""
        self._fields.refresh()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a scheme."""
        super().apply_theme(tokens)
        self._fields.apply_theme(tokens)
