"""A plan of calls → the queue_log, CEL and CDR that Asterisk would write of them, by its documentation.

The plan is the truth: nothing here is read from the adapter. Times of the plan are whole epoch seconds.
"""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

QUEUES = ("support", "sales", "billing")
AGENTS = {f"PJSIP/{number}": f"Agent {number}" for number in range(101, 111)}  # device → member name


@dataclass
class Truth:
    call_id: str
    started_at: int
    facts: dict[str, object] = field(default_factory=dict)


@dataclass
class Channel:
    name: str
    uid: str
    linked: str
    context: str = "from-trunk"
    exten: str = "s"
    app: str = ""
    data: str = ""


class Log:
    """The three logs as they grow; ``at`` in epoch seconds."""

    def __init__(self, zone: str, seed: int, *, fraction: bool) -> None:
        self.zone, self.rng, self.fraction = ZoneInfo(zone), random.Random(seed), fraction  # noqa: S311
        self.queue: list[tuple[float, str]] = []
        self.cel: list[tuple[float, str]] = []
        self.cdr: list[tuple[float, str]] = []
        self.serial = 1000

    def channel(self, at: int, device: str, context: str = "from-trunk", linked: str | None = None) -> Channel:
        self.serial += 1
        uid = f"{at}.{self.serial}"
        made = Channel(f"{device}-{self.serial:08x}", uid, linked or uid, context)
        self.event(at, "CHAN_START", made)
        return made

    def local(self, at: float) -> str:
        text = datetime.fromtimestamp(at, UTC).astimezone(self.zone).strftime("%Y-%m-%d %H:%M:%S")
        return f"{text}.{round(at % 1 * 1e6):06d}" if self.fraction else text

    def event(self, at: float, kind: str, on: Channel, peer: str = "", **extra: object) -> None:
        told = json.dumps(extra) if extra else ""
        # eventtype, eventtime, cidname, cidnum, ani, rdnis, dnid, exten, context, channame, appname, appdata, amaflags,
        # accountcode, uniqueid, linkedid, peer, userfield, userdeftype, extra
        cells = [
            kind,
            self.local(at),
            "",
            "5550100",
            "",
            "",
            "",
            on.exten,
            on.context,
            on.name,
            on.app,
            on.data,
            "3",
            "",
        ]
        self.cel.append((at, _csv([*cells, on.uid, on.linked, peer, "", "", told])))

    def app(self, at: float, kind: str, on: Channel, app: str, data: str = "") -> None:
        on.app, on.data = app, data
        self.event(at, kind, on)
        if kind == "APP_END":
            on.app = on.data = ""

    def queued(self, at: int, uid: str, queue: str, agent: str, kind: str, *data: object) -> None:
        self.queue.append((at, "|".join(map(str, (at, uid, queue, agent, kind, *data)))))

    def record(self, on: Channel, other: str, app: str, times: tuple[int, int, int], disposition: str) -> None:
        start, answer, end = times
        cells = ["", "5550100", "s", on.context, '"" <5550100>', on.name, other, app, "support,t", self.local(start)]
        answered = self.local(answer) if disposition == "ANSWERED" else ""
        cells += [answered, self.local(end), str(end - start), str(end - answer), disposition, "DOCUMENTATION"]
        self.cdr.append((end, _csv([*cells, on.uid, "", "", on.linked, str(len(self.cdr))])))

    def gone(self, at: float, on: Channel, source: str) -> None:
        self.event(at, "HANGUP", on, hangupcause=16, hangupsource=source, dialstatus="")
        self.event(at, "CHAN_END", on)

    def text(self, which: str) -> str:
        lines = sorted(getattr(self, which), key=lambda one: one[0])
        return "".join(f"{line}\n" for _, line in lines)


def _csv(cells: list[str]) -> str:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="").writerow(cells)
    return text.getvalue()


