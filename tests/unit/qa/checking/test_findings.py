"""Every finding: a form in which it is right, and the nearest form in which it would be wrong."""

from __future__ import annotations

import pytest

from voxcx.qa.checking.checking import Report, check_form, check_source
from voxcx.qa.checking.wordings import COMMON
from voxcx.qa.form import shipped_forms
from voxcx.qa.yaml_source import Source

HELLO = "met_when: {said: {by: agent, where: {first_s: 15}, phrases: [good morning]}}"


def report(rules: str, define: str = "", more: str = "", head: str = "", language: str = "en") -> Report:
    """Findings about a form of one criterion, ``it``; ``more`` are its other keys, ``head`` the form's."""
    lines = [
        *("id: test.call", "version: 1", f"language: {language}", "title: Test", *head.splitlines()),
        *(["define:"] if define else []),
        *(f"  {line}" for line in define.splitlines()),
        *("sections:", "  - id: only", "    title: Only", "    criteria:"),
        *("      - id: it", "        title: It", *(["        points: 100"] if "points:" not in more else [])),
        *(f"        {line}" for line in (*more.splitlines(), *rules.splitlines())),
    ]
    return check_source(Source("form.yaml", "\n".join(lines)))


def codes(found: Report) -> set[str]:
    """Codes of errors and warnings, and of notes other than those that nearly every form has."""
    return {one.code for one in found.findings} - {"no_condition"}


def test_a_plain_form_has_no_findings() -> None:
    assert codes(report(HELLO)) == set()


SAID = "said: {by: agent, phrases: [%s]}"
BILL, DEBT = "metadata: {field: queue, equals: bills}", "metadata: {field: queue, equals: debts}"


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (f"met_when: {{all: [{{{BILL}}}, {{{DEBT}}}]}}", "never_yes"),
        (f"met_when: {{any: [{{{BILL}}}, {{{DEBT}}}]}}", None),
        ("met_when: {all: [{use: a}, {not: {use: a}}]}", "never_yes"),
        ("met_when: {any: [{use: a}, {not: {use: a}}]}", "always_yes"),
        ("met_when: {all: [{use: a}, {not: {use: b}}]}", None),
        ("met_when: {any: [{use: a}, {all: [{use: a}, {use: b}]}]}", "adds_nothing"),
        ("met_when: {all: [{use: a}, {any: [{use: a}, {use: b}]}]}", "adds_nothing"),
        ("met_when: {any: [{use: a}, {use: b}, {use: a}]}", "adds_nothing"),
        ("met_when: {at_least: {n: 3, of: [{use: a}, {use: b}]}}", "never_yes"),
        ("met_when: {at_least: {n: 2, of: [{use: a}, {use: b}]}}", None),
        ("met_when: {if_then: {if: {use: a}, then: {use: a}}}", "always_yes"),
        ("met_when: {if_then: {if: {use: a}, then: {use: b}}}", None),
        (
            (
                'met_when: {all: [{feature: {name: silences, op: ">", value: 3}}, '
                '{feature: {name: silences, op: "<", value: 2}}]}'
            ),
            "never_yes",
        ),
        (
            (
                'met_when: {all: [{feature: {name: silences, op: ">", value: 3}}, '
                '{feature: {name: silences, op: "<", value: 9}}]}'
            ),
            None,
        ),
        (f"met_when: {{any: [{{{BILL}}}, {{metadata: {{field: queue, one_of: [bills, debts]}}}}]}}", "adds_nothing"),
        ("applies_when: {use: a}\nmet_when: {use: a}", "never_not_met"),
        ("applies_when: {use: a}\nmet_when: {not: {use: a}}", "never_met"),
        ("applies_when: {use: a}\nnot_met_when: {use: a}", "never_met"),
        ("applies_when: {use: a}\nmet_when: {use: b}", None),
        ("applies_when: {all: [{use: a}, {not: {use: a}}]}\nmet_when: {use: b}", "never_applies"),
        ("met_when: {use: a}\nnot_met_when: {use: b}", None),
        ("met_when: {use: a}\nnot_met_when: {use: a}", "never_met"),
    ],
)
def test_rules_that_cannot_be(rules: str, expected: str | None) -> None:
    define = "\n".join(f"{name}: {{{SAID % words}}}" for name, words in (("a", "i will check"), ("b", "one moment")))
    found = codes(report(rules, define)) - {"unused"}
    assert (expected in found) if expected else found == set(), found


