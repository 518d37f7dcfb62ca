"""What is wrong with a value of a form, in words that somebody who writes forms knows: lists and texts, no types."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

LONGEST_SHOWN = 60
EXPECTED = {
    "string_type": "expected text",
    "tuple_type": "expected a list",
    "list_type": "expected a list",
    "dict_type": "expected keys with values",
    "model_type": "expected keys with values",
    "model_attributes_type": "expected keys with values",
    "int_type": "expected a whole number",
    "int_parsing": "expected a whole number",
    "int_from_float": "expected a whole number",
    "float_type": "expected a number",
    "float_parsing": "expected a number",
    "finite_number": "expected a finite number",
    "bool_type": "expected true or false",
    "bool_parsing": "expected true or false",
    "string_pattern_mismatch": "expected small Latin letters, digits, _ and . with a letter first",
}
SIZES = {
    "too_short": "expected at least {min_length} item(s)",
    "too_long": "expected at most {max_length} items",
    "string_too_short": "expected at least {min_length} letter(s)",
    "string_too_long": "expected at most {max_length} letters",
}
COMPARED = ("greater_than", "greater_than_equal", "less_than", "less_than_equal")


def in_words(problem: Mapping[str, Any]) -> str:
    """One of pydantic's problems: what was expected and what came.

    >>> in_words({"type": "string_type", "msg": "Input should be a valid string", "input": 5})
    'expected text, got 5'
    """
    kind, value = str(problem["type"]), problem["input"]
    if kind in SIZES:
        text = SIZES[kind].format(**problem.get("ctx", {}))
        return f"{text}, got {shown(value) if isinstance(value, str) else len(value)}"
    told = EXPECTED.get(kind)
    if told is None:
        message = str(problem["msg"]).removeprefix("Value error, ")
        message = message[:1].lower() + message[1:]
        told = message.replace("input should be", "expected a number" if kind in COMPARED else "expected")
    if kind == "value_error" and isinstance(value, Mapping):
        return told  # of a whole mapping; its text would say nothing
    hint = "; YAML takes a bare yes, no, on or off for true or false, so put it in quotes"
    return f"{told}, got {shown(value)}{hint if kind == 'string_type' and isinstance(value, bool) else ''}"


def shown(value: object) -> str:
    """A value of the form as far as it fits into a sentence."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return f"the date {value} (in quotes it is text)"
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"
