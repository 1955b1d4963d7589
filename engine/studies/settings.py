"""What a study is asked with: settings that are declared once, for Python, the command and the window.

A setting is declared like a parameter of a scenario (`engine.scenario.schema.fields.parameter`): name, default, unit,
range and help in one call. Where it is a list or a table, the text that stands on a command line may be given too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_args, get_origin

from pydantic import BeforeValidator, ValidationError

from engine.base.faults import BadInput, Fault
from engine.base.written_numbers import NotANumberError, read_number
from engine.files.strict_json import parse_text
from engine.scenario.schema.fields import Number, Section
from engine.scenario.schema.translation import translate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pydantic.fields import FieldInfo

_SECONDS = {"s": 1.0, "m": 60.0, "min": 60.0, "h": 3_600.0, "d": 86_400.0, "w": 604_800.0}
_BETWEEN_AXES = re.compile(r";\s*(?=[^=;]+=)")
_DURATION = re.compile(r"\s*([0-9.]+)\s*([a-z]+)\s*")


class Settings(Section):
    """The settings of a study; immutable, an unknown one is a fault."""


AnySettings = TypeVar("AnySettings", bound=Settings)


def checked(kind: type[AnySettings], given: Mapping[str, Any]) -> AnySettings:
    """Return settings of what was given, checked.

    Raises
    ------
    BadInput
        With one fault for each setting that is unknown, missing or not allowed.

    Examples
    --------
    >>> from engine.studies.questions.book import BookSettings
    >>> checked(BookSettings, {"top": 5}).top
    5
    >>> checked(BookSettings, {"tops": 5})
    Traceback (most recent call last):
    ...
    engine.base.faults.BadInput: tops: unknown key, did you mean top?
    """
    try:
        return kind(**given)
    except ValidationError as error:
        faults = [_worded(fault, kind) for fault in translate(error, kind, dict(given))]
        raise BadInput(faults) from error


def is_several(annotation: Any) -> bool:
    """Whether a setting holds several things, each of which may be given alone."""
    return get_origin(annotation) is dict or (get_origin(annotation) is tuple and get_args(annotation)[-1] is Ellipsis)


def read_texts(kind: type[Settings], texts: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings that were typed, for `checked`: single values are read as JSON, else as text.

    Where a number is wanted it may be written as people do: ``50M``, ``$2.5k``, ``-50%``.

    Parameters
    ----------
    kind
        Of the settings.
    texts
        What was typed by the setting's name; what is no text is taken as it is.

    Examples
    --------
    >>> from engine.studies.questions.response import ResponseSettings
    >>> read_texts(ResponseSettings, {"to": "-50%", "direction": "WETH=1"})
    {'to': -0.5, 'direction': 'WETH=1'}
    """
    several = {name for name, field in kind.model_fields.items() if is_several(field.annotation)}
    found: dict[str, Any] = {}
    for name, text in texts.items():
        value = _value(text, name) if isinstance(text, str) and name not in several else text
        wanted = kind.model_fields.get(name)
        if isinstance(value, str) and wanted is not None and _is_number(wanted):
            value = _as_written(value)
        found[name] = value
    return found


def _is_number(field: FieldInfo) -> bool:
    """Whether a setting is a number; times are none, whose m is a minute."""
    extra = field.json_schema_extra
    if isinstance(extra, dict) and extra.get("unit") == "seconds":
        return False
    kinds = {field.annotation, *(get_args(part)[0] if get_args(part) else part for part in get_args(field.annotation))}
    return bool(kinds & {int, float})


def _as_written(text: str) -> float | str:
    """Return a number that is written as people do, any other text as it is."""
    try:
        value = read_number(text)
    except NotANumberError:
        return text
    return int(value) if value.is_integer() else value


def _worded(fault: Fault, kind: type[Settings]) -> Fault:
    """Say what settings there are where `translate` names the keys of a scenario."""
    if fault.allowed.startswith("one of "):
        return Fault(fault.where, "unknown setting", "one of " + ", ".join(kind.model_fields))
    return fault


def number(text: str, where: str) -> float:
    """Read a number.

    Raises
    ------
    ValueError
        If the text is none.
    """
    try:
        return float(text)
    except ValueError:
        message = f"{where} is a number, not {text!r}"
        raise ValueError(message) from None


def _pairs(given: object, read: Callable[[str, str], Any]) -> object:
    """Read ``NAME=VALUE,NAME=VALUE``, or a list of such texts; anything else is left to what checks it."""
    texts: Iterable[Any] = [given] if isinstance(given, str) else given if isinstance(given, (list, tuple)) else ()
    if isinstance(given, Mapping) or not texts:
        return given
    found: dict[str, Any] = {}
    for part in (part for text in texts for part in str(text).split(",")):
        name, sign, value = part.rpartition("=")
        if not sign or not name.strip():
            message = f"NAME=VALUE, WETH=1,WBTC=0.8 for example, not {part!r}"
            raise ValueError(message)
        if name.strip() in found:
            message = f"{name.strip()} once"
            raise ValueError(message)
        found[name.strip()] = read(value.strip(), name.strip())
    return found


def _spread_of(text: str, where: str) -> tuple[float, float]:
    mean, sign, deviation = text.partition(":")
    return number(mean, where), number(deviation, where) if sign else 0.0


def _range_of(text: str, where: str) -> tuple[float, float]:
    low, sign, high = text.partition(":")
    if not sign:
        message = f"LOW:HIGH, not {text!r}"
        raise ValueError(message)
    return number(low, where), number(high, where)


def _spread(given: object) -> object:
    return _spread_of(given, "a mean") if isinstance(given, str) else given


