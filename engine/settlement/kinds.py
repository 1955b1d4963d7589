"""Which room settles each kind of settlement.

The kinds are those of the schema. A kind's class is `ROOM` in the module ``settlement`` of the folder of its name, so
that a new kind is named nowhere else.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.base.types import Floats
    from engine.book.book import Book
    from engine.kernels import Legs
    from engine.scenario.schema import Parameters
    from engine.settlement.base import Settlement


def settlements(parameters: Parameters, book: Book, legs: Legs, prices: Floats) -> dict[str, Settlement]:
    """Make one settlement of each kind that the scenario's markets name, in the order in which they finish a round."""
    rooms = [room_of(kind) for kind in {market.rules.settlement.kind for market in parameters.markets.values()}]
    rooms.sort(key=lambda room: room.finishes)
    return {room.kind: room(parameters, book, legs, prices) for room in rooms}


def room_of(kind: str) -> type[Settlement]:
    """Load the class of a kind: a run needs few, and what is compiled takes time to load."""
    room: type[Settlement] = import_module(f"engine.settlement.{kind}.settlement").ROOM
    return room
