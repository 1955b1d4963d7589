"""The order of rows: one array of positions, made by a stable sort of the whole column at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from engine.scenario.loans import BLANK

if TYPE_CHECKING:
    from cascade_gui.document.loan_store import Array, Rows
    from cascade_gui.loan_table.still import BookRows


_PIECE: Final = 20_000


def order_of(keys: Array, *, descending: bool) -> Rows:
    """Return the positions of `keys` in rising or falling order.

    Equal keys stay in the order of the file either way; NaN and -1 in whole numbers (blank) come last either way.
    """
    if keys.dtype.kind == "f":
        return np.argsort(-keys if descending else keys, kind="stable").astype(np.int64, copy=False)
    highest = int(keys.max(initial=0)) + 1
    wanted = highest - keys if descending else keys.copy()
    wanted[keys == BLANK] = highest + 1
    # A stable sort of short whole numbers takes a tenth of the time.
    small = np.int16 if highest < 32_000 else np.int64
    return np.argsort(wanted.astype(small), kind="stable").astype(np.int64, copy=False)


def name_ranks(store: BookRows, column: str) -> npt.NDArray[np.int64]:
    """Return for each row the place of its name in the alphabet, -1 for blank."""
    names = store.names(column)
    ranks = np.full(len(names) + 1, BLANK, dtype=np.int64)
    for rank, code in enumerate(sorted(range(len(names)), key=lambda code: (names[code].casefold(), names[code]))):
        ranks[code] = rank
    return ranks[store.column(column)]


def account_ranks(accounts: npt.NDArray[np.object_]) -> npt.NDArray[np.int64]:
    """Return for each row the place of its account in the alphabet, whatever the case; -1 for blank."""
    names = accounts.tolist()
    try:
        # Piece by piece: while names are read no other thread of Python goes on, and the window waits.
        pieces = [np.array(names[at : at + _PIECE], dtype=np.bytes_) for at in range(0, len(names), _PIECE)]
        ranks = _ascii_ranks(np.concatenate(pieces) if pieces else np.array([], dtype=np.bytes_))
    except UnicodeEncodeError:
        ranks = _text_ranks(lowered(accounts))
    ranks[[at for at, name in enumerate(names) if not name]] = BLANK
    return ranks


def _ascii_ranks(names: npt.NDArray[np.bytes_]) -> npt.NDArray[np.int64]:
    """Rank names eight letters at a time, as whole numbers: several times as fast as comparing texts.

    Names of very different length take the memory of the longest; those are rare among accounts.
    """
    width = -(-max(names.itemsize, 1) // 8) * 8
    letters = names.astype(f"S{width}").view(np.uint8).reshape(len(names), width)
    letters[(letters >= ord("A")) & (letters <= ord("Z"))] += ord("a") - ord("A")
    words = letters.view(">u8").astype(np.uint64)
    ranks = _dense(words[:, 0], np.argsort(words[:, 0]))
    for at in range(1, words.shape[1]):
        if ranks.max(initial=0) == len(names) - 1:
            break
        word = words[:, at]
        order = np.lexsort((word, ranks))
        ranks = _dense(ranks, order, word)
    return ranks


def _text_ranks(names: Array) -> npt.NDArray[np.int64]:
    return _dense(names, np.argsort(names, kind="stable"))


def _dense(keys: Array, order: npt.NDArray[np.int64], more: Array | None = None) -> npt.NDArray[np.int64]:
    """Return the place of each key among the different ones, for the order that sorts them."""
    ranks = np.empty(len(keys), dtype=np.int64)
    new = np.zeros(len(keys), dtype=np.int64)
    in_order = keys[order]
    new[1:] = in_order[1:] != in_order[:-1]
    if more is not None:
        in_order = more[order]
        new[1:] |= in_order[1:] != in_order[:-1]
    ranks[order] = np.cumsum(new)
    return ranks


def lowered(accounts: npt.NDArray[np.object_]) -> Array:
    """Return the accounts in lower case as an array of strings that is compared as a whole."""
    return np.array([name.lower() for name in accounts.tolist()], dtype=np.dtypes.StringDType())
