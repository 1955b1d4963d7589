"""What there is to compile: each kernel with each set of types that a part of the engine calls it with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.kernels.compiling import Kernel
from engine.kernels.uncompiled import rehearsing

if TYPE_CHECKING:
    from engine.kernels.compiling import Kernel as AnyKernel

_UNPACKING = 1
"""Weight of each letter in the names of a kernel's types, which are the longer the more arrays it unpacks."""


@dataclass(frozen=True)
class Job:
    """One kernel to compile for one set of types.

    Parameters
    ----------
    kernel, types
        What, for what.
    file
        The name of the file that its compiled code is kept in.
    weight
        About how long it takes, beside others: the size of all that it is made of.
    """

    kernel: AnyKernel
    types: tuple[Any, ...]
    file: str
    weight: int

    @property
    def is_kept(self) -> bool:
        """Whether it was compiled before."""
        return self.kernel.is_kept(self.types)

    def compile(self) -> None:
        """Compile it, or read it if it was compiled before."""
        self.kernel.compile(self.types)


def jobs_of(part: str) -> list[Job]:
    """Return what a part of the engine needs, what takes longest first.

    Nothing is compiled for it. In a process in which kernels are compiled already, these are not among them.

    Parameters
    ----------
    part
        One of `engine.warming.parts.PARTS`.
    """
    from engine.warming.rehearsals import rehearse

    found: dict[str, Job] = {}

    def note(kernel: AnyKernel, types: tuple[Any, ...]) -> None:
        file = kernel.file_name(types)
        if file not in found:
            found[file] = Job(kernel, types, file, _size(kernel, set()) + _UNPACKING * len(str(types)))

    with rehearsing(note):
        rehearse(part)
    return sorted(found.values(), key=lambda job: (-job.weight, job.file))


def _size(kernel: AnyKernel, seen: set[int]) -> int:
    """Return the length of the code of a kernel and of all kernels that it is made of."""
    if id(kernel) in seen:
        return 0
    seen.add(id(kernel))
    code, names = kernel.py_func.__code__, kernel.py_func.__globals__
    called = [names[name] for name in code.co_names if isinstance(names.get(name), Kernel)]
    return len(code.co_code) + sum(_size(each, seen) for each in called)
