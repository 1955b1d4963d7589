"""Other values at some parameters, the rest left as it is: what many variants of one scenario are made with.

Sections that nothing is changed in stay the very objects they were, so that nobody has to work out again what was
worked out from them, and only what is changed is checked anew, with all that is between sections. A section that was
given the same values before is the object that it was then: a grid has few values along each of its axes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from engine.base.faults import BadInput
from engine.scenario import parameter_paths
from engine.scenario.schema import Parameters

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

_TAGS = ("kind", "model")
MOST_KEPT: Final = 1024
"""So many things made of some values are kept, at most; then it begins anew."""


class Changing:
    """Parameters whose values at some paths are changed again and again.

    Parameters
    ----------
    parameters
        What is changed.
    paths
        Of the parameters that are given other values.

    Raises
    ------
    BadInput
        If a path leads nowhere.

    Examples
    --------
    >>> import engine
    >>> from engine.files.examples import find_example
    >>> parameters = find_example("contained").load().parameters
    >>> dearer = Changing(parameters, ["liquidators.gas_usd"]).to([25.0])
    >>> dearer.liquidators.gas_usd, dearer.markets["lender"] is parameters.markets["lender"]
    (25.0, True)
    """

    def __init__(self, parameters: Parameters, paths: Sequence[str]) -> None:
        self._parameters = parameters
        self._paths = list(paths)
        self._keys = [parameter_paths.split(parameters, path) for path in self._paths]
        for path in self._paths:
            parameter_paths.get(parameters, path)
        self._sections = _sections(parameters, self._keys)
        self._kept: dict[Hashable, Any] = {}

    def to(self, values: Sequence[Any]) -> Parameters:
        """Return the parameters with these values, one for each path, put in one after the other.

        Raises
        ------
        BadInput
            If a value is not allowed there; each fault names the path and what is allowed.
        """
        if len(values) != len(self._keys):
            message = f"{len(values)} values for {len(self._keys)} parameters"
            raise ValueError(message)
        data = _opened(self._parameters)
        new: list[tuple[Hashable, Sequence[str]]] = []
        for section, places in self._sections.items():
            name = section, tuple([value_key(values[place]) for place in places])
            known = self._kept.get(name)
            if known is not None:
                _put(data, section, known)
                continue
            new.append((name, section))
            for place in places:
                _put(data, self._keys[place], values[place])
        try:
            made = Parameters.from_dict(data)
        except BadInput:
            return self._slowly(values)
        if len(self._kept) > MOST_KEPT:
            self._kept.clear()
        self._kept.update({name: _at(made, section) for name, section in new})
        return made

    def _slowly(self, values: Sequence[Any]) -> Parameters:
        """Do the same by the whole scenario in plain text, whose faults say where they are."""
        parameters = self._parameters
        for path, value in zip(self._paths, values, strict=True):
            parameters = parameter_paths.replace(parameters, path, value)
        return parameters


def value_key(value: Any) -> Hashable:
    """Return what tells a value from others: 1, 1.0 and True are not the same."""
    if isinstance(value, (Mapping, list, tuple)):
        return json.dumps(value, sort_keys=True, default=repr)
    return type(value), value


def _sections(parameters: Parameters, keys: Sequence[Sequence[str]]) -> dict[tuple[str, ...], list[int]]:
    """Return the sections that are changed, by their keys, and which of the paths lead into each.

    A section is an asset, a market, or what else stands beside these. One that a path replaces as a whole, and what
    stands in it, counts as one.
    """
    found: dict[tuple[str, ...], list[int]] = {}
    for place, each in enumerate(keys):
        is_collection = not isinstance(getattr(parameters, each[0], None), BaseModel)
        found.setdefault(tuple(each[: 2 if is_collection else 1]), []).append(place)
    for section in [each for each in found if len(each) == 1]:
        for inner in [each for each in found if len(each) > 1 and each[0] == section[0]]:
            found[section] = sorted(found[section] + found.pop(inner))
    return found


def _at(parameters: Parameters, section: Sequence[str]) -> Any:
    """Return a section by its keys."""
    found = getattr(parameters, section[0])
    for key in section[1:]:
        found = found[int(key) if isinstance(found, (list, tuple)) else key]
    return found


def _put(data: dict[str, Any], keys: Sequence[str], value: Any) -> None:
    holder: Any = data
    for key in keys[:-1]:
        place = int(key) if isinstance(holder, list) else key
        holder[place] = _opened(holder[place])
        holder = holder[place]
    last: Any = int(keys[-1]) if isinstance(holder, list) else keys[-1]
    if last in _TAGS and isinstance(value, str) and holder.get(last) != value:
        holder.clear()  # another kind starts from its own defaults
    holder[last] = value


def _opened(value: Any) -> Any:
    """Return what can be changed of a section or a collection; what stands in it stays as it is."""
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        return {field.alias or name: getattr(value, name) for name, field in fields.items()}
    if isinstance(value, Mapping):
        return dict(value)
    return list(value)
