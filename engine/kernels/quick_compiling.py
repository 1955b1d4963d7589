"""Compiling many small functions that call each other, in less time than numba takes; what they compute is the same.

Numba is made for functions that are compiled now and then, each by whoever calls it first. Here nearly a hundred are
compiled one after another, most of which only others call. So

- a part of kernels is hardly optimised and never made into machine code by itself: its callers take it in, and all is
  optimised there, once (`PartLibrary`);
- a kernel is optimised in one go; numba tidies up before, in case there are references to count (`KernelLibrary`);
- what a built-in function returns for some types is found out once, where numba tries up to forty candidates at each
  multiplication (`_Answers`);
- numba looks once for built-in functions that were added since, not at every access to an array.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from numba.core import codegen as numba_codegen
from numba.core import compiler as numba_compiler
from numba.core import dispatcher as numba_dispatcher
from numba.core import targetconfig as numba_targetconfig
from numba.core import types as numba_types
from numba.core.environment import lookup_environment as numba_lookup_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

codegen: Any = numba_codegen  # they have no types of their own
dispatcher: Any = numba_dispatcher
compiler: Any = numba_compiler
ConfigStack: Any = numba_targetconfig.ConfigStack
types: Any = numba_types
lookup_environment: Any = numba_lookup_environment

_ENVIRONMENTS = "_ZN08NumbaEnv"


class WholeLibrary(codegen.JITCodeLibrary):  # type: ignore[misc]
    """The code of a kernel and of all parts that it is made of, optimised as numba does."""

    def _finalize_final_module(self) -> None:
        super()._finalize_final_module()
        for variable in self._final_module.global_variables:  # those of its parts, which are in no memory themselves
            if variable.name.startswith(_ENVIRONMENTS):
                environment = lookup_environment(variable.name)
                if environment is not None:
                    self._codegen.set_env(variable.name, environment)


class KernelLibrary(WholeLibrary):
    """The code of a kernel without references to count."""

    def _optimize_functions(self, ll_module: Any) -> None:
        """Leave functions as they are until all that they call is there."""
        ll_module.data_layout = self._codegen._data_layout  # noqa: SLF001

    def _optimize_final_module(self) -> None:
        passes, builder = self._codegen._module_pass_manager()  # noqa: SLF001
        passes.run(self._final_module, builder)


class PartLibrary(KernelLibrary):
    """The code of a part of kernels, for them to take in. It is never run by itself, and is no machine code."""

    KIND = "part"

    @classmethod
    def read(cls, generator: Any, name: str, code: bytes) -> PartLibrary:
        """Return what `serialize_using_object_code` has written."""
        library = cls(generator, name)
        library._final_module = codegen.ll.parse_bitcode(code)
        library._finalize_final_module()
        return library

    @property
    def codegen(self) -> Any:
        """What sets the environment of code in memory: there is none."""
        return _NothingInMemory

    def serialize_using_object_code(self) -> tuple[str, str, bytes]:
        """Return what is kept of it."""
        return self.name, self.KIND, self._get_module_for_linking().as_bitcode()

    def _optimize_final_module(self) -> None:
        """Throw away what is not needed, above all addresses of this process, with which it could not be kept."""
        passes = codegen.ll.newpassmanagers.create_new_module_pass_manager()
        passes.add_sroa_pass()
        passes.add_dead_code_elimination_pass()
        passes.add_global_dead_code_eliminate_pass()
        _, builder = self._codegen._module_pass_manager()  # noqa: SLF001
        passes.run(self._final_module, builder)

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._verify_declare_only_symbols()
        self._finalized = True


class _NothingInMemory:
    @staticmethod
    def set_env(name: str, environment: Any) -> None:
        """Set nothing."""


class QuickCompiler(dispatcher._FunctionCompiler):  # type: ignore[misc]  # noqa: SLF001
    """What compiles a kernel or a part of kernels."""

    def _compile_core(self, args: tuple[Any, ...], return_type: Any) -> Any:
        flags = compiler.Flags()
        self.targetdescr.options.parse_as_flags(flags, self.targetoptions)
        typing, target = self.targetdescr.typing_context, self.targetdescr.target_context
        library = _kind_of_library(flags)(target.codegen(), self.py_func.__qualname__)
        library.enable_object_caching()
        with _quickly(typing, target):
            return compiler.compile_extra(
                typing, target, self.py_func, args=args, return_type=return_type, flags=flags, locals=self.locals,
                library=library, pipeline_class=self.pipeline_class,
            )  # fmt: skip


def _kind_of_library(flags: Any) -> type[WholeLibrary]:
    if flags.no_cpython_wrapper:
        return PartLibrary
    return WholeLibrary if flags.nrt else KernelLibrary


def rebuilt(target: Any, kept: tuple[Any, ...]) -> Any:
    """Return a compiled kernel, or a part of kernels, from what `CompileResult._reduce` made of it."""
    (name, kind, code), fndesc, environment, signature, objectmode, lifted, annotation, reload_init, others = kept
    if kind != PartLibrary.KIND:
        return compiler.CompileResult._rebuild(target, *kept)  # noqa: SLF001
    library = PartLibrary.read(target.codegen(), name, code)
    return compiler.CompileResult(
        typing_context=target.typing_context, target_context=target,
        entry_point=target.get_executable(library, fndesc, environment), typing_error=None,
        type_annotation=annotation, signature=signature, objectmode=objectmode, lifted=lifted, fndesc=fndesc,
        library=library, call_helper=None, environment=environment, metadata=None, reload_init=reload_init,
        referenced_envs=others,
    )  # fmt: skip


@contextmanager
def _quickly(typing: Any, target: Any) -> Iterator[None]:
    """Let numba find things out once while a kernel and its parts are compiled, under numba's own lock."""
    if "_resolve_user_function_type" in vars(typing):  # a part of a kernel that is being compiled
        yield
        return
    target.refresh()
    typing._resolve_user_function_type = _Answers(typing)  # noqa: SLF001
    for each in (typing, target):
        each.load_additional_registries = partial(_look_again, each)
    try:
        yield
    finally:
        del typing._resolve_user_function_type  # noqa: SLF001
        for each in (typing, target):
            del each.load_additional_registries


