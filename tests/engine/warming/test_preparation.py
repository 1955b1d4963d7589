"""Compiling in other processes: what is needed first, what is told, what is kept, and that nothing is left behind."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections import defaultdict
from multiprocessing import resource_tracker
from pathlib import Path

import pytest

from engine.base import kept_files
from engine.base.kept_files import Kept, kept
from engine.warming import preparation as preparing
from engine.warming.parts import PARTS, RUN, VIEWS
from engine.warming.preparation import Preparation
from engine.warming.processes import start_worker
from tests.shared import ROOT

KEY = bytes(range(32))
PATIENCE = 300.0
"""Seconds that a busy machine may need for what takes a moment."""
NEEDS = {part: [f"{part}-1.kernel", f"{part}-2.kernel", "shared.kernel"] for part in PARTS}


class FakeWorker:
    """A process that compiles when the test lets it."""

    def __init__(self, world):
        self.world = world
        self.pid = 0
        self.stopped = threading.Event()
        world.workers.append(self)

    def ask(self, message):
        world = self.world
        if "list" in message:
            part = message["list"]
            if part == world.broken_part:
                return {"failed": "Traceback ..."}
            return {"listed": part, "jobs": [[file, 10, world.kept.read(file) is not None] for file in NEEDS[part]]}
        ticket = next(world.tickets)
        world.asked[message["compile"]].set()
        while ticket >= world.let_in:
            if self.stopped.wait(0.005):
                return None
        world.free[message["compile"]].wait(PATIENCE)
        if world.dies:
            return None
        world.compiled.append(message["compile"])
        if not world.is_full:
            world.kept.write(message["compile"], b"code")
        return {"compiled": message["compile"], "is_kept": not world.is_full}

    def stop(self):
        self.stopped.set()

    def close(self):
        self.stop()


def set_event():
    event = threading.Event()
    event.set()
    return event


class World:
    """What the fake processes do, and what they did."""

    def __init__(self, folder):
        self.kept = Kept(folder, KEY, "")
        self.tickets = itertools.count()  # who asks first is let first, whichever thread is quicker
        self.let_in = 0
        self.workers = []
        self.compiled = []
        self.asked = defaultdict(threading.Event)
        self.free = defaultdict(set_event)
        self.changes = 0
        self.broken_part = ""
        self.dies = False
        self.is_full = False
        self.made = []

    def changed(self):
        self.changes += 1

    def preparation(self):
        made = Preparation(self.changed, lambda: FakeWorker(self))
        self.made.append(made)
        return made

    def let(self, count):
        self.let_in += count


@pytest.fixture
def world(tmp_path, monkeypatch):
    world = World(tmp_path)
    monkeypatch.setattr(preparing, "kept", lambda: world.kept)
    monkeypatch.setattr(preparing, "worker_count", lambda: 2)
    monkeypatch.delenv("NUMBA_DISABLE_JIT", raising=False)
    yield world
    for made in world.made:
        made.close()


def compile_all(world):
    preparation = world.preparation()
    preparation.start()
    world.let(100)
    assert preparation.wait(PARTS, PATIENCE)
    return preparation


def test_that_what_one_process_compiles_is_not_begun_by_the_other_for_the_next_part(world):
    preparation = world.preparation()
    preparation.start()
    world.free["shared.kernel"].clear()
    world.let(100)
    assert world.asked[f"{PARTS[-1]}-2.kernel"].wait(PATIENCE)
    world.free["shared.kernel"].set()
    assert preparation.wait(PARTS, PATIENCE)
    assert world.compiled.count("shared.kernel") == 1


def test_that_what_was_compiled_once_is_ready_at_the_next_start_without_a_process(world):
    compile_all(world)
    assert len(world.compiled) == len(set(world.compiled)) == 2 * len(PARTS) + 1
    world.workers.clear()
    second = world.preparation()
    second.start()
    assert second.wait(PARTS, PATIENCE)
    assert second.progress() is None
    assert not second.busy
    assert world.workers == []


@pytest.mark.parametrize("damage", [b"", b"cut", None])
def test_that_a_damaged_or_missing_file_is_compiled_again_and_no_other(world, damage):
    compile_all(world).close()
    world.compiled.clear()
    file = world.kept.folder / "views-1.kernel"
    file.unlink() if damage is None else file.write_bytes(damage)
    second = compile_all(world)
    assert world.compiled == ["views-1.kernel"]
    assert second.is_ready([VIEWS])
    assert world.kept.read("views-1.kernel") == b"code"


def test_that_a_forged_record_of_what_is_ready_is_not_believed(world):
    (world.kept.folder / "run.part").write_bytes(json.dumps([]).encode())
    preparation = world.preparation()
    preparation.start(held=True)
    assert not preparation.wait([RUN], 0.2)


def test_that_what_is_asked_for_comes_first_and_is_ready_before_the_rest(world):
    preparation = world.preparation()
    preparation.first([RUN, "margin"])
    preparation.start()
    world.let(5)
    assert preparation.wait([RUN, "margin"], PATIENCE)
    assert sorted(world.compiled) == [
        "margin-1.kernel",
        "margin-2.kernel",
        "run-1.kernel",
        "run-2.kernel",
        "shared.kernel",
    ]
    assert not preparation.is_ready([VIEWS])


def test_that_another_scenario_changes_what_comes_next(world):
    preparation = world.preparation()
    preparation.start()
    world.let(3)
    assert preparation.wait([RUN], PATIENCE)
    preparation.first(["absorb"])
    assert preparation.progress().part == "absorb"
    world.let(6)
    assert preparation.wait(["absorb"], PATIENCE)


def test_that_it_is_told_how_far_it_is(world):
    preparation = world.preparation()
    assert preparation.progress().part == RUN
    preparation.start()
    shares = [0.0]
    for _ in range(2):
        world.let(1)
        while preparation.progress().done == shares[-1]:  # told of what else happened, it is still the same
            time.sleep(0.005)
        shares.append(preparation.progress().done)
        assert preparation.progress().seconds_left >= 1.0
    assert shares == pytest.approx([0.0, 1 / 3, 2 / 3])
    assert preparation.busy


def test_that_nothing_is_compiled_before_it_may(world):
    preparation = world.preparation()
    preparation.start(held=True)
    world.let(100)
    assert not preparation.wait([RUN], 0.2)
    assert world.workers == []
    preparation.release()
    assert preparation.wait(PARTS, PATIENCE)


def test_that_one_part_that_cannot_be_prepared_does_not_hold_up_the_others(world):
    world.broken_part = "auction"
    compile_all(world)
    assert "auction-1.kernel" not in world.compiled
    assert world.kept.read("auction.part") is None
    assert world.kept.read("margin.part") is not None


def test_that_nobody_waits_for_processes_that_died(world):
    world.dies = True
    preparation = world.preparation()
    preparation.start()
    world.let(100)
    assert preparation.wait(PARTS, PATIENCE)
    assert world.compiled == []


def test_that_nobody_waits_where_no_process_can_be_started(world):
    def refused():
        raise OSError("no more processes")

    preparation = Preparation(world.changed, refused)
    world.made.append(preparation)
    preparation.start()
    assert preparation.wait(PARTS, PATIENCE)


def test_that_nobody_waits_for_code_that_cannot_be_kept(world):
    world.is_full = True
    preparation = compile_all(world)
    assert preparation.is_ready(PARTS)
    assert list(world.kept.folder.iterdir()) == []


def test_that_closing_ends_the_processes_in_the_middle_of_their_work(world):
    preparation = world.preparation()
    preparation.start()
    while len(world.workers) < 2:
        time.sleep(0.005)
    preparation.close()
    assert all(worker.stopped.is_set() for worker in world.workers)
    assert not preparation.busy
    preparation.start()
    assert not preparation.busy


def test_that_one_kernel_is_waited_for_until_it_is_there(world):
    preparation = world.preparation()
    preparation.start()
    waited = []

    def wait():
        preparation.wait_for_file("run-1.kernel")
        waited.append("run-1.kernel" in world.compiled)

    thread = threading.Thread(target=wait)
    while not preparation.busy:
        time.sleep(0.005)
    thread.start()
    assert waited == []
    world.let(100)  # which is compiled first depends on which process has listed its part first
    thread.join(60.0)
    assert waited == [True]


def test_that_nobody_waits_for_a_kernel_that_no_part_needs(world):
    preparation = compile_all(world)
    preparation.wait_for_file("unknown.kernel")


def test_that_without_compiling_everything_is_ready_at_once(world, monkeypatch):
    monkeypatch.setenv("NUMBA_DISABLE_JIT", "1")
    preparation = world.preparation()
    preparation.start()
    assert preparation.wait(PARTS, PATIENCE)
    assert world.workers == []


# --------------------------------------------------------------------------------- real processes


def is_alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def gone_within(seconds, pids):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not any(map(is_alive, pids)):
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    """A copy of the kernels of these tests, which the test may damage."""
    if not kept().read("run.part"):
        compiling = Preparation(lambda: None)
        compiling.start()
        assert compiling.wait([RUN], 280.0)
        compiling.close()
    copy = tmp_path / kept().folder.name
    shutil.copytree(kept().folder, copy)
    copy.chmod(0o700)
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    kept_files.kept.cache_clear()
    assert kept().folder == copy
    yield copy
    kept_files.kept.cache_clear()


def test_that_processes_heal_a_damaged_kernel(own_folder):
    [file] = own_folder.glob("scanning.block_due_nb-*")
    sound = file.read_bytes()
    file.write_bytes(sound[: len(sound) // 2])
    preparation = Preparation(lambda: None)
    preparation.first([RUN])
    preparation.start()
    try:
        assert preparation.wait([RUN], 120.0)
        assert kept().read(file.name) is not None
    finally:
        preparation.close()


@pytest.mark.parametrize("frozen", [False, True])
def test_that_a_process_lists_compiles_and_ends(own_folder, frozen):
    worker = start_worker(frozen=frozen)
    try:
        answer = worker.ask({"list": RUN})
        assert answer["listed"] == RUN
        files = [file for file, _, is_kept in answer["jobs"] if is_kept]
        assert len(files) == len(answer["jobs"]) > 3
        assert worker.ask({"compile": files[-1], "part": RUN}) == {"compiled": files[-1], "is_kept": True}
        assert "KeyError" in worker.ask({"nonsense": 1})["failed"]
    finally:
        worker.close()
        resource_tracker._resource_tracker._stop()  # a process that multiprocessing starts beside its own
    assert worker.ask({"list": RUN}) is None
    assert not is_alive(worker.pid)


PARENT = """
import sys, time
from engine.warming.processes import start_worker
workers = [start_worker(), start_worker()]
for worker in workers:
    worker.ask({"list": "run"})
print(*(worker.pid for worker in workers), flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_that_processes_end_with_a_program_that_is_killed():
    parent = subprocess.Popen([sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(pids) == 2
        assert all(map(is_alive, pids))
    finally:
        parent.kill()
        parent.wait()
        parent.stdout.close()
    assert gone_within(PATIENCE, pids)


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="priorities are another matter there")
def test_that_processes_have_the_priority_of_the_thread_that_asks():
    worker = start_worker()
    try:
        assert os.getpriority(os.PRIO_PROCESS, worker.pid) == os.getpriority(os.PRIO_PROCESS, 0)
    finally:
        worker.close()