class Call:
    """One call as it is played: each step writes what Asterisk would and keeps what is true."""

    def __init__(self, log: Log, start: int) -> None:
        self.log, self.now = log, start
        self.customer = log.channel(start, "PJSIP/trunk")
        self.start = start
        self.path: list[str] = []
        self.ivr_s = self.wait_s = 0
        self.waits = 0
        self.agents: list[str] = []
        self.holds: list[tuple[int, int]] = []
        self.transfers = 0
        self.recording: int | None = None
        self.first_answer: int | None = None
        self.agent: Channel | None = None
        self.queue = self.answered_queue = ""
        self.entered = self.position = self.answered = 0
        self.bridge = ""

    @property
    def uid(self) -> str:
        return self.customer.uid

    def pick(self, low: int, high: int) -> int:
        return self.log.rng.randint(low, high)

    def ivr(self, *nodes: str, ring_s: int = 1) -> None:
        self.now += ring_s
        if not self.path:
            self.customer.context = nodes[0]
            self.log.event(self.now, "ANSWER", self.customer)
        begun = self.now
        for node in nodes:
            self.customer.context, self.customer.exten = node, "s"
            self.log.app(self.now, "APP_START", self.customer, "BackGround", f"{node}-prompt")
            self.now += self.pick(2, 15)
            self.log.app(self.now, "APP_END", self.customer, "BackGround", f"{node}-prompt")
        self.customer.exten = "1"
        self.path += nodes
        self.ivr_s += self.now - begun

    def monitor(self) -> None:
        self.log.app(self.now, "APP_START", self.customer, "MixMonitor", f"{self.uid}.wav,b")
        self.recording = self.now

    def enter(self, queue: str) -> None:
        self.customer.context, self.customer.exten = "queues", "700"
        self.log.app(self.now, "APP_START", self.customer, "Queue", f"{queue},t,,,300")
        self.log.queued(self.now, self.uid, queue, "NONE", "ENTERQUEUE", "", "5550100", 1)
        self.queue, self.entered = queue, self.now
        self.waits += 1

    def wait(self, low: int = 0, high: int = 90) -> int:
        self.now += self.pick(low, high)
        waited = self.now - self.entered
        self.wait_s += waited
        return waited

    def ring(self, device: str) -> Channel:
        return self.log.channel(self.now, device, "from-queue", self.uid)

    def no_answer(self, device: str) -> None:
        ringing = self.ring(device)
        self.now += 10
        self.log.queued(self.now, self.uid, self.queue, AGENTS[device], "RINGNOANSWER", 10000)
        self.log.gone(self.now, ringing, "")

    def connect(self, device: str, low: int = 0, high: int = 90) -> None:
        waited = self.wait(low, high)
        ring = min(4, waited)
        agent = self.log.channel(self.now - ring, device, "from-queue", self.uid)
        self.log.event(self.now, "ANSWER", agent)
        self.log.queued(self.now, self.uid, self.queue, AGENTS[device], "CONNECT", waited, agent.uid, ring)
        self.talk_with(agent, AGENTS[device])
        self.answered_queue = self.queue

    def talk_with(self, agent: Channel, name: str) -> None:
        self.bridge = f"b-{self.log.serial}-{self.now}"
        self.log.event(self.now, "BRIDGE_ENTER", agent, bridge_id=self.bridge, bridge_technology="simple_bridge")
        self.log.event(self.now, "BRIDGE_ENTER", self.customer, agent.name, bridge_id=self.bridge)
        self.agent, self.answered = agent, self.now
        self.first_answer = self.first_answer if self.first_answer is not None else self.now
        self.agents.append(name)

    def talk(self, low: int = 20, high: int = 200) -> None:
        self.now += self.pick(low, high)

    def hold(self) -> None:
        if self.agent is None:
            return
        begun = self.now
        self.log.event(self.now, "HOLD", self.agent)
        self.now += self.pick(3, 60)
        self.log.event(self.now, "UNHOLD", self.agent)
        self.holds.append((begun, self.now))

    def part(self) -> Channel:
        """The agent leaves, the customer stays."""
        agent = self.agent or self.customer
        self.log.event(self.now, "BRIDGE_EXIT", agent, self.customer.name, bridge_id=self.bridge)
        self.log.event(self.now, "BRIDGE_EXIT", self.customer, "", bridge_id=self.bridge)
        return agent

    def figures(self) -> tuple[int, int, int]:
        return self.answered - self.entered, self.now - self.answered, 1

    def complete(self, by: str) -> None:
        agent = self.part()
        if self.queue:
            kind = {"agent": "COMPLETEAGENT", "customer": "COMPLETECALLER"}[by]
            self.log.queued(self.now, self.uid, self.queue, self.agents[-1], kind, *self.figures())
        self.end(by, agent)

    def end(self, by: str, agent: Channel | None = None) -> None:
        source = {"agent": agent.name if agent else "", "customer": self.customer.name, "system": "dialplan/builtin"}[
            by
        ]
        self.by = by
        if agent is not None:
            self.log.gone(self.now, agent, source)
        self.log.gone(self.now, self.customer, source)
        self.log.event(self.now, "LINKEDID_END", self.customer)
        self.log.record(
            self.customer, agent.name if agent else "", "Queue", (self.start, self.start, self.now), "ANSWERED"
        )

    def leave(self, kind: str, *data: object) -> int:
        waited = self.wait(5, 60)
        self.log.queued(self.now, self.uid, self.queue, "NONE", kind, *data, 1, 1, waited)
        self.log.app(self.now, "APP_END", self.customer, "Queue", f"{self.queue},t,,,300")
        self.queue = ""
        return waited

    def blind(self, exten: str, context: str) -> None:
        agent = self.agent or self.customer
        self.log.event(self.now, "BLINDTRANSFER", agent, extension=exten, context=context, bridge_id=self.bridge)
        self.part()
        self.log.queued(
            self.now, self.uid, self.queue, self.agents[-1], "BLINDTRANSFER", exten, context, *self.figures()
        )
        self.log.gone(self.now, agent, agent.name)
        self.transfers += 1
        self.queue = ""

    def dial(self, device: str) -> None:
        self.customer.context, self.customer.exten = "from-internal", device[-3:]
        self.log.app(self.now, "APP_START", self.customer, "Dial", device)
        agent = self.ring(device)
        self.now += self.pick(2, 20)
        self.log.event(self.now, "ANSWER", agent)
        self.talk_with(agent, AGENTS[device])

    def attended(self, device: str, queue: str | None = None) -> None:
        """The agent calls another one (or a queue) from a second line, then hands the customer over."""
        first = self.agent or self.customer
        second = self.log.channel(self.now, first.name.rpartition("-")[0], "from-internal")
        if queue:
            self.log.queued(self.now, second.uid, queue, "NONE", "ENTERQUEUE", "", "101", 1)
        entered = self.now
        self.now += self.pick(3, 20)
        target = self.log.channel(self.now, device, "from-internal", second.uid)
        if queue:
            waited = self.now - entered
            self.log.queued(self.now, second.uid, queue, AGENTS[device], "CONNECT", waited, target.uid, 2)
        consult = f"c-{self.log.serial}"
        self.log.event(self.now, "BRIDGE_ENTER", target, bridge_id=consult)
        self.log.event(self.now, "BRIDGE_ENTER", second, target.name, bridge_id=consult)
        connected = self.now
        self.now += self.pick(5, 30)
        names = {"channel2_name": second.name, "bridge2_id": consult, "transfer_target_channel_name": target.name}
        self.log.event(self.now, "ATTENDEDTRANSFER", first, bridge1_id=self.bridge, **names)
        done = ("ATTENDEDTRANSFER", "BRIDGE", self.bridge, *self.figures())
        self.log.queued(self.now, self.uid, self.queue, self.agents[-1], *done)
        self.log.event(self.now, "BRIDGE_EXIT", first, self.customer.name, bridge_id=self.bridge)
        self.log.event(self.now, "BRIDGE_EXIT", target, second.name, bridge_id=consult)
        self.log.event(self.now, "BRIDGE_EXIT", second, "", bridge_id=consult)
        self.log.gone(self.now, first, first.name)
        self.log.gone(self.now, second, first.name)
        target.linked = self.uid  # bridged with an older channel it takes over its linked id
        self.log.event(self.now, "BRIDGE_ENTER", target, self.customer.name, bridge_id=self.bridge)
        self.transfers += 1
        self.agent, self.queue = target, ""
        self.agents.append(AGENTS[device])
        self.consult = (second.uid, queue, self.now - connected) if queue else None

    def truth(self) -> Truth:
        base = self.recording if self.recording is not None else self.first_answer
        facts: dict[str, object] = {
            "queue_wait_s": float(self.wait_s) if self.waits else None,
            "ivr_time_s": float(self.ivr_s),
            "ivr_path": ">".join(self.path) or None,
            "ivr_steps": len(self.path),
            "ivr_last_node": self.path[-1] if self.path else None,
            "holds": tuple((float(a - (base or 0)), float(b - (base or 0))) for a, b in self.holds),
            "transfers": self.transfers,
            "hangup_by": self.by,
            "recording_offset_s": None if self.recording is None else float(self.recording - self.start),
            "agents": tuple(dict.fromkeys(self.agents)),
            "agent_id": self.agents[-1] if self.agents else None,
            "queue": self.answered_queue or None,
            "ended_at": self.now,
            "abandoned": False,
        }
        return Truth(self.uid, self.start, facts)


