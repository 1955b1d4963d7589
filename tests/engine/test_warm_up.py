"""Warming up compiles all that a run and its views need, so that nothing is compiled while the user waits."""

from __future__ import annotations

import json
import subprocess
import sys

SCRIPT = """
import json, sys
import numpy as np
import engine
from engine.files.examples import examples
from engine.kernels.compiling import Kernel
from engine.reading import round_view as views
from engine.warming.warm_up import warm_up
from engine.reading.explanation.explain import explain
sys.path.insert(0, sys.argv[1])
from tests.engine.books import row, scenario

def compiled():
    modules = [module for name, module in list(sys.modules.items()) if name.startswith("engine.")]
    found = {id(item): item for module in modules for item in vars(module).values() if isinstance(item, Kernel)}
    return {item.__module__ + "." + item.__name__: len(item.signatures) for item in found.values()}

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
    views.initial_view(recording.scenario)
for example in examples():
    recording = engine.run(example.load())
    recording.summary()
    cursor = recording.cursor()
    for number in (1, len(recording.rounds) - 1, 0):
        view = views.round_view(recording, number, cursor)
        views.liquidation_map(view, None, [0.0, 0.5])
        views.danger(view)
        for account in (0, 1, *recording.events.account[:3].tolist(), *recording.events.account[-3:].tolist()):
            explain(recording, account, max(number, 1), cursor)
paths = engine.Paths(scenario(loans, eth=shallow))
paths.run(np.full((3, 2, 3), 50.0))
after = compiled()
print(json.dumps({name: [before.get(name), after[name]] for name in after if before.get(name, 0) != after[name]}))
"""


def test_that_after_warming_up_nothing_more_is_compiled():
    from tests.shared import ROOT

    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT, str(ROOT)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {}, "kernels compiled after the warm-up: [signatures before, after]"
