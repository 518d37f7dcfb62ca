"""The course of a conversation as an inline SVG: lanes of speech or messages, silences, holds, pins of evidence.

Across, everything is in percent of the width; down, in pixels: the picture fills any width and its text keeps its size.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from voxcx.domain.interaction import Role
from voxcx.domain.intervals import Interval, intersection
from voxcx.domain.qa import Verdict
from voxcx.domain.timeline import OVERLAP_KINDS, EventKind, Timeline
from voxcx.domain.transcript import Utterance
from voxcx.report.axis import NARROWEST_PX, Axis
from voxcx.report.event_titles import EventTitles
from voxcx.report.wording import Wording
from voxcx.units import clock

LETTER_PX = 6.6
MARK_PX = 4.5
PIN_PX = 20.0
PIN_ROWS = 3
SYMBOL: dict[Verdict, str] = {"met": "✓", "not_met": "✕", "undecided": "?", "not_applicable": "–"}

TONES: frozenset[EventKind] = frozenset({"ringback", "busy", "dtmf"})
CUES: frozenset[EventKind] = frozenset(
    {"hold_request", "hold_return", "transfer", "repeat_cue", "asks_for_human", "complaint"}
)

PIN_ROW_PX, LANE_PX, LANE_STEP_PX = 17, 24, 42
LABEL_RISE_PX = 5


@dataclass(frozen=True, slots=True)
class Pin:
    """A place that a verdict stands on; ``target`` is the id of the element it leads to."""

    at_s: float
    verdict: Verdict
    title: str
    target: str


def call_picture(
    timeline: Timeline, pins: Iterable[Pin], words: Wording, used: Mapping[str, float] | None = None
) -> str:
    """The two-channel picture of a call as SVG text ("" for a call of no length).

    ``used`` are the parameters of the definitions, which the hints over events tell.
    """
    if timeline.duration_s <= 0:
        return ""
    axis, titles = Axis(timeline.duration_s), EventTitles(words, used or {})
    pinned, top = _pins(axis, tuple(pins))
    roles: tuple[Role, ...] = ("agent", "customer") if not timeline.unknown else ("unknown",)
    lane_y = {role: top + 14 + LANE_STEP_PX * row for row, role in enumerate(roles)}
    bottom = max(lane_y.values()) + LANE_PX
    parts = [
        *_bands(axis, timeline, top, bottom, titles),
        *(part for role, y in lane_y.items() for part in _lane(axis, timeline, role, y, titles)),
        *_simultaneous(axis, timeline, lane_y, titles),
        *_marks(axis, timeline, lane_y, titles),
        *pinned,
        *_ruler(axis, bottom + 24),
    ]
    return _svg(parts, (axis.least_px, bottom + 44), words.say("picture_alt"))


def chat_picture(messages: Iterable[Utterance], pins: Iterable[Pin], words: Wording) -> str:
    """Messages as dots in the lanes of their writers, waits for the agent as bars; "" where times are unknown."""
    timed = [(u.start_s, u.role, u.text) for u in messages if u.start_s is not None]
    if not timed or timed[-1][0] <= 0:
        return ""
    axis = Axis(timed[-1][0] * 1.02)  # room for the last dot
    pinned, top = _pins(axis, tuple(pins))
    order: tuple[Role, ...] = ("agent", "customer", "bot", "system", "unknown")
    present: list[Role] = [role for role in order if any(who == role for _, who, _ in timed)]
    lane_y = {role: top + 14 + LANE_STEP_PX * row for row, role in enumerate(present)}
    bottom = max(lane_y.values()) + LANE_PX
    parts = [_lane_base(role, y, words) for role, y in lane_y.items()]
    for (before_s, before, _), (at_s, role, _) in pairwise(timed):
        if role == "agent" and before != "agent":
            parts.append(_wait(axis, Interval(before_s, at_s), lane_y[role], words))
    parts += [
        _dot(axis, at_s, role, lane_y[role], f"{words.name('role', role)}, {clock(at_s)}: {text[:90]}")
        for at_s, role, text in timed
    ]
    size = (NARROWEST_PX, bottom + 28)
    return _svg([*parts, *pinned, *_ruler(axis, bottom + 8)], size, words.say("picture_chat_alt"))


def _svg(parts: Iterable[str], size: tuple[float, float], alt: str) -> str:
    least_px, height_px = size
    hatch = (
        '<defs><pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<line class="hatch" x1="0" y1="0" x2="0" y2="7"/></pattern></defs>'
    )
    head = f'<line class="playhead" x1="0%" x2="0%" y1="0" y2="{height_px:g}"/>'
    inside = "".join(parts)
    style = f'class="course" style="min-width:{least_px:g}px" height="{height_px:g}"'
    opening = f'<svg {style} role="group" aria-label="{escape(alt)}">'
    return f"{opening}{hatch}{inside}{head}</svg>"


def _rect(axis: Axis, span: Interval, box: tuple[float, float], css: str, title: str) -> str:
    y, height = box
    where = f'x="{axis.x(span.start_s)}" width="{axis.width(span)}" y="{y:g}" height="{height:g}"'
    return f'<rect class="{css}" {where} data-t="{span.start_s:.3f}"><title>{escape(title)}</title></rect>'


def _text(x: str, y: float, text: str, css: str) -> str:
    return f'<text class="{css}" x="{x}" y="{y:g}">{escape(text)}</text>'


def _lane_base(role: Role, y: float, words: Wording) -> str:
    label = _text("0", y - LABEL_RISE_PX, words.name("role", role), f"lane-name {role}")
    return f'<rect class="lane" x="0" width="100%" y="{y:g}" height="{LANE_PX}"/>{label}'


def _lane(axis: Axis, timeline: Timeline, role: Role, y: float, titles: EventTitles) -> Iterator[str]:
    yield _lane_base(role, y, titles.words)
    for piece in timeline.speech(role):
        yield _rect(axis, piece, (y, LANE_PX), f"speech {role}", titles.speech(role, piece))
    for event in timeline.of("backchannel", role):
        yield _rect(axis, event.span, (y, LANE_PX), f"backchannel {role}", titles.event(event))


def _bands(axis: Axis, timeline: Timeline, top: float, bottom: float, titles: EventTitles) -> Iterator[str]:
    """Phases other than talk, and silences: a faint band through the lanes and a named box under them."""
    words = titles.words
    for kind, inside, name, title in _stretches(timeline, titles):
        if kind != "silence":
            yield _rect(axis, inside, (top, bottom - top), f"band {kind}", title)
        yield _rect(axis, inside, (bottom + 5, 16), f"box {kind}", title)
        lasting = words.seconds(inside.duration_s)
        label = next((t for t in (f"{name} {lasting}", lasting) if len(t) * LETTER_PX < axis.px(inside.duration_s)), "")
        if label:
            yield _text(axis.x((inside.start_s + inside.end_s) / 2), bottom + 17, label, "box-name")


def _stretches(timeline: Timeline, titles: EventTitles) -> Iterator[tuple[str, Interval, str, str]]:
    """(kind, where inside the recording, name, hint): a silence that is a long one or a hold is drawn once."""
    drawn = set()
    for phase in timeline.phases:
        inside = phase.span & Interval(0.0, timeline.duration_s)
        if phase.kind != "talk" and inside:
            drawn.add(phase.span)
            yield phase.kind, inside, titles.words.name("phase", phase.kind), titles.phase(phase, inside)
    kinds: tuple[EventKind, ...] = ("long_silence", "silence")
    for event in (event for kind in kinds for event in timeline.of(kind)):
        if event.span not in drawn and event.span.duration_s > 0:
            drawn.add(event.span)
            yield event.kind, event.span, titles.words.name("event", event.kind), titles.event(event)


def _simultaneous(axis: Axis, timeline: Timeline, lane_y: dict[Role, float], titles: EventTitles) -> Iterator[str]:
    events = [event for kind in OVERLAP_KINDS for event in timeline.of(kind)]
    for piece in intersection(timeline.agent, timeline.customer):
        event = next((e for e in events if e.span & piece), None)
        if event and event.kind == "backchannel":
            continue
        y, words = lane_y["agent"], titles.words
        box = (y - 2, lane_y["customer"] + LANE_PX + 4 - y)
        plain = f"{words.say('overlap')}, {words.span(piece)}, {words.seconds(piece.duration_s)}"
        title = titles.event(event, piece) if event else plain
        yield _rect(axis, piece, box, f"overlap {event.kind if event else 'overlap'}", title)
    for event in timeline.of("interruption"):
        lane_top = lane_y.get(event.role or "unknown")
        if lane_top is not None:
            yield _flag(axis, event.span.start_s, lane_top, titles.event(event))


def _marks(axis: Axis, timeline: Timeline, lane_y: dict[Role, float], titles: EventTitles) -> Iterator[str]:
    """Tones and telling words as dots at the foot of a lane: a key is too short to be seen as a stretch."""
    for event in timeline.events:
        css = mark_of(event.kind)
        if css:
            y = lane_y.get(event.role or "unknown", next(iter(lane_y.values()))) + LANE_PX
            shift = MARK_PX * (1 - 2 * min(event.span.start_s / axis.duration_s, 1.0))  # stays inside at either end
            title = f"<title>{escape(titles.event(event))}</title>"
            dot = f'<circle class="mark {css}" cx="{shift:.1f}" r="{MARK_PX:g}">{title}</circle>'
            at = f'x="{axis.x(event.span.start_s)}" y="{y:g}" overflow="visible" data-t="{event.span.start_s:.3f}"'
            yield f"<svg {at}>{dot}</svg>"


def mark_of(kind: str) -> str | None:
    """Whether an event is drawn as a tone or as telling words, None when neither."""
    return "tone" if kind in TONES else "cue" if kind in CUES else None


def _flag(axis: Axis, at_s: float, y: float, title: str) -> str:
    """The interrupter's mark: a wedge that enters the lane from above."""
    wedge = f'<path class="wedge" d="M-6 -3 L6 -3 L0 8 Z"><title>{escape(title)}</title></path>'
    return f'<svg x="{axis.x(at_s)}" y="{y:g}" overflow="visible" data-t="{at_s:.3f}">{wedge}</svg>'


