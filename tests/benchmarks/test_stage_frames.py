"""How long a frame of the loans takes to paint while a round moves: shown, not asserted, for machines are noisy.

python3 packaging/dev.py bench tests/benchmarks/test_stage_frames.py
"""

from __future__ import annotations

import time

import numpy as np
import pytest
from PySide6.QtGui import QColor, QPixmap

import engine
from cascade_gui.loan_marks.scene import run_scene, scene_of_round
from cascade_gui.loan_marks.view import MarksView
from engine.files.examples import find_example
from engine.reading.round_view import round_view

FRAMES = 60


def many(count):
    """Return the run of so many loans against ether that falls by a fifth."""
    random = np.random.default_rng(5)
    held = random.lognormal(1.0, 1.5, count)
    frame = {
        "account": [f"a{at}" for at in range(count)], "market": ["m"] * count, "collateral_asset": ["ETH"] * count,
        "collateral_amount": held, "debt_asset": ["USD"] * count,
        "debt_amount": held * 2_000.0 * random.uniform(0.2, 0.79, count),
    }  # fmt: skip
    import pandas as pd

    template = {
        "format": "cascade-scenario/1",
        "assets": {
            "USD": {"price": 1.0},
            "ETH": {"price": 2000.0, "liquidity": {"model": "exponential", "depth_2pct_usd": 1e8}},
        },
        "markets": {"m": {"collateral": {"ETH": {"liquidation_threshold": 0.8, "liquidation_bonus": 0.05}}}},
        "shock": {"kind": "instant", "returns": {"ETH": -0.2}},
    }
    return engine.run(engine.from_frame(pd.DataFrame(frame), template))


@pytest.mark.parametrize("name", ["compound-thin", "a million loans"])
@pytest.mark.parametrize("size", [(1920, 560), (3840, 1120)])
def test_frame_times(qtbot, capsys, name, size):
    recording = many(1_000_000) if name == "a million loans" else find_example(name).read().recording
    asset = "ETH" if name == "a million loans" else "WETH"
    begun = time.perf_counter()
    run = run_scene(round_view(recording, 0), asset)
    scenes = [scene_of_round(run, number) for number in (0, 1)]
    worked_out = time.perf_counter() - begun
    view = MarksView()
    qtbot.addWidget(view)
    view.set_scale(size[1] / 320)
    view.resize(*size)
    view.set_run(run)
    view.show_scene(scenes[0])
    view.grab()
    view._before, view._scene, view._resting = scenes[0], scenes[1], None
    target = QPixmap(*size)
    target.fill(QColor("black"))
    taken = []
    for frame in range(FRAMES):
        share = frame / FRAMES
        begun = time.perf_counter()
        from PySide6.QtGui import QPainter

        painter = QPainter(target)
        view._paint(painter, share)
        painter.end()
        taken.append(1000 * (time.perf_counter() - begun))
    with capsys.disabled():
        print(
            f"\n{name}, {size[0]} x {size[1]}: {run.marks.count:,} marks worked out in {worked_out:.2f} s; "
            f"frames median {np.median(taken):.1f} ms, 99th percentile {np.percentile(taken, 99):.1f} ms"
        )
