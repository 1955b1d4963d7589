"""What plots say stands beside what it is about, covers nothing, and is said where there is little room too."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QToolTip

import engine
from cascade_gui.plots.health import HealthPlot
from cascade_gui.plots.health_texts import in_the_plot
from cascade_gui.plots.histogram import histograms, tallest
from cascade_gui.plots.liquidation_map import LiquidationMapPlot
from cascade_gui.plots.liquidations import LiquidationsPlot
from cascade_gui.plots.losses import LossesPlot
from cascade_gui.plots.map_data import MapMode
from cascade_gui.plots.price import PricePlot
from cascade_gui.plots.run_picture import RunPictures, round_picture
from cascade_gui.plots.steps import nice_top
from cascade_gui.theme.tokens import DARK, LIGHT
from engine.files import read_file
from engine.reading.round_view import round_view
from tests.shared import RESOURCES

SIZES = [(375, 300), (650, 272), (900, 500)]


@cache
def example():
    """Return the recording of the first example."""
    return read_file(RESOURCES / "examples" / "compound-thin.cascade").recording


@cache
def pictures(fall: float = 0.1):
    """Return the ends of the example's run and of one with another fall."""
    other = engine.run(example().scenario.with_values({"shock.returns.WETH": -fall}))
    return [RunPictures().make(run, None, None) for run in (example(), other)]


def shown(qtbot, kind, size):
    plot = kind()
    qtbot.addWidget(plot)
    plot.resize(*size)
    plot.grab()
    return plot


def texts(plot) -> list[str]:
    return [label.text for label, _ in plot.labels.placed]


def place_in(plot, x, y) -> QPointF:
    """Return where a point of the plot's numbers is, in pixels of the plot."""
    return plot.plot.mapFromItem(plot.plot.vb, plot.plot.vb.mapFromView(QPointF(x, y)))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("compared", [True, False])
def test_that_what_is_past_the_limit_is_said_beside_it_and_covers_no_bar(qtbot, size, compared):
    plot = shown(qtbot, HealthPlot, size)
    now, before = pictures()
    plot.take(now)
    plot.set_before(before if compared else None, "the run before")
    said = [place for label, place in plot.labels.placed if label.x == 1.0]
    assert len(said) >= 2
    limit = place_in(plot, 1.0, 0.0).x()
    assert all(limit < place.left() < limit + 12 for place in said)
    for bars in (plot.safe, plot.before):
        tops = [place_in(plot, bar.center().x(), bar.bottom()) for bar in bars._rectangles if bar.height()]
        assert not any(
            place.left() < top.x() < place.right() and top.y() < place.bottom() for top in tops for place in said
        )


@pytest.mark.parametrize("size", SIZES)
def test_that_a_round_is_outlined_by_the_same_one_of_the_run_before_and_an_end_by_its_end(qtbot, size):
    plot = shown(qtbot, HealthPlot, size)
    _, before = pictures()
    last, last_before = len(example()) - 1, len(before.recording.rounds) - 1
    wanted = {0: 0, 14: min(14, last_before), last: last_before}
    plot.set_before(before, "the run before")
    for number, same in wanted.items():
        plot.take(RunPictures().make(example(), number, None))
        qtbot.waitUntil(lambda: not plot.is_busy)
        assert plot._outlined.round == same
        assert plot._outlined.health.tolist() == histograms(round_view(before.recording, same)).health.tolist()
        words = "the end of the run before" if same == last_before else f"round {same} of the run before"
        shorter = "run before's end" if same == last_before else f"run before r{same}"
        said = " ".join([plot.subtitle.text() if plot._says_subtitle else "", *texts(plot)])
        assert f"outlined: {words}" in said or f"outlined: {shorter}, $" in said
    plot.shut_down()


