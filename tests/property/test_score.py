"""Laws of the score: it is a share, undecided is no zero, order does not matter, zeroing only lowers."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxcx.domain.qa import Criterion, CriterionResult, Evidence, QaForm, Section
from voxcx.domain.scorecard import Scorecard, SectionScore, percent
from voxcx.language.digit_runs import digits_ahead, runs
from voxcx.language.phrases import Vocabulary, compile_phrase
from voxcx.language.spotting import spotters
from voxcx.language.together import Together
from voxcx.language.tokens import tokenise

WINDOW = (Evidence("agent", 0.0, 1.0),)
VERDICTS = ("met", "not_met", "not_applicable", "undecided")
SEVERITIES = ("plain", "plain", "critical_customer", "critical_business", "critical_compliance")


@st.composite
def results(draw: st.DrawFn, least: int = 1) -> list[CriterionResult]:
    found = []
    for k in range(draw(st.integers(least, 12))):
        points = draw(st.one_of(st.just(0.0), st.floats(0.01, 100)))
        criterion = Criterion(f"c{k}", "t", points, severity=draw(st.sampled_from(SEVERITIES)))
        found.append(CriterionResult(criterion, draw(st.sampled_from(VERDICTS)), WINDOW, "why"))
    return found


def card(found: list[CriterionResult], zeroes: str = "nothing", cut: int = 0, minimum: float = 0.7) -> Scorecard:
    parts = [found[:cut], found[cut:]] if 0 < cut < len(found) else [found]
    sections = [Section(f"s{k}", "t", tuple(r.criterion for r in part)) for k, part in enumerate(parts)]
    form = QaForm("f", 1, "ru", "t", tuple(sections), zeroes, minimum)  # type: ignore[arg-type]
    return Scorecard(
        form,
        tuple(
            SectionScore(section, tuple(part), zeroes == "section" and any(r.is_critical_error for r in part))
            for section, part in zip(sections, parts, strict=True)
        ),
    )


@given(results(), st.sampled_from(["form", "section", "nothing"]), st.integers(0, 12))
def test_a_score_is_none_or_a_percentage(found: list[CriterionResult], zeroes: str, cut: int) -> None:
    scored = card(found, zeroes, cut)
    for value in (scored.score, scored.score_before_zeroing, *(s.score for s in scored.sections)):
        assert value is None or 0.0 <= value <= 100.0
    assert scored.decided_share is None or 0.0 <= scored.decided_share <= 1.0 + 1e-9


@given(results())
def test_undecided_and_not_applicable_leave_the_sum(found: list[CriterionResult]) -> None:
    decided = [r for r in found if r.verdict in {"met", "not_met"}]
    assert percent(found) == percent(decided)


@given(results())
def test_an_undecided_verdict_is_never_worse_than_an_error(found: list[CriterionResult]) -> None:
    doubtful = [replace(r, verdict="undecided") if r.verdict == "not_met" else r for r in found]
    before, after = percent(found), percent(doubtful)
    assert after is None or before is None or after >= before - 1e-9


@given(results(), st.randoms(use_true_random=False))
def test_the_order_of_criteria_does_not_matter(found: list[CriterionResult], chance: random.Random) -> None:
    shuffled = chance.sample(found, len(found))
    one, two = card(found, "form").score, card(shuffled, "form").score
    assert one == two or (one is not None and two is not None and one == pytest.approx(two))


@given(results(), st.sampled_from(["form", "section"]), st.integers(0, 12))
def test_zeroing_only_lowers_and_needs_a_critical_error(found: list[CriterionResult], zeroes: str, cut: int) -> None:
    scored = card(found, zeroes, cut)
    before, after = scored.score_before_zeroing, scored.score
    critical = any(r.is_critical_error for r in found)
    assert (before is None) == (after is None)
    if before is not None and after is not None:
        assert after <= before + 1e-9
        assert critical or after == before
        assert after == 0.0 or not (critical and zeroes == "form")


@given(results(), st.floats(0, 1))
def test_below_the_decided_share_there_is_no_score(found: list[CriterionResult], minimum: float) -> None:
    scored = card(found, "nothing", 0, minimum)
    share = scored.decided_share
    if share is None or share < minimum:
        assert scored.score is None
    else:
        assert scored.score == percent(found)


@given(results())
def test_meeting_one_more_criterion_never_lowers(found: list[CriterionResult]) -> None:
    better = [replace(r, verdict="met") if r.verdict == "not_met" else r for r in found]
    before, after = percent(found), percent(better)
    assert (before is None) == (after is None)
    assert before is None or after is None or after >= before


def test_a_section_is_not_zeroed_without_an_error() -> None:
    criterion = Criterion("c", "t", 5.0)
    with pytest.raises(ValueError, match="zeroed by an error"):
        SectionScore(Section("s", "t", (criterion,)), (CriterionResult(criterion, "met", WINDOW),), zeroed=True)


WORDS = ("добрый", "день", "вечер", "назовите", "код", "из", "смс", "пять", "рублей", "претензию", "Анна", "не", "за")
PATTERNS = (
    "{добрый {день|вечер}|здравствуйте}",
    "=назовите ...3 {код =из смс|пин код}",
    "претензи*",
    "{претензи*|жалоба} ...2 <сумма>",
    "<имя> ...1 {добрый|не}",
    "<число>",
    "[не] за ...2 код",
    "не ... {день|<число>}",
)


@given(st.lists(st.sampled_from(WORDS), max_size=14))
def test_phrases_searched_together_find_what_each_finds_alone(words: list[str]) -> None:
    phrases = [compile_phrase(pattern, "ru") for pattern in PATTERNS]
    tokens = tokenise(" ".join(words), "ru")
    plain = {(p.pattern, m.start, m.end) for p in phrases for m in p.find(tokens)}
    together = Together(phrases)
    own = spotters(together.entities, "ru", Vocabulary())
    assert sorted(together.find(tokens, own)) == sorted(plain)


ENTITIES = {
    "ru": ("карта", "паспорт", "снилс", "телефон", "почта", "ссылка", "адрес", "число", "дата"),
    "en": ("card", "passport", "phone", "email", "link", "address", "number", "date"),
}
SPOKEN = {
    "ru": (
        *("паспорт", "4510", "123456", "4276", "3800", "0000", "0005", "+7", "916", "123-45-67", "112-233-445", "95"),
        *("иван", "собака", "мэйл", "точка", "ру", "vox.ru", "a@b.ru", "улица", "мира", "дом", "д.5", "квартира"),
        *("семью", "семьсот", "десять", "ноль", "тысяча", "номер", "снилс", "телефон", "мая", "5.10", "да", "и"),
    ),
    "en": (
        *("passport", "123456789", "AB1234567", "4276", "3800", "0000", "0005", "+1", "555", "123-4567", "double"),
        *("john", "at", "gmail", "dot", "com", "vox.com", "a@b.com", "12", "baker", "street", "apartment", "five"),
        *("oh", "one", "hundred", "thousand", "phone", "number", "may", "fifth", "yes", "and", "can't"),
    ),
}


@given(st.sampled_from(("ru", "en")), st.data())
def test_entities_searched_together_begin_where_each_does_alone(language: str, data: st.DataObject) -> None:
    tokens = tokenise(" ".join(data.draw(st.lists(st.sampled_from(SPOKEN[language]), max_size=16))), language)
    phrases = [compile_phrase(f"<{kind}>", language) for kind in ENTITIES[language]]
    plain = {(p.pattern, m.start, m.end) for p in phrases for m in p.find(tokens)}
    assert {(m.pattern, m.start, m.end) for m in Together(phrases).find_each(tokens)} == plain


@given(st.sampled_from(("ru", "en")), st.data())
def test_no_row_of_digits_is_longer_than_was_looked_ahead(language: str, data: st.DataObject) -> None:
    tokens = tokenise(" ".join(data.draw(st.lists(st.sampled_from(SPOKEN[language]), max_size=16))), language)
    for start in range(len(tokens)):
        most = max((len(run.digits) for run in runs(tokens, start, language)), default=0)
        assert most <= digits_ahead(tokens, start, language)
