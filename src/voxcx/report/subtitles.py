"""A transcript as a file of its own: JSON that can be replayed, text to read, subtitles, or speakers' turns (RTTM).

Words that may not have been said (``suspect``) stay in the JSON with their reason and are left out of what is read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from html import escape
from itertools import groupby, pairwise

from voxcx.domain.interaction import Role
from voxcx.domain.transcript import Transcript, Word
from voxcx.report.as_json import transcript_document
from voxcx.report.wording import Wording
from voxcx.units import SECONDS_PER_MINUTE

WIDTH = 42  # letters of a line, two lines of a cue, seconds of a cue: what broadcasters' guides agree on
ROOM = 2 * WIDTH
LONGEST_S = 7.0
SHORTEST_S = 0.8  # a lone «да» stays as long on the screen, unless the same voice goes on
BREATH_S = 0.3  # a pause after which a cue may end
READ = ("txt", "srt", "vtt")  # formats that leave suspect words out

_SENTENCE_ENDS, _CLAUSE_ENDS = (".", "?", "!", "…"), (",", ";", ":", "–", "—")
_CUE_COST, _CLAUSE_COST, _WORD_COST, _SHORT_WORD_COST = 2.0, 1.0, 3.0, 4.0
_SHORT_WORD = 3  # letters: an article or a preposition belongs to what follows
_INSTANT_S = 0.001


@dataclass(frozen=True, slots=True)
class Cue:
    """What one voice says for a while: at most two lines."""

    role: Role
    start_s: float
    end_s: float
    lines: tuple[str, ...]


def written(transcript: Transcript, roles: tuple[Role, ...], name: str, form: str) -> str:
    """The transcript of the recording ``name`` as json, txt, srt, vtt or rttm; ``roles`` are those of its channels."""
    if form == "rttm":
        return as_rttm(transcript, roles, name)
    forms: dict[str, Callable[[Transcript], str]] = {"json": as_json, "txt": as_text, "srt": as_srt, "vtt": as_vtt}
    return forms[form](transcript)


def left_out(transcript: Transcript, form: str) -> int:
    """How many words that format leaves out because they may not have been said."""
    suspects = sum(word.suspect is not None for line in transcript.utterances for word in line.words)
    return suspects if form in READ else 0


def as_json(transcript: Transcript) -> str:
    """The ``transcript`` object of a result; the same bytes every time, and `--transcript` replays it."""
    return json.dumps(transcript_document(transcript), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def as_text(transcript: Transcript) -> str:
    """One utterance a line: ``[00:12.3] Agent: …``."""
    voice = _voices(transcript)
    said = ((line.role, _kept(line.words)) for line in transcript.utterances)
    return "".join(
        f"[{_tenths(words[0].start_s or 0.0)}] {voice(role)}: {' '.join(word.text for word in words)}\n"
        for role, words in said
        if words
    )


def as_srt(transcript: Transcript) -> str:
    """SubRip: every cue begins with who speaks, where that is known."""
    voice = _voices(transcript)
    made = cues(transcript, lambda role: "" if role == "unknown" else f"{voice(role)}:")
    return "\n".join(
        f"{number}\n{_stamp(cue.start_s, ',')} --> {_stamp(cue.end_s, ',')}\n{_body(cue.lines)}"
        for number, cue in enumerate(made, start=1)
    )


def as_vtt(transcript: Transcript) -> str:
    """WebVTT: who speaks is a voice tag, the same in every language, so that a page can style it."""
    page = ["WEBVTT\n"]
    for cue in cues(transcript, lambda _: ""):
        tag = "" if cue.role == "unknown" else f"<v {cue.role.capitalize()}>"
        text = _body(tuple(escape(line, quote=False) for line in cue.lines))
        page.append(f"{_stamp(cue.start_s, '.')} --> {_stamp(cue.end_s, '.')}\n{tag}{text}")
    return "\n".join(page)


def as_rttm(transcript: Transcript, roles: tuple[Role, ...], name: str) -> str:
    """NIST's Rich Transcription Time Marked: a SPEAKER line for each utterance, ten fields, channels counted from 1."""
    file_id = "_".join(name.split()) or "recording"  # fields are split at spaces
    page = []
    for line in transcript.utterances:
        start_s, end_s = line.start_s or 0.0, line.end_s or 0.0
        if end_s > start_s:
            channel = 1 + (roles.index(line.role) if line.role in roles else 0)
            turn = f"{channel} {start_s:.3f} {end_s - start_s:.3f}"
            page.append(f"SPEAKER {file_id} {turn} <NA> <NA> {line.role} <NA> <NA>\n")
    return "".join(page)


def cues(transcript: Transcript, label: Callable[[Role], str]) -> tuple[Cue, ...]:
    """Cues in order of their start; two voices at once are two cues. ``label`` stands before the words."""
    made = [
        cue
        for line in transcript.utterances
        if (words := [piece for word in _kept(line.words) for piece in _cut_long(word)])
        for cue in _of_utterance(line.role, words, label(line.role))
    ]
    made.sort(key=lambda cue: (cue.role, cue.start_s, cue.end_s))
    shown = [cue for _, same in groupby(made, key=lambda cue: cue.role) for cue in _lasting(list(same))]
    return tuple(sorted(shown, key=lambda cue: (cue.start_s, cue.end_s)))


