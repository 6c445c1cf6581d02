"""Loops compiled once to machine code and kept, so that later processes start them in hundredths of a second.

numba compiles them. To start what it keeps of its own takes it most of a second in each process; what is
kept here is the bare code of each loop, which needs llvmlite alone. Code is made anew when the loops, the
compiler or the processor change. A file that is not whole, or that another user may have written, is not
loaded.
"""

import inspect
import json
import os
import re
import stat
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from liuke.kernel.errors import LiukeError

Loop: TypeAlias = Callable[..., Any]
Kept: TypeAlias = tuple[Mapping[str, str], Sequence[bytes]]  # symbol of each variant, and object files
_FOLDER = "NUMBA_CACHE_DIR"
_loading = threading.Lock()
_ARGUMENT = re.compile(r"[a-z]\d(?:\[[:, \d]*\])?")


class Compiled:
    """A loop in the variants that its signatures name; called with contiguous arrays and whole numbers.

    Signatures are numba's, such as `i8(i4[::1], i8)`: arrays of one or two dimensions and whole numbers,
    in the order of the loop's parameters; what comes back is a whole number.
    """

    def __init__(self, loop: Loop, signatures: Sequence[str]):
        self.loop = loop
        self.variants = {tuple(_ARGUMENT.findall(one.partition("(")[2])): one for one in signatures}
        self.__doc__ = loop.__doc__
        self.__name__ = loop.__name__
        self._calls: dict[tuple[str, ...], Callable[..., int]] = {}

    def __call__(self, *arguments: Any) -> int:
        kinds = tuple(map(_kind, arguments))
        if kinds not in self._calls:
            if kinds not in self.variants:
                given, known = ", ".join(kinds), "; ".join(self.variants.values())
                raise LiukeError(
                    f"{self.__name__} has no variant for ({given}), only for {known}. Name one more there."
                )
            self._calls[kinds] = _native(_loops_of(self.loop), f"{self.__name__}({', '.join(kinds)})")
        return self._calls[kinds](arguments)


def compiled(*signatures: str) -> Callable[[Loop], Compiled]:
    """Have a loop compiled in the variants named."""
    return lambda loop: Compiled(loop, signatures)


def _kind(argument: Any) -> str:
    """What a signature calls an argument."""
    if not isinstance(argument, np.ndarray):
        return "i8"
    if not argument.flags.c_contiguous:
        return "an array with gaps"
    return f"{argument.dtype.str[1:]}[{', '.join([':'] * (argument.ndim - 1) + ['::1'])}]"


def _loops_of(loop: Loop) -> str:
    """The file whose loops are kept together."""
    return inspect.getfile(loop)


def _native(source: str, name: str) -> Callable[[Sequence[Any]], int]:
    """A loop of a source file, to be called with its arguments."""
    import ctypes

    with _loading:  # or the code of one of two threads would go with its engine
        engine, symbols = _loaded(source)
        address = engine.get_function_address(symbols[name])
    prototypes: dict[int, Any] = {}

    def call(arguments: Sequence[Any]) -> int:
        result = (ctypes.c_int64 * 2)()  # the result, and where an error would be told of
        place = ctypes.addressof(result)
        words = [place, place + 8]
        for argument in arguments:
            words += _words(argument)
        if len(words) not in prototypes:
            kinds = [ctypes.c_size_t, ctypes.c_size_t, *[ctypes.c_ssize_t] * (len(words) - 2)]
            prototypes[len(words)] = ctypes.CFUNCTYPE(ctypes.c_int, *kinds)(address)
        if prototypes[len(words)](*words):
            raise AssertionError(f"{name} came upon an error")
        return int(result[0])

    return call


def _words(argument: Any) -> list[int]:
    """An argument as numba passes it: of an array owner, size, address, shape and strides."""
    if not isinstance(argument, np.ndarray):
        return [int(argument)]
    shape = [argument.size, argument.itemsize, argument.ctypes.data, *argument.shape, *argument.strides]
    return [0, 0, *shape]


@cache
def _loaded(source: str) -> tuple[Any, Mapping[str, str]]:
    """An engine that holds the code of a source file's loops, and their names in it."""
    from llvmlite import binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    symbols, objects = _read_kept(source) or _compile(source)
    machine = llvm.Target.from_default_triple().create_target_machine(jit=True)
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    for one in objects:
        engine.add_object_file(llvm.ObjectFileRef.from_data(one))
    engine.finalize_object()
    return engine, symbols


def _fingerprint(source: str) -> str:
    """Of everything that the code of a file's loops depends on."""
    from llvmlite import binding as llvm

    made_by = [version("numba"), version("llvmlite"), version("numpy"), llvm.get_default_triple()]
    told = sorted(one for one in os.environ.items() if one[0].startswith("NUMBA_") and one[0] != _FOLDER)
    processor = [llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()]
    files = (source, __file__, Path(__file__).with_name("compiling.py"))
    texts = [Path(file).read_text(encoding="utf-8") for file in files]
    return sha256(json.dumps([made_by, told, processor, texts]).encode()).hexdigest()


def _places(source: str) -> Iterator[Path]:
    """Files that may hold the code: beside the source, else where the user keeps such things."""
    name = f"{Path(source).stem}-{_fingerprint(source)[:24]}.native"
    yield Path(source).parent / "__pycache__" / name
    if elsewhere := os.environ.get(_FOLDER):
        yield Path(elsewhere) / name
        return
    try:
        yield Path.home() / ".cache" / "liuke" / name
    except RuntimeError:  # a service without a home
        return


def _read_kept(source: str) -> Kept | None:
    """The first file that is whole, and that nobody else can have written."""
    for place in _places(source):
        own = place.parent == Path(source).parent / "__pycache__"  # as safe as the source beside it
        try:
            with place.open("rb") as file:
                if own or _is_ours(os.fstat(file.fileno())):
                    return _opened(file.read())
        except (OSError, ValueError):  # not there, not to be read, or not whole: compiled again
            continue
    return None


def _is_ours(about: os.stat_result) -> bool:
    """Whether a file is of this user or of root, and nobody else may write it."""
    owners = {0, os.geteuid()} if hasattr(os, "geteuid") else {about.st_uid}
    return about.st_uid in owners and not about.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _sealed(kept: Kept) -> bytes:
    symbols, objects = kept
    head = json.dumps({"symbols": symbols, "sizes": [len(one) for one in objects]}).encode()
    content = b"\n".join([head, b"".join(objects)])
    return b"\n".join([sha256(content).hexdigest().encode(), content])


def _opened(sealed: bytes) -> Kept:
    """What was sealed. Raises ValueError where it is not whole, to the bit."""
    digest, _, content = sealed.partition(b"\n")
    if digest != sha256(content).hexdigest().encode():
        raise ValueError("not what was kept")
    head, _, body = content.partition(b"\n")
    told = json.loads(head)
    edges = accumulate(told["sizes"], initial=0)
    return told["symbols"], [body[start:end] for start, end in pairwise(edges)]


def _compile(source: str) -> Kept:
    """Compile the loops of a file, and keep their code where that is allowed."""
    from liuke.view.fast.compiling import compile_loops

    made = compile_loops(source)
    for place in _places(source):
        if _is_kept(place, _sealed(made)):
            break
    return made


def _is_kept(place: Path, content: bytes) -> bool:
    draft = place.with_suffix(f".draft-{os.getpid()}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(content)
        draft.chmod(0o644)
        draft.replace(place)
    except OSError:  # read-only: the next process compiles again
        return False
    return True
