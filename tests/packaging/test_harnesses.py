"""The harnesses that try to break the program: the same seed does the same, and what is wrong is found."""

from __future__ import annotations

import importlib
import io
import json
import os
import subprocess
import sys
import time
import zipfile
from random import Random

import pytest

import engine
from engine.base.faults import BadInput
from engine.files import read_file, save_scenario
from tests.shared import RESOURCES, ROOT

HARNESSES = ROOT / "packaging" / "harnesses"


@pytest.fixture(scope="module")
def harness():
    """Return a function that imports a module of the harnesses."""
    kept, names = list(sys.path), set(sys.modules)
    sys.path.insert(0, str(HARNESSES))
    yield importlib.import_module
    sys.path[:] = kept
    for name in {"bases", "fuzz", "killed", "kills", "mutating", "random_user", "serving", "worker"} - names:
        sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    scenario = engine.load(RESOURCES / "examples" / "teaching-book.json")
    path = tmp_path_factory.mktemp("book") / "a.cascade"
    save_scenario(scenario, path, engine.run(scenario))
    return path.read_bytes()


def test_that_the_same_seed_damages_a_file_in_the_same_way_and_another_does_not(harness, archive, monkeypatch):
    mutated = harness("mutating").mutated
    again = [mutated(archive, Random(f"1/{number}"), [b"other"]) for number in range(20)]
    monkeypatch.setattr(time, "time", lambda: 2e9)  # some years later
    assert again == [mutated(archive, Random(f"1/{number}"), [b"other"]) for number in range(20)]
    assert again != [mutated(archive, Random(f"2/{number}"), [b"other"]) for number in range(20)]
    assert sum(data != archive for data in again) > 15


def test_that_damaged_archives_have_checksums_that_fit_so_that_their_members_are_read(harness, archive, tmp_path):
    mutated = harness("mutating").mutated
    said = []
    for number in range(60):
        path = tmp_path / "a.cascade"
        path.write_bytes(mutated(archive, Random(f"3/{number}"), []))
        try:
            read_file(path)
        except BadInput as refusal:
            said.append(str(refusal))
    beyond = [text for text in said if "checksum" not in text and "no ZIP archive" not in text]
    assert len(beyond) > 15, said


@pytest.mark.parametrize("data", [b"", b"x", b"PK\x03\x04torn", b"1,2,3\n4,5,6"])
def test_that_anything_can_be_damaged(harness, data):
    for number in range(300):
        assert isinstance(harness("mutating").mutated(data, Random(number), [data]), bytes)


def test_that_a_number_gives_way_to_an_extreme_one(harness):
    mutating = harness("mutating")
    found = {mutating._extreme(b'{"price": 1234.5}', Random(number), []) for number in range(200)}
    assert {b'{"price": 1e999}', b'{"price": nan}', b'{"price": -1}'} <= found


def answered(harness, **changes):
    return harness("serving").Answer(
        **{"status": 0, "said": "", "lines": 0, "seconds": 1.0, "megabytes": 100} | changes
    )


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, ""),
        ({"status": 2, "said": "a.csv row 3: no number"}, ""),
        ({"status": 2, "said": ""}, "without a word"),
        ({"status": 1, "said": "a fault in Cascade: KeyError"}, "KeyError"),
        ({"status": -9}, "signal 9"),
        ({"status": None}, "did not end"),
        ({"status": 2, "said": "x", "lines": 100_000}, "100000 lines"),
        ({"megabytes": 4000}, "4000 MB"),
        ({"status": 2, "said": "Traceback (most recent call last)"}, "a traceback"),
    ],
)
def test_that_what_is_wrong_with_an_answer_is_said(harness, tmp_path, changes, wrong):
    found = harness("fuzz").verdict(answered(harness, **changes), tmp_path / "OUT")
    assert wrong in found
    assert bool(found) is bool(wrong)


