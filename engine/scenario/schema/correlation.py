"""Correlation matrices: made of pairs, checked, and split into a root that correlates normal draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.base.types import Floats
    from engine.scenario.schema.random_shock import Correlation


_ROUNDING = 1e-10
_NO_PIVOT = 1e-8
_NO_PART = 1e-6


def correlation_matrix(names: Sequence[str], pairs: Sequence[Correlation]) -> Floats:
    """Return the matrix of pairwise correlations, shape (len(names), len(names)), 1 on the diagonal.

    Parameters
    ----------
    names
        The assets in the order of rows and columns.
    pairs
        Entries between them; pairs that are not given have 0.
    """
    place = {name: index for index, name in enumerate(names)}
    matrix = np.eye(len(names))
    for pair in pairs:
        matrix[place[pair.a], place[pair.b]] = matrix[place[pair.b], place[pair.a]] = pair.rho
    return matrix


def smallest_eigenvalue(matrix: Floats) -> tuple[float, list[int]]:
    """Return the smallest eigenvalue of a correlation matrix and the rows that have a part in it.

    Below 0 nothing can be correlated in this way, and the rows are those whose entries contradict each other.
    What is no more than rounding below 0 counts as 0.
    """
    if len(matrix) == 0:
        return 1.0, []
    eigenvalues, vectors = np.linalg.eigh(matrix)
    smallest = float(eigenvalues[0])
    involved = np.flatnonzero(np.abs(vectors[:, 0]) > _NO_PART).tolist()
    return (0.0 if -_ROUNDING <= smallest < 0 else smallest), involved


def correlation_root(matrix: Floats) -> Floats:
    """Return a lower triangular L with L L^T = matrix (Cholesky), for matrices that may be singular.

    Written out, in a fixed order of operations, so that it gives the same numbers on every machine. A further
    asset at the end, or one that is correlated with no other, leaves the rows of the others as they are.

    Parameters
    ----------
    matrix
        A correlation matrix whose smallest eigenvalue is not below 0.
    """
    size = len(matrix)
    root = np.zeros((size, size))
    for column in range(size):
        pivot = matrix[column, column]
        for before in range(column):
            pivot -= root[column, before] * root[column, before]
        if pivot <= _NO_PIVOT:  # wholly determined by those before it
            continue
        root[column, column] = np.sqrt(pivot)
        for row in range(column + 1, size):
            rest = matrix[row, column]
            for before in range(column):
                rest -= root[row, before] * root[column, before]
            root[row, column] = rest / root[column, column]
    for row in range(size):  # what was left out of a pivot must not take from the variance
        root[row] /= np.sqrt(sum(float(entry) * float(entry) for entry in root[row]))
    return root
