"""Makes ``.cascade`` files by hand, in order or hostile."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any

from engine.files.json_file import pretty
from engine.files.loans_parquet import to_parquet
from engine.scenario.loans import LoanTable
from engine.scenario.provenance import versions
from engine.scenario.schema import Parameters
from tests.engine.scenarios import SMALL


def parts(data: dict[str, Any] = SMALL) -> dict[str, bytes]:
    """Return the members that hold a scenario, without provenance."""
    data = dict(data)
    loans = LoanTable.from_records(data.pop("loans"))
    return {
        "scenario.json": pretty(Parameters.from_dict(data).to_dict()).encode(),
        "loans.parquet": to_parquet(loans),
    }


def with_provenance(members: dict[str, bytes]) -> dict[str, bytes]:
    """Return the members with the right checksums of all of them."""
    checksums = {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}
    return {**members, "provenance.json": json.dumps({**versions(), "sha256": checksums}).encode()}


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a ZIP of members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def archive(**changes: bytes) -> bytes:
    """Return a ``.cascade`` file in order, but for members replaced by keyword (``scenario_json=...``)."""
    members = parts()
    for name, content in changes.items():
        members[name.replace("_", ".")] = content
    return zipped(with_provenance(members))
