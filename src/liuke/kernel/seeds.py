"""Seeds made from names, so that every draw can be repeated and none depends on another."""

from hashlib import sha256

import numpy as np


def seed_from(*parts: object) -> int:
    """A 64-bit seed from the text of its parts; stable across machines and versions."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(sha256(text.encode()).digest()[:8], "big")


def generator(*parts: object) -> np.random.Generator:
    """A random generator of its own for the thing that the parts name."""
    return np.random.Generator(np.random.PCG64(seed_from(*parts)))
