"""HALL: a phrase and a results folder → where it was said, with the quote, the second, and the file to hear it in.

part by part: choose interactions → utterances with a word that may begin the phrase → the phrase itself → its time
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from voxcx.errors import InputError
from voxcx.language.phrases import Phrase, compile_phrase
from voxcx.language.tokens import spoken_tokens, tokens_of
from voxcx.results.choosing import chosen_ids
from voxcx.results.reading import read_part
from voxcx.units import INSTANT_S

ROLES = ("agent", "customer", "bot")
ABOUT = ("started_at", "kind", "agent_id", "queue", "recordings", "recording_starts_s")
SAID = ["interaction_id", "position", "role", "start_s", "end_s", "text"]
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
CONTEXT_WORDS = 8  # on each side of a quote


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for. ``language`` None: by the letters of the phrase. ``where``: SQL over `interactions`."""

    results: Path
    phrase: str
    language: str | None = None
    by: str | None = None
    where: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """The phrase in one utterance. Times are seconds of the interaction; None in a chat without times.

    ``recording`` is the file in which it can be heard and ``at_s`` the second in that file; both None in a chat.
    """

    interaction_id: str
    started_at: datetime | None
    agent_id: str | None
    queue: str | None
    role: str
    start_s: float | None
    end_s: float | None
    quote: str
    before: str
    after: str
    recording: str | None = None
    at_s: float | None = None


def search(wanted: Wanted) -> Iterator[Hit]:
    """Every place where the phrase was said, in the order of the folder's parts.

    Raises:
        InputError: no results folder, or a condition that DuckDB refuses.
        FormError: a phrase that breaks the syntax of docs/forms.md.
    """
    if not wanted.results.is_dir():
        raise InputError(f"{wanted.results}: expected a results folder as `voxcx batch` writes it, found none.")
    if wanted.by is not None and wanted.by not in ROLES:
        raise InputError(f"--by: expected one of {', '.join(ROLES)}, got {wanted.by!r}.")
    finder = _Finder(wanted.phrase, wanted.language or ("ru" if CYRILLIC.search(wanted.phrase) else "en"))
    return _hits(wanted, finder)


def _hits(wanted: Wanted, finder: _Finder) -> Iterator[Hit]:
    for part, ids in chosen_ids(wanted.results, wanted.where):
        path = wanted.results / "utterances" / f"{part}.parquet"
        if not ids or not path.is_file():
            continue
        said = read_part(path, SAID)
        said = said.filter(pc.is_in(said["interaction_id"], value_set=pa.array(ids, pa.string())))
        if wanted.by:
            said = said.filter(pc.equal(said["role"], wanted.by))
        found = list(finder.find(said))
        if found:
            yield from _placed(wanted.results, part, found)


class _Finder:
    """One phrase. A line is read only when one of its words may begin the phrase; each word is asked once."""

    def __init__(self, phrase: str, language: str) -> None:
        self._phrase: Phrase = compile_phrase(phrase, language)
        self._language = language
        self._tests = self._phrase.automaton.first_tests()
        self._begins: dict[str, bool] = {}

    def find(self, said: pa.Table) -> Iterator[tuple[dict[str, Any], Sequence[str], int, int]]:
        """Utterance, its words, and the first and last word of each find."""
        rows = said.take(pa.array(self._candidates(said["text"])))
        for row in rows.to_pylist():
            words = (row["text"] or "").split()
            tokens, sources = spoken_tokens(words, self._language)
            for match in self._phrase.find(tokens):
                yield row, words, sources[match.start], sources[match.end - 1]

    def _candidates(self, texts: pa.ChunkedArray) -> NDArray[np.int64]:
        """Rows in which a word may begin the phrase."""
        if self._tests is None:  # it may begin with an entity or with any word
            return np.arange(len(texts))
        found, before = [], 0
        for chunk in texts.chunks:
            words = pc.utf8_split_whitespace(chunk)
            coded = words.flatten().dictionary_encode()
            begins = np.array([self._may_begin(word) for word in coded.dictionary.to_pylist()], dtype=bool)
            rows = np.asarray(pc.list_parent_indices(words))
            found.append(before + np.unique(rows[begins[np.asarray(coded.indices)]]) if len(rows) else rows)
            before += len(chunk)
        return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)

    def _may_begin(self, word: str) -> bool:
        if word not in self._begins:
            tokens = tokens_of(word.replace("’", "'"), self._language)
            self._begins[word] = any(test.fits(token) for test in self._tests or () for token in tokens)
        return self._begins[word]


def _placed(results: Path, part: str, found: Sequence[tuple[dict[str, Any], Sequence[str], int, int]]) -> Iterator[Hit]:
    ids = sorted({row["interaction_id"] for row, *_ in found})
    about = _rows(results, "interactions", part, ["interaction_id", *ABOUT], ids)
    spoken = [name for name in ids if about[name]["recordings"]]
    words = _rows(results, "transcripts", part, ["interaction_id", "words"], spoken) if spoken else {}
    for row, texts, first, last in found:
        known = about[row["interaction_id"]]
        start_s, end_s = row["start_s"], row["end_s"]
        if channels := words.get(row["interaction_id"], {}).get("words"):
            start_s, end_s = _times(channels, row, texts, first, last)
        recording, at_s = recording_at(known, start_s)
        yield Hit(
            row["interaction_id"],
            known["started_at"],
            known["agent_id"],
            known["queue"],
            row["role"],
            start_s,
            end_s,
            " ".join(texts[first : last + 1]),
            " ".join(texts[max(0, first - CONTEXT_WORDS) : first]),
            " ".join(texts[last + 1 : last + 1 + CONTEXT_WORDS]),
            recording,
            at_s,
        )


def _rows(
    results: Path, table: str, part: str, columns: list[str], ids: Sequence[str]
) -> Mapping[str, Mapping[str, Any]]:
    rows = read_part(results / table / f"{part}.parquet", columns)
    kept = rows.filter(pc.is_in(rows["interaction_id"], value_set=pa.array(ids, pa.string())))
    return {row["interaction_id"]: row for row in kept.to_pylist()}


def _times(
    channels: Sequence[Sequence[Mapping[str, Any]]], row: Mapping[str, Any], texts: Sequence[str], first: int, last: int
) -> tuple[float | None, float | None]:
    """When the words were said, by the stored words of the channel on which the utterance is; else the utterance's."""
    for words in channels:
        begun = _position(words, row["start_s"])
        said = words[begun : begun + len(texts)]
        if [word["text"] for word in said] == list(texts):
            return said[first]["start_s"], said[last]["end_s"]
    return row["start_s"], row["end_s"]


def _position(words: Sequence[Mapping[str, Any]], start_s: float | None) -> int:
    return bisect_left(words, (start_s or 0.0) - INSTANT_S, key=itemgetter("start_s"))


def recording_at(known: Mapping[str, Any], start_s: float | None) -> tuple[str | None, float | None]:
    """The file in which a second of the interaction lies, and the second in it."""
    recordings, starts = known["recordings"] or [], known.get("recording_starts_s") or [0.0]
    if not recordings or start_s is None:
        return None, None
    which = max(0, bisect_right(starts, start_s) - 1)
    return recordings[min(which, len(recordings) - 1)], start_s - starts[which]
