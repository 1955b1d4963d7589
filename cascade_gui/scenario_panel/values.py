"""How the value of a parameter is written, edited and read, by what the schema says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.scenario.parameter_paths import ParameterInfo

_SCALES: Final = ("", "k", "mm", "mn", "bn", "tn", "e")
_USD: Final = ("usd", "x")
_UNITS: Final = {"rounds": ("rounds",), "seconds": ("s",), "per_year": ("ayear",), "tokens": ("tokens",)}
"""Letters that numbers are written with, behind their digits, without blanks."""
_LETTERS_AND_BLANKS: Final = "abcdefghijklmnopqrstuvwxyz "


def shown(info: ParameterInfo, value: float | str | None) -> str:
    """Write a value with its unit, short, as a field shows it while it is not being edited."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    writers: dict[str, Callable[[float], str]] = {
        "usd": numbers.money,
        "price": numbers.price_short,
        "share": numbers.percent_short,
        "multiple": numbers.multiple,
        "count": numbers.count,
    }
    if info.unit in writers:
        return writers[info.unit](value)
    patterns = {
        "rounds": _tr("{0} round") if value == 1 else _tr("{0} rounds"),
        "seconds": _tr("{0} s"),
        "per_year": _tr("{0} a year"),
        "tokens": _tr("{0} token") if value == 1 else _tr("{0} tokens"),
    }
    return patterns.get(info.unit, "{0}").format(numbers.full(value))


def editable(info: ParameterInfo, value: float | str | None) -> str:
    """Write a value with all its digits, for the editor."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if info.unit == "share":
        # 12 digits take off the noise of the multiplication (0.29 * 100 is 28.999999999999996)
        return numbers.editable(float(f"{value * 100:.12g}")) + " %"
    return numbers.editable(value)


def read(info: ParameterInfo, text: str) -> float | str | None:
    """Read what a person typed.

    Returns
    -------
    float, int, str or None
        None for an empty text where the parameter may be absent.

    Raises
    ------
    ValueError
        With one sentence that says what is wrong.
    """
    cleaned = text.strip()
    if info.kind == "text":
        return cleaned
    if not cleaned and info.optional:
        return None
    if info.optional and cleaned.casefold() == info.empty.casefold():
        return None
    if info.unit == "share":
        return numbers.parse_risk_share(cleaned, info.path.rpartition(".")[2])
    for unit in ("rounds", "round", "tokens", "token", "a year", "s", "×", "x"):
        if cleaned.casefold().endswith(unit) and info.unit in {"rounds", "seconds", "multiple", "per_year", "tokens"}:
            cleaned = cleaned[: -len(unit)].strip()
            break
    value = numbers.parse_number(cleaned)
    if info.kind == "whole" and value.is_integer():
        return int(value)
    return value


def may_be_typed(info: ParameterInfo, text: str) -> bool:
    """Whether a text may be the beginning of a value, so that the field has a use for the key that was pressed.

    Parameters
    ----------
    info
        What the schema says of the parameter.
    text
        What stands in front of the cursor, with the new character.
    """
    typed = text.strip().casefold()
    if info.kind == "text" or (info.optional and typed and info.empty.casefold().startswith(typed)):
        return True
    if not text[-1:].isalpha():
        return bool(typed)
    behind = typed[len(typed.rstrip(_LETTERS_AND_BLANKS)) :]
    letters = "".join(behind.split())
    scales = _SCALES if typed != behind else ("",)  # no number begins with one
    return any((scale + unit).startswith(letters) for scale in scales for unit in _UNITS.get(info.unit, _USD))


def explained(info: ParameterInfo) -> str:
    """Write the help text of a field with its range and its default, for a tool tip."""
    parts = [info.help_text]
    bounds = allowed(info)
    if bounds:
        parts.append(_tr("Allowed: {0}.").format(bounds))
    if isinstance(info.default, (int, float)) and not isinstance(info.default, bool):
        parts.append(_tr("Default: {0}.").format(shown(info, info.default)))
    elif info.optional and info.empty:
        parts.append(_tr("Empty: {0}.").format(info.empty))
    return "\n".join(part for part in parts if part)


def is_outside(info: ParameterInfo, value: object) -> bool:
    """Whether a value is a number outside of the range of its parameter."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    low, high = info.minimum, info.maximum
    too_low = low is not None and (value <= low if info.minimum_excluded else value < low)
    too_high = high is not None and (value >= high if info.maximum_excluded else value > high)
    return too_low or too_high


def allowed(info: ParameterInfo) -> str:
    """Write the range of a parameter in its unit: ``above -100 %``; empty if it has none."""
    parts = []
    if info.minimum is not None:
        word = _tr("above {0}") if info.minimum_excluded else _tr("at least {0}")
        parts.append(word.format(shown(info, info.minimum)))
    if info.maximum is not None:
        word = _tr("below {0}") if info.maximum_excluded else _tr("at most {0}")
        parts.append(word.format(shown(info, info.maximum)))
    return _tr(" and ").join(parts)


def _tr(text: str) -> str:
    return QCoreApplication.translate("ScenarioPanel", text)
