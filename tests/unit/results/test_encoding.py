from __future__ import annotations

import pyarrow as pa
import pytest

from builders import a_call, a_chat
from voxcx.results.encoding import decode, encode
from voxcx.results.rows import rows_of
from voxcx.results.schema import arrow_schema


def test_rows_of_two_come_back_as_they_were_in_the_tables_own_schema() -> None:
    both = [rows_of(a_call(), "k"), rows_of(a_chat(), "k")]
    rows = {table: [row for one in both for row in one[table]] for table in both[0]}
    streams = encode(rows)
    assert streams.keys() == {table for table, some in rows.items() if some}
    for table, stream in streams.items():
        whole = decode(stream)
        assert whole.schema.equals(arrow_schema(table), check_metadata=True)
        assert whole.equals(pa.Table.from_pylist(rows[table], schema=arrow_schema(table)))


def test_a_column_that_the_table_lacks_is_refused() -> None:
    with pytest.raises(ValueError, match=r"table events: .* got whta"):
        encode({"events": [{"interaction_id": "x", "whta": "phase"}]})
