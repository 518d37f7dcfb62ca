"""Earlier contacts know how they were rated, but only as far as that was known when the present one began."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from voxcx.batch.incoming.history import Survey, survey
from voxcx.batch.incoming.ratings import read_ratings
from voxcx.errors import InputError
from voxcx.intake.job import Job
from voxcx.intake.metadata import Metadata

START = datetime(2026, 3, 1, 10, tzinfo=UTC)
HEADER = "interaction_id,rating,answered_at\n"


def job(name: str, day: int, **facts: object) -> Job:
    known = {"interaction_id": name, "customer_id": "c", "started_at": START + timedelta(days=day), **facts}
    return Job(name, "call", (), Metadata.from_mapping(known, "test"), None, name)


def surveys(tmp_path: Path, rows: str) -> Path:
    path = tmp_path / "surveys.csv"
    path.write_text(HEADER + rows, encoding="utf-8")
    return path


def test_a_rating_is_known_from_the_moment_it_was_given(tmp_path: Path) -> None:
    answers = read_ratings(surveys(tmp_path, "a,1,2026-03-02T10:00:00+00:00\n"))
    walk = [job("a", 0, queue="q", topic="t"), job("b", 1), job("c", 2)]
    found = survey(walk, Survey(answers))
    _, second, third = (found.before(one).history() for one in found.register.rows())
    (first,) = second.contacts or ()
    assert (first.rating, first.queue, first.topic) == (None, "q", "t"), "the answer came at the very moment b began"
    assert [one.rating for one in third.contacts or ()] == [1.0, None]
    assert third.ratings_known


def test_without_answers_nobody_looked(tmp_path: Path) -> None:
    found = survey([job("a", 0)], Survey())
    assert not any(found.before(one).ratings_known for one in found.register.rows())
    assert read_ratings(surveys(tmp_path, "")).known


def test_the_first_of_several_answers_counts(tmp_path: Path) -> None:
    rows = "a,5,2026-03-01T12:00:00+03:00\na,1,2026-03-01T11:00:00\n"
    assert read_ratings(surveys(tmp_path, rows)).of("a") == (datetime(2026, 3, 1, 9, tzinfo=UTC), 5.0)


def test_an_answer_without_its_time_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="line 3: expected answered_at of every answer"):
        read_ratings(surveys(tmp_path, "a,5,2026-03-01T12:00:00\nb,4,\n"))


def test_stated_contacts_say_whether_ratings_are_known() -> None:
    stated = {"started_at": "2026-03-01T10:00:00"}
    assert not Metadata.from_mapping({"earlier_contacts": [stated]}, "x").history().ratings_known
    rated = Metadata.from_mapping({"earlier_contacts": [stated, {**stated, "rating": 2}]}, "x").history()
    assert rated.ratings_known
    assert [one.rating for one in rated.contacts or ()] == [None, 2.0]


@pytest.mark.parametrize("zone", ["Moscow time", "Europe/Moskow", "../etc/passwd", ""])
def test_a_zone_is_an_iana_name(zone: str) -> None:
    assert Metadata.from_mapping({"customer_zone": "Europe/Moscow"}, "x").customer_zone == "Europe/Moscow"
    with pytest.raises(InputError, match=r"(?i)time zone by its name"):
        Metadata.from_mapping({"customer_zone": zone}, "x")
