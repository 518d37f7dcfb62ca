"""The `roles` lexicons: phrases that one party says more often, each group with its weight, as checked YAML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import yaml
from pydantic import Field, ValidationError

from voxcx.config import Checked, first_problem, shipped
from voxcx.errors import ConfigError, FormError
from voxcx.language.phrases import PhraseSet, compile_phrase
from voxcx.language.together import Together

Side = Literal["agent", "customer"]


class _SignFile(Checked):
    name: str
    side: Side
    weight: float = Field(gt=0, le=5)
    outbound: float | None = Field(default=None, ge=0, le=5)  # the weight in a call that the agent placed
    times: int = Field(default=1, ge=1)
    opening: bool = False
    phrases: tuple[str, ...] = Field(min_length=1)
    exceptions: tuple[str, ...] = Field(default=(), alias="except")


class _RolesFile(Checked):
    about: str
    signs: tuple[_SignFile, ...] = Field(min_length=1)
    reported: tuple[str, ...]
    announcements: tuple[str, ...]
    callers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sign:
    """A group of phrases that one party says more often; a hit that touches an exception is none."""

    written: _SignFile
    exceptions: PhraseSet

    def weight(self, direction: str | None) -> float:
        """The log-odds of the sign in an inbound or outbound call (None: not known, taken as inbound)."""
        outbound = self.written.outbound
        return outbound if direction == "outbound" and outbound is not None else self.written.weight


@dataclass(frozen=True, slots=True)
class Signs:
    """A compiled lexicon of signs; ``load_signs`` makes it."""

    language: str
    signs: tuple[Sign, ...]
    phrases: Together
    sign_of: Mapping[str, int]  # pattern → position of its sign
    reported: Together
    announcements: PhraseSet
    callers: Together


@cache
def load_signs(language: str) -> Signs | None:
    """The shipped signs of a language, compiled once; None where there are none.

    Raises:
        ConfigError: the file breaks its schema or holds a bad phrase.
    """
    path = shipped("configs", "lexicons", f"roles.{language}.yaml")
    if not path.exists():
        return None
    try:
        written = _RolesFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        return _compiled(written, language)
    except yaml.YAMLError as error:
        raise ConfigError(f"{path.name}: expected YAML, got {str(error).splitlines()[0]}.") from None
    except ValidationError as error:
        raise ConfigError(f"{path.name}: {first_problem(error)}.") from None
    except FormError as error:
        raise ConfigError(f"{path.name}: {error}") from None


def _compiled(written: _RolesFile, language: str) -> Signs:
    def compiled(patterns: Sequence[str], *, fuzzy: bool = False) -> PhraseSet:
        return PhraseSet(compile_phrase(pattern, language, fuzzy=fuzzy) for pattern in patterns)

    def together(patterns: Sequence[str]) -> Together:
        return Together(compile_phrase(pattern, language) for pattern in patterns)

    return Signs(
        language,
        tuple(Sign(sign, compiled(sign.exceptions)) for sign in written.signs),
        together([pattern for sign in written.signs for pattern in sign.phrases]),
        {pattern: index for index, sign in enumerate(written.signs) for pattern in sign.phrases},
        together(written.reported),
        compiled(written.announcements, fuzzy=True),  # they are few
        together(written.callers),
    )
