"""What is seen of a recording is the same whether its kernels are compiled or run as plain Python."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import threading

import numpy as np
import pytest

import engine
from engine.base.meanwhile import uncompiled_meanwhile, waiter
from engine.files import save_scenario
from engine.files.examples import examples, find_example
from engine.kernels import BLOCK, compiling, histogram_nb, insolvent_debt_nb
from engine.kernels.constants import HOLDS_BAD_DEBT
from engine.kernels.uncompiled import is_small, uncompiled
from engine.reading.explanation.explain import explain
from engine.reading.losses import Losses
from engine.reading.round_view import danger, health_histogram, liquidation_map_of_rises, round_view
from tests.engine.books import row, scenario
from tests.shared import ROOT

if compiling.config.DISABLE_JIT:
    pytest.skip("nothing is compiled here", allow_module_level=True)


EXPLAINED = ["teaching-book", "perpetuals", "liquity", "compound-iii", "black-thursday-auctions"]


@pytest.fixture
def nothing_kept(monkeypatch):
    """Let no kernel have compiled code, in memory or on disk, for whoever may do without; count those that ran."""
    ran = []

    def plain(kernel, *arguments):
        if waiter() is None:
            return compiled(kernel, *arguments)
        ran.append(kernel.__name__)
        return uncompiled(kernel)(*arguments)

    compiled = compiling.Kernel.__call__
    monkeypatch.setattr(compiling.Kernel, "__call__", plain)
    return ran


def looked_at(recording):
    """All that the window works out of some rounds of a recording."""
    cursor = recording.cursor()
    last = len(recording.rounds) - 1
    losses = Losses(recording)
    for number in sorted({0, 1, last // 2, last}):
        view = round_view(recording, number, cursor)
        for field in dataclasses.fields(view):
            value = getattr(view, field.name)
            if isinstance(value, np.ndarray):
                yield f"{field.name} in round {number}", value
        yield "histogram", health_histogram(view, np.linspace(0.5, 2.0, 31))
        yield "danger", np.array(danger(view))
        yield f"insolvent debt in round {number}", losses.insolvent_debt_usd(number)
        yield "map", np.array(liquidation_map_of_rises(view, None, np.linspace(-0.5, 0.9, 15)))


def numbers_in(explained):
    """Every number of an explanation, in order."""
    if dataclasses.is_dataclass(explained):
        return [
            number for field in dataclasses.fields(explained) for number in numbers_in(getattr(explained, field.name))
        ]
    if isinstance(explained, (list, tuple)):
        return [number for each in explained for number in numbers_in(each)]
    return [float(explained)] if isinstance(explained, (int, float)) else []


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_that_what_is_seen_of_an_example_needs_no_compiled_kernel(example, nothing_kept):
    recording = engine.run(example.load())
    expected = list(looked_at(recording))
    with uncompiled_meanwhile():
        found = list(looked_at(recording))
    assert {"view_nb", "row_prices_nb", "debt_below_one_nb", "danger_nb", "insolvent_debt_nb"} <= set(nothing_kept)
    for (name, left), (_, right) in zip(expected, found, strict=True):
        assert left.dtype == right.dtype
        assert np.allclose(left.astype(float), right.astype(float), rtol=1e-12, atol=0.0, equal_nan=True), name


@pytest.mark.parametrize("name", EXPLAINED)
def test_that_an_account_is_explained_without_compiled_kernels(name, nothing_kept):
    recording = engine.run(find_example(name).load())
    rounds = np.repeat(
        np.arange(len(recording.rounds)), [step.last_event - step.first_event for step in recording.rounds]
    )
    for event in np.linspace(0, len(recording.events) - 1, 5).astype(int):
        account, number = int(recording.events.account[event]), int(rounds[event])
        expected = explain(recording, account, number)
        with uncompiled_meanwhile():
            found = explain(recording, account, number)
        assert type(found) is type(expected)
        assert numbers_in(found) == pytest.approx(numbers_in(expected), rel=1e-9, abs=1e-6, nan_ok=True)


def test_that_numbers_come_back_as_they_do_from_compiled_code():
    from engine.kernels import picked_nb

    recording = engine.run(scenario([row("a", 10.0, 790.0)], drop=-0.1))
    book, rules = recording.book, recording.scenario.parameters
    from engine.market.rules import compile_rules

    given = (
        book.legs, np.array(book.collateral_amount), np.array(book.debt_amount), compile_rules(rules),
        np.array(recording.rounds[0].oracle), 0,
    )  # fmt: skip
    compiled, plain = picked_nb(*given), uncompiled(picked_nb)(*given)
    assert [type(value) for value in plain] == [type(value) for value in compiled]
    assert plain == compiled


@pytest.mark.parametrize("keeps", [True, False])
@pytest.mark.parametrize("has_bad", [True, False])
def test_that_insolvent_debt_is_looked_for_in_the_same_accounts_by_columns(keeps, has_bad):
    recording = engine.run(find_example("compound-iii").load())
    book, count = recording.book, len(recording.book)
    blocks = -(-count // BLOCK)
    random = np.random.default_rng(3)
    prices = recording.rounds[0].market * random.uniform(0.3, 1.0, len(book.asset_names))
    due = random.choice([0.0, 0.9, 1.1, np.inf], count)
    block_due = np.array([due[at : at + BLOCK].min() for at in range(0, count, BLOCK)], dtype=np.float32)
    block_due[::3] = 2.0  # nothing in these is due
    waiting = np.flatnonzero(random.random(count) < 0.001).astype(np.int32)
    bad = (random.random(count) < 0.1).astype(np.uint8)
    touched = (random.random(blocks) < 0.5).astype(np.uint8) * HOLDS_BAD_DEBT
    none = np.zeros(0, dtype=np.uint8)
    found = []
    for look in (insolvent_debt_nb, insolvent_debt_nb.stand_in):
        usd, own_due, own_blocks = np.zeros((len(book.market_names), 2)), due.copy(), block_due.copy()
        look(
            book.legs, np.array(book.collateral_amount), np.array(book.debt_amount), prices, 1.0, own_due, own_blocks,
            waiting, *((bad, touched) if has_bad else (none, none)), keeps, usd,
        )  # fmt: skip
        found.append((usd, own_due, own_blocks))
    assert found[0][0].sum() > 0.0
    for left, right in zip(*found, strict=True):
        assert np.allclose(left, right, rtol=1e-12, atol=0.0)


def test_that_a_run_is_compiled_even_where_looking_is_not(nothing_kept):
    assert waiter() is None
    with uncompiled_meanwhile():
        assert waiter() is not None
    assert waiter() is None
    engine.run(scenario([row("a", 10.0, 790.0)], drop=-0.1))
    assert nothing_kept == []


def test_that_only_the_thread_that_asked_runs_uncompiled():
    seen = []
    with uncompiled_meanwhile():
        thread = threading.Thread(target=lambda: seen.append(waiter()))
        thread.start()
        thread.join()
    assert seen == [None]


def test_that_large_arrays_are_waited_for():
    assert is_small((1.0, np.zeros(60_000), (np.zeros(3), np.zeros((2, 5)))))
    assert not is_small((1.0, (np.zeros(3), (np.zeros(60_001),))))


def test_that_a_kernel_with_a_stand_in_is_not_waited_for_however_large_the_book(monkeypatch):
    waited = []
    monkeypatch.setattr(compiling.Kernel, "is_kept", lambda *_: False)
    values = np.linspace(0.5, 2.0, 60_001)
    totals = np.zeros(3)
    with uncompiled_meanwhile(waited.append):
        found = histogram_nb._compile_for_args(values, np.ones(60_001), np.array([1.0, 1.5]), totals)
        found(values, np.ones(60_001), np.array([1.0, 1.5]), totals)
    assert waited == []
    assert totals.tolist() == [(values < 1.0).sum(), ((values >= 1.0) & (values < 1.5)).sum(), (values >= 1.5).sum()]


PROGRAM = """
import sys
import numpy as np
from engine.base.kept_files import kept
from engine.base.meanwhile import uncompiled_meanwhile
from engine.files import read_file
with uncompiled_meanwhile():
    from engine.reading.round_view import liquidation_map, round_view
    from engine.reading.explanation.explain import explain
    recording = read_file(sys.argv[1]).recording
    cursor = recording.cursor()
    for number in (0, 1, 2, 1):
        view = round_view(recording, number, cursor)
    liquidation_map(view, None, [0.0, 0.5])
    explain(recording, 0, 1, cursor)
    recording.summary()
print(len(list(kept().folder.iterdir())), "pandas" in sys.modules, "pyarrow.compute" in sys.modules)
"""


def test_that_a_file_with_its_recording_is_looked_at_before_anything_is_compiled(tmp_path):
    recording = engine.run(find_example("teaching-book").load())
    save_scenario(recording.scenario, tmp_path / "ran.cascade", recording)
    settings = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    command = [sys.executable, "-W", "error", "-c", PROGRAM, str(tmp_path / "ran.cascade")]
    done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["0", "False", "False"], done.stderr
