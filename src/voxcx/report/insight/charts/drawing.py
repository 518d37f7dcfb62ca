"""What the pictures share: shapes that tell tones apart, words cut to fit, ticks with their values."""

from __future__ import annotations

from html import escape

from voxcx.domain.pages import Tone, Unit
from voxcx.report.insight.amounts import ELLIPSIS
from voxcx.report.insight.charts.axis import Axis
from voxcx.report.insight.telling import Telling, sentence

LETTER_PX = 7.0  # of 12 px labels, by the widest of the usual fonts
# Tones differ in shape as well as in colour: a diamond, a triangle, a ring, a disc.
SHAPES: dict[Tone, str] = {
    "bad": "M0-6.5 6.5 0 0 6.5-6.5 0Z",
    "good": "M0-6.5 6.5 5-6.5 5Z",
    "unsure": "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0Z",
    "plain": "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0Z",
}
SIGNS: dict[Tone, str] = {"good": "▲", "bad": "◆", "unsure": "○", "plain": "●"}
_NEAR_AN_END, _NARROW_PX = 0.04, 270.0  # the latter: a picture on a phone
_NARROW_SHARE = 0.125  # of a phone's picture: ticks nearer than this are thinned out there


def cut(text: str, letters: int) -> str:
    """The text, or its beginning with an ellipsis where it is longer.

    >>> cut("delivery", 20), cut("delivery of parcels", 10)
    ('delivery', 'delivery…')
    """
    return text if len(text) <= letters else text[: letters - 1].rstrip() + ELLIPSIS


def number(x: float) -> str:
    """A coordinate.

    >>> number(2.0), number(2.345), number(-0.01)
    ('2', '2.3', '0')
    """
    text = f"{x:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def mark(tone: Tone, x: str, y: float, title: str) -> str:
    """A mark at a share of the width, with its hint."""
    shape = f'<path class="m {tone}" d="{SHAPES[tone]}"/>'
    hint = f"<title>{escape(title)}</title>" if title else ""
    return f'<svg x="{x}" y="{number(y)}" overflow="visible">{hint}{shape}</svg>'


def ticks_across(axis: Axis, unit: Unit, telling: Telling, y: float, height: float) -> str:
    """Lines and values along the bottom; on a narrow screen every second value is left out if they would touch."""
    crowded = len(axis.ticks) > 1 and axis.share(axis.ticks[1]) - axis.share(axis.ticks[0]) < 2 * _NARROW_SHARE
    kept = axis.ticks.index(0.0) if 0.0 in axis.ticks else 0
    parts = []
    for place, tick in enumerate(axis.ticks):
        at, share = axis.percent(tick), axis.share(tick)
        second = ' class="t2"' if crowded and (place - kept) % 2 else ""
        said = telling.amounts.tick(tick, unit)
        near = max(_NEAR_AN_END, LETTER_PX * len(said) / 2 / _NARROW_PX)
        anchor = "start" if share < near else "end" if share > 1 - near else "middle"
        parts.append(f'<line class="grid" x1="{at}" x2="{at}" y1="{number(y - height)}" y2="{number(y)}"/>')
        parts.append(f'<text{second} x="{at}" y="{number(y + 15)}" text-anchor="{anchor}">{escape(said)}</text>')
    return "".join(parts)


def figure(kind: str, title: str, body: str, under: str) -> str:
    """A picture with its name above and what stands below; all parts are escaped already."""
    return f'<figure class="{kind}"><figcaption>{title}</figcaption>{body}{under}</figure>'


def definition(told: str) -> str:
    """How a figure is computed, in small print, as a sentence; escaped already."""
    return f'<p class="def">{sentence(begun(told))}</p>' if told else ""


def begun(told: str) -> str:
    """With a capital at the beginning; a symbol there (q, n) stays as it is.

    >>> begun("mean of answers"), begun("q is adjusted")
    ('Mean of answers', 'q is adjusted')
    """
    first = told.split(maxsplit=1)[0] if told.strip() else ""
    return told[:1].upper() + told[1:] if len(first) > 1 and first.isalpha() else told


def empty(kind: str, title: str, why: str, told: str) -> str:
    """A sentence in place of a picture that has nothing to show."""
    return figure(kind, title, f'<p class="none">{why}</p>', definition(told))


def tone_legend(tones: set[Tone], telling: Telling) -> str:
    """What the shapes mean, of those that are there; "" where all are plain."""
    if tones <= {"plain"}:
        return ""
    order: tuple[Tone, ...] = ("good", "bad", "unsure", "plain")
    items = (
        f'<li><i class="sign {tone}">{SIGNS[tone]}</i>{escape(telling.say(tone))}</li>'
        for tone in order
        if tone in tones
    )
    return f'<ul class="key">{"".join(items)}</ul>'
