"""Kernels are compiled in less time than numba takes by itself, and compute the same to the last bit."""

from __future__ import annotations

import math
import pickle

import numba
import numpy as np
import pytest
from numba import config
from numba.core.registry import cpu_target

from engine.base.kept_files import Kept, read_signed
from engine.kernels import compiling

KEY = bytes(range(32))
VALUES = np.random.default_rng(5).lognormal(sigma=3.0, size=(50, 3))

pytestmark = pytest.mark.skipif(bool(config.DISABLE_JIT), reason="nothing is compiled")


def share(a, b):
    return a / (a + b)


def earned(a, b, c):
    return max(share(a, b), 0.25) * math.exp(-c) + a**0.3 - min(b, c)


def earnings(rows, found):
    for i in range(len(rows)):
        found[i] = earned(rows[i, 0], rows[i, 1], rows[i, 2])


def with_calls(functions, *decorators):
    """Compile functions that call those before them in the list; return the last."""
    names = {"math": math}
    for function, decorate in zip(functions, decorators, strict=True):
        copied = type(function)(function.__code__, {**names, "__name__": __name__}, function.__name__)
        names[function.__name__] = decorate(copied)
    return names[functions[-1].__name__]


@pytest.fixture
def kernel(tmp_path, monkeypatch):
    """Return a function that makes the kernel as a process that starts now would, from the files that are there."""
    monkeypatch.setattr(compiling, "kept", lambda: Kept(tmp_path, KEY, ""))

    def make():
        return with_calls([share, earned, earnings], compiling.inlined, compiling.part, compiling.kernel)

    return make


def filled(function):
    found = np.empty(len(VALUES))
    function(VALUES, found)
    return found


def kept_kinds(folder):
    """Return in which form the code of each function is kept."""
    return {
        path.name.split(".")[1].split("-")[0]: pickle.loads(read_signed(path, KEY))[0][1] for path in folder.iterdir()
    }


def test_that_a_kernel_gives_to_the_last_bit_what_numba_alone_gives(kernel):
    alone = with_calls([share, earned, earnings], *3 * [numba.njit(error_model="numpy")])
    assert filled(kernel()).tobytes() == filled(alone).tobytes()


def test_that_only_what_python_calls_becomes_machine_code(kernel, tmp_path):
    filled(kernel())
    assert kept_kinds(tmp_path) == {"share": "part", "earned": "part", "earnings": "object"}


def test_that_a_kernel_can_be_made_of_parts_that_another_process_has_compiled(kernel, tmp_path):
    first = filled(kernel())
    [path] = tmp_path.glob("*.earnings-*")
    path.unlink()
    again = kernel()
    assert filled(again).tobytes() == first.tobytes()
    assert path.exists()


def added():
    """Return the names of all that hangs on numba's own contexts."""
    return {name for context in (cpu_target.typing_context, cpu_target.target_context) for name in vars(context)}


def test_that_numba_is_left_as_it_was_whether_compiling_succeeds_or_not(kernel):
    filled(kernel())
    assert not added() & {"_resolve_user_function_type", "load_additional_registries"}
    with pytest.raises(numba.core.errors.TypingError):
        kernel()(VALUES, "no array")
    assert not added() & {"_resolve_user_function_type", "load_additional_registries"}
