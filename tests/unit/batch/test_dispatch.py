from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxcx import __version__
from voxcx.batch.work import Done, Parcel, Task
from voxcx.batch.workers import dispatch as module
from voxcx.batch.workers.cluster import Lost, Method
from voxcx.batch.workers.dispatch import LOSSES, SOUNDS, Dispatch, Hand
from voxcx.batch.workers.foreman import Foreman, Orders, Reply
from voxcx.batch.workers.limits import Limits
from voxcx.batch.workers.pools import Kind, Pools
from voxcx.batch.workers.shift import Bundle
from voxcx.errors import VoxcxError
from voxcx.intake.job import Job
from voxcx.intake.metadata import Metadata


def task(name: str, *recordings: Path) -> Task:
    known = Metadata(interaction_id=name)
    return Task(
        Job(name, "call" if recordings else "chat", recordings, known, None, f"c.jsonl:{name}"), f"key of {name}"
    )


def lot(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - a lot that comes out the same each time


@dataclass(eq=False)
class Actor:
    kind: Kind
    dead: bool = False


@dataclass(eq=False)
class Call:
    actor: Actor
    method: Method
    bundle: Bundle


@dataclass
class Imagined:
    """A cluster that answers in any order. What is named ``poison…`` takes its actor down, and luck takes others."""

    there: dict[Kind, int]
    luck: Random
    accidents: int = 0
    refuses: Sequence[int] = ()  # which actors cannot work, in the order they are hired
    hired: list[Actor] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    most_sounds: int = 0
    _pending: list[Call] = field(default_factory=list)
    _answers: dict[Hashable, object] = field(default_factory=dict)
    _sounds: dict[str, Bundle] = field(default_factory=dict)
    _names: Iterable[int] = field(default_factory=count)

    def room(self) -> dict[Kind, int]:
        return self.there

    def hire(self, kind: Kind) -> object:
        self.hired.append(Actor(kind))
        alive = sum(actor.kind == kind and not actor.dead for actor in self.hired)
        assert alive <= max(1, self.there[kind])
        return self.hired[-1]

    def call(self, actor: object, method: Method, *given: object) -> Sequence[Hashable]:
        assert isinstance(actor, Actor)
        assert not actor.dead or method != "greet"
        bundle = self._sounds.pop(given[0]) if isinstance(given[0], str) and method == "do" else given[0]
        call = Call(actor, method, bundle if method != "greet" else ())  # type: ignore[arg-type]
        self._pending.append(call)
        if method != "hear":
            return [call]
        gives = f"sound {next(self._names)}"  # type: ignore[call-overload]
        self._sounds[gives] = call.bundle
        self.most_sounds = max(self.most_sounds, len(self._sounds))
        return [call, gives]

    def wait(self, calls: Iterable[Hashable], timeout_s: float) -> list[Hashable]:
        assert timeout_s > 0
        assert set(calls) == set(self._pending), "every call is waited for, until it is answered"
        chosen = self.luck.sample(self._pending, self.luck.randint(1, len(self._pending))) if self._pending else []
        for call in chosen:
            self._pending.remove(call)
            self._answers[call] = self._answered(call)
        return list(chosen)

    def answer(self, call: Hashable) -> object:
        return self._answers.pop(call)

    def dismiss(self, actor: object) -> None:
        assert isinstance(actor, Actor)
        actor.dead = True

    def _answered(self, call: Call) -> object:
        poisoned = any(one.id.startswith("poison") for one in call.bundle) and call.method != "greet"
        if poisoned or (self.accidents and self.luck.random() < 0.2):
            self.accidents -= not poisoned
            if call.method == "do" and call.bundle[0].needs_recogniser and self.luck.random() < 0.5 and not poisoned:
                return Lost("got an answer that was lost", is_actor=False)
            call.actor.dead = True
        if call.actor.dead:
            return Lost("got a worker that died")
        if call.method == "greet":
            return "a: cannot; mend it." if self.hired.index(call.actor) in self.refuses else None
        if call.method == "hear":
            return Reply()
        self.done.update(one.id for one in call.bundle)
        return Reply((Parcel(tuple(Done(one.id, one.key) for one in call.bundle)),))


def run(cluster: Imagined, tasks: Iterable[Task]) -> tuple[Counter[str], dict[str, str]]:
    """How often each was handed in, and the stages of those that failed."""
    work = Dispatch(cluster, tasks, ("1", "."))
    parcels = list(work.run())
    work.stop()
    assert all(actor.dead for actor in cluster.hired)
    assert not cluster._pending or parcels
    failures = {one.interaction_id: one.stage for parcel in parcels for one in parcel.failures}
    return Counter(name for parcel in parcels for name in parcel.ids), failures


ROOMS: list[dict[Kind, int]] = [{"whole": 1}, {"whole": 5}, {"hearing": 2, "judging": 3}, {"hearing": 1, "judging": 1}]


@given(st.sampled_from(ROOMS), st.integers(0, 2**32), st.integers(0, 150), st.integers(0, 2))
def test_whatever_dies_each_is_answered_once(there: dict[Kind, int], seed: int, many: int, accidents: int) -> None:
    luck = lot(seed)
    sound = Path("a.wav")
    tasks = [task(f"t{k}", sound) if luck.random() < 0.5 else task(f"t{k}") for k in range(many)]
    cluster = Imagined(there, luck, accidents)
    answered, failures = run(cluster, tasks)
    assert answered == Counter(one.id for one in tasks)
    assert failures == {}, "two accidents are no reason to give anything up"
    assert cluster.most_sounds <= SOUNDS + 2 * 32, "sounds that nobody judges yet do not pile up"


@given(st.sampled_from(ROOMS), st.integers(0, 2**32))
def test_what_takes_its_actor_down_is_given_up_and_costs_nothing_else(there: dict[Kind, int], seed: int) -> None:
    luck = lot(seed)
    tasks = [task(f"t{k}", *[Path("a.wav")] * (k % 2)) for k in range(60)]
    bad = [task("poison chat"), task("poison call", Path("b.wav"))]
    mixed = [*tasks, *bad]
    luck.shuffle(mixed)
    answered, failures = run(Imagined(there, luck), mixed)
    assert answered == Counter(one.id for one in mixed)
    assert failures == {one.id: "worker" for one in bad}


def test_nobody_is_hired_for_nothing() -> None:
    cluster = Imagined({"hearing": 4, "judging": 4}, lot(1))
    assert run(cluster, []) == ({}, {})
    assert cluster.hired == []
    run(cluster, [task("a")])
    assert [actor.kind for actor in cluster.hired] == ["judging"]


def test_actors_that_stay_do_the_next_round() -> None:
    cluster, hands = Imagined({"whole": 3}, lot(1)), list[Hand]()
    for first in (0, 100):
        tasks = [task(f"t{first + k}", Path("a.wav")) for k in range(50)]
        parcels = list(Dispatch(cluster, tasks, ("1", "."), hands).run())
        assert Counter(name for parcel in parcels for name in parcel.ids) == Counter(one.id for one in tasks)
        assert all(hand.ready for hand in hands)
    assert len(cluster.hired) == 3
    hands[0].actor.dead = True  # type: ignore[attr-defined] - its node went away in the meantime
    parcels = list(Dispatch(cluster, [task("x"), task("y", Path("a.wav"))], ("1", "."), hands).run())
    assert {name for parcel in parcels for name in parcel.ids} == {"x", "y"}


def test_an_archive_of_recordings_fills_the_room() -> None:
    cluster = Imagined({"whole": 7}, lot(1))
    run(cluster, [task(f"t{k}", Path("a.wav")) for k in range(100)])
    assert len(cluster.hired) == 7


def test_a_node_that_cannot_work_is_left_out_while_others_can() -> None:
    tasks = [task(f"t{k}", Path("a.wav")) for k in range(100)]
    for seed in range(30):
        cluster = Imagined({"whole": 3}, lot(seed), refuses=[1])
        try:
            answered, _ = run(cluster, tasks)
        except VoxcxError as error:  # nobody was ready yet
            assert str(error) == "a: cannot; mend it."  # noqa: PT017 - one of two ends is right
        else:
            assert set(answered.values()) == {1}
            assert len(answered) == 100
            break
    else:
        pytest.fail("it never went on")


def test_where_none_can_work_the_reason_is_told() -> None:
    with pytest.raises(VoxcxError, match="a: cannot; mend it"):
        run(Imagined({"whole": 3}, lot(1), refuses=range(100)), [task("a")])


def test_actors_that_die_before_they_begin_end_the_run() -> None:
    class Deadly(Imagined):
        def _answered(self, call: Call) -> object:
            call.actor.dead = True
            return Lost("got a worker that died")

    with pytest.raises(VoxcxError, match="expected workers that start"):
        run(Deadly({"whole": 2}, lot(1)), [task("a")])


def test_a_cluster_without_room_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(Imagined):
        def wait(self, *_: object) -> list[Hashable]:
            return []

    monkeypatch.setattr(module, "PATIENCE_S", 0.05)
    with pytest.raises(VoxcxError, match="expected room for a worker"):
        run(Full({"whole": 2}, lot(1)), [task("a")])


def test_cards_that_come_or_go_change_who_is_hired() -> None:
    class Growing(Imagined):
        def room(self) -> dict[Kind, int]:
            return {"hearing": 1, "judging": 1} if sum(self.done.values()) > 20 else {"whole": 2}

        @property
        def there(self) -> dict[Kind, int]:
            return {"hearing": 1, "judging": 1, "whole": 2}

        @there.setter
        def there(self, _: dict[Kind, int]) -> None:
            pass

    cluster = Growing({}, lot(1))
    answered, _ = run(cluster, [task(f"t{k}", Path("a.wav")) for k in range(60)])
    assert set(answered.values()) == {1}
    assert {actor.kind for actor in cluster.hired} == {"whole", "hearing", "judging"}


def test_losses_are_counted_up_to_the_last() -> None:
    assert LOSSES == 3, "docs/cluster.md says so"


@pytest.mark.parametrize(
    ("pools", "cpus", "gpus", "expected"),
    [
        (Pools(), 2, 0, {"whole": 2}),
        (Pools(threads=4), 64, 0, {"whole": 16}),
        (Pools(threads=4), 2, 0, {"whole": 1}),
        (Pools(count=50), 8, 0, {"whole": 50}),
        (Pools(), 1, 1, {"hearing": 1, "judging": 1}),
        (Pools(gpu_share=0.5), 32, 4, {"hearing": 8, "judging": 24}),
        (Pools(device="cpu"), 32, 4, {"whole": 32}),
        (Pools(device="cuda", count=8), 4, 0, {"hearing": 8, "judging": 4}),
    ],
)
def test_room(pools: Pools, cpus: float, gpus: float, expected: dict[Kind, int]) -> None:
    assert pools.room(cpus, gpus) == expected


def foreman() -> Foreman:
    return Foreman(Orders(lambda _: pytest.fail("nothing is loaded"), 1, Limits()))


def test_a_node_says_what_it_lacks(tmp_path: Path) -> None:
    said = foreman().greet("0.0.1", str(tmp_path), None) or ""
    assert f"expected voxcx 0.0.1 as where the batch runs, got {__version__}; install that one" in said
    said = foreman().greet(__version__, str(tmp_path / "nowhere"), tmp_path / "a.wav") or ""
    assert f"expected to see {tmp_path / 'a.wav'} as where the batch runs, found none; mount the shared disk" in said