@pytest.mark.parametrize(
    ("define", "expected"),
    [
        ("used: {said: {phrases: [hello there]}}\nidle: {said: {phrases: [bye now]}}", {"unused"}),
        ("used: {said: {phrases: [hello there]}}", set()),
        ("used: {use: deep}\ndeep: {said: {phrases: [hello there]}}", set()),
        (
            (
                "used: {any: [{use: a}, {said: {phrases: [hey there]}}]}\na: {said: {phrases: [oh hello]}}\n"
                "b: {said: {phrases: [oh hello]}}"
            ),
            {"unused", "same_definition"},
        ),
    ],
)
def test_definitions(define: str, expected: set[str]) -> None:
    assert codes(report("met_when: {use: used}", define)) == expected


def test_a_definition_that_only_an_anchor_names_is_used() -> None:
    rules = "applies_when: {event: {kind: hold}}\nmet_when: {said: {where: {after: asked}, phrases: [thank you]}}"
    assert codes(report(rules, "asked: {said: {phrases: [please wait]}}")) == set()


def test_a_definition_whose_alias_is_used_is_used() -> None:
    text = "met_when: *wait"
    assert codes(report(text, "asked: &wait {said: {phrases: [please wait]}}")) == set()


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("{first_s: 15}", set()),
        ("{first_s: 2000}", {"long_window"}),
        ("{first_s: 15, last_s: 15}", {"both_ends"}),
        ("{before: asked, after: asked}", {"empty_window", "anchor_decides"}),
        ("{after: {rule: asked, hit: 1}, before: {rule: asked, hit: 2}}", {"anchor_decides"}),
        ("{after: quiet}", {"no_place", "anchor_decides"}),
        ("{after: asked}", {"anchor_decides"}),
    ],
)
def test_windows(where: str, expected: set[str]) -> None:
    define = "asked: {said: {phrases: [please wait]}}\nquiet: {said_not: {phrases: [please wait]}}"
    found = codes(report(f"met_when: {{said: {{where: {where}, phrases: [thank you]}}}}", define))
    assert found - {"unused"} == expected


def test_an_anchor_that_applies_when_asks_for_decides_nothing() -> None:
    rules = "applies_when: {use: asked}\nmet_when: {said: {where: {after: asked}, phrases: [thank you]}}"
    assert codes(report(rules, "asked: {said: {phrases: [please wait]}}")) == set()


@pytest.mark.parametrize(
    ("language", "arguments", "expected"),
    [
        ("en", "phrases: [good morning, good evening]", set()),
        ("en", "phrases: [good morning, good morning]", {"twice"}),
        ("en", "phrases: ['{good|nice} morning', good morning]", {"covered"}),
        ("en", "phrases: [good morning, '=good =morning']", {"covered"}),
        ("en", "phrases: ['=holds', '=hold']", set()),
        ("en", "phrases: ['wait ... minute', 'wait a minute']", {"covered"}),
        ("en", "phrases: ['wait ... minute', 'wait for ...9 minute']", set()),
        ("en", "phrases: [good morning, good morning], at_least: 2", {"twice"} - {"twice"}),
        ("en", "phrases: ['{good|good} morning']", {"twice"}),
        ("en", "phrases: ['my name is <name>', my name is]", {"covered"}),
        ("en", "phrases: ['yes']", {"too_general"}),
        ("en", "phrases: ['yes'], where: {last_turns: 1}", set()),
        ("en", "phrases: [refund]", set()),
        ("ru", "phrases: [да]", {"too_general"}),
        ("ru", "phrases: ['{да|конечно}']", {"too_general"}),
        ("ru", "phrases: [да конечно]", set()),
        ("ru", "phrases: [подождите минуту, подождать минуту]", {"covered"}),
        ("ru", "phrases: ['=подождите', подождать]", {"covered"}),
        ("ru", "phrases: ['=подождите', '=подождать']", set()),
        ("ru", "phrases: ['{добрый день|здравствуйте}', добрый вечер]", set()),
        ("ru", "phrases: [претензия, 'претензи*']", set()),
        ("ru", "phrases: ['претензия*', 'претензи*']", {"covered"}),
        ("ru", "phrases: ['на сумму <сумма>', '<сумма>']", {"covered"}),
        ("en", "phrases: [good morning], unless: [morning]", {"cancelled"}),
        ("en", "phrases: [good morning, hello there], unless: [good morning]", {"cancelled"}),
        ("en", "phrases: [good morning], unless: [good morning vietnam]", set()),
    ],
)
def test_phrases(language: str, arguments: str, expected: set[str]) -> None:
    assert codes(report(f"met_when: {{said: {{by: agent, {arguments}}}}}", language=language)) == expected


