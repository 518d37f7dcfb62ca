"""What the survey gathers: contacts with their ends, and what agents wrote before."""

from __future__ import annotations

import json
import random
import wave
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, TypeVar

import pytest

from unit.batch.test_batch import chat, source_of
from voxcx.batch.incoming.contacts import Ledger
from voxcx.batch.incoming.history import Survey, survey
from voxcx.batch.incoming.wordings import REMEMBERED, Wordings
from voxcx.domain.interaction import Contact
from voxcx.intake.job import Job
from voxcx.intake.manifest import jobs
from voxcx.intake.metadata import Metadata
from voxcx.language.fuzzy import nearest

START = datetime(2026, 3, 1, 10, tzinfo=timezone(timedelta(hours=3)))
EVER = datetime(2100, 1, 1, tzinfo=UTC)


T = TypeVar("T")


def shuffled(things: Sequence[T], seed: int) -> list[T]:
    return random.Random(seed).sample(things, len(things))  # noqa: S311 - no secret


def contact_of(job: Job) -> Contact:
    (one,) = survey([job], Survey()).contacts.of("c1", EVER)
    return one


def call(*recordings: Path, **facts: Any) -> Job:
    known = {"interaction_id": "x", "customer_id": "c1", "started_at": START, **facts}
    return Job("x", "call", recordings, Metadata.from_mapping(known, "test"), None, "m.csv:2")


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "call.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(4 * 8000 * 30))
    return path


def test_contacts_come_back_in_order_of_time_whatever_the_order_of_the_source() -> None:
    made = [
        Contact(START + k * timedelta(minutes=7), "chat", ended_at=START + timedelta(days=k), agent_id=f"a{k % 3}")
        for k in range(20)
    ]
    made += [Contact(START, hangup_by="agent"), Contact(START, "chat"), Contact(START - timedelta(microseconds=1))]
    answers = []
    for seed in range(3):
        ledger = Ledger()
        for one in shuffled(made, seed):
            ledger.add("c1", one)
            ledger.add("other", one)
        assert ledger.of("nobody", EVER) == ()
        assert ledger.of("c1", START) == (made[-1],), "strictly before"
        answers.append(ledger.of("c1", EVER))
    assert answers[0] == answers[1] == answers[2]
    assert sorted(answers[0], key=repr) == sorted(made, key=repr)
    assert [one.started_at for one in answers[0]] == sorted(one.started_at for one in made)
    assert answers[0][0].started_at.utcoffset() == timedelta(hours=3), "the source's own zone"


ENDS: list[tuple[dict[str, Any], float | None]] = [
    ({}, 30.0),
    ({"ivr_time_s": 10, "queue_wait_s": 5}, 45.0),
    ({"ivr_time_s": 10, "queue_wait_s": 5, "recording_offset_s": 10}, 40.0),
    ({"hangup_by": "system"}, 30.0),
    ({"hangup_by": "customer"}, None),
    ({"abandoned": True, "queue_wait_s": 80}, 80.0),
    ({"abandoned": True}, None),
]


@pytest.mark.parametrize(("facts", "lasted_s"), ENDS)
def test_a_call_ends_when_what_is_known_of_it_has_passed(
    recording: Path, facts: dict[str, Any], lasted_s: float | None
) -> None:
    expected = None if lasted_s is None else START + timedelta(seconds=lasted_s)
    assert contact_of(call(recording, **facts)).ended_at == expected


def test_without_sound_an_end_is_not_made_up(tmp_path: Path) -> None:
    assert contact_of(call()).ended_at is None
    assert contact_of(call(queue_wait_s=5)).ended_at is None
    assert contact_of(call(tmp_path / "absent.wav")).ended_at is None
    (tmp_path / "noise.wav").write_bytes(b"sound")
    assert contact_of(call(tmp_path / "noise.wav")).ended_at is None


def test_what_the_record_states_is_kept() -> None:
    facts = {"channel": "phone", "direction": "inbound", "agent_id": "a", "blocked": False, "hangup_by": "agent"}
    one = contact_of(call(**facts, contained=False, abandoned=False))
    assert {name: getattr(one, name) for name in facts} == facts
    assert (one.contained, one.abandoned, one.started_at) == (False, False, START)