def _plain(call: Call, devices: list[str]) -> Truth:
    call.ivr("ivr-main", call.log.rng.choice(["ivr-billing", "ivr-support"]))
    if call.pick(0, 2) == 0:
        call.monitor()
    call.enter("billing")
    call.connect(devices[0])
    for _ in range(call.pick(0, 2)):
        call.talk(5, 40)
        call.hold()
    call.talk()
    call.complete(call.log.rng.choice(["agent", "customer"]))
    return call.truth()


def _straight(call: Call, devices: list[str]) -> Truth:
    call.now += 1
    call.enter("support")
    call.connect(devices[0], 0, 0)
    call.monitor()
    call.talk()
    call.complete("customer")
    return call.truth()


def _no_answers(call: Call, devices: list[str]) -> Truth:
    call.ivr("ivr-main")
    call.enter("support")
    call.no_answer(devices[1])
    call.no_answer(devices[2])
    call.connect(devices[0], 1, 20)
    call.talk()
    call.complete("agent")
    return call.truth()


def _abandoned(call: Call, _: list[str]) -> Truth:
    call.ivr("ivr-main")
    call.enter("sales")
    waited = call.wait(3, 120)
    call.log.queued(call.now, call.uid, "sales", "NONE", "ABANDON", 1, 1, waited)
    call.end("customer")
    truth = call.truth()
    truth.facts |= {"abandoned": True, "queue": "sales"}
    return truth


