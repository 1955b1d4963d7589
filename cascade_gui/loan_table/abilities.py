"""What can be done to the selected cells, so that menus offer no more than that."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Abilities:
    """What can be done to the table as it is selected now.

    Parameters
    ----------
    copy
        Something is selected.
    change
        A cell is selected that can be typed into: cut, fill down.
    paste
        There is a cell to paste at, or no row at all.
    delete_rows
        Rows are selected.
    """

    copy: bool = False
    change: bool = False
    paste: bool = False
    delete_rows: bool = False
