"""Answers of studies that are kept in a scenario file."""

from __future__ import annotations

import io
import json
import zipfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import engine
from engine.command.main import main
from engine.files import read_file
from engine.studies import columns_file
from engine.studies.saving import read_studies
from tests.engine.files.archives import with_provenance, zipped
from tests.engine.studies.books import ladder

LIQUIDITY = {"model": "exponential", "depth_2pct_usd": 50_000.0}
ASKED = {
    "book": {"top": 2},
    "threshold": {"asset": "WETH", "to": "70%", "paths": 5, "horizon": "5min"},
    "liquidity": {"within": "30%", "volume": "WETH=1e6", "supply": {"WETH": 1e6}},
    "response": {"direction": "WETH=1,WBTC=0.5", "to": -0.5, "steps": 8},
    "critical": {"asset": "WETH", "depths": "0.5,1"},
    "sweep": {
        "axis": {
            "shock.returns.WETH": [-0.1, -0.3],
            "liquidators.max_liquidations_per_round": [None, 1],
            "markets.lender.rules.close": [{"kind": "full"}, {"kind": "fraction", "close_factor": 0.5}],
        },
        "measure": "liquidations,total_loss_usd",
    },
    "sensitivity": {"vary": {"liquidators.gas_usd": (0, 50), "shock.returns.WETH": (-0.5, -0.1)}},
    "montecarlo": {"paths": 6, "horizon": "5min", "volatility": "WETH=5", "depeg": "USDC=0.9:0.01"},
}


@pytest.fixture(scope="module")
def book():
    return ladder(
        [8_000.0, 12_000.0, 15_000.0], liquidity=LIQUIDITY, shock={"kind": "instant", "returns": {"WETH": -0.3}}
    )


def saved(scenario, path, *results):
    engine.save(scenario, path, studies=results)
    return engine.load_studies(path)


