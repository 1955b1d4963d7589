"""Which colour each asset, market or category has: the same in every run and plot, whichever of them is largest."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cascade_gui.plots.stacks import StackBy


class PartColours:
    """Gives places among the colours to names, first come first served, and leaves them there.

    A name keeps its place as long as runs have it. Where there are no places left, the one that was asked for longest
    ago loses its own to one that is drawn now.

    Examples
    --------
    >>> from cascade_gui.plots.stacks import StackBy
    >>> colours = PartColours()
    >>> colours.places(StackBy.ASSET, ["WETH", "WBTC"], 6), colours.places(StackBy.ASSET, ["WBTC", "WETH"], 6)
    ([0, 1], [1, 0])
    """

    def __init__(self) -> None:
        self._places: dict[StackBy, dict[str, int]] = {}

    def places(self, by: StackBy, names: Sequence[str], count: int) -> list[int]:
        """Return the places of names that are drawn together.

        Parameters
        ----------
        by
            What they are names of.
        names
            At most as many as there are colours, each once.
        count
            How many colours there are.
        """
        known = self._places.setdefault(by, {})
        if not any(name in known for name in names):  # another scenario, which begins with the first colour
            known.clear()
        for name in names:
            if name not in known:
                free = [place for place in range(count) if place not in known.values()]
                if not free:
                    free = [known.pop(next(each for each in known if each not in names))]
                known[name] = free[0]
            known[name] = known.pop(name)  # asked for last
        return [known[name] for name in names]
