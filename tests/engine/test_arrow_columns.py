"""Values of Arrow columns are read without Arrow's own functions, which take long to load."""

from __future__ import annotations

from itertools import pairwise

import pyarrow as pa
import pytest

from engine.base.arrow_columns import nulls, numbers

COLUMNS = [
    pa.array([1.0, None, 3.0, None, None, 6.0, 7.0, 8.0, 9.0, None]),
    pa.array(["a", None, "a", "b", None, "c", "c", "c", None, "d"]).dictionary_encode(),
    pa.array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
]


CUTS = pytest.mark.parametrize(
    "cuts", [[0, 10], [0, 3, 10], [1, 2, 9], [4, 4]], ids=["whole", "two", "inner", "no row"]
)


@pytest.mark.parametrize("column", COLUMNS, ids=["numbers", "names", "none is null"])
@CUTS
def test_that_nulls_are_found_in_every_part_of_a_column(column, cuts):
    parts = [column.slice(begin, end - begin) for begin, end in pairwise(cuts)]
    expected = [value is None for part in parts for value in part.to_pylist()]
    assert nulls(pa.chunked_array(parts, column.type)).tolist() == expected


@CUTS
def test_that_flags_are_read_in_every_part_of_a_column(cuts):
    flags = pa.array([True, False, False, True, True, True, False, False, True, False])
    parts = [flags.slice(begin, end - begin) for begin, end in pairwise(cuts)]
    found = numbers(pa.chunked_array(parts, flags.type))
    assert found.dtype == bool
    assert found.tolist() == [value for part in parts for value in part.to_pylist()]
