from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from marked_chats import RUDE, marked_chats, small_criterion
from unit.qa.scenes import Line, call, chat, transcript
from voxcx.domain.interaction import Interaction
from voxcx.domain.qa import QaForm
from voxcx.errors import FormError, ModelError
from voxcx.qa.compiling import compile_form
from voxcx.qa.explanation.steps import asked
from voxcx.qa.form import parse_form
from voxcx.qa.learning.examples import gather
from voxcx.qa.learning.named import models_of
from voxcx.qa.learning.store import load_criterion, save_criterion
from voxcx.qa.learning.study import learn
from voxcx.qa.yaml_source import Source

CALM: list[Line] = [
    ("customer", None, "Где мой заказ?"),
    ("agent", None, "Проверила ваш заказ, он уже в пути. Курьер приедет завтра после обеда."),
    ("customer", None, "Спасибо."),
    ("agent", None, "Чек пришлём на почту. Скидка уже учтена."),
]
RUDELY: list[Line] = [*CALM[:3], ("agent", None, RUDE["ru"])]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A form's folder with a trained criterion in it."""
    beside = tmp_path_factory.mktemp("forms")
    chats = [replace(one, kind=kind) for one, kind in zip(marked_chats(400, 3), ["chat", "call"] * 200, strict=True)]
    trained, _ = learn(gather(chats, "no_rudeness", "agent", "ru"), 0.8)
    save_criterion(trained, "{}\n", "# Card\n", beside / "trained" / "no_rudeness")
    return beside


def form(folder: Path, rule: str = "{trained: {model: trained/no_rudeness}}", language: str = "ru") -> QaForm:
    text = (
        f"id: test\nversion: 1\nlanguage: {language}\ntitle: T\nsections:\n  - id: s\n    title: S\n    criteria:\n"
        f"      - {{id: it, title: It, points: 5, met_when: {rule}}}\n"
    )
    return parse_form(Source(str(folder / "form.yaml"), text))


def test_the_planted_phrase_is_found_and_cited(folder: Path) -> None:
    result = chat(form(folder), transcript(RUDELY))
    assert (result.verdict, result.judged_by) == ("not_met", "trained")
    assert result.evidence[0].quote == RUDE["ru"]
    assert "вероятность нарушения 0,9" in (result.reason or "")


def test_an_explanation_names_the_criterion_and_no_path(folder: Path) -> None:
    rule = form(folder).criteria[0].met_when
    assert rule is not None
    assert asked(rule, "ru") == "обученный критерий: model = no_rudeness"


def test_a_calm_chat_is_met_with_its_words(folder: Path) -> None:
    result = chat(form(folder), transcript(CALM))
    assert result.verdict == "met"
    assert 1 <= len(result.evidence) <= 3
    assert all(piece.role == "agent" for piece in result.evidence)


def test_the_customers_words_do_not_count(folder: Path) -> None:
    result = chat(form(folder), transcript([*CALM, ("customer", None, RUDE["ru"])]))
    assert result.verdict == "met"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([("agent", None, "Xerox zeta quux wibble blargh fnord")], "не похож на те"),
        ([("agent", None, "Ок")], "не похож на те"),
    ],
)
def test_words_it_never_saw_are_undecided(folder: Path, lines: list[Line], expected: str) -> None:
    result = chat(form(folder), transcript(lines))
    assert result.verdict == "undecided"
    assert expected in (result.reason or "")


def test_between_its_thresholds_it_is_silent(folder: Path) -> None:
    trained, _ = load_criterion(folder / "trained" / "no_rudeness")
    at = trained.thresholds[0.8]
    assert at.met is not None
    assert at.not_met is not None
    middle = (at.met + at.not_met) / 2
    assert at.verdict(middle) is None


