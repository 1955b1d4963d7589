"""What was worked out of an object, kept with it: made once, gone when the object is gone."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

_Thing = TypeVar("_Thing")


class Kept:
    """Things that were worked out of the object that holds this.

    It may be used by several threads. A copy of the object, or the object in another process, starts with nothing.
    """

    __slots__ = ("__weakref__", "_lock", "_things")

    def __init__(self) -> None:
        self._lock = Lock()
        self._things: dict[Hashable, _Slot] = {}

    def get(self, name: Hashable, make: Callable[[], _Thing]) -> _Thing:
        """Return the thing of a name, which is made the first time; a thread that asks meanwhile waits for it.

        Examples
        --------
        >>> kept = Kept()
        >>> kept.get("names", list) is kept.get("names", list)
        True
        """
        with self._lock:
            slot = self._things.setdefault(name, _Slot())
        with slot.lock:
            if not slot.is_made:
                slot.thing = make()
                slot.is_made = True
        thing: _Thing = slot.thing
        return thing

    def known(self, name: Hashable) -> Any:
        """Return the thing of a name if it is made already, else None; waits for nobody.

        Examples
        --------
        >>> kept = Kept()
        >>> kept.known("names") is None
        True
        """
        with self._lock:
            slot = self._things.get(name)
        return slot.thing if slot is not None and slot.is_made else None

    def __reduce__(self) -> tuple[type[Kept], tuple[()]]:
        return Kept, ()


class _Slot:
    __slots__ = ("is_made", "lock", "thing")

    def __init__(self) -> None:
        self.lock = Lock()
        self.is_made = False
        self.thing: Any = None
