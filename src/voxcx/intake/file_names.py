"""Metadata out of file names: `{started_at}_{agent_id}.wav` → started_at and agent_id."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches

from voxcx.errors import InputError
from voxcx.intake.metadata import Metadata, TelephonyFields

_FIELD = re.compile(r"\{([^{}]*)\}")
# A day with or without a time, with any separators: 2026-03-04T11:20:05+03:00, 20260304-112005, 2026-03-04_11-20.
_TIME = re.compile(
    r"(\d{4})[-_.]?(\d{2})[-_.]?(\d{2})"
    r"(?:[T_ -]?(\d{2})[-:._]?(\d{2})(?:[-:._]?(\d{2}))?)?(Z|[+-]\d{2}:?\d{2})?"
)
_TIME_TEXT = re.sub(r"\((?!\?)", "(?:", _TIME.pattern)
_UNNAMEABLE = {"telephony", "holds", "earlier_contacts", "canned_texts", "legs"}
NAMEABLE = tuple(sorted((set(Metadata.model_fields) | set(TelephonyFields.model_fields)) - _UNNAMEABLE))


@dataclass(frozen=True, slots=True)
class NamePattern:
    """A pattern of file names, compiled; ``text`` is as the user wrote it."""

    text: str
    compiled: re.Pattern[str]

    @classmethod
    def parse(cls, text: str) -> NamePattern:
        """Refuse a pattern without fields, with an unknown one, or with one twice."""
        names = _FIELD.findall(text)
        if not names:
            raise InputError(f'Name pattern {text!r}: expected fields in braces such as "{{agent_id}}.wav", got none.')
        for name in names:
            if name not in NAMEABLE:
                raise InputError(f"Name pattern {text!r}: the field {name!r} is not known{closest(name, NAMEABLE)}.")
        if len(set(names)) < len(names):
            raise InputError(f"Name pattern {text!r}: expected each field once, got one twice.")
        parts = _FIELD.split(text)
        bodies = [_body(part) if k % 2 else re.escape(part) for k, part in enumerate(parts)]
        return cls(text, re.compile("".join(bodies)))

    def fields(self, name: str) -> dict[str, str]:
        """The fields that a file name holds.

        >>> NamePattern.parse("{started_at}_{agent_id}.wav").fields("20260304-112005_a7.wav")
        {'started_at': '2026-03-04T11:20:05', 'agent_id': 'a7'}
        """
        found = self.compiled.fullmatch(name)
        if found is None:
            raise InputError(
                f"{name}: expected a name like {self.text}, got another one; rename it or leave out --name-pattern."
            )
        fields = found.groupdict()
        return {key: _iso(value) if key == "started_at" else value for key, value in fields.items()}


def closest(name: str, known: tuple[str, ...]) -> str:
    """The rest of a sentence about an unknown name: what it was probably meant to be."""
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else f"; expected some of {', '.join(known)}"


def _body(name: str) -> str:
    return f"(?P<{name}>{_TIME_TEXT if name == 'started_at' else '.+?'})"


def _iso(text: str) -> str:
    found = _TIME.fullmatch(text)
    if found is None:
        return text
    year, month, day, hour, minute, second, zone = found.groups()
    return f"{year}-{month}-{day}T{hour or '00'}:{minute or '00'}:{second or '00'}{zone or ''}"
