"""Who does what on a cluster: actors are hired where there is room, and what a lost one held is done again elsewhere.

The driver gives each actor a few tasks at a time and takes the next from the source only when one has room. Actors are
lost with their node; what a poisoned input does to a worker process, its actor answers as a failure (foreman.py).
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from voxcx.batch.work import Parcel, Task, failure
from voxcx.batch.workers.cluster import Cluster, Lost, Method
from voxcx.batch.workers.foreman import Reply
from voxcx.batch.workers.pools import Kind
from voxcx.batch.workers.shift import Bundle
from voxcx.batch.workers.supply import BUNDLE, Supply, weight
from voxcx.errors import VoxcxError
from voxcx.results.failures import Failure
from voxcx.storage.paths import is_remote

LOOK_S = 1.0
RECORDINGS: dict[Kind, int] = {"whole": 4, "hearing": 32}  # in hand at most; windows of those on a GPU share batches
BUNDLES = 3  # in hand of one that does chats or judges sounds: one is done, one waits, one is under way
SOUNDS = 64  # heard and not judged at most, the whole cluster over
HIRED_AT_ONCE = 32
EARLY_DEATHS = 3  # in a row, before any actor is ready: then it is no accident
LOSSES = 3  # of actors with the same task in hand: once may be an accident, the second brings it under suspicion
PATIENCE_S = 1800.0  # for a first actor: a node that a cluster must buy first takes minutes
GIVEN_UP = "check it alone with `voxcx score`; where it is fine, look at the nodes' memory and run again with --retry"


@dataclass(slots=True, eq=False)
class Hand:
    """An actor as the driver sees it."""

    actor: object
    kind: Kind
    in_hand: dict[str, Task] = field(default_factory=dict)
    calls: int = 0
    ready: bool = False
    alone: bool = False
    gone: bool = False
    why: Lost | None = None

    def has_room(self, *, listens: bool) -> bool:
        """Whether it should have one more: a recording to listen to, or what is done at once."""
        if not self.ready or self.alone or self.gone:
            return False
        if listens:
            return len(self.in_hand) < RECORDINGS[self.kind]
        return sum(map(weight, self.in_hand.values())) <= (BUNDLES - 1) * BUNDLE


class _Errand(NamedTuple):
    """A call under way; ``gives`` is what it hands on."""

    hand: Hand
    method: Method
    bundle: Bundle = ()
    gives: Hashable = None


class Dispatch:
    """One run. ``greeting`` is what an actor needs to know before its first task: version and folder.

    ``hands`` are actors that an earlier run left; this one leaves its own there.
    """

    def __init__(
        self, cluster: Cluster, tasks: Iterable[Task], greeting: tuple[str, str], hands: list[Hand] | None = None
    ) -> None:
        self._cluster = cluster
        self._supply = Supply(tasks)
        self._greeting = greeting
        self._hands = [] if hands is None else hands
        self._errands: dict[Hashable, _Errand] = {}
        self._sounds: deque[tuple[Bundle, Hashable]] = deque()  # tasks that were heard, and where the sound is
        self._losses: Counter[str] = Counter()
        self._refusals = 0
        self._early_deaths = 0
        self._waits_since_s = monotonic()

    def run(self) -> Iterator[Parcel]:
        """Parcels in the order they come. VoxcxError when no node can do the work."""
        while self._supply.has_any() or self._sounds or any(hand.in_hand for hand in self._hands):
            room = self._cluster.room()
            self._hand_out(room)
            self._staff(room)
            for call in self._cluster.wait(self._errands, LOOK_S):
                yield from self._answered(self._errands.pop(call), self._cluster.answer(call))
            self._lose_patience()
        for hand in [one for one in self._hands if one.calls]:  # hired and not needed any more
            self._let_go(hand)

    def stop(self) -> None:
        """Dismiss all."""
        for hand in self._hands:
            self._cluster.dismiss(hand.actor)
        self._hands.clear()

    # Who gets what

    def _hand_out(self, room: dict[Kind, int]) -> None:
        self._try_suspects(room)
        while self._sounds and (judge := self._judge_for(self._sounds[0][0], room)):
            self._give(judge, *self._sounds.popleft())
        while (bundle := self._supply.next()) and (able := self._with_room(_kind(bundle, room), bundle)):
            self._supply.take()
            self._give(able, bundle)

    def _try_suspects(self, room: dict[Kind, int]) -> None:
        """Each by itself, with an actor that has nothing else."""
        while suspect := self._supply.suspect():
            kind = _kind([suspect], room)
            hand = self._idle(kind)
            if hand is None:
                self._supply.quarantine([suspect])
                self._hire(kind, room, 1)
                return
            hand.alone = True
            self._give(hand, [suspect])

    def _judge_for(self, bundle: Bundle, room: dict[Kind, int]) -> Hand | None:
        """A sound of a suspect is judged by itself, too."""
        if all(self._losses[task.id] < LOSSES - 1 for task in bundle):
            return self._with_room(_judging(room), bundle, heard=True)
        hand = self._idle(_judging(room))
        if hand is not None:
            hand.alone = True
        return hand

    def _idle(self, kind: Kind) -> Hand | None:
        return next((hand for hand in self._hands if hand.kind == kind and hand.ready and not hand.calls), None)

    def _with_room(self, kind: Kind, bundle: Bundle, *, heard: bool = False) -> Hand | None:
        if kind == "hearing" and len(self._sounds) >= SOUNDS:
            return None
        listens = bundle[0].needs_recogniser and not heard
        able = [hand for hand in self._hands if hand.kind == kind and hand.has_room(listens=listens)]
        return min(able, key=lambda hand: len(hand.in_hand), default=None)

    def _give(self, hand: Hand, bundle: Bundle, sound: Hashable = None) -> None:
        """``sound`` is the same bundle with what was heard, which only the actors read."""
        hand.in_hand |= {task.id: task for task in bundle}
        method: Method = "hear" if hand.kind == "hearing" else "do"
        self._call(hand, method, bundle, list(bundle) if sound is None else sound)

    def _call(self, hand: Hand, method: Method, bundle: Bundle, *given: object) -> None:
        answer, *more = self._cluster.call(hand.actor, method, *given)
        hand.calls += 1
        self._errands[answer] = _Errand(hand, method, bundle, *more)

    # Who is there

    def _staff(self, room: dict[Kind, int]) -> None:
        """Hire for what finds no room, unless somebody is on the way; let go whom nothing more will be given."""
        for hand in [one for one in self._hands if one.kind not in room and one.ready and not one.calls]:
            self._let_go(hand)
        if self._sounds:
            self._hire(_judging(room), room, len(self._sounds))
        bundle = self._supply.next()
        if bundle is not None:
            kind = _kind(bundle, room)
            self._hire(kind, room, self._supply.count(min(HIRED_AT_ONCE, room[kind])))

    def _hire(self, kind: Kind, room: dict[Kind, int], wanted: int) -> None:
        here = [hand for hand in self._hands if hand.kind == kind]
        free = sum(not hand.ready or not hand.in_hand for hand in here)
        for _ in range(min(wanted - free, max(1, room[kind] - self._refusals) - len(here))):
            hand = Hand(self._cluster.hire(kind), kind)
            self._hands.append(hand)
            self._call(hand, "greet", (), *self._greeting, self._probe())

    def _probe(self) -> Path | None:
        """A file that the driver sees and every node must see, too."""
        paths = (path for task in self._supply.next() or () for path in task.job.recordings)
        return next((path for path in paths if not is_remote(path) and path.exists()), None)

    def _let_go(self, hand: Hand) -> None:
        self._hands.remove(hand)
        self._cluster.dismiss(hand.actor)

    def _lose_patience(self) -> None:
        if any(hand.ready for hand in self._hands):
            self._waits_since_s = monotonic()
        elif monotonic() - self._waits_since_s > PATIENCE_S:
            raise VoxcxError(
                f"Cluster: expected room for a worker within {PATIENCE_S / 60:.0f} minutes, got none; "
                "look at `ray status`: other work may hold all of it."
            )

    # What came back

    def _answered(self, errand: _Errand, answer: object) -> Iterator[Parcel]:
        hand = errand.hand
        hand.calls -= 1
        if isinstance(answer, Lost):
            yield from self._lost(errand, answer)
        elif isinstance(answer, Reply):
            yield from self._replied(errand, answer)
        elif answer is None:
            hand.ready, self._early_deaths = True, 0
        else:
            self._refused(hand, str(answer))
        if hand.gone and not hand.calls:
            self._let_go(hand)
            yield from self._again(hand, hand.in_hand.values())
        hand.alone = hand.alone and bool(hand.in_hand)

    def _replied(self, errand: _Errand, reply: Reply) -> Iterator[Parcel]:
        hand = errand.hand
        for parcel in reply.parcels:
            for name in parcel.ids:
                hand.in_hand.pop(name, None)
                self._losses.pop(name, None)
            yield parcel
        if reply.refused is not None:
            self._refused(hand, reply.refused)
        elif errand.gives is not None and all(task.id in hand.in_hand for task in errand.bundle):
            for task in errand.bundle:
                del hand.in_hand[task.id]
            self._sounds.append((errand.bundle, errand.gives))

    def _refused(self, hand: Hand, sentence: str) -> None:
        """This node cannot work. Others may; where none does, nothing would help."""
        if not any(other.ready and not other.gone for other in self._hands if other is not hand):
            raise VoxcxError(sentence)
        self._refusals += not hand.gone
        hand.gone = True
        self._supply.give_back(hand.in_hand.values())
        hand.in_hand.clear()

    def _lost(self, errand: _Errand, lost: Lost) -> Iterator[Parcel]:
        hand = errand.hand
        hand.why = lost
        if errand.method == "greet":
            self._early_deaths += 1
            if self._early_deaths >= EARLY_DEATHS and not any(one.ready for one in self._hands):
                raise VoxcxError(f"Cluster: expected workers that start, {lost.how}; look at the logs of its nodes.")
        hand.gone |= lost.is_actor
        if not lost.is_actor:  # the actor lives, what it was given or gave is gone with another node
            yield from self._again(hand, [task for task in errand.bundle if task.id in hand.in_hand])

    def _again(self, hand: Hand, tasks: Iterable[Task]) -> Iterator[Parcel]:
        """Nothing of them was handed in: they are done again, by themselves after that, and then given up."""
        lost = list(tasks)
        for task in lost:
            del hand.in_hand[task.id]
            self._losses[task.id] += 1
        suspects = [task for task in lost if self._losses[task.id] >= LOSSES - 1]
        self._supply.give_back(task for task in lost if self._losses[task.id] < LOSSES - 1)
        if hand.alone and suspects:
            why = hand.why or Lost("got none")
            yield Parcel(failures=tuple(_given_up(task, why) for task in suspects))
        else:
            self._supply.quarantine(suspects)


def _given_up(task: Task, why: Lost) -> Failure:
    sentence = f"Expected an answer, {why.how}, the last time with this input alone."
    return failure(task, "memory" if why.is_memory else "worker", sentence, GIVEN_UP)


def _kind(bundle: Bundle, room: dict[Kind, int]) -> Kind:
    if bundle[0].needs_recogniser:
        return "hearing" if "hearing" in room else "whole"
    return _judging(room)


def _judging(room: dict[Kind, int]) -> Kind:
    return "judging" if "judging" in room else "whole"