def _pins(axis: Axis, pins: tuple[Pin, ...]) -> tuple[list[str], float]:
    """Pins in rows so that none covers another, and where the lanes may begin."""
    free_from = [float("-inf")] * PIN_ROWS
    placed: list[tuple[int, Pin]] = []
    for pin in sorted(pins, key=lambda p: (p.at_s, p.target)):
        x_px = axis.px(pin.at_s)
        row = next((r for r, free in enumerate(free_from) if x_px >= free), PIN_ROWS - 1)
        free_from[row] = x_px + PIN_PX
        placed.append((row, pin))
    rows = 1 + max((row for row, _ in placed), default=-1)
    return [_pin(axis, pin, 9 + row * PIN_ROW_PX) for row, pin in placed], rows * PIN_ROW_PX + 6.0


def _pin(axis: Axis, pin: Pin, y: float) -> str:
    link = (
        f'href="#{pin.target}" class="jump pin {pin.verdict}" data-t="{pin.at_s:.3f}" aria-label="{escape(pin.title)}"'
    )
    share = min(max(pin.at_s / axis.duration_s, 0.0), 1.0)
    shift = 8 - 16 * share  # keeps a pin at either end inside the picture
    inside = f'<circle cx="{shift:.1f}" cy="0" r="8"/><text x="{shift:.1f}" y="4">{SYMBOL[pin.verdict]}</text>'
    title = f"<title>{escape(pin.title)}</title>"
    return f'<a {link}><svg x="{axis.x(pin.at_s)}" y="{y:g}" overflow="visible">{title}{inside}</svg></a>'


