"""Trained criteria on real support chats (MAIA-DQE): each client judged by what was learned from the others.

    .venv/bin/python scripts/bench_maia_criteria.py ../shared/data/chats-maia [--markdown]

Three questions that annotators answered, as criteria: is an agent's message free of templates, is a customer's message
polite, did the conversation reach its goal. Beside the trained criterion stand a rule in the form language, written
before looking at the figures, and the commoner verdict given always. "New client": learned from the other two clients.
"Known clients": folds keep conversations together. The English side is read; the data (CC BY-ND 4.0, Mendonça et al.
2023) stay where they lie.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench_maia import CLIENT, read
from voxcx.domain.catalogue import features_of
from voxcx.domain.features import Feature, FeatureRow
from voxcx.domain.interaction import Interaction, Role
from voxcx.domain.timeline import Timeline
from voxcx.domain.transcript import Transcript, Utterance, Word
from voxcx.errors import InputError
from voxcx.features.chat_style import template_share
from voxcx.qa.case import Case
from voxcx.qa.form import parse_form
from voxcx.qa.learning.card import cell
from voxcx.qa.learning.examples import Judged, gather
from voxcx.qa.learning.figures import Figures, compare
from voxcx.qa.learning.study import learn
from voxcx.qa.learning.terms import By
from voxcx.qa.scoring import score_form
from voxcx.qa.yaml_source import Source

TARGETS = (0.7, 0.8, 0.9)
TASK_REACHED = 4  # of 5
FEWEST = 15  # of each verdict; the product asks for 30
FORM = "id: maia\nversion: 1\nlanguage: en\ntitle: MAIA\nsections:\n  - id: all\n    title: All\n    criteria:\n"
RULES = {
    "own_words": """
not_met_when:
  any:
    - feature: {name: template_share, op: ">=", value: 0.5}
    - said:
        by: agent
        phrases:
          - "thank you for {contacting|your patience|waiting|the information|reaching out|getting in touch}"
          - "{anything|something} else ...2 {help|assist|do for you}"
          - "have a {great|nice|good|wonderful|lovely} {day|evening|afternoon|weekend}"
          - "{happy|glad|pleasure} to {help|assist}"
          - "not {heard|received} ...3 {from you|response|reply|answer}"
          - "{apologize|sorry} for {the|any} inconvenience"
          - "bear with me"
""",
    "agent_polite": """
not_met_when:
  said:
    by: agent
    phrases:
      - "{calm down|not my {problem|fault|job}|your {own fault|problem}}"
      - "{you should have|as i {already|just} {said|told|explained}|like i said}"
      - "{stupid|idiot|nonsense|ridiculous|listen to me}"
""",
    "customer_polite": """
not_met_when:
  said:
    by: customer
    phrases:
      - "{ridiculous|unacceptable|useless|stupid|idiot|absurd|shame|disgrace|joke|scam|rubbish|crap|damn|hell}"
      - "{waste of|wasting my} time"
      - "{worst|terrible|horrible|awful} {service|support|company}"
      - "fed up"
      - "{come on|hurry up|are you there}"
""",
    "task_reached": """
met_when:
  said:
    by: customer
    where: {last_turns: 3}
    phrases: ["{thank|thanks|thank you}", "it works", "{perfect|great|solved}"]
    unless: ["no thanks"]
not_met_when:
  any:
    - said:
        by: customer
        where: {last_turns: 4}
        phrases: ["{still|does|did} not ...2 {work|help|load|open}", "{useless|disappointed}"]
    - said:
        by: agent
        where: {last_turns: 3}
        phrases: ["not {heard|received} ...4 {from you|response|reply|answer}", "{disconnected|inactive|inactivity}"]
""",
}


@dataclass(frozen=True)
class Unit:
    """One thing that annotators judged: a message or a conversation, of a client; ``known`` are texts of the others."""

    name: str
    client: str
    conversation: str
    said: list[tuple[Role, str]]
    error: bool


def main() -> None:
    """Make the units, judge them, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--markdown", action="store_true")
    given = parser.parse_args()
    dialogues = read(given.data)
    for title, criterion, by, units in (
        ("Agent's message in own words (error: most of its sentences are templates)", "own_words", "agent", turns),
        ("Agent's conversation in own words (error: most sentences are templates)", "own_words", "agent", whole_agents),
        ("Agent's message polite", "agent_polite", "agent", agents_politeness),
        ("Customer's message polite", "customer_polite", "customer", politeness),
        ("Task reached (error: 3 or less of 5), from the customer's words", "task_reached", "customer", success),
        ("Task reached, from both sides' words", "task_reached", "anyone", success),
    ):
        study(title, criterion, by, list(units(dialogues)), markdown=given.markdown)  # type: ignore[arg-type]


