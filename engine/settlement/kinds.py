"""Which kinds of settlement there are, and which room settles each.

Every folder here is a kind, called as in the schema. Its class is `ROOM` in the module ``settlement`` of the folder, so
that a new kind is named nowhere else.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

import engine.settlement

if TYPE_CHECKING:
    from engine.base.types import Floats
    from engine.book.book import Book
    from engine.kernels import Legs
    from engine.scenario.schema import Parameters
    from engine.settlement.base import Settlement


def kind_names() -> tuple[str, ...]:
    """Return the kinds in the order of their names; nothing of them is loaded."""
    return tuple(sorted(module.name for module in iter_modules(engine.settlement.__path__) if module.ispkg))


def settlements(parameters: Parameters, book: Book, legs: Legs, prices: Floats) -> dict[str, Settlement]:
    """Make one settlement of each kind that the scenario's markets name, in the order in which they finish a round."""
    rooms = [room_of(kind) for kind in {market.rules.settlement.kind for market in parameters.markets.values()}]
    rooms.sort(key=lambda room: room.finishes)
    return {room.kind: room(parameters, book, legs, prices) for room in rooms}


def room_of(kind: str) -> type[Settlement]:
    """Load the class of a kind: a run needs few, and what is compiled takes time to load."""
    room: type[Settlement] = import_module(f"engine.settlement.{kind}.settlement").ROOM
    return room
