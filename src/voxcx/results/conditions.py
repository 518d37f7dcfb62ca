"""A condition in SQL that a person gives: an expression over one row, and nothing more."""

from __future__ import annotations

import json

import duckdb

_SUBQUERY = '"class":"SUBQUERY"'


def is_condition(connection: duckdb.DuckDBPyConnection, expression: str) -> bool:
    """Whether it is one expression without a query inside: rows come in portions, so others are not at hand.

    What cannot be parsed at all is left to be told where it is used.

    >>> from duckdb import connect
    >>> [is_condition(connect(), one) for one in ("a = 1", "true) union all (select 1", "a = (select max(a) from t)")]
    [True, False, False]
    """
    (told,) = connection.execute("SELECT json_serialize_sql(?)", [f"SELECT 1 WHERE (\n{expression}\n)"]).fetchall()[0]
    parsed = json.loads(told)
    if parsed.get("error"):
        return bool(parsed.get("error_type") == "parser")
    statements = parsed["statements"]
    alone = len(statements) == 1 and statements[0]["node"]["type"] == "SELECT_NODE"
    return alone and _SUBQUERY not in json.dumps(parsed, separators=(",", ":"))
