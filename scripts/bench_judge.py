"""Time what needs no samples: a ten-hour timeline with its features, long chats, and chats stage by stage on one core.

python scripts/bench_judge.py            prints medians of three runs, CPU seconds

Chats are of 240 words. A third of their lines are such as come again and again, two thirds are words drawn at random
(rare ones rarely) from what the shipped forms and lexicons are made of, so hardly a line of a run was seen before.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random
from statistics import median
from time import process_time
from typing import TypeVar

from voxcx.assembly import make_tools
from voxcx.choices import Choices
from voxcx.config import Definitions, shipped
from voxcx.domain.heard import Heard
from voxcx.domain.interaction import History, Interaction, Message, Recording, Role, Telephony
from voxcx.domain.intervals import Interval
from voxcx.domain.result import Roles
from voxcx.domain.transcript import Recognition, Word
from voxcx.features.material import Material
from voxcx.features.table import extract_features
from voxcx.intake.chat import chat_transcript
from voxcx.pipeline import NOTHING_HEARD, Tools, case_of, judge
from voxcx.qa.case import Case
from voxcx.qa.scoring import score_form
from voxcx.timeline.build import build_timeline
from voxcx.transcribe.utterances import to_transcript

T = TypeVar("T")
PARTIES: tuple[Role, Role] = ("customer", "agent")
UNITS = 10_000  # of each party in ten hours
CHATS, WARM = 300, 1_000
LONG_MESSAGES = 5_000
CHAT_WORDS = 240
SPOKEN_OFTEN = 0.35  # share of lines that come again and again
LINES: dict[Role, tuple[str, ...]] = {
    "customer": (
        "Здравствуйте, у меня второй день не работает интернет, что делать",
        "Хорошо, жду, только мне уже обещали мастера вчера",
        "Почему с меня списали деньги дважды за один месяц?",
        "Спасибо, тогда буду ждать звонка",
    ),
    "agent": (
        "Ольга, добрый день! Проверю линию, это займёт две минуты",
        "Вижу обрыв на линии, мастер приедет завтра до обеда, номер заявки 4512",
        "Пожалуйста, назовите номер договора, чтобы я нашёл ваш счёт",
        "Могу ли я ещё чем-то помочь вам сегодня?",
    ),
}


def main() -> None:
    """Print the figures."""
    print(f"ten hours, {2 * UNITS} units: {timed(ten_hours):.2f} s for the timeline and all features of a call")
    tools = make_tools(Choices())
    chats = Chats(seed=1)
    long = chats.of(LONG_MESSAGES)
    print(f"a chat of {LONG_MESSAGES} messages: {timed(lambda: case_of(*asked(long), tools, History())):.2f} s")
    for _ in range(WARM):
        judge(*asked(chats.of_words(CHAT_WORDS)), tools, History())
    runs = [stages([chats.of_words(CHAT_WORDS) for _ in range(CHATS)], tools) for _ in range(3)]
    for stage in runs[0]:
        print(f"{stage:10s} {median(run[stage] for run in runs) / CHATS * 1e3:6.2f} ms a chat of {CHAT_WORDS} words")
    print(f"{CHATS / median(run['judge'] for run in runs):.0f} chats a second")


def stages(chats: list[Interaction], tools: Tools) -> dict[str, float]:
    """CPU seconds of each stage, and of the whole judgement of other words of the same kind."""
    spent: Counter[str] = Counter()
    rules = tools.config.definitions_named(tools.definitions)

    def clocked(stage: str, work: Callable[..., T], *given: object) -> T:
        started_s = process_time()
        made = work(*given)
        spent[stage] += process_time() - started_s
        return made

    half = len(chats) // 2  # a judgement of a chat that was just taken apart would find its words read
    for chat in chats[:half]:
        clocked("judge", judge, *asked(chat), tools, History())
    for chat in chats[half:]:
        transcript = clocked("written", chat_transcript, chat)
        roles = Roles((), "no_audio")
        timeline = clocked("timeline", build_timeline, NOTHING_HEARD, transcript, roles, chat.telephony, rules)
        material = Material(chat, NOTHING_HEARD, roles, transcript, timeline, History(), rules)
        features = clocked("features", extract_features, material)
        clocked("csi", tools.csi_model.estimate, features, transcript)
        form = tools.form_for(chat, transcript.language)
        if form is not None:
            clocked("qa", score_form, form, Case(chat, transcript, timeline, features, History(), tools.knowledge))
    return {stage: 2 * seconds for stage, seconds in spent.items()}


def asked(chat: Interaction) -> tuple[Interaction, Heard, None]:
    """A chat as the walk takes it: nothing was heard, nothing recognised."""
    return chat, NOTHING_HEARD, None


def timed(work: Callable[[], object]) -> float:
    """Median CPU seconds of three runs after a warm-up."""
    work()
    runs = []
    for _ in range(3):
        started_s = process_time()
        work()
        runs.append(process_time() - started_s)
    return median(runs)


def ten_hours() -> object:
    """Two parties in turn for ten hours."""
    agent = tuple(Interval(k * 3.6, k * 3.6 + 1.5) for k in range(UNITS))
    customer = tuple(Interval(k * 3.6 + 1.2, k * 3.6 + 2.8) for k in range(UNITS))
    words = tuple(tuple(word for span in side for word in said(span)) for side in (agent, customer))
    roles = Roles(("agent", "customer"), "ok")
    transcript = to_transcript(Recognition("ru", "bench", words), roles.by_channel, 1.0)
    heard, telephony = Heard(36_000.0, "ok", (agent, customer)), Telephony(holds=())
    call = Interaction("c", "call", recordings=(Recording(Path("x"), "0", 36_000.0, 2, 8000),), telephony=telephony)
    timeline = build_timeline(heard, transcript, roles, telephony, Definitions())
    return extract_features(Material(call, heard, roles, transcript, timeline, History(), Definitions()))


def said(span: Interval) -> list[Word]:
    """Three words in a unit."""
    step_s = span.duration_s / 3
    starts = (span.start_s + k * step_s for k in range(3))
    return [Word(t, s, s + step_s * 0.9, 0.9) for t, s in zip(("сейчас", "проверю", "заявку"), starts, strict=True)]


class Chats:
    """Makes chats that were not seen before."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - not for secrets
        files = (*shipped("configs", "lexicons").glob("*.ru.yaml"), *shipped("configs", "qa_forms").glob("*.ru.*.yaml"))
        texts = (path.read_text(encoding="utf-8") for path in sorted(files))
        self._words = sorted({word.lower() for text in texts for word in re.findall(r"[А-Яа-яё]{2,14}", text)})
        self._random.shuffle(self._words)
        self._weights = tuple(accumulate(1 / (rank + 3) for rank in range(len(self._words))))
        self._made = 0

    def of_words(self, least: int) -> Interaction:
        """A chat of at least so many words."""
        texts: list[str] = []
        while sum(len(text.split()) for text in texts) < least:
            texts.append(self._line(PARTIES[len(texts) % 2]))
        return self._chat(texts)

    def of(self, messages: int) -> Interaction:
        """A chat of so many messages."""
        return self._chat([self._line(PARTIES[k % 2]) for k in range(messages)])

    def _chat(self, texts: list[str]) -> Interaction:
        self._made += 1
        at = datetime(2026, 3, 1, 8, tzinfo=UTC)
        times = accumulate((self._random.randint(5, 90) for _ in texts), initial=0)
        sent = (at + timedelta(seconds=after_s) for after_s in times)
        messages = tuple(
            Message(PARTIES[k % 2], text, when) for k, (text, when) in enumerate(zip(texts, sent, strict=False))
        )
        return Interaction(f"chat-{self._made}", "chat", started_at=at, language="ru", messages=messages)

    def _line(self, role: Role) -> str:
        if self._random.random() < SPOKEN_OFTEN:
            return self._random.choice(LINES[role])
        words = self._random.choices(self._words, cum_weights=self._weights, k=self._random.randint(4, 14))
        if self._random.random() < 0.2:
            words.insert(self._random.randrange(len(words)), str(self._random.randint(1, 99_999)))
        return " ".join(words).capitalize() + self._random.choice((".", "?", "", "!"))


if __name__ == "__main__":
    main()