def damaged(path, member, content):
    """Write a file again in which one member holds something else, or is there at all, with the right checksum."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist() if name != "provenance.json"}
    members[member] = content(members[member]) if callable(content) else content
    path.write_bytes(zipped(with_provenance(members)))


def head_with(**changes):
    return lambda data: json.dumps({**json.loads(data), **changes}).encode()


def parquet(**columns):
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


@pytest.mark.parametrize("name", ASKED)
def test_that_a_study_comes_back_from_a_file_as_it_was_and_opens_the_same_runs(name, book, tmp_path):
    made = getattr(engine.studies, name)(book, **ASKED[name])
    found = saved(book, tmp_path / "book.cascade", made)[name]
    assert found.to_dict() == made.to_dict()
    assert found.settings == made.settings
    for table in ("rows", *made.answer.tables):
        assert found.frame(table).equals(made.frame(table))
        assert found.frame(table).dtypes.equals(made.frame(table).dtypes)
    if made.answer.values_of is None:
        with pytest.raises(engine.BadInput, match="no runs"):
            found.open(0)
    else:
        for row in range(len(made.frame())):
            assert found.open(row).parameters == made.open(row).parameters


def test_that_the_answer_of_an_older_scenario_is_still_of_that(book, tmp_path):
    made = engine.studies.response(book, steps=4)
    changed = book.with_values({"liquidators.gas_usd": 7.0})
    found = saved(changed, tmp_path / "book.cascade", made)["response"]
    assert found.scenario.parameters.liquidators.gas_usd == 0.0
    assert found.to_dict() == made.to_dict()
    assert found.open(3).parameters == made.open(3).parameters


def test_that_rows_of_another_loan_book_are_shown_and_cannot_be_opened(book, tmp_path):
    made = engine.studies.response(book, steps=4)
    other = ladder([9_000.0], liquidity=LIQUIDITY, shock={"kind": "instant", "returns": {"WETH": -0.3}})
    found = saved(other, tmp_path / "book.cascade", made)["response"]
    assert found.to_dict() == made.to_dict()
    with pytest.raises(engine.BadInput, match="the loan book has changed since; allowed: the study made again"):
        found.open(0)


def test_that_an_answer_keeps_its_origin_when_it_is_saved_again(book, tmp_path):
    made = engine.studies.book(book)
    other = ladder([9_000.0])
    once = saved(other, tmp_path / "once.cascade", made)["book"]
    twice = saved(other, tmp_path / "twice.cascade", once)["book"]
    back = saved(book, tmp_path / "back.cascade", twice)["book"]
    assert back.to_dict() == twice.to_dict() == made.to_dict()
    assert back.origin.has_book


def test_that_of_two_answers_to_one_question_the_last_is_kept(book, tmp_path):
    results = [engine.studies.book(book, top=top) for top in (1, 2)]
    assert saved(book, tmp_path / "book.cascade", *results)["book"].settings.top == 2


def test_that_json_refuses_studies_and_writes_nothing(book, tmp_path):
    with pytest.raises(engine.BadInput, match="JSON holds no studies"):
        engine.save(book, tmp_path / "book.json", studies=[engine.studies.book(book)])
    assert not list(tmp_path.iterdir())


def test_that_converting_keeps_them_where_the_format_does_and_says_so_where_not(book, tmp_path, capsys):
    made = engine.studies.book(book)
    saved(book, tmp_path / "book.cascade", made)
    assert main(["convert", str(tmp_path / "book.cascade"), str(tmp_path / "copy.cascade")]) == 0
    assert engine.load_studies(tmp_path / "copy.cascade")["book"].to_dict() == made.to_dict()
    assert main(["convert", str(tmp_path / "book.cascade"), str(tmp_path / "book.json")]) == 0
    assert "the answers of studies are left out" in capsys.readouterr().err
    assert engine.load_studies(tmp_path / "book.json") == {}


@pytest.mark.parametrize(
    ("member", "content", "words"),
    [
        ("study.json", b"{", "not JSON"),
        ("study.json", head_with(format="cascade-study/9"), "allowed: cascade-study/1"),
        ("study.json", head_with(more=1), "the keys"),
        ("study.json", head_with(study="sweep"), "study: 'sweep'; allowed: response"),
        ("study.json", head_with(settings={"step": 4}), "did you mean steps"),
        ("study.json", head_with(settings=[]), "a group of keys"),
        ("study.json", head_with(figures={"total_loss_usd.max": "much"}), "a number, or null"),
        ("study.json", head_with(notes="none"), "a list of texts"),
        ("study.json", head_with(stopped=1), "true or false"),
        ("study.json", head_with(seconds=-1), "a number of at least 0"),
        ("study.json", head_with(run_sha256="0" * 64), "scenario.json: missing"),
        ("study.json", head_with(provenance={}), "the hash of the loans"),
        ("rows.parquet", b"PAR1", "no readable Parquet"),
        ("rows.parquet", parquet(size=[1.0, None]), "a blank"),
        ("rows.parquet", parquet(size=[[1.0]]), "of type list"),
        ("losses.parquet", parquet(size=[1.0]), "does not belong there; allowed: rows, breaks"),
        ("scenario.json", b"[]", None),
    ],
)
def test_that_a_damaged_answer_is_refused_in_words_and_the_scenario_opens(book, tmp_path, member, content, words):
    path = tmp_path / "book.cascade"
    answers = [engine.studies.response(book, steps=4), engine.studies.book(book)]
    saved(book, path, *answers)
    damaged(path, f"studies/response/{member}", content)
    assert engine.load(path).to_dict() == book.to_dict()
    results, refused = read_studies(read_file(path), "book.cascade")
    if words is None:  # not looked at, since the file's own scenario is what was studied
        assert not refused
        return
    assert [result.study for result in results] == ["book"]
    assert words in str(refused[0])
    assert "\n" not in str(refused[0])
    assert str(refused[0]).startswith(("book.cascade, studies/response", "steps", "step"))
    with pytest.raises(engine.BadInput):
        engine.load_studies(path)


def test_that_parameters_which_were_not_studied_are_refused(book, tmp_path):
    path = tmp_path / "book.cascade"
    saved(book.with_values({"liquidators.gas_usd": 7.0}), path, engine.studies.book(book))
    other = json.dumps(book.with_values({"liquidators.gas_usd": 9.0}).parameters.to_dict()).encode()
    damaged(path, "studies/book/scenario.json", other)
    _, refused = read_studies(read_file(path), "book.cascade")
    assert "not what was studied" in str(refused[0])


def test_that_a_small_file_which_would_fill_the_memory_is_refused_before_it_is_read(book, tmp_path, monkeypatch):
    path = tmp_path / "book.cascade"
    saved(book, path, engine.studies.response(book, steps=4))
    same = pa.array(np.zeros(1_000_000))
    damaged(path, "studies/response/rows.parquet", parquet(**{f"c{place}": same for place in range(300)}))
    assert path.stat().st_size < 3_000_000
    monkeypatch.setattr(columns_file, "read_table", lambda *_: pytest.fail("it was read"))
    _, refused = read_studies(read_file(path), "book.cascade")
    assert "1,000,000 rows of 300 columns, 2,289 MiB; allowed: at most 2,048 MiB" in str(refused[0])


def test_that_more_values_of_parameters_than_a_study_has_are_refused_before_they_are_read(book, tmp_path, monkeypatch):
    path = tmp_path / "book.cascade"
    saved(book, path, engine.studies.response(book, steps=4))
    values = pa.array(np.full(5_000_000, "{}"))
    table = pa.table([values], schema=pa.schema([pa.field("size", pa.string(), metadata={"written": "json"})]))
    out = io.BytesIO()
    pq.write_table(table, out)
    damaged(path, "studies/response/rows.parquet", out.getvalue())
    monkeypatch.setattr(columns_file, "read_table", lambda *_: pytest.fail("it was read"))
    _, refused = read_studies(read_file(path), "book.cascade")
    assert "5,000,000 values of parameters; allowed: at most 4,000,000" in str(refused[0])


def test_that_rows_which_no_study_wrote_are_refused_in_words_when_they_are_opened(book, tmp_path):
    path = tmp_path / "book.cascade"
    saved(book, path, engine.studies.response(book, steps=4))
    damaged(path, "studies/response/rows.parquet", parquet(sizes=[-0.1]))
    with pytest.raises(engine.BadInput, match="row 1: no run of this study"):
        engine.load_studies(path)["response"].open(0)


def test_that_a_question_nobody_knows_is_refused_in_words(book, tmp_path):
    path = tmp_path / "book.cascade"
    saved(book, path, engine.studies.book(book))
    damaged(path, "studies/oracle_of_delphi/study.json", b"{}")
    results, refused = read_studies(read_file(path), "book.cascade")
    assert [result.study for result in results] == ["book"]
    assert len(refused) == 1


@pytest.mark.parametrize(
    "name", ["studies/../evil.parquet", "studies/book/run.exe", "studies/Book/study.json", "studies/"]
)
def test_that_members_which_no_study_writes_are_refused_as_everywhere_in_the_file(book, tmp_path, name):
    path = tmp_path / "book.cascade"
    saved(book, path, engine.studies.book(book))
    damaged(path, name, b"")
    with pytest.raises(engine.BadInput):
        engine.load(path)


def test_that_a_member_that_is_damaged_on_the_disk_leaves_the_rest(book, tmp_path):
    path = tmp_path / "book.cascade"
    saved(book, path, engine.studies.book(book))
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["studies/book/rows.parquet"] += b"x"
    path.write_bytes(zipped(members))
    assert engine.load(path).to_dict() == book.to_dict()
    _, refused = read_studies(read_file(path), "book.cascade")
    assert "wrong checksum" in str(refused[0])
