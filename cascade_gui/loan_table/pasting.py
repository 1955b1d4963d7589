"""Where the cells of a pasted block go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from cascade_gui.loan_table.columns import COLUMNS
from cascade_gui.wording import numbers

Block = Sequence[Sequence[str]]


class DoesNotFitError(ValueError):
    """The block cannot be pasted here; the message says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """A rectangle of shown cells.

    Parameters
    ----------
    rows
        The shown rows, rising.
    columns
        The columns of the model, as they stand from left to right.
    """

    rows: Sequence[int]
    columns: Sequence[int]


@dataclass(frozen=True, slots=True)
class Placement:
    """What a paste writes.

    Parameters
    ----------
    cells
        For each column of the model: shown rows, and what is written there. Rows from `shown` on are new ones.
    rows, columns
        The rectangle that was written.
    new_rows
        How many rows are added.
    left_out
        How many cells fell on calculated columns.
    """

    cells: dict[int, tuple[list[int], list[str]]]
    rows: Sequence[int]
    columns: Sequence[int]
    new_rows: int
    left_out: int


def place(block: Block, target: Target, visible: Sequence[int], shown: int) -> Placement:
    """Return where the cells of `block` go.

    One cell fills the whole selection; a block that fits several times into it is repeated; else the block is
    written from the selection's first cell on, beyond the last row into new rows. Short rows leave cells alone.

    Parameters
    ----------
    block
        Rows of cells.
    target
        The selection.
    visible
        All columns that are not hidden, from left to right.
    shown
        How many rows are shown.

    Raises
    ------
    DoesNotFitError
        If the block is wider than the table from there on.
    """
    height, width = len(block), max(len(row) for row in block)
    first_column = list(visible).index(target.columns[0])
    fits = len(target.rows) % height == 0 and len(target.columns) % width == 0
    repeated = fits and len(target.rows) * len(target.columns) > height * width
    if repeated:
        rows, columns = list(target.rows), list(target.columns)
    else:
        rows = list(range(target.rows[0], target.rows[0] + height))
        columns = list(visible[first_column : first_column + width])
        if len(columns) < width:
            message = _tr("{0} columns do not fit: the table has {1} from here on. Nothing was pasted.")
            raise DoesNotFitError(message.format(numbers.count(width), numbers.count(len(columns))))
    cells: dict[int, tuple[list[int], list[str]]] = {}
    left_out = 0
    for across, column in enumerate(columns):
        written = [
            (row, source[across % width])
            for down, row in enumerate(rows)
            if across % width < len(source := block[down % height])
        ]
        if not COLUMNS[column].editable:
            left_out += len(written)
        elif written:
            cells[column] = ([row for row, _ in written], [text for _, text in written])
    if not cells:
        raise DoesNotFitError(_tr("These columns are calculated. Nothing was pasted."))
    return Placement(cells, rows, columns, max(0, rows[-1] + 1 - shown), left_out)


def _tr(text: str) -> str:
    return QCoreApplication.translate("loan_table", text)