def text_of(turn: dict) -> tuple[Role, str]:
    """Whose message, and its English."""
    customer = turn["floor"] == "inbound"
    return ("customer", "\n".join(turn["text_mt"])) if customer else ("agent", "\n".join(turn["text_src"]))


def client_of(name: str) -> str:
    """The client in a dialogue's id."""
    return CLIENT.findall(name)[0]


def turns(dialogues: dict[str, dict]) -> Iterator[Unit]:
    """Agents' messages; those of which half the sentences are templates are left out."""
    for name, one in dialogues.items():
        for k, turn in enumerate(one["turns"]):
            marks = [mark for mark in turn["Templated"] if mark is not None]
            if turn["floor"] == "outbound" and marks and sum(marks) * 2 != len(marks):
                yield Unit(f"{name}/{k:03}", client_of(name), name, [text_of(turn)], sum(marks) * 2 > len(marks))


def whole_agents(dialogues: dict[str, dict]) -> Iterator[Unit]:
    """Conversations by the share of the agent's sentences that are templates."""
    for name, one in dialogues.items():
        agents = [turn for turn in one["turns"] if turn["floor"] == "outbound"]
        marks = [mark for turn in agents for mark in turn["Templated"] if mark is not None]
        if marks:
            said = [text_of(turn) for turn in one["turns"]]
            yield Unit(name, client_of(name), name, said, sum(marks) * 2 > len(marks))


def politeness(dialogues: dict[str, dict], floor: str = "inbound") -> Iterator[Unit]:
    """Messages by their politeness."""
    for name, one in dialogues.items():
        for k, turn in enumerate(one["turns"]):
            if turn["floor"] == floor and turn["Politeness"] is not None:
                yield Unit(f"{name}/{k:03}", client_of(name), name, [text_of(turn)], turn["Politeness"] < 1)


def agents_politeness(dialogues: dict[str, dict]) -> Iterator[Unit]:
    """Agents' messages by their politeness."""
    return politeness(dialogues, "outbound")


def success(dialogues: dict[str, dict]) -> Iterator[Unit]:
    """Conversations by task success; one has none."""
    for name, one in dialogues.items():
        rating = int(one["dialog"]["Task Sucess"])
        if rating > 0:
            said = [text_of(turn) for turn in one["turns"]]
            yield Unit(name, client_of(name), name, said, rating < TASK_REACHED)


def study(title: str, criterion: str, by: By, units: list[Unit], *, markdown: bool) -> None:
    """Every judge beside the annotators."""
    truth = [unit.error for unit in units]
    clients = sorted({unit.client for unit in units})
    counted = ", ".join(
        f"{c}: {sum(u.error for u in units if u.client == c)} of {sum(u.client == c for u in units)}" for c in clients
    )
    print(f"\n{'### ' if markdown else ''}{title}\n\nErrors: {sum(truth)} of {len(truth)} (by client {counted})\n")
    judges: dict[str, list[bool | None]] = {}
    try:
        judges |= dict(on_known_clients(criterion, by, units))
        judges |= dict(on_new_clients(criterion, by, units))
    except InputError as error:
        print(f"refused: {error}\n")
    judges["rule"] = [ruled(criterion, unit, units) for unit in units]
    judges["commoner verdict"] = [sum(truth) * 2 > len(truth)] * len(truth)
    show({name: compare(told, truth) for name, told in judges.items()}, markdown=markdown)


