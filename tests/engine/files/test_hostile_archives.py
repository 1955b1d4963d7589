"""A ``.cascade`` file that is damaged, hostile or by another program: one clear line, and nothing else happens."""

from __future__ import annotations

import io
import json
import stat
import struct
import zipfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.base.faults import BadInput
from engine.files import archive as archive_module
from engine.files import load_scenario, loans_parquet
from tests.engine.files.archives import archive, parts, with_provenance, zipped
from tests.engine.scenarios import SMALL


def refusal(tmp_path, data: bytes) -> str:
    """Return the one line that opening the file gives."""
    path = tmp_path / "book.cascade"
    path.write_bytes(data)
    with pytest.raises(BadInput) as caught:
        load_scenario(path)
    assert len(caught.value.faults) == 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["book.cascade"]
    line = str(caught.value)
    assert "\n" not in line
    return line


def entry(name: str, **attributes) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    for key, value in attributes.items():
        setattr(info, key, value)
    return info


def zipped_with(*extra: tuple[zipfile.ZipInfo, bytes]) -> bytes:
    out = io.BytesIO(zipped(with_provenance(parts())))
    with zipfile.ZipFile(out, "a") as made:
        for info, content in extra:
            made.writestr(info, content)
    return out.getvalue()


def loans(**columns) -> bytes:
    """Return a ``loans.parquet`` of one row in which columns are replaced."""
    table = pq.read_table(io.BytesIO(parts()["loans.parquet"]))
    for name, values in columns.items():
        table = table.set_column(table.column_names.index(name), name, pa.array(values))
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def test_that_the_helper_makes_files_that_open(tmp_path):
    path = tmp_path / "book.cascade"
    path.write_bytes(archive())
    assert load_scenario(path).name == SMALL["name"]


@pytest.mark.parametrize("keep", [0, 1, 20, 200, -100, -1])
def test_that_a_cut_file_is_refused(tmp_path, keep):
    assert "is no ZIP archive, or a damaged or cut one" in refusal(tmp_path, archive()[:keep])


def test_that_json_under_the_wrong_ending_is_refused(tmp_path):
    assert "is no ZIP archive" in refusal(tmp_path, json.dumps(SMALL).encode())


@pytest.mark.parametrize("name", ["../evil", "a/../../evil", "/etc/passwd", "C:\\evil", "..\\evil", "\\evil"])
def test_that_a_name_leading_outside_is_refused(tmp_path, name):
    assert "a name that leads outside" in refusal(tmp_path, zipped_with((entry(name), b"evil")))


def test_that_a_symbolic_link_is_refused(tmp_path):
    link = entry("recording/recording.json", external_attr=(stat.S_IFLNK | 0o777) << 16)
    assert "is a symbolic link" in refusal(tmp_path, zipped_with((link, b"/etc/passwd")))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_that_a_member_twice_is_refused(tmp_path):
    assert "'scenario.json': is there twice" in refusal(tmp_path, zipped_with((entry("scenario.json"), b"{}")))


def test_that_an_unexpected_member_is_refused(tmp_path):
    assert "'setup.exe': does not belong there" in refusal(tmp_path, zipped_with((entry("setup.exe"), b"MZ")))


@pytest.mark.parametrize("name", ["scenario.json", "loans.parquet", "provenance.json"])
def test_that_a_missing_member_is_named(tmp_path, name):
    members = with_provenance(parts())
    del members[name]
    assert f"'{name}': missing" in refusal(tmp_path, zipped(members))


def test_that_an_encrypted_member_is_refused(tmp_path):
    data = bytearray(archive())
    central = data.index(b"PK\x01\x02")
    data[central + 8] |= 1
    assert "is encrypted" in refusal(tmp_path, bytes(data))


def test_that_other_ways_of_packing_are_refused(tmp_path):
    members = with_provenance(parts())
    assert "packing method 14" in refusal(tmp_path, zipped(members, zipfile.ZIP_LZMA))


def test_that_a_bomb_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(archive_module, "MOST_UNPACKED_BYTES", 1024 * 1024)
    line = refusal(tmp_path, archive(loans_parquet=b"\0" * 2 * 1024 * 1024))
    assert "unpacked, the file reaches 2 MiB; allowed: up to 1 MiB" in line


def test_that_a_small_part_may_not_be_large(tmp_path):
    data = zipped({**parts(), "provenance.json": b" " * 1024 * 1024 + b"{}"})
    assert "allowed: up to 1 MiB" in refusal(tmp_path, data)


def test_that_a_bomb_that_lies_about_its_size_is_refused(tmp_path):
    data = bytearray(archive(loans_parquet=b"\0" * 1024 * 1024))
    place = data.index(b"loans.parquet", data.index(b"PK\x01\x02")) - 46
    struct.pack_into("<I", data, place + 24, 10)
    assert "loans.parquet: damaged" in refusal(tmp_path, bytes(data))


