"""Chats scored per second on one core, by stage, and what a form of 12, 200 and 1000 criteria costs.

    python scripts/bench_qa.py [--form service.ru.v1] [--chats 1000]

Chats are made up: 20 messages, 240 words in all, from a vocabulary of 4,000 word forms by Zipf's law, with
phrases of the form put into one message in five, each with its own names. No two are alike, and those that are timed
have not been seen before: as many others warm the caches of words. Only CPU time counts (``process_time``). The big
forms have their own phrases in every criterion, made of the same words.
"""

from __future__ import annotations

import argparse
import gc
import random
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from time import process_time

import pymorphy3

from voxcx.config import shipped
from voxcx.domain.catalogue import features_of
from voxcx.domain.features import Feature, FeatureRow
from voxcx.domain.interaction import Interaction, Role
from voxcx.domain.qa import QaForm
from voxcx.domain.timeline import Timeline
from voxcx.domain.transcript import Transcript, Utterance, Word
from voxcx.qa.case import Case
from voxcx.qa.compiling import compile_form
from voxcx.qa.form import form_path, load_form, parse_form
from voxcx.qa.scene import Scene
from voxcx.qa.scoring import score_form
from voxcx.qa.yaml_source import Source

MESSAGES, WORDS = 20, 240
PHRASE_SHARE = 0.2  # of messages that hold a phrase of the form
GAP_S = 25.0
COMPANY = "Северсвязь"
NAMES = {
    "ru": ("Анна", "Игорь", "Мария", "Олег", "Светлана", "Петрова", "Кузнецов", "Иванова", "Соколов", "Азамат"),
    "en": ("Mark", "Daniel", "Mary", "Olive", "Susan", "Smith", "Brown", "Jones", "Nkechi", "Taylor"),
}
FORMS_OF_A_LEMMA = 5
MOST_FORMS = 4000
SIZES = (12, 200, 1000)
ROUNDS = 3


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--form", default="service.ru.v1")
    parser.add_argument("--chats", type=int, default=1000)
    wanted = parser.parse_args()
    form, chance = load_form(wanted.form), random.Random(1)  # noqa: S311
    words = vocabulary(form.language)
    said = _chats(2 * wanted.chats, words, said_phrases(wanted.form), chance)
    cases = [_case(lines, form.language, chance) for lines in said]
    seen, cases = cases[: wanted.chats], cases[wanted.chats :]
    print(f"{len(cases)} chats of {MESSAGES} messages and {WORDS} words; {len(words)} word forms")
    gc.collect()
    gc.freeze()  # a thousand chats held at once are the bench's, not the engine's: nobody need search them for garbage
    _stages(form, seen, cases)
    _sizes(words, seen, cases, form.language)
    return 0


def vocabulary(language: str) -> list[str]:
    """Words of the shipped forms and lexicons; Russian ones with some of their forms."""
    folders = ("configs", "qa_forms"), ("configs", "lexicons")
    texts = [p.read_text("utf-8") for f in folders for p in sorted(shipped(*f).glob(f"*{language}*.yaml"))]
    letters = "[а-яё]{2,}" if language == "ru" else "[a-z]{2,}"
    plain = sorted({word for text in texts for word in re.findall(letters, text.lower())})
    if language != "ru":
        return plain
    analyser = pymorphy3.MorphAnalyzer(lang="ru")
    forms = {form.word for word in plain for form in analyser.parse(word)[0].lexeme[:FORMS_OF_A_LEMMA]}
    return sorted(random.Random(3).sample(sorted({*plain, *forms}), MOST_FORMS))  # noqa: S311


def said_phrases(form: str) -> list[str]:
    """Words of the form's phrases, roughly as people say them: the first of every alternative."""
    found = re.findall(r'"([^"\n]{6,})"', form_path(form).read_text("utf-8"))
    plain = [re.sub(r"\[[^\]]*\]|<[^>]*>|\.\.\.\d*|[={}\"*]|\|[^{}]*(?=\})", " ", phrase) for phrase in found]
    return [" ".join(text.split()) for text in plain if text.split()]


def _chats(count: int, words: list[str], phrases: list[str], chance: random.Random) -> Iterator[list[str]]:
    shuffled = chance.sample(words, len(words))
    weights = list(accumulate(1 / (rank + 2) for rank in range(len(shuffled))))
    for _ in range(count):
        said = chance.choices(shuffled, cum_weights=weights, k=WORDS)
        messages = [said[k::MESSAGES] for k in range(MESSAGES)]
        for message in messages:
            if chance.random() < PHRASE_SHARE:
                inside = chance.choice(phrases).split()[: len(message)]
                at = chance.randrange(len(message) - len(inside) + 1)
                message[at : at + len(inside)] = inside
            message[0] = message[0].capitalize()
            message[-1] += chance.choice(".?!,")
        yield [" ".join(message) for message in messages]


