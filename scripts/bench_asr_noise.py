"""How well phrases of forms survive recognition: found and falsely found at 0, 5, 15 and 30 % word errors.

    python scripts/bench_asr_noise.py [FORM …] [--data FOLDER …] [--tune]

Every phrase of the forms is said once or twice in a carrier sentence; to these come the texts of the project's samples
and of references (FOLDER/NAME.ref.json). Words are corrupted with real confusions of our recogniser (scripts/noise).
Found: of the finds in the clean text, how many are still there. False: utterances, of 1,000, in which some phrase is
found that the clean utterance does not have – over all phrases of the form at once. Limits are chosen on one half of
the phrases (``--tune``) and reported on the other.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from noise.corrupting import Corrupter
from voxcx.domain.qa import QaForm, Rule
from voxcx.language import alike, grammar
from voxcx.language.automaton import Tolerant
from voxcx.language.entities import Vocabulary
from voxcx.language.phrases import compile_phrase
from voxcx.language.spotting import spotters
from voxcx.language.together import Together
from voxcx.language.tokens import tokenise
from voxcx.language.wordings import stretches, wordings
from voxcx.qa.form import load_form
from voxcx.qa.tolerating import Tolerated

MODES: tuple[Tolerant, ...] = ("no", "words", "exact_too")
RATES = (0.0, 0.05, 0.15, 0.30)
LIMITS = (80.0, 82.0, 84.0, 86.0, 88.0, 90.0)
SAID_TWICE = 2
SAMPLES = Path(__file__).parents[1] / "tests" / "data"
CARRIERS = {
    "ru": ("да так {} хорошо", "ну смотрите {} вот", "алло {} и по вашему вопросу", "я вас понял {} правильно"),
    "en": ("okay so {} all right", "well you see {} yeah", "hi {} about your question", "i see {} right"),
}
FILLERS = {"ru": "вот это ну там как раз".split(), "en": "well you know just like this".split()}  # noqa: SIM905


@dataclass(frozen=True)
class Search:
    """The phrases of a form, searched as they are and as they may be misheard."""

    language: str
    exact: Together
    tolerated: dict[Tolerant, Tolerated]

    def find(self, text: str, tolerant: Tolerant) -> set[str]:
        """Patterns that are found in an utterance."""
        tokens = tokenise(text, self.language)
        own = spotters(self.exact.entities, self.language, Vocabulary())
        found = {pattern for pattern, _, _ in self.exact.find(tokens, own)}
        if tolerant != "no":
            found |= {key[0] for key, _, _ in self.tolerated[tolerant].find(tokens)}
        return found


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("forms", nargs="*", default=["service.ru.v1", "service.en.v1"])
    parser.add_argument("--data", nargs="*", type=Path, default=[])
    parser.add_argument("--tune", action="store_true", help="print the other half for several limits")
    wanted = parser.parse_args()
    for name in wanted.forms:
        form = load_form(name)
        for half in (0, 1) if wanted.tune else (1,):
            patterns = [p for p in sorted(set(_phrases(form))) if crc32(p.encode()) % 2 == half]
            texts = [*_carried(patterns, form.language), *_talk(form.language, wanted.data)]
            print(f"\n{name}, half {half}: {len(patterns)} phrases, {len(texts)} utterances")
            if half == 0:
                _tune(patterns, texts, form.language)
            else:
                _table(patterns, texts, form.language)
    return 0


def _phrases(form: QaForm) -> Iterator[str]:
    """All phrases of a form's rules."""
    rules: list[Rule | None] = [form.excluded_when]
    for criterion in form.criteria:
        rules += [criterion.applies_when, criterion.met_when, criterion.not_met_when]
        rules += [level.when for level in criterion.scale]
    waiting = [rule for rule in rules if rule is not None]
    while waiting:
        rule = waiting.pop()
        waiting += rule.rules
        found = rule.argument("phrases", ())
        yield from (str(phrase) for phrase in found if isinstance(found, tuple))