def _overflow(call: Call, devices: list[str]) -> Truth:
    call.ivr("ivr-main", "ivr-sales")
    call.enter("sales")
    call.leave("EXITWITHTIMEOUT")
    call.enter("support")
    call.connect(devices[0])
    call.talk()
    call.complete("customer")
    return call.truth()


def _same_queue_again(call: Call, devices: list[str]) -> Truth:
    call.enter("sales")
    call.leave("EXITWITHTIMEOUT")
    call.enter("sales")
    call.connect(devices[0])
    call.talk()
    call.complete("agent")
    return call.truth()


def _key(call: Call, _: list[str]) -> Truth:
    call.ivr("ivr-main")
    call.enter("support")
    call.leave("EXITWITHKEY", 2)
    call.ivr("ivr-callback", ring_s=0)
    call.end("system")
    truth = call.truth()
    truth.facts |= {"queue": "support", "flow_out": True}
    return truth


def _empty(call: Call, _: list[str]) -> Truth:
    call.enter("support")
    call.leave("EXITEMPTY")
    call.end("system")
    truth = call.truth()
    truth.facts |= {"queue": "support", "flow_out": True}
    return truth


def _blind_to_queue(call: Call, devices: list[str]) -> Truth:
    call.ivr("ivr-main")
    call.monitor()
    call.enter("support")
    call.connect(devices[0])
    call.talk()
    call.hold()
    call.blind("701", "queues")
    call.enter("billing")
    call.connect(devices[1])
    call.talk()
    call.complete("customer")
    return call.truth()


def _blind_to_extension(call: Call, devices: list[str]) -> Truth:
    call.ivr("ivr-main")
    call.enter("support")
    call.connect(devices[0])
    call.talk()
    call.blind(devices[1][-3:], "from-internal")
    call.dial(devices[1])
    call.talk()
    call.hold()
    call.talk(1, 5)
    call.complete("agent")
    return call.truth()


def _attended(call: Call, devices: list[str]) -> Truth:
    call.enter("billing")
    call.connect(devices[0])
    call.talk()
    call.attended(devices[1])
    call.talk()
    call.complete("customer")
    return call.truth()


def _attended_through_queue(call: Call, devices: list[str]) -> Truth:
    call.enter("billing")
    call.connect(devices[0])
    call.talk()
    call.attended(devices[1], "sales")
    call.talk()
    second, queue, _ = call.consult or ("", "", 0)
    call.log.queued(call.now, second, str(queue), AGENTS[devices[1]], "COMPLETEAGENT")
    call.complete("agent")
    return call.truth()


def _ivr_only(call: Call, _: list[str]) -> Truth:
    call.ivr("ivr-main", "ivr-balance")
    by = call.log.rng.choice(["customer", "system"])
    call.end(by)
    truth = call.truth()
    truth.facts |= {"abandoned": by == "customer", "contained": by == "system"}
    truth.facts["ivr_status"] = {"customer": "abandoned", "system": "completed"}[by]
    return truth


SCENES: tuple[Callable[[Call, list[str]], Truth], ...] = (
    *(_plain, _plain, _straight, _no_answers, _abandoned, _overflow, _same_queue_again, _key, _empty),
    *(_blind_to_queue, _blind_to_extension, _attended, _attended_through_queue, _ivr_only),
)


def play(zone: str, begins: list[int], *, seed: int = 1, fraction: bool = False) -> tuple[Log, list[Truth]]:
    """Calls that begin at the given seconds, every scene in turn, agents chosen by the seed."""
    log, truths = Log(zone, seed, fraction=fraction), []
    for number, begin in enumerate(begins):
        devices = log.rng.sample(sorted(AGENTS), 3)
        truths.append(SCENES[number % len(SCENES)](Call(log, begin), devices))
    return log, truths


def around(*moments: str, each: int, zone: str, apart_s: int = 97) -> list[int]:
    """Beginnings spread around local moments, half of them before."""
    middles = [datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() for text in moments]
    return [round(middle) + (number - each // 2) * apart_s for middle in middles for number in range(each)]
