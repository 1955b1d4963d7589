"""What the README tells a newcomer to type works as it stands there."""

from __future__ import annotations

import re
import shlex

from engine.command.main import main
from tests.shared import ROOT


def test_that_the_readmes_own_book_is_imported_and_runs(tmp_path, monkeypatch, capsys):
    text = (ROOT / "README.md").read_text(encoding="utf-8").split("## Your own loan book")[1].split("\n## ")[0]
    tables = re.findall(r"`(\w+\.csv)`.*?```csv\n(.*?)```", text, flags=re.DOTALL)
    assert [name for name, _ in tables] == ["book.csv", "params.csv"]
    for name, table in tables:
        (tmp_path / name).write_text(table)
    commands = re.findall(r"^\.venv/bin/cascade (.*)$", text, flags=re.MULTILINE)
    assert len(commands) == 2
    with monkeypatch.context() as inside:
        inside.chdir(tmp_path)
        for command in commands:
            assert main(shlex.split(command)) == 0
    printed = capsys.readouterr().out
    assert "4 loans, 3 accounts" in printed
    assert re.search(r"Liquidations +[1-9]", printed)


def test_that_the_readmes_script_runs_as_it_stands_there(monkeypatch, capsys):
    text = (ROOT / "README.md").read_text(encoding="utf-8").split("## From a script")[1].split("\n## ")[0]
    program = "\n".join(re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL))
    monkeypatch.chdir(ROOT)
    exec(compile(program, "README.md", "exec"), {})
    assert float(capsys.readouterr().out.split()[-1]) > 1e6
