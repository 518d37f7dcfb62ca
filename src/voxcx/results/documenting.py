"""docs/results.md, made from the schema, so that no column goes undocumented."""

from __future__ import annotations

import sys
from dataclasses import fields

from voxcx.results.failures import Failure
from voxcx.results.schema import RESULTS_SCHEMA, TABLES, Column

_ABOUT = {
    "interactions": "One row per interaction: its fields, every feature of the catalogue, estimate and score.",
    "criteria": "One row per criterion of the QA form.",
    "utterances": "One row per utterance or chat message.",
    "events": "One row per event or phase of a call.",
    "transcripts": "One row per interaction: words by channel, or a chat's messages.",
    "heard": "One row per interaction: what needed sound. With `transcripts`, all that judging again needs.",
}
_INTRO = """# The results folder

`voxcx batch SOURCE --out R` writes `R/run.json` (what made it), `R/failures.csv` and, as Parquet parts, the tables
below (`R/<table>/part-*.parquet`). A part appears whole or not at all. Names beginning with a
dot are files in the making; readers leave them out. This page is made from
`voxcx.results.schema`: `.venv/bin/python -m voxcx.results.documenting > docs/results.md`.

Numbers are doubles – the catalogue's counts and 0/1 flags too –, categories are strings, and what is not known is
null, never 0; `missing` says why. Times of a day are UTC; seconds count from the recording's start. When a part was
written stands in its Parquet metadata (`voxcx.processed_at`), not in rows.

```sql
-- DuckDB
SELECT queue, count(*) AS n, avg(csi_value) AS csi, avg(qa_score) AS qa,
       avg((len(qa_critical_customer) > 0)::INT) AS with_critical_error
FROM 'R/interactions/*.parquet' GROUP BY queue ORDER BY n DESC;
```
"""
_RUN = """## run.json

`schema` (`{schema}`), `voxcx`, `features` (version of the catalogue), `source`, `work` (digest of the choices),
`config_sha256`, `definitions`, `forms`, `csi_model`, `asr_model`, `language`. No clock:
the same run gives the same bytes.
"""


def page() -> str:
    """The whole page as Markdown."""
    tables = [f"## {name}\n\n{_ABOUT[name]}\n\n{_table(columns)}" for name, columns in TABLES.items()]
    names = ", ".join(f"`{field.name}`" for field in fields(Failure))
    failures = (
        "## failures.csv\n\n"
        f"{names}. Rewritten as a whole; a later success removes the row. Stages: "
        "`source` (a line, a row or metadata), `open` (the recording or chat), `analyse` (the walk), "
        "`worker` (its process died).\n"
    )
    return "\n".join([_INTRO, *tables, failures, _RUN.replace("{schema}", RESULTS_SCHEMA)])


def _table(columns: tuple[Column, ...]) -> str:
    lines = [f"| `{column.name}` | {_type(column)} | {_escaped(column.en)} |" for column in columns]
    return "\n".join(["| column | type | what |", "|---|---|---|", *lines, ""])


def _type(column: Column) -> str:
    words = {"double": "number", "int64": "integer", "bool": "boolean", "timestamp[us]": "timestamp"}
    text = str(column.type).replace("item: ", "").replace("element: ", "")
    for arrow, plain in words.items():
        text = text.replace(arrow, plain)
    return _escaped(text)


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(page())
