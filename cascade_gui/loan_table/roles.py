"""What Qt asks a cell or a head for, and what is the same for all cells of a column."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt

from cascade_gui.loan_table.columns import COLUMNS, RISING_FIRST, Kind

STATUS_ROLE: Final = Qt.ItemDataRole.UserRole + 1
"""The state of a row's account, for the delegate."""
FAULT_ROLE: Final = Qt.ItemDataRole.UserRole + 2
"""Why a cell is wrong, None where it is not."""

RIGHT: Final = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
LEFT: Final = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
DISPLAY: Final = int(Qt.ItemDataRole.DisplayRole)
EDIT: Final = int(Qt.ItemDataRole.EditRole)
ALIGNMENT: Final = int(Qt.ItemDataRole.TextAlignmentRole)
FOREGROUND: Final = int(Qt.ItemDataRole.ForegroundRole)
FIRST_ORDER: Final = int(Qt.ItemDataRole.InitialSortOrderRole)
TOOLTIP: Final = int(Qt.ItemDataRole.ToolTipRole)
ALIGNMENTS: Final = tuple(LEFT if column.is_text else RIGHT for column in COLUMNS)
RISES: Final = tuple(column.key in RISING_FIRST or column.kind in {Kind.ACCOUNT, Kind.NAME} for column in COLUMNS)
FIRST_ORDERS: Final = tuple(Qt.SortOrder.AscendingOrder if rises else Qt.SortOrder.DescendingOrder for rises in RISES)
"""How the first click on a head sorts: the worst, the largest or the first in the alphabet on top."""
NOTHING: Final = (None,) * len(COLUMNS)
NO_FLAGS: Final = Qt.ItemFlag.NoItemFlags
READ: Final = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
FLAGS: Final = tuple(READ | Qt.ItemFlag.ItemIsEditable if column.editable else READ for column in COLUMNS)
OF_HEADS: Final[dict[int, tuple[object, ...]]] = {ALIGNMENT: ALIGNMENTS, FIRST_ORDER: FIRST_ORDERS}
"""What is the same for a head as long as the program runs, by role."""
