"""What other processes compile for this one, as far as its threads have to know.

While they do, recordings are looked at with kernels in plain Python; and the threads that do it do not step back, or
they would stand still beside processes that never pause.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from engine.base.meanwhile import uncompiled_meanwhile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.warming.preparation import Preparation

_COMPILING: list[Preparation] = []


def begin(preparation: Preparation) -> None:
    """Note that processes compile, or soon will."""
    _COMPILING.append(preparation)


def end(preparation: Preparation) -> None:
    """Note that they compile no more."""
    if preparation in _COMPILING:
        _COMPILING.remove(preparation)


def is_busy() -> bool:
    """Whether processes compile, or soon will."""
    return any(preparation.progress() is not None for preparation in tuple(_COMPILING))


@contextmanager
def reading() -> Iterator[None]:
    """Look at books and recordings: what is not compiled yet runs as plain Python, or is waited for if it is large."""
    with uncompiled_meanwhile(_wait_for):
        yield


def _wait_for(file: str) -> None:
    for preparation in tuple(_COMPILING):
        preparation.wait_for_file(file)
