"""How numbers are written for people, and how what people write is read.

Shown numbers have three significant digits and a unit (``$144M``, ``61.9 %``); the full precision is
for tool tips and editors (:func:`full`, :func:`editable`). Separators are those of the locale. Reading
never guesses: text that is not a number raises `ValueError` with one sentence, it never becomes 0.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QLocale

from engine.base.written_numbers import NotANumberError, Separators, read_number

if TYPE_CHECKING:
    from engine.base.written_numbers import Why

NOTHING: Final = "–"
"""Shown where there is no number (a reproduction number of the first round, a price that does not exist)."""

INFINITE: Final = "∞"

SAMPLE: Final = 1234.5
"""A number that shows how numbers are written here: with which signs for thousands and decimals."""

_UNITS: Final = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))


_KNOWN: Final[list[tuple[QLocale, QLocale] | None]] = [None]
"""The locale that was asked for last, and what it is read as."""


_COARSE: Final = 0.005
"""A factor that is written further from what it is says another number than its percentage does."""


def number_locale(locale: QLocale | None = None) -> QLocale:
    """Return `locale`, else the application's; the bare C locale is read as US English.

    The C locale (servers, containers) has no thousands separator, which nobody wants to read.
    """
    chosen = QLocale() if locale is None else locale
    known = _KNOWN[0]
    if known is None or chosen != known[0]:
        is_bare = chosen.language() == QLocale.Language.C
        read = QLocale(QLocale.Language.English, QLocale.Country.UnitedStates) if is_bare else chosen
        known = _KNOWN[0] = (chosen, read)  # asking for the language takes longer than writing a number
    return known[1]


# ---------------------------------------------------------------------------------------- writing


def fixed(value: float, decimals: int, locale: QLocale | None = None) -> str:
    """Write `value` with exactly `decimals` decimals and thousands separators: ``1,105.0``."""
    special = _special(value)
    return _written(value, decimals, locale) if special is None else special


def reproduction(value: float, locale: QLocale | None = None) -> str:
    """Write a reproduction number with two decimals; one that is not 0 is never written as 0: ``<0.01``."""
    return f"<{fixed(0.01, 2, locale)}" if 0 < value < 0.005 else fixed(value, 2, locale)


def significant(value: float, digits: int = 3, locale: QLocale | None = None) -> str:
    """Write `value` to `digits` significant digits; digits before the decimal sign are never dropped.

    A value that is exactly round is written short (``25``, not ``25.0``).
    """
    special = _special(value)
    if special is not None:
        return special
    return _written(value, _decimals(value, digits), locale)


def count(value: float, locale: QLocale | None = None) -> str:
    """Write a whole number with thousands separators: ``5,103``."""
    return fixed(value, 0, locale)


def compact(value: float, digits: int = 3, locale: QLocale | None = None) -> str:
    """Write `value` to `digits` significant digits with a unit: ``12.4M``, ``817``, ``1.28B``."""
    special = _special(value)
    if special is not None:
        return special
    scaled, unit = _scaled(value, digits)
    return _written(scaled, _decimals(scaled, digits), locale) + unit


def money(value: float, digits: int = 3, locale: QLocale | None = None) -> str:
    """Write USD to three significant digits with a unit: ``$144M``, ``$12.4M``, ``$0``, ``-$3.10k``."""
    special = _special(value)
    if special is not None:
        return special
    size = abs(value)
    sign = number_locale(locale).negativeSign() if value < 0 else ""
    if 0 < size < 0.005:
        return f"{sign}<${fixed(0.01, 2, locale)}"
    if size < 999.5 and size != int(size):
        # Cents below ten dollars, three digits above: $0.42, $8.10, $12.4, $817.
        return f"{sign}${fixed(size, min(2, _decimals(size, digits)), locale)}"
    return f"{sign}${compact(size, digits, locale)}"


def percent(share: float, decimals: int = 1, locale: QLocale | None = None) -> str:
    """Write the fraction `share` as a percentage: 0.619 is ``61.9 %``.

    Shares too small for `decimals` keep two significant digits (``0.012 %``), so that nothing but 0 reads as 0.
    """
    special = _special(share)
    if special is not None:
        return special
    value = share * 100
    if value != 0 and abs(value) < 0.95 * 10**-decimals:
        decimals = max(decimals, 1 - math.floor(math.log10(abs(value))))
        if decimals > 6:
            sign = number_locale(locale).negativeSign() if value < 0 else ""
            return f"{sign}<{fixed(1e-6, 6, locale)} %"
    elif abs(value) >= 999.95 or abs(value) == 100:
        decimals = 0
    return f"{_written(value, decimals, locale)} %"


def percent_short(share: float, locale: QLocale | None = None) -> str:
    """Write a percentage without a needless decimal: ``-40 %``, ``82.5 %``; for ticks and fields."""
    special = _special(share)
    if special is not None:
        return special
    return f"{significant(_clean(share * 100), 4, locale)} %"


def multiple(value: float, decimals: int = 2, locale: QLocale | None = None) -> str:
    """Write a factor: ``1.55 ×``; a small one that so few decimals would change has three digits: ``0.033 ×``."""
    special = _special(value)
    if special is not None:
        return special
    is_coarse = abs(value) < 1 and abs(round(value, decimals) - value) > _COARSE * abs(value)
    return f"{significant(value, 3, locale) if is_coarse else fixed(value, decimals, locale)} ×"


def health(value: float, decimals: int = 3, locale: QLocale | None = None) -> str:
    """Write a health factor: ``1.030``; ``∞`` without debt.

    A factor below 1 is never rounded up to 1, which would hide that the account is liquidatable.
    """
    special = _special(value)
    if special is not None:
        return special
    step = 10.0**-decimals
    if 1 - step / 2 <= value < 1:
        value = 1 - step
    return _written(value, decimals, locale)


def price(value: float, digits: int = 4, locale: QLocale | None = None) -> str:
    """Write a price in USD without its sign: ``762.1``, ``1,105``, ``0.9987``, ``0.00001234``, ``7.92e-10``."""
    special = _special(value)
    if special is not None:
        return special
    return exponent(value, digits, locale) if 0 < abs(value) < 1e-6 else significant(value, digits, locale)


def price_short(value: float, locale: QLocale | None = None) -> str:
    """Write a price where there is room for few letters, on an axis or in a field: ``1,500``, ``800M``, ``8e-10``."""
    special = _special(value)
    if special is not None:
        return special
    if abs(value) >= 1e7:
        return compact(value, 4, locale)
    return exponent(value, 4, locale) if 0 < abs(value) < 1e-4 else price(value, 4, locale)


def exponent(value: float, digits: int = 4, locale: QLocale | None = None) -> str:
    """Write `value` to `digits` significant digits, none of them a needless 0, as ``7.92e-10``."""
    special = _special(value)
    if special is not None:
        return special
    chosen = number_locale(locale)
    text: str = chosen.toString(float(value), "e", digits - 1)
    at = text.casefold().find(chosen.exponential().casefold())
    mantissa, power = text[:at], text[at:]
    if chosen.decimalPoint() in mantissa:
        mantissa = mantissa.rstrip(chosen.zeroDigit()).removesuffix(chosen.decimalPoint())
    return mantissa + power


def tokens(value: float, symbol: str = "", locale: QLocale | None = None) -> str:
    """Write an amount of tokens: ``4,311.2``, ``0.05 WETH``, ``12.4M USDC`` from ten million on."""
    special = _special(value)
    if special is not None:
        text = special
    elif abs(value) >= 1e7:
        text = compact(value, 3, locale)
    elif value != 0 and abs(value) < 1e-12:
        text = number_locale(locale).toString(float(value), "e", 2)
    else:
        text = significant(value, 5, locale)
    return f"{text} {symbol}" if symbol else text


def full(value: float, locale: QLocale | None = None) -> str:
    """Write all digits of `value` (the shortest text that reads back the same), with separators."""
    special = _special(value)
    if special is not None:
        return special
    shortest = QLocale.FloatingPointPrecisionOption.FloatingPointShortest.value
    form = "f" if value == 0 or 1e-15 <= abs(value) < 1e17 else "g"
    text: str = number_locale(locale).toString(float(value), form, shortest)
    return text


def looked_over(value: float, locale: QLocale | None = None) -> str:
    """Write a number that is looked over, not worked with: two decimals from 1,000 on, else six digits."""
    special = _special(value)
    if special is not None:
        return special
    if value and not 1e-6 <= abs(value) < 1e15:
        return exponent(value, 4, locale)
    if abs(value) >= 1000:
        return full(round(value, 2), locale)
    return full(float(f"{value:.6g}"), locale)


def money_in_full(value: float, locale: QLocale | None = None) -> str:
    """Write USD to the cent, for tips: ``$788,901.23``; ``-$12.50``; of less than a cent four digits: ``$0.001234``."""
    special = _special(value)
    if special is not None:
        return special
    size = abs(value)
    text = fixed(size, 2, locale) if size == 0 or size >= 0.01 else price(size, 4, locale)
    return f"-${text}" if value < 0 else f"${text}"


def editable(value: float, locale: QLocale | None = None) -> str:
    """Write all digits of `value` for an editor: as :func:`full`, without thousands separators."""
    plain = QLocale(number_locale(locale))
    plain.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
    return full(value, plain)


def duration(seconds: float) -> str:
    """Write a time of zero or more seconds in its two largest units: ``12 s``, ``1 min 24 s``, ``2 h 5 min``.

    Fractions of a second are only shown below ten seconds: ``0.5 s``.
    """
    if math.isnan(seconds) or math.isinf(seconds):
        return NOTHING
    if seconds < 0:
        raise ValueError("a duration is not negative")
    if seconds < 10 and seconds != int(seconds):
        return _tr("{0} s").format(significant(seconds, 2))
    whole = round(seconds)
    parts = [
        (whole // 86400, _tr("{0} d")),
        (whole // 3600 % 24, _tr("{0} h")),
        (whole // 60 % 60, _tr("{0} min")),
        (whole % 60, _tr("{0} s")),
    ]
    first = next((at for at, (amount, _) in enumerate(parts) if amount), len(parts) - 1)
    shown = [parts[first], *(part for part in parts[first + 1 : first + 2] if part[0])]
    return " ".join(unit.format(count(amount)) for amount, unit in shown)


# ---------------------------------------------------------------------------------------- reading


def parse_number(text: str, locale: QLocale | None = None) -> float:
    """Read a number as people write it.

    The locale tells the separators; all else is as :func:`engine.base.written_numbers.read_number` accepts it.

    Raises
    ------
    ValueError
        With one sentence that says what is wrong; nothing is guessed and nothing becomes 0 silently.
    """
    chosen = number_locale(locale)
    try:
        return read_number(text, Separators(chosen.decimalPoint(), chosen.groupSeparator()))
    except NotANumberError as refusal:
        raise ValueError(_sentence(refusal.why, _shortened(text.strip()), chosen)) from None


def _sentence(why: Why, shown: str, locale: QLocale) -> str:
    if why == "separators":
        form = _tr("“{0}” is not a number here: “{1}” separates thousands and “{2}” decimals, as in {3}.")
        return form.format(shown, locale.groupSeparator(), locale.decimalPoint(), locale.toString(1234.5, "f", 1))
    sentences = {
        "missing": _tr("A number is missing."),
        "shape": _tr("“{0}” is not a number."),
        "signs": _tr("“{0}” has more than one sign."),
        "unit and percent": _tr("“{0}” has a unit and a percent sign."),
        "too large": _tr("“{0}” is too large."),
    }
    return sentences[why].format(shown)


def parse_share(text: str, locale: QLocale | None = None, *, bare_is_percent: bool = False) -> float:
    """Read a share: ``83%`` and ``0.83`` are both 0.83.

    Parameters
    ----------
    text
        What was written.
    locale
        Whose separators hold; the application's unless given.
    bare_is_percent
        For fields that show percentages: a number without a percent sign is one too (``83`` is 0.83).

    Raises
    ------
    ValueError
        As :func:`parse_number`.
    """
    value = parse_number(text, locale)
    return value / 100 if bare_is_percent and "%" not in text else value


_LEAST: Final = {
    "liquidation_threshold": 0.015,
    "max_ltv": 0.015,
    "liquidation_bonus": 0.002,
    "maintenance_margin": 0.002,
}


def parse_risk_share(text: str, term: str, locale: QLocale | None = None) -> float:
    """Read a threshold, bonus or loan-to-value as people write it: ``80``, ``80 %`` and ``0.8`` are all 0.8.

    A number without a percent sign is one, unless that would be smaller than any that there is: below 1.5 % for a
    threshold, 0.2 % for a bonus. Then it is the share itself. What it was taken for is shown at once.

    Parameters
    ----------
    text
        What was written.
    term
        ``liquidation_threshold``, ``liquidation_bonus`` or ``max_ltv``; of any other every bare number is a percentage.
    locale
        Whose separators hold; the application's unless given.

    Raises
    ------
    ValueError
        As :func:`parse_number`.
    """
    value = parse_share(text, locale, bare_is_percent=True)
    is_share = "%" not in text and 0.0 < value < _LEAST.get(term, 0.0)
    return parse_number(text, locale) if is_share else value


# ---------------------------------------------------------------------------------------- working


def _tr(text: str) -> str:
    return QCoreApplication.translate("numbers", text)


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def _written(value: float, decimals: int, locale: QLocale | None) -> str:
    """Write a number that is neither infinite nor missing."""
    text: str = number_locale(locale).toString(float(value), "f", decimals)
    return text


def _special(value: float) -> str | None:
    if math.isfinite(value):
        return None
    return NOTHING if math.isnan(value) else INFINITE if value > 0 else f"-{INFINITE}"


def _clean(value: float) -> float:
    """Take the noise of a multiplication by 100 off (0.29 * 100 is 28.999999999999996)."""
    return float(f"{value:.12g}")


def _decimals(value: float, digits: int) -> int:
    """Return how many decimals show `digits` significant digits, none where the value is whole without them."""
    if value == 0:
        return 0
    wanted = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    if wanted and abs(round(value, wanted)) >= 10.0 ** (digits - wanted):
        wanted -= 1  # 9.996 rounds to 10.0: one digit more in front, one less behind
    short = f"{value:.{wanted}f}".rstrip("0").rstrip(".") if wanted else ""
    if short and math.isclose(float(short), value, rel_tol=1e-12):
        return len(short.partition(".")[2])
    return wanted


def _scaled(value: float, digits: int) -> tuple[float, str]:
    """Divide `value` by the unit in which its rounded number lies in [1, 1000)."""
    size = abs(value)
    for factor, unit in _UNITS:
        if size >= factor * (1 - 0.5 * 10.0**-digits):
            return value / factor, unit
    return value, ""