def test_a_call_is_quoted_with_its_seconds(folder: Path) -> None:
    lines: list[Line] = [("agent", 5.0, CALM[1][2]), ("customer", 30.0, "Спасибо, понял"), ("agent", 50.0, RUDE["ru"])]
    result = call(form(folder), transcript(lines, confidence=0.9))
    assert result.verdict == "not_met"
    assert (result.evidence[0].start_s, result.evidence[0].quote) == (50.0, RUDE["ru"])


def test_words_heard_badly_or_made_up_are_no_evidence(folder: Path) -> None:
    lines: list[Line] = [("agent", 5.0, CALM[1][2]), ("agent", 30.0, RUDE["ru"]), ("customer", 60.0, "Спасибо, понял")]
    assert call(form(folder), transcript(lines, confidence=0.3)).verdict == "undecided"
    made_up = call(form(folder), transcript(lines, confidence=0.9, suspect="hallucination"))
    assert not any(piece.quote for piece in made_up.evidence)


def test_another_kind_of_contact_is_undecided(tmp_path: Path) -> None:
    trained, _ = learn(gather(marked_chats(120, 3), "no_rudeness", "agent", "ru"), 0.8)
    save_criterion(trained, "{}\n", "# Card\n", tmp_path / "chats")
    lines: list[Line] = [("agent", 5.0, CALM[1][2]), ("customer", 30.0, "Спасибо, понял")]
    result = call(form(tmp_path, "{trained: {model: chats}}"), transcript(lines, confidence=0.9))
    assert result.verdict == "undecided"
    assert "такого вида" in (result.reason or "")


def test_a_queue_it_was_not_tested_on_is_undecided(tmp_path: Path) -> None:
    chats = [replace(one, queue="sales") for one in marked_chats(200, 3)]
    trained, _ = learn(gather(chats, "no_rudeness", "agent", "ru"), 0.8)
    save_criterion(trained, "{}\n", "# Card\n", tmp_path / "c")
    qa = form(tmp_path, "{trained: {model: c}}")
    verdicts = [
        chat(qa, transcript(RUDELY), Interaction("c", "chat", queue=queue)) for queue in ("sales", "claims", None)
    ]
    assert [one.verdict for one in verdicts] == ["not_met", "undecided", "undecided"]
    assert "не проверяли на этой очереди" in (verdicts[1].reason or "")


@pytest.mark.parametrize(
    ("rule", "language", "expected"),
    [
        ("{trained: {model: trained/none}}", "ru", "expected a trained criterion with meta.json, found none"),
        ("{trained: {model: trained/no_rudeness}}", "en", "trained on en, got one trained on ru"),
        ("{trained: {model: trained/no_rudeness, at: 0.83}}", "ru", "expected at to be a target of its card"),
        ("{trained: {}}", "ru", "the key 'model' is missing"),
        ("{trained: {model: x, least: 1}}", "ru", "unknown key 'least'"),
    ],
)
def test_a_form_says_what_is_wrong_with_it(folder: Path, rule: str, language: str, expected: str) -> None:
    with pytest.raises(FormError) as told:
        form(folder, rule, language)
    assert expected in str(told.value)
    assert "line 9" in str(told.value)
    assert "correct example: `trained: {model:" in str(told.value)


def test_a_stricter_target_says_less(folder: Path) -> None:
    usual, strict = (form(folder, f"{{trained: {{model: trained/no_rudeness, at: {at}}}}}") for at in (0.7, 0.95))
    told = [
        [
            chat(one, transcript([(role, None, " ".join(words)) for role, words in chats.said])).verdict
            for one in (usual, strict)
        ]
        for chats in marked_chats(60, 77)
    ]
    assert sum(one != "undecided" for one, _ in told) >= sum(other != "undecided" for _, other in told)
    assert all(other in {one, "undecided"} for one, other in told)


def test_a_criterion_that_changed_after_the_form_was_read_is_refused(folder: Path, tmp_path: Path) -> None:
    first, _ = load_criterion(folder / "trained" / "no_rudeness")
    save_criterion(first, "{}\n", "# Card\n", tmp_path / "c")
    read = form(tmp_path, "{trained: {model: c}}")
    save_criterion(first, '{"a": 1}\n', "# Card\n", tmp_path / "c")
    with pytest.raises(ModelError, match="changed after the form was read"):
        compile_form(read)