def _dot(axis: Axis, at_s: float, role: Role, y: float, title: str) -> str:
    share = min(max(at_s / axis.duration_s, 0.0), 1.0)
    css = f'class="dot {role}" data-t="{at_s:.3f}"'
    dot = f'<circle {css} cx="{8 - 16 * share:.1f}" cy="{LANE_PX / 2:g}" r="7"><title>{escape(title)}</title></circle>'
    return f'<svg x="{axis.x(at_s)}" y="{y:g}" overflow="visible">{dot}</svg>'


def _wait(axis: Axis, span: Interval, y: float, words: Wording) -> str:
    lasting = words.seconds(span.duration_s)
    bar = _rect(axis, span, (y + 7, 10), "wait", f"{words.name('event', 'latency')}: {lasting}")
    fits = len(lasting) * LETTER_PX + 16 < axis.px(span.duration_s)
    return bar + (_text(axis.x((span.start_s + span.end_s) / 2), y - 1, lasting, "box-name") if fits else "")


def _ruler(axis: Axis, y: float) -> Iterator[str]:
    for tick in axis.ticks():
        share = tick / axis.duration_s
        anchor = "start" if tick == 0 else "end" if share > 0.97 else "middle"
        yield f'<line class="tick" x1="{axis.x(tick)}" x2="{axis.x(tick)}" y1="{y:g}" y2="{y + 5:g}"/>'
        yield f'<text class="tick-name" text-anchor="{anchor}" x="{axis.x(tick)}" y="{y + 17:g}">{clock(tick)}</text>'
    yield f'<line class="axis" x1="0" x2="100%" y1="{y:g}" y2="{y:g}"/>'