def test_that_a_changed_member_is_refused_by_its_checksum(tmp_path):
    members = with_provenance(parts())
    members["scenario.json"] = members["scenario.json"].replace(b"-0.3", b"-0.4")
    assert "scenario.json: wrong checksum" in refusal(tmp_path, zipped(members))


def test_that_a_member_without_a_checksum_is_refused(tmp_path):
    members = parts()
    made = with_provenance({"scenario.json": members["scenario.json"]})
    line = refusal(tmp_path, zipped({**made, "loans.parquet": members["loans.parquet"]}))
    assert "its checksum is missing" in line


def test_that_a_checksum_without_its_member_is_refused(tmp_path):
    made = with_provenance({**parts(), "recording/recording.json": b"{}"})
    del made["recording/recording.json"]
    assert "missing, though it has a checksum" in refusal(tmp_path, zipped(made))


@pytest.mark.parametrize("content", [b"{}", b"[]", b'{"sha256": 1}', b'{"sha256": null}'])
def test_that_a_file_without_checksums_is_refused(tmp_path, content):
    assert "holds no checksums" in refusal(tmp_path, zipped({**parts(), "provenance.json": content}))


def test_that_bad_json_inside_is_refused(tmp_path):
    assert "scenario.json line 1, column 2: not JSON" in refusal(tmp_path, archive(scenario_json=b"{nonsense"))


def test_that_bytes_that_are_no_text_inside_are_refused(tmp_path):
    assert "scenario.json: byte 1 is not UTF-8" in refusal(tmp_path, archive(scenario_json=b"\xff\xfe{}"))


def test_that_loans_in_both_places_are_refused(tmp_path):
    assert "loans: unknown key" in refusal(tmp_path, archive(scenario_json=json.dumps(SMALL).encode()))


def test_that_what_is_no_parquet_is_refused(tmp_path):
    assert "loans.parquet: no readable Parquet" in refusal(tmp_path, archive(loans_parquet=b"PAR1 not really PAR1"))


def test_that_a_missing_or_unknown_column_is_refused(tmp_path):
    table = pq.read_table(io.BytesIO(parts()["loans.parquet"]))
    for changed in (table.drop_columns(["debt_amount"]), table.append_column("extra", pa.array([1.0]))):
        out = io.BytesIO()
        pq.write_table(changed, out)
        assert "loans.parquet: the columns" in refusal(tmp_path, archive(loans_parquet=out.getvalue()))


@pytest.mark.parametrize(
    ("column", "values", "allowed"),
    [
        ("debt_amount", ["12"], "float64"),
        ("debt_amount", [12], "float64"),
        ("account", [1], "text"),
        ("market", [[1]], "text"),
    ],
)
def test_that_a_column_of_another_type_is_refused(tmp_path, column, values, allowed):
    line = refusal(tmp_path, archive(loans_parquet=loans(**{column: values})))
    assert f"column {column}: of type" in line
    assert line.endswith(f"allowed: {allowed}")


def test_that_nan_in_a_cell_is_refused(tmp_path):
    line = refusal(tmp_path, archive(loans_parquet=loans(debt_amount=np.array([np.nan]))))
    assert line.startswith("loans row 1, debt_amount: nan")


def test_that_infinity_in_a_cell_is_refused(tmp_path):
    line = refusal(tmp_path, archive(loans_parquet=loans(debt_amount=np.array([np.inf]))))
    assert line.startswith("loans row 1, debt_amount: inf")


def test_that_a_row_without_account_is_refused(tmp_path):
    values = pa.array([None], type=pa.string())
    line = refusal(tmp_path, archive(loans_parquet=loans(account=values)))
    assert line == "loans row 1, account: blank; allowed: a name"


def test_that_a_table_claiming_too_many_rows_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(loans_parquet, "MOST_ROWS", 0)
    assert "1 rows; allowed: at most 0" in refusal(tmp_path, archive())


def test_that_text_that_is_no_utf8_in_a_table_is_refused(tmp_path):
    values = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(np.array([0, 2], dtype=np.int32).tobytes()), pa.py_buffer(b"\xff\xfe")]
    )
    assert "no readable Parquet" in refusal(tmp_path, archive(loans_parquet=loans(account=values)))


def test_that_a_column_with_names_twice_or_unused_opens(tmp_path):
    coded = pa.DictionaryArray.from_arrays(pa.array([2], pa.int32()), ["compound", "unused", "compound"])
    path = tmp_path / "book.cascade"
    path.write_bytes(archive(loans_parquet=loans(market=coded)))
    assert load_scenario(path).loans.market.values() == ["compound"]