def test_that_a_result_with_a_number_that_is_none_is_found(harness, tmp_path):
    result = tmp_path / "OUT"
    result.write_text('{"total": 1.0}', encoding="utf-8")
    assert harness("fuzz").verdict(answered(harness), result) == ""
    result.write_text(json.dumps({"total": float("nan")}), encoding="utf-8")
    assert harness("fuzz").verdict(answered(harness), result) == "NaN in the result"


def test_that_the_worker_answers_with_status_and_words(harness, tmp_path):
    worker = harness("worker")
    good = worker.answer(["check", str(RESOURCES / "examples" / "teaching-book.json")])
    assert (good["status"], good["said"]) == (0, "")
    bad = worker.answer(["check", str(tmp_path / "none.json")])
    assert bad["status"] == 2
    assert "there is no such file" in bad["said"]


def test_that_each_file_that_is_damaged_is_read_while_it_is_in_order(harness, tmp_path):
    worker = harness("worker")
    known = harness("bases").bases(tmp_path / "bases")
    assert {"book.ods", "work.recovery", "book.xlsx", "prices.csv"} <= {base.name for base in known}
    for base in known:
        file = tmp_path / base.name
        file.write_bytes(base.content)
        words = {"FILE": str(file), "OUT": str(tmp_path / "OUT"), "OUT.json": str(tmp_path / "OUT.json")}
        answer = worker.answer([words.get(word, word) for word in base.commands[0]])
        assert answer["status"] == 0, (base.name, answer["said"])


def said(harness, *lines):
    return harness("kills").Said(list(lines))


def test_that_what_a_kill_may_not_lose_is_found(harness):
    after = harness("kills").after_edits
    lines = [("edited", number, 0.1 * number) for number in range(1, 41)]
    program = said(harness, *lines, ("saved", 35, 3.55))
    killed = 4.15
    assert after(program, killed, 35, 38, "UNTOUCHED") == ""
    assert after(program, killed, 35, None, "") == ""
    assert "35 was reported saved" in after(program, killed, 28, 40, "UNTOUCHED")
    assert "said to be UNTOUCHED" in after(program, killed, 35, 30, "UNTOUCHED")
    assert after(program, killed, 35, 30, "NEWER") == ""
    unsaved = said(harness, *lines)
    assert "edit 19 is lost" in after(unsaved, killed, 0, 3, "UNTOUCHED")
    assert after(unsaved, killed, 0, 19, "UNTOUCHED") == ""


def test_that_archives_stay_archives(harness, archive):
    for number in range(40):
        data = harness("mutating")._archive(archive, Random(number), [])
        with zipfile.ZipFile(io.BytesIO(data)) as found:
            assert found.testzip() is None


def test_that_memory_that_grows_is_told_from_caches_that_fill(harness):
    growth = harness("random_user").growth
    actions = list(range(0, 4000, 100))
    assert growth(actions, [300.0 + 5.0 * at / 1000 for at in actions]) == pytest.approx(5.0)
    assert growth(actions, [300.0 + min(at, 1500) / 10 for at in actions]) == pytest.approx(0.0)
    assert growth([], []) == growth([1], [300.0]) == 0.0


def test_that_the_memory_harness_goes_through_its_cycles_and_sums_up(tmp_path):
    command = [sys.executable, str(HARNESSES / "memory.py"), "--cycles", "3"]
    settings = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False, env=settings, cwd=ROOT)
    assert ended.returncode == 0, ended.stderr
    *cycles, summed = ended.stdout.splitlines()
    assert [line.split(":")[0] for line in cycles] == ["cycle 1", "cycle 2", "cycle 3"]
    assert summed.startswith("3 cycles: ")


def test_that_the_random_user_tells_of_a_hang_with_the_stack(tmp_path):
    program = (
        f"import sys, time\nsys.path.insert(0, {str(HARNESSES)!r})\nimport used\nused.watch(0.2)\n"
        "def hangs():\n    time.sleep(60)\nhangs()\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=50, check=False)
    assert ended.returncode == 1
    assert "hangs" in ended.stderr
