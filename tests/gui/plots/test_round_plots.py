"""The plots over rounds show what the run's numbers say, and go where they are clicked."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QRegion
from PySide6.QtWidgets import QToolTip, QWidget

import engine
from cascade_gui.plots.liquidations import LiquidationsPlot, height_of
from cascade_gui.plots.losses import LossesPlot
from cascade_gui.plots.price import PricePlot, fitting
from cascade_gui.plots.series import Series
from cascade_gui.theme import tokens
from cascade_gui.wording import numbers
from engine.files import read_file
from tests.gui.plots.runs import recording, scenario
from tests.gui.plots.test_pictures import share_of
from tests.shared import RESOURCES

if TYPE_CHECKING:
    from cascade_gui.plots.base import RoundPlot

KINDS = [PricePlot, LiquidationsPlot, LossesPlot]


def shown(qtbot, kind) -> RoundPlot:
    plot = kind()
    qtbot.addWidget(plot)
    plot.resize(700, 320)
    plot.grab()
    return plot


def texts(plot) -> list[str]:
    return [label.text for label, _ in plot.labels.placed]


@pytest.mark.parametrize("kind", KINDS)
def test_that_a_plot_without_a_run_says_so(qtbot, kind):
    plot = shown(qtbot, kind)
    assert plot._empty.text()
    plot.set_recording(recording())
    assert not plot._empty.text()
    plot.show_round(3)
    plot.set_recording(None)
    assert plot._empty.text()
    assert texts(plot) == []


@pytest.mark.parametrize("kind", KINDS)
def test_that_the_cursor_stands_at_the_shown_round_and_ranges_do_not_move(qtbot, kind):
    plot = shown(qtbot, kind)
    plot.set_recording(recording())
    before = plot.plot.vb.viewRange()
    for number in (0, 1, len(recording()) - 1, 2):
        plot.show_round(number)
        assert plot.round_line.value() == number
        assert plot.plot.vb.viewRange() == before


@pytest.mark.parametrize("kind", KINDS)
def test_that_ranges_follow_the_shown_round_once_they_are_unlocked(qtbot, kind):
    plot = shown(qtbot, kind)
    plot.set_recording(recording())
    plot.show_round(1)
    locked = plot.plot.vb.viewRange()
    plot.lock.click()
    assert not plot.is_locked
    assert plot.plot.vb.viewRange()[1] != locked[1] or kind is LiquidationsPlot
    plot.lock.click()
    assert plot.plot.vb.viewRange() == locked


@pytest.mark.parametrize("kind", KINDS)
def test_that_a_click_goes_to_the_nearest_round(qtbot, kind):
    plot = shown(qtbot, kind)
    plot.set_recording(recording())
    plot.show()
    qtbot.waitExposed(plot)
    y = sum(plot.plot.vb.viewRange()[1]) / 2
    scene = plot.plot.vb.mapViewToScene(QPointF(3.3, y))
    position = plot.view.mapFromScene(scene)
    with qtbot.waitSignal(plot.round_clicked) as clicked:
        qtbot.mouseClick(plot.view.viewport(), Qt.MouseButton.LeftButton, pos=position)
    assert clicked.args == [3]


@pytest.mark.parametrize("kind", KINDS)
def test_that_a_round_beyond_the_last_shows_the_last(qtbot, kind):
    plot = shown(qtbot, kind)
    plot.set_recording(recording())
    plot.show_round(10_000)
    assert plot.round == len(recording()) - 1


@pytest.mark.parametrize("kind", KINDS)
def test_that_rounds_appear_as_they_are_computed_and_ranges_only_grow(qtbot, kind):
    plot = shown(qtbot, kind)
    steps = engine.rounds(scenario())
    plot.set_recording(steps.recording)
    widths = []
    for step in steps:
        plot.rounds_added()
        plot.show_round(step.number)
        widths.append(plot.plot.vb.viewRange()[0][1])
        assert len(plot.series) == step.number + 1
    assert widths[:-1] == sorted(widths[:-1])
    plot.rounds_added()


@pytest.mark.parametrize("kind", KINDS)
def test_that_the_readout_under_the_pointer_is_in_words(qtbot, kind):
    plot = shown(qtbot, kind)
    plot.set_recording(recording())
    assert plot._readout(2.2, 0).startswith("round 2: ")
    assert plot.accessibleName()


def point_at(plot, x):
    plot._mouse_moved(plot.plot.vb.mapViewToScene(QPointF(x, plot.plot.vb.viewRange()[1][0])))


def test_that_under_a_still_mouse_the_readout_is_of_the_run_that_is_drawn_now(qtbot):
    plot = shown(qtbot, PricePlot)
    plot.set_recording(recording())
    point_at(plot, 1.0)
    before = plot.readout.text()
    again = scenario().with_values({"shock.returns.WETH": -0.5})
    plot.set_recording(engine.run(again))
    assert plot.readout.text() == plot._readout(1.0, 0)
    assert plot.readout.text() != before
    plot.leaveEvent(QEvent(QEvent.Type.Leave))
    plot.set_recording(recording())
    assert plot.readout.text() == ""


def test_that_a_readout_that_has_no_room_in_the_title_stands_at_the_mouse(qtbot, monkeypatch):
    tips = []
    monkeypatch.setattr(QToolTip, "showText", lambda place, text, over: tips.append(text))
    monkeypatch.setattr(QToolTip, "hideText", lambda: tips.append(""))
    plot = shown(qtbot, LiquidationsPlot)
    plot.set_recording(recording())
    plot.resize(1500, 320)
    plot.grab()
    point_at(plot, 2.0)
    assert not tips
    assert painted(plot.readout)
    plot.resize(330, 320)
    plot.grab()
    point_at(plot, 2.0)
    assert tips[-1].replace("\n", " ") == plot.readout.text() != ""
    assert not painted(plot.readout), "half of a word is not left in the title"
    plot.leaveEvent(QEvent(QEvent.Type.Leave))
    assert tips[-1] == ""


def painted(widget):
    """Whether anything is drawn of a widget."""
    picture = QImage(widget.size(), QImage.Format.Format_ARGB32)
    picture.fill(0)
    widget.render(picture, QPoint(), QRegion(), QWidget.RenderFlag(0))
    return any(picture.pixel(x, y) for x in range(picture.width()) for y in range(picture.height()))


@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_that_a_plot_takes_the_colours_of_the_scheme(qtbot, kind, dark):
    plot = shown(qtbot, kind)
    plot.set_recording(recording())
    plot.show_round(4)
    plot.apply_theme(tokens(dark))
    image = plot.view.grab().toImage()
    assert image.pixelColor(2, 2).name() == tokens(dark).background


def test_that_the_price_labels_tell_market_and_undisturbed_price(qtbot):
    plot = shown(qtbot, PricePlot)
    plot.set_recording(recording())
    plot.show_round(5)
    assert plot.selector.text() == "WETH"
    assert any(text.startswith("market ") for text in texts(plot))
    assert "without liquidations 1,289" in texts(plot)


def test_that_the_lines_stop_at_the_shown_round(qtbot):
    plot = shown(qtbot, PricePlot)
    plot.set_recording(recording())
    plot.show_round(4)
    x, y = plot.market.getOriginalDataset()
    assert x[-1] == 4
    assert y[-1] == recording().rounds[4].market[1]


def test_that_the_oracle_is_drawn_in_steps(qtbot):
    plot = shown(qtbot, PricePlot)
    plot.set_recording(recording())
    plot.show_round(2)
    x, y = plot.oracle.getOriginalDataset()
    first, second, third = (step.oracle[1] for step in recording().rounds[:3])
    assert x.tolist() == [0, 1, 1, 2, 2]
    assert y.tolist() == [first, first, second, second, third]


def test_that_the_asset_chosen_by_the_user_stays_chosen(qtbot):
    plot = shown(qtbot, PricePlot)
    plot.set_recording(recording())
    with qtbot.waitSignal(plot.asset_chosen) as chosen:
        plot.selector.menu().actions()[2].trigger()
    assert chosen.args == [2]
    plot.show_round(5)
    plot.rounds_added()
    assert plot.selector.text() == "WBTC"


def test_that_bars_stand_for_what_was_repaid_by_collateral(qtbot):
    plot = shown(qtbot, LiquidationsPlot)
    plot.set_recording(recording())
    plot.show_round(1)
    repaid = recording().rounds[1].repaid_by_collateral_usd
    heights = [bars.heights[1] for bars in plot.bars]
    assert np.allclose(sorted(heights), sorted(repaid[1:]))
    assert plot.bars[0]._shown == 2
    assert "WETH" in plot.legend.text()


def test_that_a_reproduction_number_of_one_stands_in_the_middle():
    assert height_of(1.0) == 0.5
    assert height_of(0.0) == 0.0
    assert height_of(1e9) < 1.0


def test_that_a_run_without_losses_draws_no_line_for_them(qtbot):
    plot = shown(qtbot, LossesPlot)
    plot.set_recording(recording(fall=0.1))
    plot.show_round(3)
    assert not any("lenders" in text for text in texts(plot))
    assert any("borrowers lost" in text for text in texts(plot))


def test_that_the_series_are_the_rounds_of_the_recording():
    run = recording()
    series = Series(run)
    assert len(series) == len(run.rounds)
    assert series.ended
    for name in ("market", "oracle", "undisturbed", "repaid_by_collateral_usd"):
        assert (series[name] == [getattr(step, name) for step in run.rounds]).all()
    assert series["repaid_usd"].sum() == pytest.approx(run.summary()["repaid_usd"])
    assert series.assets[series.main_asset()] == "WETH"


@pytest.mark.parametrize(("price", "tick"), [(1e-9, "8e-10"), (1e9, "$800M")])
def test_that_the_smallest_and_largest_prices_have_ticks_that_fit(qtbot, price, tick):
    plain = scenario(accounts=20).to_dict()
    for loan in plain["loans"]:
        if loan["collateral_asset"] == "WETH":
            loan["collateral_amount"] *= plain["assets"]["WETH"]["price"] / price
    plain["assets"]["WETH"]["price"] = price
    plot = PricePlot()
    qtbot.addWidget(plot)
    plot.resize(600, 400)
    plot.set_recording(engine.run(engine.from_dict(plain)))
    plot.set_asset(1)
    plot.show_round(2)
    axis = plot.axes["left"]
    low, high = plot.plot.vb.viewRange()[1]
    ticks = [axis.write(value) for value in axis.tickValues(low, high, 300)[0][1]]
    assert tick in ticks
    widest = max(QFontMetricsF(axis.style["tickFont"]).horizontalAdvance(text) for text in ticks)
    assert widest + axis.style["tickTextOffset"][0] <= axis.width()


def test_that_a_run_without_a_sale_shows_the_asset_that_fell(qtbot):
    plain = scenario(accounts=20).to_dict()
    plain["loans"] = []
    run = engine.rounds(engine.from_dict(plain))
    plot = PricePlot()
    qtbot.addWidget(plot)
    plot.set_recording(run.recording)
    for _ in run:
        plot.rounds_added()
    plot.rounds_added()
    assert plot.series.assets[plot.asset] == "WETH"


def test_that_the_main_asset_of_a_squeeze_is_what_shorts_buy_and_not_their_dollars():
    series = Series(engine.run(engine.load(RESOURCES / "examples" / "short-squeeze.json")))
    assert series.assets[series.main_asset()] == "SOL"


def test_that_total_loss_is_drawn_as_far_as_it_is_worked_out(qtbot):
    plot = shown(qtbot, LossesPlot)
    run = engine.run(scenario(fall=0.5))
    plot.set_recording(run)
    last = len(run) - 1
    plot.show_round(last)
    assert not any(text.startswith("total loss") for text in texts(plot))
    assert "total loss" not in plot._readout(last, 0)
    run.losses.insolvent_debt_usd(0)
    run.losses.insolvent_debt_usd(1)
    plot.rounds_added()
    assert len(plot.lines["total_loss_usd"].getOriginalDataset()[0]) == 2
    run.losses.work_out()
    plot.rounds_added()
    _, drawn = plot.lines["total_loss_usd"].getOriginalDataset()
    assert drawn.tolist() == [float(run.losses.total_loss_usd(number).sum()) for number in range(len(run))]
    assert any(text.startswith("total loss") for text in texts(plot))
    assert "total loss" in plot._readout(last, 0)


def test_that_the_price_without_liquidations_is_the_one_that_a_sale_alone_makes(qtbot):
    plot = shown(qtbot, PricePlot)
    data = scenario().to_dict() | {"shock": {"kind": "sale", "usd": {"WETH": 5e6}, "over_rounds": 2}}
    run = engine.run(engine.from_dict(data))
    plot.set_recording(run)
    plot.set_asset(1)
    plot.show_round(len(run) - 1)
    run.outside.work_out()
    run.losses.work_out()
    plot.rounds_added()
    alone = [float(run.outside.prices(number)[1]) for number in range(len(run))]
    assert plot.undisturbed.getOriginalDataset()[1].tolist() == alone
    assert alone[0] > alone[1] > alone[2]


def before_of(longer, rounds=30):
    """Return a run before that repaid twice as much in each round, and went on for some rounds."""
    series = Series(longer)
    count = len(series)
    series._columns = {
        name: np.concatenate([2 * column[:count], np.repeat(column[count - 1 : count], rounds, axis=0)])
        for name, column in series._columns.items()
    }
    series._count = count + rounds
    return SimpleNamespace(series=series)


def test_that_the_run_before_is_outlined_only_where_it_differs_from_this_one(qtbot):
    plot = shown(qtbot, LiquidationsPlot)
    plot.set_recording(recording())
    plot.show_round(len(recording().rounds) - 1)
    plot.set_before(before_of(recording()), "the run before")
    now = plot.series["repaid_usd"]
    _, _, bottom, top = plot.was.edges
    assert bottom[: len(now)] == pytest.approx(now)
    assert top[: len(now)] == pytest.approx(2 * now)


@pytest.mark.parametrize("kind", KINDS)
def test_that_the_readout_past_the_end_says_that_the_run_ended(qtbot, kind):
    plot = shown(qtbot, kind)
    plot.set_recording(recording())
    plot.set_before(before_of(recording()), "the run before")
    last = len(recording().rounds) - 1
    told = plot._readout(last + 5.0, 0.0)
    assert told.startswith(f"round {last + 5}: this run ended in round {last}")
    assert ("the run before: market" in told) is (kind is PricePlot)
    assert "ended" not in plot._readout(float(last), 0.0)


def test_that_total_loss_is_bad_debt_and_the_shaded_area_that_is_named(qtbot):
    plot = shown(qtbot, LossesPlot)
    plot.resize(900, 420)
    run = read_file(RESOURCES / "examples" / "compound-thin.cascade").recording
    run.losses.work_out()
    plot.set_recording(run)
    plot.show_round(len(run) - 1)
    told = {text.rsplit(" ", 1)[0]: text.rsplit(" ", 1)[1] for text in texts(plot)}
    total, bad, beyond = (numbers.parse_number(told[name]) for name in ("total loss", "bad debt", "uncovered"))
    assert total == pytest.approx(bad + beyond, rel=0.01)
    assert plot.beyond.boundingRect().bottom() == pytest.approx(total, rel=0.05)


def test_that_the_reproduction_number_hides_little_of_the_bars(qtbot):
    plot = shown(qtbot, LiquidationsPlot)
    plot.set_recording(recording())
    plot.show_round(len(recording()) - 1)
    plot.labels.hide()
    seen = []
    for visible in (True, False):
        plot.number.setVisible(visible)
        plot.one.setVisible(visible)
        seen.append([share_of(plot.grab().toImage(), plot._colour(at)) for at in range(len(plot._named))])
    assert all(left >= 0.9 * whole for left, whole in zip(*seen, strict=True))
    assert seen[0][0] > 0.01


def test_that_the_readout_of_a_bar_names_who_lost_most_in_its_round(qtbot):
    plot = shown(qtbot, LiquidationsPlot)
    run = read_file(RESOURCES / "examples" / "compound-thin.cascade").recording
    plot.set_recording(run)
    events = run.events_frame()
    of_round = events[events["round"] == 2]
    loss = (of_round["seized_usd"] - of_round["repaid_usd"]).groupby(of_round["account"]).sum()
    told = plot._readout(2.0, 0.0)
    assert f"most lost by {loss.idxmax()} {numbers.money(loss.max())}" in told
    assert "most lost" not in plot._readout(float(len(run) - 1), 0.0)


@pytest.mark.parametrize("kind", KINDS)
def test_that_a_plot_that_follows_a_run_is_drawn_once_a_round(qtbot, kind, monkeypatch):
    plot = shown(qtbot, kind)
    plot.set_recording(recording())
    drawn = []
    draw = plot._draw
    monkeypatch.setattr(plot, "_draw", lambda: (drawn.append(plot.round), draw()))
    for number in (1, 2, 2):
        plot.follow(number)
    assert drawn == [1, 2, 2]
    plot.rounds_added()
    assert drawn == [1, 2, 2], "nothing has come since"


def test_that_the_price_of_an_asset_without_depth_is_said_not_to_be_moved_by_its_sales(qtbot):
    plot = shown(qtbot, PricePlot)
    deep = scenario().with_values({"assets.WETH.liquidity": {"model": "infinite"}})
    plot.set_recording(engine.run(deep))
    plot.set_asset(plot.series.assets.index("WETH"))
    assert "infinite liquidity" in plot.subtitle.text()
    plot.set_asset(plot.series.assets.index("WBTC"))
    assert "infinite liquidity" not in plot.subtitle.text()


def test_that_a_price_is_drawn_from_zero_only_where_it_comes_near_it():
    low, high = fitting(1040.0, 1842.0)
    assert 900 < low < 1040
    assert 1842 < high < 1950
    assert fitting(40.0, 1842.0) == (0.0, 2000.0)
    low, high = fitting(100.0, 100.0)
    assert low < 100.0 < high, "a price that stands still has a range too"


def test_that_the_name_of_a_run_before_that_ends_early_stands_above_the_rest_of_its_line(qtbot):
    plot = shown(qtbot, PricePlot)
    plot.set_recording(recording())
    before = SimpleNamespace(series=Series(recording()))
    before.series._count = 3
    plot.set_before(before, "the run before")
    plot.show_round(len(recording()) - 1)
    ((label, place),) = [placed for placed in plot.labels.placed if placed[0].text == "the run before"]
    area = plot.plot.mapRectFromItem(plot.plot.vb, plot.plot.vb.rect())
    left, right = plot.span()
    assert place.left() > area.left() + (2 - left) / (right - left) * area.width()
    assert label.y == before.series["market"][2, plot.asset]


def test_that_the_last_price_of_a_shorter_run_before_goes_on_to_the_edge(qtbot):
    plot = shown(qtbot, PricePlot)
    plot.set_recording(recording())
    before = SimpleNamespace(series=Series(recording()))
    before.series._count = 3
    plot.set_before(before, "the run before")
    x, y = plot.was.getOriginalDataset()
    assert x[-1] == plot.span()[1]
    assert y[-1] == y[-2] == before.series["market"][2, plot.asset]
    assert "rounds" not in plot.subtitle.text().split("thin")[1]


@pytest.mark.parametrize("kind", [PricePlot, LossesPlot])
def test_that_the_axis_holds_a_longer_run_before_and_leaves_the_shown_one_half_of_it(qtbot, kind):
    plot = shown(qtbot, kind)
    plot.set_folds(True)
    plot.set_recording(recording())
    longer = before_of(recording(), 200)
    count = len(longer.series)
    for name in ("market", "repaid_usd"):  # something moves up to its end
        longer.series._columns[name] = longer.series._columns[name] * np.linspace(1, 2, count).reshape(
            -1, *[1] * (longer.series._columns[name].ndim - 1)
        )
    longer.series.quiet = lambda: np.zeros(count, dtype=bool)
    plot.set_before(longer, "the run before")
    left, right = plot.span()
    assert 0.4 * (right - left) < plot.fold.place(len(recording()) - 1) < plot.fold.place(count - 1) < right
    assert plot.fold.narrow == (plot.fold.narrow[0], count - 1)
    assert "rounds" not in plot.subtitle.text().split("thin")[1], "it is not cut off"


def test_that_the_reproduction_number_is_drawn_over_the_bars_with_a_halo_and_under_the_labels(qtbot):
    plot = shown(qtbot, LiquidationsPlot)
    plot.set_recording(recording())
    plot.show_round(len(recording().rounds) - 1)
    plot.grab()
    assert plot.number_view.parentItem() is plot.plot
    assert plot.plot.vb.zValue() < plot.number_view.zValue() < plot.labels.zValue()
    halo, pen = plot.number.opts["shadowPen"], plot.number.opts["pen"]
    assert halo.widthF() >= pen.widthF() + 1
    assert halo.color().name() == plot._tokens.background
    assert plot.number_view.sceneBoundingRect() == plot.plot.vb.sceneBoundingRect()


def test_that_losses_of_each_round_add_up_to_those_that_have_come_together(qtbot):
    plot = shown(qtbot, LossesPlot)
    plot.resize(900, 420)
    run = read_file(RESOURCES / "examples" / "compound-thin.cascade").recording
    run.losses.work_out()
    plot.set_recording(run)
    last = len(run) - 1
    plot.show_round(last)
    whole = {name: line.getOriginalDataset()[1] for name, line in plot.lines.items()}
    plot.mode_chooser.menu().actions()[1].trigger()
    assert plot.is_per_round
    drawn = 0
    for name, line in plot.lines.items():
        each = line.getOriginalDataset()[1]
        if len(each):
            assert each.sum() == pytest.approx(whole[name][-1] - whole[name][0], rel=1e-9, abs=1e-6)
            drawn += 1
    assert drawn >= 4
    assert "in each round" in plot.subtitle.text()
    low, high = plot.plot.vb.viewRange()[1]
    assert all(low <= min(line.getOriginalDataset()[1], default=0) for line in plot.lines.values())
    assert high < max(values.max() for values in whole.values() if len(values))
    assert plot._readout(3.0, 0.0).startswith("in round 3: ")
    plot.mode_chooser.menu().actions()[0].trigger()
    for name, line in plot.lines.items():
        assert line.getOriginalDataset()[1].tolist() == whole[name].tolist()
