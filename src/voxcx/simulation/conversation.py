"""One simulated conversation: greeting, matter, questions, what went wrong, thanks; cues by the row's own counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle

from voxcx.simulation.dialogues import Dialogues, Topic

Line = tuple[str, str]  # role, text
AGENT, CUSTOMER, BOT = "agent", "customer", "bot"
SETTLED_BY_EXPLAINING = ("customer_confusion", "customer_doubt", "reasks_by_customer")
SETTLED_BY_CALM = ("contradiction_cue", "profanity_by_customer", "complaint_cue", "asks_for_human", "churn_cue")
SAID_TO_BOT = ("repeat_cue", *SETTLED_BY_EXPLAINING, *SETTLED_BY_CALM)
HOLDS_SAID = 3  # more are not announced
BOT_LINES = 3
BOT_SEARCHES = 2  # the bot's line that promises nothing


@dataclass(frozen=True, slots=True)
class Facts:
    """What one conversation has to agree with; ``counts`` by name of the feature, ``said`` causes of planted words.

    ``opening`` are ways to begin that take the place of the topic's own; ``alone``: with a bot and nobody else.
    """

    is_call: bool
    topic: str
    agent: int
    customer: int
    counts: Mapping[str, int]
    said: Sequence[str]
    opening: Sequence[str] = ()
    alone: bool = False


class Pen:
    """Picks sentences by given draws in [0, 1) and fills their gaps."""

    def __init__(self, draws: Sequence[float], words: Dialogues, facts: Facts) -> None:
        self._draws = cycle(draws)
        sexes = {AGENT: "fm"[facts.agent % 2], CUSTOMER: "fm"[facts.customer % 2], BOT: "f"}
        names = words.names[sexes[AGENT]]
        number, amount = str(10_000 + self.below(90_000)), str(150 + 10 * self.below(300))
        given = {"name": names[facts.agent // 2 % len(names)], "number": number, "amount": amount}
        self._gaps = {role: given | words.endings[sex] for role, sex in sexes.items()}

    def below(self, limit: int) -> int:
        """The next draw as a whole number from 0."""
        return int(next(self._draws) * limit)

    def say(self, role: str, pool: Sequence[str]) -> Line:
        """One sentence of the pool."""
        return role, pool[self.below(len(pool))].format_map(self._gaps[role])

    def several(self, role: str, pool: Sequence[str], count: int) -> list[Line]:
        """So many sentences, each in its turn, so that none comes back before all have been."""
        first = self.below(len(pool))
        return [(role, pool[(first + k) % len(pool)].format_map(self._gaps[role])) for k in range(count)]

    def shuffled(self, groups: list[list[Line]]) -> list[Line]:
        """All lines, the groups in a drawn order."""
        return [
            line for _, group in sorted(((next(self._draws), g) for g in groups), key=lambda x: x[0]) for line in group
        ]


def lines_of(facts: Facts, words: Dialogues, draws: Sequence[float]) -> list[Line]:
    """The conversation, utterance by utterance."""
    pen, topic = Pen(draws, words, facts), words.topics[facts.topic]
    if facts.alone:
        return list(_with_bot(facts, words, pen, topic))
    return [
        *_beginning(facts, words, pen, topic),
        *pen.shuffled([*_work(facts, words, pen, topic), *_trouble(facts, words, pen, topic)]),
        *_end(facts, words, pen, topic),
    ]


def _with_bot(facts: Facts, words: Dialogues, pen: Pen, topic: Topic) -> Iterator[Line]:
    """The customer writes to a bot that serves the matter to the end."""
    yield BOT, words.bot[0]
    yield pen.say(CUSTOMER, facts.opening or topic.opening)
    for name in SAID_TO_BOT:
        for cue in pen.several(CUSTOMER, words.cues[name], facts.counts[name]):
            yield cue
            yield BOT, words.bot[BOT_SEARCHES]
    yield pen.say(BOT, topic.explanation)
    for name in ("unresolved_cue", "gratitude"):
        yield from pen.several(CUSTOMER, words.cues[name], facts.counts[name])
    yield pen.say(CUSTOMER, words.closing_customer)


def _beginning(facts: Facts, words: Dialogues, pen: Pen, topic: Topic) -> Iterator[Line]:
    if not facts.is_call:
        bots = min(facts.counts["bot_messages"], BOT_LINES)
        yield from ((BOT, text) for text in (words.bot[: bots - 1] + words.bot[-1:] if bots else ()))
    yield pen.say(AGENT, words.greeting if facts.is_call else words.greeting_chat)
    yield pen.say(CUSTOMER, facts.opening or topic.opening)
    for cue in pen.several(CUSTOMER, words.cues["repeat_cue"], facts.counts["repeat_cue"]):
        yield pen.say(AGENT, words.nod)
        yield cue


def _work(facts: Facts, words: Dialogues, pen: Pen, topic: Topic) -> Iterator[list[Line]]:
    """What would have been said anyway, and the planted words."""
    questions, answers = pen.several(AGENT, topic.question, 2), pen.several(CUSTOMER, topic.answer, 2)
    yield from ([asked, told] for asked, told in zip(questions, answers, strict=True))
    yield [pen.say(AGENT, words.agent_moves), pen.say(CUSTOMER, words.ok)]
    for cause in facts.said:
        yield [pen.say(AGENT, words.planted[cause]), pen.say(CUSTOMER, words.ok)]
    if facts.is_call:
        for _ in range(min(facts.counts["holds_count"], HOLDS_SAID)):
            yield [pen.say(AGENT, words.hold), pen.say(AGENT, words.hold_return), pen.say(CUSTOMER, words.ok)]
        yield from ([pen.say(AGENT, words.transfer)] for _ in range(facts.counts["transfers"]))


def _trouble(facts: Facts, words: Dialogues, pen: Pen, topic: Topic) -> Iterator[list[Line]]:
    """Cues of both parties, each with an answer that says nothing of its own."""
    counts = facts.counts
    for answered, names in ((topic.explanation, SETTLED_BY_EXPLAINING), (words.calm, SETTLED_BY_CALM)):
        for name in names:
            for cue in pen.several(CUSTOMER, words.cues[name], counts[name]):
                yield [cue, pen.say(AGENT, answered)]
    for name, replies in (
        ("reasks_by_agent", words.details),
        ("apologies_by_agent", words.ok),
        ("profanity_by_agent", words.ok),
    ):
        for cue in pen.several(AGENT, words.cues[name], counts[name]):
            yield [cue, pen.say(CUSTOMER, replies)]


def _end(facts: Facts, words: Dialogues, pen: Pen, topic: Topic) -> Iterator[Line]:
    yield pen.say(AGENT, topic.explanation)
    for cue in pen.several(CUSTOMER, words.cues["unresolved_cue"], facts.counts["unresolved_cue"]):
        yield cue
        yield pen.say(AGENT, words.calm)
    for cue in pen.several(CUSTOMER, words.cues["gratitude"], facts.counts["gratitude"]):
        yield cue
        yield pen.say(AGENT, words.nod)
    yield pen.say(AGENT, words.closing_agent)
    yield pen.say(CUSTOMER, words.closing_customer)