def _carried(patterns: Sequence[str], language: str) -> list[str]:
    """Each phrase said in one or two ways inside a carrier sentence."""
    chance = random.Random(7)  # noqa: S311
    texts = []
    for pattern in patterns:
        ways = [way for way in (_spoken(pattern, language, chance) for _ in range(SAID_TWICE)) if way]
        texts += [chance.choice(CARRIERS[language]).format(way) for way in dict.fromkeys(ways)]
    return texts


def _spoken(pattern: str, language: str, chance: random.Random) -> str:
    """One way to say a phrase; empty where it names an entity, a beginning of a word, or something it never finds."""
    words: list[str] = []
    for nodes, plain in stretches(grammar.parse(pattern).parts, exact=True):
        if plain:
            ways = wordings(nodes, language)
            words += chance.choice(ways) if ways else ()
        elif isinstance(nodes[0], grammar.Gap):
            words += chance.sample(FILLERS[language], min(2, nodes[0].words))
        else:
            return ""
    text = " ".join(words)
    return text if compile_phrase(pattern, language).find(tokenise(text, language)) else ""


def _talk(language: str, folders: Sequence[Path]) -> Iterator[str]:
    """What people say in the samples and the references."""
    for path in sorted(SAMPLES.glob(f"*-{language}.truth.json")):
        raw = json.loads(path.read_text("utf-8"))
        yield from (str(line["text"]) for line in raw.get("utterances", ()))
    for folder in folders:
        if folder.name.endswith(language):
            for path in sorted(folder.glob("*.ref.json")):
                yield from (str(s["text"]) for s in json.loads(path.read_text("utf-8"))["segments"])


def _search(patterns: Sequence[str], language: str) -> Search:
    exact = Together(compile_phrase(pattern, language) for pattern in patterns)
    modes: tuple[Tolerant, ...] = ("words", "exact_too")
    tolerated = {mode: Tolerated([(p, mode) for p in patterns], language, Vocabulary()) for mode in modes}
    return Search(language, exact, tolerated)


def _table(patterns: Sequence[str], texts: Sequence[str], language: str) -> None:
    print(f"{'':>12}{'found':>24}{'false of 1,000':>24}")
    print(f"{'word errors':>12}" + 2 * f"{'as is':>8}{'form':>8}{'rule':>8}")
    search = _search(patterns, language)
    for rate in RATES:
        figures = [_figures(search, texts, rate, mode) for mode in MODES]
        shown = "".join(f"{found:>8.1%}" for found, _ in figures) + "".join(f"{false:>8.1f}" for _, false in figures)
        print(f"{rate:>12.0%}{shown}")


def _tune(patterns: Sequence[str], texts: Sequence[str], language: str) -> None:
    print(f"{'limit':>7}{'word errors':>13}{'found':>9}{'false/1000':>12}")
    given = alike.LIKE
    for limit in LIMITS:
        alike.LIKE = limit
        search = _search(patterns, language)
        for rate in (0.0, 0.15, 0.30):
            found, false = _figures(search, texts, rate, "exact_too")
            print(f"{limit:>7.0f}{rate:>13.0%}{found:>9.1%}{false:>12.1f}")
    alike.LIKE = given


def _figures(search: Search, texts: Sequence[str], rate: float, tolerant: Tolerant) -> tuple[float, float]:
    """Share of clean finds that are found, and false finds per 1,000 utterances."""
    corrupt: Callable[[list[str], float], list[str]] = Corrupter(search.language)
    kept = total = false = 0
    for text in texts:
        clean = search.find(text, "no")
        got = search.find(" ".join(corrupt(text.split(), rate)), tolerant)
        total += len(clean)
        kept += len(clean & got)
        false += bool(got - clean)
    return kept / max(1, total), 1000 * false / max(1, len(texts))


if __name__ == "__main__":
    raise SystemExit(main())