def test_an_exception_that_cancels_everything_is_an_error() -> None:
    found = report("met_when: {said: {phrases: [good morning], unless: [morning]}}")
    assert [one.code for one in found.of("error")] == ["cancelled"]


@pytest.mark.parametrize(
    ("against", "expected"),
    [
        ("said: {by: agent, phrases: [one moment please]}", {"for_and_against"}),
        ("said: {by: customer, phrases: [one moment please]}", set()),
        ("said: {by: agent, where: {last_s: 9}, phrases: [one moment please]}", set()),
        ("said: {by: agent, phrases: [never mind]}", set()),
    ],
)
def test_the_same_words_for_and_against(against: str, expected: set[str]) -> None:
    found = report(f"met_when: {{said: {{by: agent, phrases: [one moment]}}}}\nnot_met_when: {{{against}}}")
    assert codes(found) == expected


@pytest.mark.parametrize(
    ("more", "head", "expected"),
    [
        ("points: 90", "", {"sum"}),
        ("severity: critical_business\nauto_fail: nothing", "", {"fails_nothing"}),
        ("severity: critical_business", "zeroes: nothing", {"zeroes_nothing"}),
        ("severity: critical_business", "", {"absence_zeroes"}),
        ("severity: critical_business\nauto_fail: section", "", set()),
        ("title: {en: It}", "", {"title"}),
    ],
)
def test_weights(more: str, head: str, expected: set[str]) -> None:
    text = more.replace("title: {en: It}", "")
    found = report(HELLO, more=text, head=head) if text else _titled()
    assert codes(found) == expected


def _titled() -> Report:
    lines = [
        *("id: test.call", "version: 1", "language: en", "title: {en: Test, ru: Проба}", "sections:"),
        *("  - id: only", "    title: {en: Only, ru: Раздел}", "    criteria:"),
        f"      - {{id: it, title: It, points: 100, {HELLO}}}",
    ]
    return check_source(Source("form.yaml", "\n".join(lines)))


def test_points_that_nobody_decides() -> None:
    human = "- {id: %s, title: T, points: %d, mode: human}"
    lines = [
        *("id: test.call", "version: 1", "language: en", "title: T", "sections:", "  - id: only", "    title: T"),
        *("    criteria:", f"      - {{id: it, title: It, points: 100, {HELLO}}}", f"      {human % ('eye', 90)}"),
    ]
    found = check_source(Source("form.yaml", "\n".join(lines)))
    assert {one.code for one in found.of("error")} == {"no_score"}
    assert "at most 53%" in found.of("error")[0].sentence
    found = check_source(Source("form.yaml", "\n".join(lines).replace("points: 90", "points: 5")))
    assert {one.code for one in found.of("warning")} == {"undecided_points"}
    assert found.of("error") == ()


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ('feature: {name: first_response_s, op: ">", value: 9}', set()),
        ("event: {kind: interruption}", set()),
        (
            (
                'any: [{feature: {name: first_response_s, op: ">", value: 9}}, {event: {kind: hold}}, '
                "{event: {kind: silence}}]"
            ),
            {"kind"},
        ),
        ('said: {phrases: ["<company>"]}', {"company"}),
        (
            "if_then: {if: {metadata: {field: company, known: true}}, then: {said: {phrases: ['<company> bank']}}}",
            set(),
        ),
        ('said: {phrases: ["<company>", "our bank"]}', set()),
    ],
)
def test_facts(rule: str, expected: set[str]) -> None:
    assert codes(report(f"met_when: {{{rule}}}")) == expected


def test_a_sentence_has_its_line_and_what_to_do() -> None:
    found = report("met_when: {said: {phrases: [good morning, 'yes']}}")
    (one,) = found.of("warning")
    assert one.sentence.startswith("line 12, it: «yes» is found wherever «yes» is said; ")
    assert one.sentence.endswith(".")


@pytest.mark.parametrize("name", shipped_forms())
def test_shipped_forms_have_no_errors(name: str) -> None:
    assert [one.sentence for one in check_form(name).of("error")] == []


def test_common_words_are_single() -> None:
    assert all(" " not in word for words in COMMON.values() for word in words)
