"""The libraries that take long to load: loaded behind the window, by one thread at a time."""

from __future__ import annotations

import threading
from importlib import import_module
from typing import Final

FOR_FILES: Final = ("pyarrow", "numba")
"""What opening a scenario with its recording and looking at it needs."""
ALL: Final = ("pandas", *FOR_FILES)
_LOADING: Final = threading.Lock()


def load(names: tuple[str, ...] = ALL) -> None:
    """Load what runs, views and files need; quick when it is loaded already.

    Every background thread calls this before its first work. Two threads that import the same large
    library at once can each see it half loaded: Python breaks the deadlock between its modules' locks by
    letting one thread go on early.
    """
    with _LOADING:
        for name in names:
            import_module(name)
