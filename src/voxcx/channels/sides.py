"""Which channel talks like the agent: weighted phrases of the `roles` lexicons, added up as log-odds.

Each group of phrases is a sign of one party, with the natural log of how much more often that party says it. Signs are
added as if independent (naive Bayes). They are not quite, so a sign counts once or a few times per channel, and whoever
decides by the sum keeps a margin.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from voxcx.channels.signs import Signs, load_signs
from voxcx.domain.transcript import Recognition, Word
from voxcx.language.phrases import Match, PhraseSet
from voxcx.language.readings import read
from voxcx.language.tokens import Token

# Parties give themselves away where a call begins and ends; the middle of a two-hour call would only cost time.
HEAD_WORDS, TAIL_WORDS = 400, 200
OPENING_WORDS = 60  # a sign of the opening is one only among so many first words of its channel
PAUSE_S = 2.0  # a phrase does not reach over a longer pause
REPORTED_TOKENS = 8  # after «сказали» or "said" someone else's words may follow
ANNOUNCED_WORDS = 30  # a machine's message reaches so far to both sides
DROWNED_SHARE = 0.5  # of a phrase's time: it may be the other party's, heard through


@dataclass(frozen=True, slots=True)
class Evidence:
    """Log-odds for the roles as they stand (``straight``) and exchanged (``crossed``: by the channel heard on)."""

    straight: float
    crossed: tuple[float, float]

    @property
    def against(self) -> float:
        """Log-odds for exchanged roles, both channels together."""
        return sum(self.crossed)


def weigh(recognition: Recognition, agent_channel: int, direction: str | None = None) -> Evidence | None:
    """What the words of a two-channel call say about its roles.

    None where they cannot say: no lexicon, no words on a channel, or a caller from a firm on the agent's channel. The
    call may then be an outbound one to another firm, where the other side speaks like an agent.
    """
    signs = load_signs(recognition.language)
    if signs is None or len(recognition.words) != 2 or not all(recognition.words):
        return None
    if direction != "inbound" and _is_caller(recognition.words[agent_channel], signs):
        return None
    straight, crossed = 0.0, [0.0, 0.0]
    for channel, words in enumerate(recognition.words):
        for index, times in _counted(words, recognition.words[1 - channel], signs).items():
            sign = signs.signs[index]
            value = sign.weight(direction) * min(times, sign.written.times)
            if (sign.written.side == "agent") == (channel == agent_channel):
                straight += value
            else:
                crossed[channel] += value
    return Evidence(straight, (crossed[0], crossed[1]))


def _is_caller(words: Sequence[Word], signs: Signs) -> bool:
    opening = [word.text for word in words if word.suspect is None][:OPENING_WORDS]
    return bool(signs.callers.find_each(read(opening, signs.language).tokens))


def _counted(words: Sequence[Word], others: Sequence[Word], signs: Signs) -> Counter[int]:
    """How often each sign was said on a channel."""
    trusted = [word for word in words if word.suspect is None]
    pieces = list(_pieces(trusted))
    found = [hit for start, end in pieces for hit in _found(trusted, start, end, signs)]
    announced = [hit.start for hit in found if hit.sign is None]
    counted: Counter[int] = Counter()
    for hit in found:
        if hit.sign is None or any(abs(hit.start - at) <= ANNOUNCED_WORDS for at in announced):
            continue
        if signs.signs[hit.sign].written.opening and hit.start >= OPENING_WORDS:
            continue
        if not _drowned(trusted[hit.start : hit.end], others):
            counted[hit.sign] += 1
    return counted


@dataclass(frozen=True, slots=True)
class _Hit:
    """Words [start, end) of a channel that are a sign; sign None: a machine's announcement."""

    sign: int | None
    start: int
    end: int


def _pieces(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Word ranges without long pauses in the head and the tail of a channel."""
    total = len(words)
    tail = max(min(HEAD_WORDS, total), total - TAIL_WORDS)
    for first, last in ((0, min(HEAD_WORDS, total)), (tail, total)):
        breaks = [
            index
            for index, (one, other) in enumerate(pairwise(words[first:last]), start=first + 1)
            if (other.start_s or 0.0) - (one.end_s or 0.0) >= PAUSE_S
        ]
        yield from pairwise([first, *breaks, last])


def _found(words: Sequence[Word], start: int, end: int, signs: Signs) -> Iterator[_Hit]:
    """Signs and announcements in a piece, by the words they are made of."""
    reading = read([word.text for word in words[start:end]], signs.language)
    tokens, word_of = reading.tokens, reading.sources
    matches = signs.phrases.find_each(tokens)
    retold = {at for m in signs.reported.find_each(tokens) for at in range(m.end, m.end + REPORTED_TOKENS)}
    taken: dict[int, int] = {}  # sign → token after its last hit: phrases of one sign may overlap
    for match in sorted(matches, key=lambda m: (m.start, -m.end)):
        index = signs.sign_of[match.pattern]
        sign = signs.signs[index]
        if match.start < taken.get(index, 0) or (sign.written.side == "agent" and match.start in retold):
            continue
        if not _excepted(match, sign.exceptions, tokens):
            taken[index] = match.end
            yield _Hit(index, start + word_of[match.start], start + word_of[match.end - 1] + 1)
    for match in signs.announcements.find_each(tokens):
        yield _Hit(None, start + word_of[match.start], start + word_of[match.end - 1] + 1)


def _excepted(match: Match, exceptions: PhraseSet, tokens: Sequence[Token]) -> bool:
    return any(m.start < match.end and match.start < m.end for m in exceptions.find_each(tokens))


def _drowned(said: Sequence[Word], others: Sequence[Word]) -> bool:
    """Whether the other channel has words during most of these."""
    start_s, end_s = said[0].start_s or 0.0, said[-1].end_s or 0.0
    covered_s = 0.0
    for word in others[bisect_left(others, start_s, key=lambda w: w.end_s or 0.0) :]:
        if (word.start_s or 0.0) >= end_s:
            break
        covered_s += min(word.end_s or 0.0, end_s) - max(word.start_s or 0.0, start_s)
    return covered_s > DROWNED_SHARE * (end_s - start_s)
