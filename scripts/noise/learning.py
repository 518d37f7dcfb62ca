"""What the recogniser makes of words: counts from transcripts beside what was said.

    python -m noise.learning PAIRS.json noise/confusions.json      (from the folder scripts)

PAIRS.json: a list of [language, what was said, what was recognised], long pieces. Pieces with more than 60 % word
errors are left out (the recogniser went in circles). Kept: one or two words said, up to three recognised, alike enough
to be the same sounds. Shipped with the counts of 336 pieces of Asterisk's prompts (English: Allison Smith, Russian:
Maxim Topal; both CC BY 3.0), clean and with noise at 8 and 2 dB, by whisper-base.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

import jiwer

from voxcx.language.fuzzy import likeness
from voxcx.language.numbers import verbalise
from voxcx.language.sounding import sound

MOST_ERRORS = 0.6
LEAST_ALIKE = 45.0  # percent of sounds
SAID, HEARD = 2, 3  # words at most


def learn(pairs: list[tuple[str, str, str]]) -> dict[str, dict[str, object]]:
    """For each language: word errors by kind, and the confusions with their counts."""
    confusions: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for language, said, heard in pairs:
        reference, got = (list(verbalise(text, language)) for text in (said, heard))
        if not reference or not got:
            continue
        answer = jiwer.process_words(" ".join(reference), " ".join(got))
        if answer.wer > MOST_ERRORS:
            continue
        kinds[language].update(substituted=answer.substitutions, lost=answer.deletions, added=answer.insertions)
        for first, second in _errors(answer.alignments[0], reference, got):
            if _same_sounds(first, second, language):
                confusions[language][" ".join(first), " ".join(second)] += 1
    return {
        language: {
            "kinds": dict(kinds[language]),
            "confusions": [[*pair, count] for pair, count in sorted(found.items())],
        }
        for language, found in sorted(confusions.items())
    }


def _errors(chunks: list[jiwer.AlignmentChunk], said: list[str], heard: list[str]) -> list[tuple[list[str], list[str]]]:
    """Stretches of errors between words that were recognised."""
    found: list[tuple[list[str], list[str]]] = []
    one: list[str] = []
    other: list[str] = []
    for chunk in chunks:
        if chunk.type == "equal":
            if one or other:
                found.append((one, other))
            one, other = [], []
            continue
        one += said[chunk.ref_start_idx : chunk.ref_end_idx]
        other += heard[chunk.hyp_start_idx : chunk.hyp_end_idx]
    return [*found, (one, other)] if one or other else found


def _same_sounds(said: list[str], heard: list[str], language: str) -> bool:
    if not (0 < len(said) <= SAID and 0 < len(heard) <= HEARD):
        return False
    one, other = ("".join(sound(word, language) for word in words) for words in (said, heard))
    return likeness(one, other) >= LEAST_ALIKE


if __name__ == "__main__":
    table = learn([tuple(pair) for pair in json.loads(Path(sys.argv[1]).read_text("utf-8"))])
    Path(sys.argv[2]).write_text(json.dumps(table, ensure_ascii=False, indent=0) + "\n", "utf-8")