def test_that_words_on_what_is_outlined_never_stand_over_what_is_liquidatable(qtbot):
    plot = shown(qtbot, HealthPlot, (900, 300))
    now, before = pictures()
    plot.set_before(before, "the run before")
    plot.take(now)
    for width in range(900, 300, -25):
        plot.resize(width, 300)
        plot.grab()
        limit = place_in(plot, 1.0, 0.0).x()
        assert [label.text for label, place in plot.labels.placed if place.left() < limit] == [], width
        said = " ".join([plot.subtitle.text() if plot._says_subtitle else "", *texts(plot)])
        assert "the run before" in said or "run before's end" in said, width
    plot.shut_down()


@pytest.mark.parametrize("size", SIZES)
def test_that_without_a_run_before_every_round_is_outlined_by_the_book_before_the_shock(qtbot, size):
    plot = shown(qtbot, HealthPlot, size)
    for number in (14, len(example()) - 1):
        picture = RunPictures().make(example(), number, None)
        plot.take(picture)
        assert plot._outlined is picture.health_before
        above = plot.subtitle.text() if plot._says_subtitle else ""
        assert "outlined: before the shock" in " ".join([above, *texts(plot)])
    plot.shut_down()


def test_that_the_same_round_of_the_run_before_comes_with_the_picture_of_a_round(qtbot):
    plot = shown(qtbot, HealthPlot, SIZES[0])
    _, before = pictures()
    plot.take(RunPictures().make(example(), 3, None))
    plot.set_before(before, "the run before")
    view = round_view(example(), 5)
    picture = round_picture(view, example().rounds[0].oracle, None, before=before)
    assert picture.health_was.round == 5
    plot.set_view(view, picture)
    assert plot._outlined is picture.health_was, "in the same turn, with nothing to wait for"
    assert round_picture(round_view(example(), 0), example().rounds[0].oracle, None, before=before).health_was is None
    plot.shut_down()


@pytest.mark.parametrize("colours", [DARK, LIGHT])
@pytest.mark.parametrize("by_ltv", [False, True])
def test_that_what_is_past_the_limit_is_said_in_the_colours_of_its_bars(qtbot, colours, by_ltv):
    plot = shown(qtbot, HealthPlot, SIZES[1])
    plot.apply_theme(colours)
    plot.set_by_ltv(by_ltv)
    plot.take(pictures()[0])
    label = next(label for label, _ in plot.labels.placed if label.parts)
    assert "".join(text for text, _ in label.parts) == label.text
    (first, of_first), (second, of_second) = label.parts
    assert ("more debt than collateral" if by_ltv else "liquidatable") in first
    assert "bad debt" in second
    assert of_first == plot.unsafe._brush.color().name()
    assert of_second == plot.bad._brush.color().name() != of_first
    plot.labels.show()
    picture = plot.view.grab().toImage()
    place = next(place for each, place in plot.labels.placed if each is label).toRect()
    seen = {
        picture.pixelColor(x, y).name()
        for x in range(place.left(), place.right())
        for y in range(place.top(), place.bottom())
    }
    assert {of_first, of_second} <= seen
    plot.shut_down()


@pytest.mark.parametrize("size", SIZES)
def test_that_words_cost_the_bars_no_more_than_a_quarter_of_the_height(qtbot, size):
    plot = shown(qtbot, HealthPlot, size)
    now, before = pictures()
    plot.set_before(before, "the run before")
    plot.take(now)
    plot.grab()
    compared = [before.health, before.health_before, now.health, now.health_before]
    most, top = max(tallest(each.health) for each in compared), plot.plot.vb.viewRange()[1][1]
    assert most < top
    assert top <= max(1.02 * most / 0.75, nice_top(1.02 * most)) * (1 + 1e-9)
    plot.shut_down()


@pytest.mark.parametrize("width", [560, 650])
def test_that_the_map_numbers_a_fall_and_says_what_falls(qtbot, width):
    plot = shown(qtbot, LiquidationMapPlot, (width, 300))
    plot.take(pictures()[0])
    plot.set_asset(plot._names.index("WETH"))
    plot.take(RunPictures().make(example(), None, "WETH"))
    assert plot.reach > 0
    plot.grab()
    written = sorted(plot.axes["bottom"].picture.texts, key=lambda each: each[0].x())
    said = [text for _, text in written]
    assert "0" in said
    assert any(text.startswith("-") for text in said)
    assert any(text.startswith("+") for text in said)
    assert "WETH since round 0" in plot.axes["bottom"].toolTip()
    at = next(said.index(text) for text in ("WETH since round 0", "change") if text in said)
    laid_out = plot.axes["bottom"]._texts
    ends = [place.x() + laid_out.size(text).width() for place, text in written]
    assert all(written[each + 1][0].x() - ends[each] >= 19 for each in range(at - 1, min(at + 1, len(said) - 1)))


