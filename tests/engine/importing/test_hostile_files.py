"""Damaged files of every kind: read, or refused in words; never anything else."""

from __future__ import annotations

import contextlib
import io
import json
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.base.faults import BadInput
from engine.importing.book_reading import read_book
from engine.importing.read_source import read_source

ROWS = [{"account": f"a{number}", "asset": "WETH", "side": "debt", "amount": 1.5 * number} for number in range(30)]


def parquet():
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS), stream)
    return stream.getvalue()


def excel():
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet = book.add_worksheet()
    for number, row in enumerate([list(ROWS[0]), *(list(row.values()) for row in ROWS)]):
        sheet.write_row(number, 0, row)
    book.close()
    return stream.getvalue()


def ods():
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    cells = "".join(
        "<table:table-row>" + "".join(cell.format(value) for value in row) + "</table:table-row>"
        for row in [list(ROWS[0]), *(list(row.values()) for row in ROWS)]
    )
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="S">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return stream.getvalue()


def text():
    lines = [",".join(ROWS[0]), *(",".join(map(str, row.values())) for row in ROWS)]
    return "\n".join(lines).encode()


WHOLE = {"csv": text(), "json": json.dumps(ROWS).encode(), "parquet": parquet(), "xlsx": excel(), "ods": ods()}


@pytest.mark.parametrize("kind", WHOLE)
def test_that_the_whole_file_is_read(kind, tmp_path):
    path = tmp_path / f"book.{kind}"
    path.write_bytes(WHOLE[kind])
    source = read_source(path)
    assert source.kind == kind
    assert len(source) == 30
    assert read_book(source).loans.account.tolist() == [f"a{number}" for number in range(1, 30)], "a0 owes nothing"


@pytest.mark.parametrize("kind", WHOLE)
@given(data=st.data())
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_that_a_damaged_file_is_read_or_refused_in_words(kind, tmp_path, data):
    content = bytearray(WHOLE[kind])
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content) - 1)) :]
    for _ in range(data.draw(st.integers(0, 6))):
        if content:
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / f"book.{kind}"
    path.write_bytes(content)
    with contextlib.suppress(BadInput):
        read_book(read_source(path))


@given(content=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_that_anything_is_read_or_refused_in_words(tmp_path, content):
    path = tmp_path / "anything"
    path.write_bytes(content)
    with contextlib.suppress(BadInput):
        read_book(read_source(path))


@pytest.mark.parametrize("half", [rb"\ud800", rb"\uDBFF", b"\xed\xa0\x80"])
@pytest.mark.parametrize("ending", ["json", "jsonl"])
def test_that_half_of_a_surrogate_pair_is_refused_in_words(tmp_path, half, ending):
    path = tmp_path / f"book.{ending}"
    lines = [json.dumps(row).encode() for row in ROWS]
    lines[3] = lines[3].replace(b"a3", half)
    path.write_bytes(b"[" + b",".join(lines) + b"]" if ending == "json" else b"\n".join(lines))
    with pytest.raises(BadInput, match=r"half of a surrogate pair|no UTF-8"):
        read_source(path)