def test_a_chat_ends_with_its_last_message(tmp_path: Path) -> None:
    said = [("customer", "2026-03-01T10:00:00Z"), ("agent", "2026-03-01T10:05:00Z"), ("system", None)]
    messages = [{"role": role, "text": "Hello there", "sent_at": at} for role, at in said]
    (job,) = jobs(source_of(tmp_path, chat("a", customer_id="c1", messages=messages)))
    assert isinstance(job, Job)
    one = contact_of(job)
    assert one.started_at == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert one.ended_at == datetime(2026, 3, 1, 10, 5, tzinfo=UTC)
    assert one.contained is False, "an agent wrote"


HELLO = "Good morning, my name is Daniel"


def written(name: str, minute: int, *texts: str, **facts: Any) -> str:
    messages = [{"role": "agent", "text": text} for text in texts]
    known = {"agent_id": "a", "started_at": f"2026-03-01T10:{minute:02d}:00Z", "messages": messages}
    return json.dumps({"id": name, "kind": "chat", **known, **facts})


def known_texts(source: Path) -> dict[str, tuple[str, ...]]:
    found = survey(jobs(source), Survey())
    return {one.id: found.before(one).texts for one in found.register.rows()}


def test_an_agents_earlier_messages_are_known(tmp_path: Path) -> None:
    lines = [
        written("first", 1, HELLO, "Thank you"),
        written("same moment", 1, HELLO),
        written("later", 2, HELLO.upper(), "Good morning, my name is Daniela", "Thank you", "Where do you live now?"),
        written("another agent", 3, HELLO, agent_id="b"),
        written("nobody", 4, HELLO, agent_id=None),
    ]
    plain = HELLO.lower()
    expected = {"first": (), "same moment": (), "later": (plain,), "another agent": (), "nobody": ()}
    assert known_texts(source_of(tmp_path, *lines)) == expected
    assert known_texts(source_of(tmp_path, *reversed(lines))) == expected


def test_an_agents_memory_is_bounded_and_does_not_depend_on_the_order() -> None:
    chats = [
        (START + timedelta(minutes=k), [f"order number {k} is here", f"message {k * k} of today"]) for k in range(300)
    ]
    for seed in range(2):
        wordings = Wordings()
        for n, (started, texts) in enumerate(shuffled(chats, seed)):
            wordings.add(n, "a", started, texts)
        said = [text for _, texts in chats for text in texts]
        wordings.add(1000, "a", START + timedelta(minutes=300), said)
        wordings.add(1001, "a", START, ["order number 1 is here"])
        assert set(wordings.known(1000)) == set(said[-REMEMBERED:]), "what was said 150 chats ago is told, no more"
        assert wordings.known(1001) == ()


def known_by_definition(chats: Sequence[tuple[datetime, list[str]]], k: int) -> tuple[str, ...]:
    """Walk back from a chat through all earlier ones until 200 distinct messages are met."""
    started, texts = chats[k]
    earlier = sorted((one for one in chats if one[0] < started), key=lambda one: (one[0], one[1]))
    latest: dict[str, None] = {}
    for _, said in reversed(earlier):
        for text in reversed(said):
            if len(latest) < REMEMBERED:
                latest.setdefault(text)
    found = (text if text in latest else nearest(text, list(latest)) for text in texts)
    return tuple(dict.fromkeys(text for text in found if text is not None))


def test_what_was_written_before_is_what_the_definition_says() -> None:
    chance = random.Random(5)  # noqa: S311 - no secret
    greetings = [f"good {part} my name is {name}" for part in ("morning", "evening") for name in ("Ann", "Anna", "Bob")]
    chats = [
        (
            START + timedelta(minutes=chance.randrange(90)),  # many start at one moment
            list(
                dict.fromkeys(
                    [chance.choice(greetings).lower(), *(f"order {chance.randrange(400)} is here" for _ in range(4))]
                )
            ),
        )
        for _ in range(200)
    ]
    wordings = Wordings()
    for n in shuffled(range(len(chats)), 3):
        wordings.add(n, "a", *chats[n])
    for n in range(len(chats)):
        assert wordings.known(n) == known_by_definition(chats, n)
