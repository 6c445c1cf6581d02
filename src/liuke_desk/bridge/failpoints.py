"""Named places where a test may kill the process."""

from liuke.kernel.failpoints import reach

__all__ = ["reach"]
