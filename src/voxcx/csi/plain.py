"""Records → JSON of a stable order: what was studied is kept as it was found, six digits long."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
from pydantic import BaseModel

DIGITS = 6


def as_json(record: object) -> str:
    """Readable JSON of a record, its records and figures."""
    return json.dumps(as_plain(record), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def as_plain(value: object) -> Any:  # noqa: PLR0911 - one for each kind of value
    """Plain values of dataclasses, checked models, arrays and containers; what is not a number is null.

    >>> as_plain({"a": np.float64(0.12345678), "b": (1, float("nan"))})
    {'a': 0.123457, 'b': [1, None]}
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_plain(getattr(value, field.name)) for field in fields(value) if field.repr}
    if isinstance(value, BaseModel):
        return {name: as_plain(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, dict):
        return {str(name): as_plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [as_plain(one) for one in value]
    if isinstance(value, np.ndarray):
        return as_plain(value.tolist())
    if isinstance(value, float | np.floating):
        return round(float(value), DIGITS) if np.isfinite(value) else None
    return value.item() if isinstance(value, np.generic) else value
