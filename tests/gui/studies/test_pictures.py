"""What the answers of studies look like: made of small books, and at the edges."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QPointF

import engine
from cascade_gui.studies.drawing.chart import Boxes, Line, Points
from cascade_gui.studies.drawing.chart_hits import places_of
from cascade_gui.studies.drawing.chart_view import ChartView
from cascade_gui.studies.drawing.picture_view import PictureView
from cascade_gui.studies.drawing.placed_texts import BesideTexts
from cascade_gui.studies.known_pictures import drawn_studies, picture_of
from engine.base.faults import BadInput
from engine.scenario.loans import LoanTable
from engine.scenario.scenario import Scenario
from engine.studies.attack import ALONE, BREAK_EVEN, HALF_WAY, LAST, TODAY
from engine.studies.known_studies import find_study, study_names
from engine.studies.runs import Runs
from tests.engine.studies.books import ladder
from tests.shared import RESOURCES

DEPTH = "assets.X.liquidity.depth_multiplier"
ASKED = {
    "book": {},
    "compare": {
        "proposal": {"format": "cascade-proposal/1", "name": "Deep", "changes": {DEPTH: 2.0}},
        "paths": 40,
        "horizon": 600.0,
        "fall": (0.5, 0.1),
        "fall_within": 60.0,
        "same": 0.0,
    },
    "critical": {"asset": "X", "to": -0.5, "depths": (0.3, 1.0), "sale": True},
    "liquidity": {},
    "montecarlo": {
        "paths": 40,
        "horizon": 600.0,
        "fall": (0.5, 0.1),
        "fall_within": 60.0,
        "depeg": {"USD": (0.5, 0.05)},
    },
    "response": {"to": -0.5, "steps": 10},
    "sensitivity": {"vary": {"liquidators.gas_usd": (0.0, 100.0), "assets.X.liquidity.depth_multiplier": (0.5, 2.0)}},
    "sweep": {"axis": {"shock.returns.X": (-0.1, -0.3), "liquidators.gas_usd": (0.5, 10, 50)}},
    "threshold": {"asset": "X", "to": 0.7, "solve": 10_000.0, "paths": 20},
}


@pytest.fixture(scope="module")
def scenario():
    return engine.load(RESOURCES / "examples" / "teaching-book.json")


@pytest.fixture(scope="module")
def results(scenario):
    return {name: getattr(engine.studies, name)(scenario, **given) for name, given in ASKED.items()}


@pytest.fixture
def view(qtbot):
    view = PictureView()
    qtbot.addWidget(view)
    view.resize(900, 500)
    with qtbot.waitExposed(view):
        view.show()
    return view


def charts_of(picture):
    return [chart for row in picture.charts for chart in row]


def without(result, keep):
    """Return a result with only some of its rows."""
    rows = {name: column[keep] for name, column in result.answer.rows.items()}
    return dataclasses.replace(result, answer=dataclasses.replace(result.answer, rows=rows), stopped=True)


def test_that_every_question_has_a_picture():
    assert set(drawn_studies()) == set(study_names())


@pytest.mark.parametrize("name", sorted(ASKED))
def test_that_an_answer_is_drawn_said_and_every_row_that_is_drawn_can_be_chosen(results, view, name):
    picture = picture_of(results[name])
    view.show_picture(picture)
    assert picture.sentence.endswith(".")
    assert any(section.figures for section in picture.sections)
    tables = {"rows": results[name].answer.rows, **results[name].answer.tables}
    for shown, chart in zip(view.charts, charts_of(picture), strict=True):
        assert chart.title
        assert not chart.empty or chart.table == "rounds"  # rounds of which none is large enough to rate
        rows = {int(row) for mark in chart.marks if isinstance(mark, (Line, Points, Boxes)) for row in mark.rows}
        rows -= {-1}
        assert rows <= set(range(len(next(iter(tables[chart.table].values())))))
        for row in list(rows)[:5]:
            if chart.tip is not None and not chart.empty:
                assert chart.tip(row)
            if places_of(chart, row):
                shown.mark_row(chart.table, row)
                assert shown.row == row
    assert not view.grab().isNull()


@pytest.mark.parametrize("name", ["compare", "critical", "montecarlo", "response", "sweep"])
def test_that_an_answer_of_one_row_or_of_none_is_still_drawn(results, view, name):
    for keep in (slice(0, 1), slice(0, 0)):
        result = without(results[name], keep)
        if keep.stop == 0:
            figures = dict.fromkeys(result.figures)
            tables = {table: {} for table in result.answer.tables}
            answer = dataclasses.replace(result.answer, figures=figures, tables=tables)
            result = dataclasses.replace(result, answer=answer)
        view.show_picture(picture_of(result))
        assert not view.grab().isNull()


def test_that_today_the_proposal_and_the_solved_threshold_are_said_on_the_lines(results):
    (chart,) = charts_of(picture_of(results["threshold"]))
    said = [label.text for label in chart.labels]
    assert any(text.startswith("today") for text in said)
    assert any(text.startswith("proposed 70") for text in said)
    assert any(text.startswith("at most $10k: down to") for text in said)
    assert chart.left.is_log
    assert chart.bottom.low > chart.bottom.high  # lower thresholds to the right


def test_that_the_classes_of_paths_share_one_axis_and_each_has_its_stalks_with_intervals(results):
    broad, _, _, broken, _, _ = charts_of(picture_of(results["montecarlo"]))
    assert (broad.bottom.low, broad.bottom.high) == (broken.bottom.low, broken.bottom.high)
    for chart in (broad, broken):
        assert [label.text[:6] for label in chart.labels] == ["VaR 95", "VaR 99"]
        assert all("[" in label.text for label in chart.labels)


def test_that_small_losses_are_counted_in_words_and_a_bar_stands_for_the_worst_path_in_it(results):
    result = results["montecarlo"]
    chart = charts_of(picture_of(result))[0]
    losses = result.answer.rows["total_loss_usd"]
    boxes = next(mark for mark in chart.marks if isinstance(mark, Boxes))
    few = int((losses[result.answer.rows["class"] == "broad downturn"] < 0.1 * chart.bottom.high).sum())
    assert ("lose less than" in chart.subtitle) == (few > 0 and boxes.top.sum() < 40)
    for left, right, row in zip(boxes.left, boxes.right, boxes.rows, strict=True):
        assert left <= losses[row] <= right
        of_class = losses[result.answer.rows["class"] == "broad downturn"]
        assert losses[row] == of_class[(of_class >= left) & (of_class < right)].max()


def test_that_paths_on_which_nothing_is_lost_say_so(results, view):
    result = results["montecarlo"]
    rows = {**result.answer.rows, "total_loss_usd": np.zeros(len(result.answer.rows["path"]))}
    answer = dataclasses.replace(result.answer, rows=rows)
    picture = picture_of(dataclasses.replace(result, answer=answer))
    assert charts_of(picture)[0].empty == "No path of this class loses anything."
    view.show_picture(picture)


def test_that_the_cells_of_a_grid_hold_their_numbers_and_a_lost_row_only_its_own(results):
    picture = picture_of(results["sweep"])
    (chart,) = charts_of(picture)
    boxes = chart.marks[0]
    values = results["sweep"].answer.rows["total_loss_usd"]
    assert len(boxes.texts) == 6
    assert boxes.rows.tolist() == list(range(6))
    lost = charts_of(picture_of(without(results["sweep"], np.array([0, 2, 5]))))[0].marks[0]
    assert lost.rows.tolist() == [0, 1, 2]
    assert lost.left.tolist() == [-0.5, 1.5, 1.5]
    assert len(set(boxes.colours)) == len(set(values.tolist()))


def test_that_one_axis_makes_lines_and_words_stand_for_what_is_no_number(scenario, view):
    numbers = picture_of(engine.studies.sweep(scenario, axis={"shock.returns.X": (-0.1, -0.2)},
                                              measure=("repaid_usd", "liquidations")))  # fmt: skip
    assert [chart.title for chart in charts_of(numbers)] == ["Debt repaid", "Liquidations"]
    assert charts_of(numbers)[0].bottom.low > charts_of(numbers)[0].bottom.high
    words = engine.studies.sweep(scenario, axis={"assets.X.liquidity": ({"model": "infinite"},)})
    view.show_picture(picture_of(words))


def test_that_bars_of_a_tornado_lead_to_the_runs_at_their_bounds(results):
    result = results["sensitivity"]
    (chart,) = charts_of(picture_of(result))
    low, high = (mark for mark in chart.marks if isinstance(mark, Boxes))
    for mark, bound in ((low, "low"), (high, "high")):
        for place, row in enumerate(mark.rows.tolist()):
            path = str(result.answer.tables["effects"]["parameter"][place])
            assert result.answer.rows[path][row] == result.answer.tables["effects"][bound][place]


def test_that_bounds_that_come_to_the_same_side_have_a_bar_and_a_text_each(results, view):
    result = results["sensitivity"]
    effects, measure = dict(result.answer.tables["effects"]), result.settings.measure
    now = effects[f"{measure}.now"]
    effects[f"{measure}.at_low"], effects[f"{measure}.at_high"] = 1.20 * now, 1.21 * now
    tables = result.answer.tables | {"effects": effects}
    picture = picture_of(dataclasses.replace(result, answer=dataclasses.replace(result.answer, tables=tables)))
    view.show_picture(picture)
    low, high = (mark for mark in charts_of(picture)[0].marks if isinstance(mark, Boxes))
    assert (low.top <= high.bottom).all(), "none covers the other"
    (chart,) = view.findChildren(ChartView)
    texts = [item for item in chart.plot.childItems() if isinstance(item, BesideTexts)]
    area = chart.plot.mapRectFromItem(chart.plot.vb, chart.plot.vb.rect())

    def scale(x, y):
        return chart.plot.mapFromItem(chart.plot.vb, chart.plot.vb.mapFromView(QPointF(x, y)))

    lows, highs = ([corner.y() for corner in each.corners(area, scale)] for each in texts)
    assert len(lows) == len(now)
    apart = [abs(one - other) for one, other in zip(lows, highs, strict=True)]
    assert min(apart) >= texts[0].size(0).height() - 5.0, "letters do not fill their line"


@pytest.mark.parametrize("method", ["sobol", "morris"])
def test_that_indices_have_their_intervals_beside_them(scenario, view, method):
    result = engine.studies.sensitivity(scenario, method=method, samples=4, vary=ASKED["sensitivity"]["vary"])
    picture = picture_of(result)
    view.show_picture(picture)
    texts = charts_of(picture)[0].marks[-1].texts
    assert len(texts) == 2
    assert all("[" in text for text in texts)


def test_that_markets_that_no_sale_moves_absorb_any(scenario, view):
    endless = scenario.with_values({"assets.X.liquidity": {"model": "infinite"}})
    picture = picture_of(engine.studies.liquidity(endless, within=0.5))
    view.show_picture(picture)
    assert "every market absorbs" in picture.sentence
    assert any("any sale" in text for mark in charts_of(picture)[0].marks for text in getattr(mark, "texts", ()))


def test_that_the_jump_is_drawn_in_both_colours_with_both_ends(view):
    thin = {"model": "exponential", "depth_2pct_usd": -10_000.0 * np.log(0.98)}
    result = engine.studies.critical(ladder([12_000.0], liquidity=thin), asset="WETH", to=-0.5, depths="0.5,1,100")
    picture = picture_of(result)
    view.show_picture(picture)
    assert picture.sentence.startswith("A fall of WETH of 25")
    charts = {chart.title: chart for chart in charts_of(picture)}
    assert list(charts) == ["Critical shock", "Where WETH ends", "Spectral radius", "Reproduction number"]
    lines = [mark for mark in charts["Where WETH ends"].marks if isinstance(mark, Line) and len(mark.rows)]
    assert [line.colour for line in lines] == ["accent", "vermilion"]
    assert lines[0].y[-1] < 0.26
    assert lines[1].y[0] > 0.75
    assert sum(label.text.startswith("ends") for label in charts["Where WETH ends"].labels) == 2
    (nothing,) = [label for label in charts["Critical shock"].labels if "nothing down to" in label.text]
    assert nothing.text.startswith("at 100")
    notes = {figure.name: figure.note for section in picture.sections for figure in section.figures}
    assert notes["runaway_account_debt_usd"] == "a0"
    assert result.figures["holding_depth"] == 100.0


def test_that_the_smallest_sale_is_marked_where_the_price_breaks_away_from_that_of_the_sale_alone(view):
    thin = {"model": "exponential", "depth_2pct_usd": -10_000.0 * np.log(0.98)}
    result = engine.studies.critical(ladder([12_000.0], liquidity=thin), asset="WETH", sale=True, way=0)
    picture = picture_of(result)
    view.show_picture(picture)
    (chart,) = (chart for chart in charts_of(picture) if chart.title == "Smallest sale that starts it")
    alone, calm, started, jump = (mark for mark in chart.marks if isinstance(mark, Line))
    smallest, last = 10_000.0 * np.log(4 / 3), 1_500.0 * np.exp(-1.6)
    assert jump.x.tolist() == pytest.approx([smallest, smallest], rel=1e-3)
    assert jump.y.tolist() == pytest.approx([1_500.0, last], rel=1e-3)
    assert (calm.colour, started.colour) == ("accent", "vermilion")
    is_before = calm.x < jump.x[0]
    assert calm.y[is_before] == pytest.approx(alone.y[is_before])
    assert np.isnan(calm.y[~is_before]).all()
    assert np.nanmax(started.y) == pytest.approx(last, rel=1e-3)
    assert chart.bottom.high == pytest.approx(1.25 * smallest, rel=1e-3)
    assert "$2.88k is enough: WETH ends at $302.8" in [label.text for label in chart.labels]
    assert "it ends 2 times as far down as the sale alone would leave it. The seller earns where" in picture.sentence
    notes = {figure.name: figure.note for section in picture.sections for figure in section.figures}
    assert notes["critical_sale_usd"] == "1.4385 WETH in one round"
    assert notes["attack_cost_usd"] == "slippage of 13.1 % on average"  # sold for D / 4: at 86.9 % of today's price


@pytest.mark.parametrize("size", [(450, 350), (675, 255), (675, 400)])
def test_that_the_words_of_the_sellers_account_cover_neither_its_points_nor_its_line(results, qtbot, size):
    result = results["critical"]
    prices = np.array([1841.6, 1780.2, 1778.9, 1728.0, 1716.2])
    words = np.array([TODAY, ALONE, HALF_WAY, BREAK_EVEN, LAST], dtype=object)
    account = {"buys_back_at": words, "buy_back_price": prices, "comes_to_usd": 10_500.0 * (1728.0 - prices)}
    figures = result.figures | {"attack_break_even_price": 1728.0}
    answer = dataclasses.replace(result.answer, figures=figures, tables=result.answer.tables | {"account": account})
    (chart,) = (each for each in charts_of(picture_of(dataclasses.replace(result, answer=answer)))
                if each.title == "The seller's account")  # fmt: skip
    view = ChartView()
    qtbot.addWidget(view)
    view.resize(*size)
    with qtbot.waitExposed(view):
        view.show()
    view.show_chart(chart)
    view.grab()
    placed = {label.text: place for label, place in view.labels.placed}
    assert set(placed) == {"pays below $1,728", "where it ends", "his sale alone", "it recovers"}
    for label, place in view.labels.placed:
        point = view.plot.mapFromItem(view.plot.vb, view.plot.vb.mapFromView(QPointF(label.x, label.y)))
        beside = max(place.left() - point.x(), point.x() - place.right())
        assert beside < 60, "further off it would name another point"
    steps = np.linspace(prices[-1], prices[0], 500)
    for price, usd in zip(steps.tolist(), (10_500.0 * (1728.0 - steps)).tolist(), strict=True):
        point = view.plot.mapFromItem(view.plot.vb, view.plot.vb.mapFromView(QPointF(price, usd)))
        assert not [text for text, place in placed.items() if place.contains(point)], f"at ${price:.0f}"


def test_that_the_curve_of_concentration_ends_with_all_accounts_and_all_debt(results):
    table = results["book"].answer.tables["concentration"]
    assert table["share"][-1] == pytest.approx(1.0)
    assert table["accounts"][-1] == results["book"].figures["accounts"]
    assert (np.diff(table["share"]) >= 0.0).all()
    assert table["share"][0] == pytest.approx(results["book"].figures["top_1_share"])


def test_that_a_grid_of_too_many_cells_is_left_to_its_table(results, view, monkeypatch):
    monkeypatch.setattr("cascade_gui.studies.plots.sweep._MOST_CELLS", 5)
    picture = picture_of(results["sweep"])
    view.show_picture(picture)
    assert "the table has them" in charts_of(picture)[0].empty


def test_that_debt_by_probability_falls_from_all_that_is_ever_liquidated_to_what_always_is(results):
    result = results["montecarlo"]
    table = result.answer.tables["accounts"]
    line = charts_of(picture_of(result))[2].marks[0]
    probability, debt = table["liquidation_probability"], table["debt_usd"]
    assert line.y[0] == pytest.approx(debt[probability > 0.0].sum())
    assert (np.diff(line.y) <= 1e-9).all()
    half = debt[probability >= 0.5].sum()
    assert np.interp(0.5 - 1e-12, line.x, line.y) == pytest.approx(half)


@pytest.mark.parametrize("name", sorted(ASKED))
def test_that_a_study_that_was_stopped_at_once_is_still_shown(scenario, view, name):
    study, runs = find_study(name), Runs()
    runs.stop()
    result = study.make(scenario, study.settings(ASKED[name]), runs)
    view.show_picture(picture_of(result))
    assert not view.grab().isNull()


@pytest.mark.parametrize("name", sorted(ASKED))
def test_that_a_book_in_which_nobody_owes_anything_has_a_picture(scenario, view, name):
    empty = Scenario(scenario.parameters, LoanTable.empty())
    try:
        result = getattr(engine.studies, name)(empty, **ASKED[name])
    except BadInput:  # a figure that does not exist without loans
        return
    picture = picture_of(result)
    view.show_picture(picture)
    assert not view.grab().isNull()
    if name == "book":
        assert picture.sentence == "Nobody owes anything."


def test_that_rounds_that_are_too_small_are_not_rated_and_a_rate_above_the_axis_says_its_number(results, view):
    table = {"round": np.arange(1, 5), "repaid_usd": np.array([1e6, 5.0, 2e6, 0.0]),
             "reproduction_number": np.array([0.4, np.nan, 30.0, np.nan])}  # fmt: skip
    answer = dataclasses.replace(results["critical"].answer, tables={"rounds": table})
    picture = picture_of(dataclasses.replace(results["critical"], answer=answer))
    view.show_picture(picture)
    chart = charts_of(picture)[-1]
    hollow, rated = (mark for mark in chart.marks if isinstance(mark, Points))
    assert (hollow.x.tolist(), rated.x.tolist()) == ([2.0], [1.0, 3.0])
    assert rated.y[1] == chart.left.high
    assert any(label.text.startswith("30") for label in chart.labels)
    nothing = {**table, "reproduction_number": np.full(4, np.nan)}
    answer = dataclasses.replace(results["critical"].answer, tables={"rounds": nothing})
    assert (
        "too small to rate" in charts_of(picture_of(dataclasses.replace(results["critical"], answer=answer)))[-1].empty
    )
