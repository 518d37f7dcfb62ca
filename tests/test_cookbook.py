"""Every recipe of docs/cookbook.md is a criterion that loads and judges the talks below it as the page says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from unit.qa import scenes
from unit.qa.scenes import WORD_S
from unit.qa.test_talk import PAUSE_S, SPEAKERS, told
from voxcx.domain.interaction import Contact, History, Interaction, Telephony
from voxcx.domain.intervals import Interval, union
from voxcx.domain.qa import CriterionResult, QaForm
from voxcx.domain.timeline import Event, Phase, Timeline
from voxcx.domain.transcript import Transcript
from voxcx.qa.case import Case, Knowledge, Usual
from voxcx.qa.form import parse_form
from voxcx.qa.scoring import score_form
from voxcx.qa.yaml_source import Source

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "cookbook.md").read_text(encoding="utf-8")
_RECIPE = re.compile(r"^## (\d+)\. (.+?)$(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
_BLOCK = re.compile(r"^```yaml example (ru|en)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
OTHER = {"id": "other", "title": "Other", "points": 1, "met_when": {"said": {"phrases": ["ok"]}}}  # a form has points
RUNNERS = {"features", "contacts", "usual", "after", "interruptions"}
RECIPES = [(number, *block) for number, _, text in _RECIPE.findall(PAGE) for block in _BLOCK.findall(text)]


def form_of(language: str, recipe: dict[str, Any]) -> str:
    """The smallest form around a recipe."""
    criterion = {key: value for key, value in recipe.items() if key not in {"define", "talks", "kind"}}
    return yaml.safe_dump(
        {
            "id": f"cookbook.{language}",
            "version": 1,
            "language": language,
            "title": "Cookbook",
            "define": recipe.get("define", {}),
            "sections": [{"id": "only", "title": "Only", "criteria": [criterion, OTHER]}],
        },
        allow_unicode=True,
        sort_keys=False,
    )


def judged(form: QaForm, kind: str, talk: str, facts: dict[str, Any]) -> CriterionResult:
    """The one criterion on a short talk.

    ``facts``: fields of the interaction and its telephony record, ``features`` (name → value), ``contacts`` (earlier
    ones), ``usual``, ``after`` (after which line, from 1, an event of how many seconds stands) and ``interruptions``.
    """
    pauses = {line: (what, long_s) for line, what, long_s in facts.get("after", [])}
    lines, events, now_s = [], [], PAUSE_S
    for number, part in enumerate(talk.split(" / "), start=1):
        who, text = part.split(": ", 1)
        lines.append((SPEAKERS.get(who, who), now_s if kind == "call" else None, text))
        now_s += len(text.split()) * WORD_S + PAUSE_S
        if number in pauses:
            what, long_s = pauses[number]
            events.append(Event(what, None, Interval(now_s, now_s + long_s)))
            now_s += long_s + PAUSE_S
    heard = scenes.transcript(lines, form.language)
    times = [Interval(2.0 + k, 2.8 + k) for k in range(facts.get("interruptions", 0))]
    events += [Event("interruption", "agent", span, yielded=True) for span in times]
    return score_form(form, case_of(kind, heard, tuple(events), max(now_s, 15.0), facts)).results[0]


def case_of(kind: str, heard: Transcript, events: tuple[Event, ...], end_s: float, facts: dict[str, Any]) -> Case:
    """The talk with its facts."""
    told_of = {key: value for key, value in facts.items() if key not in RUNNERS}
    record = {key: told_of.pop(key) for key in [*told_of] if key in Telephony.__dataclass_fields__}
    interaction = Interaction("c", kind, telephony=Telephony(**record), **told_of)  # type: ignore[arg-type]
    row = scenes.features(kind, **({"talk_s": 120.0} if kind == "call" else {}), **facts.get("features", {}))
    contacts = tuple(Contact(**one) for one in facts["contacts"]) if "contacts" in facts else None
    usual = {(whose, who, kind, name): Usual(*value) for whose, who, name, value in facts.get("usual", [])}
    knowledge = Knowledge(usual=usual or None)
    return Case(interaction, heard, timeline(kind, heard, events, end_s), row, History(contacts), knowledge)


def timeline(kind: str, heard: Transcript, events: tuple[Event, ...], end_s: float) -> Timeline:
    """Speech where the words are."""
    if kind == "chat":
        return Timeline(0.0)
    spoken = [
        union(Interval(u.start_s or 0.0, u.end_s or 0.0) for u in heard.utterances if u.role == role)
        for role in ("agent", "customer")
    ]
    return Timeline(end_s, *spoken, (), (Phase("talk", Interval(0.0, end_s), "none"),), events)


@pytest.mark.parametrize(("number", "language", "text"), RECIPES, ids=[f"{n}.{code}" for n, code, _ in RECIPES])
def test_a_recipe_judges_its_talks_as_the_page_says(number: str, language: str, text: str) -> None:
    recipe = yaml.safe_load(text)
    form = parse_form(Source(f"cookbook {number}", form_of(language, recipe)))
    assert len(recipe["talks"]) >= 3, "a hit, a miss and a trap"
    for wanted, talk, *facts in recipe["talks"]:
        given = facts[0] if facts else {}
        result = judged(form, recipe.get("kind", "call"), talk, given)
        assert told(result) in wanted.split("|"), f"{talk}: {result.reason}"


def test_the_cookbook_has_twenty_recipes_in_both_languages() -> None:
    titles = _RECIPE.findall(PAGE)
    assert [int(number) for number, _, _ in titles] == list(range(1, len(titles) + 1))
    assert len(titles) >= 20
    for number, _, text in titles:
        assert [language for language, _ in _BLOCK.findall(text)] == ["ru", "en"], number
