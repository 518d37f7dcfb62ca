"""Cells of CSV files that people open in a spreadsheet: none of them may be a formula."""

from __future__ import annotations

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(value: object) -> object:
    """A cell that no spreadsheet takes for a formula: what begins like one gets an apostrophe. Numbers stay numbers.

    >>> harmless("=cmd()"), harmless(-2.5), harmless("met")
    ("'=cmd()", -2.5, 'met')
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def as_meant(cell: str) -> str:
    """A cell as it was before it was made harmless.

    >>> as_meant("'=cmd()"), as_meant("'tis")
    ('=cmd()', "'tis")
    """
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA) else cell
