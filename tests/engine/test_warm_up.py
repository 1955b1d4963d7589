"""Warming up compiles all that a run and its views need, so that nothing is compiled while the user waits."""

from __future__ import annotations

import json
import subprocess
import sys

SCRIPT = """
import json, sys
import numpy as np
import engine
from numba.core.dispatcher import Dispatcher
from engine import kernels
from engine.reading import round_view as views
from engine.warming.warm_up import warm_up
from engine.reading.explanation.explain import explain
sys.path.insert(0, sys.argv[1])
from tests.engine.books import row, scenario

def compiled():
    return {name: len(item.signatures) for name, item in vars(kernels).items() if isinstance(item, Dispatcher)}

warm_up()
before = compiled()
shallow = {"liquidity": {"model": "exponential", "depth_2pct_usd": 3000.0}}
loans = [row(f"a{n}", 10.0, 10.0 * (55.0 + n)) for n in range(25)] + [row("broke", debt=3.0)]
many = [row(f"b{n}", 10.0, 900.0) for n in range(600)]
for more in (
    {},
    {"liquidators": {"priority": "largest_profit", "calls_per_round": 3, "buy_debt": True}},
    {"liquidators": {"priority": "lowest_health", "min_profit_usd": 1.0, "max_liquidations_per_round": 3}},
    {"liquidators": {"priority": "book", "sell_over_rounds": 3}, "rules": {"legs": "proportional"}},
):
    recording = engine.run(scenario(loans + many, eth=shallow, drop=-0.2, **more))
    cursor = recording.cursor()
    for number in (0, 2, 1, len(recording.rounds) - 1):
        view = views.round_view(recording, number, cursor)
        views.health_histogram(view, np.linspace(0, 2, 9))
        views.liquidation_map(view, None, [0.0, 0.5])
        views.danger(view)
        for account in (0, 24, 25, 300):
            explain(recording, account, number, cursor)
    views.liquidation_heat_map(recording, [0, 1], "ETH", [0.0, 0.5])
    views.initial_view(recording.scenario, recording.book)
after = compiled()
print(json.dumps({name: [before[name], after[name]] for name in after if before[name] != after[name]}))
"""


def test_that_after_warming_up_nothing_more_is_compiled():
    from tests.shared import ROOT

    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT, str(ROOT)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {}, "kernels compiled after the warm-up: [signatures before, after]"
