"""Time what needs no samples: a ten-hour timeline with its features, and chats scored by a form on one core.

python scripts/bench_judge.py            prints medians of three runs, CPU seconds
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import process_time

from voxcx.assembly import Choices, make_tools
from voxcx.config import Definitions
from voxcx.domain.heard import Heard
from voxcx.domain.interaction import History, Interaction, Message, Recording, Telephony
from voxcx.domain.intervals import Interval
from voxcx.domain.result import Roles
from voxcx.domain.transcript import Recognition, Word
from voxcx.features.material import Material
from voxcx.features.table import extract_features
from voxcx.pipeline import NOTHING_HEARD, judge
from voxcx.timeline.build import build_timeline
from voxcx.transcribe.utterances import to_transcript

UNITS = 10_000  # of each party in ten hours
CHATS = 300
LINES = (
    ("customer", "Здравствуйте, у меня второй день не работает интернет, что делать"),
    ("agent", "Ольга, добрый день! Проверю линию, это займёт две минуты"),
    ("customer", "Хорошо, жду, только мне уже обещали мастера вчера"),
    ("agent", "Вижу обрыв на линии, мастер приедет завтра до обеда, номер заявки 4512"),
)


def main() -> None:
    """Print the figures."""
    print(f"ten hours, {2 * UNITS} units: {timed(ten_hours):.2f} s for the timeline and all features of a call")
    tools = make_tools(Choices(form="service.ru.v1"))
    chats = [chat(number) for number in range(CHATS)]
    took_s = timed(lambda: [judge(one, NOTHING_HEARD, None, tools, History()) for one in chats])
    print(f"{CHATS} chats of 20 messages, whole judgement: {CHATS / took_s:.0f} chats a second")


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


def chat(number: int) -> Interaction:
    """Twenty messages, 220 words."""
    messages = tuple(Message(role, text) for _ in range(5) for role, text in LINES)  # type: ignore[arg-type]
    marked = replace(messages[0], text=f"{messages[0].text} {number}")
    return Interaction(f"chat-{number}", "chat", language="ru", messages=(marked, *messages[1:]))


if __name__ == "__main__":
    main()
