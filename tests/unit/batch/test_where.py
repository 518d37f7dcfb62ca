"""``--where``: which interactions are meant, over columns as a manifest has them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from unit.batch.test_batch import Watcher, chat, run, source_of
from voxcx.batch.incoming import where
from voxcx.batch.incoming.history import started_at
from voxcx.batch.incoming.where import Condition
from voxcx.batch.run import Plan, rehearse
from voxcx.errors import InputError
from voxcx.intake.job import Job
from voxcx.intake.manifest import jobs
from voxcx.results.reading import done_keys, read_table

MANIFEST = """interaction_id,kind,recording,started_at,queue,abandoned,queue_wait_s,agent_channel
a,call,a.wav,2026-03-01T10:00:00+03:00,billing,,5,1
b,call,,2026-02-28T23:59:59,billing,true,80.5,
c,chat,,,tech,false,,
"""
TRUE_OF: list[tuple[str, str]] = [
    ("queue = 'billing'", "ab"),
    ("queue = 'billing' and started_at >= '2026-03-01'", "a"),
    ("started_at >= '2026-03-01T09:59:00+03:00'", "a"),
    ("started_at::date = '2026-02-28' -- the last day", "b"),
    ("abandoned", "b"),
    ("not abandoned", "c"),
    ("queue_wait_s between 10 and 100", "b"),
    ("agent_channel = 1", "a"),
    ("recording is null", "bc"),
    ("kind = 'chat' or interaction_id in ('a')", "ac"),
    ("hangup_by = 'agent'", ""),
    ("QUEUE like '%ill%'", "ab"),
]


@pytest.fixture
def chosen(tmp_path: Path) -> Callable[[str], str]:
    source = tmp_path / "m.csv"
    source.write_text(MANIFEST, encoding="utf-8")

    def names(expression: str) -> str:
        left: list[int] = []
        condition = Condition(expression, left.extend)
        rows = [job for job in jobs(source) if isinstance(job, Job)]
        for n, job in enumerate(rows):
            condition.look(n, job, started_at(job))
        condition.finish()
        return "".join(job.interaction_id for n, job in enumerate(rows) if n not in left)

    return names


@pytest.mark.parametrize(("expression", "expected"), TRUE_OF)
def test_what_is_true_of_an_interaction(chosen: Callable[[str], str], expression: str, expected: str) -> None:
    assert chosen(expression) == expected


def test_chunks_change_nothing(chosen: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(where, "CHUNK", 2)
    assert [chosen(expression) for expression, _ in TRUE_OF] == [expected for _, expected in TRUE_OF]


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("que = 'billing'", "the column 'que' is not known; did you mean 'queue'"),
        ("zzz = 1", "the column 'zzz' is not known; expected some of recording, interaction_id"),
        ("queue = ", "expected a condition such as queue = 'billing'"),
        ("queue = 'billing", "expected a condition"),
        ("", "expected a condition"),
        ("1; DROP TABLE x", "expected a condition"),
        ("queue in (select * from read_csv('/etc/passwd'))", "expected a condition"),
        ("queue in (select column0 from '/etc/passwd')", "expected a condition"),
        ("queue_wait_s = 'long'", "expected a condition"),
        ("queue", "expected a condition"),
    ],
)
def test_what_is_no_condition_is_told_before_anything_is_done(tmp_path: Path, expression: str, says: str) -> None:
    plan = Plan(source_of(tmp_path, chat("a", queue="billing", queue_wait_s=3)), tmp_path / "r", "x", where=expression)
    with pytest.raises(InputError, match=r"^--where .*") as told:
        run(plan, tmp_path / "diary")
    assert says in str(told.value)
    assert "\n" not in str(told.value)
    assert not plan.out.exists() or not list(plan.out.glob("*.csv"))


def test_those_left_out_are_history_and_are_not_done(tmp_path: Path) -> None:
    lines = [
        chat(name, queue=queue, customer_id="c1", started_at=f"2026-03-0{day}T10:00:00Z")
        for day, (name, queue) in enumerate([("a", "tech"), ("b", "billing"), ("c", "tech"), ("d", "billing")], 1)
    ]
    plan = Plan(source_of(tmp_path, *lines), tmp_path / "r", "x", where="queue = 'billing'")
    beforehand = rehearse(plan, Watcher())
    assert (beforehand.new, beforehand.left_out) == (2, 2)
    summary = run(plan, tmp_path / "diary")
    assert (summary.total, summary.done, summary.left_out, summary.left) == (4, 2, 2, 0)
    earlier = {row["interaction_id"]: row["priority"] for row in read_table(plan.out, "interactions").to_pylist()}
    assert earlier == {"b": "1", "d": "3"}
    again = run(plan, tmp_path / "diary")
    assert (again.skipped, again.left_out) == (2, 2)
    whole = run(Plan(plan.source, plan.out, "x"), tmp_path / "diary")
    assert (whole.done, whole.skipped, len(done_keys(plan.out))) == (2, 2, 4)
