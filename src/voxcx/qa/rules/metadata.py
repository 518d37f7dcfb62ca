"""``metadata``: a fact of the interaction or its telephony record; a fact that is not known is unknown, not zero."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import fields
from typing import Literal

from pydantic import field_validator, model_validator

from voxcx.config import Checked
from voxcx.domain.interaction import HANGUP_PARTIES, IVR_STATUSES, TELEPHONY_FACTS, Interaction, Telephony
from voxcx.domain.qa import Rule
from voxcx.qa.outcome import Outcome, unknown
from voxcx.qa.rules.operator import Bench, Operator
from voxcx.qa.scene import Scene
from voxcx.qa.windows import Evaluate
from voxcx.qa.wording import named

OF_TELEPHONY = TELEPHONY_FACTS
OF_INTERACTION = tuple(
    f.name
    for f in fields(Interaction)
    if f.name not in {"agents", "recordings", "messages", "telephony", "input_sha256", "agent_channel", "started_at"}
)
FIELDS = OF_INTERACTION + OF_TELEPHONY
TYPES = {f.name: str(f.type).removesuffix(" | None") for f in (*fields(Interaction), *fields(Telephony))}
KNOWN = {  # a word outside of these never comes
    "kind": ("call", "chat"),
    "direction": ("inbound", "outbound"),
    "hangup_by": HANGUP_PARTIES,
    "ivr_status": IVR_STATUSES,
}
NUMBERS = ("int", "float")
Scalar = bool | int | float | str


class Arguments(Checked):
    """Exactly one of ``equals``, ``one_of``, ``at_least``, ``at_most``, ``known``.

    ``if_missing`` decides where nothing is known.
    """

    field: str
    equals: Scalar | None = None
    one_of: tuple[Scalar, ...] | None = None
    at_least: float | None = None
    at_most: float | None = None
    known: bool | None = None
    if_missing: Literal["yes", "no", "unknown"] = "unknown"

    @field_validator("if_missing", mode="before")
    @classmethod
    def as_word(cls, value: object) -> object:
        """YAML reads a bare yes or no as true or false."""
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value

    @field_validator("field")
    @classmethod
    def is_a_field(cls, value: str) -> str:
        """A field of the interaction or its telephony record."""
        if value not in FIELDS:
            raise ValueError("is no field of an interaction or its telephony record")
        return value

    @model_validator(mode="after")
    def one_test(self) -> Arguments:
        """One test, not none and not two."""
        given = [t for t in (self.equals, self.one_of, self.at_least, self.at_most, self.known) if t is not None]
        if len(given) != 1:
            raise ValueError("expected exactly one of equals, one_of, at_least, at_most, known")
        if self.field == "holds" and self.known is None:
            raise ValueError("holds are intervals: only `known` can be asked of them, the event operator counts them")
        return self

    @model_validator(mode="after")
    def can_come(self) -> Arguments:
        """A test that some value of the field passes: a number of a number, a known word of a few."""
        kind = TYPES.get(self.field)
        limits = [limit for limit in (self.at_least, self.at_most) if limit is not None]
        if limits and (kind not in NUMBERS or not all(map(math.isfinite, limits))):
            raise ValueError(f"{self.field}: at_least and at_most compare numbers, expected equals or one_of")
        for value in (*(self.one_of or ()), *(() if self.equals is None else (self.equals,))):
            if known := KNOWN.get(self.field):
                if value not in known:
                    raise ValueError(f"{self.field}: expected one of {', '.join(known)}")
            elif not _is_of(value, kind):
                raise ValueError(f"{self.field}: expected {MEANT.get(kind or '', 'text in quotes')}")
        return self


MEANT = {"int": "a number", "float": "a number", "bool": "true or false"}


def _is_of(value: Scalar, kind: str | None) -> bool:
    """Whether a value can be one of a field of this type."""
    if isinstance(value, bool):
        return kind == "bool"
    if isinstance(value, (int, float)):
        return kind in NUMBERS and math.isfinite(value)
    return kind not in {*NUMBERS, "bool"}


def build(rule: Rule, _bench: Bench) -> Evaluate:
    """The evaluator of ``metadata``."""
    field = str(rule.argument("field"))
    known, missing, passes = rule.argument("known"), str(rule.argument("if_missing", "unknown")), _test_of(rule)
    of_interaction = field in OF_INTERACTION

    def evaluate(scene: Scene) -> Outcome:
        owner = scene.interaction if of_interaction else scene.interaction.telephony
        value = getattr(owner, field)
        if value is None and known is None:
            return _missing(missing, scene, field)
        shown = "–" if value is None else len(value) if isinstance(value, tuple) else value
        note = scene.say("fact_is", name=named(scene.form.language, field), value=shown)
        return Outcome(passes(value) if known is None else (value is not None) == known, notes=(note,))

    return evaluate


def _missing(answer: str, scene: Scene, field: str) -> Outcome:
    note = scene.say("fact", name=named(scene.form.language, field))
    return unknown(note) if answer == "unknown" else Outcome(answer == "yes", notes=(note,))


def _test_of(rule: Rule) -> Callable[[object], bool]:
    """What a known value must pass."""
    if (least := rule.argument("at_least")) is not None:
        return lambda value: isinstance(value, (int, float)) and value >= float(str(least))
    if (most := rule.argument("at_most")) is not None:
        return lambda value: isinstance(value, (int, float)) and value <= float(str(most))
    wanted = rule.argument("one_of") or (rule.argument("equals"),)
    return lambda value: isinstance(wanted, tuple) and value in wanted


METADATA = Operator(
    "metadata", Arguments, build, "metadata: {field: direction, equals: outbound, if_missing: no}", judge="telephony"
)
