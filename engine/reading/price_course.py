"""The course of the price that a run is told by, few enough points for a small picture, and small enough to be kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.base.faults import BadInput
from engine.reading.ending import main_asset

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.base.types import Floats
    from engine.reading.recorded_run import RecordedRun

_MOST = 160
"""Points of a course: more than a small picture has room for."""
_DIGITS = 5
_SEEN = 0.004
"""What is nearer to its end than this share of the way it goes has arrived."""
_LINES = ("market", "outside", "oracle")


@dataclass(frozen=True, slots=True)
class PriceCourse:
    """Prices of one asset over the rounds of a run, each as a share of its market price before the first.

    Parameters
    ----------
    asset
        Its name.
    rounds
        (n,) the rounds of the points, ascending from 0.
    market
        (n,) the market's price.
    outside
        (n,) the price without liquidations.
    oracle
        (n,) the oracle's price.
    is_late
        Whether the oracle is no plain copy of the market's price: delayed, held up, or of another kind.
    end
        The market's price after the last round.
    last
        The last round of the run; the points end where nothing moves any more.
    """

    asset: str
    rounds: tuple[int, ...]
    market: tuple[float, ...]
    outside: tuple[float, ...]
    oracle: tuple[float, ...]
    is_late: bool
    end: float
    last: int

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, for JSON."""
        return {
            "asset": self.asset,
            "rounds": list(self.rounds),
            **{name: list(getattr(self, name)) for name in _LINES},
            "is_late": self.is_late,
            "end": self.end,
            "last": self.last,
        }

    @classmethod
    def from_dict(cls, values: Any) -> PriceCourse:
        """Read what `to_dict` returned.

        Raises
        ------
        BadInput
            If it is nothing of the kind.
        """
        try:
            rounds = tuple(int(number) for number in values["rounds"])
            market, outside, oracle = (tuple(float(price) for price in values[name]) for name in _LINES)
            end, last = float(values["end"]), int(values["last"])
            found = cls(str(values["asset"]), rounds, market, outside, oracle, bool(values["is_late"]), end, last)
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise BadInput.at("course", f"is none: {error}") from None
        fits = all(len(line) == len(rounds) for line in (market, outside, oracle))
        if not rounds or not fits or not np.isfinite([*market, *outside, *oracle, end]).all():
            raise BadInput.at("course", "is none: its lines do not fit each other")
        return found


def price_course(recording: RecordedRun) -> PriceCourse:
    """Return the course of the price that a run is told by (`engine.reading.ending.main_asset`).

    Parameters
    ----------
    recording
        A run with at least round 0. Of a long one those rounds are kept in which the price was highest and lowest.

    Examples
    --------
    >>> import engine
    >>> from engine.files.examples import find_example
    >>> course = price_course(find_example("teaching-book").read().recording)
    >>> course.asset, course.rounds, [round(price, 3) for price in course.market]
    ('X', (0, 1, 2, 3), [1.0, 0.72, 0.688, 0.688])
    """
    rounds = recording.rounds[:]
    market = np.array([step.market for step in rounds])
    asset = main_asset(market, np.array([step.proceeds_usd for step in rounds]))
    first = float(market[0, asset])
    outside = [float(recording.outside.prices(step.number)[asset]) for step in rounds]
    oracle = [float(step.oracle[asset]) for step in rounds]
    lines = np.column_stack([market[:, asset], outside, oracle]) / first
    at = _points(lines)
    name = str(recording.book.asset_names[asset])
    rule = recording.scenario.parameters.assets[name].oracle
    return PriceCourse(
        asset=name,
        rounds=tuple(at.tolist()),
        market=_shortened(lines[at, 0]),
        outside=_shortened(lines[at, 1]),
        oracle=_shortened(lines[at, 2]),
        is_late=not (rule.kind == "market" and rule.delay_rounds == 0 and rule.max_move is None),
        end=_short(lines[-1, 0]),
        last=len(rounds) - 1,
    )


def _shortened(prices: Floats) -> tuple[float, ...]:
    return tuple(_short(price) for price in prices)


def _short(price: float) -> float:
    return float(f"{price:.{_DIGITS}g}")


def _points(lines: Floats) -> npt.NDArray[np.int64]:
    """Return which rounds of (R, 3) lines are drawn: none after all has arrived, and of many the turning points."""
    way = np.ptp(lines, axis=0)
    moving = np.flatnonzero((np.abs(lines - lines[-1]) > _SEEN * np.maximum(way, 1e-9)).any(axis=1))
    count = min(len(lines), (int(moving[-1]) if len(moving) else 0) + 2)
    if count <= _MOST:
        return np.arange(count)
    kept = {0, count - 1}
    for part in np.array_split(np.arange(count), _MOST // 2 - 1):
        kept |= {int(part[np.argmin(lines[part, 0])]), int(part[np.argmax(lines[part, 0])])}
    return np.array(sorted(kept))