@pytest.mark.parametrize("mode", [MapMode.CUMULATIVE, MapMode.LEVELS, MapMode.ROUNDS])
def test_that_no_mouse_leads_the_map_to_falls_of_more_than_all_of_a_price(qtbot, mode):
    plot = shown(qtbot, LiquidationMapPlot, (650, 300))
    plot.take(pictures()[0])
    plot.set_mode(mode)
    qtbot.waitUntil(lambda: not plot.is_busy, timeout=60_000)
    plot.set_locked(False)
    for _ in range(4):
        plot.plot.vb.scaleBy((2.0, 2.0))
        plot.plot.vb.translateBy(x=0.5, y=-0.5)
    (_, right), (bottom, _) = plot.plot.vb.viewRange()
    assert (-bottom if mode is MapMode.ROUNDS else right) <= 1.0
    plot.set_locked(True)
    plot.shut_down()


def test_that_a_price_beyond_the_map_is_said_at_its_edge_and_has_no_line(qtbot):
    plot = shown(qtbot, LiquidationMapPlot, (650, 300))
    run = engine.run(example().scenario.with_values({"shock.returns.WETH": -0.95}))
    plot.take(RunPictures().make(run, None, None))
    plot.set_asset(plot._names.index("WETH"))
    plot.take(RunPictures().make(run, None, "WETH"))
    assert not plot.marks.now.isVisible()
    assert any(text.endswith("% →") for text in texts(plot))
    plot.take(RunPictures().make(run, 0, "WETH"))
    assert plot.marks.now.isVisible()
    assert not any("→" in text for text in texts(plot))
    plot.shut_down()


def test_that_the_map_marks_the_same_round_of_the_run_before_and_beside_the_end_its_end(qtbot):
    plot = shown(qtbot, LiquidationMapPlot, (900, 400))
    _, before = pictures()
    weth = example().book.asset_names.index("WETH")
    plot.take(pictures()[0])
    plot.set_asset(weth)
    plot.set_before(before, "the run before")
    last, last_before = len(example()) - 1, len(before.recording.rounds) - 1
    for number, same in ((0, 0), (5, 5), (last, last_before)):
        plot.take(RunPictures().make(example(), number, "WETH"))
        rounds = before.recording.rounds
        assert plot.marks.was.value() == pytest.approx(1 - rounds[same].oracle[weth] / rounds[0].market[weth])
    plot.shut_down()


def test_that_labels_of_the_two_prices_of_a_map_stand_on_the_sides_away_from_each_other(qtbot):
    plot = shown(qtbot, LiquidationMapPlot, (900, 400))
    now, before = pictures()
    asset = "WETH"
    plot.take(now)
    plot.set_asset(plot._names.index(asset))
    plot.take(RunPictures().make(before.recording, None, asset))
    plot.set_before(now, "the run before")
    lines = [place_in(plot, line.value(), 0.0).x() for line in (plot.marks.now, plot.marks.was)]
    said = [place for label, place in plot.labels.placed if label.text.startswith(("oracle", "the run before"))]
    assert len(said) == 2
    assert not any(place.left() < line < place.right() for place in said for line in lines)
    plot.shut_down()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("fall", [0.1, 0.95])
def test_that_losses_are_named_from_top_to_bottom_as_their_lines_are(qtbot, size, fall):
    plot = shown(qtbot, LossesPlot, size)
    plot.set_folds(True)
    for picture in pictures(fall):
        plot.set_recording(picture.recording)
        plot.show_round(picture.round)
        placed = sorted(plot.labels.placed, key=lambda each: each[1].top())
        assert len(placed) >= 3
        heights = [label.y for label, _ in placed]
        assert heights == sorted(heights, reverse=True)
    assert plot.lines["bad_debt_usd"].opts["pen"].color() != plot.lines["lender_loss_usd"].opts["pen"].color()


