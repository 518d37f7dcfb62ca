"""What happens in a call and in which order, before anybody has a voice: drawn from the seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from voxcx.simulation.calls.clips import ClipKind

Party = Literal["agent", "customer"]
Onset = Literal["gap", "silence", "long_silence", "terminal_overlap", "dual_start", "interruption"]
AsideKind = Literal["backchannel", "brief_overlap", "interruption"]
QueueSound = Literal["ringback", "music", "music and ringback"]
PARTIES: tuple[Party, Party] = ("agent", "customer")
OTHER: dict[Party, Party] = {"agent": "customer", "customer": "agent"}

# Shares of calls with 0, 1, 2 (3) of each; over 200 calls every kind of event comes out more than 100 times.
HOW_MANY: dict[str, tuple[float, ...]] = {
    "silence": (0.30, 0.45, 0.25),
    "long_silence": (0.35, 0.45, 0.20),
    "dual_start": (0.25, 0.45, 0.30),
    "terminal_overlap": (0.20, 0.45, 0.35),
    "brief_overlap": (0.20, 0.45, 0.35),
    "backchannel": (0.10, 0.25, 0.35, 0.30),
    "interruption": (0.40, 0.40, 0.20),  # of each party
    "hold": (0.35, 0.40, 0.25),
}
YIELDED_SHARE = 0.5
SAME_SPEAKER_SHARE = 0.5  # of silences: who fell silent goes on
TWO_CLIPS_SHARE = 0.25  # of turns
SILENT_HOLD_SHARE = 0.3
EXCHANGE_S = 9.5  # about what question and answer take
TAKES_S = {"silence": 6.0, "long_silence": 14.0, "hold": 24.0}


@dataclass(frozen=True, slots=True)
class Aside:
    """What the listener says into a turn without getting the floor."""

    kind: AsideKind


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody speaks; ``onset`` is how it follows what was said before."""

    party: Party
    kind: ClipKind = "line"
    onset: Onset = "gap"
    asides: tuple[Aside, ...] = ()
    clips: int = 1


@dataclass(frozen=True, slots=True)
class Hold:
    """The agent asks, is away with music or without a sound, and returns."""

    music: bool


@dataclass(frozen=True, slots=True)
class Opening:
    """What the recording has before the agent answers: nothing, the queue, or IVR (with keys) and the queue."""

    ivr: bool = False
    keys: str = ""
    barge_in: bool = False  # the first key is pressed into the prompt, which then stops
    queue: QueueSound | None = None
    bursts: int = 0
    announced: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """A whole call. ``busy`` is the number of bursts after the customer has hung up."""

    opening: Opening
    acts: tuple[Turn | Hold, ...]
    hangup_by: Party
    busy: int = 0


@dataclass(frozen=True, slots=True)
class Means:
    """What the clips allow."""

    hold_request: bool = True
    prompts: bool = True
    backchannels: bool = True


def draw_script(rng: np.random.Generator, means: Means) -> Script:
    """One call of 6 to 18 exchanges."""
    counts = {kind: int(rng.choice(len(p), p=p)) for kind, p in HOW_MANY.items() if kind != "interruption"}
    taken_s = sum(counts[kind] * each_s for kind, each_s in TAKES_S.items())
    exchanges = int(np.clip(round((rng.uniform(35, 120) - taken_s) / EXCHANGE_S), 6, 18))
    turns = _exchanges(exchanges, rng)
    _begin_specially(turns, counts, rng)
    _speak_aside(turns, counts if means.backchannels else counts | {"backchannel": 0}, rng)
    acts = _with_holds(_same_speaker_goes_on(turns, rng), counts["hold"], means, rng)
    by_customer = bool(rng.random() < 0.45)
    busy = int(rng.integers(2, 4)) if by_customer and rng.random() < 0.65 else 0
    hangup_by: Party = "customer" if by_customer else "agent"
    return Script(_opening(rng, means), (*acts, *_farewells(hangup_by)), hangup_by, busy)


def _exchanges(exchanges: int, rng: np.random.Generator) -> list[Turn]:
    turns = [Turn("agent", "greeting"), Turn("customer", "greeting")]
    clips = 1 + (rng.random((exchanges, 2)) < TWO_CLIPS_SHARE).astype(int)
    for agents, customers in clips.tolist():
        turns += [Turn("agent", clips=agents), Turn("customer", clips=customers)]
    return turns


def _farewells(last: Party) -> tuple[Turn, Turn]:
    return Turn(OTHER[last], "closing"), Turn(last, "closing")


