"""The ways in which files write thresholds and bonuses: 0.83, 83, 8300, 0.83e18; 0.05, 5, 1.05, 10500, 0.95.

A column is looked at as a whole. What its numbers can only mean is done and said; the rest is asked.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.base.faults import Fault
from engine.importing.asking import Answer, Question

if TYPE_CHECKING:
    from engine.base.types import Flags, Floats
from engine.importing.asking import Notes

LARGEST_BONUS = 0.5
"""A bonus above this is asked about wherever it comes from."""
_WAD = 1e18
_SAMPLES = {
    "fraction": "0.05 is 5 %",
    "percent": "5 is 5 %",
    "multiplier": "1.05 is 5 %",
    "basis-points": "500 is 5 %",
    "factor": "0.95 is 5.26 %",
}


def percent_signs(column: Any) -> Flags:
    """Return which cells of a column have a percent sign; Shape (rows,)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_string(column.type):
        return np.zeros(len(column), dtype=np.bool_)
    found = pc.fill_null(pc.match_substring(column, "%"), fill_value=False)
    return np.asarray(found.to_numpy())


def thresholds(values: Floats, signed: Flags, form: str | None, where: str, notes: Notes) -> Floats:
    """Return a column of liquidation thresholds as fractions.

    Parameters
    ----------
    values
        Shape (rows,): the numbers, those with a percent sign already divided by 100; NaN where blank.
    signed
        Which of them had a percent sign.
    form
        One of `engine.importing.choices.THRESHOLD_FORMS`, or None: found out.
    where
        How messages call the column.
    notes
        Gets what was done, or the question.
    """
    plain = ~signed & (values > 0)
    told = values[plain]
    if not len(told):
        return _checked_threshold(values, where, notes)
    form = form or _threshold_form(float(told.min()), float(told.max()))
    divisors = {"fraction": 1.0, "percent": 100.0, "basis-points": 1e4, "wad": _WAD}
    if form is None:
        few = _shown(told)
        ways = [
            ("fraction", "0.83 is 83 %"),
            ("percent", "83 is 83 %"),
            ("basis-points", "8300 is 83 %"),
            ("wad", "0.83e18 is 83 %"),
        ]
        ways = [(name, sample) for name, sample in ways if float(told.max()) <= divisors[name]]
        question = _form_question("liquidation_threshold", "threshold_form", where, few, ways)
        if told.min() > 1 and told.max() <= 10:
            needed = Answer("the collateral that a debt needs", f'--scale liquidation_threshold="1 / {name_of(where)}"')
            question = replace(question, answers=(needed, *question.answers))
        notes.ask(question)
        return values
    read = np.where(plain, values / divisors[form], values)
    if form != "fraction":
        largest = float(told.max())
        notes.say(f"{where}: {largest:g} read as {largest / divisors[form]:.6g} ({form.replace('-', ' ')})")
    return _checked_threshold(read, where, notes)


def _threshold_form(least: float, most: float) -> str | None:
    if most <= 1:
        return "fraction"
    if least > 2 and most <= 100:
        return "percent"
    if least > 100 and most <= 1e4:
        return "basis-points"
    return "wad" if least >= 1e15 and most <= _WAD else None


def _checked_threshold(values: Floats, where: str, notes: Notes) -> Floats:
    too_much = values > 1
    if too_much.any():
        notes.ask(
            Question(
                "liquidation_threshold",
                where,
                f"A threshold of {float(values[too_much].max()):.4g} is above 100 %.",
                (
                    Answer("is there a column of thresholds?", "--map liquidation_threshold=COLUMN"),
                    Answer(
                        "the collateral that a debt needs, 1 / threshold",
                        f'--scale liquidation_threshold="1 / {name_of(where)}"',
                    ),
                ),
            )
        )
    return values


def name_of(where: str) -> str:
    """Return the column of a place, quoted for a formula."""
    column = where.rpartition("column ")[2]
    return column if column.isidentifier() else f"[{column}]"


