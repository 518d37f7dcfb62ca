from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from voxcx.errors import FormError
from voxcx.language.numbers import cardinal, number_value, verbalise
from voxcx.language.phrases import PhraseSet, Vocabulary, compile_phrase
from voxcx.language.sentences import sentences
from voxcx.language.tokens import tokenise

LANGUAGES = st.sampled_from(["ru", "en", "fr"])
SPOKEN = st.text(alphabet="абвгёеиклмнорстуя abcdehilnortw 0123456789.,-'’!?%$:₽", max_size=80)
TEXTS = st.one_of(st.text(max_size=60), SPOKEN)
PATTERNS = st.one_of(st.text(max_size=30), st.text(alphabet='аб {}[]|<>=*"….5<имя>', max_size=30))
VOCABULARY = Vocabulary(names=("Азамат",), companies=("Северсвязь", "Open Bank"))
EVERYTHING = PhraseSet(
    compile_phrase(pattern, language, VOCABULARY, fuzzy=fuzzy)
    for pattern in ("<имя>", "<число>", "<сумма>", "<дата>", "<срок>", "<компания>", "не ... понял", "да [ну]", "пре*")
    for language in ("ru", "en")
    for fuzzy in (False, True)
)
SOME = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SOME
@given(TEXTS, LANGUAGES)
def test_any_text_is_read(text: str, language: str) -> None:
    tokens = tokenise(text, language)
    assert all(text[token.start : token.end] == token.text for token in tokens)
    assert all(earlier.end <= later.start for earlier, later in pairwise(tokens))
    assert all(token.forms for token in tokens)
    assert sentences(text) is not None
    for word in verbalise(text, language):
        assert word
        if language != "fr":
            assert all(letter.isalpha() or letter in "-'" for letter in word)


@SOME
@given(TEXTS, st.sampled_from(["ru", "en"]))
def test_matches_lie_inside_and_never_overlap(text: str, language: str) -> None:
    tokens = tokenise(text, language)
    matches = EVERYTHING.find(tokens)
    assert all(0 <= match.start < match.end <= len(tokens) for match in matches)
    assert all(earlier.end <= later.start for earlier, later in pairwise(matches))


@SOME
@given(SPOKEN, LANGUAGES, st.data())
def test_a_texts_own_words_are_found_where_they_stand(text: str, language: str, data: st.DataObject) -> None:
    tokens = tokenise(text, language)
    if not tokens:
        return
    start = data.draw(st.integers(0, len(tokens) - 1))
    end = data.draw(st.integers(start + 1, len(tokens)))
    own = text[tokens[start].start : tokens[end - 1].end]
    phrase = compile_phrase(own, language)
    if len(tokenise(own, language)) == end - start and "..." not in own:
        assert phrase.longest(tokens, start) == end


@SOME
@given(PATTERNS)
def test_any_pattern_compiles_or_is_refused_in_words(pattern: str) -> None:
    try:
        phrase = compile_phrase(pattern, "ru", VOCABULARY)
    except FormError as error:
        refused = str(error)
    else:
        phrase.find(tokenise("да не понял", "ru"))
        return
    assert "position" in refused


@SOME
@given(st.integers(0, 10**15 - 1), st.sampled_from(["ru", "en"]))
def test_what_a_number_is_said_as_is_worth_that_number(value: int, language: str) -> None:
    assert number_value(tokenise(" ".join(cardinal(value, language)), language), language) == value


def test_an_entity_needs_its_brackets() -> None:
    with pytest.raises(FormError, match="position 4"):
        compile_phrase("да <имя", "ru")
