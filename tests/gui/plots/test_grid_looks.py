"""What the plots make of a round in the background."""

from __future__ import annotations

import engine
from cascade_gui.plots.grid import PlotGrid
from engine.reading.round_view import round_view
from tests.engine.studies.books import ladder
from tests.gui.plots.runs import recording


def test_that_a_run_without_the_asset_that_moves_in_the_map_is_looked_at_all_the_same(qtbot):
    """Another scenario is opened while the map still shows the one before, whose asset it does not have."""
    grid = PlotGrid()
    qtbot.addWidget(grid)
    grid.set_recording(recording())
    grid.map.set_asset(grid.map._names.index("WETH"))
    data = ladder([12_000.0], shock={"kind": "instant", "returns": {"WETH": -0.3}}).to_dict()
    for part in (data["assets"], data["markets"]["lender"]["collateral"], data["shock"]["returns"]):
        part["stETH"] = part.pop("WETH")
    for loan in data["loans"]:
        loan["collateral_asset"] = "stETH"
    other = engine.run(engine.from_dict(data))
    picture = grid.look(other)(round_view(other, 1))
    assert picture.map.asset is None
    grid.shut_down()
