"""Damages files at random, from a seed: bytes, texts with numbers in them, members of archives."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

NUMBER = re.compile(rb"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
EXTREMES = (
    b"0", b"-0", b"-1", b"1", b"1e308", b"-1e308", b"1e-320", b"1e999", b"nan", b"inf", b"-inf", b"9007199254740993",
    b"18446744073709551616", b"99999999999999999999999999", b"2147483648", b"-2147483649", b"0.1e", b"1,5", b"1.234,5",
    b"0x10", b"null", b"true", b'""', b"[]", b"{}", b"",
)  # fmt: skip
ODD_TEXTS = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", "\u202e".encode(), b'"', b"'", b"\r", b"\n", b",", b";",
    b"\t", b"=1+1", b"<b>x</b>&amp;", b"\\u0000", b"\\ud800", b"A" * 5000, "é".encode("latin-1"),
)  # fmt: skip
ARCHIVES = (b"PK\x03\x04",)
PROVENANCE = "provenance.json"


def mutated(data: bytes, chance: Random, others: list[bytes]) -> bytes:
    """Return a file's content with some damage.

    Parameters
    ----------
    data
        A file that is in order.
    chance
        Decides; the same state gives the same damage.
    others
        Files that a piece may be taken from.
    """
    if data.startswith(ARCHIVES) and chance.random() < 0.7:
        return _archive(data, chance, others)
    return damaged(data, chance, others)


def damaged(data: bytes, chance: Random, others: list[bytes]) -> bytes:
    """Return bytes with one to four kinds of damage, without a look at what they are."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        data = chance.choice(KINDS)(data, chance, others)
    return data


def _archive(data: bytes, chance: Random, others: list[bytes]) -> bytes:
    """Damage one member; half of the scenario archives get checksums that fit, so that more of them is read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    except Exception:  # noqa: BLE001 - one that is damaged already
        return damaged(data, chance, others)
    name = chance.choice(sorted(members))
    members[name] = damaged(members[name], chance, others)
    if chance.random() < 0.05:
        del members[chance.choice(sorted(members))]
    if PROVENANCE in members and name != PROVENANCE and chance.random() < 0.8:
        members[PROVENANCE] = _with_checksums(members)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            # With a date of its own: the time of day is no part of the seed.
            archive.writestr(zipfile.ZipInfo(member), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _with_checksums(members: dict[str, bytes]) -> bytes:
    found = json.loads(members[PROVENANCE])
    found["sha256"] = {
        name: hashlib.sha256(content).hexdigest() for name, content in members.items() if name != PROVENANCE
    }
    return json.dumps(found).encode()


def _place(data: bytes, chance: Random) -> int:
    return chance.randrange(len(data) + 1)


def _set_bytes(data: bytes, chance: Random, others: list[bytes]) -> bytes:
    del others
    spoiled = bytearray(data)
    for _ in range(chance.choice((1, 1, 4, 16))):
        if spoiled:
            spoiled[chance.randrange(len(spoiled))] = chance.choice((0, 1, 127, 128, 255, chance.randrange(256)))
    return bytes(spoiled)


def _cut(data: bytes, chance: Random, others: list[bytes]) -> bytes:
    del others
    return data[: _place(data, chance)]


def _without(data: bytes, chance: Random, others: list[bytes]) -> bytes:
    del others
    at = _place(data, chance)
    return data[:at] + data[at + chance.choice((1, 4, 64, 1024)) :]


def _twice(data: bytes, chance: Random, others: list[bytes]) -> bytes:
    del others
    at = _place(data, chance)
    piece = data[at : at + chance.choice((1, 16, 256, 4096))]
    return data[:at] + piece * chance.choice((2, 3, 50)) + data[at:]


def _spliced(data: bytes, chance: Random, others: list[bytes]) -> bytes:
    other = chance.choice(others) if others else b""
    at, there = _place(data, chance), _place(other, chance)
    return data[:at] + other[there : there + chance.choice((8, 256, 4096))] + data[at:]


def _extreme(data: bytes, chance: Random, others: list[bytes]) -> bytes:
    """Put a number that nobody expects in the place of another."""
    del others
    found = list(NUMBER.finditer(data))
    if not found:
        return data
    for match in sorted(chance.sample(found, min(len(found), chance.choice((1, 1, 3)))), key=lambda m: -m.start()):
        data = data[: match.start()] + chance.choice(EXTREMES) + data[match.end() :]
    return data


def _odd(data: bytes, chance: Random, others: list[bytes]) -> bytes:
    del others
    at = _place(data, chance)
    return data[:at] + chance.choice(ODD_TEXTS) + data[at:]


def _lines(data: bytes, chance: Random, others: list[bytes]) -> bytes:
    """Leave out, repeat or exchange lines."""
    del others
    lines = data.split(b"\n")
    at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    kind = chance.randrange(3)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(other, lines[at])
    else:
        lines[at], lines[other] = lines[other], lines[at]
    return b"\n".join(lines)


KINDS = (_set_bytes, _cut, _without, _twice, _spliced, _extreme, _extreme, _extreme, _odd, _lines)
