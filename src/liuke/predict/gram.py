"""A matrix times itself, turned, while other threads go on.

SciPy's own call keeps Python to itself for all the time that the product takes, so that models learned
side by side would wait for each other. Called by its address, the same routine gives the same bits.
"""

import ctypes
from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias

import numpy as np
from scipy.linalg import cython_blas
from scipy.linalg.blas import dsyrk

_SIGNATURE = (
    "void (char *, char *, int *, int *, __pyx_t_5scipy_6linalg_11cython_blas_d *, "
    "__pyx_t_5scipy_6linalg_11cython_blas_d *, int *, __pyx_t_5scipy_6linalg_11cython_blas_d *, "
    "__pyx_t_5scipy_6linalg_11cython_blas_d *, int *)"
)
_Routine: TypeAlias = Callable[..., None]


def upper_gram(rows: np.ndarray) -> np.ndarray:
    """The upper triangle of rows.T @ rows, zeros below it, which is half the work of the whole.

    >>> upper_gram(np.array([[1.0, 2.0], [3.0, 4.0]])).tolist()
    [[10.0, 14.0], [0.0, 20.0]]
    """
    call = _routine()
    if call is None:
        return np.asarray(dsyrk(1.0, rows.T))
    held = np.ascontiguousarray(rows, np.float64)
    count, columns = (ctypes.c_int(size) for size in held.shape)
    found = np.zeros((columns.value, columns.value), order="F")
    if not found.size:
        return found
    one, none = ctypes.c_double(1.0), ctypes.c_double(0.0)
    by = ctypes.byref
    wide = by(columns)
    call(b"U", b"N", wide, by(count), by(one), held.ctypes, wide, by(none), found.ctypes, wide)
    return found


@cache
def _routine() -> _Routine | None:
    """SciPy's routine by its address; None where it is not declared as it is called here."""
    capsule: Any = cython_blas.__pyx_capi__.get("dsyrk")
    name, address = ctypes.pythonapi.PyCapsule_GetName, ctypes.pythonapi.PyCapsule_GetPointer
    name.restype, name.argtypes = ctypes.c_char_p, [ctypes.py_object]
    address.restype, address.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    if capsule is None or name(capsule) != _SIGNATURE.encode():
        return None
    texts, numbers = [ctypes.c_char_p] * 2, [ctypes.c_void_p] * 8
    return ctypes.CFUNCTYPE(None, *texts, *numbers)(address(capsule, name(capsule)))
