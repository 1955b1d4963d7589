"""How large a file may be before it is refused. Far above real books; below what would exhaust a computer."""

from __future__ import annotations

MIB = 1024 * 1024

MOST_UNPACKED_BYTES = 4096 * MIB
"""All members of a ``.cascade`` file together, unpacked."""

MOST_JSON_BYTES = 2048 * MIB
"""A ``.json`` scenario, loans included."""

MOST_SCENARIO_BYTES = 32 * MIB
"""``scenario.json`` in a ``.cascade`` file: parameters only, price paths included."""

MOST_EVENTS = 50_000_000
"""Rows of a table of a recording."""

DEEPEST_JSON = 32
"""Groups and lists within each other in a JSON text; a scenario needs 7."""


def in_words(size: int) -> str:
    """Return a number of bytes in MiB."""
    return f"{size / MIB:,.0f} MiB"