def _case(lines: Sequence[str], language: str, chance: random.Random) -> Case:
    """A chat of an agent and a customer in turn, with the features that a row of chats has."""
    utterances = []
    for k, text in enumerate(lines):
        role: Role = "agent" if k % 2 else "customer"
        at_s = GAP_S * k
        utterances.append(Utterance(role, tuple(Word(word, at_s, at_s) for word in text.split()), text))
    row = FeatureRow(tuple(Feature(spec.name, None, "not measured here") for spec in features_of("chat")))
    names = [" ".join(chance.sample(NAMES[language], 2)) for _ in range(2)]
    interaction = Interaction("c", "chat", agent_name=names[0], customer_name=names[1], company=COMPANY)
    return Case(interaction, Transcript(language, "written", tuple(utterances)), Timeline(0.0), row)


def _stages(form: QaForm, seen: Sequence[Case], cases: Sequence[Case]) -> None:
    """Time of the whole and of its parts; the floor is what tokens and normal forms cost alone."""
    compiled = compile_form(form)
    scene_tokens: list[int] = []

    def tokens(case: Case) -> Scene:
        scene = Scene(form, case)
        scene_tokens.append(sum(len(line.tokens) for line in scene.lines))
        return scene

    def search(case: Case) -> None:
        compiled.search(tokens(case))

    def whole(case: Case) -> None:
        score_form(form, case)

    first_s = _cpu_s(tokens, seen)
    for case in seen:
        score_form(form, case)
    whole_s = _cpu_s(whole, cases)  # before the others: it meets these chats first
    floor_s, search_s = (_best_s(work, cases) for work in (tokens, search))
    print(f"\n{form.id}, {len(form.criteria)} criteria")
    print(f"  {'stage':<34}{'ms per chat':>12}{'chats/s':>10}")
    rows = (
        ("floor: tokens, the first chats", first_s),
        ("floor: tokens and normal forms", floor_s),
        ("search of all phrases, warm", search_s - floor_s),
        ("rules, verdicts, evidence, reasons", whole_s - search_s),
        ("whole", whole_s),
    )
    for name, seconds in rows:
        print(f"  {name:<46}{1000 * seconds / len(cases):>8.3f}{len(cases) / max(seconds, 1e-9):>10.0f}")


def _best_s(work: Callable[[Case], object], cases: Sequence[Case]) -> float:
    return min(_cpu_s(work, cases) for _ in range(ROUNDS))


def _cpu_s(work: Callable[[Case], object], cases: Sequence[Case]) -> float:
    began_s = process_time()
    for case in cases:
        work(case)
    return process_time() - began_s


def _sizes(words: list[str], seen: Sequence[Case], cases: Sequence[Case], language: str) -> None:
    print(f"\n{'criteria':>10}{'phrases':>9}{'ms per chat':>13}{'chats/s':>9}{'× of 12':>9}{'compile s':>11}")
    base_s = 0.0
    for size in SIZES:
        began_s = process_time()
        form = grown(size, words, language, random.Random(2))  # noqa: S311
        compile_form(form)
        score_form(form, cases[0])
        ready_s = process_time() - began_s
        for case in seen:
            score_form(form, case)
        taken_s = _cpu_s(lambda case, form=form: score_form(form, case), cases)  # type: ignore[misc]
        base_s = base_s or taken_s
        each_ms = 1000 * taken_s / len(cases)
        print(f"{size:>10}{6 * size:>9}{each_ms:>13.3f}{1000 / each_ms:>9.0f}{taken_s / base_s:>9.2f}{ready_s:>11.1f}")


def grown(size: int, words: list[str], language: str, chance: random.Random) -> QaForm:
    """A form of so many criteria of six phrases each, no two alike; every third has a window, every fifth an unless."""
    lines = [f"id: big.{language}", "version: 1", f"language: {language}", "title: Big", "sections:"]
    for section in range(0, size, 20):
        lines += [f"  - id: s{section}", f"    title: S{section}", "    criteria:"]
        for number in range(section, min(section + 20, size)):
            phrases = ", ".join(f'"{_phrase(words, chance)}"' for _ in range(6))
            where = ", where: {last_turns: 3}" if number % 3 == 0 else ""
            unless = f', unless: ["{_phrase(words, chance)}"]' if number % 5 == 0 else ""
            key = "met_when" if number % 2 else "not_met_when"
            by = "agent" if number % 4 else "customer"
            lines += [f"      - id: c{number}", f"        title: C{number}", "        points: 1", "        mode: full"]
            lines += [f"        {key}: {{said: {{by: {by}, phrases: [{phrases}]{where}{unless}}}}}"]
    return parse_form(Source("big.yaml", "\n".join(lines)))


def _phrase(words: list[str], chance: random.Random) -> str:
    one, two, three, four = chance.sample(words, 4)
    shapes = (f"{one} {two}", f"{{{one}|{two}}} {three}", f"{one} [{two}] {three}", f"{one} ...3 {two}")
    return chance.choice((*shapes, f"={one} {{{two}|{three} {four}}}"))


if __name__ == "__main__":
    raise SystemExit(main())
