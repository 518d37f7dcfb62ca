"""Small calls and chats for the tables of the rule language."""

from __future__ import annotations

from textwrap import indent

from voxcx.domain.catalogue import features_of
from voxcx.domain.features import Feature, FeatureRow
from voxcx.domain.interaction import Interaction
from voxcx.domain.intervals import Interval, union
from voxcx.domain.qa import CriterionResult, QaForm
from voxcx.domain.timeline import Event, Phase, Timeline
from voxcx.domain.transcript import Transcript, Utterance, Word
from voxcx.qa.case import Case
from voxcx.qa.form import parse_form
from voxcx.qa.scoring import score_form
from voxcx.qa.yaml_source import Source

WORD_S = 0.4
DURATION_S = 120.0
Line = tuple[str, float | None, str]


def utterance(line: Line, confidence: float | None = None, suspect: str | None = None) -> Utterance:
    """A line of the script: words of 0.4 s one after another; a start of None gives words without times."""
    role, start_s, text = line
    words = []
    for k, word in enumerate(text.split()):
        begin_s = None if start_s is None else round(start_s + k * WORD_S, 3)
        end_s = None if begin_s is None else round(begin_s + WORD_S, 3)
        words.append(Word(word, begin_s, end_s, confidence, suspect))
    return Utterance(role, tuple(words), text)  # type: ignore[arg-type]


def transcript(
    lines: list[Line], language: str = "ru", confidence: float | None = None, suspect: str | None = None
) -> Transcript:
    """Lines as a transcript."""
    return Transcript(language, "script", tuple(utterance(line, confidence, suspect) for line in lines))


def timeline(heard: Transcript, events: tuple[Event, ...] = (), distrust: str | None = None) -> Timeline:
    """Speech where the words are, talk from start to end."""

    def speech(role: str) -> tuple[Interval, ...]:
        pieces = [(u.start_s, u.end_s) for u in heard.utterances if u.role == role]
        return union(Interval(s, e) for s, e in pieces if s is not None and e is not None)

    talk = (Phase("talk", Interval(0.0, DURATION_S), "none"),)
    return Timeline(DURATION_S, speech("agent"), speech("customer"), (), talk, events, distrust=distrust)


def features(kind: str = "call", **values: float | str) -> FeatureRow:
    """A row with these values; all others are missing with a reason."""
    return FeatureRow(
        tuple(
            Feature(spec.name, values[spec.name])
            if spec.name in values
            else Feature(spec.name, None, "not measured here")
            for spec in features_of(kind)
        )
    )


def form(rule: str, language: str = "ru", define: str = "", more: str = "") -> QaForm:
    """A form of one criterion that is met when the rule is yes."""
    text = (
        f"id: test.{language}\nversion: 1\nlanguage: {language}\ntitle: Test\n"
        f"{'define:' if define else ''}\n{indent(define, '  ')}\n"
        "sections:\n  - id: only\n    title: Only\n    criteria:\n"
        f"      - id: it\n        title: It\n        points: 5\n{indent(more, '        ')}\n"
        f"        met_when:\n{indent(rule, '          ')}\n"
    )
    return parse_form(Source("form.yaml", text))


def call(
    qa: QaForm, heard: Transcript, events: tuple[Event, ...] = (), interaction: Interaction | None = None
) -> CriterionResult:
    """The first criterion's result on a call."""
    return score_form(
        qa, Case(interaction or Interaction("c", "call"), heard, timeline(heard, events), features())
    ).results[0]


def chat(qa: QaForm, heard: Transcript, interaction: Interaction | None = None) -> CriterionResult:
    """The first criterion's result on a chat."""
    row = features("chat")
    return score_form(qa, Case(interaction or Interaction("c", "chat"), heard, Timeline(0.0), row)).results[0]
