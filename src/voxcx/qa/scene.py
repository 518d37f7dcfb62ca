"""One interaction as the rules see it: words with their place, time, owner and turn, tokenised once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, pairwise

from voxcx.domain.features import FeatureRow
from voxcx.domain.interaction import Interaction, Role
from voxcx.domain.intervals import Interval
from voxcx.domain.qa import QaForm
from voxcx.domain.timeline import Timeline
from voxcx.domain.transcript import Transcript, Utterance, Word
from voxcx.language.automaton import Tolerant
from voxcx.language.readings import read
from voxcx.language.tokens import Token
from voxcx.qa.case import Case
from voxcx.qa.outcome import Outcome, Place, Position
from voxcx.qa.wording import say

By = Role | str  # "anyone" means every role but bot and system
SECONDS_EDGE_S = 0.05  # word times and event times come from different detectors
CUT_START_S = 1.0  # a record that says so by less than this is skew, not a cut recording


@dataclass(slots=True, eq=False)
class Line:
    """One utterance, read: its tokens, whose offsets count inside their own word, and the word that each starts in."""

    index: int
    utterance: Utterance
    turn: int
    language: str
    tokens: tuple[Token, ...] = ()
    sources: tuple[int, ...] = ()
    _plain: str | None = None

    def __post_init__(self) -> None:
        reading = read([word.text for word in self.utterance.words], self.language)
        self.tokens, self.sources = reading.tokens, reading.sources

    @property
    def text(self) -> str:
        """Its words with single spaces between."""
        return " ".join([word.text for word in self.utterance.words])

    @property
    def plain(self) -> str:
        """Its tokens in lower case with single spaces between."""
        if self._plain is None:
            self._plain = " ".join([token.lower for token in self.tokens])
        return self._plain

    def word_of(self, token: int) -> int:
        """Index of the word that a token starts in."""
        return self.sources[token] if self.tokens else 0


Found = tuple[Line, int, int]  # a line and tokens [start, end) in it


@dataclass(eq=False)
class Scene:
    """What the rules may look at. Outcomes of a rule that stands in several places are computed once."""

    form: QaForm
    case: Case
    memo: dict[int, Outcome] = field(default_factory=dict)
    regions: dict[tuple[int, By], object] = field(default_factory=dict)  # by window and party: see qa/regions.py
    absences: dict[tuple[int, By], tuple[object, Outcome]] = field(default_factory=dict)  # by region and party
    found: dict[int, list[Found]] | None = None  # by number of the finder; filled by the form's phrasebook
    barred: dict[By, str | None] = field(default_factory=dict)  # why a party's words cannot be searched
    alike: dict[tuple[str, Tolerant], list[Found]] | None = None  # as well, words that only sound like a phrase
    interaction: Interaction = field(init=False)
    transcript: Transcript = field(init=False)
    timeline: Timeline = field(init=False)
    features: FeatureRow = field(init=False)
    is_call: bool = field(init=False)  # a call has a recording's clock; a chat has messages

    def __post_init__(self) -> None:
        case = self.case
        self.interaction, self.transcript = case.interaction, case.transcript
        self.timeline, self.features = case.timeline, case.features
        self.is_call = case.interaction.kind == "call"

    def forget(self) -> None:
        """Let go of what was worked out. Reasons refer to the scene: a ring that only the garbage collector opens.

        In a batch that was a sixth of the work, since everything in the interaction hangs on the ring.
        """
        self.memo.clear()
        self.regions.clear()
        self.absences.clear()

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Every utterance in order with the number of its turn.

        A turn is a run of one role's utterances; in a call a single word of the other («угу»), or two said into the
        holder's speech («ага, да»), does not end it.
        """
        if not self.is_call:
            return self._messages()
        lines: list[Line] = []
        holder: Role | None = None
        turn, held_until_s = -1, 0.0
        for index, utterance in enumerate(self.transcript.utterances):
            start_s, end_s, size = utterance.start_s, utterance.end_s, len(utterance.words)
            into = size == 2 and start_s is not None and start_s < held_until_s
            aside = holder is not None and (size < 2 or into)
            if utterance.role != holder and not aside:
                holder, turn = utterance.role, turn + 1
            if utterance.role == holder and end_s is not None:
                held_until_s = end_s
            lines.append(Line(index, utterance, max(turn, 0), self.form.language))
        return tuple(lines)

    def _messages(self) -> tuple[Line, ...]:
        """The lines of a chat, where nobody speaks into another's words."""
        utterances, language = self.transcript.utterances, self.form.language
        turns = accumulate([one.role != other.role for one, other in pairwise(utterances)], initial=0)
        return tuple(
            [Line(k, one, turn, language) for k, (one, turn) in enumerate(zip(utterances, turns, strict=False))]
        )

    @cached_property
    def lines_by(self) -> dict[str, tuple[Line, ...]]:
        """Lines of each role, and of both people under ``anyone``."""
        by: dict[str, list[Line]] = {"anyone": []}
        for line in self.lines:
            role = line.utterance.role
            by.setdefault(role, []).append(line)
            if role not in {"bot", "system"}:
                by["anyone"].append(line)
        return {role: tuple(lines) for role, lines in by.items()}

    @cached_property
    def talk(self) -> Interval | None:
        """From the first to the last moment of talk; None without times."""
        if not self.is_call:
            times = [u.start_s for u in self.transcript.utterances]
            known = [time for time in times if time is not None]
            return Interval(known[0], known[-1]) if known and len(known) == len(times) else None
        phases = self.timeline.phase("talk")
        return Interval(phases[0].start_s, phases[-1].end_s) if phases else None

    @property
    def talk_s(self) -> float | None:
        """Talk without holds; None when there is no clock."""
        return self.timeline.talk_s if self.is_call and self.talk else None

    @property
    def met_bot(self) -> bool:
        """A bot wrote in the chat, or the record of the call tells of an IVR."""
        record = self.interaction.telephony
        ivr = record.ivr_status not in {None, "none"} or bool(record.ivr_time_s)
        return bool(self.lines_by.get("bot")) or (self.is_call and ivr)

    @property
    def one_sided(self) -> bool:
        """Only one of the two parties was heard: what the other said is not known (a mono voice may be either)."""
        timeline = self.timeline
        return self.is_call and not timeline.unknown and not (timeline.agent and timeline.customer)

    def say(self, sentence: str, **values: object) -> str:
        """A sentence in the form's language."""
        return say(self.form.language, sentence, **values)

    def unfit(self, by: By) -> str | None:
        """Why a party's words cannot be searched at all, or None."""
        if by not in self.barred:
            self.barred[by] = self.distrust(by) or self.foreign
        return self.barred[by]

    def distrust(self, by: By) -> str | None:
        """Why words cannot be put down to a party, or None."""
        if by in {"agent", "customer"} and self.timeline.distrust:
            return self.say("roles", why=self.timeline.distrust)
        return None

    @cached_property
    def hearing(self) -> float | None:
        """Mean confidence of all that people said."""
        return mean_confidence([word for line in self.lines_by["anyone"] for word in line.utterance.words])

    @cached_property
    def foreign(self) -> str | None:
        """Why the form's phrases cannot be looked for in this transcript, or None."""
        got, want = self.transcript.language, self.form.language
        if got != want:
            return self.say("language", got=got, want=want)
        return None

    @cached_property
    def start_cut(self) -> bool:
        """The record says that the recording begins later than the agent answered."""
        record = self.interaction.telephony
        if record.recording_offset_s is None or record.ivr_time_s is None or record.queue_wait_s is None:
            return False
        return record.recording_offset_s > record.ivr_time_s + record.queue_wait_s + CUT_START_S

    @cached_property
    def end_cut(self) -> bool:
        """The recording's container says that something is missing at its end."""
        return any(recording.truncated for recording in self.interaction.recordings)

    def words(self, first: Position, last: Position) -> tuple[Word, ...]:
        """The words from one position to another of the same utterance, both inside."""
        return self.transcript.utterances[first[0]].words[first[1] : last[1] + 1]

    def place(
        self, line: Line, first_token: int, end_token: int, alike: str | None = None, *, asked: bool = False
    ) -> Place:
        """The words that tokens [first_token, end_token) come from, verbatim and with their time."""
        first, last = line.sources[first_token], line.sources[end_token - 1]
        words = line.utterance.words[first : last + 1]
        return Place(
            line.utterance.role,
            words[0].start_s,
            words[-1].end_s,
            " ".join([word.text for word in words]),
            (line.index, first),
            (line.index, last),
            mean_confidence(words),
            alike,
            asked,
        )

    def once(self, key: int, compute: Callable[[], Outcome]) -> Outcome:
        """A rule's outcome, computed the first time."""
        if key not in self.memo:
            self.memo[key] = compute()
        return self.memo[key]


def mean_confidence(words: tuple[Word, ...] | list[Word]) -> float | None:
    """Mean confidence of the words that have one; None when none has (written text)."""
    known = [word.confidence for word in words if word.confidence is not None]
    return sum(known) / len(known) if known else None
