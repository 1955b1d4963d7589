"""Settings of a study as they would be typed, so that a form or a command can show what was asked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, get_args, get_origin

from engine.studies.settings import axis_values, is_several, read_texts, seconds_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic.fields import FieldInfo

    from engine.studies.settings import Settings

_FEWEST = 4
"""Fewer values of an axis are written one by one."""


def as_typed(settings: Settings) -> dict[str, Any]:
    """Return the settings that differ from their defaults as texts, flags as they are.

    `engine.studies.settings.read_texts` makes the same settings of them.

    Examples
    --------
    >>> from engine.studies.questions.response import ResponseSettings
    >>> as_typed(ResponseSettings(direction={"WETH": 1, "WBTC": 0.8}, steps=50, to=-0.9))
    {'direction': 'WETH=1,WBTC=0.8', 'steps': '50'}
    """
    kind = type(settings)
    found: dict[str, Any] = {}
    for name, field in kind.model_fields.items():
        value = getattr(settings, name)
        if value is None or value == field.default:
            continue
        if isinstance(value, bool):
            found[name] = value
        elif is_time(field):
            found[name] = seconds_text(float(value))
        elif isinstance(value, dict):
            found[name] = _of_table(value, field.annotation)
        elif isinstance(value, tuple):
            sign = "," if is_several(field.annotation) else ":"
            found[name] = sign.join(map(_plain, value))
        else:
            found[name] = _alone(kind, name, value)
    return found


def is_time(field: FieldInfo) -> bool:
    """Whether a setting is a time in seconds, which may be typed with another unit."""
    extra = field.json_schema_extra
    return isinstance(extra, dict) and extra.get("unit") == "seconds"


def _of_table(values: dict[str, Any], annotation: Any) -> str:
    """Return ``NAME=VALUE,...``, and the axes of a grid with semicolons between them."""
    kind = get_args(annotation)[1]
    if get_origin(kind) is tuple and get_args(kind)[-1] is Ellipsis:
        return "; ".join(f"{path}={_axis(path, each)}" for path, each in values.items())
    pairs = {name: each if isinstance(each, tuple) else (each,) for name, each in values.items()}
    return ",".join(f"{name}={':'.join(map(_plain, each))}" for name, each in pairs.items())


def _axis(path: str, values: Sequence[Any]) -> str:
    ends = f"{_json(values[0])}:{_json(values[-1])}:{len(values)}"
    if len(values) >= _FEWEST and all(_is_number(each) for each in values) and axis_values(ends, path) == tuple(values):
        return ends
    return ",".join(map(_json, values))


def _alone(kind: type[Settings], name: str, value: Any) -> str:
    text = _plain(value)
    return text if read_texts(kind, {name: text})[name] == value else json.dumps(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return json.dumps(value, ensure_ascii=False)