@pytest.mark.parametrize(("width", "name"), [(375, "R "), (900, "reproduction number")])
def test_that_the_right_axis_of_liquidations_has_a_name(qtbot, width, name):
    plot = shown(qtbot, LiquidationsPlot, (width, 300))
    plot.set_recording(example())
    plot.show_round(len(example()) - 1)
    assert any(text.startswith(name) and "above 1" in text for text in texts(plot))


def test_that_a_narrow_plot_of_liquidations_says_what_is_outlined(qtbot):
    plot = shown(qtbot, LiquidationsPlot, (330, 300))
    now, before = pictures()
    plot.set_recording(now.recording)
    plot.set_before(before, "the run before")
    plot.show_round(5)
    assert plot._says_subtitle or "outlined: the run before" in texts(plot)
    plot.resize(900, 300)
    plot.grab()
    plot.show_round(6)
    assert plot._says_subtitle
    assert "outlined: the run before" not in texts(plot)
    plot.set_siblings([(name, name, name) for name in ("Price", "plot_liquidations", "Contagion", "Losses")])
    plot.resize(450, 300)
    plot.grab()
    assert not plot._says_subtitle
    assert "outlined: the run before" in texts(plot), "as soon as the title has no room"
    plot.set_siblings([])
    plot.resize(900, 300)
    plot.grab()
    assert "outlined: the run before" not in texts(plot), "and not twice"


@pytest.mark.parametrize("usd", [0.0, 5e4])
def test_that_no_amount_is_told_of_what_is_outlined_where_there_is_none(usd):
    was = replace(pictures()[1].health, liquidatable_usd=usd)
    said = in_the_plot(was, "the end of the run before", is_last=True, by_ltv=False, said_above=False)
    assert said[0] == ("outlined: the end of the run before, $50k" if usd else "outlined: the end of the run before")
    assert any("$0" in text for text in said) is False


def test_that_a_readout_that_stands_at_the_mouse_leaves_the_title_as_it_is(qtbot, monkeypatch):
    monkeypatch.setattr(QToolTip, "showText", lambda *_: None)
    plot = shown(qtbot, LiquidationsPlot, (520, 300))
    plot.set_recording(example())
    plot.show_round(3)
    assert not plot.subtitle.isHidden()
    plot._say(plot._readout(11.0, 0.0))
    assert plot.readout.wanted_width() > 520
    assert not plot.subtitle.isHidden()
    plot._say("short")
    assert plot.subtitle.isHidden()
    plot._say("")
    assert not plot.subtitle.isHidden()


@pytest.mark.parametrize("fall", [0.08, 0.1])
def test_that_no_price_is_written_along_the_line_of_the_run_before(qtbot, fall):
    plot = shown(qtbot, PricePlot, (375, 190))
    thin = engine.run(example().scenario.with_values({"assets.WETH.liquidity.depth_multiplier": 0.05}))
    before = engine.run(example().scenario.with_values({"shock.returns.WETH": -fall}))
    plot.set_recording(thin)
    plot.set_before(RunPictures().make(before, None, None), "the run before")
    for number in (1, 2):
        plot.show_round(number)
        x, y = plot.was.getOriginalDataset()
        for label, place in plot.labels.placed:
            if label.text.startswith(("without liquidations", "market")):
                edges = [
                    plot.plot.vb.mapToView(plot.plot.vb.mapFromItem(plot.plot, at)).x()
                    for at in (place.topLeft(), place.topRight())
                ]
                along = np.linspace(*edges, 40)
                heights = [
                    place_in(plot, at, height).y() for at, height in zip(along, np.interp(along, x, y), strict=True)
                ]
                struck = sum(place.top() < height < place.bottom() for height in heights)
                assert struck < 10, label.text
