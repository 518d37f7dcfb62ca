"""Scales, what an error zeroes, Kano guesses and titles in several languages."""

from __future__ import annotations

import pytest

from unit.qa import scenes
from voxcx.domain.interaction import Interaction
from voxcx.domain.scorecard import Scorecard
from voxcx.errors import FormError
from voxcx.qa.case import Case
from voxcx.qa.form import parse_form
from voxcx.qa.scoring import score_form
from voxcx.qa.yaml_source import Source

HEAD = "id: test.en\nversion: 1\nlanguage: en\ntitle: {en: Test, ru: Проба}\nminimum_decided_share: 0\n"
SCALE = """sections:
  - id: one
    title: {ru: Начало, en: Start}
    criteria:
      - id: opening
        title: {en: Opening, ru: Приветствие}
        kano: must_be
        scale:
          - points: 10
            title: name and greeting
            when: {all: [{said: {phrases: [hello]}}, {said: {phrases: ["my name is <name>"]}}]}
          - {points: 4, title: greeting alone, when: {said: {phrases: [hello]}}}
        finding: Did not greet.
"""


def card(text: str, *said: str) -> Scorecard:
    heard = scenes.transcript([("agent", 1.0, said[0]), ("customer", 60.0, "fine")], "en")
    form = parse_form(Source("form.yaml", text))
    return score_form(form, Case(Interaction("c", "call"), heard, scenes.timeline(heard), scenes.features()))


@pytest.mark.parametrize(
    ("said", "verdict", "points", "reason"),
    [
        ("hello my name is Daniel", "met", 10.0, "name and greeting: 10 of 10."),
        ("hello who is there", "met", 4.0, "greeting alone: 4 of 10."),
        ("who is there", "not_met", 0.0, "Did not greet."),
        ("my name is Daniel", "not_met", 0.0, "Did not greet."),
    ],
)
def test_a_scale_gives_the_points_of_its_best_level(said: str, verdict: str, points: float, reason: str) -> None:
    scored = card(HEAD + SCALE, said)
    (result,) = scored.results
    assert (result.verdict, result.points, result.criterion.points) == (verdict, points, 10.0)
    assert result.reason is not None
    assert result.reason.startswith(reason)
    assert result.evidence
    assert scored.score == 10 * points


def test_a_level_that_cannot_be_known_leaves_the_scale_undecided() -> None:
    unknown = SCALE.replace("said: {phrases: [hello]}}, {said", "metadata: {field: queue, equals: vip}}, {said")
    (result,) = card(HEAD + unknown, "hello my name is Daniel").results
    assert (result.verdict, result.points) == ("undecided", None)


def test_titles_speak_the_languages_that_the_form_gives() -> None:
    form = parse_form(Source("form.yaml", HEAD + SCALE))
    (section,) = form.sections
    assert [part.title_in("ru") for part in (form, section, section.criteria[0])] == ["Проба", "Начало", "Приветствие"]
    assert [part.title for part in (form, section, section.criteria[0])] == ["Test", "Start", "Opening"]
    assert section.criteria[0].title_in("de") == "Opening"
    assert section.criteria[0].kano == "must_be"


TWO = """sections:
  - id: one
    title: One
    criteria:
      - id: rude
        title: No rudeness
        {fail}points: 5
        severity: {severity}
        not_met_when: {{said: {{phrases: [stupid]}}}}
      - {{id: calm, title: Calm, points: 5, met_when: {{said: {{phrases: [fine]}}}}}}
  - id: two
    title: Two
    criteria:
      - {{id: bye, title: Goodbye, points: 10, met_when: {{said: {{phrases: [goodbye]}}}}}}
"""


@pytest.mark.parametrize(
    ("severity", "fail", "score"),
    [
        ("plain", "", 75.0),
        ("plain", "auto_fail: form\n        ", 0.0),
        ("plain", "auto_fail: section\n        ", 50.0),
        ("critical_customer", "", 0.0),
        ("critical_customer", "auto_fail: section\n        ", 50.0),
        ("critical_customer", "auto_fail: nothing\n        ", 75.0),
    ],
)
def test_an_error_zeroes_what_its_criterion_says(severity: str, fail: str, score: float) -> None:
    scored = card(HEAD + TWO.format(severity=severity, fail=fail), "stupid fine goodbye")
    assert scored.score_before_zeroing == 75.0
    assert scored.score == score
    assert scored.critical_errors("customer") == (("rude",) if severity != "plain" else ())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("        scale:", "        points: 5\n        scale:"), "expected points or a scale, one of them"),
        (("        kano: must_be", "        mode: flag\n        not_met_when: {said: {phrases: [x]}}"), "no mode flag"),
        (("points: 4", "points: 12"), "from the most points down"),
        (("points: 4", "points: 0"), "greater than 0"),
        (("kano: must_be", "kano: delight"), "must_be"),
    ],
)
def test_a_scale_that_makes_no_sense_is_told(change: tuple[str, str], says: str) -> None:
    with pytest.raises(FormError, match=says):
        parse_form(Source("form.yaml", HEAD + SCALE.replace(*change)))