def test_a_form_names_its_trained_criteria(folder: Path) -> None:
    data = {
        "define": {"kind": {"any": [{"trained": {"model": "trained/no_rudeness"}}, {"trained": {"model": "none"}}]}}
    }
    found = models_of(data, folder)
    assert found.keys() == {"trained/no_rudeness", "none"}
    assert len(found["trained/no_rudeness"] or "") == 64
    assert found["none"] is None


ENGLISH: list[tuple[list[Line], str]] = [
    ([("agent", None, "I am so sorry, I understand.")], "met"),
    ([("agent", None, "Sorry!"), ("agent", None, "I understand how you feel")], "met"),
    ([("agent", None, "We are sorry to hear that, we understand")], "met"),
    ([("agent", None, "That is our policy.")], "not_met"),
    ([("agent", None, "Our policies are policies")], "not_met"),
    ([("agent", None, "It is policy"), ("customer", None, "I am sorry, I understand")], "not_met"),
    ([("agent", None, "It is policy, I understand")], "undecided"),
    ([("agent", None, "We understand you, still it is the policy")], "undecided"),
    ([("agent", None, "The parcel leaves the warehouse tomorrow morning")], "undecided"),
    ([("customer", None, "You are not sorry, you do not understand")], "not_applicable"),
    ([("bot", None, "Sorry, I do not understand"), ("agent", None, "Hello there, how are you")], "undecided"),
    ([("bot", None, "Sorry, sorry"), ("agent", None, "That is the policy")], "not_met"),
    ([("agent", None, "Sorry")], "undecided"),
    ([("agent", None, "SORRY, I UNDERSTAND YOU")], "met"),
    ([("agent", None, "he understood and was sorry")], "met"),
    ([("agent", None, "Wir haben Richtlinien dafür")], "undecided"),
]


@pytest.mark.parametrize(("lines", "verdict"), ENGLISH)
def test_what_it_says_in_english(tmp_path: Path, lines: list[Line], verdict: str) -> None:
    save_criterion(small_criterion(), "{}\n", "# Card\n", tmp_path / "c")
    assert chat(form(tmp_path, "{trained: {model: c}}", "en"), transcript(lines, "en")).verdict == verdict


RUSSIAN: list[tuple[list[Line], str]] = [
    (RUDELY, "not_met"),
    ([*CALM, ("agent", None, "не кричите на меня")], "undecided"),
    ([*CALM[:2], ("agent", None, "Успокойтесь!!! Не кричите на меня!")], "not_met"),
    ([*CALM, ("agent", None, "УСПОКОЙТЕСЬ И НЕ КРИЧИТЕ НА МЕНЯ")], "not_met"),
    ([("agent", None, "Успокойся и не кричи на меня"), *CALM], "not_met"),
    (CALM, "met"),
    ([*CALM, *CALM], "met"),
    ([*CALM, ("customer", None, RUDE["ru"])], "met"),
    ([*CALM, ("bot", None, RUDE["ru"])], "met"),
    ([*CALM, ("system", None, RUDE["ru"])], "met"),
    ([("agent", None, "Гарантия действует два года. Скидка уже учтена. Адрес доставки изменила.")], "met"),
    ([("customer", None, "Алло, вы тут?")], "not_applicable"),
    ([("agent", None, "Ок")], "undecided"),
    ([("agent", None, "Xerox zeta quux wibble blargh fnord")], "undecided"),
    ([("agent", None, "12345 67890 11111 22222 33333")], "undecided"),
]


@pytest.mark.parametrize(("lines", "verdict"), RUSSIAN)
def test_what_it_says_in_russian(folder: Path, lines: list[Line], verdict: str) -> None:
    assert chat(form(folder), transcript(lines)).verdict == verdict
