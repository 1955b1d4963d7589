"""Importing a loan book into the document: mapping of columns, preview of what is wrong, replace or append."""

from __future__ import annotations

from cascade_gui.importing.dialog import ImportDialog

__all__ = ["ImportDialog"]
