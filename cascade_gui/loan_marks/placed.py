"""Where the marks of a round stand in pixels, also while they are on their way there, and what each of them is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from cascade_gui.loan_marks.geometry import Geometry
    from cascade_gui.loan_marks.scene import RoundScene, RunScene
    from engine.base.types import Flags, Floats, Ints

_NOTHING_USD: Final = 1e-6
"""What owes no more than this is no mark any more."""


@dataclass(frozen=True, slots=True)
class Placed:
    """The marks of one moment.

    Parameters
    ----------
    xs, ys, radii
        (marks,) pixels, with what each owed at the beginning of the round.
    after
        (marks,) the radii with what each owes at its end.
    owed
        (marks,) USD at the beginning of the round.
    safe, sold, waiting, bad
        Which marks are drawn as what, each ascending; of those drawn.
    moving
        Those of `safe` that were elsewhere in the round before, or larger or smaller.
    rises
        (marks,) whether a mark is reached by a rise.
    """

    xs: Floats
    ys: Floats
    radii: Floats
    after: Floats
    owed: Floats
    safe: Ints
    sold: Ints
    waiting: Ints
    bad: Ints
    moving: Ints
    rises: Flags

    def circles(self, which: Ints) -> tuple[list[float], list[float], list[float]]:
        """Return the places and radii of some marks, as lists."""
        return self.xs[which].tolist(), self.ys[which].tolist(), self.radii[which].tolist()

    def between(self, top: float, bottom: float) -> Placed:
        """Return it with the marks alone whose middle is between two heights: where nothing cuts off what is beyond."""
        inside = (self.ys >= top) & (self.ys <= bottom)
        names = ("safe", "sold", "waiting", "bad", "moving")
        return replace(self, **{name: each[inside[each]] for name in names for each in (getattr(self, name),)})

    def radii_after(self, which: Ints) -> list[float]:
        """Return the radii that some marks have at the end of the round."""
        found: list[float] = self.after[which].tolist()
        return found


def placed(
    place: Geometry, run: RunScene, scene: RoundScene, before: RoundScene | None = None, fall: float = 1.0
) -> Placed:
    """Return where the marks stand when the line has fallen so much of its way.

    Parameters
    ----------
    place, run, scene
        Where everything stands, the run, and the round.
    before
        The round that was shown before: marks move from where they stood in it. None for no motion.
    fall
        The share of the way, 0 to 1.
    """
    now = scene.marks
    level, owed = _known(now.level, run), now.owed
    ys, radii = place.heights(level), place.radii(owed)
    moves = np.zeros(len(level), dtype=np.bool_)
    if before is not None:
        was_at = place.heights(_known(before.marks.level_after, run))
        was = place.radii(before.marks.owed_after)
        moves = (np.abs(was_at - ys) > 0.25) | (np.abs(was - radii) > 0.25)
        if fall < 1.0:
            ys, radii = was_at + (ys - was_at) * fall, was + (radii - was) * fall
    drawn = ((owed > _NOTHING_USD) | (now.bad_debt > _NOTHING_USD)) & (ys > place.top - 40) & (ys < place.bottom + 40)
    sold = drawn & (now.seized > 0.0)
    bad = drawn & ~sold & (now.bad_debt > 0.5 * now.owed_after) & (now.bad_debt > _NOTHING_USD)
    waiting = drawn & ~sold & ~bad & (now.waiting > 0.5 * now.owed_after) & (now.owed_after > _NOTHING_USD)
    safe = drawn & ~sold & ~bad & ~waiting
    radii = np.where(bad, place.radii(np.maximum(now.bad_debt, owed)), radii)
    parts = (safe, sold, waiting, bad, safe & moves)
    drawn_as = [np.flatnonzero(part).astype(np.int32) for part in parts]
    return Placed(
        place.places, ys, radii, place.radii(now.owed_after), owed, drawn_as[0], drawn_as[1], drawn_as[2], drawn_as[3],
        drawn_as[4], run.marks.rises,
    )  # fmt: skip


def _known(level: Floats, run: RunScene) -> Floats:
    """Return levels; marks that stand nowhere any more stay where they stood before the first round."""
    found: Floats = np.where(np.isfinite(level), level, run.marks.level)
    return found
