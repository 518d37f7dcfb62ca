"""What is said agrees with the counts, by the lexicons themselves; two causes are in the words and nowhere else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from voxcx.domain.transcript import Utterance
from voxcx.features.lexical import COUNTS
from voxcx.language.hits import SaidWords
from voxcx.language.lexicons import load_lexicons
from voxcx.simulation.dialogues import Dialogues, load_dialogues
from voxcx.simulation.planted import PLANTED
from voxcx.simulation.planting.plan import Plan
from voxcx.simulation.planting.topics import TOPICS, openings
from voxcx.simulation.population import Population, simulate_population

N = 500
LANGUAGES = ("ru", "en")


@pytest.fixture(scope="module")
def population() -> Population:
    return simulate_population(N, 4, texts=True)


@pytest.fixture(scope="module")
def said(population: Population) -> dict[str, list[tuple[str, str]]]:
    """Role and text of each utterance by interaction."""
    assert population.script
    talks: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for columns in population.script.utterances():
        for name, *line in zip(columns["interaction_id"], columns["role"], columns["text"], strict=True):
            talks[name].append((line[0], line[1]))
    return talks


def hits(lines: Sequence[str], party: str, language: str) -> dict[str, int]:
    words = SaidWords([Utterance(party, (), line) for line in lines], language)  # type: ignore[arg-type]
    lexicons = {name: lexicon for name, (lexicon, who) in COUNTS.items() if who == party}
    found = words.search(load_lexicons(language, *lexicons.values()))
    return {name: len(found[lexicon].hits) for name, lexicon in lexicons.items() if lexicon in found}


def test_counts_of_the_rows_are_hits_in_the_words(
    population: Population, said: dict[str, list[tuple[str, str]]]
) -> None:
    for row in population.rows()[:250]:
        if row["channels_verdict"] == "mono":
            assert {role for role, _ in said[str(row["interaction_id"])]} == {"unknown"}
            continue
        for party in ("agent", "customer"):
            lines = [text for role, text in said[str(row["interaction_id"])] if role == party]
            found = hits(lines, party, str(row["language"]))
            assert found == {name: row[name] for name in found}


def cues(words: Dialogues) -> Iterator[tuple[str, str]]:
    for name, pool in words.cues.items():
        yield from ((name, text) for text in pool)


@pytest.mark.parametrize(
    ("language", "name", "text"), [(one, *cue) for one in LANGUAGES for cue in cues(load_dialogues(one))]
)
def test_a_cue_is_one_hit_of_its_own_lexicon(language: str, name: str, text: str) -> None:
    for endings in load_dialogues(language).endings.values():
        found = hits([text.format_map(endings)], COUNTS[name][1], language)
        assert {each: count for each, count in found.items() if count} == {name: 1}


@pytest.mark.parametrize("language", LANGUAGES)
def test_planted_words_are_in_every_sentence_and_in_no_lexicon(language: str) -> None:
    words = load_dialogues(language)
    assert set(words.planted) == {phrase.cause for phrase in PLANTED}
    for phrase in PLANTED:
        for text in words.planted[phrase.cause]:
            for endings in words.endings.values():
                line = text.format_map(endings)
                assert any(wording in line.lower() for wording in phrase.wording[language])
                assert not any(hits([line], "agent", language).values())


def test_planted_words_are_said_where_the_cause_has_them(
    population: Population, said: dict[str, list[tuple[str, str]]]
) -> None:
    told = population.truth["phrases"]
    assert isinstance(told, list)
    for phrase, truth in zip(PLANTED, told, strict=True):
        wording = [each for words in phrase.wording.values() for each in words]
        with_it = [
            name
            for name, lines in said.items()
            if any(each in text.lower() for role, text in lines if role != "customer" for each in wording)
        ]
        assert len(with_it) == truth["n"] == pytest.approx(phrase.share * N, abs=40)


def test_texts_move_the_latent_and_no_feature(population: Population) -> None:
    without = simulate_population(N, 4)
    assert population.rows() == without.rows()
    moved = np.round(population.ratings["latent"] - without.ratings["latent"], 6)
    assert set(np.unique(moved)) == {-0.6, -0.1, 0.0, 0.5}
    assert "phrases" not in without.truth


def test_the_table_holds_together(population: Population) -> None:
    assert population.script
    (columns,) = population.script.utterances()
    kind = dict(zip(population.interactions["interaction_id"], population.interactions["kind"], strict=True))
    is_call = np.array([kind[name] == "call" for name in columns["interaction_id"]])
    first = np.concatenate([[True], columns["interaction_id"][1:] != columns["interaction_id"][:-1]])
    assert (columns["position"][first] == 0).all()
    assert (np.diff(columns["position"])[~first[1:]] == 1).all()
    assert np.all(columns["end_s"][is_call] > columns["start_s"][is_call])
    assert np.isnan(columns["start_s"][~is_call]).mean() < 0.15
    assert np.isnan(columns["confidence"]).sum() == (~is_call).sum()
    assert set(columns["role"]) == {"agent", "customer", "bot", "unknown"}
    assert not any("{" in text for text in columns["text"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_openings_of_topics_say_nothing_else(language: str) -> None:
    words = load_dialogues(language)
    assert set(openings(language)) == {topic.id for topic in TOPICS}
    for lines in openings(language).values():
        assert len(lines) >= 3
        for line in lines:
            said = line.format_map(words.endings["f"] | {"amount": "500", "number": "12345"})
            assert not any(hits([said], "customer", language).values()), said


def test_an_archive_says_its_topics_and_its_counts() -> None:
    archive = simulate_population(N, 4, texts=True, planted=Plan())
    assert archive.script
    talks: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for columns in archive.script.utterances():
        for name, *line in zip(columns["interaction_id"], columns["role"], columns["text"], strict=True):
            talks[name].append((line[0], line[1]))
    rows = archive.rows()
    spoken = {row["interaction_id"] for row in rows if row["agent_id"] or (row["contained"] and row["kind"] == "chat")}
    assert set(talks) == spoken
    for row in rows:
        lines = talks.get(str(row["interaction_id"]), [])
        if row["channels_verdict"] == "mono" or not lines:
            continue
        assert ("agent" in {role for role, _ in lines}) == (row["agent_id"] is not None)
        language = str(row["language"])
        found = hits([text for role, text in lines if role == "customer"], "customer", language)
        assert found == {name: row[name] for name in found}
        first = next(text for role, text in lines if role == "customer")
        starts = {opening.split("{")[0] for opening in openings(language)[str(row["topic"])]}
        assert any(first.startswith(start) for start in starts)


def test_the_same_seed_says_the_same(population: Population) -> None:
    again, other = (simulate_population(N, seed, texts=True).script for seed in (4, 5))
    assert population.script
    assert again
    assert other
    first, same, different = (
        next(script.utterances())["text"].tolist() for script in (population.script, again, other)
    )
    assert first == same
    assert first != different