def _seconds(given: object) -> object:
    """Read ``24h``, ``90min``, ``7d``; a plain number is seconds."""
    if not isinstance(given, str):
        return given
    match = _DURATION.fullmatch(given.lower())
    if match is None or match[2] not in _SECONDS:
        message = f"a time with its unit (s, min, h, d, w), 24h for example, not {given!r}"
        raise ValueError(message)
    return number(match[1], "a time") * _SECONDS[match[2]]


def seconds_text(seconds: float) -> str:
    """Return a time as it is typed, in the largest unit of which it is a whole number; a day is 24 hours.

    Examples
    --------
    >>> [seconds_text(value) for value in (86_400.0, 604_800.0, 3_600.0, 90.0, 600.0, 0.5)]
    ['24h', '7d', '1h', '90s', '10min', '0.5s']
    """
    for unit, size, least in (("d", 86_400.0, 172_800.0), ("h", 3_600.0, 3_600.0), ("min", 60.0, 60.0)):
        if seconds >= least and (seconds / size).is_integer():
            return f"{seconds / size:.0f}{unit}"
    text = repr(seconds).removesuffix(".0")
    return text if "e" in text else f"{text}s"  # a plain number is seconds


def axis_values(text: str, where: str) -> tuple[Any, ...]:
    """Read the values of an axis: ``FROM:TO:N``, or values with commas between them, JSON or plain text.

    Raises
    ------
    ValueError
        If N is no whole number of at least 1.

    Examples
    --------
    >>> axis_values("0:1:3", "x"), axis_values("1,full", "x"), axis_values('{"kind": "full"},null', "x")
    ((0.0, 0.5, 1.0), (1, 'full'), ({'kind': 'full'}, None))
    """
    ends = text.split(":")
    if len(ends) == 3 and not text.lstrip().startswith(("{", "[", '"')):
        first, last = number(ends[0], where), number(ends[1], where)
        count = int(ends[2]) if ends[2].strip().isdigit() else 0
        if count < 1:
            message = f"FROM:TO:N with N at least 1, not {text!r}"
            raise ValueError(message)
        step = (last - first) / max(count - 1, 1)
        return tuple(last if place and place == count - 1 else first + place * step for place in range(count))
    listed = _value(f"[{text}]", where)
    if isinstance(listed, list):
        return tuple(listed)
    return tuple(_value(part.strip(), where) for part in text.split(",") if part.strip())


def _value(text: str, where: str) -> Any:
    try:
        return parse_text(text, where)
    except BadInput:
        return text


def _axes(given: object) -> object:
    texts = _BETWEEN_AXES.split(given) if isinstance(given, str) else given
    if isinstance(texts, Mapping):
        return {path: _listed(values) for path, values in texts.items()}
    if not isinstance(texts, (list, tuple)):
        return given
    found: dict[str, Any] = {}
    for text in texts:
        path, sign, values = str(text).partition("=")
        if not sign or not path.strip():
            message = f"PATH=FROM:TO:N or PATH=V1,V2,..., not {text!r}"
            raise ValueError(message)
        if path.strip() in found:
            message = f"{path.strip()} once"
            raise ValueError(message)
        found[path.strip()] = axis_values(values, path.strip())
    return found


def _listed(values: Any) -> Any:
    return tuple(values.tolist()) if hasattr(values, "tolist") else values


def _names(given: object) -> Any:
    """Read names with commas between them, or a list of such texts."""
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, (list, tuple)):
        return given
    return tuple(name.strip() for text in texts for name in str(text).split(",") if name.strip())


def _numbers(given: object) -> object:
    """Read numbers with commas between them, or a list of such texts."""
    if isinstance(given, (int, float)) and not isinstance(given, bool):
        return (given,)
    found = _names(given) if isinstance(given, str) else given
    if isinstance(found, (list, tuple)) and any(isinstance(each, str) for each in found):
        return tuple(number(part, "each of them") for part in _names([str(each) for each in found]) or ())
    return found


def _share(given: object) -> object:
    """Read ``80%``; a plain number is a share."""
    if isinstance(given, str) and given.strip().endswith("%"):
        return number(given.strip().removesuffix("%"), "a share") / 100.0
    return given


Share = Annotated[Number, BeforeValidator(_share)]
"""A share: ``0.8`` or ``80%``."""
Weights = Annotated[dict[str, Number], BeforeValidator(lambda given: _pairs(given, number))]
"""A number by name: ``WETH=1,WBTC=0.8``."""
Spreads = Annotated[dict[str, tuple[Number, Number]], BeforeValidator(lambda given: _pairs(given, _spread_of))]
"""A mean and a standard deviation by name: ``USDC=0.9:0.01``."""
Spread = Annotated[tuple[Number, Number], BeforeValidator(_spread)]
"""A mean and a standard deviation: ``0.2:0.09``."""
Ranges = Annotated[dict[str, tuple[Number, Number]], BeforeValidator(lambda given: _pairs(given, _range_of))]
"""Bounds by the path of a parameter: ``liquidators.gas_usd=0:100``."""
Seconds = Annotated[Number, BeforeValidator(_seconds)]
"""A time in seconds: ``24h``."""
Axes = Annotated[dict[str, tuple[Any, ...]], BeforeValidator(_axes)]
"""Values by the path of a parameter: ``shock.returns.WETH=-0.1:-0.5:9`` or ``...=V1,V2``; several with ; between."""
Numbers = Annotated[tuple[Number, ...], BeforeValidator(_numbers)]
"""Numbers with commas between them: ``0.1,0.3,1``."""
Names = Annotated[tuple[str, ...], BeforeValidator(_names)]
"""Names: ``total_loss_usd,repaid_usd``."""
