"""Comparisons that decide something, with a note of those that were almost equal.

A cascade is full of cliffs: a health factor of 1 - 1e-16 is liquidated, one of 1 is not. Two correct programs that
add in another order may stand on different sides of one. The comparison with the engine leaves out runs in which
such a near tie was met, and only those; so every comparison that decides something goes through this class.
"""

from __future__ import annotations

RELATIVE = 1e-8
"""How close two numbers are, relative to the scale of the comparison, to count as a near tie."""


class NearTies(list[str]):
    """The near ties met in a run, in words."""

    def watch(self, a: float, b: float, what: str, scale: float | None = None) -> None:
        """Notes it when `a` and `b` are so close that rounding may decide between them."""
        if scale is None:
            scale = max(abs(a), abs(b))
        if scale > 0 and abs(a - b) <= RELATIVE * scale:  # two zeros are zero to both engines
            self.append(f"{what}: {a!r} against {b!r}")

    def less(self, a: float, b: float, what: str, scale: float | None = None) -> bool:
        """`a < b`, noted when almost equal."""
        self.watch(a, b, what, scale)
        return a < b

    def at_most(self, a: float, b: float, what: str, scale: float | None = None) -> bool:
        """`a <= b`, noted when almost equal."""
        self.watch(a, b, what, scale)
        return a <= b
