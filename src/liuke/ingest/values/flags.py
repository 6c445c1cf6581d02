"""Yes and no as systems write them."""

import pyarrow as pa
import pyarrow.compute as pc

from liuke.ingest.values.converted import Converted

_YES = pa.array(["true", "yes", "y", "t", "1", "1.0", "是", "有"])
_NO = pa.array(["false", "no", "n", "f", "0", "0.0", "否", "无"])


def read_flag(text: pa.Array) -> Converted:
    """True for yes, false for no, whatever the case; any other word is refused."""
    word = pc.utf8_lower(text)
    yes, no = pc.is_in(word, value_set=_YES), pc.is_in(word, value_set=_NO)
    found = Converted.right(pc.if_else(pc.or_(yes, no), yes, None))
    return found.refuse(pc.and_(pc.is_null(found.values), pc.is_valid(text)), "bad_flag")
