"""``--set PATH=VALUE``: other values for parameters, from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.base.faults import BadInput
from engine.files.strict_json import parse_text
from engine.scenario import parameter_paths

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.scenario.scenario import Scenario
    from engine.scenario.schema import Parameters


def with_settings(scenario: Scenario, settings: Iterable[str], seed: str | None = None) -> Scenario:
    """Return a scenario with some parameters replaced, one after the other.

    Parameters
    ----------
    scenario
        What to start from.
    settings
        Texts ``PATH=VALUE``. A value is JSON (``-0.4``, ``true``, ``null``, ``{"kind": "full"}``), or else text.
    seed
        Another ``simulation.seed``.

    Raises
    ------
    BadInput
        If a text has no ``=``, a path leads nowhere or a value is not allowed there.
    """
    pairs = [_pair(setting) for setting in settings]
    if seed is not None:
        pairs.append(("simulation.seed", seed))
    if not pairs:
        return scenario
    parameters = scenario.parameters
    for path, text in pairs:
        parameters = parameter_paths.replace(parameters, path, _value(parameters, path, text))
    return scenario.with_parameters(parameters)


def _pair(setting: str) -> tuple[str, str]:
    path, equals, text = setting.partition("=")
    if not equals or not path.strip():
        raise BadInput.at("--set", repr(setting), "PATH=VALUE, shock.returns.WETH=-0.4 for example")
    return path.strip(), text


def _value(parameters: Parameters, path: str, text: str) -> Any:
    """Return what a text means: text where text stands now, else JSON, else text."""
    if isinstance(_now(parameters, path), str):
        return text
    try:
        return parse_text(text, path)
    except BadInput:
        if text.lstrip().startswith(("{", "[", '"')):  # meant as JSON
            raise
        return text


def _now(parameters: Parameters, path: str) -> Any:
    try:
        return parameter_paths.get(parameters, path)
    except BadInput:  # nothing yet; whether it may stand there is for `replace` to say
        return None
