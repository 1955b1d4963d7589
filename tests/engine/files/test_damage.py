"""Whatever happens to a file's bytes, opening it gives the scenario or `BadInput`, and never anything else."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.base.faults import BadInput
from engine.files import read_stream, write_stream
from engine.files.loans_parquet import from_parquet
from engine.scenario.scenario import Scenario
from tests.engine.files.archives import archive, parts, with_provenance, zipped
from tests.engine.scenarios import SMALL

ARCHIVE = archive()
PARQUET = parts()["loans.parquet"]


def json_text() -> bytes:
    out = BytesIO()
    write_stream(Scenario.from_dict(SMALL), out)
    return out.getvalue()


JSON = json_text()


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """Cut bytes, flip some, or put some in."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(data)))
        kind = draw(st.sampled_from(["cut", "flip", "insert", "remove"]))
        if kind == "cut":
            del data[place:]
        elif kind == "flip" and place < len(data):
            data[place] ^= 1 << draw(st.integers(0, 7))
        elif kind == "insert":
            data[place:place] = draw(st.binary(max_size=8))
        else:
            del data[place : place + draw(st.integers(1, 8))]
    return bytes(data)


def opens_or_is_refused(data: bytes) -> None:
    try:
        scenario = read_stream(BytesIO(data), "book").scenario
    except BadInput as error:
        for fault in error.faults:
            assert "\n" not in str(fault)
    else:
        assert isinstance(scenario, Scenario)


@given(damaged(ARCHIVE))
def test_that_a_damaged_archive_opens_or_is_refused(data):
    opens_or_is_refused(data)


@given(damaged(JSON))
def test_that_damaged_json_opens_or_is_refused(data):
    opens_or_is_refused(data)


@given(damaged(PARQUET))
def test_that_damaged_loans_with_right_checksums_open_or_are_refused(data):
    opens_or_is_refused(zipped(with_provenance({**parts(), "loans.parquet": data})))


@given(st.binary(max_size=200))
def test_that_any_bytes_are_refused_as_parquet(data):
    with pytest.raises(BadInput):
        from_parquet(data, "x")


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def misshapen(draw: st.DrawFn) -> bytes:
    """Put anything at any place of the example."""
    data = json.loads(json.dumps(SMALL))
    holder = data
    for _ in range(draw(st.integers(0, 5))):
        inner = [key for key in (holder if isinstance(holder, dict) else range(len(holder)))
                 if isinstance(holder[key], (dict, list)) and holder[key]]  # fmt: skip
        if not inner:
            break
        holder = holder[draw(st.sampled_from(inner))]
    keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
    holder[draw(st.sampled_from(keys))] = draw(anything)
    return json.dumps(data).encode("utf-8", "surrogatepass")


@given(misshapen())
def test_that_any_value_anywhere_opens_or_is_refused(data):
    opens_or_is_refused(data)
