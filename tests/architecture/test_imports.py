"""Data flows one way: no circle of imports, and what is imported late is late for a reason."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

from tests.architecture.imports import imports, module_of, modules

HEAVY = {
    "distributed",
    "numba",
    "pandas",
    "pyarrow",
    "pydantic",
    "pyqtgraph",
    "python_calamine",
    "rich",
    "scipy",
    "xlsxwriter",
}
"""Libraries that take long to load. What needs one may be imported inside a function, so that the window paints first
and a command that fails says so at once; nothing else may."""

LATE_ANYWAY = {
    "difflib": "only to word a fault",
    "fcntl": "not on every system",
    "imageio_ffmpeg": "only where the extra that brings it is installed",
    "multiprocessing": "only where a process of its own is started",
    "resource": "only in a process that limits itself, where the system has it",
    "shiboken6": "only while something is taken down",
}

HEAVY_THERE = {
    "cascade_gui.app": {"PySide6"},  # says that there is no display before it loads Qt
    "cascade_gui.window.settings": {"numpy"},  # read before the frame of the window is on the screen
    "engine.command": {"numpy"},  # `cascade --help` answers at once
}
"""What is heavy only for a part of the program; elsewhere it is there anyway."""


def graph(*, late: bool) -> dict[str, set[str]]:
    """The modules of the program that each one imports, with or without those inside functions."""
    known = modules()
    return {
        name: {
            target
            for imported, is_late in imports(file)
            if (late or not is_late) and (target := module_of(imported, known)) not in {None, name}
        }
        for name, file in known.items()
    }


def loaded_libraries() -> dict[str, set[str]]:
    """What is loaded from elsewhere where a module is imported: by itself, what it imports, and the rooms around it."""
    known, early = modules(), graph(late=False)
    for name in known:
        early[name] |= {room for room in known if name.startswith(f"{room}.")}
    own = {
        name: {imported.partition(".")[0] for imported, is_late in imports(file) if not is_late}
        for name, file in known.items()
    }
    found = {}
    for name in known:
        seen, todo = {name}, [name]
        while todo:
            more = early[todo.pop()] - seen
            seen |= more
            todo += more
        found[name] = set().union(*(own[each] for each in seen))
    return found


def test_that_no_modules_import_each_other_in_a_circle_not_even_inside_functions():
    try:
        list(TopologicalSorter(graph(late=True)).static_order())
    except CycleError as error:
        raise AssertionError(" imports ".join(reversed(error.args[1]))) from None


def test_that_only_what_loads_a_heavy_library_is_imported_late():
    known, loads = modules(), loaded_libraries()
    needless = []
    for name, file in known.items():
        heavy = HEAVY.union(*(more for place, more in HEAVY_THERE.items() if name.startswith(place)))
        for imported, is_late in imports(file):
            target = module_of(imported, known)
            libraries = {imported.partition(".")[0]} if target is None else loads[target]
            if is_late and not libraries & (heavy if target else heavy | LATE_ANYWAY.keys()):
                needless.append(f"{name}: {imported}")
    assert not needless, "\n".join(needless)