def wrapped(texts: list[str]) -> tuple[str, ...] | None:
    """One line, or two of like length that part at punctuation where they can; None where two are too few."""
    whole = " ".join(texts)
    if len(whole) <= WIDTH:
        return (whole,)
    halves = ((" ".join(texts[:at]), " ".join(texts[at:])) for at in range(1, len(texts)))
    fitting = [pair for pair in halves if max(map(len, pair)) <= WIDTH]
    return min(fitting, key=_unevenness, default=None)


def _unevenness(lines: tuple[str, str]) -> int:
    at_mark = lines[0].endswith((*_SENTENCE_ENDS, *_CLAUSE_ENDS))
    return abs(len(lines[0]) - len(lines[1])) - (WIDTH // 3 if at_mark else 0)


def _of_utterance(role: Role, words: list[Word], label: str) -> list[Cue]:
    """The cheapest way to cut an utterance: few cues that end where a sentence, a clause or a breath ends."""
    best: list[tuple[float, int, tuple[str, ...]]] = [(0.0, 0, ())]  # cost so far, last cue's first word, lines
    for end in range(1, len(words) + 1):
        ways = ((best[first][0] + cost, first, lines) for first, cost, lines in _last_cues(words, end, label))
        best.append(min(ways, key=lambda way: way[0]))
    made, end = [], len(words)
    while end:
        _, first, lines = best[end]
        made.append(Cue(role, words[first].start_s or 0.0, words[end - 1].end_s or 0.0, lines))
        end = first
    return made[::-1]


def _last_cues(words: list[Word], end: int, label: str) -> Iterator[tuple[int, float, tuple[str, ...]]]:
    """Every cue that may end before the word ``end``: its first word, what it costs, its lines."""
    before = [label] if label else []
    for first in range(end - 1, -1, -1):
        lines = wrapped([*before, *(word.text for word in words[first:end])])
        lasts_s = (words[end - 1].end_s or 0.0) - (words[first].start_s or 0.0)
        if lines is None or (lasts_s > LONGEST_S and end - first > 1):
            return
        slack = 1 - sum(map(len, lines)) / ROOM
        yield first, _CUE_COST + _end_cost(words, end) + slack**2, lines


def _end_cost(words: list[Word], end: int) -> float:
    """What it costs to end a cue before the word ``end``."""
    last = words[end - 1]
    if end == len(words) or last.text.endswith(_SENTENCE_ENDS):
        return 0.0
    if last.text.endswith(_CLAUSE_ENDS) or (words[end].start_s or 0.0) - (last.end_s or 0.0) >= BREATH_S:
        return _CLAUSE_COST
    return _SHORT_WORD_COST if len(last.text) <= _SHORT_WORD else _WORD_COST


def _lasting(made: list[Cue]) -> Iterator[Cue]:
    """One voice's cues, each long enough to be read and at most LONGEST_S."""
    following = [later.start_s for _, later in pairwise(made)]
    for cue, limit_s in zip(made, [*following, float("inf")], strict=True):
        end_s = max(cue.end_s, min(cue.start_s + SHORTEST_S, limit_s), cue.start_s + _INSTANT_S)
        yield replace(cue, end_s=min(end_s, cue.start_s + LONGEST_S))


def _kept(words: tuple[Word, ...]) -> list[Word]:
    """Words to be read: none that may not have been said; a replayed one may hold line ends."""
    return [replace(w, text=text) for w in words if w.suspect is None and (text := " ".join(w.text.split()))]


def _cut_long(word: Word) -> Iterator[Word]:
    """A word that no line can hold («ха-ха-ха-…»), in pieces that share its time by their letters."""
    start_s, end_s, letters = word.start_s or 0.0, word.end_s or 0.0, len(word.text)
    for at in range(0, letters, WIDTH):
        until = min(at + WIDTH, letters)
        edges = (start_s + (end_s - start_s) * edge / letters for edge in (at, until))
        first_s, last_s = (round(edge_s, 3) for edge_s in edges)
        yield replace(word, text=word.text[at:until], start_s=first_s, end_s=last_s)


def _voices(transcript: Transcript) -> Callable[[Role], str]:
    """The word for each role, Russian where the talk is Russian."""
    words = Wording("ru" if transcript.language == "ru" else "en")
    return cache(lambda role: words.name("role", role))


def _body(lines: tuple[str, ...]) -> str:
    return "\n".join(lines) + "\n"


def _stamp(time_s: float, mark: str) -> str:
    minutes, ms = divmod(round(time_s * 1000), SECONDS_PER_MINUTE * 1000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{ms // 1000:02d}{mark}{ms % 1000:03d}"


def _tenths(time_s: float) -> str:
    minutes, tenths = divmod(round(time_s * 10), SECONDS_PER_MINUTE * 10)
    hours, minutes = divmod(minutes, 60)
    clock = f"{minutes:02d}:{tenths // 10:02d}.{tenths % 10}"
    return f"{hours}:{clock}" if hours else clock
