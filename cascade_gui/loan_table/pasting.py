"""Where the cells of a pasted block go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from PySide6.QtCore import QCoreApplication

from cascade_gui.loan_table.columns import COLUMNS
from cascade_gui.loan_table.paste_heads import mapped_head
from cascade_gui.wording import numbers

Block = Sequence[Sequence[str]]
_LOOKED_AT: Final = 50
"""Rows that are looked at to find out how a block is meant."""


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
    unknown
        Heads of the block that name no column that can be typed into.
    """

    cells: dict[int, tuple[list[int], list[str]]]
    rows: Sequence[int]
    columns: Sequence[int]
    new_rows: int
    left_out: int
    unknown: tuple[str, ...] = field(default=())


def place(block: Block, target: Target, visible: Sequence[int], shown: int, *, own: bool = False) -> Placement:
    """Return where the cells of `block` go.

    A block whose first row names columns goes into these. Any other goes into columns that can be typed into: those
    that are calculated are passed over, unless the block was copied here or fits only with them. One cell fills the
    whole selection; a block that fits several times into it is repeated; else the block is written from the selection's
    first cell on, beyond the last row into new rows. Short rows leave cells alone.

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
    own
        Whether the block was copied from this table: then its calculated columns stand in it.

    Raises
    ------
    DoesNotFitError
        If the block is wider than the table from there on.
    """
    head = None if own else mapped_head(block)
    if head is not None:
        rows = list(range(target.rows[0], target.rows[0] + len(block) - 1))
        known = [at for at in head.columns if at is not None and COLUMNS[at].editable]
        return _placed(block[1:], rows, head.columns, shown, rectangle=sorted(known), unknown=head.unknown)
    height, width = len(block), max(len(row) for row in block)
    onwards = list(visible[list(visible).index(target.columns[0]) :])
    if not own and not _needs_calculated(block, onwards, width):
        if not COLUMNS[target.columns[0]].editable:
            raise DoesNotFitError(_tr("These columns are calculated. Nothing was pasted."))
        onwards = [at for at in onwards if COLUMNS[at].editable]
        target = Target(target.rows, [at for at in target.columns if COLUMNS[at].editable])
    fits = len(target.rows) % height == 0 and len(target.columns) % width == 0
    if fits and len(target.rows) * len(target.columns) > height * width:
        return _placed(block, list(target.rows), list(target.columns), shown)
    if len(onwards) < width:
        message = _tr("{0} columns do not fit: the table has {1} from here on. Nothing was pasted.")
        raise DoesNotFitError(message.format(numbers.count(width), numbers.count(len(onwards))))
    return _placed(block, list(range(target.rows[0], target.rows[0] + height)), onwards[:width], shown)


def _placed(
    block: Block,
    rows: list[int],
    columns: Sequence[int | None],
    shown: int,
    *,
    rectangle: Sequence[int] | None = None,
    unknown: tuple[str, ...] = (),
) -> Placement:
    """Return the cells of a block, repeated as often as it fits into `rows` and `columns`."""
    height, width = len(block), max((len(row) for row in block), default=0)
    cells: dict[int, tuple[list[int], list[str]]] = {}
    left_out = 0
    for across, column in enumerate(columns):
        if column is None:
            continue
        place_in_row = across if rectangle is not None else across % width
        written = [
            (row, source[place_in_row])
            for down, row in enumerate(rows)
            if place_in_row < len(source := block[down % height])
        ]
        if not COLUMNS[column].editable:
            left_out += len(written) if rectangle is None else 0
        elif written:
            cells[column] = ([row for row, _ in written], [text for _, text in written])
    if not cells:
        raise DoesNotFitError(_tr("These columns are calculated. Nothing was pasted."))
    shape = rectangle if rectangle is not None else [at for at in columns if at is not None]
    return Placement(cells, rows, shape, max(0, rows[-1] + 1 - shown), left_out, unknown)


def _needs_calculated(block: Block, onwards: Sequence[int], width: int) -> bool:
    """Whether a block has the calculated columns in it: copied from here, it came back by way of a spreadsheet.

    So it is where it is too wide for the columns that can be typed into, and where its names and numbers stand better
    with the calculated ones: names on names, numbers on numbers.
    """
    typed = [at for at in onwards if COLUMNS[at].editable][:width]
    whole = list(onwards[:width])
    if len(whole) < width or typed == whole:
        return False
    return len(typed) < width or _misfits(block, whole) < _misfits(block, typed)


def _misfits(block: Block, columns: Sequence[int]) -> int:
    """Return how many of the first cells have a name where a number belongs, or a number where a name does."""
    count = 0
    for row in islice(block, _LOOKED_AT):
        for text, at in zip(row, columns, strict=False):
            if text.strip() and COLUMNS[at].key != "account":
                count += _is_number(text) is COLUMNS[at].is_text
    return count


def _is_number(text: str) -> bool:
    try:
        numbers.parse_number(text)
    except ValueError:
        return text.strip() in {"∞", "inf"}
    return True


def _tr(text: str) -> str:
    return QCoreApplication.translate("loan_table", text)
