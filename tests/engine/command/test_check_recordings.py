"""``cascade check`` looks into the recording of a file, and with --run compares it with a run."""

from __future__ import annotations

import engine
from engine.files import save_scenario
from engine.files.recording_members import recording_members
from tests.engine.files.test_recordings import DATA
from tests.engine.files.test_recordings_of_their_scenario import made_up, write

SAVED = "allowed: a .cascade file that was saved after a run"


def test_that_check_says_what_was_not_run_again_and_runs_it_when_asked(cascade, tmp_path):
    recording = engine.run(engine.from_dict(DATA))
    path = tmp_path / "run.cascade"
    save_scenario(recording.scenario, path, recording)
    ended = cascade("check", path)
    assert (ended.status, ended.err) == (0, "")
    assert "unverified: it adds up, but was not run again (--run does)" in ended.out
    ended = cascade("check", "--run", path)
    assert ended.status == 0
    assert ended.out.endswith("as a run gives them here\n")
    write(path, made_up(recording_members(recording), 3.0))
    assert cascade("check", path).status == 0
    ended = cascade("check", "--run", path)
    assert ended.status == 2
    assert "liquidator_profit_usd" in ended.err
    save_scenario(recording.scenario, path)
    ended = cascade("check", "--run", path)
    assert (ended.status, ended.err) == (2, f"{path}: holds no recording; {SAVED}\n")
