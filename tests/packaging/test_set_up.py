"""The set-up script, in a process of its own as it runs: nothing here may see packaging/."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.shared import ROOT

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux needs Qt's system libraries")


def run_beside_the_script(code: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, 'packaging')\n{code}"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=settings or None,
        check=False,
    )


def test_that_the_help_names_every_command():
    answer = subprocess.run(
        [sys.executable, "packaging/dev.py", "--help"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert answer.returncode == 0
    for command in ("run", "test", "bench", "soak", "build"):
        assert f"    {command} " in answer.stdout


def test_that_an_old_python_is_told_in_one_line_what_is_needed():
    answer = run_beside_the_script("sys.version_info = (3, 9, 2, 'final', 0)\nimport dev")
    assert answer.returncode == 1
    assert answer.stderr.splitlines() == [
        "Cascade needs Python 3.11 or newer, this is 3.9: start this with a newer one."
    ]


@linux
def test_that_only_libraries_that_are_not_there_are_missing():
    answer = run_beside_the_script(
        "from system_libraries import Library, missing\n"
        "print([found.debian for found in missing([\n"
        "    Library('libc.so.6', 'libc6', 'glibc'), Library('libnowhere.so.9', 'libnowhere9', 'nowhere')])])"
    )
    assert answer.stdout.strip() == "['libnowhere9']"


@pytest.mark.parametrize(
    ("tool", "message"),
    [
        ("apt-get", "This system lacks Qt's x. Type: sudo apt-get install libone libtwo"),
        ("dnf", "This system lacks Qt's x. Type: sudo dnf install one two"),
        ("zypper", "This system lacks Qt's x: install it with the system's package manager."),
    ],
)
def test_that_who_may_not_install_is_told_the_exact_command(tool, message):
    answer = run_beside_the_script(
        "import system_libraries as s\n"
        f"s.shutil.which = lambda name: name if name == {tool!r} else None\n"
        "s.os.geteuid = lambda: 1000\n"
        "try: s.install_packages(['libone', 'libtwo'], \"Qt's x\", ['one', 'two'])\n"
        "except s.SetUpError as error: print(error)"
    )
    assert (answer.stdout.strip(), answer.stderr) == (message, "")


@linux
def test_that_without_a_display_the_example_runs_in_the_terminal():
    answer = run_beside_the_script(
        "import commands as c\n"
        "c.environment.ready = lambda *extras: 'python'\n"
        "c.subprocess.call = lambda command, **_: print(command[1:4]) or 0\n"
        "sys.exit(c.main(['run', 'mine.json']))",
        PATH="",
    )
    assert answer.returncode == 0
    assert answer.stdout.splitlines() == [
        "There is no display here: running mine.json in the terminal instead of the window.",
        "['-m', 'engine', 'run']",
    ]


@linux
def test_that_each_virtual_screen_gets_a_display_of_its_own():
    answer = run_beside_the_script(
        "from system_libraries import virtual_screen\n"
        "import shutil\n"
        "if shutil.which('Xvfb') is None: sys.exit(77)\n"
        "with virtual_screen() as one, virtual_screen() as two: print(one['DISPLAY'] != two['DISPLAY'])"
    )
    if answer.returncode == 77:
        pytest.skip("Xvfb is not installed")
    assert (answer.stdout.strip(), answer.stderr) == ("True", "")