def bonuses(values: Floats, signed: Flags, form: str | None, where: str, name: str, notes: Notes) -> Floats:
    """Return a column of liquidation bonuses as fractions.

    Parameters
    ----------
    values, signed, where, notes
        As for `thresholds`.
    name
        The column's name: a factor is what is credited.
    form
        One of `engine.importing.choices.BONUS_FORMS`, or None: found out.
    """
    given = values[values > 0]
    if not len(given):
        return values
    scaled, said_as = values, given
    if given.min() >= 1e15:
        scaled, signed = values / _WAD, np.zeros_like(signed)
        said_as = given / _WAD
    told = scaled[scaled > 0]
    percent_only = bool(signed[values > 0].all())
    chosen = form or _bonus_form(told, percent_only=percent_only, factor="factor" in name.lower())
    mixed = bool(signed[values > 0].any()) and not percent_only
    if mixed and form is None:
        chosen = _bonus_form(scaled[~signed & (scaled > 0)], percent_only=False, factor="factor" in name.lower())
        if chosen is not None and scaled[signed].max(initial=0) > LARGEST_BONUS:
            chosen = None
    if chosen is None:
        _ask_bonus(where, said_as, percent_only=percent_only, notes=notes)
        return scaled
    read = np.where(scaled > 0, _as_fraction(scaled, chosen), scaled)
    if mixed:
        read = np.where(signed, scaled, read)
    if read.min(initial=0, where=~np.isnan(read)) < 0:
        found = f"{float(np.nanmin(scaled[scaled > 0])):g}, which is below 0 as {chosen}"
        notes.faults.append(Fault(where, found, "another --bonus-form"))
    _say_bonus(values, read, chosen, where, notes, signed=percent_only)
    if read.max(initial=0, where=~np.isnan(read)) > LARGEST_BONUS and form is None:
        _ask_bonus(where, said_as, percent_only=percent_only, notes=notes)
    return read


_RANGES: tuple[tuple[float, float, str], ...] = (
    (0.0, LARGEST_BONUS, "fraction"),
    (1.0, 1 + LARGEST_BONUS, "multiplier"),
    (1.5, 50.0, "percent"),
    (200.0, 5000.0, "basis-points"),
    (1e4, 15000.0, "basis-points"),
)
"""From, to: between them all numbers of a column have one form only."""


def _bonus_form(told: Floats, *, percent_only: bool, factor: bool) -> str | None:
    """Return the only form in which all of these numbers make a bonus; None if there are several."""
    least, most = float(told.min()), float(told.max())
    if factor:
        return "factor" if least > LARGEST_BONUS and most <= 1 else None
    ranges = _RANGES[:2] if percent_only else _RANGES
    return next((form for low, high, form in ranges if low <= least and most <= high), None)


def _as_fraction(values: Floats, form: str) -> Floats:
    if form == "percent":
        return np.round(np.where(values >= 100, values - 100, values) / 100, 12)
    if form == "multiplier":
        return np.round(values - 1, 12)
    if form == "basis-points":
        return np.round(np.where(values >= 1e4, values - 1e4, values) / 1e4, 12)
    if form == "factor":
        with np.errstate(divide="ignore"):
            return np.round(1 / values - 1, 12)
    return values


def _say_bonus(written: Floats, read: Floats, form: str, where: str, notes: Notes, *, signed: bool) -> None:
    if form == "fraction" and written is not read and np.array_equal(written, read, equal_nan=True):
        return
    place = int(np.nanargmax(np.where(written > 0, written, np.nan)))
    shown = f"{written[place] * 100:g}%" if signed else f"{written[place]:g}"
    words = {
        "multiplier": "a multiplier",
        "percent": "per cent",
        "basis-points": "basis points",
        "factor": "the share that is credited",
        "fraction": "a fraction",
    }
    notes.say(f"{where} looks like {words[form]}: {shown} read as {read[place] * 100:.4g} %")


def _ask_bonus(where: str, told: Floats, *, percent_only: bool, notes: Notes) -> None:
    few = _shown(told * 100, "%") if percent_only else _shown(told)
    fits = {"multiplier": told.min() >= 1, "factor": told.max() <= 1, "percent": told.max() <= 150}
    ways = [(form, sample) for form, sample in _SAMPLES.items() if fits.get(form, True)]
    notes.ask(_form_question("liquidation_bonus", "bonus_form", where, few, ways))


def _form_question(role: str, field: str, where: str, few: str, ways: list[tuple[str, str]]) -> Question:
    option = "--" + field.replace("_", "-")
    answers = tuple(Answer(sample, f"{option} {form}", {field: form}) for form, sample in ways)
    return Question(role, where, f"What does {few} mean?", answers)


def _shown(values: Floats, sign: str = "") -> str:
    different = list(dict.fromkeys(f"{value:.6g}{sign}" for value in values[:200].tolist()))
    return ", ".join(different[:3]) + (" ..." if len(different) > 3 else "")
