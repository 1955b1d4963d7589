"""The plot of who pushed whom: it is there for several markets only, and says what the engine says."""

from __future__ import annotations

import pytest

from cascade_gui.wording import numbers
from engine.reading.contagion import Contagion
from tests.gui.plots.runs import recording
from tests.gui.plots.test_by_market import two

NAME = "plot_contagion"


def tabs(grid):
    return {name for name, _, _ in grid.liquidations._siblings}


def test_that_only_runs_of_several_markets_have_it_and_it_pushes_nothing_away(grid):
    grid.set_recording(recording())
    assert NAME not in tabs(grid)
    assert grid.contagion not in grid.in_use()
    grid.set_recording(two())
    assert NAME in tabs(grid)
    assert grid.contagion in grid.in_use()
    assert grid.liquidations.is_front
    grid.set_recording(recording())
    assert not grid.contagion.is_front
    assert NAME not in tabs(grid)


def test_that_a_hidden_one_works_nothing_out(grid):
    grid.set_recording(two())
    grid.show_round(3)
    assert grid.contagion.shown is None
    grid.show_plot(NAME)
    assert grid.contagion.shown is not None


@pytest.mark.parametrize("number", [1, 3, 7])
def test_that_each_market_says_how_far_down_it_was_liquidated_and_by_whom(grid, number):
    grid.set_recording(two())
    grid.show_plot(NAME)
    number = min(number, len(two()) - 1)
    grid.show_round(number)
    pushed, said = Contagion(two()).pushed(number), grid.contagion.accessibleDescription()
    for at, market in enumerate(pushed.markets):
        if pushed.repaid_usd[at]:
            assert f"{market}: liquidated {numbers.percent(float(pushed.fall[at]))} down" in said
            other = 1 - at
            if pushed.by_market[at, other] > 5e-4:
                points = numbers.fixed(100 * float(pushed.by_market[at, other]), 1)
                assert f"{points} from sales of {pushed.markets[other]}" in said
        else:
            assert f"{market}: nothing liquidated" in said
    assert f"up to round {number}" in grid.contagion.subtitle.text()


def test_that_the_parts_of_a_bar_reach_to_the_fall(grid):
    grid.set_recording(two())
    grid.show_plot(NAME)
    last = len(two()) - 1
    grid.show_round(last)
    pushed = Contagion(two()).pushed(last)
    ends = [max(bars.edges[1][1 + row] for bars in (grid.contagion.outside, *grid.contagion.parts)) for row in range(2)]
    assert sorted(ends) == pytest.approx(sorted(pushed.fall.tolist()))


def test_that_where_there_is_little_room_words_are_shorter_and_none_is_left_out(grid):
    grid.resize(640, 400)
    grid.set_recording(two())
    grid.show_plot(NAME)
    grid.show_round(len(two()) - 1)
    grid.grab()
    assert len(grid.contagion.labels.placed) == 2
    widest = grid.contagion.plot.vb.rect().width()
    assert all(place.width() <= widest for _, place in grid.contagion.labels.placed)
