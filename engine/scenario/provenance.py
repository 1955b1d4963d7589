"""What a result or a file was made of and with: versions, seed, and hashes of loans and parameters."""

from __future__ import annotations

import hashlib
import json
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from engine.scenario.loans import NUMBER_COLUMNS, TEXT_COLUMNS, CodedColumn, LoanTable
from engine.version import __version__

if TYPE_CHECKING:
    from engine.scenario.scenario import Scenario
    from engine.scenario.schema import Parameters

WITHOUT_EFFECT: Final = ("name", "notes", "stops")
"""What may change without the run's numbers changing."""


def loans_sha256(loans: LoanTable) -> str:
    """Return the hash of a loan book's rows, in their order.

    It does not depend on how the names are coded or in which file format the book was kept. It is kept with the loans.
    """
    return loans.kept.get(loans_sha256, lambda: _rows_sha256(loans))


def _rows_sha256(loans: LoanTable) -> str:
    digest = hashlib.sha256(b"cascade-loans/1")
    digest.update(np.int64(len(loans)).astype("<i8").tobytes())
    _add_names(digest, loans.account.tolist())
    for name in TEXT_COLUMNS:
        if loans.is_left_out(name):
            continue
        column = _in_order_of_appearance(getattr(loans, name))
        _add_names(digest, list(column.names))
        digest.update(column.codes.astype("<i4").tobytes())
    for name in NUMBER_COLUMNS:
        if loans.is_left_out(name):
            continue
        values: npt.NDArray[np.float64] = getattr(loans, name)
        # one NaN for all blanks, whatever their bits
        digest.update(np.where(np.isnan(values), np.nan, values).astype("<f8").tobytes())
    return digest.hexdigest()


def parameters_sha256(parameters: Parameters) -> str:
    """Return the hash of all parameters, name, notes and stops included."""
    return hashlib.sha256(_canonical(_as_first_written(parameters.to_dict()))).hexdigest()


def run_sha256(scenario: Scenario) -> str:
    """Return the hash of all that a run depends on: name, notes and stops are left out."""
    return run_sha256_of(scenario.parameters, loans_sha256(scenario.loans))


def run_sha256_of(parameters: Parameters, loans: str) -> str:
    """Return the hash of all that a run depends on, of a loan book of which only the hash is known."""
    data = _as_first_written(parameters.to_dict())
    for key in WITHOUT_EFFECT:
        data.pop(key)
    digest = hashlib.sha256(_canonical(data))
    digest.update(loans.encode())
    return digest.hexdigest()


def _as_first_written(data: dict[str, Any]) -> dict[str, Any]:
    """Leave out parameters that came later where they have no effect, so that hashes in older files still hold."""
    for market in data["markets"].values():
        if market["safety"].get("adl") is False:
            del market["safety"]["adl"]
    return data


def versions() -> dict[str, str]:
    """Return the versions of this program and of what its numbers depend on, without importing them."""
    return {
        "app": __version__,
        "engine": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": _installed("numba"),
    }


def provenance(scenario: Scenario) -> dict[str, Any]:
    """Return the ``provenance`` of a result: versions, seed and hashes (Interfaces, section 3)."""
    named = versions()
    return {
        "app": named["app"],
        "engine": named["engine"],
        "seed": scenario.parameters.simulation.seed,
        "loans_sha256": loans_sha256(scenario.loans),
        "parameters_sha256": parameters_sha256(scenario.parameters),
        "python": named["python"],
        "numpy": named["numpy"],
        "numba": named["numba"],
    }


def _canonical(data: dict[str, Any]) -> bytes:
    """Return the one JSON spelling that is hashed: declared order, no spaces, shortest exact numbers."""
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return text.encode("ascii")


def _add_names(digest: Any, names: list[str]) -> None:
    """Add names with their lengths, so that no two lists of names give the same bytes."""
    lengths = np.fromiter((len(name) for name in names), dtype="<i8", count=len(names))
    digest.update(lengths.tobytes())
    digest.update("".join(names).encode("utf-8", "surrogatepass"))


def _in_order_of_appearance(column: CodedColumn) -> CodedColumn:
    used, first = np.unique(column.codes, return_index=True)
    codes = used[np.argsort(first)].tolist()
    names = tuple(column.names[code] for code in codes if code >= 0)
    return CodedColumn(column.recoded({name: index for index, name in enumerate(names)}), names)


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # a frozen program may hold numba without its metadata
        from numba import __version__ as found

        return str(found)