def on_known_clients(criterion: str, by: By, units: list[Unit]) -> Iterator[tuple[str, list[bool | None]]]:
    """The trained criterion where folds keep conversations together, at each target."""
    judged = [as_judged(unit) for unit in units]
    examples = gather(judged, criterion, by, "en", FEWEST)
    _, measured = learn(examples, TARGETS[1])
    names = [one.judged.interaction_id for one in examples.examples]
    for target in TARGETS:
        verdicts = told_of(measured.held_out[target], measured.targets[target].silent)
        of_name = dict(zip(names, verdicts, strict=True))
        yield f"known clients, {target:g}", [of_name.get(unit.name) for unit in units]
    print(f"area under the curve, known clients: {cell(measured.area)}")
    strongest = {side: ", ".join(term for term, _ in terms[:10]) for side, terms in measured.strongest.items()}
    print(f"strongest terms: {strongest}\n")


def on_new_clients(criterion: str, by: By, units: list[Unit]) -> Iterator[tuple[str, list[bool | None]]]:
    """Each client's units judged by what was learned from the others."""
    judged = [as_judged(unit) for unit in units]
    told: dict[float, list[bool | None]] = {target: [None] * len(units) for target in TARGETS}
    for client in sorted({unit.client for unit in units}):
        others = [one for one, unit in zip(judged, units, strict=True) if unit.client != client]
        trained, _ = learn(gather(others, criterion, by, "en", FEWEST), TARGETS[1])
        for k, unit in enumerate(units):
            if unit.client == client:
                reading = trained.read(judged[k].said)
                for target in TARGETS:
                    unlike = reading.known < trained.least_known
                    told[target][k] = None if unlike else trained.thresholds[target].verdict(reading.chance)
    for target in TARGETS:
        yield f"new client, {target:g}", told[target]


def told_of(told: tuple[bool | None, ...], silent: object) -> list[bool | None]:
    """Held-out verdicts without those that are switched off."""
    off = dict(silent)  # type: ignore[call-overload]
    return [None if one is None or ("not_met" if one else "met") in off else one for one in told]


def as_judged(unit: Unit) -> Judged:
    """A unit as training sees it; conversations stay together, agents are not known."""
    said = [(role, text.split()) for role, text in unit.said]
    return Judged(unit.name, said, {"": "not_met" if unit.error else "met"}, "chat", "", unit.conversation)


def ruled(criterion: str, unit: Unit, units: list[Unit]) -> bool | None:
    """What the rule says; templates are texts nearly equal to one of the client's other conversations."""
    others = [
        text for one in units if one.client == unit.client and one.conversation != unit.conversation
        for role, text in one.said if role == "agent"
    ]  # fmt: skip
    own = [text for role, text in unit.said if role == "agent"]
    share = template_share(own, others) if own and criterion == "own_words" else None
    row = FeatureRow(
        tuple(
            Feature(spec.name, share)
            if spec.name == "template_share" and share is not None
            else Feature(spec.name, None, "not measured here")
            for spec in features_of("chat")
        )
    )
    lines = unit.said if own else [("agent", "Hello"), *unit.said]  # a form is about a conversation with an agent
    said = tuple(Utterance(role, tuple(Word(word, None, None) for word in text.split()), text) for role, text in lines)
    case = Case(Interaction(unit.name, "chat"), Transcript("en", "annotators", said), Timeline(0.0), row)
    verdict = score_form(FORMS[criterion], case).results[0].verdict
    return {"not_met": True, "met": False}.get(verdict)


def rule_form(criterion: str):  # noqa: ANN201 - a form
    """The rule as a form of one criterion."""
    rules = "\n".join(f"        {line}" for line in RULES[criterion].strip().splitlines())
    return parse_form(
        Source("maia.yaml", f"{FORM}      - id: {criterion}\n        title: It\n        points: 1\n{rules}\n")
    )


def show(judges: dict[str, Figures], *, markdown: bool) -> None:
    """A line a judge."""
    names = ("precision of errors", "recall of errors", "precision of met", "decided")
    if markdown:
        print(f"| judge | {' | '.join(names)} | κ |\n|{'---|' * (len(names) + 2)}")
    for name, figures in judges.items():
        cells = [cell(f) for f in (figures.precision, figures.recall, figures.met_precision, figures.decided)]
        kappa = "–" if figures.kappa is None else f"{figures.kappa:.2f}"
        print(f"| {' | '.join([name, *cells, kappa])} |" if markdown else f"{name:<20} {'  '.join(cells)}  κ {kappa}")


FORMS = {criterion: rule_form(criterion) for criterion in RULES}

if __name__ == "__main__":
    main()
