"""Other values at some parameters, the rest left as it is: what many variants of one scenario are made with.

Sections that nothing is changed in stay the very objects they were, so that nobody has to work out again what was
worked out from them, and only what is changed is checked anew, with all that is between sections.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from engine.base.faults import BadInput
from engine.scenario import parameter_paths
from engine.scenario.schema import Parameters

if TYPE_CHECKING:
    from collections.abc import Sequence

_TAGS = ("kind", "model")


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

    def to(self, values: Sequence[Any]) -> Parameters:
        """Return the parameters with these values, one for each path, put in one after the other.

        Raises
        ------
        BadInput
            If a value is not allowed there; each fault names the path and what is allowed.
        """
        data = _opened(self._parameters)
        for keys, value in zip(self._keys, values, strict=True):
            _put(data, keys, value)
        try:
            return Parameters.from_dict(data)
        except BadInput:
            return self._slowly(values)

    def _slowly(self, values: Sequence[Any]) -> Parameters:
        """Do the same by the whole scenario in plain text, whose faults say where they are."""
        parameters = self._parameters
        for path, value in zip(self._paths, values, strict=True):
            parameters = parameter_paths.replace(parameters, path, value)
        return parameters


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
