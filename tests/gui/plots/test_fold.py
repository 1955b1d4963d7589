"""Quiet rounds are folded away along the axes, and every round can still be found."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF

import engine
from cascade_gui.plots.fold import LEAST, Fold, fold_of
from cascade_gui.plots.liquidations import LiquidationsPlot
from cascade_gui.plots.price import PricePlot
from cascade_gui.plots.run_picture import RunPictures
from cascade_gui.plots.series import Series
from tests.engine.settlement.lending import account, market, scenario


@cache
def paused():
    """A fall, a pause of a hundred rounds, another fall."""
    path = [-0.3] * 100 + [-0.45, -0.6, -0.6, -0.6]
    loans = [account("first", 100.0, 150.0), account("second", 100.0, 90.0)]
    made = scenario(
        {"m": market(None)}, loans, shock={"kind": "path", "returns": {"TOK": path}}, simulation={"max_rounds": 500}
    )
    return engine.run(made)


@pytest.fixture(params=[PricePlot, LiquidationsPlot])
def plot(qtbot, request):
    made = request.param()
    qtbot.addWidget(made)
    made.resize(700, 320)
    made.set_folds(True)
    made.set_recording(paused())
    made.grab()
    return made


@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_that_every_round_has_a_place_of_its_own_and_is_found_there(quiet):
    fold = Fold(np.array(quiet))
    places = fold.places(len(quiet) + 3)
    assert (np.diff(places) > 0).all()
    assert [round(fold.round_at(place)) for place in places.tolist()] == list(range(len(quiet) + 3))


def test_that_only_long_quiet_stretches_are_folded():
    few = Fold(np.array([False] + [True] * (LEAST - 1) + [False]))
    many = Fold(np.array([False] + [True] * 50 + [False]))
    assert few.stretches == ()
    assert few.place(3) == 3.0
    assert many.stretches == ((1, 50),)
    assert many.place(51) == pytest.approx(3.0)


def stretches_of(*lengths, between):
    """Return which rounds are quiet where stretches of such lengths have so many rounds that are not between them."""
    return np.array([False, *(each for long in lengths for each in [False] * between + [True] * long), False])


def test_that_dozens_of_short_stretches_of_a_long_path_are_drawn_as_they_are():
    fold = Fold(stretches_of(*[60] * 60, between=60))
    assert fold.stretches == ()
    assert fold.is_even


def test_that_of_many_stretches_only_the_longest_that_save_room_are_folded():
    quiet = stretches_of(*[20] * 30, 3000, *[20] * 30, 2000, between=60)
    fold = Fold(quiet)
    assert [last - first + 1 for first, last in fold.stretches] == [3000, 2000]
    assert all(right - left < 0.1 * fold.place(fold.last) for left, right in fold.bands())
    alike = Fold(stretches_of(*[500] * 10, between=20))
    assert len(alike.stretches) <= 6, "ten alike"


def test_that_the_end_is_folded_beside_many_short_stretches():
    quiet = np.concatenate([stretches_of(*[60] * 60, between=60), [True] * 2000])
    assert Fold(quiet).stretches == ((len(quiet) - 2000, len(quiet) - 1),)


def test_that_a_pause_takes_little_of_the_axis(plot):
    left, right = plot.span()
    assert plot.fold.place(101) - plot.fold.place(1) < 0.5 * (right - left)


def test_that_a_click_after_the_pause_goes_to_the_round_that_is_drawn_there(plot, qtbot):
    with qtbot.waitSignal(plot.round_clicked) as clicked:
        plot._clicked_at(plot.fold.place(102), 0.0)
    assert clicked.args == [102]
    assert plot._readout(plot.fold.place(102), 0.0).startswith("round 102:")


def test_that_the_cursor_stands_where_its_round_is_drawn(plot):
    plot.show_round(101)
    assert plot.round_line.value() == pytest.approx(plot.fold.place(101))


def test_that_numbers_on_the_axis_are_those_of_rounds(plot):
    ((_, ticks),) = plot.axes["bottom"].tickValues(*plot.span(), 600)
    texts = plot.axes["bottom"].tickStrings(ticks, 1.0, 1.0)
    assert "101" in texts
    assert not {"20", "50", "60"} & set(texts), "they are folded away"


@pytest.mark.parametrize("width", [375, 700])
def test_that_the_round_before_a_break_and_the_one_after_it_have_their_numbers_beside_it(plot, width):
    plot.resize(width, 320)
    plot.grab()
    axis = plot.axes["bottom"]
    ((first, last),) = plot.fold.stretches[:1]
    written = {text: (corner.x(), corner.x() + axis._texts.size(text).width()) for corner, text in axis.picture.texts}
    before, after = (written[str(number)] for number in (first - 1, last + 1))
    strokes = sorted(end.x() for _, begin, end in axis.picture.ticks if begin.x() != end.x())
    assert before[1] < strokes[0] < strokes[-1] < after[0]
    spans = sorted(written.values())
    assert all(right < left for (_, right), (left, _) in pairwise(spans)), "no number over another"


def test_that_a_band_across_the_plot_says_which_rounds_are_folded(plot):
    ((first, last),) = plot.fold.stretches[:1]
    place, text = plot.fold_marks.bands()[0]
    assert text == f"{first}–{last}: nothing moves"
    area = plot.plot.mapRectFromItem(plot.plot.vb, plot.plot.vb.rect())
    assert (place.top(), place.bottom()) == pytest.approx((area.top(), area.bottom()))
    picture = plot.view.grab().toImage()
    inside, beside = place.center(), place.center() + QPointF(0.7 * place.width(), 0)
    levels = {picture.pixelColor(QPointF(at.x(), area.top() + 3).toPoint()).name() for at in (inside, beside)}
    assert len(levels) == 2, "the band is tinted"
    plot.set_folds(False)
    assert plot.fold_marks.bands() == []


def test_that_all_rounds_are_shown_alike_when_they_are_asked_for(plot):
    plot.set_folds(False)
    assert plot.fold.stretches == ()
    plot.show_round(50)
    assert plot.round_line.value() == 50


class Rounds:
    """What a fold asks of a run: how long it is, which rounds are quiet, and until when something is seen to move."""

    def __init__(self, count, settled):
        self._count, self._settled = count, settled

    def __len__(self):
        return self._count

    def quiet(self):
        return np.zeros(self._count, dtype=bool)

    def settled(self):
        return self._settled


def test_that_the_end_of_a_run_is_folded_and_keeps_room_for_its_break():
    fold = fold_of(Rounds(1000, 500), None)
    assert fold.end == (601, 999)
    assert fold.place(600) == 600
    assert 0.04 * fold.place(999) < fold.place(999) - fold.place(600) < 0.1 * fold.place(999)
    assert fold_of(Rounds(62, 61), None).end is None


def test_that_the_end_is_folded_only_from_where_neither_run_moves():
    assert fold_of(Rounds(33, 5), Rounds(62, 30)).end == (37, 61)
    assert fold_of(Rounds(62, 30), Rounds(33, 5)).end == (37, 61)


@cache
def slow_recovery(half_life=10.0):
    """A shallow sale, a market that comes back by half in so many rounds, and nothing else for long."""
    liquidity = {
        "model": "exponential", "depth_2pct_usd": 200.0, "permanent_share": 0.0, "recovery_half_life_rounds": half_life,
    }  # fmt: skip
    made = scenario(
        {"m": market(None)},
        [account("first", 100.0, 195.0)],
        token={"liquidity": liquidity},
        shock={"kind": "instant", "returns": {"TOK": -0.06}},
        simulation={"max_rounds": 300},
    )
    return engine.run(made)


def test_that_the_end_is_folded_only_where_a_price_has_come_within_a_pixel_of_its_end():
    series = Series(slow_recovery())
    series.update()
    price = series["market"][:, 0]
    way = np.ptp(price)
    assert 0.001 < way / price.max() < 0.1
    assert (np.abs(price[series.settled() :] - price[-1]) <= 0.004 * way).all()


def test_that_two_runs_are_folded_alike_whichever_is_shown(qtbot):
    texts = []
    for shown, before in ((slow_recovery(3.0), slow_recovery()), (slow_recovery(), slow_recovery(3.0))):
        made = PricePlot()
        qtbot.addWidget(made)
        made.set_folds(True)
        made.set_recording(before)
        made.set_before(RunPictures().make(before, None, None))
        made.take(RunPictures().make(shown, None, None))
        texts.append(made.fold.end)
    assert texts[0] == texts[1] is not None


def test_that_the_end_of_a_run_in_which_small_loans_are_still_liquidated_is_not_said_to_stand_still(qtbot):
    loans = [account("large", 1e6, 2.2e6), *(account(f"small {each}", 1.0, 2.0) for each in range(20))]
    run = engine.run(scenario({"m": market(None)}, loans, shock={"kind": "instant", "returns": {"TOK": -0.3}},
                              liquidators={"max_liquidations_per_round": 1}))  # fmt: skip
    assert [int(step.liquidations.sum()) for step in run.rounds[1:]].count(1) > 12
    made = PricePlot()
    qtbot.addWidget(made)
    made.resize(700, 320)
    made.set_folds(True)
    made.set_recording(run)
    made.grab()
    first, last = made.fold.end
    assert first < 12
    ((_, text),) = made.fold_marks.bands()
    assert text == f"{first}–{last}: hardly anything moves"


@pytest.mark.parametrize("before", [10, 62, 614, 3000])
def test_that_a_short_run_has_half_of_the_axis_beside_a_long_one_that_is_seen_whole(before):
    fold = fold_of(Rounds(7, 6), Rounds(before, before - 1))
    assert fold.place(6) == 6.0
    assert 6 < fold.place(before - 1) <= 13.0
    assert (np.diff(fold.places(before)) > 0).all()
    assert fold.narrow == (None if before == 10 else (7, before - 1))


def test_that_under_a_hand_the_axis_stays_as_it_is_for_runs_of_about_one_length():
    places = [fold_of(Rounds(long, long - 1), Rounds(614, 613), at_once=True).places(614) for long in (5, 7, 9, 10)]
    assert all((each == places[0]).all() for each in places)
    assert places[0][613] <= 21
    longer = fold_of(Rounds(60, 59), Rounds(614, 613), at_once=True)
    assert longer.place(59) == 59.0


@given(st.lists(st.booleans(), min_size=7, max_size=60), st.integers(1, 4))
def test_that_whole_rounds_stand_where_all_others_say(quiet, most):
    fold = Fold(np.array(quiet), (3, len(quiet) - 1, float(most)))
    rounds = np.arange(len(quiet) + 2)
    assert [fold.place(number) for number in rounds.tolist()] == pytest.approx(fold.of(rounds.astype(float)).tolist())
    assert fold.places(len(quiet)).tolist() == pytest.approx(fold.of(rounds[: len(quiet)].astype(float)).tolist())


def test_that_bars_are_as_narrow_as_their_rounds():
    fold = fold_of(Rounds(7, 6), Rounds(614, 613))
    places, widths = fold.places(614), fold.widths(np.arange(614))
    assert widths[1:7].tolist() == [1.0] * 6
    assert (places[8:] - widths[8:] / 2 >= places[7:-1] + widths[7:-1] / 2 - 1e-9).all()


def test_that_the_line_from_which_on_rounds_are_narrower_says_so(qtbot):
    """On the axis stood 6 // 7, as if something were left out between them."""
    made = PricePlot()
    qtbot.addWidget(made)
    made.resize(700, 320)
    fold = fold_of(Rounds(7, 6), Rounds(614, 613))
    made.fold_marks.set_fold(fold)
    made.plot.setXRange(*(0.0, fold.place(613)), padding=0)
    made.grab()
    place, text = made.fold_marks.said_of_narrow()
    assert text == "from 7 on narrower"
    assert place.left() >= made.fold_marks._place(fold.turns_narrow(), fold.turns_narrow()).left()