def _begin_specially(turns: list[Turn], counts: dict[str, int], rng: np.random.Generator) -> None:
    """Give turns after the greetings their onsets; two turns in a row never both begin specially."""
    onsets: list[tuple[Onset, Party | None]] = []
    for kind in ("silence", "long_silence", "terminal_overlap", "dual_start"):
        onsets += [(kind, None)] * counts[kind]
    for party in PARTIES:
        wanted = int(rng.choice(3, p=HOW_MANY["interruption"]))
        yielded = int(rng.binomial(wanted, YIELDED_SHARE))
        onsets += [("interruption", party)] * yielded
        counts[f"interruption by {party}"] = wanted - yielded
    order = rng.permutation(len(onsets)).tolist()
    for onset, whose in (onsets[number] for number in order):
        free = [k for k in range(3, len(turns)) if _plain(turns, k) and whose in {None, turns[k].party}]
        if free:
            at = int(rng.choice(free))
            turns[at] = replace(turns[at], onset=onset)


def _plain(turns: Sequence[Turn], at: int) -> bool:
    near = turns[max(0, at - 1) : at + 2]
    return all(turn.onset == "gap" and not turn.asides for turn in near)


def _speak_aside(turns: list[Turn], counts: dict[str, int], rng: np.random.Generator) -> None:
    asides: list[tuple[AsideKind, Party | None]] = [("backchannel", None)] * counts["backchannel"]
    asides += [("brief_overlap", None)] * counts["brief_overlap"]
    for party in PARTIES:
        asides += [("interruption", party)] * counts[f"interruption by {party}"]
    for kind, whose in asides:
        free = [k for k in range(2, len(turns)) if _hosts(turns, k, kind) and turns[k].party != whose]
        if free:
            at = int(rng.choice(free))
            turns[at] = replace(turns[at], asides=(*turns[at].asides, Aside(kind)), clips=2)


def _hosts(turns: Sequence[Turn], at: int, kind: AsideKind) -> bool:
    """A turn that begins plainly and is not cut off; one that hosts listening words takes a second one."""
    after = turns[at + 1].onset if at + 1 < len(turns) else "gap"
    here = turns[at].asides
    room = not here or (kind == "backchannel" and here == (Aside("backchannel"),))
    return room and turns[at].onset == "gap" and after in {"gap", "silence", "long_silence"}


def _same_speaker_goes_on(turns: list[Turn], rng: np.random.Generator) -> list[Turn]:
    """After some silences who spoke last speaks again, and only then the other."""
    told: list[Turn] = []
    for turn in turns:
        if turn.onset in {"silence", "long_silence"} and rng.random() < SAME_SPEAKER_SHARE:
            told += [Turn(OTHER[turn.party], onset=turn.onset), replace(turn, onset="gap")]
        else:
            told.append(turn)
    return told


def _with_holds(turns: list[Turn], holds: int, means: Means, rng: np.random.Generator) -> list[Turn | Hold]:
    """Holds before plain turns of the agent: the agent asks, returns and goes on."""
    free = [k for k in range(3, len(turns)) if turns[k].party == "agent" and turns[k].onset == "gap"]
    free = [k for k in free if turns[k - 1].party == "customer"]
    places = set(rng.choice(free, size=min(holds, len(free)), replace=False).tolist()) if free else set()
    acts: list[Turn | Hold] = []
    for k, turn in enumerate(turns):
        if k in places:
            acts.append(Hold(music=not means.hold_request or rng.random() >= SILENT_HOLD_SHARE))
        acts.append(turn)
    return acts


def _opening(rng: np.random.Generator, means: Means) -> Opening:
    how = rng.choice(3, p=(0.48, 0.18, 0.34))
    if how == 0:
        return Opening()
    bursts = int(rng.integers(1, 4))
    if how == 1 or not means.prompts:
        return Opening(queue="ringback", bursts=bursts)
    sounds: tuple[QueueSound, ...] = ("ringback", "music", "music and ringback")
    queue = sounds[rng.choice(3, p=(0.4, 0.4, 0.2))]
    keys = "".join(rng.choice(list("0123456789*#"), size=int(rng.integers(1, 5))).tolist())
    barge_in, announced = (bool(rng.random() < share) for share in (0.3, 0.5))
    bursts = bursts if queue == "ringback" else 1
    return Opening(ivr=True, keys=keys, barge_in=barge_in, queue=queue, bursts=bursts, announced=announced)
