"""Result → one HTML page that needs nothing else: no network, no fonts, no libraries. The door to Jinja2."""

from __future__ import annotations

from base64 import b64encode
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from voxcx.domain.intervals import intersection
from voxcx.domain.result import Result
from voxcx.report import card, dialogue, figures, measures
from voxcx.report.picture import call_picture, chat_picture, mark_of
from voxcx.report.wording import Wording

# The page may run its own script and show its own bytes; anything else, the network first of all, is refused.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; media-src data:"


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("voxcx.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(result: Result, ui: str, audio: tuple[bytes, str] | None = None) -> str:
    """The page in the interface language ``ui`` (``ru`` or ``en``).

    ``audio`` is the whole sound to embed, as its bytes and media type (``audio/ogg``); a click on a time then plays it.
    Of several recordings it holds all, on the interaction's clock; the page says which file a time is in.
    All words of the conversation are escaped. Raises ConfigError on another interface language.
    """
    words = Wording(ui)
    template = _environment().get_template("report.html.j2")
    return template.render(
        words=words,
        say=words.say,
        result=result,
        policy=POLICY,
        is_call=result.interaction.kind == "call",
        heading=figures.heading(result, words),
        channel_notes=figures.channel_notes(result, words),
        csi=None if result.csi is None else figures.csi_figure(result.csi, words),
        csi_gap=figures.gap(result, "csi", words),
        qa=None if result.scorecard is None else figures.qa_figure(result.scorecard, words),
        qa_gap=figures.gap(result, "scorecard", words),
        before=figures.before_recording(result, words),
        phases_known=figures.phases_known(result, words),
        disagreements=figures.disagreements(result, words),
        picture=_picture(result, words),
        no_picture=_no_picture(result, words),
        legend=_legend(result),
        pushes=card.pushes(result, words),
        parts=card.parts(result, words),
        lines=dialogue.lines(result, words),
        families=measures.families(result, words),
        provenance=figures.provenance(result, words),
        heard_at=lambda time_s: figures.heard_at(result, time_s),
        gaps=[(part, words.missing(why)) for part, why in result.gaps],
        audio=None if audio is None else f"data:{audio[1]};base64,{b64encode(audio[0]).decode('ascii')}",
    )


def _picture(result: Result, words: Wording) -> str:
    pins = card.pins(result, words)
    if result.interaction.kind == "chat":
        return chat_picture(result.transcript.utterances, pins, words)
    return call_picture(result.timeline, pins, words, dict(result.provenance.parameters))


def _no_picture(result: Result, words: Wording) -> str:
    """What stands in place of a picture that cannot be drawn."""
    if result.interaction.kind == "call":
        return words.name("channels", "no_audio")
    untimed = all(utterance.start_s is None for utterance in result.transcript.utterances)
    return words.say("no_times") if untimed else words.say("one_message")


def _legend(result: Result) -> tuple[tuple[str, str, str], ...]:
    """(css class, group of texts, key) of what the picture really shows."""
    timeline = result.timeline
    if result.interaction.kind == "chat":
        there = {utterance.role for utterance in result.transcript.utterances}
        roles = [role for role in ("agent", "customer", "bot", "system", "unknown") if role in there]
        return (*((f"dot {role}", "role", role) for role in roles), ("wait", "event", "latency"))
    shown = [(f"speech {role}", "role", role) for role in ("agent", "customer", "unknown") if timeline.speech(role)]
    if intersection(timeline.agent, timeline.customer):
        shown.append(("overlap", "ui", "overlap"))
    kinds: set[str] = {event.kind for event in timeline.events} | {phase.kind for phase in timeline.phases}
    if len(timeline.of("silence")) == len(timeline.of("long_silence")):
        kinds.discard("silence")  # each of them is drawn as a long one
    order = ("interruption", "backchannel", "silence", "long_silence", "hold")
    shown += [(kind, "event", kind) for kind in order if kind in kinds]
    marks = {mark_of(kind) for kind in kinds}
    shown += [(f"mark {mark}", "ui", key) for mark, key in (("tone", "tones"), ("cue", "cues")) if mark in marks]
    return tuple(shown)
