"""What is said in a whole population, as the results table ``utterances`` has it.

The words follow the complete features, before anything goes missing: a cue's count is its number of hits. Rates, words
per party and shares of mood are not followed. Roles of a mono recording are unknown, as they are when one is heard.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from voxcx.simulation.call_features import Columns
from voxcx.simulation.conversation import Facts, lines_of
from voxcx.simulation.dialogues import load_dialogues
from voxcx.simulation.planted import Said
from voxcx.simulation.planting.topics import openings
from voxcx.simulation.traffic import Flags, Floats, Integers, Labels, Traffic

BLOCK = 10_000  # interactions at a time; a block has a random stream of its own
DRAWS = 64
COUNTED = (
    *("gratitude", "apologies_by_agent", "unresolved_cue", "complaint_cue", "churn_cue", "contradiction_cue"),
    *("repeat_cue", "asks_for_human", "profanity_by_customer", "profanity_by_agent", "customer_confusion"),
    *("customer_doubt", "reasks_by_agent", "reasks_by_customer", "holds_count", "transfers", "bot_messages"),
)
PAUSE_LETTERS = 12.0  # a pause takes as long as so many letters
CONFIDENCE_SD = 0.04


@dataclass(frozen=True, slots=True)
class Script:
    """Whose words follow what: complete features beside the interactions' fields, ``untimed`` chats, planted words.

    ``topic`` are topics finer than queues, with openings of their own (None: the queues'); ``talked`` says which
    interactions have words at all (None: all), ``alone`` those of a customer with a bot and nobody else.
    """

    columns: Columns
    said: Said
    traffic: Traffic
    seed: int
    topic: Labels | None = None
    talked: Flags | None = None
    alone: Flags | None = None

    def utterances(self) -> Iterator[Columns]:
        """Columns of the table ``utterances``, block after block of whole interactions."""
        for block, first in enumerate(range(0, self.traffic.n, BLOCK)):
            rows = np.arange(first, min(first + BLOCK, self.traffic.n))
            if self.talked is not None:
                rows = rows[self.talked[rows]]
            if len(rows):
                yield self._block(rows, np.random.default_rng([self.seed, 3, block]))

    def _block(self, rows: Integers, rng: np.random.Generator) -> Columns:
        draws = rng.random((len(rows), DRAWS)).tolist()
        facts = zip(self._facts(rows), self.traffic.language[rows].tolist(), draws, strict=True)
        talks = [lines_of(one, load_dialogues(language), drawn) for one, language, drawn in facts]
        length = np.array([len(talk) for talk in talks])
        row = np.repeat(rows, length)
        role = np.array([line[0] for talk in talks for line in talk], dtype=object)
        text = np.array([line[1] for talk in talks for line in talk], dtype=object)
        return {
            "interaction_id": self.columns["interaction_id"][row],
            "position": np.arange(len(row)) - np.repeat(np.cumsum(length) - length, length),
            "role": np.where(self.columns["channels_verdict"][row] == "mono", "unknown", role).astype(object),
            "text": text,
            "words": np.array([len(one.split()) for one in text.tolist()]),
            "confidence": self._confidence(row, role, rng),
            "suspect_words": np.zeros(len(row), dtype=np.int64),
        } | self._times(row, text, length)

    def _facts(self, rows: Integers) -> Iterator[Facts]:
        traffic, filled = self.traffic, {name: np.nan_to_num(self.columns[name][rows]) for name in COUNTED}
        counts = zip(*(column.astype(int).tolist() for column in filled.values()), strict=True)
        said = zip(*(flags[rows].tolist() for flags in self.said.values()), strict=True)
        finer = np.full(traffic.n, "", dtype=object) if self.topic is None else self.topic
        alone = np.zeros(traffic.n, dtype=bool) if self.alone is None else self.alone
        who = (traffic.is_call, traffic.queue, traffic.agent, traffic.customer, finer, traffic.language, alone)
        about = zip(*(one[rows].tolist() for one in who), strict=True)
        for (is_call, queue, agent, customer, topic, language, by_bot), numbers, flags in zip(
            about, counts, said, strict=True
        ):
            causes = [cause for cause, there in zip(self.said, flags, strict=True) if there and not by_bot]
            opening = openings(language)[topic] if topic else ()
            given = dict(zip(COUNTED, numbers, strict=True))
            yield Facts(is_call, queue, agent, customer, given, causes, opening, by_bot)

    def _times(self, row: Integers, text: Labels, length: Integers) -> Columns:
        """Longer sentences take longer, pauses between; a chat's message has a moment, or none where times lack."""
        letters = np.array([len(one) for one in text.tolist()], dtype=float)
        end = np.cumsum(letters + PAUSE_LETTERS)
        before = np.repeat(np.concatenate([[0.0], end[np.cumsum(length)[:-1] - 1]]), length)
        whole = np.repeat(end[np.cumsum(length) - 1], length) - before
        call = self.traffic.is_call[row]
        lasted_s = np.where(call, self.columns["duration_s"][row], self.columns["chat_duration_s"][row])
        lasted_s = np.where(~call & self.columns["untimed"][row], np.nan, lasted_s)
        start_s = lasted_s * (end - letters - PAUSE_LETTERS - before) / whole
        return {
            "start_s": np.round(start_s, 2),
            "end_s": np.round(np.where(call, start_s + lasted_s * letters / whole, start_s), 2),
        }

    def _confidence(self, row: Integers, role: Labels, rng: np.random.Generator) -> Floats:
        mean = np.where(
            role == "agent", self.columns["asr_confidence_agent"][row], self.columns["asr_confidence_customer"][row]
        )
        near = np.round(np.clip(mean + rng.normal(0, CONFIDENCE_SD, len(row)), 0, 1), 3)
        return np.where(self.traffic.is_call[row], near, np.nan)
