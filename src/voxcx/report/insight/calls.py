"""Interactions that show something: what was said there, why it is shown, and a link to hear it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape
from urllib.parse import quote

from voxcx.domain.moments import Moment
from voxcx.domain.pages import CallRef
from voxcx.report.insight.telling import Telling
from voxcx.units import clock

SCHEMES = ("http", "https", "file")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_CONTROL = re.compile(r"[\x00-\x20\x7f]")
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


class Calls:
    """Moments of a report, by what refers to them."""

    def __init__(self, moments: Mapping[CallRef, Moment], telling: Telling) -> None:
        self._moments = moments
        self._telling = telling

    def short(self, refs: Iterable[CallRef]) -> str:
        """Links in a row, for a cell: the time in the recording where it is known, else the id."""
        return " ".join(self._short(ref) for ref in refs)

    def in_line(self, refs: Iterable[CallRef]) -> str:
        """The same as a line under a finding, where the page behind it has the whole list."""
        links = self.short(refs)
        return f'<p class="under">{escape(self._telling.say("look_at"))} {links}</p>' if links else ""

    def listed(self, refs: Iterable[CallRef]) -> str:
        """A list with everything that is known of each."""
        items = "".join(f"<li>{self._item(ref)}</li>" for ref in refs)
        return f'<ul class="calls">{items}</ul>' if items else ""

    def _moment(self, ref: CallRef) -> Moment:
        return self._moments.get(ref) or Moment(ref.interaction_id, start_s=ref.start_s)

    def _short(self, ref: CallRef) -> str:
        moment = self._moment(ref)
        said = [self._telling.text(ref.why), self._quoted(moment)]
        hint = escape(": ".join(part for part in (ref.interaction_id, ". ".join(p for p in said if p)) if part))
        place = escape(ref.interaction_id) + (f"&nbsp;{clock(moment.start_s)}" if moment.start_s else "")
        href = self._href(moment)
        if href:
            return (
                f'<a class="hear" href="{href}" title="{hint}" target="_blank" rel="noopener noreferrer">▶ {place}</a>'
            )
        return f'<span class="id" title="{hint}">{place}</span>'

    def _item(self, ref: CallRef) -> str:
        moment, telling = self._moment(ref), self._telling
        parties = ((telling.say("agent"), moment.agent), (telling.say("queue"), moment.queue))
        facts = [telling.say(moment.kind) if moment.kind in {"call", "chat"} else moment.kind, moment.started_at]
        facts += [f"{name} {value}" for name, value in parties if value]
        known = escape(" · ".join(fact for fact in facts if fact))
        head = f'<b>{escape(ref.interaction_id)}</b> <span class="facts">{known}</span>'
        href = self._href(moment)
        link = (
            f' <a class="hear" href="{href}" target="_blank" rel="noopener noreferrer">▶ {self._hear(moment)}</a>'
            if href
            else ""
        )
        why = telling.html(ref.why) or telling.html(moment.criterion_title)
        reason = f' <span class="why">– {why}</span>' if why else ""
        quoted = self._quoted(moment)
        return f"{head}{link}{reason}" + (f"<q>{escape(quoted)}</q>" if quoted else "")

    def _quoted(self, moment: Moment) -> str:
        if not moment.quote:
            return ""
        words = self._telling.amounts.words
        who = f"{words.name('role', moment.role)}: " if moment.role else ""
        return f"{who}{words.quote(moment.quote)}"

    def _hear(self, moment: Moment) -> str:
        if moment.start_s:
            return escape(self._telling.say("hear", x=clock(moment.start_s)))
        return escape(self._telling.say("hear_start"))

    def _href(self, moment: Moment) -> str:
        href = safe_href(moment.recording)
        return escape(href + (f"#t={moment.start_s:.1f}" if moment.start_s else "")) if href else ""


def safe_href(recording: str | None) -> str:
    """A recording's address that does nothing but open it; "" for any other (``javascript:``, ``data:``, ``s3:``).

    >>> safe_href("calls/a b#1.flac"), safe_href("javascript:alert(1)"), safe_href("https://x.org/a.wav")
    ('calls/a%20b%231.flac', '', 'https://x.org/a.wav')
    """
    if not recording or not recording.strip():
        return ""
    if _DRIVE.match(recording):
        return "file:///" + quote(recording.replace("\\", "/"), safe="/:")
    scheme = _SCHEME.match(recording.strip())
    if scheme:
        known = scheme[1].lower() in SCHEMES and not _CONTROL.search(recording.strip())
        return recording.strip().partition("#")[0] if known else ""
    path = re.sub(r"^[/\\]{2,}", "/", recording)  # two slashes would name another machine
    return quote(path, safe="/")
