"""Where rounds stand along an axis on which quiet ones are folded away."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cascade_gui.plots.series import Series

LEAST: Final = 5
"""So many quiet rounds after each other are folded, fewer stay as they are."""
LEAST_ROUNDS: Final = 6
"""A run of three rounds is not stretched over the whole width."""
_WIDTH: Final = 2.0
"""As wide as so many other rounds is what they take together."""
_SEEN: Final = 0.08
"""What is folded takes at least this share of all that is not: its break is seen, and has numbers on both sides."""
_MOST_SEEN: Final = 0.35
"""Of many stretches that are folded all together take no larger share for it."""
_MOST: Final = 6
"""So many stretches are folded at most beside the end: of dozens the bands would be all that is seen."""
_SAVES: Final = 2.0
"""A stretch is folded where it is so many times as long as its band: else the axis is bent for nothing."""
_HALF: Final = 0.5
"""A round reaches so far to each side of its place."""
_GAP: Final = 0.5
"""So much of a round is free where rounds turn narrower."""
_FLAT: Final = 1.2
"""Until so many times the last round that moves, an axis shows that nothing moves any more."""


class Fold:
    """Turns rounds into places along the axis, and places into rounds.

    Parameters
    ----------
    quiet
        [R] bool, whether in each round from 0 on nothing happens; None folds nothing. Rounds beyond are not folded.
    narrow
        The first and the last round of a stretch that is drawn narrower, and how many places it takes at most; None
        for none.
    still
        [R] bool, in which of these rounds nothing moves at all; None where in all of them.

    Attributes
    ----------
    stretches
        The first and the last round of everything that is folded.
    narrow
        The first and the last round of what is drawn narrower, None where it has room enough.
    last
        The last round that is told of, -1 where any may follow.
    """

    def __init__(
        self,
        quiet: NDArray[np.bool_] | None = None,
        narrow: tuple[int, int, float] | None = None,
        still: NDArray[np.bool_] | None = None,
    ) -> None:
        self._still = still
        self.stretches: tuple[tuple[int, int], ...] = ()
        self.narrow: tuple[int, int] | None = None
        self.last = -1 if quiet is None else len(quiet) - 1
        self._places: NDArray[np.float64] = np.zeros(0)
        self._widths: NDArray[np.float64] = np.zeros(0)
        if quiet is None or not (quiet.any() or narrow):
            return
        edges = np.diff(np.concatenate([[False], quiet[1:], [False]]).astype(np.int8))
        firsts, lasts = np.flatnonzero(edges == 1) + 1, np.flatnonzero(edges == -1)
        long = lasts - firsts + 1 >= LEAST
        self.stretches = _that_save_room(list(zip(firsts[long].tolist(), lasts[long].tolist(), strict=True)),
                                         self.last, narrow)  # fmt: skip
        widths = np.ones(len(quiet))
        widths[0] = 0.0
        for first, last in self.stretches:
            widths[first : last + 1] = _WIDTH / (last - first + 1)
        if narrow is not None:
            first, last, most = narrow
            wide = float(widths[first : last + 1].sum())
            if wide > most:
                self.narrow = first, last
                widths[first : last + 1] *= most / wide
        shown = widths.copy()
        for first, last in self.stretches:
            shown[first : last + 1] = 0.0
        wide = _band(len(self.stretches), float(shown.sum()))
        for first, last in self.stretches:
            if (first, last) == self.end or self.narrow is None or last < self.narrow[0]:
                widths[first : last + 1] = wide / (last - first + 1)
        if self.stretches or self.narrow:
            self._widths, gap = widths, np.zeros(len(widths))
            if self.narrow is not None:
                gap[self.narrow[0]] = _GAP
            self._places = np.cumsum(widths + gap)

    @property
    def end(self) -> tuple[int, int] | None:
        """The first and the last round of what is folded up to the last round; None where nothing is."""
        return self.stretches[-1] if self.stretches and self.stretches[-1][1] == self.last else None

    def is_still(self, stretch: tuple[int, int]) -> bool:
        """Whether nothing moves at all in a stretch that is folded; else what moves is too little to be seen."""
        return self._still is None or bool(self._still[stretch[0] : stretch[1] + 1].all())

    @property
    def narrowest(self) -> float:
        """How wide a round is where rounds are drawn narrower, 1 where none are."""
        return 1.0 if self.narrow is None else float(self._widths[slice(self.narrow[0], self.narrow[1] + 1)].max())

    @property
    def is_even(self) -> bool:
        """Whether all rounds are equally wide."""
        return not len(self._places)

    def bands(self) -> list[tuple[float, float]]:
        """Return the places between which each stretch of folded rounds stands."""
        return [
            (self.place(first - 1) + _HALF, self.place(last) + (0.0 if last == self.last else _HALF))
            for first, last in self.stretches
        ]

    def turns_narrow(self) -> float:
        """Return the place at which rounds turn narrower; NaN where none do."""
        if self.narrow is None:
            return math.nan
        return (self.place(self.narrow[0] - 1) + self.place(self.narrow[0])) / 2

    def breaks(self) -> list[float]:
        """Return the places at which rounds turn narrower, or are folded away."""
        found = [(left + right) / 2 for left, right in self.bands()]
        return sorted(found if self.narrow is None else [*found, self.turns_narrow()])

    def widths(self, rounds: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return how wide some rounds are, in places: 1 where nothing is narrower."""
        known = rounds < len(self._widths)
        return (
            np.where(known, self._widths[np.where(known, rounds, 0)], 1.0)
            if len(self._widths)
            else np.ones(len(rounds))
        )

    def places(self, count: int) -> NDArray[np.float64]:
        """Return [count] where the rounds from 0 on stand."""
        if count <= len(self._places):
            return self._places[:count]
        return self.of(np.arange(count, dtype=np.float64))

    def of(self, rounds: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where some rounds stand; between two rounds there are places too."""
        if self.is_even:
            return rounds
        last = len(self._places) - 1
        known = np.interp(rounds, np.arange(last + 1), self._places)
        return np.where(rounds > last, self._places[-1] + rounds - last, known)

    def place(self, number: float) -> float:
        """Return where a round stands."""
        if self.is_even:
            return float(number)
        if isinstance(number, int) and 0 <= number < len(self._places):
            return float(self._places[number])
        return float(self.of(np.array([number], dtype=np.float64))[0])

    def round_at(self, place: float) -> float:
        """Return the round at a place, with its fraction; below 0 and beyond the last as if nothing were folded."""
        if self.is_even or place < 0:
            return place
        last = len(self._places) - 1
        if place > self._places[-1]:
            return float(last + place - self._places[-1])
        return float(np.interp(place, self._places, np.arange(last + 1)))


def _band(count: int, shown: float) -> float:
    """Return how many places the band of each of so many stretches takes beside so many that are not folded."""
    return max(_WIDTH, min(_SEEN, _MOST_SEEN / max(1, count)) * shown)


def _that_save_room(
    stretches: list[tuple[int, int]], end: int, narrow: tuple[int, int, float] | None
) -> tuple[tuple[int, int], ...]:
    """Return those of the quiet stretches that are folded: the longest ones, where folding them saves room.

    A long path has dozens of short ones. A band is made wide enough to be seen, so that those would take more room
    folded than as they are, and cover what happens between them.
    """
    lengths = {stretch: stretch[1] - stretch[0] + 1 for stretch in stretches}
    kept = sorted(stretches, key=lengths.__getitem__, reverse=True)
    shown = float(end - sum(lengths.values()))
    if narrow is not None:
        first, last, most = narrow
        folded = sum(max(0, min(right, last) - max(left, first) + 1) for left, right in stretches)
        shown -= max(0.0, last - first + 1 - folded - most)
    inner = [stretch for stretch in kept if stretch[1] != end]
    while inner and (len(inner) > _MOST or lengths[inner[-1]] < _SAVES * _band(len(kept), shown)):
        shown += lengths[inner[-1]]
        kept.remove(inner.pop())
    return tuple(sorted(kept))


def nice_rounds(count: int) -> int:
    """Return how many rounds an axis shows while a run goes on: it grows in steps, not by one."""
    shown = 10
    while shown < count:
        shown = shown * 5 // 2 if str(shown).startswith("2") else shown * 2
    return shown


def fold_of(series: Series, before: Series | None, *, at_once: bool = False) -> Fold:
    """Return how the rounds of a run that is over stand along an axis, with those of the run before.

    The axis holds both runs to their last rounds, by these rules:

    - Rounds in which neither run does anything (`Series.quiet`) are folded, five or more in a row: of many stretches
      the six longest, and those only that are narrower for it.
    - The end is folded from where nothing that can be seen moves in either (`Series.settled`), and a fifth more.
    - Rounds in which only the run before still moves are drawn narrower where they are many: together they take at
      most as much room as the shown run until it settles, so that a short run always has half of the axis.

    Parameters
    ----------
    series
        The shown run.
    before
        The run before, None for none.
    at_once
        Whether to fold the end only, which takes no time and does not tell whether all is still there, and to let the
        shown run settle in a round of few: for runs that follow the user's hand, so that the axis does not change with
        each of them.
    """
    runs = [series] if before is None else [series, before]
    settled = [min(math.ceil(_FLAT * run.settled()), len(run) - 1) for run in runs]
    if at_once:
        settled[0] = nice_rounds(settled[0])
    quiet = np.ones(max(map(len, runs)), dtype=np.bool_)
    for run in runs:
        quiet[: len(run)] &= False if at_once else run.quiet()
    still = quiet.copy()
    quiet[max(settled) + 1 :] = True
    quiet[0] = False
    own = max(LEAST_ROUNDS, settled[0])
    narrow = (own + 1, settled[-1], float(own)) if before is not None and settled[-1] > own else None
    return Fold(quiet, narrow, still)
