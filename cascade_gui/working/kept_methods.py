"""What keeps a fault in one of our widgets from ending the program."""

from __future__ import annotations

import sys
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final

import shiboken6

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_FAULTS: Final = 1_000
"""So often may the references of one method be counted down wrongly."""


class KeptMethods:
    """Holds on to every method that a class of ours has in the place of one of Qt's.

    Where a method that Qt calls (``hideEvent``) has failed, and Qt then asks another widget for one of its methods for
    the first time, PySide (6.10) counts a reference of that method down which it has never counted up, in
    ``Sbk_GetPyOverride``. The class has one reference only: Python gives the method's memory back, and the next widget
    of that class ends the program. With more references all goes on; PySide may lose the fault.
    """

    def __init__(self) -> None:
        self._modules = 0
        self._kept: dict[FunctionType, list[FunctionType]] = {}

    def look(self) -> None:
        """Take hold of what has been defined since; does nothing where no module was imported since."""
        if len(sys.modules) == self._modules:
            return
        self._modules = len(sys.modules)
        for method in _methods(shiboken6.Object):
            if method not in self._kept:
                self._kept[method] = [method] * _MOST_FAULTS


def _methods(kind: type[Any]) -> Iterator[FunctionType]:
    """Yield the functions with names of Qt's in the classes below one, those of Qt itself left out."""
    for each in kind.__subclasses__():
        yield from (
            value for name, value in vars(each).items() if isinstance(value, FunctionType) and hasattr(kind, name)
        )
        yield from _methods(each)
