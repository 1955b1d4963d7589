"""Turns pydantic's errors into faults that name the key as it stands in the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from engine.base.faults import Fault

_LONGEST_QUOTE = 60


def translate(error: ValidationError, model: type[BaseModel], data: object) -> Iterable[Fault]:
    """Return one fault for each error that pydantic found in `data` when reading it as `model`."""
    return [_fault(detail, model, data) for detail in error.errors(include_url=False, include_context=True)]


def file_keys(model: type[BaseModel]) -> list[str]:
    """Return the keys of a section as they stand in files."""
    return [field.alias or name for name, field in model.model_fields.items()]


def _fault(detail: Any, model: type[BaseModel], data: object) -> Fault:
    keys, owners = _walk(detail["loc"], model, data)
    where = ".".join(str(key) for key in keys) or "the scenario"
    kind = detail["type"]
    context = detail.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_key(where, str(keys[-1]), owners[-1])
    if kind == "missing":
        return Fault(where, "missing", "it must be given")
    if kind == "union_tag_not_found":
        tag = str(context["discriminator"]).strip("'")
        return Fault(f"{where}.{tag}", "missing", "it must be given")
    if kind == "union_tag_invalid":
        tag = str(context["discriminator"]).strip("'")
        return Fault(f"{where}.{tag}", _quote(context["tag"]), "one of " + str(context["expected_tags"]))
    message = str(detail["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")
    return Fault(where, _quote(detail["input"]), message)


def _unknown_key(where: str, key: str, owner: type[BaseModel] | None) -> Fault:
    keys = file_keys(owner) if owner is not None else []
    if "." not in where:
        keys.append("loans")  # the one key of a scenario file that is not a parameter
    close = get_close_matches(key, keys, n=1, cutoff=0.5)
    if close:
        return Fault(where, f"unknown key, did you mean {close[0]}?")
    return Fault(where, "unknown key", "one of " + ", ".join(keys))


def _quote(value: object) -> str:
    if isinstance(value, Mapping):
        return f"a group of {len(value)} keys"
    text = repr(value)
    if len(text) > _LONGEST_QUOTE:
        text = text[:_LONGEST_QUOTE] + "..."
    return text


def _walk(
    location: Sequence[str | int], model: type[BaseModel], data: object
) -> tuple[list[str | int], list[type[BaseModel] | None]]:
    """Follow an error's location and leave out what pydantic adds to it: the tags of unions."""
    keys: list[str | int] = []
    owners: list[type[BaseModel] | None] = []
    annotation: Any = model
    value = data
    for part in location:
        options = _options(annotation)
        tagged = [option for option in options if _tag(option) == part]
        if len(options) > 1 and tagged:
            annotation = tagged[0]
            continue
        keys.append(part)
        owner = options[0] if options and isinstance(options[0], type) and issubclass(options[0], BaseModel) else None
        owners.append(owner)
        annotation = _inner(options[0] if options else Any, part)
        value = value.get(part) if isinstance(value, Mapping) else None
    return keys, owners


def _options(annotation: Any) -> list[Any]:
    """Return the alternatives of an annotation without None, Annotated unwrapped."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) is Union or type(annotation).__name__ == "UnionType":
        return [option for part in get_args(annotation) if part is not type(None) for option in _options(part)]
    return [annotation]


def _tag(option: Any) -> object:
    if isinstance(option, type) and issubclass(option, BaseModel):
        for name in ("kind", "model"):
            if name in option.model_fields:
                return get_args(option.model_fields[name].annotation)[0]
    return None


def _inner(option: Any, part: str | int) -> Any:
    if isinstance(option, type) and issubclass(option, BaseModel):
        for name, field in option.model_fields.items():
            if part in (name, field.alias):
                return field.annotation
        return Any
    arguments = get_args(option)
    if get_origin(option) is dict:
        return arguments[1]
    return arguments[0] if arguments else Any
