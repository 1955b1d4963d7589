"""Studies on a Dask cluster: two workers, each a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from distributed import Client

import engine
from engine.command.main import main
from engine.command.statuses import Status
from engine.running.paths import Paths
from engine.studies import cluster as cluster_module
from engine.studies.cluster import ClusterWorkers
from engine.studies.known_studies import find_study
from engine.studies.runs import Runs
from tests.engine.studies.books import ladder
from tests.engine.studies.test_saved import ASKED, LIQUIDITY


@pytest.fixture(scope="module")
def book():
    return ladder(
        [8_000.0, 12_000.0, 15_000.0], liquidity=LIQUIDITY, shock={"kind": "instant", "returns": {"WETH": -0.3}}
    )


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Return the address of a scheduler with two workers, all started by Dask's own commands."""
    folder = tmp_path_factory.mktemp("cluster")
    found = folder / "scheduler.json"
    dask = [sys.executable, "-m", "dask"]
    common = ["--scheduler-file", str(found), "--no-dashboard"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with (folder / "log").open("wb") as log:
        options = {"env": environment, "stdout": log, "stderr": log, "cwd": folder}
        with (
            subprocess.Popen([*dask, "scheduler", "--host", "127.0.0.1", "--port", "0", *common], **options) as first,
            subprocess.Popen([*dask, "worker", "--nworkers", "2", "--nthreads", "1", *common], **options) as second,
        ):
            try:
                yield _address(found)
            finally:
                for process in (second, first):
                    process.terminate()


def _address(found):
    with Client(scheduler_file=str(found), set_as_default=False, timeout=120) as client:
        client.wait_for_workers(2, timeout=120)
        return client.scheduler.address


@pytest.fixture
def workers(address):
    found = ClusterWorkers(address)
    yield found
    found.close()


@pytest.mark.parametrize("name", ["montecarlo", "response", "sweep", "critical", "compare"])
def test_that_an_answer_is_that_of_threads(name, book, workers):
    study = find_study(name)
    asked = {"proposal": ({"format": "cascade-proposal/1", "name": "gas", "changes": {"liquidators.gas_usd": 50.0}},)}
    settings = study.settings(ASKED.get(name, {**asked, "paths": 4, "horizon": "1min"}))
    found = study.make(book, settings, Runs(workers=workers))
    assert found.to_dict() == study.make(book, settings, Runs()).to_dict()


def test_that_a_worker_that_is_killed_costs_its_batches_and_not_the_study(book, workers):
    victim = next(iter(workers._client.run(os.getpid).values()))
    study = find_study("montecarlo")
    settings = study.settings({"paths": 640, "horizon": "10min"})
    killed = []

    def kill(done, _):
        if done > 40 and not killed:
            killed.append(victim)
            os.kill(victim, signal.SIGKILL)

    found = study.make(book, settings, Runs(progress=kill, workers=workers))
    assert killed
    assert not found.stopped
    assert found.to_dict() == study.make(book, settings, Runs()).to_dict()


def test_that_the_book_goes_to_a_worker_once(book, workers, monkeypatch):
    sent = []
    true = workers._client.scatter
    monkeypatch.setattr(workers._client, "scatter", lambda loans, **given: sent.append(loans) or true(loans, **given))
    study = find_study("critical")
    study.make(book, study.settings({"asset": "WETH", "depths": "0.5,1"}), Runs(workers=workers))
    assert sent == [book.loans]


def test_that_a_stop_is_not_waited_for_and_keeps_what_is_done(book, workers):
    study = find_study("montecarlo")
    runs = Runs(progress=lambda done, _: runs.stop() if done > 100 else None, workers=workers)
    found = study.make(book, study.settings({"paths": 100_000, "horizon": "10min"}), runs)
    assert found.stopped
    assert 100 < len(found.frame()) < 2_000
    whole = study.make(book, study.settings({"paths": 2_000, "horizon": "10min"}), Runs()).frame().set_index("path")
    part = found.frame().set_index("path")
    assert part.equals(whole.loc[part.index])


def test_that_the_command_takes_a_scheduler(book, address, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    engine.save(book, tmp_path / "book.json")
    asked = ["sweep", str(tmp_path / "book.json"), "--axis", "shock.returns.WETH=-0.1:-0.5:9"]
    monkeypatch.setattr(Paths, "run", lambda *_, **__: pytest.fail("it was run here"))
    assert main([*asked, "--scheduler", address]) == 0
    assert "total_loss_usd.max" in capsys.readouterr().out
    found = engine.studies.sweep(book, axis={"shock.returns.WETH": [-0.5]}, scheduler=address)
    assert found.figures["total_loss_usd.max"] > 0.0


def test_that_a_scheduler_that_does_not_answer_is_said_in_one_line(book, tmp_path, capsys):
    engine.save(book, tmp_path / "book.json")
    asked = ["book", str(tmp_path / "book.json"), "--scheduler"]
    assert main([*asked, "tcp://127.0.0.1:9"]) == Status.BAD_INPUT
    assert main([*asked, "nonsense://x"]) == Status.BAD_INPUT
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 2
    assert "scheduler tcp://127.0.0.1:9: no Dask scheduler answers" in lines[0]
    assert "scheduler: 'nonsense://x'; allowed: tcp://HOST:PORT" in lines[1]


def test_that_workers_of_another_version_are_refused(address, monkeypatch):
    monkeypatch.setattr(cluster_module, "__version__", "0.0.1")
    with pytest.raises(engine.BadInput, match=r"the worker tcp://.*: version .*; allowed: version 0.0.1, as here"):
        ClusterWorkers(address)
