"""A scenario: parameters and loan book together, checked, immutable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.base.faults import BadInput
from engine.scenario import parameter_paths
from engine.scenario.frames import loans_from_frame, loans_to_frame
from engine.scenario.loans import LoanTable
from engine.scenario.schema import Parameters
from engine.scenario.validation import loan_faults

if TYPE_CHECKING:
    import pandas as pd

    from engine.scenario.frame_columns import ArrowStream


@dataclass(frozen=True, slots=True)
class Scenario:
    """What a run needs, and all that it needs.

    Parameters
    ----------
    parameters
        Everything but the loans.
    loans
        The loan book's rows.
    """

    parameters: Parameters
    loans: LoanTable

    @property
    def name(self) -> str:
        """The scenario's name."""
        return self.parameters.name

    @classmethod
    def checked(cls, parameters: Parameters, loans: LoanTable) -> Scenario:
        """Put both together after checking the loans against the parameters.

        Raises
        ------
        BadInput
            With the faults of `engine.scenario.validation.loan_faults`.
        """
        faults = loan_faults(parameters, loans)
        if faults:
            raise BadInput(faults)
        return cls(parameters, loans)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Scenario:
        """Read the plain dict of a ``.json`` scenario file, loans included.

        Raises
        ------
        BadInput
            With one fault for each thing that is wrong.
        """
        if not isinstance(data, Mapping):
            raise BadInput.at("the scenario", f"{type(data).__name__}", "a group of keys")
        data = dict(data)
        if "loans" not in data:
            raise BadInput.at("loans", "missing", "a list of rows (it may be empty)")
        loans = data.pop("loans")
        if not isinstance(loans, list):
            raise BadInput.at("loans", f"{type(loans).__name__}", "a list of rows")
        return cls.checked(_parameters_of(data), LoanTable.from_records(loans))

    def to_dict(self) -> dict[str, Any]:
        """Return the plain dict of a ``.json`` scenario file, loans included."""
        return {**self.parameters.to_dict(), "loans": self.loans.to_records()}

    @classmethod
    def from_frame(cls, loans: pd.DataFrame | ArrowStream, template: Scenario | Mapping[str, Any]) -> Scenario:
        """Take a template's parameters, and a frame with the loan columns as the book.

        Parameters
        ----------
        loans
            A pandas, Arrow or polars frame, see `engine.scenario.frames.loans_from_frame`.
        template
            A scenario, whose own loans do not count, or the dict of a scenario file without ``loans``.

        Raises
        ------
        BadInput
            If a column is unknown or missing, a cell is wrong, or the rows do not fit the template.
        """
        parameters = template.parameters if isinstance(template, Scenario) else _parameters_of(template)
        return cls.checked(parameters, loans_from_frame(loans))

    def to_frame(self) -> pd.DataFrame:
        """Return the loans as a pandas frame that `from_frame` reads, see `engine.scenario.frames.loans_to_frame`."""
        return loans_to_frame(self.loans)

    def with_parameters(self, parameters: Parameters) -> Scenario:
        """Return the same book under other parameters, checked again.

        Raises
        ------
        BadInput
            If the loans do not fit the new parameters.
        """
        return Scenario.checked(parameters, self.loans)

    def with_values(self, values: Mapping[str, Any]) -> Scenario:
        """Return the same book under parameters of which some have other values.

        The loans are the same object: what was laid out for a run is used again by the next, whatever has changed.

        Parameters
        ----------
        values
            New values by the paths of parameters, in the units and with the keys of scenario files
            (``"shock.returns.WETH": -0.4``). They are put in one after the other and checked together, so that values
            that are only allowed together can be changed together. Another ``kind`` or ``model`` starts from the
            defaults of that kind.

        Raises
        ------
        BadInput
            If a path leads nowhere, or a value is not allowed there; each fault names the path and what is allowed.
        """
        if not isinstance(values, Mapping):
            raise BadInput.at("the values", f"{type(values).__name__}", 'a dict, {"shock.returns.WETH": -0.4}')
        plain = {str(path): _plain(value) for path, value in values.items()}
        return self.with_parameters(parameter_paths.replace_all(self.parameters, plain))


def _parameters_of(data: Mapping[str, Any]) -> Parameters:
    """Read the dict of a scenario file without its loans."""
    if not isinstance(data, Mapping):
        raise BadInput.at("the template", type(data).__name__, "a scenario, or the dict of one without loans")
    if "loans" in data:
        raise BadInput.at("the template, loans", "given", "left out, as the frame holds the loans")
    if "format" not in data:
        raise BadInput.at("format", "missing", "cascade-scenario/1")
    return Parameters.from_dict(data)


def _plain(value: Any) -> Any:
    """Return a number or an array of NumPy, as sweeps are made of, as plain Python."""
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value
