"""docs/results.md, made from the schema, so that no column goes undocumented."""

from __future__ import annotations

import sys
from collections.abc import Mapping
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

Made from `voxcx.results.schema` by `make docs`.

```
R/run.json                                                what made it
R/failures.csv                                            what could not be done, and what to do about it
R/<table>/part-000007-5f0c2a9e.parquet                    as it was first written: up to 500 interactions, any day
R/<table>/part-000065-2026-03-01-9b1c44d0.parquet         compacted: the interactions of one day (UTC)
R/<table>/part-000065-undated-07aa31c2.parquet            the same, of interactions whose start is not known
```

- A part appears whole or not at all. Names that begin with a dot are files in the making, the lock and notes for the
  next run: leave them out.
- What was done together stands in parts of one name in all tables; the part of `interactions` is written last. An
  interaction is done when its row stands there.
- Names sort in the order of writing. **When an interaction stands in several parts, its row in the last one counts**:
  it was done again, or compaction is at work. `voxcx` itself reads so, and so do the queries below.
- A run writes a part every 500 interactions or 10 seconds. At its end, and when more than 64 small parts have come
  together, it compacts them: by day where there are enough interactions a day (200 on average), up to 50,000
  interactions or 256 MB a part; fewer are joined undivided. Rows inside are sorted by `started_at` where they lie in
  one row group.
- Numbers are doubles – the catalogue's counts and 0/1 flags too –, categories are strings, and what is not known is
  null, never 0; `missing` says why. Times of a day are UTC; seconds count from the interaction's start, which is that
  of its first recording. When a part was written stands in its Parquet metadata (`voxcx.processed_at`), not in rows.

## Reading it

Each of these gives interactions, mean CSI and mean QA score by queue, also while a batch is running. A reader that
lists files and opens them later may find one gone that was compacted meanwhile: let it run again.

DuckDB:

```sql query duckdb
WITH latest AS (
    SELECT * FROM read_parquet('R/interactions/part-*.parquet', filename = true, union_by_name = true)
    QUALIFY row_number() OVER (PARTITION BY interaction_id ORDER BY filename DESC) = 1
)
SELECT queue, count(*) AS n, avg(csi_value) AS csi, avg(qa_score) AS qa FROM latest GROUP BY queue ORDER BY queue
```

pandas:

```python query pandas
from pathlib import Path

import pandas as pd

columns = ["interaction_id", "queue", "csi_value", "qa_score"]
parts = sorted(Path("R/interactions").glob("part-*.parquet"))
rows = pd.concat([pd.read_parquet(part, columns=columns) for part in parts])
latest = rows.drop_duplicates("interaction_id", keep="last")
answer = (
    latest.groupby("queue", dropna=False)
    .agg(n=("interaction_id", "size"), csi=("csi_value", "mean"), qa=("qa_score", "mean"))
    .reset_index()
)
```

Polars:

```python query polars
import polars as pl

rows = pl.scan_parquet("R/interactions/part-*.parquet", include_file_paths="part", missing_columns="insert")
latest = rows.sort("part").unique("interaction_id", keep="last", maintain_order=True)
answer = latest.group_by("queue").agg(n=pl.len(), csi=pl.mean("csi_value"), qa=pl.mean("qa_score")).collect()
```

Spark:

```python query spark
from pyspark.sql import SparkSession, Window
from pyspark.sql import functions as F

spark = SparkSession.builder.getOrCreate()
rows = spark.read.option("mergeSchema", "true").parquet("R/interactions/part-*.parquet")
newest_first = Window.partitionBy("interaction_id").orderBy(F.desc(F.input_file_name()))
latest = rows.withColumn("place", F.row_number().over(newest_first)).filter("place = 1")
answer = latest.groupBy("queue").agg(
    F.count("interaction_id").alias("n"), F.avg("csi_value").alias("csi"), F.avg("qa_score").alias("qa")
)
```

Rows of another table count where the same part of `interactions` counts. The share of each criterion that was not met:

```sql query duckdb
WITH latest AS (
    SELECT interaction_id, parse_filename(filename) AS part
    FROM read_parquet('R/interactions/part-*.parquet', filename = true)
    QUALIFY row_number() OVER (PARTITION BY interaction_id ORDER BY filename DESC) = 1
)
SELECT criterion, count(*) AS n, avg((verdict = 'not_met')::INT) AS not_met
FROM read_parquet('R/criteria/part-*.parquet', filename = true) AS judged
JOIN latest ON judged.interaction_id = latest.interaction_id AND parse_filename(judged.filename) = latest.part
GROUP BY criterion ORDER BY criterion
```

For a spreadsheet: `voxcx results export R --out calls.xlsx --where "queue = 'billing'"` (also CSV and Parquet).

## Keeping it

- `voxcx results compact R` joins parts as far as they go and divides all of them by day.
- To delete a day for good: `voxcx results compact R`, then remove `R/interactions/part-*-2026-03-01-*.parquet`, then
  the files of these names in the other tables. Leave their source out of the next run, or it does them again.
- `voxcx results merge R1 R2 --out R` makes one folder of several; of an interaction in several the one processed later
  counts. Where parts were compacted, the time is that of the latest of what a part was made of.
- The columns are version `{schema}`, which stands in each part (`voxcx.schema`). Parts of older versions are read as
  they are and brought to today's by the next run or `results` command that writes the folder; a voxcx that is older
  than a part refuses it.

"""
_FAILURES = """## failures.csv

{names}. Rewritten as a whole; a later success removes the row. Stages: `source` (a line, a row or metadata), `open`
(the recording or chat), `analyse` (the walk), `worker` (its process died), `time` and `memory` (it took more than an
interaction may). `work_key` tells whether it would fail just so again.
"""
_RUN = """## run.json

`schema` (`{schema}`), `voxcx`, `features` (version of the catalogue), `source`, `work` (digest of the choices),
`config_sha256`, `definitions`, `forms`, `csi_model`, `asr_model`, `language`; `given`: what stood behind
`--transcripts`, `--surveys` and `--name-pattern`. Written with the first rows that a run writes, so it says what made
them. No clock: the same run gives the same bytes. A merged folder has what its runs agree on,
and all of them under `merged`.
"""


def page() -> str:
    """The whole page as Markdown."""
    names = ", ".join(f"`{field.name}`" for field in fields(Failure))
    parts = [_INTRO, columns_page(TABLES), _FAILURES.replace("{names}", names), _RUN]
    return "\n".join(part.replace("{schema}", RESULTS_SCHEMA) for part in parts)


def columns_page(tables: Mapping[str, tuple[Column, ...]]) -> str:
    """What the columns of some tables mean."""
    return "\n".join(f"## {name}\n\n{_ABOUT[name]}\n\n{_table(columns)}" for name, columns in tables.items())


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
