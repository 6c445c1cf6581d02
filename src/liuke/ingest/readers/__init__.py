"""Files of several kinds, read in batches as columns of text with the number of every row."""

from liuke.ingest.readers.batch import BrokenRow, RowBatch, Rows
from liuke.ingest.readers.opening import open_rows

__all__ = ["BrokenRow", "RowBatch", "Rows", "open_rows"]
