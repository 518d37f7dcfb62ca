"""``event``: something of the timeline happened at least so many times (an interruption, a silence, a hold …).

``without_before`` and ``without_after`` count only events that nobody announced or made up for: a hold without a
request, a silence without «секунду, смотрю», a return without thanks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Literal

from pydantic import Field

from voxcx.config import Checked
from voxcx.domain.intervals import total_s
from voxcx.domain.qa import Rule
from voxcx.domain.timeline import Event, EventKind
from voxcx.qa.outcome import Outcome, Place, unknown
from voxcx.qa.phrasing import Saying
from voxcx.qa.rules import operator
from voxcx.qa.rules.operator import Bench, Operator, Party, Phrases, WindowSeconds
from voxcx.qa.rules.search import Search, strings
from voxcx.qa.scene import SECONDS_EDGE_S, Scene
from voxcx.qa.windows import Evaluate, Region, Stretch
from voxcx.qa.wording import span_text
from voxcx.units import SECONDS_PER_MINUTE

ASKING = {
    "ru": frozenset({
        "какой", "какая", "какое", "какие", "когда", "где", "куда", "сколько", "кто", "чей", "почему", "назовите",
        "подскажите", "уточните", "продиктуйте", "скажите", "сообщите", "проверьте", "посмотрите", "верно",
        "правильно", "ли",
    }),
    "en": frozenset({
        "what", "when", "where", "which", "who", "why", "how", "can", "could", "does", "did", "may", "would",
        "please", "right", "correct",
    }),
}  # fmt: skip
BY_WORDS: frozenset[EventKind] = frozenset(
    ("hold_request", "hold_return", "transfer", "repeat_cue", "asks_for_human", "complaint")
)
ASKING_REACH = 12  # words at the end of an utterance that may hold its question


class Near(Checked):
    """Phrases expected beside the event."""

    phrases: Phrases
    by: Party = "agent"
    within_s: WindowSeconds = 10.0


class Arguments(Checked):
    """Which events count and how many it takes; ``per_minutes`` of whose speech makes it a rate as well."""

    kind: EventKind
    by: Literal["agent", "customer"] | None = None
    at_least: operator.Count = 1
    min_s: Annotated[float, Field(ge=0, le=3600)] = 0.0
    yielded: bool | None = None
    owed_by: Literal["agent", "customer"] | None = None
    per_minutes: Annotated[float, Field(gt=0, le=600)] | None = None
    speech_of: Literal["agent", "customer"] = "customer"
    without_before: Near | None = None
    without_after: Near | None = None


@dataclass(frozen=True)
class Happened:
    """The evaluator of ``event``."""

    rule: Rule
    kind: EventKind
    before: tuple[Search, float] | None
    after: tuple[Search, float] | None

    def __call__(self, scene: Scene) -> Outcome:
        """Count the events that fit."""
        if reason := self._unknowable(scene):
            return unknown(reason)
        sure: list[Place] = []
        open_: list[tuple[Place, str]] = []
        told: list[Place] = []
        for event in self._fitting(scene):
            self._sort(event, scene, sure, open_, told)
        return self._counted(scene, sure, open_, told)

    def _unknowable(self, scene: Scene) -> str | None:
        if self.kind == "hold":  # stated, or heard, or listened for and none there
            stated = scene.interaction.telephony.holds is not None or scene.features.value("holds_count") is not None
            return None if stated or scene.timeline.of("hold") else scene.say("holds_unknown")
        said = scene.foreign if self.kind in BY_WORDS else None
        return scene.distrust("agent") or said

    def _fitting(self, scene: Scene) -> list[Event]:
        by, least_s = self.rule.argument("by"), float(str(self.rule.argument("min_s", 0.0)))
        owed_by = self.rule.argument("owed_by")
        return [
            event
            for event in scene.timeline.of(self.kind)
            if (by is None or event.role == by)
            and event.span.duration_s >= least_s
            and (owed_by is None or floor_after(event.span.start_s, scene) == owed_by)
        ]

    def _sort(
        self, event: Event, scene: Scene, sure: list[Place], open_: list[tuple[Place, str]], told: list[Place]
    ) -> None:
        """Put one event where it belongs: counted, perhaps counted, or made up for by what was said beside it."""
        place = Place(event.role, event.span.start_s, event.span.end_s)
        wanted = self.rule.argument("yielded")
        if wanted is not None and event.yielded is None:
            open_.append((place, scene.say("yield_unknown")))
            return
        if wanted is not None and event.yielded != wanted:
            return
        reasons = []
        for nearest, outcome in self._beside(event, scene):
            if outcome.truth:
                told.append(outcome.places[nearest])
                return
            if outcome.truth is None and outcome.reason:
                reasons.append(outcome.reason)
        if reasons:
            open_.append((place, reasons[0]))
        else:
            sure.append(place)

    def _beside(self, event: Event, scene: Scene) -> list[tuple[int, Outcome]]:
        """What was said before and after, and which of its places is the nearest."""
        outcomes = []
        start_s, end_s = event.span.start_s, event.span.end_s
        for near, is_before in ((self.before, True), (self.after, False)):
            if near is None:
                continue
            said, reach_s = near
            low_s, high_s = (start_s - reach_s, start_s) if is_before else (end_s, end_s + reach_s)
            region = Region(partial(_reach_text, reach_s, max(0.0, low_s), high_s, scene), (Stretch(low_s, high_s),))
            reason = scene.distrust(said.by) or scene.foreign
            outcome = unknown(reason) if reason else said.inside(region, scene)
            outcomes.append((-1 if is_before else 0, outcome))
        return outcomes

    def _counted(self, scene: Scene, sure: list[Place], open_: list[tuple[Place, str]], told: list[Place]) -> Outcome:
        least = int(str(self.rule.argument("at_least", 1)))
        name = scene.say(self.kind)
        minutes = self._minutes(scene)
        if len(sure) >= least and self._often(len(sure), minutes):
            return Outcome(
                truth=True, places=tuple(sure), notes=(scene.say("events_found", name=name, count=len(sure)),)
            )
        most = len(sure) + len(open_)
        if most >= least and most > len(sure) and self._often(most, minutes):
            return unknown(open_[0][1], (place for place, _ in open_))
        note = scene.say("events_few", name=name, count=len(sure), least=least)
        if told and not sure:
            note = scene.say("events_told", name=name, count=len(told))
        if len(sure) >= least and minutes is not None:
            note = scene.say("events_rate", name=name, count=len(sure), minutes=minutes)
        return Outcome(truth=False, places=(*told, *sure), notes=(note,))

    def _minutes(self, scene: Scene) -> float | None:
        if self.rule.argument("per_minutes") is None:
            return None
        role = self.rule.argument("speech_of", "customer")
        speech = scene.timeline.speech("agent" if role == "agent" else "customer")
        return total_s(speech) / SECONDS_PER_MINUTE

    def _often(self, count: int, minutes: float | None) -> bool:
        return minutes is None or count * float(str(self.rule.argument("per_minutes"))) >= minutes


def _reach_text(reach_s: float, start_s: float, end_s: float, scene: Scene) -> str:
    return f"{scene.say('within_s', n=reach_s)} – {span_text(start_s, end_s)}"


def floor_after(time_s: float, scene: Scene) -> str | None:
    """Whose turn it is to speak at a moment: the other's after a question, else the agent's.

    After the customer's words the agent owes an answer; after the agent's own words that ask nothing the agent owes
    the next step. Nobody's (None) when nothing was said before.
    """
    before = [
        line
        for line in scene.lines_by.get("anyone", ())
        if line.utterance.end_s is not None and line.utterance.end_s <= time_s + 10 * SECONDS_EDGE_S
    ]
    if not before:
        return None
    last = max(before, key=lambda line: line.utterance.end_s or 0.0)
    if last.utterance.role == "customer":
        return "agent"
    asking = ASKING.get(scene.form.language, ASKING["en"])
    asked = last.utterance.text.rstrip().endswith("?") or any(
        token.lower in asking for token in last.tokens[-ASKING_REACH:]
    )
    return "customer" if asked else "agent"


def build(rule: Rule, bench: Bench) -> Evaluate:
    """The evaluator of ``event``."""
    kind: EventKind = rule.argument("kind")  # type: ignore[assignment]
    return Happened(rule, kind, _near(rule, "without_before", bench), _near(rule, "without_after", bench))


def _near(rule: Rule, side: str, bench: Bench) -> tuple[Search, float] | None:
    near = rule.argument(side)
    if not isinstance(near, Rule):
        return None
    saying = Saying(bench.finder(strings(near, "phrases")), str(near.argument("by", "agent")))
    return Search(saying.places, saying.by), float(str(near.argument("within_s", 10.0)))


EVENT = Operator(
    "event", Arguments, build, "event: {kind: interruption, by: agent, yielded: true, at_least: 3}", judge="features"
)
