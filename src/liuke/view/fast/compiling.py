"""From loops in Python to bare machine code, by numba. Imported only when there is something to compile."""

import sys
from typing import Any

import numba
from llvmlite import binding as llvm

from liuke.view.fast.machine_code import Compiled


def compile_loops(source: str) -> tuple[dict[str, str], list[bytes]]:
    """Of each variant of a source file's loops its symbol, and the object files that hold them."""
    symbols, objects = {}, []
    for loop in _loops_in(source):
        for kinds, signature in loop.variants.items():
            symbol, code = _compile(loop, signature)
            symbols[f"{loop.__name__}({', '.join(kinds)})"] = symbol
            objects.append(code)
    return symbols, objects


def _loops_in(source: str) -> list[Compiled]:
    module = next(one for one in sys.modules.values() if getattr(one, "__file__", None) == source)
    return [one for one in vars(module).values() if isinstance(one, Compiled)]


def _compile(loop: Compiled, signature: str) -> tuple[str, bytes]:
    # Plain arithmetic: loops divide by no zero, and nothing that they might raise needs an interpreter.
    dispatcher = numba.njit(signature, error_model="numpy", nogil=True)(loop.loop)
    (made,) = dispatcher.overloads.values()
    symbol = made.fndesc.llvm_func_name
    return symbol, _object_of(made.library.get_llvm_str(), symbol)


def _object_of(text: str, symbol: str) -> bytes:
    """Machine code of one function, without the wrappers by which an interpreter would call it."""
    module: Any = llvm.parse_assembly(text)
    for each in (*module.functions, *module.global_variables):
        if not each.is_declaration and each.name != symbol:
            each.linkage = "internal"
    features = llvm.get_host_cpu_features().flatten()
    machine = llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=features, opt=3, codemodel="jitdefault", jit=True
    )
    passes = llvm.create_new_module_pass_manager()
    passes.add_global_dead_code_eliminate_pass()
    passes.run(module, llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options()))
    return bytes(machine.emit_object(module))