def _look_again(context: Any) -> None:
    """Take in what was added to the places where numba declares functions, which are all imported already."""
    for registry in list(context._registries):  # noqa: SLF001
        context.install_registry(registry)


_KNOWN: dict[tuple[Any, ...], tuple[Any, Any]] = {}


class _Answers:
    """What built-in functions return for types of arguments, remembered.

    Parameters
    ----------
    typing
        Knows it.
    """

    def __init__(self, typing: Any) -> None:
        self._typing = typing
        self._find: Callable[..., Any] = typing._resolve_user_function_type  # noqa: SLF001
        self._flags: Any = None
        self._options = ""

    def __call__(self, func: Any, args: Any, kws: Any, literals: Any = None) -> Any:
        """Return the signature of a call, as numba's own method does."""
        kind = self._typing._lookup_global(func)  # noqa: SLF001
        kind = func if kind is None else kind
        if kws or not isinstance(kind, types.BaseFunction):
            return self._find(func, args, kws, literals)
        key = (self._typing, kind, tuple(args), self._options_now())
        known = _KNOWN.get(key)
        if known is None:
            signature = self._find(func, args, kws, literals)
            if signature is not None:
                _KNOWN[key] = (signature, kind._impl_keys[signature.args])  # noqa: SLF001
            return signature
        signature, implementation = known
        kind._impl_keys[signature.args] = implementation  # noqa: SLF001 - as finding it out again would
        return signature

    def _options_now(self) -> str:
        """Return the options of the function that is being compiled, which implementations depend on."""
        flags = ConfigStack.top_or_none()
        if flags is not self._flags:
            self._flags, self._options = flags, repr(flags)
        return self._options
