"""The scale of a slider: which value a number field has at which place along it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cascade_gui.plots.steps import nice_step
from cascade_gui.scenario_panel.values import is_outside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.scenario.parameter_paths import ParameterInfo

_PLACES: Final = 240
"""About as many places as a slider has pixels: values are round numbers so far apart."""
_FINE: Final = 10
"""How much closer together they are when one moves finely."""
_NOTHING: Final = 0.06
"""The part of a logarithmic scale at its left end that stands for 0, where 0 is allowed."""
_MOST_LABELS: Final = 4
_SHOCK_LOW, _SHOCK_HIGH = -0.9, 0.3
_FEW_ROUNDS: Final = 50
_LEAST_MULTIPLE: Final = 0.01
_ROOM: Final = 5.0
"""A logarithmic scale begins so many times lower than what is known, or lower still."""
_USD: Final = (1.0, 1e6)
"""The scale of an amount in USD of which nothing is known but that it is 0."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from `low` to `high` along a slider, linearly or in equal ratios.

    Parameters
    ----------
    info
        Of the parameter.
    low, high
        The ends.
    is_log
        Whether equal distances are equal ratios.
    from_zero
        Whether a logarithmic scale has a 0 before `low`.
    """

    info: ParameterInfo
    low: float
    high: float
    is_log: bool = False
    from_zero: bool = False

    def place(self, value: float) -> float:
        """Return where a value stands, 0 at the left end to 1 at the right; beyond the ends it stands there."""
        if not self.is_log:
            return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))
        start = _NOTHING if self.from_zero else 0.0
        if value < self.low:
            return 0.0 if value <= 0 or not self.from_zero else start
        along = math.log(min(value, self.high) / self.low) / math.log(self.high / self.low)
        return start + along * (1 - start)

    def value(self, place: float, *, fine: bool = False) -> float | int:
        """Return the value at a place: a round number that the parameter may have."""
        place = min(1.0, max(0.0, place))
        if not self.is_log:
            found = self.low + place * (self.high - self.low)
            step = nice_step(self.high - self.low, _PLACES * (_FINE if fine else 1))
        else:
            start = _NOTHING if self.from_zero else 0.0
            if self.from_zero and place < start / 2:
                return 0 if self.info.kind == "whole" else 0.0
            along = max(0.0, place - start) / (1 - start)
            ratio = self.high / self.low
            found = self.low * ratio**along
            step = nice_step(found * math.log(ratio), _PLACES * (_FINE if fine else 1))
        if self.info.kind == "whole":
            step = max(1.0, step)
        rounded = float(f"{round(found / step) * step:.10g}")
        if is_outside(self.info, rounded):  # the end itself is not allowed
            rounded = float(f"{rounded + (step if rounded <= found else -step):.10g}")
        return round(rounded) if self.info.kind == "whole" else rounded

    def labels(self) -> Sequence[float]:
        """Return the values that are written under the slider, its ends among them."""
        if not self.is_log:
            step = nice_step(self.high - self.low, _MOST_LABELS)
            inside = [step * k for k in range(math.ceil(self.low / step), math.floor(self.high / step) + 1)]
            return [float(f"{value:.10g}") for value in inside]
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        inside = [factor * 10.0**power for power in powers for factor in (1, 3)]
        inside = [value for value in inside if self.low * 0.999 <= value <= self.high * 1.001]
        every = -(-len(inside) // _MOST_LABELS)
        return ([0.0] if self.from_zero else []) + [float(f"{value:.10g}") for value in inside[::every]]


def scale_for(info: ParameterInfo, value: object, before: object) -> Scale | None:
    """Return the scale of a parameter's slider, or None where it can have none.

    Parameters
    ----------
    info
        What the schema says of the parameter.
    value
        What it is.
    before
        What it was when the file was opened or saved; both lie within the scale.
    """
    known = [float(each) for each in (value, before) if isinstance(each, (int, float)) and _is_number(each)]
    # Of a whole number without a unit, a seed, the size means nothing.
    if info.kind not in {"number", "whole"} or not _is_number(value) or (info.kind, info.unit) == ("whole", "none"):
        return None
    makers = {"share": _of_share, "per_year": _of_rate, "none": _of_rate, "multiple": _of_multiple}
    few = info.unit in {"rounds", "count"} and max(known) <= _FEW_ROUNDS
    return (_of_count if few else makers.get(info.unit, _of_amount))(info, known)


def _of_rate(info: ParameterInfo, known: list[float]) -> Scale:
    return _linear(info, min(0.0, *known), max(2.0 if info.unit == "per_year" else 1.0, 2 * max(known)))


def _of_multiple(info: ParameterInfo, known: list[float]) -> Scale:
    return _log(info, min(_LEAST_MULTIPLE, *(_below(each) for each in known if each > 0)), max(3.0, *known))


def _of_count(info: ParameterInfo, known: list[float]) -> Scale:
    return _linear(info, info.minimum or 0.0, max(20.0, 2 * max(known)))


def _of_amount(info: ParameterInfo, known: list[float]) -> Scale:
    """Return a scale of dollars, prices, seconds, many rounds: some powers of ten around what is known."""
    positive = [each for each in known if each > 0]
    zero = not info.minimum_excluded and (info.minimum is None or info.minimum <= 0)
    if not positive:
        return _log(info, *_USD, from_zero=zero)
    spread = 5.0 if info.unit == "price" else 30.0
    low, high = _rounded(min(positive) / spread, up=False), _rounded(max(positive) * spread, up=True)
    if info.minimum is not None and info.minimum > 0:
        low = max(low, info.minimum)
    return _log(info, low, high, from_zero=zero)


def _of_share(info: ParameterInfo, known: list[float]) -> Scale:
    """Return a scale of percentages: all of them where both ends are known, else those that are usual."""
    if info.minimum is not None and info.minimum < 0:
        if info.maximum is not None:
            return _linear(info, info.minimum, info.maximum)
        return _linear(info, min(_SHOCK_LOW, *known), max(_SHOCK_HIGH, *known))
    if info.maximum is not None:
        return _linear(info, info.minimum or 0.0, max(min(info.maximum, 1.0), *known))
    if info.minimum_excluded:
        return _log(info, min(0.0005, *(_below(each) for each in known if each > 0)), max(0.5, *known))
    return _linear(info, 0.0, max(0.3, 2 * max(known)))


def _linear(info: ParameterInfo, low: float, high: float) -> Scale:
    return Scale(info, low, high)


def _log(info: ParameterInfo, low: float, high: float, *, from_zero: bool = False) -> Scale:
    return Scale(info, low, high, is_log=True, from_zero=from_zero)


def _below(value: float) -> float:
    """Return an end of a logarithmic scale that leaves room to the left of a value."""
    return _rounded(value / _ROOM, up=False)


def _rounded(value: float, *, up: bool) -> float:
    """Return the next number up or down that is 1 or 3 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(value))
    steps = (1.0, 3.0, 10.0)
    found = min(s for s in steps if s * power >= value) if up else max(s for s in steps if s * power <= value)
    return found * power


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
