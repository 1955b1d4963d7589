"""Parameters by their dotted path, ``shock.returns.WETH``: look up, describe, replace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from engine.base.faults import BadInput
from engine.scenario.schema import Parameters
from engine.scenario.schema.fields import COMPLETE
from engine.scenario.schema.translation import file_keys

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

_TAGS = ("kind", "model")
Kind = Literal["number", "whole", "choice", "flag", "text", "variant", "group", "table"]


@dataclass(frozen=True, slots=True)
class ParameterInfo:
    """What a declaration says of a parameter; the panel and sweeps are made of it.

    Parameters
    ----------
    path
        Its dotted path.
    label, help_text
        Name and explanation for people.
    kind
        What sort of value it takes. A "variant" is a group that comes in several kinds.
    unit
        What the number counts (see `engine.scenario.schema.fields.Unit`).
    minimum, maximum
        The allowed range, None where open.
    minimum_excluded, maximum_excluded
        Whether the bound itself is not allowed.
    choices
        For a choice or variant: value to shown text.
    default
        The default, None if there is none.
    optional
        Whether it may be absent; `empty` then says what that means.
    names_asset
        Whether it is the name of one of the scenario's assets.
    """

    path: str
    label: str
    help_text: str
    kind: Kind
    unit: str
    minimum: float | None
    maximum: float | None
    minimum_excluded: bool
    maximum_excluded: bool
    choices: Mapping[str, str]
    default: Any
    optional: bool
    empty: str
    names_asset: bool


def split(parameters: Parameters, path: str) -> list[str]:
    """Split a path into its keys; a name with dots in it is taken whole when it exists.

    Raises
    ------
    BadInput
        If the path is empty or runs into something that has no keys.
    """
    return _split(parameters.plain, path)


def get(parameters: Parameters, path: str) -> Any:
    """Return the plain value at a path (numbers, text, lists, dicts).

    Raises
    ------
    BadInput
        If there is nothing at that path.
    """
    value: Any = parameters.plain
    for key in split(parameters, path):
        missing = not isinstance(value, (Mapping, list)) or (isinstance(value, Mapping) and key not in value)
        if missing:
            raise BadInput.at(path, "no such parameter")
        value = _child(value, key)
    return value


def replace(parameters: Parameters, path: str, value: Any) -> Parameters:
    """Return parameters in which the value at `path` is another, checked as a whole.

    Another `kind` (or `model`) of a group that comes in several starts from the defaults of that kind.

    Raises
    ------
    BadInput
        If the path leads nowhere or the value is not allowed there.
    """
    return replace_all(parameters, {path: value})


def replace_all(parameters: Parameters, values: Mapping[str, Any]) -> Parameters:
    """Return parameters in which the values at some paths are others, one after the other, checked as a whole.

    So values that are only allowed together can be changed together. A `kind` counts as in `replace`.

    Raises
    ------
    BadInput
        If a path leads nowhere or a value is not allowed there.
    """
    data = parameters.complete_dict()
    for path, value in values.items():
        _put(data, path, value)
    return Parameters.from_dict(data)


def _put(data: dict[str, Any], path: str, value: Any) -> None:
    keys = _split(data, path)
    holder: Any = data
    for key in keys[:-1]:
        within, holder = holder, _child(holder, key)
        if not isinstance(holder, (dict, list)):
            raise _leads_nowhere(path, key, within)
    if isinstance(holder, list):
        index = _index(path, holder, keys[-1])
        holder[index] = value
    elif keys[-1] in _TAGS and isinstance(value, str) and _is_text_other_than(holder.get(keys[-1]), value):
        holder.clear()
        holder[keys[-1]] = value
    else:
        holder[keys[-1]] = value


def _split(data: Mapping[str, Any], path: str) -> list[str]:
    parts = path.split(".")
    keys: list[str] = []
    value: Any = data
    while parts:
        taken = 1
        if isinstance(value, Mapping):
            lengths = [n for n in range(len(parts), 0, -1) if ".".join(parts[:n]) in value]
            taken = lengths[0] if lengths else 1
        key = ".".join(parts[:taken])
        if not key:
            raise BadInput.at(path or "the path", "an empty key", "keys joined by dots")
        keys.append(key)
        parts = parts[taken:]
        value = _child(value, key)
    return keys


def describe(parameters: Parameters, path: str) -> ParameterInfo:
    """Return what the schema declares of the parameter at a path.

    Raises
    ------
    BadInput
        If there is no such parameter.
    """
    owner: Any = parameters
    field: FieldInfo | None = None
    label = ""
    annotation: Any = type(parameters)
    for key in split(parameters, path):
        if isinstance(owner, BaseModel):
            name = _attribute(owner, key, path)
            field = type(owner).model_fields[name]
            annotation = field.annotation
            if field.metadata:
                annotation = Annotated[(annotation, *field.metadata)]
            label = field.title or key
            owner = getattr(owner, name)
        elif isinstance(owner, Mapping):
            annotation = get_args(_plain(annotation))[1]
            label = key
            owner = owner.get(key)
        elif isinstance(owner, Sequence) and not isinstance(owner, str):
            annotation = get_args(_plain(annotation))[0]
            label = key
            owner = owner[_index(path, owner, key)]
        else:
            raise BadInput.at(path, "no such parameter")
    if field is None:
        raise BadInput.at(path, "no such parameter")
    return _info(path, label, field, annotation)


def sections(model: type[BaseModel]) -> list[str]:
    """Return the keys of a section in declared order, as they stand in files."""
    return file_keys(model)


def _is_text_other_than(now: Any, value: str) -> bool:
    return isinstance(now, str) and now != value


def _child(value: Any, key: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(key)
    if isinstance(value, list) and key.isdigit() and int(key) < len(value):
        return value[int(key)]
    return None


def _leads_nowhere(path: str, key: str, within: Mapping[str, Any] | Sequence[Any]) -> BadInput:
    if isinstance(within, Mapping) and key not in within:
        close = get_close_matches(key, within, n=1, cutoff=0.5)
        if close:
            return BadInput.at(path, f"there is no {key!r}, did you mean {close[0]}?")
        return BadInput.at(path, f"there is no {key!r}", "one of " + ", ".join(within))
    return BadInput.at(path, f"there is nothing within {key!r}")


def _index(path: str, holder: Sequence[Any], key: str) -> int:
    if not key.isdigit() or int(key) >= len(holder):
        raise BadInput.at(path, f"no entry {key!r}", f"0 to {len(holder) - 1}")
    return int(key)


def _attribute(owner: BaseModel, key: str, path: str) -> str:
    for name, field in type(owner).model_fields.items():
        if key in (name, field.alias):
            return name
    raise BadInput.at(path, f"no such parameter {key!r}", "one of " + ", ".join(file_keys(type(owner))))


def _plain(annotation: Any) -> Any:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation


def _flatten(annotation: Any) -> tuple[list[Any], list[Any], bool]:
    """Return the alternatives, all constraint metadata, and whether None is one of them."""
    if get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        options, more, optional = _flatten(inner)
        return options, [*metadata, *more], optional
    if get_origin(annotation) is Union or type(annotation).__name__ == "UnionType":
        options, metadata, optional = [], [], False
        for part in get_args(annotation):
            if part is type(None):
                optional = True
                continue
            inner_options, inner_metadata, _ = _flatten(part)
            options += inner_options
            metadata += inner_metadata
        return options, metadata, optional
    return [annotation], [], False


def _info(path: str, label: str, field: FieldInfo, annotation: Any) -> ParameterInfo:
    options, metadata, optional = _flatten(annotation)
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    bounds: dict[str, float] = {}
    for item in metadata:
        for item_part in (item, *getattr(item, "metadata", ())):
            for name in ("ge", "gt", "le", "lt"):
                limit = getattr(item_part, name, None)
                if limit is not None:
                    bounds[name] = float(limit)
    given = extra.get("choices", {})
    choices = {k: str(v) for k, v in given.items()} if isinstance(given, dict) else {}
    kind = _kind(options)
    if kind == "variant":
        choices = {_tag(option): getattr(option, "label", _tag(option)) for option in options}
    default = None if field.is_required() else field.get_default(call_default_factory=True)
    if isinstance(default, BaseModel):
        default = default.model_dump(mode="json", by_alias=True, context={COMPLETE: True})
    return ParameterInfo(
        path=path,
        label=label,
        help_text=field.description or "",
        kind=kind,
        unit=str(extra.get("unit", "none")),
        minimum=bounds.get("ge", bounds.get("gt")),
        maximum=bounds.get("le", bounds.get("lt")),
        minimum_excluded="gt" in bounds and "ge" not in bounds,
        maximum_excluded="lt" in bounds and "le" not in bounds,
        choices=choices,
        default=default,
        optional=optional,
        empty=str(extra.get("empty", "")),
        names_asset=extra.get("names_asset") is True,
    )


def _tag(option: type[BaseModel]) -> str:
    name = "kind" if "kind" in option.model_fields else "model"
    return str(get_args(option.model_fields[name].annotation)[0])


def _kind(options: list[Any]) -> Kind:
    first = options[0]
    if isinstance(first, type) and issubclass(first, BaseModel):
        tagged = "kind" in first.model_fields or "model" in first.model_fields
        return "variant" if tagged else "group"
    if get_origin(first) is Literal:
        return "choice"
    simple: dict[Any, Kind] = {bool: "flag", int: "whole", float: "number", str: "text"}
    return simple.get(first, "table")
