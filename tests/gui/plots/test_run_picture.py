"""What is made of a finished run for the plots, and what is left for later."""

from __future__ import annotations

import numpy as np

import engine
from cascade_gui.plots.run_picture import RunPictures
from tests.gui.plots.runs import scenario


def test_that_the_losses_of_other_rounds_may_be_left_for_later():
    run = engine.run(scenario(fall=0.5))
    picture = RunPictures().make(run, None, None, every_loss=False)
    assert not picture.series.knows_losses
    assert np.isnan(picture.series["total_loss_usd"][1])
    assert picture.series["total_loss_usd"][-1] == run.losses.total_loss_usd().sum() > 0
    assert picture.series["insolvent_debt_usd"][-1] == run.losses.insolvent_debt_usd().sum()
    run.losses.work_out()
    assert picture.series.update()
    assert picture.series.knows_losses
    assert not np.isnan(picture.series["total_loss_usd"]).any()


def test_that_the_losses_of_a_round_in_between_are_those_of_the_whole_run():
    run, other = (engine.run(scenario(fall=0.5)) for _ in range(2))
    other.losses.work_out()
    picture = RunPictures().make(run, 2, None, every_loss=False)
    assert picture.series["total_loss_usd"][2] == np.float64(other.losses.total_loss_usd(2).sum())
