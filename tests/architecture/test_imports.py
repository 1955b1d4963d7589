"""Data flows one way: no circle of imports, not even one hidden inside functions."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

from tests.architecture.imports import imports, module_of, modules


def test_that_no_modules_import_each_other_in_a_circle_not_even_inside_functions():
    known = modules()
    graph = {
        name: {target for imported, _ in imports(file) if (target := module_of(imported, known)) not in {None, name}}
        for name, file in known.items()
    }
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise AssertionError(" imports ".join(reversed(error.args[1]))) from None
